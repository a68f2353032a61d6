"""A bank of the first version, whose items stood in clear: sealed once, under the people who signed for them, or untouched."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, Table, event, insert, inspect, select

from itembank.adapters import schema, upgrading
from itembank.adapters.content_keys import ContentKeys
from itembank.adapters.database import Database
from itembank.adapters.engine import connect, open_engine, reading
from itembank.adapters.migrations import FIRST, HEAD
from itembank.adapters.upgrading import config, upgrade
from itembank.domain.items import Item, ItemType
from itembank.formats.imports import sign_import
from itembank.formats.pool_content import blueprint_document, item_document
from itembank.ports.bank import VersionCard
from keys.encoding import Json, canonical
from keys.entry import Entry
from tests.attacks.disguises import forms, leaks, texts
from tests.province import Province, blueprint_bytes, content_keys, items_bytes, refused
from tests.servers.dumps import stolen
from tests.unit.steps.sample_items import BLUEPRINT, THREE, item

THEN = datetime(2026, 3, 1, tzinfo=UTC)
OTHERS = ("bank_manager-1", "item_reviewer-1", "item_approver-1")
"""The people of the second pool's import."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L9 9" stroke="#123456"/></svg>'
ITEMS = [
    item(
        1, stem="如图{{图:r.svg}}，电阻的单位是什么（　　）。", options=("即欧姆", "即伏特", "即安培", "即瓦特"),
        rationale="电阻的单位是欧姆，不是伏特", enemy_group="甲",
    ),
    item(2, type=ItemType.JUDGEMENT, stem="电压一定时，电阻越大电流越小。", options=(), key="√"),
    item(1, "national", stem="变压器一次绕组与二次绕组的匝数之比（　　）。", options=("等于变比", "大于变比", "小于变比")),
]  # fmt: skip
SINCE = ("options_locked", "adapted_from", "questions", "task")
"""What the documents of that time did not have."""
Where = Path | str


def old_item(found: Item) -> Json:
    return {name: value for name, value in item_document(found).items() if name not in SINCE}


def old_blueprint() -> Json:
    document = {name: value for name, value in blueprint_document(BLUEPRINT).items() if name not in ("work_type", "version")}
    points = [{name: value for name, value in asdict(point).items() if name != "score"} for point in BLUEPRINT.points]
    return {**document, "points": points}


@pytest.fixture(autouse=True)
def _keeps_what_is_deleted() -> Iterator[None]:
    """SQLite as most machines have it: Debian's overwrites deleted rows by itself."""

    def connected(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA secure_delete=OFF")

    event.listen(Engine, "connect", connected)
    yield
    event.remove(Engine, "connect", connected)


@pytest.fixture
def lines(tmp_path: Path) -> list[Entry]:
    """The ledger of that time: the blueprint, an import of each pool, and a second one of the city's by the same three."""
    province = Province(tmp_path / "province")

    def line(what: str, pool: str, workbook: bytes, who: tuple[str, ...], days: int) -> Entry:
        at = THEN + timedelta(days=days)
        signed = sign_import(what, pool, workbook, {}, 1, at, province.signers(*who))
        subject: Json = {"occupation": "电工"} if what == "blueprint" else {"pool": pool}
        act = "blueprint" if what == "blueprint" else "import"
        return Entry(act, {**subject, "digest": "ab" * 32}, who[0], at, signed.decode())

    return [
        line("blueprint", "", blueprint_bytes(), THREE, 0),
        line("items", "national", items_bytes("national"), OTHERS, 1),
        line("items", "city", items_bytes("city"), OTHERS, 2),
        line("items", "city", items_bytes("city"), THREE, 3),
    ]


@contextmanager
def database(where: Where) -> Iterator[Engine]:
    engine = connect(where)
    try:
        yield engine
    finally:
        engine.dispose()


def put(where: Where, lines: list[Entry], items: list[Item], blueprint: bool = True) -> None:
    """A database of revision 0001 with these rows."""
    rows: dict[str, list[dict[str, Any]]] = {
        "blueprint": [{"id": 1, "data": canonical(old_blueprint()).decode()}] if blueprint else [],
        "item": [
            {"item_no": one.item_no, "pool": one.pool, "status": "active", "data": canonical(old_item(one)).decode()}
            for one in items
        ],
        "figure": [{"pool": "city", "name": "r.svg", "svg": SVG}],
        "ledger_queue": [
            {"id": number, "act": line.act, "hid": "", "entry": line.encode()} for number, line in enumerate(lines, 1)
        ],
    }
    with database(where) as engine, engine.begin() as connection:
        command.upgrade(config(connection), FIRST)
        for name, values in rows.items():
            if values:
                connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), values)


