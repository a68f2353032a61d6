"""`ports.bank.Bank`: versions, states, figures, eyes lists. Every database passes these, and refuses by itself what it must."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine, reading
from itembank.domain.confidentiality import Seen, Sight
from itembank.domain.items import Item, ItemType
from itembank.domain.review import ELSEWHERE, STEPS, ItemState, Move, Standing
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.ports import StoreError
from itembank.ports.bank import StoredBlueprint, VersionCard, Wanted
from keys.errors import TamperedError
from tests.province import blueprint_bytes, content_keys, refused

NOW = datetime(2026, 12, 1, tzinfo=UTC)
POINT = "A-A-A-001"
THREE = Standing(ItemState.ACTIVE, "author", "reviewer", "approver")
DRAFT = Standing(ItemState.DRAFT, "author")


@pytest.fixture
def database(where: Path | str, tmp_path: Path) -> Iterator[Database]:
    """With the pools `national` and `city` under one blueprint."""
    engine = open_engine(where)
    database = Database(engine, content_keys(tmp_path))
    with database.begin() as transaction:
        for pool in ("national", "city"):
            transaction.bank.save_pool(pool, KEY)
    yield database
    engine.dispose()


BLUEPRINT = read_blueprint(blueprint_bytes())
KEY = BLUEPRINT.key


def item(number: int = 1, pool: str = "city", **other: object) -> Item:
    made = Item(
        item_no=f"{pool}-{number:05d}", pool=pool, type=ItemType.SINGLE, stem=f"第{number}题，电阻的单位是（　　）。",
        options=("欧姆", "伏特", "安培", "瓦特"), key="A", point=POINT, difficulty=3, congruence=5,
        rationale="见教材", source="自编",
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def save(database: Database, *items: Item, standing: Standing = THREE, version: int = 1) -> list[VersionCard]:
    with database.begin() as transaction:
        bank = transaction.bank
        bank.save_versions([(one, version) for one in bank.marked(items)], standing, NOW)
        return list(bank.cards_of(one.item_no for one in items).values())


def contents(database: Database, *wanted: tuple[str, int]) -> list[Item]:
    with database.read() as transaction:
        return list(transaction.bank.contents(wanted))


# versions -----------------------------------------------------------------------------------------------------------------


def test_an_item_comes_out_as_it_went_in(database: Database) -> None:
    mine = item(enemy_group="甲", options_locked=True, adapted_from="national-00001")

    save(database, mine)

    assert contents(database, (mine.item_no, 1)) == [mine]


def test_items_of_several_pools_are_saved_at_once(database: Database) -> None:
    """Each under the key of its own pool, which nobody has asked for before."""
    mine = [item(1), item(2, "national"), item(3)]

    save(database, *mine)

    assert contents(database, *((one.item_no, 1) for one in mine)) == mine


def test_an_earlier_version_stays_what_it_was(database: Database) -> None:
    old, new = item(stem="旧题干（　　）。"), item(stem="新题干（　　）。")
    save(database, old)

    save(database, new, standing=DRAFT, version=2)

    assert contents(database, (old.item_no, 1), (old.item_no, 2)) == [old, new]
    with database.read() as transaction:
        assert [(card.version, card.newest) for card in transaction.bank.versions(old.item_no)] == [(1, False), (2, True)]
        assert transaction.bank.active("city") == [(1, old)]


def test_a_draft_is_written_anew_under_its_number(database: Database) -> None:
    save(database, item(), standing=DRAFT)

    with database.begin() as transaction:
        bank = transaction.bank
        bank.replace_drafts([(one, 1) for one in bank.marked([item(stem="改过的题干（　　）。")])], DRAFT, NOW)

    assert [found.stem for found in contents(database, ("city-00001", 1))] == ["改过的题干（　　）。"]


def test_what_says_the_same_is_known_again(database: Database) -> None:
    same, other = item(1), item(2)
    save(database, same, other)

    with database.read() as transaction:
        bank = transaction.bank
        held = bank.held(bank.marked([same, replace(other, rationale="另一解析"), item(3)]))

    assert {number: known.unchanged for number, known in held.items()} == {same.item_no: True, other.item_no: False}


def test_an_exact_duplicate_is_found_in_the_whole_bank_and_in_the_import(database: Database) -> None:
    """However typed, options in another order; another right answer is named."""
    first = item(1, "national", stem="电阻的单位是（　　）。")
    save(database, first)
    shuffled = item(2, stem="电阻 的单位是( )", options=("伏特", "欧姆", "安培", "瓦特"), key="B")
    wrong = replace(shuffled, item_no="city-00003", key="A")
    third, other = replace(shuffled, item_no="city-00004"), item(5)

    with database.read() as transaction:
        bank = transaction.bank
        marked = bank.marked([shuffled, wrong, third, other])
        twins, among_themselves = bank.twins(marked), bank.twins(marked, in_bank=False)

    assert [(twin.item_no, twin.of, twin.key_conflict) for twin in twins] == [
        (shuffled.item_no, first.item_no, False),
        (wrong.item_no, first.item_no, True),
        (third.item_no, wrong.item_no, True),
    ]
    assert [(twin.item_no, twin.of) for twin in among_themselves] == [
        (wrong.item_no, shuffled.item_no), (third.item_no, wrong.item_no),
    ]  # fmt: skip


@pytest.mark.parametrize(("newest", "conflict"), [("A", False), ("B", True)])
def test_a_key_conflict_with_what_is_in_use_is_seen_behind_a_draft(database: Database, newest: str, conflict: bool) -> None:
    """The draft may agree with the new item while candidates are still marked by the other key."""
    save(database, item())
    save(database, item(key=newest), standing=DRAFT, version=2)

    with database.read() as transaction:
        bank = transaction.bank
        [twin] = bank.twins(bank.marked([item(2, stem=item().stem, key=newest)]))

    assert (twin.of, twin.key_conflict) == (item().item_no, conflict)


def test_a_list_goes_page_by_page_and_by_what_is_asked(database: Database) -> None:
    save(database, *(item(number) for number in range(5)))
    save(database, *(item(number, "national") for number in range(5)), standing=DRAFT)

    with database.read() as transaction:
        bank = transaction.bank
        pages = [bank.cards(Wanted(pool="city", limit=2))]
        while pages[-1]:
            pages.append(bank.cards(Wanted(pool="city", limit=2, after=pages[-1][-1].item_no)))
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert {card.pool for card in bank.cards(Wanted(states=(ItemState.DRAFT,)))} == {"national"}
        assert bank.cards(Wanted(point="A-A-A-002")) == []
        assert bank.numbers("city") == [f"city-{number:05d}" for number in range(5)]


def test_counts_are_of_the_states_asked_for(database: Database) -> None:
    save(database, item(1), item(2, difficulty=4), item(3))
    save(database, item(4), standing=DRAFT)

    with database.read() as transaction:
        counts = transaction.bank.counts(KEY, (ItemState.ACTIVE,))
        assert counts == {("city", POINT, ItemType.SINGLE, 3): 2, ("city", POINT, ItemType.SINGLE, 4): 1}
        assert not transaction.bank.counts("another", (ItemState.ACTIVE,))
        assert transaction.bank.added(KEY, NOW) == 3 and transaction.bank.added(KEY, NOW + timedelta(seconds=1)) == 0


def test_a_move_is_in_the_history_with_its_comment(database: Database) -> None:
    cards = save(database, item(), standing=Standing(ItemState.SUBMITTED, "author"))

    with database.begin() as transaction:
        returned = Standing(ItemState.RETURNED, "author")
        transaction.bank.move(cards, Move.RETURN, returned, "reviewer", NOW, "选项B有误")

    with database.read() as transaction:
        (event,) = transaction.bank.history("city-00001")
        assert (event.move, event.who, event.comment, event.at) == ("return", "reviewer", "选项B有误", NOW)
        assert transaction.bank.cards_of(["city-00001"])["city-00001"].standing == returned


# blueprints, figures, eyes ------------------------------------------------------------------------------------------------


def stored(version: int = 1, state: str = "approved", **other: object) -> StoredBlueprint:
    return StoredBlueprint(replace(BLUEPRINT, version=version, **other), state, "ab" * 32, b"signed")  # type: ignore[arg-type]


def test_the_newest_approved_blueprint_is_the_blueprint(database: Database) -> None:
    with database.begin() as transaction:
        bank = transaction.bank
        for one in (stored(1), stored(2), stored(3, "draft")):
            bank.save_blueprint(one)

        assert bank.blueprint(KEY) == stored(2) and bank.blueprint(KEY, 1) == stored(1)
        assert [held.blueprint.version for held in bank.blueprints()] == [1, 2, 3]
        assert bank.blueprint("another") is None


def test_a_used_blueprint_does_not_change(database: Database) -> None:
    """An unused one does, signed anew."""
    with database.begin() as transaction:
        bank = transaction.bank
        bank.save_blueprint(replace(stored(), signed=b"before"))
        bank.save_blueprint(stored(occupation="电工（改）"))
        bank.use_blueprint(KEY, 1)

        refused("blueprint.used", lambda: bank.save_blueprint(stored()))

        assert bank.blueprint(KEY) == stored(1, "used", occupation="电工（改）")


def test_a_figure_is_written_once(database: Database) -> None:
    with database.begin() as transaction:
        bank = transaction.bank
        bank.save_figures("city", {"a.svg": "<svg>1</svg>", "b.svg": "<svg>2</svg>"})
        bank.save_figures("city", {"a.svg": "<svg>1</svg>"})

        refused("figure.fixed", lambda: bank.save_figures("city", {"a.svg": "<svg>3</svg>"}))

        assert bank.figures("city", ["a.svg"]) == {"a.svg": "<svg>1</svg>"}
        assert bank.figure_names("city") == {"a.svg", "b.svg"} and bank.figures("national") == {}


def test_an_eyes_list_is_read_by_item_and_by_person(database: Database) -> None:
    mine, other = Seen("city-1", 1, "me", Sight.VIEW, NOW), Seen("city-1", 1, "you", Sight.PROOF, NOW, "202612A")
    with database.begin() as transaction:
        transaction.bank.add_seen([mine, other, mine])

        assert transaction.bank.seen(item_no="city-1") == [mine, other]
        assert transaction.bank.seen(person="you") == [other]


def test_who_wrote_it_or_admitted_it_at_one_table_stands_on_its_eyes_list(database: Database) -> None:
    """And whoever was shown it; of another bank's item nobody there."""
    save(database, item(1))
    save(database, item(1, "national"), standing=ELSEWHERE)
    with database.begin() as transaction:
        bank = transaction.bank
        bank.add_seen([Seen("city-00001", 1, "reviewer", Sight.REVIEW, NOW), Seen("city-00001", 1, "you", Sight.VIEW, NOW)])

        eyes = [(line.person, line.sight) for line in bank.eyes(item_no="city-00001")]
        assert sorted(eyes) == [
            ("approver", Sight.REVIEW), ("author", Sight.AUTHOR), ("reviewer", Sight.REVIEW), ("you", Sight.VIEW),
        ]  # fmt: skip
        assert [line.item_no for line in bank.eyes(person="author")] == ["city-00001"]
        # That he looked again later does not mean that he did not know it before.
        bank.add_seen([Seen("city-00001", 1, "author", Sight.VIEW, NOW + timedelta(days=9))])
        assert [line.sight for line in bank.eyes(person="author")] == [Sight.AUTHOR, Sight.VIEW]
        assert bank.eyes(item_no="national-00001") == [] == bank.eyes(person="nobody")
        assert set(bank.pool_eyes("city")) == {("city-00001", who) for who in ("author", "reviewer", "approver", "you")}
        assert list(bank.pool_eyes("national")) == []


