"""The one error of the printing room, in the shape of `itembank.domain.errors.RuleError`.

Codes:

    print.fonts_missing     no font list, or a listed file is not there
    print.font_changed      a font file is not the one listed, or not the one the paper was approved with
    print.template_changed  the template is not the one the paper was approved with
    print.character         a control or unassigned character in a text
    print.glyph             a character no font of ours can draw
    print.formula           a formula that cannot be drawn as written
    print.figure            a figure that is missing, unsafe or without a size
    print.table             a table with uneven rows, or with a figure in it
    print.mark              a station's or a person's mark that does not fit the margin
    print.warning           typst warned; it substitutes silently, so a warning is an error
    print.typeset           typst refused
    print.timeout           a worker took longer than it may
    print.worker            a worker ended before its work did

Facts name a question or an item by its number and never quote its text: these errors are read by people who may not see it.
"""

from __future__ import annotations


class PrintingError(Exception):
    """A page cannot be printed as it should. `code` names why, `facts` fill its sentence (JSON values)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts
