"""`items import` and `items export` with files of other programs: the report, corrected layouts, files for others and back."""

from __future__ import annotations

import functools
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from itembank.domain.items import CaseQuestion, Item, ItemType
from tests.unit.cli.bank_home import BankHome, bank, made_bank
from tests.unit.formats.foreign.test_word import changed
from tests.unit.steps.sample_items import THREE, WRITER, item

__all__ = ["bank", "made_bank"]

PAPER = (
    "试卷标题\n1. 电阻的单位是（　　）。\nA. 伏特 B. 欧姆 C. 安培\n答案：B\n知识点：B-A-A-001\n2. 导体有电阻。"
    "\n答案：√\n知识点：欧姆定律\n"
)
TABLE = "甲,乙,丙,丁,戊,己\n电阻的单位是（　　）。,伏特,欧姆,安培,B,B-A-A-001\n"
COLUMNS = {"甲": "题干", "乙": "选项A", "丙": "选项B", "丁": "选项C", "戊": "答案", "己": "鉴定点"}


def written(bank: BankHome, name: str, text: str) -> Path:
    (bank.home / name).write_text(text)
    return bank.home / name


def test_a_paper_is_looked_at_and_then_imported_and_comes_again_as_unchanged(bank: BankHome) -> None:
    file = written(bank, "paper.txt", PAPER)
    preview = bank.told("items", "import", file, "--pool", "city", "--dry-run", who=THREE)
    done = bank.told("items", "import", file, "--pool", "city", who=THREE)
    again = bank.told("items", "import", file, "--pool", "city", who=THREE)
    assert (preview["format"], preview["read"], preview["imported"], preview["rejected"]) == ("paper", 2, 2, [])
    assert preview["needs_eye"] == done["needs_eye"] and {**preview, "dry_run": False} == done
    [eye] = preview["needs_eye"]
    assert (eye["where"], eye["code"], eye["text"]) == ("正文!1", "item.eye.outside", "试卷标题")
    assert (again["imported"], again["unchanged"]) == (0, 2)


@pytest.mark.parametrize(
    "text", [PAPER.replace("B-A-A-001", "B-A-A-999"), PAPER.replace("答案：B\n", "答案：E\n"), "只有标题\n"]
)
def test_a_broken_item_keeps_the_whole_file_out_and_shows_its_text(bank: BankHome, text: str) -> None:
    before, file = bank.dump(), written(bank, "paper.txt", text)
    report = bank.told("items", "import", file, "--pool", "city", who=THREE, exit_code=5)
    assert bank.dump() == before and report["imported"] == 0
    assert all(row["where"] == "正文!2" and row["text"] for row in report["rejected"]) and (
        report["rejected"] or report["needs_eye"]
    )


def test_a_form_no_paper_can_ask_is_refused_and_its_eye_says_why(bank: BankHome) -> None:
    quiz = '<quiz><question type="单选题"><questiontext><text>编写程序。</text></questiontext></question></quiz>'
    report = bank.told("items", "import", written(bank, "quiz.xml", quiz), "--pool", "city", who=THREE, exit_code=5)
    assert "item.unread" in {row["code"] for row in report["rejected"]}
    assert [(row["code"], row["text"]) for row in report["needs_eye"]] == [("item.eye.interaction", "编写程序。")]


def test_a_corrected_layout_is_remembered_for_the_next_file(bank: BankHome) -> None:
    layout = written(bank, "layout.json", json.dumps({"columns": COLUMNS}))
    first, second = written(bank, "a.csv", TABLE), written(bank, "b.csv", TABLE.replace("电阻", "阻值"))
    refused = bank.told("items", "import", first, "--pool", "city", "--dry-run", exit_code=5)
    told = bank.told("items", "import", first, "--pool", "city", "--dry-run", "--layout", layout)
    again = bank.told("items", "import", second, "--pool", "city", "--dry-run")
    assert refused["error"] == "import.no_layout" and told["imported"] == again["imported"] == 1
    assert told["layout"][0]["columns"] == COLUMNS and told["layout"][0]["layout"] == again["layout"][0]["layout"]
    given = written(bank, "report.json", json.dumps(told["layout"]))
    assert bank.told("items", "import", first, "--pool", "city", "--dry-run", "--layout", given)["imported"] == 1
    other = written(bank, "other.json", json.dumps({**told["layout"][0], "layout": "0" * 16}))
    assert (
        bank.told("items", "import", first, "--pool", "city", "--dry-run", "--layout", other, exit_code=5)["error"]
        == "layout.unused"
    )


