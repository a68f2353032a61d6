"""Measures the reading of other programs' files: `scripts/bench formats [--json]`.

Every file of the collected corpora (../shared/data) is read as an import reads it. A first table tells for each corpus how many
files and items there were, how many items came out equal to their source, how many stand in the bank's report or want a look,
how many files were refused as a whole, what crashed, the seconds of the slowest file (two are read at a time) and the most
memory a confined child had. Of `zh-items` the sources are read a second time, by this program alone: an item that came out
neither equal nor reported nor flagged is a silent loss. Of `qti` and `moodle` the equal ones are the choice items that come
back as they were from QTI 2.1 and from QTI 3.0.

Then the goals: what the MIT-licensed items say of type and key, blocks of text taken apart, the bank's own exports read again
(each item has to be equal sign by sign), one text in five encodings, hostile files. What was lost and what crashed is named on
stderr. Where the corpora are not, nothing is measured but the encodings. Nobody has judged the flags: an eye on a sound item
counts as well as one on a broken one.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from itembank.bootstrap.centre import figure_painter, formula_mathml
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import RuleError
from itembank.domain.items import Item, ItemType
from itembank.formats.blueprint_workbook import read_blueprint
from itembank.formats.errors import FormatError
from itembank.formats.exporting.gift_file import write_gift
from itembank.formats.exporting.moodle_file import write_moodle
from itembank.formats.exporting.qti_package import QTI21, QTI30, write_package
from itembank.formats.exporting.word_file import write_word
from itembank.formats.exporting.written import Written
from itembank.formats.item_cells import item_type
from itembank.formats.item_export import write_items
from itembank.formats.item_workbook import WorkbookItems, read_items
from tests.bench.measure.corpora import FIRST, ROOT, Source, Told, equal, eyes, files, holds, read, same_key, sources
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, tell
from tests.province import blueprint_bytes

DATA = ROOT.parent / "shared/data"
ITEMS, HOSTILE = "zh-items", "hostile-inputs"
MADE_OF_MANY = (ITEMS, "office-files", "qti", "moodle", HOSTILE)
"""Folders whose folders are a corpus each."""
ALONE = ("exam-templates", "encodings")
GIVEN = {"": {"defaults": {"鉴定点": "B-A-A-001"}}}
"""What nobody else's file says."""
SECONDS, MEGABYTES, SPLIT = 5, 512, 90
AT_A_TIME = 2
PARTS = {"docx": 500}
"""Items a file, of formats that are not given all at once."""
MOST_TOLD = 5
"""Items of one export that are named on stderr."""


# reading ------------------------------------------------------------------------------------------------------------------


@dataclass
class Read:
    """One file and what came of it. `came`: its items, unless it was refused (`refused`: the code) or something crashed."""

    path: Path
    told: Told
    came: WorkbookItems | None
    refused: str
    crash: str

    @cached_property
    def items(self) -> dict[int, Item]:
        """Row → item that the bank takes."""
        return {row: item for (_, row), item in self.came.rows} if self.came else {}

    @cached_property
    def reported(self) -> set[tuple[str, int]]:
        return {(broken.sheet, broken.row) for broken in self.came.rejected} if self.came else set()

    @cached_property
    def flagged(self) -> set[tuple[str, int]]:
        return eyes(self.came.flags) if self.came else set()

    def told_of(self, row: int) -> bool:
        """Whether somebody learns that something is the matter with this row."""
        return bool(self.refused or self.crash) or any(row == number for _, number in self.reported | self.flagged)


@dataclass
class Corpus:
    name: str
    reads: list[Read]
    equal: int | None = None
    of: int | None = None
    """How many could be equal, where that is not how many were read."""

    def figures(self) -> dict[str, float | None]:
        """Column of the table → figure."""
        reads = self.reads
        return {
            "files": len(reads),
            "read": sum(one.came.read for one in reads if one.came),
            "equal": self.equal,
            "reported": sum(len(one.reported) for one in reads),
            "flagged": sum(len(one.flagged) for one in reads),
            "refused": sum(bool(one.refused) for one in reads),
            "crashes": sum(bool(one.crash) for one in reads),
            "slowest s": round(max((one.told.seconds for one in reads), default=0), 2),
            "most MB": max((one.told.megabytes for one in reads), default=0),
        }


