"""The printing room: a paper's content becomes one PDF per station, in memory and nowhere else.

    fonts.py     the one font family pages are set in, by hash
    formulas.py  LaTeX between dollars → a drawing with its baseline
    figures.py   an author's SVG → the same figure, only what a strict list allows
    content.py   PaperContent → the JSON and the drawings the template lays out
    render.py    the parent: starts workers, collects PDFs
    worker.py    the child: limits on itself, then typst
    item_sheets.py   items and operation-skill tasks → the same, for sheets on paper
    templates/   paper.typ, items.typ and their pieces.typ, which only lay out and never evaluate a word an author wrote
    health_picture.py health_table.py   the health of a bank, as SVG and as text; no item's content

What an author wrote reaches typst as JSON strings or as drawings made here; a missing glyph, an unknown command and
any warning of typst are errors, because a paper with a hole in it may not be printed.
"""
