"""Word files: lists, formulas, marks, tables and pictures are kept; what is not, is told with its words."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest

from itembank.formats.errors import ForeignError
from itembank.formats.foreign import pandoc
from itembank.formats.foreign.pandoc import run
from itembank.formats.foreign.reading import read_file
from tests.unit.formats.foreign.found import choice, eyes, items, rows

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8"/></svg>'
LIST = """
一、单项选择题

1.  电阻的单位是（ ）。

    A.  伏特
    B.  欧姆
    C.  安培
    D.  瓦特

2.  面积为10m^2^的H~2~O容器，$P=UI$中U是（ ）

    A.  电压
    B.  电流
    C.  电阻
    D.  功率

二、判断题

3.  见下表，A相电流为5A。（ ）

  相   电流
  ---- ------
  A    5
  B    6

答案

1-2 BA

3. √
"""


def word(markdown: str) -> bytes:
    return run(["-f", "markdown+fancy_lists", "-t", "docx"], markdown.encode())


def changed(data: bytes, change: Callable[[str], str], name: str = "word/document.xml") -> bytes:
    """The document with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            part = old.read(entry)
            new.writestr(entry, change(part.decode()).encode() if entry == name else part)
    return out.getvalue()


def ended(part: str) -> bytes:
    """A sound document with one more paragraph at its end."""
    return changed(word(SOUND), lambda document: document.replace("<w:sectPr", part + "<w:sectPr", 1))


def run_of(text: str, look: str) -> str:
    """A paragraph of one run."""
    return f'<w:p><w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def with_part(data: bytes, name: str, part: str) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


def test_automatic_lists_marks_formulas_and_tables_are_kept() -> None:
    assert items(word(LIST)) == [
        choice("单选题", "电阻的单位是（ ）。", "B", "伏特", "欧姆", "安培", "瓦特"),
        choice("单选题", "面积为10m<sup>2</sup>的H<sub>2</sub>O容器，$P = UI$中U是（ ）", "A", "电压", "电流", "电阻", "功率"),
        choice("判断题", "见下表，A相电流为5A。（ ）\n|相|电流|\n|A|5|\n|B|6|", "√"),
    ]
    assert eyes(word(LIST)) == []


@pytest.mark.parametrize(
    "options",
    [
        "A. 伏特 B. 欧姆 C. 安培 D. 瓦特",
        "A．伏特　　B．欧姆\n\nC．安培　　D．瓦特",
        "Ａ、伏特\n\nＢ、欧姆\n\nＣ、安培\n\nＤ、瓦特",
        "（A）伏特\\\n（B）欧姆\\\n（C）安培\\\n（D）瓦特",
    ],
)
def test_options_stand_on_one_line_or_several_in_either_width(options: str) -> None:
    found = items(word(f"1\\. 电阻的单位是（　　）。\n\n{options}\n\n答案：B"))
    assert found == [choice("单选题", "电阻的单位是（　　）。", "B", "伏特", "欧姆", "安培", "瓦特")]


def numbered(text: str, list_: int, level: int = 0) -> str:
    told = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>'
    return f"<w:p><w:pPr>{told}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def with_lists(lists: Mapping[int, Sequence[tuple[str, str]]], *paragraphs: str) -> bytes:
    """A document with lists of its own: number → (format, text) of each level."""
    made = ""
    for number, levels in lists.items():
        told = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for at, (format_, text) in enumerate(levels)
        )
        made += f'<w:abstractNum w:abstractNumId="{number}">{told}</w:abstractNum>'
    made += "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in lists)
    data = changed(word("x"), lambda part: re.sub(r"<w:p>.*</w:p>", "".join(paragraphs), part, count=1, flags=re.DOTALL))
    return changed(data, lambda part: f"<w:numbering {W}>{made}</w:numbering>", "word/numbering.xml")


PARTS, POINTS = [("chineseCounting", "%1、"), ("decimal", "%2.")], [("decimalEnclosedCircle", "%1")]


