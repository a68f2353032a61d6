"""QTI 2.1 and 3.0 packages: `imsmanifest.xml`, an `assessmentItem` a file, the figures beside them.

Both versions are written from one tree; 3.0 spells its names in kebab-case behind `qti-`. What an item is beside its texts
stands in
its manifest metadata, as IEEE LOM: difficulty in LOM's own five words, point and the rest as keywords `point:B-A-A-001`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from itembank.domain.items import LETTERS, CaseQuestion, Item, ItemType, fill_answers
from itembank.formats.exporting.qti_scoring import Marked, add_processing
from itembank.formats.exporting.written import MathMl, Written, facts, guid, held
from itembank.formats.exporting.xhtml import Element, Xhtml
from itembank.formats.figures import figure_file
from itembank.formats.foreign.found import TOOL
from itembank.formats.foreign.qti_files import DIFFICULTIES

TYPES = tuple(type_ for type_ in ItemType if type_ is not ItemType.PRACTICAL)
_CHOICES = (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.JUDGEMENT)
_MADE = (1980, 1, 1, 0, 0, 0)
"""The same items give the same bytes."""
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION = f"{{{_XSI}}}schemaLocation"
LOM = "http://ltsc.ieee.org/xsd/LOM"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the standard: its namespaces with the addresses of their schemas, and how it spells names."""

    name: str
    namespace: str
    schema: str
    manifest: str
    manifest_schema: str
    resource: str
    template: str
    kebab: bool

    def element(self, name: str) -> str:
        return f"{{{self.namespace}}}{'qti-' + _kebab(name) if self.kebab else name}"

    def attribute(self, name: str) -> str:
        return _kebab(name) if self.kebab else name


_XSD21, _XSD30 = "http://www.imsglobal.org/xsd/qti/qtiv2p1/", "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/"
QTI21 = Version(
    "2.1", "http://www.imsglobal.org/xsd/imsqti_v2p1", f"{_XSD21}imsqti_v2p1.xsd",
    "http://www.imsglobal.org/xsd/imscp_v1p1", f"{_XSD21}qtiv2p1_imscpv1p2_v1p0.xsd", "imsqti_item_xmlv2p1",
    "http://www.imsglobal.org/question/qti_v2p1/rptemplates/", kebab=False,
)  # fmt: skip
QTI30 = Version(
    "3.0", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", f"{_XSD30}imsqti_asiv3p0_v1p0.xsd",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", f"{_XSD30}imsqtiv3p0_imscpv1p2_v1p0.xsd", "imsqti_item_xmlv3p0",
    "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/", kebab=True,
)  # fmt: skip


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda letter: "-" + letter[1].lower(), name)


def write_package(items: Sequence[Item], figures: Mapping[str, str], version: Version, mathml: MathMl) -> Written:
    """The package of these items and of the figures they name (file name → as the bank keeps it)."""
    kept, left_out = held(items, _fits)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "imsmanifest.xml", _bytes(_manifest(kept, figures, version)))
        for number, item in enumerate(kept, start=1):
            _add(archive, _file(number), _bytes(_Writer(item, version, mathml).root()))
        for name in sorted({name for item in kept for name in item.figures} & figures.keys()):
            _add(archive, f"images/{name}", figure_file(figures[name]))
    return Written(out.getvalue(), left_out)


def _fits(item: Item) -> bool:
    """An answer that a blank takes twice would come back once."""
    asked: tuple[Item | CaseQuestion, ...] = (item, *item.questions)
    blanks = [blank for one in asked if one.type is ItemType.FILL for blank in fill_answers(one.key)]
    return item.type in TYPES and all(len(set(blank)) == len(blank) for blank in blanks)


def _file(number: int) -> str:
    return f"items/item{number:05d}.xml"


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MADE)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, data)


def _spaces(namespace: str) -> dict[str, str]:
    """Names without a prefix are of this namespace."""
    spaces: dict[Any, str] = {None: namespace, "xsi": _XSI}  # the stubs know no such key as None
    return spaces


