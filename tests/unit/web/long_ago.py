"""Sessions that were held before, as a centre keeps them for years: released, opened, counted, never asked about again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from itembank.ports import StoredRow, StoredSession
from keys.header import Header
from keys.manifest import approve_manifest, manifest_body, sign_manifest
from tests.province import SESSION, Province


def hold_before(province: Province, count: int) -> None:
    """The province's finished session once more under other numbers, each one a day earlier, with all its lines."""
    manifest, book = province.manifest(), province.centre.book
    hid = manifest.hid.hex()
    mine = [line for line in province.entries() if line.subject.get("hid") == hid or line.subject.get("session") == SESSION]
    with book.begin() as transaction:
        rows, released = transaction.rows(hid), transaction.statements("release", f"{hid}/A")[0][1]
        for number in range(1, count + 1):
            header = _earlier(manifest.header, number)
            body = manifest_body(header, manifest.locks, manifest.row_count, manifest.row_root, manifest.selftest)
            half = sign_manifest(body, province.signer("sealer-1"))
            data = approve_manifest(half, province.signer("seal_approver-1"), province.directory)
            old = header.hid.hex()
            stored = [StoredRow(old, f"{number:04d}{row.pid[4:]}", row.place, row.row) for row in rows]
            transaction.save_session(StoredSession(header.session, 1, old, data), stored)
            transaction.save_statement("release", f"{old}/A", "object", released)
            for line in mine:
                other = {"hid": old, "session": header.session}
                subject = {name: other.get(name, value) for name, value in line.subject.items()}
                told = data.decode() if line.act in ("seal", "approve") else line.statement
                transaction.append(replace(line, subject=subject, statement=told))


def _earlier(header: Header, number: int) -> Header:
    back = timedelta(days=number)
    locks = tuple(replace(lock, opens=lock.opens - back, closes=lock.closes - back) for lock in header.locks)
    sitting = replace(header.sitting, starts_at=header.sitting.starts_at - back)
    return replace(header, session=f"2026{number:02d}-6-31-01-03-4-L-99", sitting=sitting, locks=locks)


def questions(province: Province, act: Callable[[], object]) -> int:
    """How many statements this thread gives the database while it acts."""
    asked, me, engine = [], threading.get_ident(), province.centre.book.engine

    def ask(*arguments: Any) -> None:
        if threading.get_ident() == me:
            asked.append(arguments[2])

    event.listen(engine, "before_cursor_execute", ask)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", ask)
    return len(asked)
