"""Files of other programs, each read in a process of its own, and what collected items say by themselves.

`python -m tests.bench.measure.corpora` reads one file from stdin as an import does and writes to stdout, pickled, what came of
it:
its sheets or its refusal, the seconds from the first byte to the last row, and the most memory that the confined child had. The
kernel tells the latter when the child has ended. It counts what a parent had when it started its child, too, so this process
loads nothing else (some 20 MB: less than any child has).

The sources of `zh-items` are read here with `json` and `csv` alone, and compared where blanks and width do not matter.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import pickle
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from itembank.domain.errors import RuleError
from itembank.domain.folding import folded
from itembank.domain.items import LETTERS, Item, ItemType
from itembank.formats.errors import FormatError
from itembank.formats.foreign import opened
from itembank.formats.item_rows import RowFlag
from itembank.formats.spreadsheet import SheetRows

ROOT = Path(__file__).resolve().parents[3]
FIRST = 2
"""The row of a table's first item, below its headings."""
_ENDED = (0, -6, -9, -14, -24)
"""How a child may end that told nothing: out of memory (abort), killed, out of time by the clock or of the processor."""
_EXCEPTION = re.compile(r"\w*(?:[Ee]rror|Exception|Warning|Iteration|Interrupt|BadZipFile|LargeZipFile)")
"""The name of a Python class in place of a reason: something that nobody foresaw."""


# one file -----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What came of one file. `sheets`: its sheets in order, or none with `code` and `facts` of the refusal. `crash`: what ended
    the reading and is no refusal.
    """

    seconds: float
    megabytes: int
    format: str = ""
    sheets: list[SheetRows] = field(default_factory=list)
    figures: Mapping[str, str] = field(default_factory=dict)
    layouts: list[dict[str, Any]] = field(default_factory=list)
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    crash: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in self.sheets)

    def sheet(self, name: str) -> SheetRows:
        kept = next(sheet for sheet in self.sheets if sheet.name == name)
        return SheetRows(kept.name, kept.height, iter(list(kept.rows)), kept.doubtful)

    def cells(self) -> list[dict[str, str]]:
        """The rows of the items as they came, before the bank looks at them."""
        headings, *rows = self.sheet(self.names[0]).rows
        return [dict(zip(headings, row, strict=True)) for row in rows]


def read(data: bytes, corrected: Mapping[str, Any]) -> Told:
    """The file, read in a process of its own."""
    job = pickle.dumps((data, dict(corrected)))
    done = subprocess.run([sys.executable, "-m", __name__], input=job, capture_output=True, cwd=ROOT)
    if done.returncode:
        return Told(0, 0, crash=done.stderr.decode(errors="replace").strip()[-300:] or f"ended with {done.returncode}")
    return Told(**pickle.loads(done.stdout))


def _read_one(data: bytes, corrected: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    statuses: list[int] = []
    known = opened._died

    def died(status: int) -> Exception:
        statuses.append(status)
        return known(status)

    vars(opened)["_died"] = died  # how a child ended is told nowhere else
    began = time.perf_counter()
    try:
        with opened.opened(data, {}, corrected) as file:
            sheets = [file.sheets.sheet(name) for name in file.sheets.names]
            for sheet in sheets:
                sheet.rows = iter(list(sheet.rows))
            told |= {"format": file.format, "sheets": sheets, "figures": dict(file.figures), "layouts": list(file.layouts)}
    except (FormatError, RuleError) as error:
        told |= {"code": error.code, "facts": dict(error.facts), "crash": _unforeseen(error.facts, statuses)}
    except Exception as error:
        told["crash"] = f"{type(error).__name__}: {error}"[:300]
    told["seconds"] = time.perf_counter() - began
    told["megabytes"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6)
    return told


def _unforeseen(facts: Mapping[str, object], statuses: Sequence[int]) -> str:
    """Of a refusal: what it hides, if it hides something."""
    reason = facts.get("reason")
    if isinstance(reason, str) and _EXCEPTION.fullmatch(reason):
        return reason
    return next((f"the child ended with {status}" for status in statuses if status not in _ENDED), "")


def main() -> None:
    data, corrected = pickle.loads(sys.stdin.buffer.read())
    told = _read_one(data, corrected)
    for sheet in told.get("sheets", ()):
        sheet.rows = list(sheet.rows)
    sys.stdout.buffer.write(pickle.dumps(told))


# items as their sources have them -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One item of a source. `types`: what it may be read as, none where the source does not say. `block`: stem and options
    stand in one text. `answers`: keys; of several the block holds several items."""

    stem: str
    options: tuple[str, ...]
    answers: tuple[str, ...]
    types: tuple[ItemType, ...] = ()
    block: bool = False


