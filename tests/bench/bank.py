"""Measures the bank: `scripts/bench bank [--json] [--items N] [--pages N]`.

A bank is filled with so many items, on SQLite and on a PostgreSQL server of its own; then pages of its list are asked for as a
person would: any pool, state and point, from the beginning or from anywhere. Each page is a transaction of its own with its
query and its cards; the slowest of twenty is what counts (p95). Then a pool of 5,000 items with 500 figures, all different, is
released: sealed, signed by two and recorded; and taken by another bank: verified, opened, encrypted anew and recorded.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from itembank.adapters.database import Database
from itembank.adapters.engine import open_engine
from itembank.adapters.folder import DiskFolder
from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item, ItemType
from itembank.domain.review import ItemState, Standing
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.ports.bank import StoredBlueprint, Wanted
from itembank.steps import pooling
from keys.encoding import Json
from keys.keyfile import public_half
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, tell
from tests.province import POLICY, PREPARED, Province, blueprint_bytes, content_keys
from tests.servers.postgres import find_programs, run_server

PAGE_MS, RELEASE_SECONDS = 50, 10
POOLS = ("national", "province", "city", "city-welder")
RELEASED, FIGURES = 5_000, 500
FIGURE_BYTES = 20_000
CITY = "city-bank"
AT_ONCE = 5_000
STATES = {
    ItemState.ACTIVE: Standing(ItemState.ACTIVE, "author", "reviewer", "approver"),
    ItemState.DRAFT: Standing(ItemState.DRAFT, "author"),
    ItemState.SUBMITTED: Standing(ItemState.SUBMITTED, "author"),
    ItemState.RETIRED: Standing(ItemState.RETIRED, "author", "reviewer", "approver"),
}
SHARES = (70, 10, 10, 10)
"""Percent of the items in each of these states."""


def made(number: int, pool: str, blueprint: Blueprint, figure: str = "") -> Item:
    """An item like any other; `figure`: the name of one it shows."""
    point = blueprint.points[number * 7 % len(blueprint.points)].code
    stem = f"第{number}号电动机起动后电流表指示逐渐上升，绕组绝缘电阻为{number % 97}兆欧，此时首先应检查的是（　　）。"
    return Item(
        item_no=f"{pool}-{number:032x}", pool=pool, type=ItemType.SINGLE,
        stem=stem + (f"{{{{图:{figure}}}}}" if figure else ""),
        options=("电源电压是否三相平衡", "轴承润滑是否良好", "负载是否超过额定值", "接线端子是否松动"), key="ABCD"[number % 4],
        point=point, difficulty=1 + number % 5, congruence=5, source="自编",
        rationale="负载过重时电流上升而转速下降，应先检查负载。",
    )  # fmt: skip


def page_rows(name: str, database: Database, blueprint: Blueprint, items: int, pages: int) -> list[Row]:
    fill(database, blueprint, items)
    draw, taken = random.Random(1), []
    numbers = [f"{pool}-{draw.randrange(items):032x}" for pool in POOLS for _ in range(20)]
    for _ in range(pages):
        wanted = Wanted(
            pool=draw.choice(POOLS),
            states=draw.choice([(), (ItemState.ACTIVE,), (ItemState.SUBMITTED, ItemState.IN_REVIEW), (ItemState.DRAFT,)]),
            point=draw.choice(["", "", blueprint.points[draw.randrange(len(blueprint.points))].code]),
            after=draw.choice(["", *numbers]),
        )
        began = time.perf_counter()
        with database.read() as transaction:
            transaction.bank.cards(wanted)
        taken.append((time.perf_counter() - began) * 1000)
    slow = round(statistics.quantiles(taken, n=20)[-1], 2)
    return [
        bounded(f"a page of the list over {items} items on {name}, p95", slow, PAGE_MS, "ms"),
        Row("  the same, median, ms", round(statistics.median(taken), 2)),
    ]


def fill(database: Database, blueprint: Blueprint, items: int) -> None:
    """So many items in four pools, most of them active."""
    with database.begin() as transaction:
        for pool in POOLS:
            transaction.bank.save_pool(pool, blueprint.key)
    draw = random.Random(2)
    for start in range(0, items, AT_ONCE):
        by_state: dict[ItemState, list[Item]] = {state: [] for state in STATES}
        for number in range(start, min(start + AT_ONCE, items)):
            [state] = draw.choices(list(STATES), SHARES)
            by_state[state].append(made(number, POOLS[number % len(POOLS)], blueprint))
        with database.begin() as transaction:
            bank = transaction.bank
            for state, some in by_state.items():
                bank.save_versions([(one, 1) for one in bank.marked(some)], STATES[state], PREPARED)


def release_rows(folder: Path, blueprint: Blueprint) -> list[Row]:
    """From one bank's database to another's, both on SQLite with full synchronisation."""
    giving, taking = (Province(folder / name, PREPARED, with_a_city_bank) for name in ("province", "city"))
    banks = []
    for province in (giving, taking):
        (province.home / "centre").mkdir(parents=True)
        banks.append(Database(open_engine(province.home / "centre" / "centre.sqlite"), content_keys(province.home / "centre")))
    stock(banks[0], blueprint)
    clock, managers = giving.clock, giving.signers("bank_manager-1", "bank_manager-2")
    began = time.perf_counter()
    release = pooling.release_pool(
        banks[0], giving.directory, "national", "1", giving.device(CITY), managers, clock, giving.random, POLICY
    )
    sealed = time.perf_counter()
    pooling.take_into_bank(
        banks[1], DiskFolder(taking.home / "centre"), taking.directory, taking.device(CITY), taking.secret("seal", CITY),
        taking.signer("bank_manager-1"), release.manifest, lambda name: release.container, clock,
    )  # fmt: skip
    taken = time.perf_counter()
    with banks[1].read() as transaction:
        assert (len(transaction.bank.active("national")), len(transaction.bank.figures("national"))) == (RELEASED, FIGURES)
    what = f"a pool of {RELEASED} items with {FIGURES} figures ({len(release.container) / 1e6:.0f} MB)"
    return [
        bounded(f"{what}: sealed and taken by another bank", round(taken - began, 2), RELEASE_SECONDS, "s"),
        Row("  of it sealing, s", round(sealed - began, 2)),
    ]


def stock(database: Database, blueprint: Blueprint) -> None:
    """A pool to release: every tenth item shows a figure of its own."""
    draw = random.Random(3)
    figures = {f"f{number}.svg": f"<svg>{draw.randbytes(FIGURE_BYTES // 2).hex()}</svg>" for number in range(FIGURES)}
    step = RELEASED // FIGURES
    items = [made(n, "national", blueprint, f"f{n // step}.svg" if n % step == 0 else "") for n in range(RELEASED)]
    with database.begin() as transaction:
        bank = transaction.bank
        bank.save_blueprint(StoredBlueprint(blueprint, "approved", "ab" * 32, b"signed"))
        bank.save_pool("national", blueprint.key)
        bank.save_figures("national", figures)
        bank.save_versions([(one, 1) for one in bank.marked(items)], STATES[ItemState.ACTIVE], PREPARED)


def with_a_city_bank(body: Json) -> None:
    key = Province.secret
    keys = {use: public_half(use, key(None, use, CITY)).hex() for use in ("sign", "seal")}  # type: ignore[arg-type]
    body["devices"].append({"name": CITY, "kind": "bank", "label": "示例市题库", "people": ["bank_manager-1"], **keys})


def rows(items: int, pages: int) -> list[Row]:
    blueprint = read_blueprint(blueprint_bytes())
    with tempfile.TemporaryDirectory(prefix="itembank-bench-") as name:
        folder = Path(name)
        database = Database(open_engine(folder / "centre.sqlite"), content_keys(folder))
        found = page_rows("SQLite", database, blueprint, items, pages)
        programs = find_programs()
        if programs is None:
            goal = f"<= {PAGE_MS} ms"
            found.append(Row("a page of the list on PostgreSQL, p95, ms", None, goal=goal, met=NOT_MEASURED))
        else:
            with run_server(programs) as server, server.database("template0") as url:
                database = Database(open_engine(url), content_keys(folder))
                found += page_rows("PostgreSQL", database, blueprint, items, pages)
        return found + release_rows(folder, blueprint)


def main() -> None:
    told = "题库列表与题库下发的耗时 | lists and pool releases"
    parser = argparse.ArgumentParser(prog="scripts/bench bank", description=told)
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--items", type=int, default=100_000, help="items in the bank")
    parser.add_argument("--pages", type=int, default=400, help="pages asked for")
    chosen = parser.parse_args()
    tell(rows(chosen.items, chosen.pages), as_json=chosen.json)


if __name__ == "__main__":
    main()
