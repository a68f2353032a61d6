"""Every code that can be raised has its sentences, every sentence has a code, and docs/errors.md says the same."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

import itembank
import keys
from itembank import messages
from itembank.domain.errors import CustodyError, PlanError
from itembank.formats.errors import BrokenRow, ItemRowsError
from keys import errors
from keys import messages as keys_messages
from keys.errors import RefusedError, TamperedError
from keys.messages import Message

PROJECT = Path(__file__).parents[2]
ROOMS = {"keys": Path(keys.__file__).parent, "itembank": Path(itembank.__file__).parent}
BOTH = {**keys_messages.MESSAGES, **messages.MESSAGES}
CARRIERS = {
    "BrokenRow", "RowFlag", "_error", "wrong", "chosen", "Finding", "Advice", "remark", "refusal", "_check_distinct",
    "__init__", "eye", "refuse", "_broken",
}  # fmt: skip
"""Functions of ours that take a code and make an error, a finding, a remark or a broken row of it."""
FAMILIES = {family.__name__: family.exit_code for family in errors.KeysError.__subclasses__()}


@dataclass(frozen=True)
class Site:
    """One place in the code. `made`: the class or function that gets the code; `facts`: None when they cannot be seen."""

    package: str
    place: str
    code: str
    made: str
    facts: frozenset[str] | None


def sites() -> Iterator[Site]:
    for package, room in ROOMS.items():
        for path in sorted(room.rglob("*.py")):
            if path.name == "messages.py":
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for made, code, facts in codes_at(node):
                    yield Site(package, f"{path.relative_to(PROJECT)}:{node.lineno}", code, made, facts)  # type: ignore[attr-defined]


def codes_at(node: ast.AST) -> Iterator[tuple[str, str, frozenset[str] | None]]:
    if isinstance(node, ast.Call):
        made = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if made.endswith("Error") and node.args:
            named = [keyword.arg for keyword in node.keywords]
            facts = None if None in named else frozenset(name for name in named if name)
            yield from ((made, code, facts) for code in strings(node.args[0]))
        elif made in CARRIERS:
            yield from ((made, code, None) for argument in node.args for code in strings(argument))
    elif value := said(node):
        yield from (("code", code, None) for code in strings(value))
    elif isinstance(node, ast.Dict):
        for key, coded in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "code":
                yield from (("code", code, None) for code in strings(coded))


def said(node: ast.AST) -> ast.expr | None:
    """What is assigned to a name `code`, or yielded."""
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
        return node.value
    return node.value if isinstance(node, ast.Yield) else None


def strings(node: ast.expr) -> list[str]:
    """The codes an expression can be: a constant, or either side of `a if b else c`."""
    if isinstance(node, ast.IfExp):
        return strings(node.body) + strings(node.orelse)
    looks_like_one = isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
    return [str(node.value)] if looks_like_one and "." in str(node.value) else []  # type: ignore[attr-defined]


SITES = list(sites())


def test_every_code_has_its_sentences() -> None:
    assert {site.place: site.code for site in SITES if site.code not in BOTH} == {}


def test_every_sentence_has_a_code() -> None:
    assert sorted(set(BOTH) - {site.code for site in SITES}) == []


def test_a_code_stands_in_the_table_of_the_package_that_raises_it() -> None:
    raised_in_keys = {site.code for site in SITES if site.package == "keys"}
    assert raised_in_keys == set(keys_messages.MESSAGES)
    assert set(keys_messages.MESSAGES).isdisjoint(messages.MESSAGES)


def test_exit_codes_are_those_of_the_class_at_the_raise_site() -> None:
    wrong = [
        (site.code, site.made)
        for site in SITES
        if site.made in FAMILIES and site.code in BOTH and BOTH[site.code].exit_code != FAMILIES[site.made]
    ]
    assert not wrong
    assert {message.exit_code for message in BOTH.values()} <= {0, 2, 3, 4, 5, 6}


def test_the_facts_a_sentence_needs_are_given_where_it_is_raised() -> None:
    lacking = {
        site.place: sorted(needed(BOTH[site.code]) - site.facts)
        for site in SITES
        if site.facts is not None and site.code in BOTH
    }
    assert {place: names for place, names in lacking.items() if names} == {}


def needed(message: Message) -> set[str]:
    """Names of facts outside square brackets."""
    names: set[str] = set()
    for text in (message.zh, message.en, message.next_zh, message.next_en):
        names |= {name for _, name, _, _ in Formatter().parse(keys_messages._OPTIONAL.sub("", text)) if name}
    return {"seconds" if name == "left" else name for name in names}


def test_sentences_are_written_by_the_house_rules() -> None:
    for code, message in BOTH.items():
        for text in (message.zh, message.en, message.next_zh, message.next_en):
            assert text and text == text.strip() and text[-1] not in "。.!！", (code, text)
            assert "|" not in text and "\n" not in text, (code, text)


@pytest.mark.parametrize("code", sorted(BOTH))
def test_missing_facts_never_raise(code: str) -> None:
    told = messages.explain_code(code, {})
    for text in (told.text_zh, told.text_en, told.next_zh, told.next_en):
        assert text and not set("{}[]") & set(text), text
    strange = dict.fromkeys(("rows", "seconds", "found", "why", "lock"), object())
    assert messages.explain_code(code, strange).code == code


def test_too_early_says_how_long_until_decryption() -> None:
    told = messages.explain(RefusedError("release.too_early", lock="A", seconds=14, opens="2026-11-14T00:30:00Z"))
    assert "距解密 00:14" in told.text_zh and "00:14" in told.text_en and told.exit_code == 3
    assert told.facts["seconds"] == 14
    carried = messages.explain(RefusedError("release.too_early", lock="A", seconds="3723"))
    assert "距解密 1:02:03" in carried.text_zh


def test_a_chinese_sentence_names_things_in_chinese() -> None:
    error = TamperedError("statement.signature", what="manifest", who="sealer-1")
    assert "封装清单" in keys_messages.explain(error).text_zh
    assert "this manifest" in keys_messages.explain(error).text_en
    assert "“考前预检”" in messages.explain(CustodyError("custody.order", act="open", before="arm")).text_zh


def test_what_is_not_known_leaves_its_part_of_the_sentence_out() -> None:
    told = messages.explain_code("code.form", {"group": 3})
    assert "第3组" in told.text_zh and "个字符" not in told.text_zh


def test_both_reasons_of_a_plan_that_cannot_be_met_are_shown() -> None:
    told = messages.explain(PlanError("plan.cannot_be_met", plan="80题型", zh="缺5题", en="5 items short"))
    assert "缺5题" in told.text_zh and "5 items short" in told.text_en and told.exit_code == 3


def test_a_broken_workbook_names_its_rows() -> None:
    rows = [BrokenRow(row, "题型", "item.type", {"found": "填空题"}) for row in range(2, 9)]
    told = messages.explain(ItemRowsError("试题", rows))
    assert "第2行“题型”题型“填空题”无法识别" in told.text_zh and "row 3" in told.text_en
    assert told.text_zh.endswith("……") and told.exit_code == 5 and "rows_zh" not in told.facts


def test_a_fact_is_never_read_as_a_template() -> None:
    error = RefusedError("directory.unknown", who="{home.__class__} [x {y}]")
    assert "“{home.__class__} [x {y}]”" in messages.explain(error).text_zh


def test_the_text_of_other_errors_is_never_shown() -> None:
    for error in (ValueError("题干：下列哪一项"), RefusedError("new.code", text="题干：下列哪一项")):
        told = messages.explain(error)
        assert told.exit_code == 6 and "题干" not in told.text_zh + told.text_en + told.next_zh + told.next_en
    assert messages.explain(RefusedError("new.code")).code == "new.code"


def test_the_page_of_errors_is_the_generated_one() -> None:
    page = (PROJECT / "docs" / "errors.md").read_text("utf-8")
    assert page == messages.markdown(), "run: python -m itembank.messages > docs/errors.md"
