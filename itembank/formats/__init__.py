"""Bytes ↔ domain: what comes from outside is checked here, once, and is a domain object afterwards.

    spreadsheet.py          the careful opening of any workbook (.xlsx)
    blueprint_workbook.py   鉴定要素细目表 → Blueprint
    item_workbook.py        the field's item spreadsheet → Items, all of them or none
    imports.py              the import of either, signed by three
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
