"""What became of an import, row by row: the report of `items import`, as JSON and as lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from itembank import messages
from itembank.cli.frame import Outcome
from itembank.formats.errors import BrokenRow
from itembank.formats.item_file import ItemFile
from itembank.formats.item_rows import Place, RowFlag
from itembank.formats.read_rows import write_read_rows
from itembank.steps.authoring import ItemsReport
from keys.durable import replace

REJECTED = 5
ROWS_BELOW = 20
EYE = "item.eye."
"""Codes of what a reader concluded or could not keep: somebody should look at it before the item is used."""


def import_outcome(report: ItemsReport, file: ItemFile, *, dry_run: bool) -> Outcome:
    rejected = [_row(row) for row in report.rejected]
    eyes = [_flag(flag) | {"text": flag.original} for flag in report.flags if flag.code.startswith(EYE)]
    flags = [_flag(flag) for flag in report.flags if not flag.code.startswith(EYE)]
    data = {
        "format": file.format, "pool": report.pool, "dry_run": dry_run, "read": report.read, "imported": report.imported,
        "unchanged": report.unchanged, "rejected": rejected, "flags": flags,
        "needs_eye": eyes, "layout": file.layouts,
        "duplicates": [
            {"item": twin.item_no, "of": twin.of, "kind": "exact", "key_conflict": twin.key_conflict} for twin in report.duplicates
        ],
    }  # fmt: skip
    below = first_rows([f"  {row['where']} {row['field']}：{row['message']} {row['text']}".rstrip() for row in rejected])
    twins = sorted(report.duplicates, key=lambda twin: not twin.key_conflict)
    below += first_rows([f"  重复 {twin.item_no} = {twin.of}{'，答案不同' * twin.key_conflict}" for twin in twins])
    below += first_rows([f"  须过目 {eye['where']} {eye['message']}" for eye in eyes])
    below += first_rows([f"  {flag['where']} {flag['message']}" for flag in flags])
    verb_zh = "可导入" if dry_run else "入库"
    zh = f"{report.pool} 读取{report.read}题 {verb_zh}{report.imported}题 未变{report.unchanged}题 拒绝{len(rejected)}条 须过目{len(eyes)}条"
    en = f"{report.imported} {'would be imported' if dry_run else 'imported'}, {len(rejected)} refused"
    code = REJECTED if rejected or not report.read else 0
    return Outcome(data, zh, en, below, code)


def write_rows(out: Path, file: ItemFile, report: ItemsReport) -> None:
    """The rows that were read as a workbook, each with what the report says of it."""
    said: dict[Place, list[str]] = defaultdict(list)
    for row in report.rejected:
        said[row.sheet, row.row].append(f"{row.field}：{messages.explain_code(row.code, row.facts).text_zh}")
    for flag in report.flags:
        said[flag.sheet, flag.row].append(messages.explain_code(flag.code, {"found": flag.text}).text_zh)
    told = {place: "\n".join(dict.fromkeys(lines)) for place, lines in said.items()}
    replace(out, [write_read_rows(file.rows or [[]], told)], 0o600)


def first_rows(below: Sequence[str]) -> tuple[str, ...]:
    more = [f"  ……共{len(below)}条 | {len(below)} in all"] if len(below) > ROWS_BELOW else []
    return (*below[:ROWS_BELOW], *more)


def _flag(flag: RowFlag) -> dict[str, Any]:
    told = messages.explain_code(flag.code, {"found": flag.text})
    return {
        "where": f"{flag.sheet}!{flag.row}", "item": flag.item_no, "code": flag.code, "message": told.text_zh,
        "message_en": told.text_en,
    }  # fmt: skip


def _row(row: BrokenRow) -> dict[str, Any]:
    told = messages.explain_code(row.code, row.facts)
    return {
        "where": row.where, "field": row.field, "code": row.code, "message": told.text_zh, "message_en": told.text_en,
        "text": row.text,
    }  # fmt: skip