def test_numbers_that_pandoc_knows_no_style_of_are_typed() -> None:
    """`一、` of a part, with the items below it counted anew in each, and `①` of a point."""
    found = items(
        with_lists(
            {91: PARTS, 92: POINTS},
            numbered("单选题", 91), numbered("属于电器的是（ ）。", 91, 1), numbered("甲", 92), numbered("乙", 92),
            run_of("A.① B.② C.①②", ""), numbered("判断题", 91), numbered("丙。（ ）", 91, 1), numbered("丁。（ ）", 91, 1),
            *(run_of(text, "") for text in ("参考答案", "一、单选题", "1.C", "二、判断题", "1.√ 2.×")),
        )
    )  # fmt: skip
    assert found == [
        choice("单选题", "属于电器的是（ ）。\n①甲\n②乙", "C", "①", "②", "①②"), choice("判断题", "丙。（ ）", "√"),
        choice("判断题", "丁。（ ）", "×"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "text", "shown"),
    [
        ("decimalEnclosedCircle", "%1", "① ②"), ("decimal", "（%1）", "（1） （2）"), ("decimalEnclosedParen", "%1", "⑴ ⑵"),
        ("upperRoman", "第%1步", "第I步 第II步"), ("ordinalText", "（%1）", "（1） （2）"),
    ],
)  # fmt: skip
def test_points_of_a_stem_are_no_items_however_word_numbers_them(format_: str, text: str, shown: str) -> None:
    """Beside levels that nobody uses, as every list of Word has them."""
    levels = [(format_, text), ("lowerLetter", "%2)"), ("lowerRoman", "%3.")]
    paragraphs = (run_of("1. 说明步骤。", ""), numbered("甲", 91), numbered("乙", 91), run_of("答：略", ""))
    first, second = shown.split()
    [item] = items(with_lists({91: levels}, run_of("一、简答题", ""), *paragraphs))
    assert item["题干"] == f"说明步骤。\n{first}甲\n{second}乙"


def test_a_second_level_counts_inside_the_first() -> None:
    lists = {91: [("chineseCounting", "%1、"), ("decimal", "%1.%2 ")]}
    data = with_lists(
        lists, run_of("一、简答题", ""), run_of("1. 甲：", ""), numbered("子", 91), numbered("丑", 91, 1), run_of("答：略", "")
    )
    assert items(data)[0]["题干"] == "甲：\n一、子\n一.1 丑"


def test_a_list_comes_with_a_style_and_starts_where_it_says() -> None:
    style = '<w:style w:type="paragraph" w:styleId="Part"><w:basedOn w:val="Base"/></w:style>'
    style += '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="91"/></w:numPr></w:pPr></w:style>'
    part = '<w:p><w:pPr><w:pStyle w:val="Part"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    data = with_lists(
        {91: PARTS, 92: POINTS}, part.format("判断题"), run_of("1. 甲。（√）", ""),
        part.format("简答题"), run_of("1. 乙？", ""), run_of("答：", ""), numbered("子", 92), numbered("丑", 92),
        run_of("2. 丙？", ""), run_of("答：", ""), numbered("寅", 93),
    )  # fmt: skip
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride>'
    again = f'<w:num w:numId="93"><w:abstractNumId w:val="92"/>{start}</w:num>'
    data = changed(data, lambda told: told.replace("</w:styles>", f"{style}</w:styles>"), "word/styles.xml")
    data = changed(data, lambda told: told.replace("</w:numbering>", f"{again}</w:numbering>"), "word/numbering.xml")
    assert [(row["题型"], row["答案"]) for row in items(data)] == [("判断题", "√"), ("简答题", "①子\n②丑"), ("简答题", "③寅")]