def rows_of(where: Where) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in it, the mark of its version too."""
    with database(where) as engine, reading(engine) as connection:
        tables = {name: Table(name, MetaData(), autoload_with=connection) for name in inspect(connection).get_table_names()}
        return {name: sorted(map(tuple, connection.execute(select(table))), key=repr) for name, table in tables.items()}


def wanted() -> set[str]:
    """Every text of the items and the drawing."""
    return {SVG, *(text for one in ITEMS for text in texts(one))}


def test_items_that_stood_in_clear_are_active_under_their_three_people(
    empty: Where, lines: list[Entry], tmp_path: Path
) -> None:
    """Their content is what it was; those of the pool's newest import stand for all of it."""
    put(empty, lines, ITEMS)

    assert upgrade(empty, tmp_path / "lock", content_keys(tmp_path)) == (FIRST, HEAD)

    engine = open_engine(empty)
    with Database(engine, content_keys(tmp_path)).read() as transaction:
        bank = transaction.bank
        assert bank.active("city") == [(1, ITEMS[0]), (1, ITEMS[1])] and bank.active("national") == [(1, ITEMS[2])]
        assert [people(bank.versions(one.item_no)) for one in ITEMS] == [[THREE], [THREE], [OTHERS]]
        assert bank.versions("city-001")[0].saved_at == THEN + timedelta(days=3)
        assert bank.pools() == {"city": BLUEPRINT.key, "national": BLUEPRINT.key} and bank.figures("city") == {"r.svg": SVG}
        (held,) = bank.blueprints()
        assert (held.blueprint, held.state, held.signed.decode()) == (BLUEPRINT, "approved", lines[0].statement)
        assert all(known.unchanged for known in bank.held(bank.marked(ITEMS)).values())
    with reading(engine) as connection:
        assert not [name for name in inspect(connection).get_table_names() if name.startswith("plain_")]
    engine.dispose()


def people(versions: list[VersionCard]) -> list[tuple[str, str, str]]:
    return [(card.standing.author, card.standing.reviewer, card.standing.approver) for card in versions]


def test_nothing_in_clear_is_left_in_the_file_or_in_a_dump(empty: Where, lines: list[Entry], tmp_path: Path) -> None:
    """Not on a page that is free now either. Before, all of it was there: so the search finds what there is."""
    put(empty, lines, ITEMS)
    assert set(leaks(stolen(empty), wanted())) == wanted()

    upgrade(empty, tmp_path / "lock", content_keys(tmp_path))

    assert leaks(stolen(empty), wanted()) == []


def test_an_upgrade_that_was_killed_before_it_forgot_is_completed_by_the_next(
    empty: Where, lines: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The items are sealed by then, and only the free pages tell."""
    put(empty, lines, ITEMS)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(upgrading, "_forget", lambda engine: (_ for _ in ()).throw(KeyboardInterrupt))
        upgrade(empty, tmp_path / "lock", content_keys(tmp_path))

    assert upgrade(empty, tmp_path / "lock", content_keys(tmp_path)) == (HEAD, HEAD)

    assert leaks(stolen(empty), wanted()) == []


def test_the_upgrade_again_finds_nothing_to_do(empty: Where, lines: list[Entry], tmp_path: Path) -> None:
    put(empty, lines, ITEMS)
    upgrade(empty, tmp_path / "lock", content_keys(tmp_path))
    before = rows_of(empty)

    assert upgrade(empty, tmp_path / "lock", content_keys(tmp_path)) == (HEAD, HEAD)

    assert rows_of(empty) == before


@pytest.mark.parametrize(
    ("pool", "kept", "blueprint"),
    [
        pytest.param("city", lambda line: line.subject.get("pool") != "city", True, id="a pool that nobody signed for"),
        pytest.param("blueprint", lambda line: line.act != "blueprint", True, id="a blueprint that nobody signed for"),
        pytest.param("blueprint", lambda line: True, False, id="items without a blueprint"),
    ],
)
def test_items_that_nobody_signed_for_refuse_the_upgrade(
    empty: Where, lines: list[Entry], tmp_path: Path, pool: str, kept: Any, blueprint: bool
) -> None:
    """Nothing has happened then: the old program goes on with them."""
    put(empty, list(filter(kept, lines)), ITEMS, blueprint)
    before = rows_of(empty)

    error = refused("store.no_import", lambda: upgrade(empty, tmp_path / "lock", content_keys(tmp_path)))

    assert error.facts == {"pool": pool} and rows_of(empty) == before
    with database(empty) as engine, reading(engine) as connection:
        assert schema.revision(connection) == FIRST


def test_a_bank_whose_vault_is_gone_is_not_upgraded(empty: Where, lines: list[Entry], tmp_path: Path) -> None:
    put(empty, lines, ITEMS)
    before, keys = rows_of(empty), content_keys(tmp_path)
    (tmp_path / "bank.vault").unlink()

    refused("vault.missing", lambda: upgrade(empty, tmp_path / "lock", keys))

    assert rows_of(empty) == before


def test_a_database_without_a_bank_needs_no_key(empty: Where, tmp_path: Path) -> None:
    class NoVault:
        """Whoever asks it for a key fails."""

        def wrap(self, data_key: bytes, purpose: str) -> bytes:
            raise AssertionError(purpose)

        unwrap = wrap

    with database(empty) as engine, engine.begin() as connection:
        command.upgrade(config(connection), FIRST)

    assert upgrade(empty, tmp_path / "lock", ContentKeys(NoVault(), lambda length: b"?" * length)) == (FIRST, HEAD)


def test_a_form_is_found_wherever_it_begins() -> None:
    """The search itself."""
    text = "电阻的单位是欧姆"
    for before in range(4):
        assert any(form in base64.b64encode(b"x" * before + text.encode() + b"yz") for form in forms(text))
    assert leaks(f'{{"stem":"{text}"}}'.encode(), [text, "电容的单位"]) == [text]
