"""Rules of the bank that the database itself refuses to break, as triggers: the same list for SQLite and PostgreSQL.

What a trigger says names the rule; `engine` turns it into a StoreError.
"""

from __future__ import annotations

from dataclasses import dataclass

from itembank.adapters.bank_tables import ADMITTED


@dataclass(frozen=True, slots=True)
class Rule:
    """`event` on `table` is refused with `code` when `when` holds of the row (OLD, NEW); always when it is empty."""

    name: str
    event: str
    table: str
    when: str
    code: str


CONTENT = (
    "item_no, version, content, digest, mark, text_mark, key_mark, pool, type, point, difficulty, congruence, enemy_group, "
    "options_locked, adapted_from, saved_at"
)
RULES = (
    Rule("version_content", f"UPDATE OF {CONTENT}", "item_version", "OLD.state NOT IN ('draft', 'returned')",
         "item.version_fixed"),
    Rule("version_people", "UPDATE OF author, reviewer, approver", "item_version",
         f"OLD.state IN ({ADMITTED}) AND (OLD.author, OLD.reviewer, OLD.approver) <> (NEW.author, NEW.reviewer, NEW.approver)",
         "item.version_fixed"),
    Rule("version_state", "UPDATE OF state", "item_version", f"OLD.state IN ({ADMITTED}) AND NEW.state NOT IN ({ADMITTED})",
         "item.version_fixed"),
    Rule("version_kept", "DELETE", "item_version", "OLD.state NOT IN ('draft', 'returned')", "item.version_fixed"),
    Rule("blueprint_content", "UPDATE OF key, version, data, digest, signed", "blueprint", "OLD.state = 'used'",
         "blueprint.used"),
    Rule("blueprint_state", "UPDATE OF state", "blueprint", "OLD.state = 'used' AND NEW.state <> 'used'", "blueprint.used"),
    Rule("blueprint_kept", "DELETE", "blueprint", "OLD.state = 'used'", "blueprint.used"),
    Rule("version_author", "UPDATE OF author", "item_version", "OLD.author <> NEW.author", "item.version_fixed"),
    Rule("pool_fixed", "UPDATE", "pool", "", "item.pool_fixed"),
    Rule("event_kept", "DELETE", "item_event", "", "item.history_fixed"),
    Rule("event_fixed", "UPDATE", "item_event", "", "item.history_fixed"),
    Rule("figure_content", "UPDATE", "figure", "", "figure.fixed"),
    Rule("seen_kept", "DELETE", "seen", "", "eyes.fixed"),
    Rule("seen_fixed", "UPDATE", "seen", "", "eyes.fixed"),
)  # fmt: skip

_FUNCTION = """CREATE OR REPLACE FUNCTION itembank_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%%', TG_ARGV[0]; END $$"""


def statements(dialect: str) -> list[str]:
    """The statements that set these rules up in a database of this dialect (`sqlite` or `postgresql`)."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} {f'WHEN {rule.when} ' if rule.when else ''}"
            f"BEGIN SELECT RAISE(ABORT, '{rule.code}'); END"
            for rule in RULES
        ]
    return [_FUNCTION] + [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW "
        f"{f'WHEN ({rule.when}) ' if rule.when else ''}EXECUTE FUNCTION itembank_refuse('{rule.code}')"
        for rule in RULES
    ]
