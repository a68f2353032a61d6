"""XML of strangers → a tree: no document type, no entity of its own, no network, no tree too deep or too large."""

from __future__ import annotations

from typing import Any

from lxml import etree

from itembank.formats.errors import ForeignError

MOST_BYTES = 60 << 20


def parsed(data: bytes) -> etree._Element:
    """The root. Raises ForeignError."""
    if len(data) > MOST_BYTES:
        raise ForeignError("import.too_large", megabytes=len(data) >> 20, most=MOST_BYTES >> 20)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ForeignError("import.broken", reason=str(error)[:100]) from None
    info: Any = root.getroottree().docinfo  # the stubs know less of it
    if info.doctype or info.internalDTD is not None:
        raise ForeignError("import.doctype")
    return root


def value_of(element: etree._Element, name: str) -> str:
    """An attribute whatever its namespace; empty without it."""
    return next((str(value) for key, value in element.attrib.items() if etree.QName(str(key)).localname == name), "")


def words(element: etree._Element) -> str:
    """All text inside, one blank between words."""
    return " ".join("".join(map(str, element.itertext())).split())


def line(element: etree._Element) -> int:
    """The line its file has it on."""
    found: Any = element.sourceline
    return int(found or 1)
