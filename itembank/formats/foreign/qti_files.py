"""QTI as files: one item, several in one file, or a package whose members are items, tests and pictures."""

from __future__ import annotations

from collections.abc import Iterator

from itembank.formats.errors import ForeignError
from itembank.formats.foreign.found import TOOL, FoundItem, own_facts
from itembank.formats.foreign.markup import Element, Page, name_of
from itembank.formats.foreign.package import Package
from itembank.formats.foreign.qti import attribute, find, local, read_item
from itembank.formats.foreign.qti12 import old_items
from itembank.formats.foreign.xml import parsed, words

DIFFICULTIES = ("very easy", "easy", "medium", "difficult", "very difficult")
"""LOM's words, from 1 to 5."""
_STRUCTURE = (
    "assessmentTest",
    "assessmentSection",
    "manifest",
    "assessmentStimulus",
    "outcomeDeclaration",
    "quiz",
    "assignment",
    "topic",
)
_OLD_ROOTS = ("questestinterop", "item", "section", "assessment")


def qti_items(root: Element, sheet: str, page: Page) -> tuple[Iterator[FoundItem], str]:
    """The items of one file, and the format's name. Raises ForeignError for a file that only says how items are arranged."""
    if name_of(root) in _OLD_ROOTS and next(find(root, "assessmentItem"), None) is None:
        return old_items(root, sheet, page), "qti12"
    items = list(find(root, "assessmentItem"))
    if not items:
        raise ForeignError("import.none")
    return (read_item(item, sheet, page) for item in items), _version(items[0])


def package_items(data: bytes, page: Page) -> tuple[Iterator[FoundItem], str]:
    """The items of a package's members, in the order of their names in it."""
    package = Package(data)
    roots = list(_roots(package))
    read = [name for name, root in roots if isinstance(root, ForeignError) or local(root) not in _STRUCTURE]
    if not read:
        raise ForeignError("import.none")
    versions = [_version(root) for _, root in roots if not isinstance(root, ForeignError) and local(root) == "assessmentItem"]
    ours = any(not isinstance(root, ForeignError) and attribute(root, "toolName") == TOOL for _, root in roots)
    facts = _facts(package) if ours else {}
    return _package_items(package, roots, page, facts, ours=ours), versions[0] if versions else "qti12"


def _roots(package: Package) -> Iterator[tuple[str, Element | ForeignError]]:
    for name in package.names(".xml", ".qti", ".dat"):
        data = package.read(name)
        try:
            root = parsed(data)
        except ForeignError as error:
            yield name, error
            continue
        if local(root) in (*_STRUCTURE, *_OLD_ROOTS, "assessmentItem"):
            yield name, root


def _package_items(
    package: Package,
    roots: list[tuple[str, Element | ForeignError]],
    page: Page,
    facts: dict[str, dict[str, str]],
    *,
    ours: bool,
) -> Iterator[FoundItem]:
    for name, root in roots:
        page.picture = lambda address, name=name: package.picture(name, address)  # type: ignore[misc]
        if isinstance(root, ForeignError):
            broken = FoundItem(name, 1, str(root), {"题型": "XML", "题干": str(root)})
            broken.eye("item.eye.lost", str(root.facts.get("reason", root.code)))
            yield broken
        elif local(root) == "assessmentItem":
            item = read_item(root, name, page, ours=ours)
            item.cells |= facts.get(name, {})
            yield item
        elif name_of(root) in _OLD_ROOTS:
            yield from old_items(root, name, page)


def _facts(package: Package) -> dict[str, dict[str, str]]:
    """Of our own package: member → what its manifest says of the item, under our headings."""
    found: dict[str, dict[str, str]] = {}
    for resource in (part for part in parsed(package.read("imsmanifest.xml")).iter() if name_of(part) == "resource"):
        told: dict[str, str] = {}
        for part in resource.iter():
            name, _, value = (part.text or "").partition(":") if name_of(part) == "string" else ("", "", "")
            if name:
                told[name] = value
            elif name_of(part) == "value" and words(part) in DIFFICULTIES:
                told["difficulty"] = str(DIFFICULTIES.index(words(part)) + 1)
        found[resource.get("href", "")] = own_facts(told)
    return found


def _version(root: Element) -> str:
    space = root.nsmap.get(root.prefix) or ""
    if name_of(root).startswith("qti-") or "v3p0" in space:
        return "qti30"
    return "qti" + next((version for sign, version in (("v2p0", "20"), ("v2p1", "21"), ("v2p2", "22")) if sign in space), "2")
