"""Rich text: every mark is found where it stands, everything else stays as the author wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.domain.errors import RichTextError
from itembank.domain.rich_text import (
    MOST_CELLS,
    Blank,
    Figure,
    Formula,
    Part,
    Subscript,
    Superscript,
    Table,
    Text,
    blanks,
    figures,
    formulas,
    paragraphs,
    parse,
)

MARKS = (
    "|", "||", "\n", "|\n|", "a", "电", " ", "$", "$x$", "<sub>", "</sub>", "<sup>2</sup>", "<", "{{图:", "}}", "a.svg",
    "（", "）", "(", ")", "__", "___", "{{图:a.svg}}",
)  # fmt: skip
WRITTEN = st.lists(st.sampled_from(MARKS) | st.text(max_size=4), max_size=24).map("".join)


def as_written(parts: tuple[Part, ...]) -> str:
    """The text those parts came from."""
    return "".join(map(part_as_written, parts))


def part_as_written(part: Part) -> str:
    match part:
        case Text(text) | Blank(text):
            return text
        case Subscript(text):
            return f"<sub>{text}</sub>"
        case Superscript(text):
            return f"<sup>{text}</sup>"
        case Formula(latex):
            return f"${latex}$"
        case Figure(name):
            return f"{{{{图:{name}}}}}"
        case Table(rows):
            return "\n".join(f"|{'|'.join(map(as_written, row))}|" for row in rows)


@given(WRITTEN)
def test_no_character_is_lost_or_changed(text: str) -> None:
    try:
        parts = parse(text)
    except RichTextError:
        return
    assert as_written(parts) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("H<sub>2</sub>O", (Text("H"), Subscript("2"), Text("O"))),
        ("10<sup>-3</sup>m<sup>2</sup>", (Text("10"), Superscript("-3"), Text("m"), Superscript("2"))),
        ("由$U=IR$得", (Text("由"), Formula("U=IR"), Text("得"))),
        ("看图{{图:r-1.svg}}{{图:b.png}}", (Text("看图"), Figure("r-1.svg"), Figure("b.png"))),
        ("甲（　　）乙( )丙()", (Text("甲"), Blank("（　　）"), Text("乙"), Blank("( )"), Text("丙"), Blank("()"))),
        ("功率因数为____。", (Text("功率因数为"), Blank("____"), Text("。"))),
        ("", ()),
    ],
)
def test_marks_are_found(text: str, parts: tuple[Part, ...]) -> None:
    assert parse(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "a < b 且 b > c", "x<sub>", "</sup>", "<sub></sub>", "<sub>a<sub>", "<b>粗</b>", "5$", "$$", "{{图:}}",
        "{{图:电路.svg}}", "{{ }}", "（甲）", "a__b__", "|x|", "或 |a|\n或 |b|", "|a|\n\n|b|", "|a\n|b", "|",
    ],
)  # fmt: skip
def test_what_is_no_mark_is_text(text: str) -> None:
    assert parse(text) == (Text(text),)


def test_marks_do_not_stand_in_one_another() -> None:
    assert parse("<sub>a<sup>2</sup></sub>") == (Text("<sub>a"), Superscript("2"), Text("</sub>"))
    assert parse("$a_{<sub>1</sub>}$") == (Formula("a_{<sub>1</sub>}"),)


def test_a_table_holds_cells_of_parts_and_leaves_its_line_breaks_outside() -> None:
    cell = Text("甲")
    assert parse("见下表。\n|甲|m<sup>2</sup>|\n||( )|\n谁大?") == (
        Text("见下表。\n"),
        Table((((cell,), (Text("m"), Superscript("2"))), ((), (Blank("( )"),)))),
        Text("\n谁大?"),
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("表\n|a|b|\n|c|", "item.table", 3),
        ("|a|\n|b|\n字\n|a|\n|b|c|", "item.table", 5),
        ("|a|b|\n|{{图:a.svg}}|c|", "item.table_figure", 2),
        ("|" * 14 + "\n" + "|" * 14, "item.table_wide", 1),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(RichTextError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.facts["line"]) == (code, line)


def test_figures_formulas_and_blanks_are_counted() -> None:
    text = "（　）{{图:a.svg}}$x$\n|____|$y$|\n|( )|2|"
    assert (figures(text), formulas(text), blanks(text)) == (["a.svg"], ["x", "y"], 3)


def test_a_row_may_be_as_wide_as_the_limit() -> None:
    (table,) = parse("\n".join(["|" * (MOST_CELLS + 1)] * 2))
    assert isinstance(table, Table) and len(table.rows[0]) == MOST_CELLS


def test_on_a_page_the_line_breaks_beside_a_table_are_the_tables() -> None:
    table = Table((((Text("a"),),), ((Text("b"),),)))
    assert paragraphs("甲\n|a|\n|b|\n乙\n丙") == (Text("甲"), table, Text("乙\n丙"))
    assert paragraphs("|a|\n|b|\n\n|a|\n|b|\n") == (table, table)
    assert paragraphs("甲\n乙\n") == (Text("甲\n乙\n"),)