def test_what_one_file_lacks_is_not_filled_in_the_next(bank: BankHome) -> None:
    """A point given for a file without points would hang the items of the next one on it, unasked."""
    without = TABLE.replace(",己", "").replace(",B-A-A-001", "")
    columns = {heading: name for heading, name in COLUMNS.items() if heading != "己"}
    layout = written(bank, "layout.json", json.dumps({"columns": columns, "defaults": {"鉴定点": "B-A-A-001"}}))
    first, second = written(bank, "a.csv", without), written(bank, "b.csv", without.replace("电阻", "阻值"))
    told = bank.told("items", "import", first, "--pool", "city", "--dry-run", "--layout", layout)
    next_ = bank.told("items", "import", second, "--pool", "city", "--dry-run", exit_code=5)
    assert told["imported"] == 1 and next_["layout"][0]["columns"] == columns
    assert {(row["field"], row["code"]) for row in next_["rejected"]} == {("鉴定点", "item.point_missing")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "layout.broken"),
        ("[1]", "layout.broken"),
        ('{"columns": ["甲"]}', "layout.broken"),
        ('{"columns": {"甲": "题杆"}}', "layout.field"),
    ],
)
def test_a_layout_that_cannot_be_meant_is_refused(bank: BankHome, text: str, code: str) -> None:
    layout, file = written(bank, "layout.json", text), written(bank, "a.csv", TABLE)
    assert bank.told("items", "import", file, "--pool", "city", "--dry-run", "--layout", layout, exit_code=5)["error"] == code


@pytest.mark.parametrize("format_", ["docx", "qti21", "qti30", "moodle", "gift"])
def test_what_is_exported_comes_back_as_unchanged(bank: BankHome, format_: str) -> None:
    bank.bring(
        item(1),
        item(2, stem="另一题，$x^2$：H<sub>2</sub>O 的单位是（　　）。"),
        item(3, options_locked=True, stem="第三题（　　）"),
    )
    out = bank.home / "out"
    told = bank.told("items", "export", out, "--pool", "city", "--format", format_, "--reason", "送审", who=(WRITER,))
    again = bank.told("items", "import", out, "--pool", "city", "--dry-run", who=THREE)
    assert (told["format"], told["left_out"], told["figures"]) == (format_, [], "") and told["items"] >= 3
    assert (again["read"], again["unchanged"], again["rejected"], again["needs_eye"]) == (told["items"], told["items"], [], [])
    assert out.stat().st_mode & 0o777 == 0o600


def keyless(bank: BankHome, *items: Item) -> Path:
    """A Word file of the pool without keys."""
    bank.bring(*items)
    out = bank.home / "out.docx"
    bank.told("items", "export", out, "--pool", "city", "--format", "docx", "--no-keys", "--reason", "送审", who=(WRITER,))
    return out


CASE = CaseQuestion(ItemType.SINGLE, "原因是（　　）。", ("短路", "断路", "过载"), "C", 2)


def test_a_word_file_without_keys_holds_none_and_comes_back_with_the_banks(bank: BankHome) -> None:
    case = item(2, type=ItemType.CASE, stem="某车间停电。", options=(), key="", questions=(CASE,), rationale="因为过载")
    out = keyless(bank, item(1, rationale="因为所以"), case)
    with zipfile.ZipFile(out) as archive:
        text = archive.read("word/document.xml").decode()
    assert "欧姆" in text and not any(word in text for word in ("答案", "解析", "因为"))
    again = bank.told("items", "import", out, "--pool", "city", "--dry-run", who=THREE)
    assert (again["unchanged"], again["needs_eye"]) == (again["read"] - 1, [])  # the question of the case is a row too
    assert bank.run("items", "export", out, "--pool", "city", "--no-keys", "--reason", "x", who=(WRITER,)).exit_code == 2


@pytest.mark.parametrize(
    ("change", "eyes", "refused"),
    [
        (lambda part: part.replace("第1题", "第一题"), ["item.eye.key_kept"], []),
        (lambda part: part.replace("伏特", "福特"), ["item.eye.key_kept"], []),
        (lambda part: part.replace("D. ", "d. "), ["item.eye.key_kept"], ["item.key_not_kept"]),
        (lambda part: part.replace("题型：单选题", "题型：简答题"), [], ["item.key_not_kept"]),
        (lambda part: part.replace("编号：001", "编号：777"), [], ["item.key_not_kept"]),
    ],
    ids=["stem", "option", "an option less", "type", "number"],
)
def test_a_kept_key_still_has_to_fit(bank: BankHome, change: Callable[[str], str], eyes: list[str], refused: list[str]) -> None:
    out = keyless(bank, item(1, key="D"))
    out.write_bytes(changed(out.read_bytes(), change))
    report = bank.told("items", "import", out, "--pool", "city", "--dry-run", who=THREE, exit_code=5 if refused else 0)
    told = {one["code"] for one in report["needs_eye"]}
    assert (sorted(told), sorted({one["code"] for one in report["rejected"]})) == (eyes, refused)
    assert "D" not in {str(one.get("found", "")) for one in report["rejected"]}


