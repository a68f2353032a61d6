"""Bytes ↔ domain: what comes from outside is checked here, once, and is a domain object afterwards.

    spreadsheet.py          the careful opening of any workbook (.xlsx)
    blueprint_workbook.py   鉴定要素细目表 → Blueprint
    item_workbook.py        the field's item spreadsheet → Items, all of them or none
    errors.py               the tree of this room's errors

Raises the errors of its own tree; what a domain object itself forbids, the domain says.
"""