@cache
def blueprint() -> Blueprint:
    return read_blueprint(blueprint_bytes())


def looked_at(path: Path, data: bytes, given: Mapping[str, object] = GIVEN) -> Read:
    """The file, read in its process and its rows checked here."""
    told = read(data, given)
    if told.crash:
        return Read(path, told, None, "", told.crash)
    if told.code:
        return Read(path, told, None, told.code, "")
    try:
        return Read(path, told, read_items(told, "city", blueprint(), told.figures.keys()), "", "")
    except (FormatError, RuleError) as error:
        return Read(path, told, None, error.code, "")
    except Exception as error:
        return Read(path, told, None, "", f"{type(error).__name__}: {error}"[:300])


def corpora() -> list[Corpus]:
    """Every folder of the collection that is read here."""
    folders = [inner for name in MADE_OF_MANY for inner in sorted((DATA / name).iterdir()) if inner.is_dir()]
    folders = [folder for folder in (*folders, *(DATA / name for name in ALONE)) if folder.name != "LICENSES"]
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        begun = [(folder, [threads.submit(lambda at: looked_at(at, at.read_bytes()), path) for path in files(folder)])
                 for folder in folders]  # fmt: skip
        return [Corpus(str(folder.relative_to(DATA)), [one.result() for one in reads]) for folder, reads in begun]


# items beside their sources -----------------------------------------------------------------------------------------------


@dataclass
class Compared:
    """An item of a source and the row that was read of it. `cells`: the row as it came, before the bank looked at it."""

    corpus: str
    one: Read
    row: int
    source: Source
    cells: Mapping[str, str]

    @cached_property
    def equal(self) -> bool:
        item = self.one.items.get(self.row)
        return item is not None and equal(self.source, item)

    @property
    def lost(self) -> bool:
        return not self.equal and not self.one.told_of(self.row)

    @cached_property
    def split(self) -> bool:
        """Of a block: whether it was taken apart as it should be."""
        options = [self.cells.get(f"选项{letter}", "") for letter in "ABCD"]
        whole = all(options) and not self.cells.get("选项E") and bool(self.cells.get("题干"))
        return whole and holds(self.source.stem, self.cells["题干"], options)


def compared(corpus: Corpus) -> list[Compared]:
    """Every item of the sources of one corpus."""
    name = corpus.name.partition("/")[2]
    found = []
    for one in corpus.reads:
        cells = {int(row["原行号"]): row for row in one.told.cells()} if one.told.sheets else {}
        for row, source in enumerate(sources(name, one.path.read_bytes()), start=FIRST):
            found.append(Compared(name, one, row, source, cells.get(row, {})))
    return found


def source_rows(found: Sequence[Compared]) -> list[Row]:
    """Silent loss, and the types and keys of the items whose licence lets anybody use them."""
    lost = [item for item in found if item.lost]
    for item in lost:
        note("silent loss", f"{item.corpus}/{item.one.path.name} row {item.row}: {item.source.stem[:60]!r}")
    mit = [item for item in found if item.corpus in ("cflue", "agieval-gaokao")]
    typed = [item for item in mit if item.source.types]
    return [
        bounded(f"silent loss in {len(found)} items of {ITEMS}", len(lost), 0, "items"),
        share("MIT set: types as in the source", sum(map(_type_read, typed)), len(typed), 100),
        share("MIT set: keys as in the source", sum(map(_key_read, mit)), len(mit), 100),
    ]


def _type_read(item: Compared) -> bool:
    right = item_type(item.cells.get("题型", "")) in item.source.types
    return right or note("another type", f"{item.corpus} row {item.row}: {item.cells.get('题型')!r}")


def _key_read(item: Compared) -> bool:
    key = item.cells.get("答案", "")
    if ItemType.JUDGEMENT in item.source.types and key in ("A", "B"):
        key = {"对": "√", "错": "×"}.get(item.cells.get(f"选项{key}", ""), key)
    return same_key(item.source.answers, key) or note("another key", f"{item.corpus} row {item.row}: {key!r}")


