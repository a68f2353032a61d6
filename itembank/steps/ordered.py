"""Whether what was sealed is what was ordered: times, locks, packages, copies.

No step: sealing makes its locks here, approval and audit hold a sealed session against its order.
"""

from __future__ import annotations

from collections.abc import Iterable

from itembank.domain.paper import Form
from itembank.domain.plan import PLANS
from itembank.domain.session import ExamSession, Times
from keys.errors import TamperedError
from keys.header import Header, Lock
from keys.row import PackageCore

KEY_LOCK = "KEY"


def locks_of(times: Times) -> tuple[Lock, ...]:
    """Main opens by itself, the spare by an order only, the answer key after both."""
    questions = tuple(form.value for form in Form)
    return (
        Lock(Form.MAIN.value, "time", times.opens, times.ends_at, (Form.MAIN.value,), "question", 0, ()),
        Lock(Form.SPARE.value, "order", times.opens, times.ends_at, (Form.SPARE.value,), "question", 0, ()),
        Lock(KEY_LOCK, "time", times.ends_at, times.key_closes, questions, "key", 0, questions),
    )


def check_header(session: ExamSession, header: Header) -> None:
    """The header speaks of this session, and its locks are the ones these times give: nothing opens on its own account.

    Raises TamperedError.
    """
    sitting = header.sitting
    times = Times(sitting.starts_at, sitting.minutes, header.lock(Form.MAIN.value).opens)
    ordered = (session.number, session.occupation, session.level, session.subject, PLANS[session.plan].minutes)
    found = (header.session, sitting.occupation, sitting.level, sitting.subject, sitting.minutes)
    if found != ordered or header.locks != locks_of(times):
        raise TamperedError("session.not_as_ordered", session=session.number)


def check_packages(session: ExamSession, scoring: str, packages: Iterable[PackageCore]) -> None:
    """All packages: exactly the ordered papers and copies, and the answer keys for the scoring desk on their own lock.

    Raises TamperedError.
    """
    cores = list(packages)
    papers = {
        (session.package_no(form, order.station), order.station, form.value, order.copies)
        for form in Form
        for order in session.stations
    }
    found = {(core.package, core.station, core.lock, core.copies) for core in cores if core.kind == "paper"}
    keys = {(f"{session.paper_no(form)}-KEY", scoring, KEY_LOCK) for form in Form}
    found_keys = {(core.package, core.station, core.lock) for core in cores if core.kind == "key"}
    if found != papers or found_keys != keys or len(cores) != len(papers) + len(keys):
        raise TamperedError("session.not_as_ordered", session=session.number)
