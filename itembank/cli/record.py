"""Anyone entitled: `audit` over a whole folder, and `demo`, which runs a session in front of you."""

from __future__ import annotations

from pathlib import Path

import click

from itembank import bootstrap, messages
from itembank.cli.frame import Outcome, verb
from itembank.steps.auditing import Audit, Finding
from itembank.steps.auditing import audit as replay
from keys.directory import load_directory, read_directory

FAILED = 4
TRIES = 5
WHOLE = "全部席位的目录 DIR | the folder of all seats"


records = click.Group()


@verb(records, "audit", home=WHOLE)
@click.option("--fingerprint", help="审计人自带的名录指纹 | the directory's fingerprint, brought by the auditor")
def audit(home: Path, fingerprint: str | None) -> Outcome:
    """归档审计：重放台账、签名、承诺、次序与份数，不用任何密钥 | replay everything, without any secret."""
    found = _replay(home, fingerprint)
    data = {
        "audit": found.verdict,
        "ledger_size": len(found.lines),
        "findings": [_told(finding) for finding in found.findings],
        "remarks": [_told(remark) for remark in found.remarks],
    }
    for remark in found.remarks:
        said = messages.explain_code(remark.code, remark.facts)
        click.echo(f"[备注] {remark.place}：{said.text_zh} | {said.text_en}", err=True)
    if not found.findings:
        return Outcome(data, f"一致，台账{len(found.lines)}行", "audit: ok")
    first = found.findings[0]
    told = messages.explain_code(first.code, first.facts)
    zh, en = f"不一致 {first.place}：{told.text_zh}", f"audit: failed at {first.place}: {told.text_en}"
    return Outcome(data, zh, en, exit_code=FAILED)


def _told(finding: Finding) -> dict[str, str]:
    said = messages.explain_code(finding.code, finding.facts)
    return {"place": finding.place, "code": finding.code, "text": said.text_zh, "text_en": said.text_en}


def _replay(home: Path, fingerprint: str | None) -> Audit:
    """Replay; once more while a running centre wrote its ledger meanwhile."""
    directory, newest = load_directory(home / "centre"), home / "centre" / "ledger" / "checkpoint"
    if fingerprint is not None:
        directory = read_directory((home / "centre" / "directory").read_bytes(), fingerprint)
    for _ in range(TRIES):
        before = newest.read_bytes() if newest.exists() else b""
        found = replay(*bootstrap.files_under(home), directory)
        if not found.findings or before == (newest.read_bytes() if newest.exists() else b""):
            break
    return found


@verb(records, "demo", home=WHOLE, makes_home=True)
@click.option(
    "--open-in",
    default=20,
    show_default=True,
    type=click.IntRange(1, 3600),
    help="封装开始后多少秒解密 | seconds from sealing to opening",
)
@click.option("--stations", default=2, show_default=True, type=click.IntRange(1, 30), help="考点数 | stations")
@click.option("--once", is_flag=True, help="结束后不留页面 | end instead of keeping the page up")
def demo(home: Path, open_in: int, stations: int, once: bool) -> Outcome:
    """在本机演示一场考试 | one exam session on this machine, with real processes."""
    from itembank.demo.session import run_demo

    return run_demo(home, open_in, stations, once)


COMMANDS: dict[str, click.Command] = {**records.commands}