def test_hidden_text_is_in_no_stem_and_is_told() -> None:
    hidden = run_of("B", "<w:vanish/>").removeprefix("<w:p>").removesuffix("</w:p>")
    data = word(SOUND.replace("（　　）。", "（　　）X"))
    data = changed(data, lambda part: part.replace("X", f"</w:t></w:r>{hidden}<w:r><w:t>。", 1))
    assert items(data)[0]["题干"] == "电阻的单位是（　　）。"
    assert "隐藏文字 B" in [row["原文"] for row in rows(data)]


UNDERLINED, NOT = '<w:u w:val="single"/>', '<w:u w:val="none"/>'


@pytest.mark.parametrize(
    ("runs", "stem"),
    [
        ([("   ", UNDERLINED)], "单位是____。"),
        ([("\u3000\u3000", UNDERLINED)], "单位是____。"),
        ([("  ", UNDERLINED), ("  ", UNDERLINED)], "单位是____。"),
        ([("\t", UNDERLINED)], "单位是____。"),
        ([("  ", UNDERLINED), ("欧姆", UNDERLINED)], "单位是 欧姆。"),
        ([(" ", UNDERLINED)], "单位是 。"),
        ([("   ", NOT)], "单位是 。"),
    ],
)
def test_underlined_blanks_are_a_place_to_write(runs: Sequence[tuple[str, str]], stem: str) -> None:
    written = "".join(run_of(text, look).removeprefix("<w:p>").removesuffix("</w:p>") for text, look in runs)
    written = written.replace("\t</w:t>", "</w:t><w:tab/>")
    data = changed(word("1\\. 单位是X。\n\n答案：欧姆"), lambda part: part.replace("X", f"</w:t></w:r>{written}<w:r><w:t>", 1))
    assert items(data)[0]["题干"] == stem


@pytest.mark.parametrize(
    "rows",
    [
        [["1. 电阻的单位是（　　）。", ""], ["A.伏特", "B.欧姆"], ["C.安培", "D.瓦特"], ["答案：B", ""]],
        [["1. 电阻的单位是（　　）。\nA.伏特", "B.欧姆"], ["C.安培", "D.瓦特\n答案：B"]],
    ],
)
def test_an_item_laid_out_as_a_table_is_an_item(rows: list[list[str]]) -> None:
    assert items(table_of(rows)) == [choice("单选题", "电阻的单位是（　　）。", "B", "伏特", "欧姆", "安培", "瓦特")]


def test_options_stand_behind_their_letters_in_a_table() -> None:
    data = table_of([["A", "伏特"], ["B.", "欧姆"], ["（C）", "安培"]], before="1. 电阻的单位是（B）。")
    assert items(data) == [choice("单选题", "电阻的单位是（　　）。", "B", "伏特", "欧姆", "安培")]


def table_of(rows: list[list[str]], before: str = "") -> bytes:
    """A document of one table; a line break in a cell begins a paragraph."""
    cells = [
        "".join(f"<w:tc>{''.join(run_of(line, '') for line in cell.split(chr(10)))}</w:tc>" for cell in row) for row in rows
    ]
    table = f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
    return changed(
        word("x"), lambda part: re.sub(r"<w:p>.*</w:p>", f"{run_of(before, '')}{table}<w:p/>", part, count=1, flags=re.DOTALL)
    )


def test_a_picture_is_painted_anew_and_stands_where_it_stood() -> None:
    tree = {
        "pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": [{"t": "Para", "c": [
            {"t": "Str", "c": "1. 图示符号是（　　）。"},
            {"t": "Image", "c": [["", [], []], [], ["data:image/svg+xml;base64," + base64.b64encode(SVG).decode(), ""]]},
        ]}],
    }  # fmt: skip
    reading = read_file(run(["-f", "json", "-t", "docx"], json.dumps(tree).encode()), {}, {})
    [name] = reading.figures
    assert any(f"图示符号是（　　）。{{{{图:{name}}}}}" in cell for row in reading.items.rows for cell in row)


SOUND = "1\\. 电阻的单位是（　　）。\n\nA. 伏特 B. 欧姆 C. 安培\n\n答案：B\n"
TEXT_BOX = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>'
    "框中的话</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)