def block_rows(found: Sequence[Compared]) -> list[Row]:
    """Blocks that hold one item are taken apart; of the others somebody is told."""
    blocks = [item for item in found if item.source.block]
    single = [item for item in blocks if len(item.source.answers) == 1]
    left = [item for item in blocks if not (len(item.source.answers) == 1 and item.split) and not item.one.told_of(item.row)]
    for item in left:
        note("block left", f"{item.one.path.name} row {item.row}: {item.source.stem[:60]!r}")
    return [
        share("blocks of one item taken apart", sum(item.split for item in single), len(single), SPLIT),
        Row("blocks of several items; other: of them told", len(blocks) - len(single),
            sum(item.one.told_of(item.row) for item in blocks if len(item.source.answers) > 1)),
        bounded(f"of {len(blocks)} blocks neither taken apart nor told", len(left), 0, "blocks"),
    ]  # fmt: skip


# exports read again -------------------------------------------------------------------------------------------------------

Writer = Callable[[Sequence[Item], Mapping[str, str]], Written]
WRITERS: dict[str, Writer] = {
    "xlsx": lambda items, figures: Written(write_items(items, blueprint()), ()),
    "qti21": lambda items, figures: write_package(items, figures, QTI21, cache(formula_mathml)),
    "qti30": lambda items, figures: write_package(items, figures, QTI30, cache(formula_mathml)),
    "docx": lambda items, figures: write_word(items, figures, figure_painter(), keys=True),
    "moodle": write_moodle,
    "gift": lambda items, figures: write_gift(items),
}


@dataclass
class Returned:
    """How items came back from a format. `held`: how many it can hold; `equal`: the numbers of those that did not change;
    `blanks`: how many changed in blanks alone; `crashed`: how many could not be written, or not be read again. `seconds`,
    `megabytes`: of the slowest and of the largest reading.
    """

    held: int = 0
    equal: set[str] = field(default_factory=set)
    blanks: int = 0
    crashed: int = 0
    seconds: float = 0
    megabytes: int = 0

    def __add__(self, other: Returned) -> Returned:
        return Returned(
            self.held + other.held, self.equal | other.equal, self.blanks + other.blanks, self.crashed + other.crashed,
            max(self.seconds, other.seconds), max(self.megabytes, other.megabytes),
        )  # fmt: skip


def numbered(reads: Iterable[Read]) -> list[Item]:
    """The items that the bank takes, each with a number of its own."""
    items = [item for one in reads for item in one.items.values()]
    return [replace(item, item_no=f"city-b{number:06}") for number, item in enumerate(items, start=1)]


def sent_round(name: str, format_: str, items: Sequence[Item], figures: Mapping[str, str]) -> Returned:
    """Written in this format, and read again. Where that fails, both halves are tried, down to the item that is to blame."""
    try:
        written = WRITERS[format_](items, figures)
        again = looked_at(Path(format_), written.file, {})
        problem = again.refused or again.crash
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
    if not problem:
        return _beside(f"{name} as {format_}", [item for item in items if item.item_no not in written.left_out], again)
    if len(items) == 1:
        note("export fails", f"{name} as {format_}: {problem}: {items[0].stem[:60]!r} {items[0].options}")
        return Returned(held=1, crashed=1)
    half = len(items) // 2
    return sent_round(name, format_, items[:half], figures) + sent_round(name, format_, items[half:], figures)


def _beside(name: str, items: Sequence[Item], again: Read) -> Returned:
    """The items beside those that were read again."""
    assert again.came is not None
    came = {item.item_no: item for _, item in again.came.rows}
    found = Returned(len(items), seconds=again.told.seconds, megabytes=again.told.megabytes)
    told = 0
    for item in items:
        if (back := came.get(item.item_no)) == item:
            found.equal.add(item.item_no)
            continue
        but_for_blanks = back is not None and _squeezed(back) == _squeezed(item)
        found.blanks += but_for_blanks
        if not but_for_blanks and told < MOST_TOLD:
            told += 1
            note("came back otherwise", f"{name}: {_difference(item, back)}")
    return found


def _squeezed(item: Item) -> str:
    return "".join(repr(item).replace("\\n", "").replace("\\xa0", "").replace("\\u3000", "").split())