# what the database itself refuses -----------------------------------------------------------------------------------------


ATTACKS = [
    pytest.param("UPDATE item_version SET reviewer = author", DRAFT, id="the author reviews an own item"),
    pytest.param("UPDATE item_version SET reviewer = 'r', approver = 'r'", DRAFT, id="the reviewer approves"),
    pytest.param("UPDATE item_version SET reviewer = 'r', approver = author", DRAFT, id="the author approves"),
    pytest.param("UPDATE item_version SET state = 'in_review'", DRAFT, id="nobody passed it"),
    pytest.param("UPDATE item_version SET state = 'active'", DRAFT, id="nobody approved it"),
    pytest.param("UPDATE item_version SET state = 'approved', reviewer = 'r'", DRAFT, id="approved by nobody"),
    pytest.param("UPDATE item_version SET author = ''", DRAFT, id="an item of nobody"),
    pytest.param("UPDATE item_version SET content = key_mark", THREE, id="another text for an approved version"),
    pytest.param("UPDATE item_version SET point = 'A-A-A-002'", THREE, id="another point for an approved version"),
    pytest.param("UPDATE item_version SET state = 'draft'", THREE, id="an approved version is a draft again"),
    pytest.param("UPDATE item_version SET author = 'other'", THREE, id="another author of an approved version"),
    pytest.param("DELETE FROM item_version", THREE, id="an approved version goes"),
    pytest.param("UPDATE item_version SET author = 'ghost'", Standing(ItemState.SUBMITTED, "author"), id="another author"),
    pytest.param("UPDATE item_version SET item_no = 'city-00009'", THREE, id="another number of an approved version"),
    pytest.param("UPDATE item_version SET saved_at = '2020'", THREE, id="another time of an approved version"),
    pytest.param("UPDATE blueprint SET version = 9", DRAFT, id="another number of a used blueprint"),
    pytest.param("UPDATE pool SET blueprint = 'other'", DRAFT, id="a pool under another blueprint"),
    pytest.param("DELETE FROM item_event", DRAFT, id="nothing happened to it"),
    pytest.param("UPDATE item_event SET who = 'other'", DRAFT, id="somebody else did it"),
    pytest.param("UPDATE item_version SET approver = 'ghost'", THREE, id="another approver of an approved version"),
    *(
        pytest.param(f"UPDATE item_version SET {change}", THREE, id=f"an approved version, {change}")
        for change in (
            "digest = 'x'",
            "mark = key_mark",
            "text_mark = key_mark",
            "key_mark = mark",
            "pool = 'other'",
            "type = 'multiple'",
            "difficulty = 5",
            "congruence = 1",
            "enemy_group = 'x'",
            "options_locked = 1",
            "adapted_from = 'national-1'",
        )
    ),
    pytest.param("UPDATE blueprint SET data = '' WHERE version = 1", DRAFT, id="a used blueprint is edited"),
    pytest.param("UPDATE blueprint SET state = 'draft' WHERE version = 1", DRAFT, id="a used blueprint is a draft again"),
    pytest.param("UPDATE blueprint SET state = 'approved' WHERE version = 1", DRAFT, id="a used blueprint is only approved"),
    pytest.param("DELETE FROM blueprint WHERE version = 1", DRAFT, id="a used blueprint goes"),
    pytest.param("UPDATE blueprint SET data = '' WHERE version = 2", DRAFT, id="an approved blueprint is edited"),
    pytest.param("UPDATE blueprint SET state = 'draft' WHERE version = 2", DRAFT, id="an approved blueprint is a draft"),
    pytest.param("DELETE FROM blueprint WHERE version = 2", DRAFT, id="an approved blueprint goes"),
    pytest.param("UPDATE figure SET content = mark", DRAFT, id="another picture in a figure's place"),
    pytest.param("DELETE FROM figure", DRAFT, id="a figure goes"),
    pytest.param("DELETE FROM pool", DRAFT, id="a pool goes, to come again under another blueprint"),
    pytest.param("UPDATE item_version SET state = 'draft'", Standing(ItemState.SUBMITTED, "author"), id="no longer waiting"),
    pytest.param("UPDATE item_version SET state = 'archived'", THREE, id="two steps at once"),
    pytest.param(
        "UPDATE item_version SET reviewer = 'ghost', approver = 'reviewer', state = 'approved'",
        Standing(ItemState.IN_REVIEW, "author", "reviewer"),
        id="the reviewer approves in the place of another",
    ),
    pytest.param("DELETE FROM seen", DRAFT, id="nobody has seen it"),
    pytest.param("UPDATE seen SET person = 'you'", DRAFT, id="somebody else has seen it"),
]


