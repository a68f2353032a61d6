"""What the centre's page shows of each session: its nine steps, how far each has come, and what was refused or frozen."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from itembank import messages
from itembank.domain.session import BEIJING
from itembank.formats.errors import FormatError
from itembank.formats.receipts import read_receipt
from itembank.web.board import SessionLines
from keys.directory import Directory
from keys.entry import Entry
from keys.errors import KeysError
from keys.order import read_order

STEPS = (
    ("1", "命题", "authoring", ("draft", "blueprint")),
    ("2", "审题", "reviewing", ("review", "import", "pool")),
    ("3", "组卷、审卷", "assembling", ("attempt", "proof")),
    ("4", "封装", "sealing", ("seal", "approve")),
    ("5", "下发", "distributing", ("deposit", "intent", "fetch", "arm")),
    ("6", "密钥下发", "releasing", ("share",)),
    ("7", "解密制卷", "opening", ("open", "print")),
    ("8", "回收清点", "returning", ("return",)),
)
AUDITING = ("9", "归档审计", "auditing")
ACTS = {
    "draft": ("草稿", "drafts"), "review": ("审题流转", "moves in review"),
    "blueprint": ("细目表审定", "blueprint approved"), "import": ("试题入库", "items imported"),
    "pool": ("题库下发", "pools released"), "attempt": ("组卷", "drawn"), "proof": ("清样", "proof signed"),
    "override": ("准予封装", "allowed though it can be guessed"),
    "seal": ("封装", "sealed"), "approve": ("审批", "approved"), "deposit": ("分片存入", "shares deposited"),
    "intent": ("下发意向", "intent"), "fetch": ("收齐", "fetched"), "arm": ("预检", "armed"),
    "share": ("密钥分片", "shares given"), "open": ("解密", "opened"), "print": ("制卷", "printed"),
    "return": ("清点", "counted"), "incident": ("异常", "incident"), "freeze": ("暂停", "freeze"), "lift": ("恢复", "lift"),
}  # fmt: skip
LOCKS = {"A": ("正卷", "the main paper"), "S": ("备用卷", "the spare"), "KEY": ("答案", "the answer key")}
SOMETIMES = ("draft", "review")
"""A bank may be brought in at one table, without drafts and moves."""
BY_STATIONS = ("fetch", "arm", "open", "print", "return")
"""Done when every ordered station has done it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the page. `state`: done, running or waiting; the details count the acts."""

    number: str
    zh: str
    en: str
    state: str
    detail: str
    detail_en: str
    at: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something out of the ordinary: a refused attempt, a freeze."""

    zh: str
    en: str
    at: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One session on the page. `left` until the opening of the main paper, empty after it; `opens` is empty as long as nobody
    can know it.
    """

    session: str
    title: str
    sealed: bool
    opens: str
    left: str
    stations: int
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]


def session_progress(sessions: Sequence[SessionLines], directory: Directory, now: datetime) -> list[Progress]:
    """Each session as the page shows it."""
    return [_progress(session, directory, now) for session in sessions]


def bank_progress(lines: Sequence[Entry], directory: Directory) -> tuple[Step, ...]:
    """Steps 1 and 2 as long as no session has drawn from them; nothing before the bank's first line."""
    return tuple(_step(step, lines, frozenset(), directory) for step in STEPS[:2]) if lines else ()


def _progress(session: SessionLines, directory: Directory, now: datetime) -> Progress:
    lines, opens = session.lines, session.opens
    return Progress(
        session=session.number,
        title=session.title,
        sealed=bool(session.hid),
        opens=f"{opens.astimezone(BEIJING):%Y-%m-%d} {_clock(opens)}" if opens else "",
        left=_left(int((opens - now).total_seconds())) if opens else "",
        stations=len(session.stations),
        steps=(*(_step(step, lines, session.stations, directory) for step in STEPS), _auditing()),
        notices=tuple(_notice(line, directory) for line in lines if line.act in ("incident", "freeze", "lift")),
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


def _step(step: tuple[str, str, str, Sequence[str]], lines: Sequence[Entry], stations: Set[str], directory: Directory) -> Step:
    number, zh, en, acts = step
    found = [line for line in lines if line.act in acts]
    done: list[bool] = []
    told: list[tuple[str, str]] = []
    for act in acts:
        count, who = sum(line.act == act for line in found), {line.by for line in found if line.act == act}
        here = len(who & stations)
        done.append(here == len(stations) if act in BY_STATIONS else count > 0 or act in SOMETIMES)
        if count:
            many = f"{here}/{len(stations)}" if act in BY_STATIONS else str(count)
            told.append((f"{ACTS[act][0]} {many}", f"{ACTS[act][1]} {many}"))
    state = "waiting" if not found else "done" if all(done) else "running"
    detail, detail_en = "，".join(zh for zh, _ in told), ", ".join(en for _, en in told)
    if "share" in acts and found:
        holders = dict.fromkeys(line.by for line in found)
        detail += f"（{'、'.join(directory.label(holder) for holder in holders)}）"
        detail_en += f" ({', '.join(holders)})"
    return Step(number, zh, en, state, detail, detail_en, _clock(found[-1].at) if found else "")


def _auditing() -> Step:
    """An audit is anybody's, at any time, and leaves no line: the page only says how."""
    return Step(*AUDITING, "waiting", "任何人可执行 itembank audit", "anyone: itembank audit", "")


def _notice(line: Entry, directory: Directory) -> Notice:
    return _refusal(line, directory) if line.act == "incident" else _order(line, directory)


def _order(line: Entry, directory: Directory) -> Notice:
    """A freeze or a lift: what it stops or sets free, and who signed it."""
    try:
        order = read_order(line.statement.encode(), directory)
        signers, locks = order.signers, [LOCKS.get(lock, (lock, lock)) for lock in order.locks]
    except KeysError:
        signers, locks = (line.by,), []
    what, what_en = "、".join(zh for zh, _ in locks), ", ".join(en for _, en in locks)
    who = "、".join(directory.label(name) for name in signers)
    act, act_en = ACTS[line.act]
    en = f"{act_en}{f' of {what_en}' if what_en else ''}: {', '.join(signers)}"
    return Notice(f"{act}{what}：{who}", en, _clock(line.at))


def _refusal(line: Entry, directory: Directory) -> Notice:
    who, at = directory.label(line.by), _clock(line.at)
    try:
        facts = read_receipt(line.statement.encode(), directory).facts
    except (KeysError, FormatError):
        return Notice(f"拒绝：{who}", f"refused: {line.by}", at)
    told = messages.explain_code(str(facts.get("code", "unknown")), facts)
    return Notice(f"拒绝：{who}：{told.text_zh}", f"refused: {line.by}: {told.text_en}", at)
