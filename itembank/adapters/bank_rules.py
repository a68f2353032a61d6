"""Rules of the bank that the database itself refuses to break, as triggers: the same list for SQLite and PostgreSQL.

What comes on top of that is what one of the two alone knows: SQLite puts a row in another's place (`INSERT OR REPLACE`) and
PostgreSQL empties a table (`TRUNCATE`) without a word to the triggers of updates and deletions.

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
STEPS_ALLOWED = (
    "'draft>submitted', 'returned>submitted', 'submitted>in_review', 'submitted>returned', 'in_review>returned', "
    "'in_review>approved', 'draft>active', 'returned>active', 'returned>draft', 'approved>active', 'frozen>active', "
    "'active>frozen', 'approved>retired', 'active>retired', 'frozen>retired', 'retired>archived'"
)
"""The steps of `itembank.domain.review`; three at one table bring a draft, or a new text of a returned one, in at once."""
RULES = (
    Rule("version_content", f"UPDATE OF {CONTENT}", "item_version", "OLD.state NOT IN ('draft', 'returned')",
         "item.version_fixed"),
    Rule("version_people", "UPDATE OF author, reviewer, approver", "item_version",
         f"OLD.state IN ({ADMITTED}) AND (OLD.author, OLD.reviewer, OLD.approver) <> (NEW.author, NEW.reviewer, NEW.approver)",
         "item.version_fixed"),
    Rule("version_state", "UPDATE OF state", "item_version", f"OLD.state IN ({ADMITTED}) AND NEW.state NOT IN ({ADMITTED})",
         "item.version_fixed"),
    Rule("version_kept", "DELETE", "item_version", "OLD.state NOT IN ('draft', 'returned')", "item.version_fixed"),
    Rule("blueprint_content", "UPDATE OF key, version, data, digest, signed", "blueprint",
         "OLD.state = 'used' OR (OLD.state = 'approved' AND OLD.signed = NEW.signed)",
         "blueprint.used"),
    Rule("blueprint_state", "UPDATE OF state", "blueprint",
         "(OLD.state = 'used' AND NEW.state <> 'used') OR (OLD.state = 'approved' AND NEW.state = 'draft')", "blueprint.used"),
    Rule("blueprint_kept", "DELETE", "blueprint", "OLD.state <> 'draft'", "blueprint.used"),
    Rule("version_step", "UPDATE OF state", "item_version",
         f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({STEPS_ALLOWED})", "item.version_fixed"),
    Rule("version_reviewer", "UPDATE OF reviewer", "item_version",
         "OLD.reviewer <> '' AND OLD.reviewer <> NEW.reviewer AND NEW.state <> 'returned'", "item.version_fixed"),
    Rule("version_author", "UPDATE OF author", "item_version", "OLD.author <> NEW.author", "item.version_fixed"),
    Rule("pool_fixed", "UPDATE", "pool", "", "item.pool_fixed"),
    Rule("pool_kept", "DELETE", "pool", "", "item.pool_fixed"),
    Rule("event_kept", "DELETE", "item_event", "", "item.history_fixed"),
    Rule("event_fixed", "UPDATE", "item_event", "", "item.history_fixed"),
    Rule("figure_content", "UPDATE", "figure", "", "figure.fixed"),
    Rule("figure_kept", "DELETE", "figure", "", "figure.fixed"),
    Rule("seen_kept", "DELETE", "seen", "", "eyes.fixed"),
    Rule("seen_fixed", "UPDATE", "seen", "", "eyes.fixed"),
)  # fmt: skip

KEPT = (
    ("version", "item_version",
     "held.item_no = NEW.item_no AND (held.version = NEW.version OR (held.state = 'active' AND NEW.state = 'active'))",
     "item.version_fixed"),
    ("blueprint", "blueprint", "held.key = NEW.key AND held.version = NEW.version", "blueprint.used"),
    ("pool", "pool", "held.name = NEW.name", "item.pool_fixed"),
    ("event", "item_event", "held.id = NEW.id", "item.history_fixed"),
    ("figure", "figure", "held.pool = NEW.pool AND held.name = NEW.name", "figure.fixed"),
    ("seen", "seen",
     "held.item_no = NEW.item_no AND held.version = NEW.version AND held.person = NEW.person AND held.sight = NEW.sight "
     "AND held.place = NEW.place AND held.at = NEW.at", "eyes.fixed"),
)  # fmt: skip
"""(name, table, the row that a new one would replace, code)."""
WRITTEN_ONCE = ("figure", "seen")
"""Their rows are written again by whoever does not know that they are there; such a write does nothing."""

_FUNCTION = """CREATE OR REPLACE FUNCTION itembank_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%%', TG_ARGV[0]; END $$"""


def statements(dialect: str) -> list[str]:
    """The statements that set these rules up in a database of this dialect (`sqlite` or `postgresql`)."""
    if dialect == "sqlite":
        rules = [
            f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} {f'WHEN {rule.when} ' if rule.when else ''}"
            f"BEGIN SELECT RAISE(ABORT, '{rule.code}'); END"
            for rule in RULES
        ]
        return rules + [statement for kept in KEPT for statement in _not_replaced(*kept)]
    rules = [
        f"CREATE TRIGGER {rule.name} BEFORE {rule.event} ON {rule.table} FOR EACH ROW "
        f"{f'WHEN ({rule.when}) ' if rule.when else ''}EXECUTE FUNCTION itembank_refuse('{rule.code}')"
        for rule in RULES
    ]
    emptied = [
        f"CREATE TRIGGER {name}_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION itembank_refuse('{code}')"
        for name, table, _, code in KEPT
    ]
    return [_FUNCTION, *rules, *emptied]


def _not_replaced(name: str, table: str, same: str, code: str) -> list[str]:
    """SQLite's triggers against a row in another's place, by its key or by its rowid.

    FAIL, like `insert_many`: to be able to ABORT, SQLite keeps each page of every index as it was before each single row.
    """
    action = "IGNORE" if table in WRITTEN_ONCE else f"FAIL, '{code}'"
    found = f"SELECT 1 FROM {table} AS held WHERE"
    # Before an insert NEW.rowid is -1 unless somebody names one; an event's is its key.
    named = "NEW.rowid < -1" if table == "item_event" else "NEW.rowid <> -1"
    return [
        f"CREATE TRIGGER {name}_inserted BEFORE INSERT ON {table} WHEN EXISTS ({found} {same}) "
        f"BEGIN SELECT RAISE({action}); END",
        f"CREATE TRIGGER {name}_rowid BEFORE INSERT ON {table} WHEN {named} BEGIN SELECT RAISE(FAIL, '{code}'); END",
        f"CREATE TRIGGER {name}_below AFTER INSERT ON {table} WHEN NEW.rowid < 1 BEGIN SELECT RAISE(ROLLBACK, '{code}'); END",
        f"CREATE TRIGGER {name}_replaced BEFORE UPDATE ON {table} WHEN EXISTS ({found} {same} AND held.rowid <> OLD.rowid) "
        f"OR NEW.rowid <> OLD.rowid BEGIN SELECT RAISE(ABORT, '{code}'); END",
    ]
