"""The register of drawn papers (卷库) of a desk: which there are, in which state, drawn by which plan, used where.

No step, and no secret: it reads orders, signed attempts and what lies beside them. A paper belongs to one session for ever;
what was given up is never used. That no item comes again inside its window is the draw's own business (`drawn_items`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from itembank.domain.session import ExamSession
from itembank.formats.desk_statements import Attempt, read_attempt
from itembank.ports import Folder
from itembank.steps.desk_session import current_attempt, load_session, reason_of
from keys.directory import Directory
from keys.encoding import Json, time_text
from keys.manifest import claimed_signers


class PaperState(StrEnum):
    """How far a paper has come."""

    DRAWN = "drawn"
    PROVED = "proved"
    SEALED = "sealed"
    APPROVED = "approved"
    PUBLISHED = "published"
    GIVEN_UP = "given-up"

    @property
    def zh(self) -> str:
        return _NAMES[self]


_NAMES = {
    PaperState.DRAWN: "已组卷",
    PaperState.PROVED: "已审卷",
    PaperState.SEALED: "已封装",
    PaperState.APPROVED: "已审批",
    PaperState.PUBLISHED: "已下发",
    PaperState.GIVEN_UP: "已作废",
}


@dataclass(frozen=True, slots=True)
class RegisteredPaper:
    """One paper: its number, the attempt it was drawn in, and where it is used. `reason`: why it was given up."""

    paper: str
    attempt: int
    plan: str
    drawn: str
    state: PaperState
    stations: tuple[str, ...]
    reason: str

    def document(self) -> Json:
        return {
            "paper": self.paper, "attempt": self.attempt, "plan": self.plan, "drawn": self.drawn, "state": self.state.value,
            "stations": list(self.stations), "reason": self.reason,
        }  # fmt: skip


def register(desk: Folder, directory: Directory, numbers: Iterable[str]) -> list[RegisteredPaper]:
    """Every paper that was drawn for these sessions, the given-up ones too, by session, attempt and form."""
    ordered = [number for number in sorted(numbers) if desk.exists(f"sessions/{number}/order")]
    return [paper for number in ordered for paper in _of_session(desk, directory, number)]


def _of_session(desk: Folder, directory: Directory, number: str) -> Iterator[RegisteredPaper]:
    session, current = load_session(desk, number), current_attempt(desk, number)
    for name in sorted(desk.names(f"sessions/{number}/attempts"), key=lambda name: int(name.rpartition("/")[2])):
        attempt = read_attempt(desk.read(name), directory)
        if attempt.attempt < current:
            yield from _papers(session, attempt, PaperState.GIVEN_UP, reason_of(desk, number, attempt.attempt + 1))
        elif (state := _state(desk, number)) is not None:
            yield from _papers(session, attempt, state, "")


def _papers(session: ExamSession, attempt: Attempt, state: PaperState, reason: str) -> Iterator[RegisteredPaper]:
    stations = () if state is PaperState.GIVEN_UP else tuple(order.station for order in session.stations)
    for form in attempt.papers:
        drawn = time_text(attempt.at)
        yield RegisteredPaper(session.paper_no(form), attempt.attempt, attempt.plan.name, drawn, state, stations, reason)


def _state(desk: Folder, number: str) -> PaperState | None:
    """Of the current attempt; None as long as it is signed and not drawn."""
    version, folder = 0, f"sessions/{number}"
    while desk.exists(f"{folder}/v{version + 1}/{number}.manifest"):
        version += 1
    draft = desk.exists(f"{folder}/draft")
    if version:
        if not draft:
            return PaperState.PUBLISHED
        signers = claimed_signers(desk.read(f"{folder}/v{version}/{number}.manifest"))
        return PaperState.APPROVED if len(signers) > 1 else PaperState.SEALED
    if not draft:
        return None
    return PaperState.PROVED if desk.exists(f"{folder}/proof") else PaperState.DRAWN