_TASKS = {"单项选择题": ItemType.SINGLE, "多项选择题": ItemType.MULTIPLE, "判断题": ItemType.JUDGEMENT}
_FORMATS = {
    "Multiple-choice": (ItemType.SINGLE, ItemType.MULTIPLE), "Assertion": (ItemType.JUDGEMENT,),
    "Fill-in-the-blank": (ItemType.FILL,), "Open-ended": (ItemType.SHORT,),
}  # fmt: skip
_SIGNS = {"对": "√", "正确": "√", "是": "√", "True": "√", "错": "×", "错误": "×", "否": "×", "False": "×"}
_UNSEEN = re.compile(r"[\s\u200b\u3000\ufeff]+|(?<=\$)\$")
_BEGINNING = r"(?:\d{1,3}[.．、])?(?:[(（]\d{1,2}分[)）])?"
_BETWEEN = re.compile(r"[\s,，;；|、#]+")


def sources(corpus: str, data: bytes) -> list[Source]:
    """The items of one file of `zh-items`, in order."""
    text = data.decode("utf-8-sig")
    if corpus in ("cmmlu", "fineval-security"):
        return [Source(row[1], tuple(row[2:6]), (row[6],)) for row in list(csv.reader(io.StringIO(text)))[1:]]
    if corpus == "agieval-gaokao":
        rows = map(json.loads, text.splitlines())
        return [Source(row["question"], tuple(row["options"]), (row["label"],)) for row in rows]
    if corpus == "cflue":
        return [_of_cflue(row) for row in json.loads(text)]
    if corpus == "csbench-cn":
        return [_of_csbench(row) for row in json.loads(text)]
    return [_of_gaokao(row) for row in json.loads(text)["example"]]


def _of_cflue(row: Mapping[str, str]) -> Source:
    options = {letter: str(option) for letter, option in ast.literal_eval(row["choices"]).items()}  # as Python prints it
    type_, key = _TASKS[row["task"]], row["answer"]
    if type_ is ItemType.JUDGEMENT:
        return Source(row["question"], (), (_SIGNS.get(options[key], key),), (type_,))
    return Source(row["question"], tuple(options.values()), (key,), (type_,))


def _of_csbench(row: Mapping[str, Any]) -> Source:
    options = tuple(str(row[letter]) for letter in LETTERS if letter in row)
    key = str(row["Answer"])
    return Source(row["Question"], options, (_SIGNS.get(key, key),), _FORMATS[row["Format"]])


def _of_gaokao(row: Mapping[str, Any]) -> Source:
    answer = row["answer"]
    return (
        Source(row["question"], (), tuple(answer), block=True)
        if isinstance(answer, list)
        else Source(row["question"], (), (answer,))
    )


def equal(source: Source, item: Item) -> bool:
    """Whether the item that was read is the source's."""
    if source.types and item.type not in source.types:
        return False
    if not same_key(source.answers, item.key):
        return False
    if source.block:
        return len(source.answers) == 1 and holds(source.stem, item.stem, item.options)
    read_options = [_plain(option) for option in item.options]
    return read_options == list(map(_plain, _without_letters(source.options))) and _same_stem(source, item.stem)


def same_key(answers: Sequence[str], key: str) -> bool:
    """Letters in any order; of words all but what stands between them."""
    if len(answers) != 1:
        return False
    told, came = (_BETWEEN.sub("", text) for text in (answers[0], key))
    if re.fullmatch("[A-K]+", told):
        return sorted(told) == sorted(came)
    return folded(told) == folded(came)


def holds(block: str, stem: str, options: Sequence[str]) -> bool:
    """Whether stem and options hold all signs of a block in its order but its number, its points, the letters of the options
    and what stands between these."""
    text = _BEGINNING + re.escape(_squeezed(stem))
    for letter, option in zip(LETTERS, options, strict=False):
        full = chr(ord(letter) + 0xFEE0)
        text += rf"[(（\[【]?[{letter}{full}][)）\]】]?[.．、:：,，]?{re.escape(_squeezed(option))}[;；,，、。.]?"
    return re.fullmatch(text, _squeezed(block)) is not None


def _same_stem(source: Source, stem: str) -> bool:
    """A number and points in front may have gone, and a key that stood in a bracket."""
    asked = _squeezed(source.stem)
    without_key = re.sub(rf"[(（]{re.escape(source.answers[0])}[)）]", "()", asked)
    came = folded(_squeezed(stem))
    return came in {folded(re.sub(f"^{_BEGINNING}", "", text)) for text in (asked, without_key)} | {folded(asked)}


def _without_letters(options: Sequence[str]) -> list[str]:
    """Where each begins with its own letter."""
    marks = [re.match(rf"\s*[(（]?{letter}[)）.．、:：]\s*", option) for letter, option in zip(LETTERS, options, strict=False)]
    if not all(marks):
        return list(options)
    return [option[mark.end() :] for mark, option in zip(marks, options, strict=True) if mark]


def _plain(text: str) -> str:
    return folded(_squeezed(text))


def _squeezed(text: str) -> str:
    return _UNSEEN.sub("", text)


def eyes(flags: Sequence[RowFlag]) -> set[tuple[str, int]]:
    """The places at which somebody should look."""
    return {(flag.sheet, flag.row) for flag in flags if flag.code.startswith("item.eye.")}


def files(folder: Path) -> Iterator[Path]:
    """All files of a folder that are not about it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "SOURCE.md" and "LICENSES" not in path.parts:
            yield path


if __name__ == "__main__":
    main()
