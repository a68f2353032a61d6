"""Bytes ↔ domain: what comes from outside is checked here, once, and is a domain object afterwards.

    spreadsheet.py spreadsheet_parts.py     the careful opening of any workbook (.xlsx); the limits it keeps
    spreadsheet_writing.py  cells and bytes of a workbook of ours
    blueprint_workbook.py   鉴定要素细目表 → Blueprint: the field's layout, and which layout it is
    blueprint_flat.py       the flat layout, sheet 蓝图
    blueprint_head.py       the title and codes over both
    blueprint_codes.py      01 back from the number 1
    blueprint_rows.py       what the rows of either gave
    blueprint_export.py     Blueprint → either layout
    item_workbook.py        the field's item spreadsheet → Items, and a report of its rows
    headed_sheet.py item_rows.py item_cells.py practical_sheets.py    its sheets, rows and cells
    item_export.py text_sheets.py           Items → the same spreadsheet
    imports.py              the import of either, signed by three
    near_duplicates.py      items that ask the same in other words, by their text alone
    pool_content.py         what a sealed pool release holds
    desk_statements.py      what the desk signs: seeds, attempt, proof
    desk_draft.py draft.py  the drawn papers before sealing; how they are kept sealed on the desk
    container.py            a package's public part, for everybody
    payload.py              its secret part, encrypted and decrypted
    receipts.py             what a station signs, chained
    ledger_bundle.py        256 ledger entries in one file
    errors.py               the tree of this room's errors

Raises the errors of its own tree; what a domain object itself forbids, the domain says.
"""
