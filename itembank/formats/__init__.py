"""Bytes ↔ domain: what comes from outside is checked here, once, and is a domain object afterwards.

    blueprint_workbook.py   鉴定要素细目表 (.xlsx) → Blueprint; also the careful opening of any workbook
    item_workbook.py        the field's item spreadsheet (.xlsx) → Items, all of them or none
    errors.py               the tree of this room's errors

Raises the errors of its own tree; what a domain object itself forbids, the domain says.
"""
