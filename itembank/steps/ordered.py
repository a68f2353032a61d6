"""Whether what was sealed is what was ordered: times, locks, packages, copies.

No step: sealing makes its locks here, approval and audit hold a sealed session against its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from itembank.domain.paper import Form
from itembank.domain.session import Times
from itembank.formats.desk_statements import Attempt
from keys.errors import TamperedError
from keys.header import Header, Lock
from keys.row import PackageCore

KEY_LOCK = "KEY"


def locks_of(times: Times, forms: Sequence[Form]) -> tuple[Lock, ...]:
    """A paper for the sitting opens by itself, the spare by an order only, the answer key after all of them."""
    questions = tuple(form.value for form in forms)
    kinds = [(form.value, "order" if form is Form.SPARE else "time") for form in forms]
    papers = [Lock(form, kind, times.opens, times.ends_at, (form,), "question", 0, ()) for form, kind in kinds]
    return (*papers, Lock(KEY_LOCK, "time", times.ends_at, times.key_closes, questions, "key", 0, questions))


def check_header(attempt: Attempt, header: Header) -> None:
    """The header speaks of this session, and its locks are the ones these times give: nothing opens on its own account.

    Raises TamperedError.
    """
    session, sitting = attempt.order, header.sitting
    times = Times(sitting.starts_at, sitting.minutes, header.lock(Form.MAIN.value).opens)
    ordered = (session.number, session.occupation, session.level, session.subject, attempt.plan.minutes)
    found = (header.session, sitting.occupation, sitting.level, sitting.subject, sitting.minutes)
    if found != ordered or header.locks != locks_of(times, attempt.papers):
        raise TamperedError("session.not_as_ordered", session=session.number)


def check_packages(attempt: Attempt, scoring: str, packages: Iterable[PackageCore]) -> None:
    """All packages: the ordered papers, copies and variants exactly, the answer keys for the scoring desk on their own lock.

    Raises TamperedError.
    """
    cores, session = list(packages), attempt.order
    papers = {
        (session.package_no(form, order.station), order.station, form.value, order.copies, session.variants.value)
        for form in attempt.papers
        for order in session.stations
    }
    found = {(core.package, core.station, core.lock, core.copies, core.variant) for core in cores if core.kind == "paper"}
    keys = {(f"{session.paper_no(form)}-KEY", scoring, KEY_LOCK) for form in attempt.papers}
    found_keys = {(core.package, core.station, core.lock) for core in cores if core.kind == "key"}
    if found != papers or found_keys != keys or len(cores) != len(papers) + len(keys):
        raise TamperedError("session.not_as_ordered", session=session.number)
