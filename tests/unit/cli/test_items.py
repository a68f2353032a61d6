"""`items …`: what the commands of the bank's people answer to a program, and what they refuse."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from itembank.domain.items import CaseQuestion, ItemType, MarkingLine, PracticalTask
from tests.province import items_bytes
from tests.unit.cli.bank_home import BankHome, bank, made_bank
from tests.unit.steps.sample_items import APPROVER, MANAGER, REVIEWER, THREE, WRITER, item

__all__ = ["bank", "made_bank"]

REPORT = {
    "format", "pool", "dry_run", "read", "imported", "unchanged", "rejected", "flags", "duplicates", "needs_eye", "layout",
}  # fmt: skip
ONE, TWO = "city-001", "city-002"
CHANGED = "改过的题：电阻的单位是（　　）。"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0 L9 9" stroke="black"/></svg>'


def pledge(bank: BankHome, *who: str, pool: str = "city") -> None:
    for name in who:
        bank.told("pledge", "sign", "--pool", pool, who=(name,))


# import -------------------------------------------------------------------------------------------------------------------


def test_an_import_reports_what_came_of_each_row(bank: BankHome) -> None:
    """Exit 0 though there are remarks: a duplicate with another key, a stem that speaks of a figure there is not."""
    bank.bring(item(1), item(2, stem="另一题：电阻的单位是（　　）。"))
    twin = item(3, key="B")
    odd = item(4, stem="如图所示，电阻的单位是（　　）。")
    file = bank.book(item(1), replace(twin, stem=item(1).stem), odd)

    report = bank.told("items", "import", file, "--pool", "city", who=THREE)

    assert report == {
        "format": "xlsx", "pool": "city", "dry_run": False, "read": 3, "imported": 2, "unchanged": 1, "rejected": [],
        "flags": report["flags"], "duplicates": [{"item": "city-003", "of": ONE, "kind": "exact", "key_conflict": True}],
        "needs_eye": [], "layout": [],
    }  # fmt: skip
    (flag,) = report["flags"]
    assert (flag["where"], flag["item"], flag["code"]) == ("试题!4", "city-004", "item.flag.figure_missing")
    assert set(flag) == {"where", "item", "code", "message", "message_en"}


def test_an_import_with_a_broken_row_reports_the_same_and_keeps_nothing(bank: BankHome) -> None:
    bank.bring(item(1))
    file = bank.book(item(1), item(2, key="Q"), item(3, adapted_from="national-x"), item(4))
    before = bank.dump()

    report = bank.told("items", "import", file, "--pool", "city", who=THREE, exit_code=5)
    preview = bank.told("items", "import", file, "--pool", "city", "--dry-run", exit_code=5)

    assert set(report) == REPORT and {**report, "dry_run": True} == preview
    assert (report["read"], report["imported"], report["unchanged"]) == (4, 0, 1)
    rejected = [(row["where"], row["field"], row["code"], row["text"]) for row in report["rejected"]]
    assert rejected == [("试题!3", "答案", "item.key", "Q"), ("试题!4", "改编自", "item.parent_unknown", "national-x")]
    assert all(set(row) == {"where", "field", "code", "message", "message_en", "text"} for row in report["rejected"])
    assert "Q" in report["rejected"][0]["message"] and bank.dump() == before


def test_an_import_tells_of_formulas_that_cannot_be_printed(bank: BankHome) -> None:
    """Read as a page would read them: unknown commands, signs without a glyph, and what would never end."""
    bad = [r"\nosuch{x}", "U_{总}", r"\frac{a", "x" * 301, f"{'{' * 140}x{'}' * 140}", r"\newcommand{\a}[1]{\a{#1#1}}\a{x}"]
    stems = [f"求${latex}$（　　）。" for latex in (r"\frac{P}{\sqrt{3}UI}", *bad)]
    file = bank.book(*(item(number, stem=stem) for number, stem in enumerate(stems)))

    report = bank.told("items", "import", file, "--pool", "city", who=THREE)

    flags = [(flag["item"], flag["code"]) for flag in report["flags"]]
    assert flags == [(f"city-00{number}", "item.flag.formula") for number in range(1, 7)] and report["imported"] == 7


def test_a_dry_run_needs_nobody_and_keeps_nothing(bank: BankHome) -> None:
    before = bank.dump()

    report = bank.told("items", "import", bank.book(item(1), item(2)), "--pool", "city", "--dry-run")

    assert (report["dry_run"], report["imported"]) == (True, 2) and bank.dump() == before


def test_the_report_for_people_names_every_broken_row(bank: BankHome) -> None:
    done = bank.run("items", "import", bank.book(item(1, key="Q")), "--pool", "city", who=THREE)

    assert done.exit_code == 5 and "拒绝1条" in done.stdout and "试题!2 答案" in done.stdout


def picture(format_: str) -> bytes:
    image = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(image, format_)
    return image.getvalue()


def test_an_export_comes_back_as_all_unchanged(bank: BankHome) -> None:
    """Drawings and photographs too, which the bank keeps in a form of its own."""
    drawn = [item(number, stem=f"如图{{{{图:{name}}}}}，第{number}题（　　）。")
             for number, name in ((1, "r.svg"), (2, "p.png"), (3, "q.jpg"))]  # fmt: skip
    figures = bank.home / "figures"
    figures.mkdir()
    for name, data in (("r.svg", SVG), ("p.png", picture("PNG")), ("q.jpg", picture("JPEG"))):
        (figures / name).write_bytes(data)
    bank.told("items", "import", bank.book(*drawn), "--pool", "city", "--figures", figures, who=THREE)
    pledge(bank, REVIEWER)
    out = bank.home / "export.xlsx"

    told = bank.told("items", "export", out, "--pool", "city", "--reason", "备案", who=(REVIEWER,))
    before = bank.dump()
    again = bank.told("items", "import", out, "--pool", "city", "--figures", told["figures"], "--dry-run")
    for figures_option in ([], ["--figures", told["figures"]]):
        done = bank.told("items", "import", out, "--pool", "city", *figures_option, who=THREE)
        assert (done["read"], done["unchanged"], done["imported"], done["rejected"]) == (10, 10, 0, [])

    beside = str(bank.home / "export")
    assert told == {"pool": "city", "format": "xlsx", "items": 10, "file": str(out), "figures": beside, "left_out": []}
    assert again["unchanged"] == 10 and bank.dump() == before
    private = [out, *(bank.home / "export").iterdir()]
    assert len(private) == 4 and {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_the_first_workbook_comes_back_as_all_unchanged(bank: BankHome) -> None:
    """The one the pool was made of."""
    (bank.home / "first.xlsx").write_bytes(items_bytes("national"))

    report = bank.told("items", "import", bank.home / "first.xlsx", "--pool", "national", who=THREE)

    assert (report["read"], report["unchanged"]) == (21, 21)


# looking ------------------------------------------------------------------------------------------------------------------


def test_an_items_eyes_are_told(bank: BankHome) -> None:
    """By items and by person; of what is not there nothing is said."""
    bank.bring(item(1), item(2))
    pledge(bank, REVIEWER)
    bank.told("items", "show", ONE, who=(REVIEWER,))
    bank.told("items", "export", bank.home / "x.xlsx", "--pool", "city", "--reason", "备案", who=(REVIEWER,))

    of_item, of_person = bank.told("items", "eyes", ONE), bank.told("items", "eyes", "--person", REVIEWER)

    assert set(of_item) == {"items", "person", "people", "eyes"} and of_item["items"] == [ONE]
    assert of_item["people"] == sorted({line["person"] for line in of_item["eyes"]})
    assert sorted((line["sight"], line["person"], line["version"], line["where"]) for line in of_item["eyes"]) == [
        ("author", THREE[0], 1, ""), ("export", REVIEWER, 1, "备案"), ("review", THREE[2], 1, ""), ("view", REVIEWER, 1, ""),
    ]  # fmt: skip
    assert all(set(line) == {"item", "version", "person", "sight", "where", "at"} for line in of_item["eyes"])
    shown = [line for line in of_person["eyes"] if line["sight"] != "review"]
    assert len(shown) == 1 + 9 and {line["item"] for line in bank.told("items", "eyes", ONE, TWO)["eyes"]} == {ONE, TWO}
    assert bank.told("items", "eyes", ONE, "city-999", exit_code=5)["error"] == "item.unknown"


def test_content_is_shown_under_a_pledge_only(bank: BankHome) -> None:
    """Whose words go to the person, not into the answer for a program; a recusal ends it."""
    bank.bring(item(1))
    refusal = bank.told("items", "show", ONE, who=(MANAGER,), exit_code=3)
    assert refusal["error"] == "people.no_pledge"
    signed = bank.run("pledge", "sign", "--pool", "city", "--pool", "province", "--json", who=(MANAGER,))
    assert signed.stderr.count("不以任何方式复制") == 2 and json.loads(signed.stdout)["pools"] == ["city", "province"]

    shown = bank.told("items", "show", ONE, who=(MANAGER,))

    assert (shown["content"]["stem"], shown["content"]["key"], shown["state"]) == (item(1).stem, "A", "active")
    assert WRITER not in json.dumps(shown)
    key = "2022/6-31-01-03/4/L"
    declared = bank.told(
        "recusal", "declare", "--blueprint", key, "--until", "2099-01-01", "--reason", "亲属报考", who=(MANAGER,)
    )
    assert declared == {"blueprint": key, "until": "2099-01-01T16:00:00Z"}, "that day in Beijing is the last"
    assert bank.told("items", "show", ONE, who=(MANAGER,), exit_code=3)["error"] == "people.recused"


def test_two_versions_are_compared(bank: BankHome) -> None:
    bank.bring(item(1))
    bank.bring(item(1, stem=CHANGED))
    pledge(bank, REVIEWER)

    told = bank.told("items", "diff", ONE, 1, 2, who=(REVIEWER,))

    (change,) = told["changes"]
    assert (told["item"], change["field"], change["before"], change["after"]) == (ONE, "stem", item(1).stem, CHANGED)
    assert bank.told("items", "show", ONE, "--version", "1", who=(REVIEWER,))["content"]["stem"] == item(1).stem


# lists and moves ----------------------------------------------------------------------------------------------------------


def numbers(told: dict[str, Any]) -> list[str]:
    return [row["item"] for row in told["items"]]


def test_a_list_goes_page_by_page_without_content_and_without_authors(bank: BankHome) -> None:
    bank.bring(item(1), item(2), who=(WRITER,))

    first = bank.told("items", "list", "--pool", "city", "--state", "draft", "--limit", "1")
    second = bank.told("items", "list", "--pool", "city", "--state", "draft", "--after", first["after"])
    of_point = bank.told("items", "list", "--point", "B-A-A-001", "--pool", "city")

    assert (numbers(first), first["after"], numbers(second), second["after"]) == ([ONE], ONE, [TWO], "")
    assert numbers(of_point) == [ONE, TWO, "city-city-2-2"] and len(bank.told("items", "list")["items"]) == 30
    assert set(first["items"][0]) == {
        "item", "version", "pool", "type", "point", "difficulty", "enemy_group", "adapted_from", "state", "state_zh",
        "assignee", "due", "overdue",
    }  # fmt: skip
    assert WRITER not in json.dumps(bank.told("items", "list"))


def test_what_is_in_use_is_listed_behind_a_draft_of_its_next_version(bank: BankHome) -> None:
    bank.bring(item(1))
    bank.bring(item(1, stem=CHANGED), who=(WRITER,))

    active = bank.told("items", "list", "--pool", "city", "--state", "active", "--limit", "1000")["items"]
    all_ = bank.told("items", "list", "--pool", "city", "--limit", "1000")["items"]

    assert [(row["version"], row["state"]) for row in active if row["item"] == ONE] == [(1, "active")]
    assert [(row["version"], row["state"]) for row in all_ if row["item"] == ONE] == [(2, "draft")]
    both = ("items", "list", "--pool", "city", "--state", "active", "--state", "draft", "--limit", "1")
    page = bank.told(*both)
    assert [(row["item"], row["version"]) for row in page["items"]] == [(ONE, 1), (ONE, 2)] and page["after"] == ONE


WHOLE = (
    item(
        1, type=ItemType.CASE, stem="某车间停电检修。", options=(), key="",
        questions=(CaseQuestion(ItemType.SINGLE, "第一步是（　　）。", ("验电", "挂牌", "放电"), "A", 2),),
    ),
    item(
        2, type=ItemType.PRACTICAL, stem="安装一只单相电能表。", options=(), key="", enemy_group="电能表",
        task=PracticalTask(
            60, ("三相电源1处",), ("万用表1块",), (MarkingLine("接线", "按图", 100, "每处扣5分"),), ("带电接线",)
        ),
    ),
)  # fmt: skip


def test_a_person_is_shown_what_an_item_shares_with_its_set(bank: BankHome) -> None:
    bank.bring(item(1, item_set="电机", stimulus="某电动机为4 kW。", fixed_form="套一"), who=(WRITER,))
    shown = bank.run("items", "show", ONE, who=(WRITER,)).stdout
    assert "套题 套一" in shown
    assert shown.index("题组 电机") < shown.index("题组材料 某电动机为4 kW。") < shown.index(item(1).stem)


def test_a_person_is_shown_all_of_an_item(bank: BankHome) -> None:
    """Who passes it has seen its questions, its task and what was said of it before."""
    bank.bring(*WHOLE, who=(WRITER,))
    pledge(bank, REVIEWER)
    bank.told("items", "submit", "--pool", "city", who=(WRITER,))
    bank.told("items", "return", TWO, "--comment", "配分偏高", who=(REVIEWER,))

    case = bank.run("items", "show", ONE, who=(REVIEWER,)).stdout
    task = bank.run("items", "show", TWO, who=(WRITER,)).stdout

    assert all(text in case for text in ("某车间停电检修", "第一步是", "A. 验电", "B. 挂牌", "答案 A", "2分"))
    asked = (
        "三相电源1处",
        "万用表1块",
        "接线：按图（100分）每处扣5分",
        "否定项 带电接线",
        "60分钟",
        "互斥组 电能表",
        "配分偏高",
    )
    assert all(text in task for text in asked) and REVIEWER not in task
    assert bank.told("items", "show", TWO, who=(WRITER,))["comments"][0]["comment"] == "配分偏高"


def test_a_large_import_tells_how_far_it_is(bank: BankHome) -> None:
    """On stderr; stdout has the one object."""
    done = bank.run("items", "import", bank.book(*map(item, range(1, 1002))), "--pool", "city", "--dry-run", "--json")

    assert "读取 1000/" in done.stderr and json.loads(done.stdout)["read"] == 1001


def test_a_cells_escape_sequences_do_not_reach_the_terminal(bank: BankHome) -> None:
    refusal = bank.run("items", "import", bank.book(item(1, stem="红\x1b[31m字")), "--pool", "city", "--dry-run")

    assert refusal.exit_code == 5 and "\x1b" not in refusal.output and "[31m" in refusal.output


def test_a_column_that_nobody_knows_is_named(bank: BankHome) -> None:
    book = load_workbook(bank.book(item(1)))
    book.worksheets[0].cell(1, book.worksheets[0].max_column + 1, "互斥题")
    book.save(bank.home / "odd.xlsx")

    [flag] = bank.told("items", "import", bank.home / "odd.xlsx", "--pool", "city", "--dry-run")["flags"]

    assert (flag["code"], flag["where"]) == ("item.flag.unread", "试题!1") and "互斥题" in flag["message"]


def test_a_draft_becomes_active_by_commands(bank: BankHome) -> None:
    """The queue of each shows it; the manager's history tells all of it."""
    bank.bring(item(1), item(2), who=(WRITER,))
    pledge(bank, REVIEWER, APPROVER)
    assert bank.told("items", "submit", "--pool", "city", who=(WRITER,)) == {"move": "submit", "moved": 2}
    waiting = bank.told("items", "queue", who=(REVIEWER,))
    assert numbers(waiting) == [ONE, TWO] and waiting["items"][0]["due"] and not waiting["items"][0]["overdue"]
    bank.told("items", "return", TWO, "--comment", "选项B有误", who=(REVIEWER,))
    assert bank.told("items", "pass", ONE, who=(REVIEWER,), exit_code=3)["error"] == "people.not_looked"
    bank.told("items", "show", ONE, who=(REVIEWER,))
    bank.told("items", "pass", ONE, who=(REVIEWER,))
    bank.told("items", "assign", ONE, "--to", APPROVER, who=(MANAGER,))
    assert bank.told("items", "queue", "--pool", "city", who=(APPROVER,))["items"][0]["assignee"] == APPROVER
    bank.told("items", "assign", ONE, who=(MANAGER,))
    assert bank.told("items", "queue", who=(APPROVER,))["items"][0]["assignee"] == ""
    bank.told("items", "show", ONE, who=(APPROVER,))
    bank.told("items", "approve", ONE, who=(APPROVER,))
    bank.told("items", "activate", ONE, who=(MANAGER,))

    bank.bring(item(3, adapted_from=ONE))
    told = bank.told("items", "history", ONE, who=(MANAGER,))

    assert [event["move"] for event in told["events"]] == ["submit", "pass", "assign", "assign", "approve", "activate"]
    assert (told["used"], told["adapted_by"]) == ([], ["city-003"])
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["at"]) for event in told["events"])
    assert [version["state"] for version in told["versions"]] == ["active"]
    assert "选项B有误" not in json.dumps(bank.told("items", "history", TWO, who=(MANAGER,)), ensure_ascii=False)


