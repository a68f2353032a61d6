"""Measures the search of near duplicates: `scripts/bench near_duplicates [--json]`.

The labelled pairs (tests/data/near_duplicates.csv; the sentences are ours) are given to the search as one bank. The threshold
is chosen on the even rows, precision and recall are reported on the odd ones, with what became of every kind of pair. A pair
counts as found where it is told as a duplicate; as a variant, or not at all, it is not. Then the processor's time for a bank
made up of the same words, and where ../shared/data/zh-items lies, how many pairs real items give: counted, judged by nobody.

Who wrote the pairs wrote the search's lists of words too, so on items of other trades both figures will be lower.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from itembank.domain.folding import folded
from itembank.formats.near_duplicates import THRESHOLD, Kind, near_duplicates
from tests.bench.measure.report import Row, bounded, tell

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ROOT / "tests/data/near_duplicates.csv"
REAL = ROOT.parent / "shared/data/zh-items"
THRESHOLDS = range(50, 96)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two items as `stem|option|option…`, whether they are the same, and why that may be hard to see."""

    a: str
    b: str
    same: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Of the pairs told as duplicates how many are (precision), of the duplicates how many are told (recall)."""

    precision: float
    recall: float
    told: dict[str, Counter[Kind | None]]
    """Label and remark → how many of the pairs were told as which kind; None: not told."""

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0


def labelled() -> list[Labelled]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [Labelled(row["a"], row["b"], row["label"] == "same", row["remark"]) for row in csv.DictReader(file)]


def measured(pairs: Sequence[Labelled], threshold: float, others: Sequence[tuple[str, str]] = ()) -> Measured:
    """The search over all items of the pairs, and `others` beside them."""
    texts = [(f"{number}a", lines(pair.a)) for number, pair in enumerate(pairs)]
    texts += [(f"{number}b", lines(pair.b)) for number, pair in enumerate(pairs)]
    found = {(pair.a, pair.b): pair.kind for pair in near_duplicates([*texts, *others], threshold)}
    told = [found.get((f"{number}a", f"{number}b")) for number in range(len(pairs))]
    right = sum(1 for pair, kind in zip(pairs, told, strict=True) if pair.same and kind is Kind.DUPLICATE)
    by_remark: dict[str, Counter[Kind | None]] = {}
    for pair, kind in zip(pairs, told, strict=True):
        by_remark.setdefault(f"{'same' if pair.same else 'different'}, {pair.remark}", Counter())[kind] += 1
    return Measured(right / max(1, told.count(Kind.DUPLICATE)), right / sum(pair.same for pair in pairs), by_remark)


def lines(text: str) -> str:
    """`stem|option|option` as `domain.duplicates.comparison_text` writes it."""
    return "\n".join(map(folded, text.split("|")))


def chosen_threshold(pairs: Sequence[Labelled]) -> int:
    """The threshold with the best F1; of several the highest, as a person reads what is told."""
    return max(THRESHOLDS, key=lambda threshold: (round(measured(pairs, threshold).f1, 6), threshold))


# banks --------------------------------------------------------------------------------------------------------------------


def made_up(count: int, seed: int = 3) -> list[tuple[str, str]]:
    """So many items of the length of real ones: clauses of the labelled items' stems, and their options, thrown together."""
    draw = random.Random(seed)
    items = [text.split("|") for pair in labelled() for text in (pair.a, pair.b)]
    stems = [part for stem, *_ in items for part in (stem[: len(stem) // 2], stem[len(stem) // 2 :])]
    options = [option for _, *options in items for option in options]
    return [
        (f"m{number}", lines("|".join(("".join(draw.sample(stems, 2)), *draw.sample(options, 4))))) for number in range(count)
    ]


def real_items() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """(source, items) of the collected real items, where they are."""
    cmmlu = [row for file in sorted(REAL.glob("cmmlu/**/*.csv")) for row in _csv_rows(file) if len(row) == 7]
    yield "cmmlu", _numbered(row[1:6] for row in cmmlu if row[1] != "Question")
    files = sorted(REAL.glob("agieval-gaokao/**/*.jsonl"))
    agieval = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    yield "agieval", _numbered([row["question"], *(row["options"] or ())] for row in agieval)


def _csv_rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        yield from csv.reader(rows)


def _numbered(items: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    return [(str(number), "\n".join(map(folded, item))) for number, item in enumerate(items)]


# what is told -------------------------------------------------------------------------------------------------------------


def rows(items: int) -> list[Row]:
    """Precision and recall on the odd rows, what became of each kind of pair, the time, and the counts of real items."""
    pairs = labelled()
    result = measured(pairs[1::2], THRESHOLD)
    told = measured(pairs, THRESHOLD).told
    seconds, _ = timed(made_up(items))
    return [
        Row(f"threshold; other: the best of the {len(pairs[0::2])} even pairs", THRESHOLD, chosen_threshold(pairs[0::2])),
        Row(f"precision on the {len(pairs[1::2])} odd pairs", round(result.precision, 3)),
        Row("recall on them", round(result.recall, 3)),
        *(Row(f"all pairs, {remark}: {_became(kinds)}", kinds.total()) for remark, kinds in sorted(told.items())),
        bounded(f"search in {items} made-up items, one core", round(seconds, 1), 30 * items / 10_000, "s"),
        *(row for name, texts in real_items() if texts for row in real_rows(name, texts)),
    ]


def _became(kinds: Counter[Kind | None]) -> str:
    return f"duplicate {kinds[Kind.DUPLICATE]}, variant {kinds[Kind.VARIANT]}, neither {kinds[None]}"


def real_rows(name: str, texts: Sequence[tuple[str, str]]) -> list[Row]:
    seconds, kinds = timed(texts)
    return [
        Row(f"{name}: search in {len(texts)} items, one core, s", round(seconds, 1)),
        *(Row(f"{name}: {kind} pairs in 1000 items", round(1000 * kinds[kind] / len(texts), 1)) for kind in Kind),
    ]


def timed(texts: Sequence[tuple[str, str]]) -> tuple[float, Counter[Kind]]:
    """(seconds of one core, how many pairs of each kind)."""
    began = time.process_time()
    found = near_duplicates(texts)
    return time.process_time() - began, Counter(pair.kind for pair in found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench near_duplicates", description="近似重题查重 | near duplicates")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    parser.add_argument("--items", type=int, default=10_000, help="size of the made-up bank")
    chosen = parser.parse_args()
    found = rows(chosen.items)
    tell(found, as_json=chosen.json)


if __name__ == "__main__":
    main()