def test_the_questions_of_a_case_keep_their_own_keys(bank: BankHome) -> None:
    """Also where one was taken out, or two changed places."""
    first, second = (CaseQuestion(ItemType.JUDGEMENT, stem, (), key, 1) for stem, key in (("先验电。", "√"), ("先合闸。", "×")))
    case = item(2, type=ItemType.CASE, stem="某车间停电。", options=(), key="", questions=(first, second), rationale="")
    out = keyless(bank, case)
    whole = out.read_bytes()
    sides = (("先验电", "先□电"), ("先合闸", "先验电"), ("先□电", "先合闸"))
    out.write_bytes(changed(whole, lambda part: functools.reduce(lambda text, side: text.replace(*side), sides, part)))
    done = bank.told("items", "import", out, "--pool", "city", who=THREE)
    assert (done["imported"], done["needs_eye"]) == (1, [])
    out.write_bytes(whole)
    again = bank.told("items", "import", out, "--pool", "city", "--dry-run", who=THREE)
    assert (again["unchanged"], again["needs_eye"]) == (again["read"] - 3, [])  # the case is not as it was, nor its two rows


@pytest.mark.parametrize(
    ("answer", "why", "codes"), [("(同题库)", "（同题库）", set()), ("A", "（同题库）", {"item.key_not_kept"})]
)
def test_any_workbook_may_keep_a_key(bank: BankHome, answer: str, why: str, codes: set[str]) -> None:
    """With brackets of either width; what the bank does not have is refused."""
    bank.bring(item(1, rationale="因为所以"))
    guid = "001" if not codes else "777"
    row = f"{guid},单选题,第1题：电阻的单位是（　　）。,欧姆,伏特,安培,瓦特,{answer},{why},B-A-A-001,3,5,自编"
    head = "试题GUID,题型,题干,A,B,C,D,答案,解析,鉴定点,难度,一致性,出处"
    report = bank.told("items", "import", written(bank, "a.csv", f"{head}\n{row}\n"), "--pool", "city", "--dry-run", who=THREE,
                       exit_code=5 if codes else 0)  # fmt: skip
    assert {one["code"] for one in report["rejected"]} == codes


def test_whom_nobody_knows_is_told_nothing_of_kept_keys(bank: BankHome) -> None:
    report = bank.told("items", "import", keyless(bank, item(1)), "--pool", "city", "--dry-run", exit_code=5)
    assert {one["code"] for one in report["rejected"]} == {"item.key_not_kept"}


def test_what_was_read_is_corrected_in_a_workbook_and_imported(bank: BankHome) -> None:
    """Beside each row its original text and what is wrong with it; the corrected workbook comes in, and again as unchanged."""
    file, out = written(bank, "paper.txt", PAPER.replace("答案：B\n", "答案：E\n")), bank.home / "rows.xlsx"
    assert bank.run("items", "import", file, "--pool", "city", "--rows", out, who=THREE).exit_code == 2 and not out.exists()
    report = bank.told("items", "import", file, "--pool", "city", "--dry-run", "--rows", out, exit_code=5)
    book = load_workbook(out)
    headings = [cell.value for cell in book["试题"][1]]
    first = dict(zip(headings, [cell.value for cell in book["试题"][2]], strict=True))
    assert "1. 电阻的单位是" in str(first["原文"]) and "答案" in str(first["提示"]) and book["未读入"]["A2"].value == "试卷标题"
    book["试题"].cell(2, headings.index("答案") + 1).value = "B"
    book.save(out)
    done = bank.told("items", "import", out, "--pool", "city", who=THREE)
    again = bank.told("items", "import", out, "--pool", "city", who=THREE)
    assert report["rejected"] and (done["imported"], done["flags"], again["unchanged"]) == (2, [], 2)
    assert out.stat().st_mode & 0o077 == 0


def test_items_of_a_file_that_are_nearly_the_same_are_flagged(bank: BankHome) -> None:
    stems = (
        "三相异步电动机的旋转方向取决于接入电源的相序",
        "三相异步电动机的旋转方向取决于接入的电源的相序",
        "导体的电阻与长度成正比",
    )
    text = "".join(f"{number}. {stem}。\n答案：√\n知识点：B-A-A-001\n" for number, stem in enumerate(stems, start=1))
    report = bank.told("items", "import", written(bank, "a.txt", text), "--pool", "city", "--dry-run")
    alike = [(flag["where"], flag["message"]) for flag in report["flags"] if flag["code"] == "item.flag.near_duplicate"]
    assert alike == [("正文!4", "与 正文!1 近似")]
