"""A Word file as pandoc gets it: what pandoc would lose is put into signs that it keeps, and our own is cut into pieces.

- a blank of our own document becomes BLANK: pandoc would keep one of several, and none at a line's end;
- underlined blanks of any other become ____, a place to write, which pandoc takes for nothing;
- hidden text goes, and is told;
- numbers like 一、 and ① are typed, of which pandoc would make 1. (`word_numbers.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from itembank.formats.foreign.markup import Element, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.word_numbers import type_odd_numbers
from itembank.formats.foreign.xml import parsed, value_of, words

DOCUMENT = "word/document.xml"
SPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}", "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)  # fmt: skip
"""Namespaces of a document's own elements: the usual one, and that of a file saved as strict."""
BLANK = "\ue004"
"""A sign that no text of the bank holds."""
_TO_WRITE = "____"
_BETWEEN_RUNS = ("bookmarkStart", "bookmarkEnd", "proofErr")
_MOST_XML = 3 << 20
"""Bytes of a piece."""


def pieces(package: Package, data: bytes, begins: str) -> Iterator[bytes]:
    """The document, or in order its pieces, each to be read alone: of our own, where a line that begins so begins an item, an
    item is whole in one. `begins`: empty for a document of others. Of pictures only the names are there. Raises ForeignError.
    """
    if DOCUMENT not in package.names(".xml"):
        yield data
        return
    root = parsed(package.read(DOCUMENT))
    if not begins:
        changes = [type_odd_numbers(root, package), _without_hidden(root), _with_places_to_write(root)]
        if not any(changes):
            yield data
            return
    for text in root.iter(*(f"{space}t" for space in SPACES)) if begins else ():
        text.text = (text.text or "").replace(" ", BLANK)
    read = {name for name in package.names(".xml", ".rels") if not name.startswith("docProps/")}
    others = {name: package.read(name) if name in read else b"" for name in package.names("") if name != DOCUMENT}
    for body in (part for part in root if name_of(part) == "body"):
        for piece in _cut(list(body), begins) if begins else [list(body)]:
            body[:] = piece
            yield _zip(others | {DOCUMENT: etree.tostring(root)})


def _cut(children: Sequence[Element], begins: str) -> Iterator[list[Element]]:
    piece, size = list[Element](), 0
    for child in children:
        if size > _MOST_XML and words(child).startswith(begins):
            yield piece
            piece, size = [], 0
        piece.append(child)
        size += len(etree.tostring(child))
    yield piece


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _with_places_to_write(root: Element) -> bool:
    """Put ____ where blanks are underlined; whether there were any."""
    found = [runs for space in SPACES for line in root.iter(f"{space}p") for runs in _underlined(line) if _are_blank(runs)]
    for first, *others in found:
        for run in (first, *others):
            for part in [part for part in run if name_of(part) in ("t", "tab")]:
                run.remove(part)
        etree.SubElement(first, first.tag.replace("}r", "}t")).text = _TO_WRITE
    return bool(found)


def _without_hidden(root: Element) -> bool:
    """Take out what Word does not show: most often keys. Whether there was any."""
    hidden = []
    for look in root.iter("{*}vanish"):
        properties = look.getparent()
        run = properties.getparent() if properties is not None else None
        if run is not None and name_of(run) == "r" and value_of(look, "val") not in ("0", "false"):
            hidden.append(run)
    for run in hidden:
        for part in [part for part in run if name_of(part) != "rPr"]:
            run.remove(part)
    return bool(hidden)


def _underlined(line: Element) -> Iterator[list[Element]]:
    """Runs of a paragraph that follow one another and are underlined."""
    together: list[Element] = []
    for part in line:
        if name_of(part) == "r" and _is_underlined(part):
            together.append(part)
        elif name_of(part) not in _BETWEEN_RUNS and together:
            yield together
            together = []
    if together:
        yield together


def _is_underlined(run: Element) -> bool:
    looks = [look for properties in run if name_of(properties) == "rPr" for look in properties if name_of(look) == "u"]
    return any(value_of(look, "val") not in ("", "none") for look in looks)


def _are_blank(runs: Sequence[Element]) -> bool:
    """Two blanks or more, or a tabulator, and nothing else: one blank alone may be a slip."""
    parts = [part for run in runs for part in run if name_of(part) != "rPr"]
    text = "".join("\t\t" if name_of(part) == "tab" else part.text or "" for part in parts)
    return all(name_of(part) in ("t", "tab") for part in parts) and len(text) > 1 and not text.strip()
