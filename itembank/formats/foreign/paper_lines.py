"""What the single lines of a paper are: headings of its parts, titles of its answers, beginnings of items, edges of pages."""

from __future__ import annotations

import re

from itembank.formats.foreign.key_table import is_key_line, is_key_list
from itembank.formats.foreign.settling import is_type_name

_ORDINAL = r"(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?|[IVX]{1,4}|[ⅠⅡⅢⅣⅤⅥ])"
_HEADING = re.compile(
    rf"^\s*(?P<ordinal>{_ORDINAL}\s*[、.．:：]?\s*)?(?P<open>[【\[(（#*]*)\s*"
    r"(?P<type>[^\s()（）【】\[\]:：，,。.#*\d]{2,10})\s*[】\])）*]*(?P<rest>.*)$"
)
_ORDINAL_HEADING = re.compile(
    rf"^\s*[(（]?{_ORDINAL}[)）]?\s*[、.．:：]?\s*(?:[^，,。；;（(\d]{{1,6}}?(?=[^，,。；;（(\d\s]{{2,6}}题))?"
    r"(?P<type>(?:单项|多项|不定项|单|多)?选择题?|(?:是非)?判断(?:正误|对错)?题?|是非题|填空题?|简答题?|问答题?|论述题?|计算题?|绘图题|作图题|案例(?:分析)?题?)"
    r"(?=部分|[\s:：，,。（(]|$)(?P<rest>.*)$"
)
"""Words before the type only where it says 题: `三、绘图` may be a point of an answer."""
_POINTS = ("计算", "绘图", "作图", "案例", "设计", "操作")
"""Types that are steps of a job as well."""
_NUMBERED_HEADING = re.compile(r"^\s*\d{1,2}\s*[.．、]\s*(?P<type>\S{2,8}题)\s*(?P<rest>[(（].*)?$")
"""A heading that its word processor numbered: nothing but a type."""
_UNKNOWN = re.compile(
    r"^\s*[一二三四五六七八九十]{1,3}\s*、\s*(?P<type>[^，,。；;？?\s(（:：]{1,8}题)?\s*(?:[(（][^()（）]*[)）])?\s*[:：]?\s*$"
)
"""A heading whose type nobody knows, or that has none."""
_BARE = ("单选", "多选", "判断", "填空")
"""Types that stand as a heading without `题`."""
_NOTE = re.compile(
    r"^(?:部分)?[\s:：，,。.]*(?:(?:[(（【\[][^()（）【】\[\]]*[)）】\]]\s*)+[。.]?"
    r"|(?:共|每|本|请|正确|错误|对的|将|下列|下面|以下|满分|\d+\s*[题分])[^?？]*(?:题|分|选|填|划|打|[√×])[^?？]*)?$"
)
"""What says how a part is answered and counted."""
_BRACKET_TO_FILL = re.compile(r"^\s*[(（]\s*[√×✓✗对错A-K]*\s*[)）]")
ANSWERS = re.compile(
    r"^\s*(?:附[件录]?\s*\d?\s*[:：]?\s*)?[【\[]?\s*(?:[^\s:：，。；、?？]{0,24}?(?:参考|标准)答案|(?:试[题卷]|本卷|理论知识|练习题|习题)?[、\s]*正?确?答案)"
    r"(?:及|与|和)?(?:解析|评分标准|评分细则|部分|说明)?\s*[】\]]?\s*(?:[(（][^()（）]{1,8}[)）])?\s*[:：]?\s*$"
)
_ANSWERS_OF = re.compile(r"^(?P<heading>.{2,12}题)\s*(?:的?(?:参考|标准)?答案)\s*[:：]?$")
_KEYS_OF_ALL = re.compile(r"^\s*[【\[]?\s*(?:参考|标准|正确)?答案\s*[】\]]?\s*[:：]?\s*(?P<keys>\d.*)$")
_ORDINAL_KEYS = re.compile(rf"^\s*{_ORDINAL}\s*[、.．]\s*(?P<keys>\d.*)$")
ASIDE = re.compile(
    r"^\s*(?:第\s*\d+\s*页|共\s*\d+\s*页|得\s*分\s*[:：_]|评卷人|[-—]\s*\d+\s*[-—]\s*$|\|\s*(?:得分|评卷人)"
    r"|[^:：]{0,20}第\s*\d+\s*页\s*(?:[(（]?\s*共\s*\d+\s*页|$)|.{0,8}(?:装订线|密\s*…*\s*封\s*…*\s*线)|[(（]?\s*以下空白|(?:出题|命题|审核|审题|校对|制卷)人?\s*[:：]|(?:本?试[卷题]|全卷|考试)\s*(?:到此)?(?:结束|完)\W*$)"
)
"""What a page has at its edges and above its parts."""
SUBHEADING = re.compile(r"^\s*(?:[(（][一二三四五六七八九十]{1,3}[)）]\S{2,12}|案例[一二三四五六七八九十\d]{1,3})\s*$")
"""Above an item: a heading below a part's."""
CHAPTER = re.compile(
    r"^\s*(?:第\s*[一二三四五六七八九十百\d]+\s*[章节篇编单元模块项目]{1,2}|(?:模块|项目|单元|任务)\s*[一二三四五六七八九十\d]{1,3})(?=[\s:：、]|$)"
    r"|^\s*(?:试[卷题]|套[卷题])\s*[一二三四五六七八九十\dA-D]{1,3}\s*$"
)
"""A part of a book of items; numbers may begin anew in it."""
SHARED = re.compile(
    r"[(（]?\s*(?:第\s*)?(?P<first>\d{1,4})\s*[-~～—–至、]\s*(?:第\s*)?(?P<last>\d{1,4})\s*(?:小?题)\s*(?:共用|共享|均?根据)"
    r"|(?:根据|依据|阅读|结合).{0,16}(?:资料|材料|图表?|案例|情景|表).{0,8}(?:回答|完成)\s*(?:第\s*)?(?P<from>\d{1,4})\s*[-~～—–至、]\s*(?:第\s*)?(?P<to>\d{1,4})"
)
"""A text that several items ask about."""
START = re.compile(
    r"^\s*(?:(?:第\s*)(?P<ordinal>\d{1,4})\s*题\s*[.．、:：]?|(?P<plain>\d{1,4})\s*(?:[.．](?!\d)|[、])|[(（【\[]\s*(?P<inner>\d{1,4})\s*[)）】\]]|(?P<half>\d{1,4})\s*[)）])\s*(?P<text>.*)$"
)
_DIGIT_START = re.compile(r"^\s*(?P<plain>\d{1,4})\s*[.．](?P<text>\d.*)$")
"""`1.220V电压是（B）`: the point belongs to the number only where an item of this number is expected."""
_KEY_FIRST = re.compile(r"^\s*(?P<key>[(（]\s*[√×✓✗对错A-K]*\s*[)）])\s*(?P<rest>\d{1,4}\s*[.．、](?!\d).*)$")
_TAGGED = re.compile(r"^\s*[【\[]\s*(?P<type>[^\s【】\[\]]{2,8})\s*[】\]]\s*(?P<rest>.+)$")
LETTERED = re.compile(r"^\s*[(（]?\s*[A-KＡ-Ｋ]\s*(?:[.．、:：)）]|\s|$)")
"""A line that begins with an option's letter."""


