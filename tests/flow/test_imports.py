"""A workbook with a broken row: nothing of it is imported, and the row and the reason are named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from tests.flow.stage import REPOSITORY, Province, copy_province

TABLES = ("item_version", "figure", "ledger_queue")
FIGURES = REPOSITORY / "itembank" / "demo" / "sample" / "figures"


@pytest.fixture(scope="module")
def province(proved_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Province:
    home = tmp_path_factory.mktemp("imports") / "province"
    copy_province(proved_home, home)
    return Province(home)


def held(province: Province) -> tuple[int, int, int]:
    """Items, figures and ledger lines in the database."""
    with closing(sqlite3.connect(province.home / "centre" / "centre.sqlite")) as database:
        items, figures, lines = (database.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0] for t in TABLES)
    return items, figures, lines


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("答案", "AZ", "答案"), ("知识点一级", "Z不存在", "知识点")],
)
def test_a_broken_row_imports_nothing_and_is_named_with_its_reason(
    province: Province, tmp_path: Path, column: str, value: str, said: str
) -> None:
    book = openpyxl.load_workbook(next((province.home / "bank").glob("*示例市*")))
    sheet = book.worksheets[0]
    number = next(n for n, cell in enumerate(sheet[1], start=1) if str(cell.value).startswith(column))
    sheet.cell(row=17, column=number).value = value
    book.save(tmp_path / "broken.xlsx")
    before = held(province)
    three = province.act("item_writer-1", "item_reviewer-1", "item_approver-1")
    done = province.run(
        "items", "import", str(tmp_path / "broken.xlsx"), "--home", "centre", "--pool", "city",
        "--figures", str(FIGURES), *three, "--json",
    )  # fmt: skip
    assert done.code == 5, done.err
    (row, *_), others = done.told["rejected"], done.told["imported"]
    assert row["where"].endswith("!17") and said in row["field"] and row["message"] and not others, done.told
    assert "Traceback" not in done.err
    assert held(province) == before


def test_a_file_that_is_no_workbook_is_bad_input(province: Province, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    before = held(province)
    three = province.act("item_writer-1", "item_reviewer-1", "item_approver-1")
    done = province.run("items", "import", str(tmp_path / "x.xlsx"), "--home", "centre", "--pool", "city", *three, "--json")
    assert done.code == 5 and "Traceback" not in done.err
    assert held(province) == before