COMMENT = "<w:comment><w:p><w:r><w:t>批语</w:t></w:r></w:p></w:comment></w:comments>"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FIELD = "<w:p><w:r><w:instrText>EQ \\f(U,I)</w:instrText></w:r></w:p>"
CHANGE = "<w:p><w:del><w:r><w:delText>不</w:delText></w:r></w:del></w:p>"
CHART = "<w:p><w:r><w:drawing/></w:r></w:p>"
HEADER = f"<w:hdr {W}><w:p><w:r><w:t>参考答案</w:t></w:r></w:p></w:hdr>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: ended(TEXT_BOX), "框中的话"),
        (lambda: word(SOUND + "\n脚注[^1]\n\n[^1]: 注中的话\n"), "注中的话"),
        (lambda: word(SOUND.replace("伏特", "~~划掉~~")), "划掉"),
(lambda: changed(word(SOUND), lambda part: part.replace("/>", f">{COMMENT}", 1), "word/comments.xml"), "批语"),
        (lambda: ended(TEXT_BOX.replace("框中的话", "伏特")), "文本框 伏特"),
        (lambda: ended(FIELD), "EQ"),
        (lambda: ended(CHANGE), "修订（删除） 不"),
        (lambda: ended(CHART), "图形对象 1"),
        (lambda: ended(run_of("不", '<w:u w:val="single"/>') + run_of("正确", '<w:u w:val="wave"/>')), "下划线 不；正确"),
        (lambda: ended(run_of("不", '<w:em w:val="dot"/>')), "着重号 不"),
        (lambda: ended(run_of("3", '<w:position w:val="6"/>')), "升降的文字 3"),
        (lambda: ended(run_of("不", "<w:dstrike/>")), "双删除线 不"),
        (lambda: ended('<w:p><w:r><w:sym w:font="宋体" w:char="2460"/></w:r></w:p>'), "符号 宋体 2460"),
        (lambda: ended('<w:altChunk/>'), "嵌入的文档"),
        (lambda: with_part(word(SOUND), "word/header1.xml", HEADER), "页眉 参考答案"),
    ],
)  # fmt: skip
def test_what_goes_into_no_item_is_told_with_its_words(data: Callable[[], bytes], words: str) -> None:
    told = [row["须过目"] + row["原文"] + row["题干"] + row["选项A"] for row in rows(data())]
    assert any(words in text for text in told)


def test_a_bar_in_a_formula_ends_no_cell_of_a_table() -> None:
    table = "| 甲 | 乙 |\n|---|---|\n| $\\lvert x \\rvert$ | $\\Vert y$ |"
    [item] = items(word(f"1\\. 见表（　　）。\n\n{table}\n\nA. 一 B. 二 C. 三\n\n答案：B"))
    assert item["题干"] == "见表（　　）。\n|甲|乙|\n|$\\vert x\\vert $|$\\Vert  y$|"


def test_a_document_beyond_the_memory_of_its_reader_is_called_too_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    data = word(SOUND * 2000)
    monkeypatch.setattr(pandoc, "run", lambda arguments, data, memory: run(arguments, data, "32m"))
    with pytest.raises(ForeignError, match="too_heavy"):
        items(data)


def test_a_document_type_in_any_part_is_refused() -> None:
    for name in ("word/document.xml", "word/styles.xml"):
        with pytest.raises(ForeignError, match="doctype"):
            items(changed(word(SOUND), lambda part: part.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1), name))


def test_a_table_of_items_is_read_like_a_worksheet() -> None:
    table = "\n".join(
        [
            "| 题型 | 题干 | A | B | C | 答案 |",
            "|---|---|---|---|---|---|",
            "| 单选 | 电阻的单位是（　　）。 | 伏特 | 欧姆 | 安培 | B |",
        ]
    )
    assert items(word(table)) == [choice("单选题", "电阻的单位是（　　）。", "B", "伏特", "欧姆", "安培")]