def _bytes(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


class _Writer:
    """One item as an element. Interactions are numbered in the order of the page."""

    def __init__(self, item: Item, version: Version, mathml: MathMl) -> None:
        self._item, self._version = item, version
        self._xhtml = Xhtml(version.namespace, mathml, lambda name: f"../images/{name}")
        self._responses: list[Element] = []
        self._marked: list[Marked] = []

    def root(self) -> Element:
        item = self._item
        root = etree.Element(self._version.element("assessmentItem"), nsmap=_spaces(self._version.namespace))
        root.set(_LOCATION, f"{self._version.namespace} {self._version.schema}")
        self._set(root, identifier=f"i-{guid(item)}", title=item.item_no, label=guid(item), adaptive="false",
            timeDependent="false",
                  toolName=TOOL, toolVersion="1")  # fmt: skip
        root.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
        body = etree.Element(self._version.element("itemBody"))
        if item.questions:
            self._case(body)
        else:
            self._question(body, item, locked=item.options_locked)
        root.extend(self._responses)
        self._outcome(root, "SCORE", "float", "0")
        if item.rationale:
            self._outcome(root, "FEEDBACK", "identifier", "")
        root.append(body)
        if item.type in _CHOICES:
            self._under(root, "responseProcessing", template=self._template())
        elif self._marked:
            add_processing(root, self._marked, self._under)
        if item.rationale:
            self._feedback(root)
        return root

    def _template(self) -> str:
        return self._version.template + ("match_correct.xml" if self._version.kebab else "match_correct")

    def _question(self, body: Element, asked: Item | CaseQuestion, *, locked: bool, points: int = 1) -> None:
        before = len(self._responses)
        if asked.type is ItemType.FILL:
            answers = iter(fill_answers(asked.key))
            self._xhtml.fill(body, asked.stem, lambda text: self._entry(text, next(answers)))
        else:
            self._xhtml.fill(body, asked.stem)
            self._answer(body, asked, locked=locked)
        if asked.type is ItemType.FILL or asked.type in _CHOICES:
            responses = [response.get("identifier", "") for response in self._responses[before:]]
            self._marked.append(Marked(responses, points, asked.type is ItemType.FILL))

    def _answer(self, body: Element, asked: Item | CaseQuestion, *, locked: bool) -> None:
        if asked.type is ItemType.JUDGEMENT:
            self._choice(body, ("正确", "错误"), "A" if asked.key == "√" else "B", locked=True, several=False)
        elif asked.options:
            self._choice(body, asked.options, asked.key, locked=locked, several=asked.type is ItemType.MULTIPLE)
        else:
            self._extended(body, asked.key)

    def _case(self, body: Element) -> None:
        self._xhtml.fill(body, self._item.stem)
        for question in self._item.questions:
            block = etree.SubElement(body, f"{{{self._version.namespace}}}div")
            block.set("class", f"question type-{question.type.value} points-{question.points}")
            self._question(block, question, locked=self._item.options_locked, points=question.points)
            body.extend(block.findall(self._version.element("rubricBlock")))  # 2.1 allows none inside a div

    def _choice(self, body: Element, options: Sequence[str], key: str, *, locked: bool, several: bool) -> None:
        identifier = self._declare("multiple" if several else "single", "identifier", list(key))
        interaction = self._under(
            body, "choiceInteraction", responseIdentifier=identifier, shuffle="false" if locked else "true",
            maxChoices="0" if several else "1",
        )  # fmt: skip
        for letter, option in zip(LETTERS, options, strict=False):
            self._xhtml.fill_line(self._under(interaction, "simpleChoice", identifier=letter), option)

    def _entry(self, text: str, answers: Sequence[str]) -> Element:
        identifier = self._declare("single", "string", answers[:1], mapped=answers)
        made = etree.Element(self._version.element("textEntryInteraction"))
        self._set(made, responseIdentifier=identifier, expectedLength=str(max(map(len, answers))), placeholderText=text)
        return made

    def _extended(self, body: Element, key: str) -> None:
        identifier = self._declare("single", "string", [])
        self._under(body, "extendedTextInteraction", responseIdentifier=identifier)
        rubric = self._under(body, "rubricBlock", view="scorer", **({"use": "scoring"} if self._version.kebab else {}))
        self._xhtml.fill(self._under(rubric, "contentBody") if self._version.kebab else rubric, key)

    def _declare(self, cardinality: str, base: str, right: Sequence[str], mapped: Sequence[str] = ()) -> str:
        identifier = (
            f"RESPONSE{len(self._responses) + 1}" if self._item.questions or self._item.type is ItemType.FILL else "RESPONSE"
        )
        declaration = etree.Element(self._version.element("responseDeclaration"))
        self._set(declaration, identifier=identifier, cardinality=cardinality, baseType=base)
        if right:
            correct = self._under(declaration, "correctResponse")
            for value in right:
                self._under(correct, "value").text = value
        if mapped:
            mapping = self._under(declaration, "mapping", defaultValue="0")
            for value in mapped:
                self._under(mapping, "mapEntry", mapKey=value, mappedValue="1")
        self._responses.append(declaration)
        return identifier

    def _outcome(self, root: Element, identifier: str, base: str, default: str) -> None:
        declaration = self._under(root, "outcomeDeclaration", identifier=identifier, cardinality="single", baseType=base)
        if default:
            self._under(self._under(declaration, "defaultValue"), "value").text = default

    def _feedback(self, root: Element) -> None:
        feedback = self._under(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="RATIONALE", showHide="show")
        self._xhtml.fill(self._under(feedback, "contentBody") if self._version.kebab else feedback, self._item.rationale)

    def _under(self, parent: Element, name: str, **attributes: str) -> Element:
        made = etree.SubElement(parent, self._version.element(name))
        self._set(made, **attributes)
        return made

    def _set(self, element: Element, **attributes: str) -> None:
        for name, value in attributes.items():
            element.set(self._version.attribute(name), value)


def _manifest(items: Sequence[Item], figures: Mapping[str, str], version: Version) -> Element:
    space = version.manifest
    root = etree.Element(f"{{{space}}}manifest", nsmap={**_spaces(space), "lom": LOM})
    root.set(_LOCATION, f"{space} {version.manifest_schema}")
    root.set("identifier", "MANIFEST")
    metadata = etree.SubElement(root, f"{{{space}}}metadata")
    etree.SubElement(metadata, f"{{{space}}}schema").text = "QTI Package" if version.kebab else "IMS Content"
    etree.SubElement(metadata, f"{{{space}}}schemaversion").text = "3.0.0" if version.kebab else "1.1"
    etree.SubElement(root, f"{{{space}}}organizations")
    resources = etree.SubElement(root, f"{{{space}}}resources")
    for number, item in enumerate(items, start=1):
        resource = etree.SubElement(resources, f"{{{space}}}resource")
        resource.set("identifier", f"r-{number:05d}")
        resource.set("type", version.resource)
        resource.set("href", _file(number))
        _lom(etree.SubElement(resource, f"{{{space}}}metadata"), item)
        etree.SubElement(resource, f"{{{space}}}file").set("href", _file(number))
        for name in dict.fromkeys(name for name in item.figures if name in figures):
            etree.SubElement(resource, f"{{{space}}}file").set("href", f"images/{name}")
    return root


def _lom(metadata: Element, item: Item) -> None:
    lom = etree.SubElement(metadata, f"{{{LOM}}}lom")
    general = etree.SubElement(lom, f"{{{LOM}}}general")
    identifier = etree.SubElement(general, f"{{{LOM}}}identifier")
    etree.SubElement(identifier, f"{{{LOM}}}catalog").text = TOOL
    etree.SubElement(identifier, f"{{{LOM}}}entry").text = guid(item)
    for name, value in facts(item).items():
        if value and name != "difficulty":
            keyword = etree.SubElement(general, f"{{{LOM}}}keyword")
            etree.SubElement(keyword, f"{{{LOM}}}string").text = f"{name}:{value}"
    difficulty = etree.SubElement(etree.SubElement(lom, f"{{{LOM}}}educational"), f"{{{LOM}}}difficulty")
    etree.SubElement(difficulty, f"{{{LOM}}}source").text = "LOMv1.0"
    etree.SubElement(difficulty, f"{{{LOM}}}value").text = DIFFICULTIES[item.difficulty - 1]