@pytest.mark.parametrize(("attack", "standing"), ATTACKS)
def test_the_database_refuses_by_itself(database: Database, attack: str, standing: Standing) -> None:
    """Whoever has its password and writes SQL; the rows stay as they were."""
    save(database, item(), standing=standing)
    with database.begin() as transaction:
        transaction.bank.save_blueprint(stored())
        transaction.bank.use_blueprint(KEY, 1)
        transaction.bank.save_blueprint(stored(2))
        transaction.bank.save_figures("city", {"a.svg": "<svg/>"})
        transaction.bank.add_seen([Seen("city-00001", 1, "me", Sight.VIEW, NOW)])
        cards = transaction.bank.versions("city-00001")
        transaction.bank.move(cards, Move.ASSIGN, cards[0].standing, "manager", NOW, "")

    with pytest.raises((IntegrityError, StoreError)), database.engine.begin() as connection:
        connection.execute(text(attack))

    with database.read() as transaction:
        assert transaction.bank.versions("city-00001")[0].standing == standing
        assert transaction.bank.blueprints() == [stored(1, "used"), stored(2)] and transaction.bank.seen(person="me")
    assert contents(database, ("city-00001", 1)) == [item()]


TABLE_STEPS = {("draft", "active"), ("returned", "active"), ("returned", "draft")}
"""What three at one table, and an author, do besides the moves of review."""


def test_the_database_takes_the_steps_of_review_and_no_other(database: Database) -> None:
    """Each state from each other, whatever people stand beside it."""
    steps = {(state.value, to.value) for move in STEPS.values() for state, (_, to) in move.items()} | TABLE_STEPS
    numbered = list(enumerate(ItemState))
    for number, state in numbered:
        save(database, item(number), standing=Standing(state, "author", "reviewer", "approver"))

    taken = set()
    for number, state in numbered:
        for to in ItemState:
            with suppress(IntegrityError, StoreError), database.engine.connect() as connection:
                change = text("UPDATE item_version SET state = :to WHERE item_no = :item_no")
                connection.execute(change, {"to": to.value, "item_no": item(number).item_no})
                taken.add((state.value, to.value))

    assert {(state, to) for state, to in taken if state != to} <= steps
    assert steps - taken <= {("submitted", "in_review"), ("in_review", "submitted")} | TABLE_STEPS, "refused by another rule"


def test_each_pool_has_a_key_of_its_own(database: Database) -> None:
    """Whoever gets one opens no other pool."""
    save(database, item(1), item(2, "national"))

    with reading(database.engine) as connection:
        rows = connection.execute(text("SELECT purpose, wrapped FROM data_key")).all()

    assert {row.purpose for row in rows} == {"marks", "pool/city", "pool/national"}
    assert len({bytes(row.wrapped) for row in rows}) == 3


