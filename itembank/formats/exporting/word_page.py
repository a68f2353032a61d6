"""How our Word file looks on paper: A4, lines close together, tables ruled, an item's own line small and grey.

Pandoc writes the file in its own look. A few passages of it are changed here; a test sees that each is still there.
"""

from __future__ import annotations

import io
import zipfile

_A4 = (
    '<w:pgSz w:w="11906" w:h="16838" />'
    '<w:pgMar w:top="1440" w:right="1247" w:bottom="1440" w:left="1247" w:header="851" w:footer="992" w:gutter="0" />'
)
"""In twentieths of a point: 210 mm by 297 mm, margins of 25 mm and 22 mm."""
_SMALL = (
    '<w:pPr><w:keepNext /><w:spacing w:before="240" w:after="0" /></w:pPr>'
    '<w:rPr><w:color w:val="7f7f7f" /><w:sz w:val="16" /><w:szCs w:val="16" /></w:rPr>'
)
_RULES = "".join(f'<w:{edge} w:val="single" w:sz="4" />' for edge in ("top", "left", "bottom", "right", "insideH", "insideV"))
FACTS_STYLE = "编号"
CHANGES = (
    ("word/document.xml", "</w:sectPr>", f"{_A4}</w:sectPr>"),
    ("word/styles.xml", '<w:spacing w:after="180" w:before="180" />', '<w:spacing w:after="40" w:before="40" />'),
    ("word/styles.xml", '<w:sz w:val="24" />', '<w:sz w:val="21" />'),
    (
        "word/styles.xml",
        '<w:tblInd w:type="dxa" w:w="0" />\n      <w:tblCellMar>',
        f'<w:tblInd w:type="dxa" w:w="0" /><w:tblBorders>{_RULES}</w:tblBorders><w:tblCellMar>',
    ),
    (
        "word/styles.xml",
        f'<w:name w:val="{FACTS_STYLE}" /><w:basedOn w:val="BodyText" /><w:qFormat />',
        f'<w:name w:val="{FACTS_STYLE}" /><w:basedOn w:val="BodyText" /><w:qFormat />{_SMALL}',
    ),
)
"""Member of the file, what pandoc writes there, what stands in its place."""


def on_a4(docx: bytes) -> bytes:
    """The same document in our look."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            for name, passage, ours in CHANGES:
                if name == entry.filename:
                    data = data.replace(passage.encode(), ours.encode(), 1)
            new.writestr(entry, data)
    return out.getvalue()
