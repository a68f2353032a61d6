"""Near duplicates (查重): items that ask the same in other words, found by their text alone; for a job after an import.

Candidates share rare pairs of signs; each is then compared: its stem by common pairs and by edits, whatever the order of its
clauses, its options in whatever order they stand. Two stems alike but for a number, a negation or one of the words that
exclude each other (常开/常闭, 串联/并联) ask different things: such a pair is a variant, which is worth knowing (both should
not stand in one paper) and no duplicate. A score depends on the two texts only, never on the rest of the bank.

It reads words, not their sense: what is said in entirely other words is missed, and a turned word that is in no list below
counts as a rewording.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from rapidfuzz.fuzz import ratio

THRESHOLD = 68.0
"""Of 100; chosen on one half of tests/data/near_duplicates.csv, see tests/bench/near_duplicates.py."""

STEM_SHARE = 0.6
"""How much the stem counts beside the options."""

MOST_CANDIDATES = 40
MOST_HOLDERS = 200
"""A pair of signs in more items than this says little about any of them, and costs much."""

# Words without which a sentence still asks the same.
_FILLER = re.compile(
    r"[的了在中里之将把被所与和及或等其该是为用于时以可应当须必先要会能也都则而_,.;:()\"'?]"
    "|主要|下列|以下|关于|属于|作用|目的|一般|通常|采用|使用"
)
_LABEL = re.compile(r"[A-Z][.,:)]|\([A-Z]\)")
_LAYOUT = re.compile(r"\\(?:mathrm|mathbf|text|left|right|d?frac|q?quad)(?![A-Za-z])|[${}]")
"""How a formula is set, not what it says."""
_NUMBERING = re.compile(r"\d{1,3}[.,](?!\d)")
# A number with its unit's prefix, as folding leaves it; a Chinese one where it counts something.
_NUMBER = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)(?:(?P<prefix>[kMmμ])(?=(?:[ΩVvAaWwFHh]|hz|pa|va|var|wh)(?![A-Za-z])))?"
    r"|(?P<word>[一二两三四五六七八九十])(?=[相极台只根倍个种段块条伏安级])"
)
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PREFIXES = {"k": 1e3, "M": 1e6, "m": 1e-3, "μ": 1e-6}
_WORDS = {word: value for value, word in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_NEGATION = re.compile(
    r"不同|不变|不对称|不平衡|不良|不足|不锈|不断|非线性|无功|无论|不论|不管"  # no negations
    r"|(?P<no>严禁|禁止|错误|没有|未|勿|[不非无])"
)
# Words of which a statement holds one: where each of two stems has one the other lacks, they ask different things.
_EXCLUSIVE = (
    "串联 并联 混联", "串励 并励 他励", "星形 三角形", "常开/动合 常闭/动断", "通电/得电 断电/失电", "交流 直流",
    "电压 电流 电阻 电感 电容 电抗 阻抗 功率 功率因数 电能 频率 转速 转矩 磁通 磁感应强度 温度",
    "最大值 最小值 有效值 平均值 瞬时值", "最大 最小", "最高 最低", "越大/越高 越小/越低", "大于/高于 小于/低于 等于",
    "升高/增大/增加 降低/减小/减少 不变", "超前 滞后", "开路/断路 短路 过载", "铜损 铁损", "有功 无功 视在", "npn pnp",
    "相线/火线 中性线/零线 保护线", "高压 低压", "一次/原边 二次/副边", "输入 输出", "左 右", "正向 反向", "正转 反转",
    "顺时针 逆时针", "阳极 阴极", "正极 负极", "发射极 集电极 基极", "主电路 控制电路/辅助电路", "空载 满载 轻载",
    "与门 或门 非门", "静态 动态", "导通 截止", "同步 异步", "定子 转子", "原理图 接线图 布置图",
    "能耗制动 反接制动 回馈制动/再生制动",
)  # fmt: skip
_SENSES = {
    word: (group, sense)
    for group, senses in enumerate(_EXCLUSIVE)
    for sense, words in enumerate(senses.split(" "))
    for word in words.split("/")
}
_NUMBERS, _NEGATED = -1, -2
"""Groups beside those of the words: every number is a sense of its own, and so is whether a stem denies."""
_EXCLUSIVE_WORD = re.compile("|".join(sorted(_SENSES, key=lambda word: (-len(word), word))))


class Kind(StrEnum):
    """What a pair is: one question twice, or one question turned into another."""

    DUPLICATE = "duplicate"
    VARIANT = "variant"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items by number, in the order they were handed in. `score`: how alike they are, of 100."""

    a: str
    b: str
    score: float
    kind: Kind


def near_duplicates(
    texts: Sequence[tuple[str, str]], threshold: float = THRESHOLD, progress: Callable[[int], None] = lambda _: None
) -> list[Pair]:
    """All pairs of at least the threshold, the most alike first.

    `texts`: (item number, `domain.duplicates.comparison_text`). Exact duplicates are among the pairs. `progress` is told how
    many items have been looked at.
    """
    read = [_Text.of(item_no, text) for item_no, text in texts]
    found = []
    for done, (text, candidates) in enumerate(_with_candidates(read), start=1):
        pairs = (_compared(candidate, text, threshold) for candidate in candidates)
        found += [pair for pair in pairs if pair]
        progress(done)
    return sorted(found, key=lambda pair: (-pair.score, pair.a, pair.b))


_Option = tuple[str, tuple[str, ...]]
"""Its text, and the numbers in it."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One item, read for comparing.

    `stem`: without fillers. `pairs`: pairs of neighbouring signs of its stem's words; `all_pairs`: those of its options too.
    `options`: each with the numbers in it. `claims`: (group, sense) of what the stem holds of words that exclude each other,
    of its numbers and its negations.
    """

    item_no: str
    stem: str
    pairs: frozenset[str]
    all_pairs: frozenset[str]
    options: tuple[_Option, ...]
    claims: frozenset[tuple[int, float]]

    @classmethod
    def of(cls, item_no: str, text: str) -> _Text:
        stem, *options = _LAYOUT.sub("", text).split("\n")
        if numbering := _NUMBERING.match(stem):
            stem = stem[numbering.end() :]
        if options and all(map(_LABEL.match, options)):
            options = [_LABEL.sub("", option, count=1) for option in options]
        words = _FILLER.split(stem)
        pairs = frozenset(chain.from_iterable(map(_pairs, words)))
        return cls(
            item_no=item_no,
            stem="".join(words),
            pairs=pairs,
            all_pairs=pairs.union(*map(_pairs, options)),
            options=tuple((option, tuple(_PLAIN_NUMBER.findall(option))) for option in sorted(options)),
            claims=frozenset(_claims(stem)),
        )


def _pairs(word: str) -> Sequence[str]:
    """The pairs of neighbouring signs of a word; of a single sign itself."""
    return [word[at : at + 2] for at in range(len(word) - 1)] or word


def _claims(stem: str) -> Iterator[tuple[int, float]]:
    for number in _NUMBER.finditer(stem):
        value = float(number["value"] or _WORDS[number["word"]]) * _PREFIXES.get(number["prefix"], 1)
        yield _NUMBERS, float(f"{value:.9g}")  # 0.1A and 100mA are one
    yield _NEGATED, sum(1 for negation in _NEGATION.finditer(stem) if negation["no"]) % 2
    for word in _EXCLUSIVE_WORD.findall(stem):
        yield _SENSES[word]


# candidates ---------------------------------------------------------------------------------------------------------------


def _with_candidates(texts: Sequence[_Text]) -> Iterator[tuple[_Text, list[_Text]]]:
    """Each text with those before it that share the most of its rare pairs of signs."""
    times = Counter(chain.from_iterable(text.all_pairs for text in texts))
    # Whole numbers: their sum does not depend on the order of a set.
    rare = {pair: count for pair, count in times.items() if 2 <= count <= MOST_HOLDERS}
    weights = {pair: round(1000 * math.log(2 * len(texts) / count)) for pair, count in rare.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for here, text in enumerate(texts):
        shared: dict[int, int] = defaultdict(int)
        for pair in text.all_pairs & weights.keys():
            weight = weights[pair]
            for there in holders[pair]:
                shared[there] += weight
            holders[pair].append(here)
        best = heapq.nlargest(MOST_CANDIDATES, shared, key=lambda there: (shared[there], -there))
        yield text, [texts[there] for there in best]


# comparing ----------------------------------------------------------------------------------------------------------------


def _compared(a: _Text, b: _Text, threshold: float) -> Pair | None:
    """The pair, or None where it is below the threshold."""
    score = _stem_score(a, b)
    apart = {group for group, _ in a.claims - b.claims} & {group for group, _ in b.claims - a.claims}
    # Other numbers have other results, so of such a pair the options say nothing.
    if (a.options or b.options) and _NUMBERS not in apart:
        most = STEM_SHARE * score + (1 - STEM_SHARE) * 100
        if most < threshold:
            return None
        score = STEM_SHARE * score + (1 - STEM_SHARE) * _option_score(a.options, b.options)
    return Pair(a.item_no, b.item_no, score, Kind.VARIANT if apart else Kind.DUPLICATE) if score >= threshold else None


def _stem_score(a: _Text, b: _Text) -> float:
    """Clauses moved about keep their pairs of signs, signs mistyped or exchanged keep the order of the others."""
    together = len(a.pairs) + len(b.pairs)
    common = 200 * len(a.pairs & b.pairs) / together if together else 0.0
    return max(common, ratio(a.stem, b.stem))


def _option_score(a: Sequence[_Option], b: Sequence[_Option]) -> float:
    """The mean over the longer list of how alike each option and its fellow are; the most alike are fellows first."""
    found = [(_alike(one, other), one, other) for one in a for other in b]
    found.sort(key=lambda pair: -pair[0])
    single_a, single_b = list(a), list(b)
    total = 0.0
    for score, one, other in found:
        if one in single_a and other in single_b:
            single_a.remove(one)
            single_b.remove(other)
            total += score
    return total / max(len(a), len(b))


def _alike(a: _Option, b: _Option) -> float:
    """22A is nothing like 220A."""
    return ratio(a[0], b[0]) if a[1] == b[1] else 0.0
