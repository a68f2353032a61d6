"""What the centre's page shows of each session: its nine steps, how far each has come, and what was refused or frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from itembank import messages
from itembank.formats.receipts import read_receipt
from itembank.ports import StoredSession
from keys.directory import Directory
from keys.entry import Entry
from keys.manifest import Manifest, read_manifest
from keys.share import parse_share_line

BEIJING = timezone(timedelta(hours=8))
STEPS = (
    ("1", "命题", "authoring", ("blueprint",)),
    ("2", "审题", "reviewing", ("import", "pool")),
    ("3", "组卷、审卷", "assembling", ("attempt", "proof")),
    ("4", "封装", "sealing", ("seal", "approve")),
    ("5", "下发", "distributing", ("deposit", "intent", "fetch", "arm")),
    ("6", "密钥下发", "releasing", ("share",)),
    ("7", "解密制卷", "opening", ("open", "print")),
    ("8", "回收清点", "returning", ("return",)),
)
ACTS = {
    "blueprint": "细目表审定", "import": "试题入库", "pool": "题库下发", "attempt": "组卷", "proof": "清样", "seal": "封装",
    "approve": "审批", "deposit": "分片存入", "intent": "下发意向", "fetch": "收齐", "arm": "预检", "share": "密钥分片",
    "open": "解密", "print": "制卷", "return": "清点", "incident": "异常", "freeze": "暂停", "lift": "恢复",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the page. `state`: done, running or waiting; `detail` counts the acts."""

    number: str
    zh: str
    en: str
    state: str
    detail: str
    at: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something out of the ordinary: a refused attempt, a freeze."""

    zh: str
    en: str
    at: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One session on the page. `left` until the opening of the main paper, empty after it."""

    session: str
    title: str
    opens: str
    left: str
    stations: int
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]


def session_progress(
    sessions: Sequence[StoredSession], lines: Sequence[Entry], directory: Directory, now: datetime
) -> list[Progress]:
    """Newest version of each session, as the page shows it."""
    newest = {session.session: session for session in sorted(sessions, key=lambda s: s.version)}
    return [_progress(read_manifest(s.manifest, directory), lines, directory, now) for s in newest.values()]


def _progress(manifest: Manifest, lines: Sequence[Entry], directory: Directory, now: datetime) -> Progress:
    header, hid = manifest.header, manifest.hid.hex()
    mine = [line for line in lines if line.subject.get("hid", hid) == hid or line.act == "pool"]
    mine = [line for line in mine if line.subject.get("session", header.session) == header.session]
    opens = header.lock("A").opens
    stations = {line.by for line in mine if line.act == "fetch"}
    return Progress(
        session=header.session,
        title=f"{header.sitting.occupation} {header.sitting.subject}",
        opens=f"{opens.astimezone(BEIJING):%Y-%m-%d} {_clock(opens)}",
        left=_left(int((opens - now).total_seconds())),
        stations=len(stations),
        steps=tuple(_step(step, mine, directory) for step in STEPS),
        notices=tuple(_notice(line, directory) for line in mine if line.act in ("incident", "freeze", "lift")),
    )


def _left(seconds: int) -> str:
    """14 → 00:14; 3723 → 1:02:03; four days and three hours → 4天 3:00:00."""
    if seconds <= 0:
        return ""
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    if hours >= 24:
        return f"{hours // 24}天 {hours % 24}:{clock}"
    return f"{hours}:{clock}" if hours else clock


def _clock(at: datetime) -> str:
    """The time of day the stations' clocks show."""
    return f"{at.astimezone(BEIJING):%H:%M:%S}"


def _step(step: tuple[str, str, str, Sequence[str]], lines: Iterable[Entry], directory: Directory) -> Step:
    number, zh, en, acts = step
    found = [line for line in lines if line.act in acts]
    counted = {act: sum(line.act == act for line in found) for act in acts}
    state = "waiting" if not found else "done" if all(counted.values()) else "running"
    detail = "，".join(f"{ACTS[act]} {count}" for act, count in counted.items() if count)
    if "share" in acts and found:
        holders = dict.fromkeys(directory.holders[parse_share_line(line.statement).j - 1].label for line in found)
        detail += f"（{'、'.join(holders)}）"
    at = _clock(found[-1].at) if found else ""
    return Step(number, zh, en, state, detail, at)


def _notice(line: Entry, directory: Directory) -> Notice:
    who, at = directory.label(line.by), _clock(line.at)
    if line.act != "incident":
        return Notice(f"{ACTS[line.act]}：{who}", f"{line.act}: {line.by}", at)
    facts = read_receipt(line.statement.encode(), directory).facts
    told = messages.explain_code(str(facts.get("code", "unknown")), facts)
    return Notice(f"拒绝：{who}：{told.text_zh}", f"refused: {line.by}: {told.text_en}", at)