def _difference(item: Item, came: Item | None) -> str:
    """Each part that differs, from a little before the first sign that does."""
    if came is None:
        return f"not at all: {item.type} {item.stem[:80]!r}"
    told = []
    for name in Item.__dataclass_fields__:
        was, now = str(getattr(item, name)), str(getattr(came, name))
        if was != now:
            at = next((at for at, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
            told.append(f"{name} {was[max(0, at - 15) : at + 30]!r} is {now[max(0, at - 15) : at + 30]!r}")
    return "; ".join(told)


def export_rows(reads: Sequence[Read]) -> list[Row]:
    """All items in each format and back. `other`: the share with those that differ in blanks alone."""
    items = numbered(reads)
    sizes = {format_: PARTS.get(format_, len(items)) for format_ in WRITERS}
    parts = [(format_, items[at : at + size]) for format_, size in sizes.items() for at in range(0, len(items), size)]
    rounds = dict.fromkeys(WRITERS, Returned())
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        for (format_, _), round_ in zip(
            parts, threads.map(lambda part: sent_round(ITEMS, part[0], part[1], {}), parts), strict=True
        ):
            rounds[format_] += round_
    return [row for format_, round_ in rounds.items() for row in _round_rows(format_, sizes[format_], round_)]


def _round_rows(format_: str, size: int, round_: Returned) -> list[Row]:
    what = f"{format_} and back, {size} items a file ({round_.seconds:.1f} s, {round_.megabytes} MB to read): equal"
    row = share(what, len(round_.equal), round_.held, 100)
    near = math.floor(10_000 * (len(round_.equal) + round_.blanks) / max(1, round_.held)) / 100
    return [
        replace(row, other=near),
        bounded(f"{format_}: items that make writing or reading fail", round_.crashed, 0, "items"),
    ]


def choices_round(corpus: Corpus) -> None:
    """Fill in `equal`: choice items that come back from both versions of QTI."""
    choices = [item for item in numbered(corpus.reads) if item.type in (ItemType.SINGLE, ItemType.MULTIPLE)]
    figures = {name: text for one in corpus.reads for name, text in one.told.figures.items()}
    used = {name: figures[name] for item in choices for name in item.figures}
    rounds = [sent_round(corpus.name, format_, choices, used) for format_ in ("qti21", "qti30")] if choices else []
    corpus.of, corpus.equal = len(choices), len(set.intersection(*(one.equal for one in rounds))) if rounds else 0


# one text in five encodings -----------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16")
TABLE = """type,question,A,B,C,D,answer
single,變壓器的鐵芯用什麼材料做成？,矽鋼片,銅片,鋁片,木片,A
multiple,"下列哪些是安全用具，操作前應當檢查？",絕緣手套,絕緣靴,驗電器,螺絲刀,ABC
single,三相交流電的相位差是多少？,九十度,一百二十度,一百八十度,六十度,B
"""
PAPER = """1. 變壓器的鐵芯用什麼材料做成？（　）
A. 矽鋼片　B. 銅片　C. 鋁片　D. 木片
答案：A
2. 三相交流電的相位差是多少？（　）
A. 九十度
B. 一百二十度
C. 一百八十度
D. 六十度
答案：B
"""


def encoding_rows() -> list[Row]:
    """The same text in each encoding gives the same rows as in the first."""
    found = []
    for name, text in (("table", TABLE), ("paper", PAPER)):
        reads = [looked_at(Path(encoding), text.encode(encoding)) for encoding in ENCODINGS]
        first = reads[0]
        same = [one.items == first.items and bool(one.items) and one.told.cells() == first.told.cells() for one in reads]
        for one, alike in zip(reads, same, strict=True):
            _ = alike or note("encoding", f"{name} in {one.path}: {len(one.items)} items {one.refused} {one.crash}")
        found.append(share(f"{len(first.items)} items of one {name} identical in the encodings", sum(same), len(reads), 100))
    return found


# what is told -------------------------------------------------------------------------------------------------------------


def note(kind: str, text: str) -> bool:
    print(f"{kind}: {text}", file=sys.stderr)
    return False


def share(what: str, part: int, whole: int, at_least: int) -> Row:
    """A share in percent, never rounded up to its goal."""
    percent = math.floor(10_000 * part / whole) / 100 if whole else None
    met = NOT_MEASURED if percent is None else 100 * part >= at_least * whole
    return Row(f"{what} ({part} of {whole}), %", percent, goal=f">= {at_least} %", met=met)


def goals(all_: Sequence[Corpus], found: Sequence[Compared]) -> list[Row]:
    hostile = [one for corpus in all_ if corpus.name.startswith(HOSTILE) for one in corpus.reads]
    templates = [one for corpus in all_ if corpus.name == "exam-templates" for one in corpus.reads]
    rounds = [corpus for corpus in all_ if corpus.of is not None]
    crashed = [one for corpus in all_ for one in corpus.reads if one.crash]
    for one in crashed:
        note("crash", f"{one.path.relative_to(DATA)}: {one.crash}")
    return [
        *source_rows(found),
        *block_rows(found),
        *export_rows([one for corpus in all_ if corpus.name.startswith(ITEMS) for one in corpus.reads]),
        share("choice items of qti and moodle through QTI 2.1 and 3.0 equal", sum(corpus.equal or 0 for corpus in rounds),
              sum(corpus.of or 0 for corpus in rounds), 100),
        Row("workbooks of exam-templates mapped without configuration; other: workbooks",
            sum(bool(one.told.layouts) for one in templates), len(templates)),
        *encoding_rows(),
        bounded("hostile-inputs: slowest file", round(max(one.told.seconds for one in hostile), 2), SECONDS, "s"),
        bounded("hostile-inputs: memory at most", max(one.told.megabytes for one in hostile), MEGABYTES, "MB"),
        bounded("hostile-inputs: crashes", sum(bool(one.crash) for one in hostile), 0, "files"),
        bounded(f"all {sum(len(corpus.reads) for corpus in all_)} files: crashes", len(crashed), 0, "files"),
    ]  # fmt: skip


def not_measured() -> list[Row]:
    """Without the corpora: what is not known."""
    whats = (
        ("silent loss, items", "<= 0 items"), ("types and keys of the MIT set, %", ">= 100 %"),
        ("blocks of one item taken apart, %", f">= {SPLIT} %"), ("exported items that come back equal, %", ">= 100 %"),
        ("hostile-inputs: slowest file, s", f"<= {SECONDS} s"), ("hostile-inputs: memory at most, MB", f"<= {MEGABYTES} MB"),
        ("all files: crashes, files", "<= 0 files"),
    )  # fmt: skip
    return [Row(f"{what} (no shared/data)", None, goal=goal, met=NOT_MEASURED) for what, goal in whats]


def corpus_rows(all_: Sequence[Corpus]) -> list[Row]:
    """The first table as rows: for JSON."""
    return [Row(f"{corpus.name}: {name}", figure) for corpus in all_ for name, figure in corpus.figures().items()]


def corpus_table(all_: Sequence[Corpus]) -> str:
    """The first table for people. `equal` of what could be, where that is not all that was read."""
    lines = [["corpus", *all_[0].figures()]]
    for corpus in all_:
        told = {name: "–" if figure is None else f"{figure:g}" for name, figure in corpus.figures().items()}
        if corpus.of is not None:
            told["equal"] += f" of {corpus.of}"
        lines.append([corpus.name, *told.values()])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join([f"{line[0]:<{widths[0]}}", *(f"{cell:>{width}}" for cell, width in
                     zip(line[1:], widths[1:], strict=True))]) for line in lines)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench formats", description="读入其他软件的文件 | other programs' files")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    chosen = parser.parse_args()
    if not DATA.is_dir():
        note("not measured", "there is no shared/data beside the project")
        tell([*not_measured(), *encoding_rows()], as_json=chosen.json)
    all_ = corpora()
    found: list[Compared] = []
    for corpus in all_:
        if corpus.name.startswith(ITEMS):
            found += (mine := compared(corpus))
            corpus.equal = sum(item.equal for item in mine)
        elif re.match("qti/|moodle/", corpus.name):
            choices_round(corpus)
    rows = goals(all_, found)
    if not chosen.json:
        print(f"{corpus_table(all_)}\n")
    tell([*corpus_rows(all_), *rows] if chosen.json else rows, as_json=chosen.json)


if __name__ == "__main__":
    main()
