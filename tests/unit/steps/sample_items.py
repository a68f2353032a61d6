"""Small items of the province's blueprint, and their way into its bank: what the tests of steps 1 and 2 stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from itembank.adapters import tables
from itembank.adapters.engine import reading
from itembank.domain.items import Item, ItemType
from itembank.domain.policy import Policy
from itembank.domain.review import Move
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.item_export import write_items
from itembank.formats.item_file import own_workbook
from itembank.ports.bank import VersionCard
from itembank.steps import authoring, reviewing, viewing
from itembank.steps.authoring import BlueprintReport, ItemsReport
from keys.directory import read_directory
from keys.encoding import Json, sha256
from keys.keyfile import public_half
from tests.province import POLICY, Province, blueprint_bytes, blueprint_file, directory_of

WRITER, REVIEWER, APPROVER, MANAGER = "item_writer-1", "item_reviewer-1", "item_approver-1", "bank_manager-1"
THREE = (WRITER, REVIEWER, APPROVER)
BLUEPRINT = read_blueprint(blueprint_bytes())
ELSEWHERE = {"ledger_entry", "ledger_checkpoint"}
"""Tables the sequencer writes, whenever it likes."""


def item(number: int = 1, pool: str = "city", **other: object) -> Item:
    made = Item(
        item_no=f"{pool}-{number:03d}", pool=pool, type=ItemType.SINGLE, stem=f"第{number}题：电阻的单位是（　　）。",
        options=("欧姆", "伏特", "安培", "瓦特"), key="A", point="B-A-A-001", difficulty=3, congruence=5,
        rationale="见教材", source="自编",
    )  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def workbook(*items: Item) -> bytes:
    return write_items(items, BLUEPRINT)


def import_blueprint(province: Province, *who: str, data: bytes = b"", policy: Policy = POLICY, **how: bool) -> BlueprintReport:
    signers, file = province.signers(*who), blueprint_file(data or blueprint_bytes(), policy)
    return authoring.import_blueprint(province.centre.book, province.directory, province.clock, policy, file, signers, **how)


def bring(
    province: Province, *items: Item, who: tuple[str, ...] = THREE, pool: str = "", policy: Policy = POLICY,
    figures: dict[str, str] | None = None, data: bytes = b"", **how: Any,
) -> ItemsReport:  # fmt: skip
    """Import these items, or the workbook `data`, by people who pledge first."""
    pool = pool or (items[0].pool if items else "city")
    for name in who:
        pledge(province, name, pool)
    return authoring.import_items(
        province.centre.book, province.directory, province.clock, policy, own_workbook(data or workbook(*items)), figures or {},
        pool,
        province.signers(*who), **how,
    )  # fmt: skip


def move(province: Province, move: Move, who: str, *item_nos: str, policy: Policy = POLICY, **how: str) -> list[VersionCard]:
    """A move by a person who has pledged and looked, where that is asked for."""
    if move in (Move.PASS, Move.APPROVE) and item_nos:
        show(province, who, *item_nos)
    return blind_move(province, move, who, *item_nos, policy=policy, **how)


def blind_move(
    province: Province, move: Move, who: str, *item_nos: str, policy: Policy = POLICY, **how: str
) -> list[VersionCard]:
    """A move by whoever, seen or not."""
    book, signer = province.centre.book, province.signer(who)
    return reviewing.review(book, province.directory, province.clock, policy, signer, move, item_nos, **how)


def admit(province: Province, *item_nos: str) -> None:
    """The rest of a draft's way, by single steps."""
    ways = (Move.SUBMIT, WRITER), (Move.PASS, REVIEWER), (Move.APPROVE, APPROVER), (Move.ACTIVATE, MANAGER)
    for step, who in ways:
        move(province, step, who, *item_nos)


def show(province: Province, who: str, *item_nos: str, version: int = 0, policy: Policy = POLICY) -> list[Item]:
    """A look by a person who pledges first."""
    pool = item_nos[0].partition("-")[0]
    pledge(province, who, pool)
    sight = reviewing.sight_of(province.centre.book, province.directory, who, item_nos[0])
    found = viewing.look(
        province.centre.book, province.directory, province.clock, policy, province.signer(who), item_nos, sight,
        version=version,
    )  # fmt: skip
    return [one for _, one in found]


def pledge(province: Province, who: str, pool: str = "city") -> None:
    book, signer = province.centre.book, province.signer(who)
    viewing.sign_pledge_for(book, province.directory, province.clock, POLICY, pool, signer)


def versions(province: Province, item_no: str) -> list[VersionCard]:
    with province.centre.book.read() as transaction:
        return transaction.bank.versions(item_no)


def states(province: Province, item_no: str) -> list[str]:
    """Of every version, oldest first."""
    return [card.standing.state.value for card in versions(province, item_no)]


def content(province: Province, item_no: str, version: int = 1) -> Item:
    with province.centre.book.read() as transaction:
        (found,) = transaction.bank.contents([(item_no, version)])
        return found


def rows(province: Province) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the centre's database but the sequencer's."""
    with reading(province.centre.book.engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
            if table.name not in ELSEWHERE
        }


def enter(province: Province, people: dict[str, tuple[str, ...]], organisation: str = "示例省命题组") -> None:
    """More people in the directory: name → duties."""

    def edit(body: Json) -> None:
        for name, duties in people.items():
            public = public_half("sign", province.secret("sign", name)).hex()
            more = {"name": name, "label": name, "organisation": organisation, "duties": list(duties), "sign": public}
            body["people"].append(more)

    province.directory_data = directory_of(edit)
    province.directory = read_directory(province.directory_data, sha256(province.directory_data).hex())