def heading(text: str) -> tuple[str, str] | None:
    """The type that a heading line names, and what stands behind that is more than a note; None for another line."""
    found = _HEADING.match(text)
    if found and is_type_name(found["type"]) and (found["rest"].strip() or found["type"] not in _POINTS):
        rest = _content(found["rest"])
        stands = found["ordinal"] or found["open"] or (not rest and (found["type"].endswith("题") or found["type"] in _BARE))
        return (found["type"], rest) if stands else None
    found = _ORDINAL_HEADING.match(text) or _NUMBERED_HEADING.match(text)
    if found and is_type_name(found["type"]):
        return found["type"], _content(found["rest"] or "")
    found = _UNKNOWN.match(text)
    return (found["type"] or "", "") if found else None


def answers_of(text: str) -> str:
    """The type in the heading of its answers: `一、单选题参考答案`; empty for another line."""
    found = _ANSWERS_OF.match(text)
    named = heading(found["heading"]) if found else None
    return named[0] if named and not named[1] else ""


def _content(rest: str) -> str:
    bare = rest.strip(" 　:：()（）[]【】")
    if _NOTE.match(rest) and not _BRACKET_TO_FILL.match(rest) and not is_key_line(bare):
        return ""
    return bare if is_key_line(bare) else rest.strip(" 　:：")


def keys_of_all(text: str, last: int) -> str:
    """The keys of a line that holds those of several items up to number `last`; empty for another line."""
    found = _KEYS_OF_ALL.match(text)
    if not found or not is_key_list(found["keys"]):
        return ""
    return found["keys"] if max(map(int, re.findall(r"\d{1,4}", found["keys"]))) <= last else ""


def ordinal_keys(text: str) -> str:
    """The keys of a line that has a part's number and no type: `一、1.B 2.A`."""
    found = _ORDINAL_KEYS.match(text)
    return found["keys"] if found and is_key_line(found["keys"]) else ""


def begun(text: str, expected: int) -> tuple[str, int, str] | None:
    """How the number of a line is written, the number, and the text behind it. `expected`: the number of the next item."""
    first = _KEY_FIRST.match(text)
    if first:
        text = re.sub(r"^(\s*\d+\s*[.．、]\s*)", rf"\g<1>{first['key']}", first["rest"])
    found = START.match(text)
    if not found:
        found = _DIGIT_START.match(text)
        if not found or int(found["plain"]) != expected or not re.search(r"[(（]|_{3,}", text):
            return None
        return "plain", expected, found["text"]
    style = next(name for name in ("ordinal", "plain", "inner", "half") if found[name])
    return style, int(found[style]), found["text"]


def tagged(text: str) -> tuple[str, str]:
    """The type in front of a text in brackets, and the text: `【判断题】（√）导体有电阻。`"""
    found = _TAGGED.match(text)
    return (found["type"], found["rest"]) if found and is_type_name(found["type"]) else ("", text)