# what is refused as input -------------------------------------------------------------------------------------------------

NOBODY: tuple[str, ...] = ()
WRONG: list[Any] = [
    pytest.param(("items", "import", "FILE", "--pool", "city"), NOBODY, id="an import by nobody"),
    pytest.param(("items", "import", "FILE", "--pool", "city"), (WRITER, REVIEWER), id="an import by two"),
    pytest.param(("items", "import", "FILE"), THREE, id="an import into no pool"),
    pytest.param(("items", "import", "nowhere.xlsx", "--pool", "city"), THREE, id="an import of no file"),
    pytest.param(("items", "export", "OUT", "--pool", "city"), (REVIEWER,), id="an export for no reason"),
    pytest.param(("items", "export", "OUT", "--pool", "city", "--reason", "x"), NOBODY, id="an export by nobody"),
    pytest.param(("items", "eyes"), NOBODY, id="the eyes of nothing"),
    pytest.param(("items", "eyes", ONE, "--person", WRITER), NOBODY, id="the eyes of two things"),
    pytest.param(("items", "list", "--state", "sold"), NOBODY, id="a state there is not"),
    pytest.param(("items", "list", "--limit", "0"), NOBODY, id="a page of nothing"),
    pytest.param(("items", "queue"), NOBODY, id="nobody's queue"),
    pytest.param(("items", "show", ONE), (REVIEWER, WRITER), id="two look at once"),
    pytest.param(("items", "show", ONE, "--version", "-1"), (REVIEWER,), id="a version before the first"),
    pytest.param(("items", "diff", ONE, "0", "1"), (REVIEWER,), id="a comparison with version 0"),
    pytest.param(("items", "diff", ONE, "1"), (REVIEWER,), id="a comparison with nothing"),
    pytest.param(("items", "history"), (MANAGER,), id="the history of nothing"),
    pytest.param(("items", "submit"), (WRITER,), id="nothing is submitted"),
    pytest.param(("items", "submit", ONE, "--pool", "city"), (WRITER,), id="one item and a pool"),
    pytest.param(("items", "submit", ONE, "--to", REVIEWER), (WRITER,), id="a submission to somebody"),
    pytest.param(("pledge", "sign"), (REVIEWER,), id="a pledge for no pool"),
    pytest.param(("pledge", "sign", "--pool", "city"), NOBODY, id="a pledge of nobody"),
    pytest.param(
        ("recusal", "declare", "--blueprint", "x", "--until", "soon", "--reason", "x"), (REVIEWER,), id="until no day"
    ),
    pytest.param(("recusal", "declare", "--blueprint", "x", "--until", "2099-01-01"), (REVIEWER,), id="for no reason"),
]


