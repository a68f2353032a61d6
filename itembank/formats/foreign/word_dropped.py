"""What of a Word file nothing came out of: pandoc drops what it does not know, so each word of the file's XML is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from itembank.formats.foreign.markup import Element, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.word_pieces import DOCUMENT, SPACES
from itembank.formats.foreign.xml import parsed, value_of, words

_EDGES = re.compile(r"word/(comments|header|footer)\d*\.xml$")
_EDGE_NAMES = {"comments": "批注", "header": "页眉", "footer": "页脚"}
_CHANGES, _DRAWINGS = ("del", "ins", "moveFrom", "moveTo"), ("drawing", "pict", "object")
_LOOKS = {"u": "下划线", "em": "着重号", "position": "升降的文字", "dstrike": "双删除线", "vanish": "隐藏文字"}
_KNOWN_SIGNS = ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3")
"""Fonts whose signs pandoc turns into letters."""
_FIELDS = re.compile(r"\s*(?:EQ|SYMBOL|INCLUDEPICTURE|QUOTE|FORMULA|=)", re.IGNORECASE)


def unheeded(package: Package, shown: str, images: int) -> Iterator[str]:
    """Words of paragraphs, boxes, fields, changes, looks, edges; drawings. `shown`: the text that came out; `images`: their
    number.
    """
    shown, reached = _signs(shown), 0
    root = parsed(package.read(DOCUMENT)) if DOCUMENT in package.names(".xml") else None
    if root is not None:
        for pieces in _paragraphs(root):
            signs = list(filter(None, map(_signs, pieces)))
            # Most often it stands behind the one before it.
            found = _end(signs, shown, reached) or _end(signs, shown, 0)
            if signs and not found:
                yield "".join(pieces)
            reached = found or reached
        yield from _undrawn(root, images)
        yield from _plain_looks(root)
    for name in sorted(package.names(".xml")):
        kind = _EDGES.match(name)
        if kind:
            texts = ["".join(pieces).strip() for pieces in _paragraphs(parsed(package.read(name)))]
            yield from (f"{_EDGE_NAMES[kind[1]]} {text}" for text in texts if text)


def _is_fallback(part: Element) -> bool:
    """Whether a drawing is there a second time, for older programs."""
    parent = part.getparent()
    return parent is not None and name_of(parent) == "Fallback"


def _undrawn(root: Element, images: int) -> Iterator[str]:
    """Text boxes, fields that draw something, tracked changes, and how many drawings more there are than pictures came out."""
    boxes, drawings = dict[str, None](), 0
    for part in root.iter(*(f"{{*}}{name}" for name in (*_CHANGES, *_DRAWINGS, "txbxContent", "instrText", "sym", "altChunk"))):
        name = name_of(part)
        if name == "txbxContent":
            boxes[words(part)] = None
        elif name == "instrText" and _FIELDS.match(words(part)):
            yield f"域 {words(part)}"
        elif name == "sym" and value_of(part, "font") not in _KNOWN_SIGNS:
            yield f"符号 {value_of(part, 'font')} {value_of(part, 'char')}"
        elif name == "altChunk":
            yield "嵌入的文档"
        elif name in _CHANGES and words(part):
            yield f"修订（{'删除' if name in ('del', 'moveFrom') else '插入'}） {words(part)}"
        elif name in _DRAWINGS and not _is_fallback(part):
            drawings += not any(name_of(inner) == "txbxContent" for inner in part.iter())
    yield from (f"文本框 {text}" for text in boxes if text)
    if drawings > images:
        yield f"图形对象 {drawings - images}"


def _plain_looks(root: Element) -> Iterator[str]:
    """Words whose look says something and was not kept: a line for each look, with all of them."""
    told: dict[str, list[str]] = {}
    for look in root.iter(*(f"{{*}}{name}" for name in _LOOKS)):
        name, value = name_of(look), value_of(look, "val")
        properties = look.getparent()
        run = properties.getparent() if properties is not None and name_of(properties) == "rPr" else None
        if run is not None and name_of(run) == "r" and value not in ("none", "0", "false") and words(run):
            told.setdefault(_LOOKS[name], []).append(words(run))
    yield from (f"{look} {'；'.join(texts)}" for look, texts in told.items())


def _end(pieces: Sequence[str], shown: str, begin: int) -> int:
    """Where these pieces end that follow one another in what was shown, from `begin` on; 0 when they do not. Formulas may
    stand between them.
    """
    end = begin
    for piece in pieces:
        at = shown.find(piece, end)
        if at < 0:
            return 0
        end = at + len(piece)
    return end


def _paragraphs(root: Element) -> Iterator[list[str]]:
    """The pieces of text of each paragraph."""
    for space in SPACES:
        for paragraph in root.iter(f"{space}p"):
            own = [text for text in paragraph.iter(f"{space}t") if next(text.iterancestors(f"{space}p")) is paragraph]
            yield [text.text or "" for text in own]


def _signs(text: str) -> str:
    """A text without blanks and marks, for looking it up."""
    return re.sub(r"</?su[bp]>|\s|[“”‘’\"']|____", "", text)
