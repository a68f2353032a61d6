"""What lies on the desk of a session before it is sealed: its order and plan, its attempts and their seeds, the draft.

No step: step 3 works on it, step 4 begins from it.

    sessions/NUMBER/order, plan                as ordered
    sessions/NUMBER/seeds/ATTEMPT-OFFICER      until they are spent
    sessions/NUMBER/attempts/ATTEMPT           signed before its draw
    sessions/NUMBER/given-up/ATTEMPT           why the next one was made
    sessions/NUMBER/excluded                   items that its proofreaders took out, sealed for the desk's key
    sessions/NUMBER/draft, certificate         sealed for the desk's key; the item-free certificate
"""

from __future__ import annotations

from typing import Any

from itembank.domain.errors import SessionError
from itembank.domain.plan import Plan
from itembank.domain.session import ExamSession
from itembank.formats.desk_draft import DeskDraft, read_desk_draft
from itembank.formats.desk_statements import Attempt, Seed, read_attempt, read_seed
from itembank.formats.draft import open_draft, open_exclusions
from itembank.formats.plan_file import read_plan_document
from itembank.ports import Folder
from keys.directory import Directory
from keys.encoding import read_canonical
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


def is_drawn(desk: Folder, number: str, attempt: int) -> bool:
    """Whether this attempt's seeds have spoken: the draft is there, or they were deleted behind it."""
    signed = desk.exists(f"sessions/{number}/attempts/{attempt}")
    return desk.exists(f"sessions/{number}/draft") or (signed and len(given_seeds(desk, number, attempt)) < 2)


def give_up(desk: Folder, number: str, attempt: int, reason: str) -> None:
    """Nothing of this attempt is gone on with; its line stays in the ledger."""
    for name in ("draft", "proof", "certificate"):
        desk.delete(f"sessions/{number}/{name}")
    # Last: killed before, the same command gives up the same attempt, and no number is left out in the ledger.
    desk.write_once(f"sessions/{number}/given-up/{attempt}", reason.encode())


def excluded_items(desk: Folder, number: str, desk_secret: bytes) -> dict[str, str]:
    """Item number → why it must not be on a paper of this session."""
    name = f"sessions/{number}/excluded"
    return open_exclusions(desk.read(name), number, desk_secret) if desk.exists(name) else {}


def load_draft(desk: Folder, number: str, desk_secret: bytes) -> DeskDraft:
    """The draft, in memory. Raises SessionError when nothing was assembled."""
    if not desk.exists(f"sessions/{number}/draft"):
        raise SessionError("session.not_assembled", session=number)
    sealed = desk.read(f"sessions/{number}/draft")
    return read_desk_draft(open_draft(sealed, number, current_attempt(desk, number), desk_secret))