@pytest.mark.parametrize(("words", "who"), WRONG)
def test_wrong_usage_ends_with_two_and_changes_nothing(bank: BankHome, words: tuple[str, ...], who: tuple[str, ...]) -> None:
    bank.bring(item(1), who=(WRITER,))
    before = bank.dump()
    places: dict[str, Path] = {"FILE": bank.book(item(2)), "OUT": bank.home / "out.xlsx"}

    told = bank.told(*(places.get(word, word) for word in words), who=who, exit_code=2)

    assert told["error"] == "usage" and bank.dump() == before and not places["OUT"].exists()


@pytest.mark.parametrize(
    ("code", "words", "who", "exit_code"),
    [
        ("item.unknown", ("items", "show", "city-999"), REVIEWER, 5),
        ("item.unknown", ("items", "history", "city-999"), MANAGER, 5),
        ("statement.duty", ("items", "history", "city-city-0-0"), REVIEWER, 3),
        ("item.unknown", ("items", "export", "OUT", "--pool", "province", "--reason", "x"), REVIEWER, 5),
        ("item.pool", ("pledge", "sign", "--pool", "somewhere"), REVIEWER, 5),
        ("item.comment", ("items", "return", "city-city-0-0"), REVIEWER, 5),
    ],
)
def test_what_is_not_there_is_refused_in_words(
    bank: BankHome, code: str, words: tuple[str, ...], who: str, exit_code: int
) -> None:
    told = bank.told(*(str(bank.home / "out.xlsx") if word == "OUT" else word for word in words), who=(who,),
                     exit_code=exit_code)  # fmt: skip

    assert told["error"] == code and not (bank.home / "out.xlsx").exists()