_LIKE = (
    "SELECT item_no, {version}, pool, type, point, difficulty, congruence, enemy_group, has_figure, has_formula, "
    "options_locked, adapted_from, newest, '{state}', author, reviewer, approver, assignee, due, saved_at, mark, text_mark, "
    "key_mark, digest, x'00' FROM item_version WHERE version = 1"
)
WITHOUT_A_WORD = {
    "sqlite": (
        f"INSERT OR REPLACE INTO item_version {_LIKE.format(version=1, state='active')}",
        f"INSERT OR REPLACE INTO item_version {_LIKE.format(version=2, state='active')}",
        f"INSERT INTO item_version {_LIKE.format(version=2, state='draft')}; "
        "UPDATE OR REPLACE item_version SET version = 1 WHERE version = 2",
        f"INSERT INTO item_version {_LIKE.format(version=2, state='approved')}; "
        "UPDATE OR REPLACE item_version SET state = 'active' WHERE version = 2",
        "INSERT OR REPLACE INTO item_version (rowid, item_no, version, state, author) SELECT rowid, 'x', 1, 'draft', 'y' "
        "FROM item_version",
        "INSERT OR REPLACE INTO blueprint SELECT key, version, 'draft', digest, '', signed FROM blueprint",
        "INSERT OR REPLACE INTO pool SELECT name, 'other' FROM pool",
        "INSERT OR REPLACE INTO item_event SELECT id, item_no, version, move, 'other', at, comment FROM item_event",
        "INSERT OR REPLACE INTO figure SELECT pool, name, mark, mark FROM figure",
        "INSERT OR REPLACE INTO seen (rowid, item_no, version, person, sight, place, at) "
        "SELECT rowid, item_no, version, 'you', sight, place, at FROM seen",
        *(
            "INSERT INTO seen (rowid, item_no, version, person, sight, place, at) "
            f"VALUES ({rowid}, 'x', 1, 'p', 'view', '', '')"
            for rowid in (-1, 0, 99)
        ),
        *(
            f"INSERT INTO figure (rowid, pool, name, mark, content) VALUES ({rowid}, 'x', 'x.svg', x'00', x'00')"
            for rowid in (-1, 0, 99)
        ),
    ),
    "postgresql": tuple(
        f"TRUNCATE {table} CASCADE" for table in ("item_version", "blueprint", "pool", "item_event", "figure", "seen")
    ),
}
"""What these two do without asking the triggers of updates and deletions."""


