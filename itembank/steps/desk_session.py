"""What lies on the desk of a session before it is sealed: its order and plan, its attempts and their seeds, the draft.

No step: step 3 works on it, step 4 begins from it.

    sessions/NUMBER/order, plan                as ordered
    sessions/NUMBER/seeds/ATTEMPT-OFFICER      until they are spent
    sessions/NUMBER/attempts/ATTEMPT           signed before its draw
    sessions/NUMBER/posted/ATTEMPT             its line is in the ledger
    sessions/NUMBER/given-up/ATTEMPT           why the next one was made; giving-up while that is under way
    sessions/NUMBER/excluded                   items that its proofreaders took out, sealed for the desk's key
    sessions/NUMBER/draft, certificate         sealed for the desk's key; the item-free certificate
"""

from __future__ import annotations

from typing import Any

from itembank.domain.errors import SessionError
from itembank.domain.plan import Plan
from itembank.domain.session import ExamSession
from itembank.formats.desk_draft import DeskDraft, read_desk_draft
from itembank.formats.desk_statements import REASON_AT_MOST, Attempt, Seed, read_attempt, read_seed
from itembank.formats.draft import open_draft, open_exclusions
from itembank.formats.plan_file import read_plan_document
from itembank.ports import Folder
from keys.directory import Directory
from keys.encoding import canonical, read_canonical
from keys.errors import RefusedError, TamperedError


def load_session(desk: Folder, number: str) -> ExamSession:
    """The session as ordered. Raises SessionError when there is none."""
    if not desk.exists(f"sessions/{number}/order"):
        raise SessionError("session.unknown", session=number)
    value: dict[str, Any] = read_canonical(desk.read(f"sessions/{number}/order"), "session")
    return ExamSession.from_document(value)


def load_plan(desk: Folder, number: str) -> Plan:
    """The plan the session was ordered with. Raises SessionError when there is no such session."""
    if not desk.exists(f"sessions/{number}/plan"):
        raise SessionError("session.unknown", session=number)
    try:
        return read_plan_document(read_canonical(desk.read(f"sessions/{number}/plan"), "plan"))
    except (TypeError, KeyError, ValueError) as error:
        raise TamperedError("object.fields", what="plan") from error


def current_attempt(desk: Folder, number: str) -> int:
    """The attempt that is under way: one more than were given up."""
    return len(desk.names(f"sessions/{number}/given-up")) + 1


def reason_of(desk: Folder, number: str, attempt: int) -> str:
    """Why this attempt is made: what the one before was given up for; empty for the first."""
    return desk.read(f"sessions/{number}/given-up/{attempt - 1}").decode() if attempt > 1 else ""


def held_attempt(desk: Folder, directory: Directory, number: str) -> Attempt | None:
    """The current attempt as signed; None before it is."""
    name = f"sessions/{number}/attempts/{current_attempt(desk, number)}"
    return read_attempt(desk.read(name), directory) if desk.exists(name) else None


def attempted_pools(desk: Folder, directory: Directory, number: str) -> list[str]:
    """The pool releases (digests) the current attempt has named already; empty before it is signed."""
    held = held_attempt(desk, directory, number)
    return list(held.pools) if held else []


def proved_attempt(desk: Folder, directory: Directory, number: str) -> Attempt:
    """The attempt that was drawn. Raises SessionError when none was."""
    held = held_attempt(desk, directory, number)
    if held is None:
        raise SessionError("session.not_assembled", session=number)
    return held


def given_seeds(desk: Folder, number: str, attempt: int) -> list[str]:
    """The files of this attempt's seeds."""
    return [name for name in desk.names(f"sessions/{number}/seeds") if name.rpartition("/")[2].startswith(f"{attempt}-")]


def read_seeds(desk: Folder, directory: Directory, number: str, attempt: int) -> list[Seed]:
    """This attempt's seeds, by two officers at least, still sealed. Raises TamperedError, RefusedError."""
    seeds = [read_seed(desk.read(name), directory) for name in given_seeds(desk, number, attempt)]
    if any(seed.session != number or seed.attempt != attempt for seed in seeds):
        raise TamperedError("seed.foreign", session=number)
    if len({seed.who for seed in seeds}) < 2:
        raise RefusedError("seed.two_needed", came=len(seeds))
    return seeds


def is_signed(desk: Folder, number: str, attempt: int) -> bool:
    """Whether the attempt was signed, drawn or not."""
    return desk.exists(f"sessions/{number}/attempts/{attempt}")


def is_drawn(desk: Folder, number: str, attempt: int) -> bool:
    """Whether this attempt's seeds have spoken: the draft is there, or they were deleted behind it."""
    return desk.exists(f"sessions/{number}/draft") or (
        is_signed(desk, number, attempt) and len(given_seeds(desk, number, attempt)) < 2
    )


def give_up(desk: Folder, number: str, attempt: int, reason: str) -> None:
    """Nothing of this attempt is gone on with; its line stays in the ledger, and its reason stands in the next one's.

    Raises RefusedError for a reason that no attempt could bear; then nothing is given up.
    """
    if not reason.strip() or len(reason) > REASON_AT_MOST or not reason.isprintable():
        raise RefusedError("attempt.reason", attempt=attempt + 1)
    # What is meant first: killed anywhere behind it, whoever comes next finishes it.
    desk.replace(f"sessions/{number}/giving-up", canonical({"attempt": attempt, "reason": reason}))
    finish_giving_up(desk, number)


def finish_giving_up(desk: Folder, number: str) -> None:
    """Go on where a kill broke off; call it before looking which attempt is the current one."""
    note = f"sessions/{number}/giving-up"
    if not desk.exists(note):
        return
    meant = read_canonical(desk.read(note), "attempt")
    for name in ("draft", "proof", "certificate"):
        desk.delete(f"sessions/{number}/{name}")
    desk.write_once(f"sessions/{number}/given-up/{meant['attempt']}", str(meant["reason"]).encode())
    desk.delete(note)


def exclusions(desk: Folder, number: str, desk_secret: bytes) -> list[bytes]:
    """The signed statements by which proofreaders took items out of this session's papers."""
    name = f"sessions/{number}/excluded"
    if not desk.exists(name):
        return []
    return [str(statement).encode() for statement in open_exclusions(desk.read(name), number, desk_secret)["statements"]]


def load_draft(desk: Folder, number: str, desk_secret: bytes) -> DeskDraft:
    """The draft, in memory. Raises SessionError when nothing was assembled."""
    if not desk.exists(f"sessions/{number}/draft"):
        raise SessionError("session.not_assembled", session=number)
    sealed = desk.read(f"sessions/{number}/draft")
    return read_desk_draft(open_draft(sealed, number, current_attempt(desk, number), desk_secret))
