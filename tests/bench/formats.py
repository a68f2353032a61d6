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
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from itembank.domain.items import ItemType
from itembank.formats.item_cells import item_type
from tests.bench.measure.corpora import FIRST, ROOT, Source, equal, files, holds, same_key, sources
from tests.bench.measure.read_files import AT_A_TIME, Read, looked_at
from tests.bench.measure.report import NOT_MEASURED, Row, bounded, note, share, tell
from tests.bench.measure.round_trips import export_rows, numbered, sent_round

DATA = ROOT.parent / "shared/data"
ITEMS, HOSTILE = "zh-items", "hostile-inputs"
MADE_OF_MANY = (ITEMS, "office-files", "qti", "moodle", HOSTILE)
"""Folders whose folders are a corpus each."""
ALONE = ("exam-templates", "encodings")
SECONDS, MEGABYTES, SPLIT = 5, 512, 90


# reading ------------------------------------------------------------------------------------------------------------------


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
        *export_rows(ITEMS, [one for corpus in all_ if corpus.name.startswith(ITEMS) for one in corpus.reads]),
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