def test_no_row_is_replaced_or_emptied_past_the_rules(database: Database) -> None:
    save(database, item())
    with database.begin() as transaction:
        transaction.bank.save_blueprint(stored())
        transaction.bank.use_blueprint(KEY, 1)
        transaction.bank.save_figures("city", {"a.svg": "<svg/>"})
        transaction.bank.add_seen([Seen("city-00001", 1, "me", Sight.VIEW, NOW)])
        cards = transaction.bank.versions("city-00001")
        transaction.bank.move(cards, Move.ASSIGN, cards[0].standing, "manager", NOW, "")

    def everything() -> list[object]:
        with database.read() as transaction:
            bank = transaction.bank
            rows = bank.versions("city-00001"), bank.history("city-00001"), bank.blueprints(), bank.pools()
            return [*rows, bank.figures("city"), bank.seen(person="me"), contents(database, ("city-00001", 1))]

    before = everything()
    for attack in WITHOUT_A_WORD[database.engine.dialect.name]:
        try:
            with database.engine.begin() as connection:
                for statement in attack.split("; "):
                    connection.execute(text(statement))
        except (IntegrityError, StoreError):
            pass
        assert everything() == before, attack
    # And the program can still write.
    with database.begin() as transaction:
        transaction.bank.add_seen([Seen("city-00001", 1, "later", Sight.VIEW, NOW)])
        transaction.bank.save_figures("city", {"b.svg": "<svg/>"})
        assert transaction.bank.seen(person="later") and "b.svg" in transaction.bank.figures("city")


def test_two_versions_of_an_item_are_not_active_at_once(database: Database) -> None:
    save(database, item())

    with pytest.raises((IntegrityError, StoreError)):
        save(database, item(stem="新题干（　　）。"), version=2)


# at rest ------------------------------------------------------------------------------------------------------------------


MOVED = [
    pytest.param("UPDATE item_version SET difficulty = 5 WHERE item_no = 'city-00001'", id="another difficulty"),
    pytest.param("UPDATE item_version SET item_no = 'city-00009' WHERE item_no = 'city-00001'", id="another number"),
    pytest.param(
        "UPDATE item_version SET content = (SELECT content FROM item_version WHERE item_no = 'city-00002') "
        "WHERE item_no = 'city-00001'",
        id="another item's content",
    ),
]


@pytest.mark.parametrize("attack", MOVED)
def test_a_row_that_was_tampered_with_is_not_read(database: Database, attack: str) -> None:
    save(database, item(1), item(2), standing=DRAFT)
    with database.engine.begin() as connection:
        connection.execute(text(attack))

    with pytest.raises(TamperedError), database.read() as transaction:
        numbers = transaction.bank.numbers("city")
        list(transaction.bank.contents([(number, 1) for number in numbers]))


class NoVault:
    """Whoever asks it for a key fails."""

    def wrap(self, data_key: bytes, purpose: str) -> bytes:
        raise AssertionError(purpose)

    unwrap = wrap


def test_lists_counts_and_moves_need_no_key(database: Database) -> None:
    """Search by metadata and assembly go on while the vault is away."""
    save(database, item())
    keyless = Database(database.engine, ContentKeys(NoVault(), lambda length: b"?" * length))

    with keyless.begin() as transaction:
        bank = transaction.bank
        (card,) = bank.cards(Wanted())
        bank.move([card], Move.FREEZE, replace(card.standing, state=ItemState.FROZEN), "manager", NOW, "")
        assert bank.counts(KEY, (ItemState.FROZEN,)).total() == 1 and bank.numbers("city") == ["city-00001"]


def test_an_import_that_was_rolled_back_leaves_no_key_that_is_not_in_the_database(database: Database, tmp_path: Path) -> None:
    """Else what is sealed under it later could never be opened again, by a program that starts anew."""
    with pytest.raises(RuntimeError), database.begin() as transaction:
        transaction.bank.save_versions([(one, 1) for one in transaction.bank.marked([item()])], THREE, NOW)
        raise RuntimeError("the power goes")

    save(database, item())

    assert contents(Database(database.engine, content_keys(tmp_path)), ("city-00001", 1)) == [item()]
