"""Sound items of every type, with texts of every kind that an import can leave in them."""

from itertools import pairwise

from hypothesis import strategies as st

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import ItemError
from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask

_SIGNS = "电阻是否，。；（）ABab01.5 \n\u3000<>&\"'=+-@|;_√×Ω²$\\{}😀"
_ODD = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-1", "_x0041_", "_x000D_", "001", "1.0", "TRUE", "#REF!", "<sub>2</sub>",
        "1:02:03", "2026-01-02", "&lt;b&gt;", "]]>", "{{图:r.svg}}", "否定项"]  # fmt: skip


def _trimmed(text: str) -> str:
    return text.strip(" \t\n\r\u3000")


TEXTS = st.one_of(st.sampled_from(_ODD), st.text(_SIGNS, max_size=20).map(_trimmed))
WORDS = TEXTS.filter(bool)
PLAIN = WORDS.filter(lambda text: "{{" not in text and "|" not in text)
ANSWERS = st.text("电阻是A01=+-Ω", min_size=1, max_size=6)
WRITTEN = (ItemType.SHORT, ItemType.ESSAY, ItemType.CALCULATION, ItemType.DRAWING)
ASKED = [type_ for type_ in ItemType if type_ not in (ItemType.CASE, ItemType.PRACTICAL)]
SETS = {"电机": "某电机\n|甲|-1|\n|=1|_x0041_|", "=1+1": "=1+1", "001": "见{{图:r.svg}}：$x$&lt;b&gt;", "": ""}
"""Item set → its one stimulus; the last is none."""
GUIDS = st.one_of(
    st.sampled_from(["g", "G-1", "g.1", "g.1_", "g.2"]), st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", fullmatch=True)
)


@st.composite
def _answers(draw: st.DrawFn, type_: ItemType) -> tuple[str, tuple[str, ...], str]:
    """(stem, options, key)"""
    stem = draw(WORDS)
    if type_ in (ItemType.SINGLE, ItemType.MULTIPLE):
        options = draw(st.lists(PLAIN, min_size=3, max_size=11, unique=True))
        letters = draw(st.sets(st.sampled_from("ABCDEFGHIJK"[: len(options)]), min_size=2))
        return stem, tuple(options), "".join(sorted(letters)) if type_ is ItemType.MULTIPLE else min(letters)
    if type_ is ItemType.JUDGEMENT:
        return stem, (), draw(st.sampled_from("√×"))
    if type_ is ItemType.FILL:
        blanks = draw(st.lists(st.lists(ANSWERS, min_size=1, max_size=2), min_size=1, max_size=3))
        return "电（　）" * len(blanks), (), ";".join("|".join(blank) for blank in blanks)
    return stem, (), draw(WORDS)


@st.composite
def _questions(draw: st.DrawFn) -> CaseQuestion:
    type_ = draw(st.sampled_from(ASKED))
    stem, options, key = draw(_answers(type_))
    return CaseQuestion(type_, stem, options, key, draw(st.integers(1, 100)))


@st.composite
def _tasks(draw: st.DrawFn) -> PracticalTask:
    cuts = [0, *sorted(draw(st.sets(st.integers(1, 99), max_size=3))), 100]
    lines = [MarkingLine(draw(WORDS), draw(TEXTS), end - start, draw(TEXTS)) for start, end in pairwise(cuts)]
    things = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
    vetoes = draw(st.lists(WORDS, max_size=2))
    return PracticalTask(draw(st.integers(1, 480)), draw(things), draw(things), tuple(lines), tuple(vetoes))


@st.composite
def _items(draw: st.DrawFn, blueprint: Blueprint) -> Item:
    type_ = draw(st.sampled_from(ItemType))
    stem, options, key = (draw(WORDS), (), "") if type_ not in ASKED else draw(_answers(type_))
    item_set = draw(st.sampled_from([*SETS, ""])) if type_ in ASKED else ""
    return Item(
        item_no=f"city-{draw(GUIDS)}",
        pool="city",
        type=type_,
        stem=stem,
        options=options,
        key=key,
        point=draw(st.sampled_from(blueprint.points)).code,
        difficulty=draw(st.integers(1, 5)),
        congruence=draw(st.integers(0, 5)),
        rationale=draw(TEXTS),
        source=draw(TEXTS),
        enemy_group=draw(TEXTS),
        options_locked=bool(options) and draw(st.booleans()),
        adapted_from=draw(st.sampled_from(["", "national-1"])),
        questions=tuple(draw(st.lists(_questions(), min_size=1, max_size=3))) if type_ is ItemType.CASE else (),
        task=draw(_tasks()) if type_ is ItemType.PRACTICAL else None,
        item_set=item_set,
        stimulus=SETS[item_set],
        fixed_form=draw(st.sampled_from(["", "套一", "技师-2.(A)_1"])),
    )


def _is_sound(item: Item) -> bool:
    try:
        item.check()
    except ItemError:
        return False
    return True


def banks(blueprint: Blueprint) -> st.SearchStrategy[list[Item]]:
    """Sound items of one pool, each with its own number."""
    sound = _items(blueprint).filter(_is_sound)
    return st.lists(sound, min_size=1, max_size=8, unique_by=lambda item: item.item_no.lower())
