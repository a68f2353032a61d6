"""Pictures of a workbook (.xlsx): those that lie over a row, and those that WPS puts into cells (`=DISPIMG("ID_…",1)`)."""

from __future__ import annotations

import posixpath
from collections import defaultdict

from itembank.formats.errors import FigureError
from itembank.formats.foreign.markup import Element, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.pictures import Pictures
from itembank.formats.foreign.tables import SheetPictures
from itembank.formats.foreign.xml import parsed

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CELL_IMAGES = "xl/cellimages.xml"


def sheet_pictures(data: bytes, pictures: Pictures) -> SheetPictures:
    """The pictures of all worksheets. Raises ForeignError for a broken package."""
    package, found = Package(data), SheetPictures()
    names = set(package.names(""))
    if _CELL_IMAGES in names:
        found.inside = dict(_in_cells(package, names, pictures))
    if any(name.startswith("xl/drawings/") for name in names):
        for sheet, part in _sheets(package, names):
            for drawing in _targets(package, names, part, "drawing").values():
                if drawing in names:
                    found.over[sheet] = _over_rows(package, names, drawing, pictures)
    return found


def _sheets(package: Package, names: set[str]) -> list[tuple[str, str]]:
    """Name and part of each worksheet."""
    targets = _targets(package, names, "xl/workbook.xml", "worksheet")
    sheets = [part for part in parsed(package.read("xl/workbook.xml")).iter() if name_of(part) == "sheet"]
    told = [(sheet.get("name", ""), targets.get(sheet.get(f"{_RELATION}id", ""), "")) for sheet in sheets]
    return [(name, part) for name, part in told if part]


def _targets(package: Package, names: set[str], part: str, kind: str) -> dict[str, str]:
    """Id → part of what a part refers to, of this kind."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return {}
    found = {}
    for relation in parsed(package.read(relations)):
        if relation.get("Type", "").endswith("/" + kind):
            target = relation.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[relation.get("Id", "")] = place
    return found


def _over_rows(package: Package, names: set[str], drawing: str, pictures: Pictures) -> dict[int, list[str]]:
    images = _targets(package, names, drawing, "image")
    found: dict[int, list[str]] = defaultdict(list)
    for anchor in parsed(package.read(drawing)):
        row = next((part.text for part in anchor.iter() if name_of(part) == "row"), None)
        for blip in (part for part in anchor.iter() if name_of(part) == "blip"):
            place = int(row) + 1 if row and row.strip().isdecimal() else 0
            found[place].append(_taken(package, names, images, blip, pictures))
    return dict(found)


def _in_cells(package: Package, names: set[str], pictures: Pictures) -> list[tuple[str, str]]:
    images = _targets(package, names, _CELL_IMAGES, "image")
    found = []
    for image in parsed(package.read(_CELL_IMAGES)):
        name = next((part.get("name", "") for part in image.iter() if name_of(part) == "cNvPr"), "")
        blip = next((part for part in image.iter() if name_of(part) == "blip"), None)
        if blip is not None:
            found.append((name, _taken(package, names, images, blip, pictures)))
    return found


def _taken(package: Package, names: set[str], images: dict[str, str], blip: Element, pictures: Pictures) -> str:
    part = images.get(blip.get(f"{_RELATION}embed", ""), "")
    try:
        return pictures.take(package.read(part)) if part in names else ""
    except FigureError:
        return ""
