"""The use report (使用情况报告): which items stood on a paper, told by its desk to the bank once the lock has opened.

    report     {session, form, hid, lock, items: [[item_no, version]], proofreaders, at, salt}     stays in the bank's database
    statement  {session, form, hid, lock, digest, count, at}                                       by the desk, in the ledger
    posted     {report, statement}

`version` is 0 where it is not known. `at` is when the exam starts. `digest` is SHA-256 of the report; its `salt`, 32 random
bytes, keeps anybody from finding the items of a short paper by trying them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from keys import statement
from keys.directory import Directory
from keys.encoding import (
    Json,
    canonical,
    read_object,
    read_time,
    sha256,
    text,
    texts,
    time_text,
    unhex,
    whole,
)
from keys.errors import MalformedError, TamperedError
from keys.statement import Signer, Statement

KIND = "uses"
REPORT_FIELDS = {"session", "form", "hid", "lock", "items", "proofreaders", "at", "salt"}
STATEMENT_FIELDS = {"session", "form", "hid", "lock", "digest", "count", "at"}


@dataclass(frozen=True, slots=True)
class UseReport:
    """The items of one paper. `items`: (item_no, version); `proofreaders`: names of those who read it; `hid` in hex."""

    session: str
    form: str
    hid: str
    lock: str
    items: tuple[tuple[str, int], ...] = field(repr=False)
    proofreaders: tuple[str, ...]
    at: datetime
    salt: bytes = field(repr=False)

    def document(self) -> Json:
        return {
            "session": self.session,
            "form": self.form,
            "hid": self.hid,
            "lock": self.lock,
            "items": [[item_no, version] for item_no, version in self.items],
            "proofreaders": list(self.proofreaders),
            "at": time_text(self.at),
            "salt": self.salt.hex(),
        }

    def encode(self) -> bytes:
        return canonical(self.document())

    def says(self) -> Json:
        """What the statement says of it: no item."""
        names = STATEMENT_FIELDS - {"digest", "count"}
        facts = {name: value for name, value in self.document().items() if name in names}
        return {**facts, "digest": sha256(self.encode()).hex(), "count": len(self.items)}


def read_use_report(data: bytes) -> UseReport:
    """A report in its one form. Raises TamperedError."""
    value = read_object(data, KIND, REPORT_FIELDS)
    try:
        report = UseReport(
            session=text(value["session"]),
            form=text(value["form"]),
            hid=unhex(value["hid"], KIND).hex(),
            lock=text(value["lock"]),
            items=tuple((text(item_no), whole(version)) for item_no, version in value["items"]),
            proofreaders=texts(value["proofreaders"]),
            at=read_time(value["at"]),
            salt=unhex(value["salt"], KIND),
        )
    except (MalformedError, TypeError, ValueError) as error:
        raise TamperedError("object.fields", what=KIND) from error
    if len({item_no for item_no, _ in report.items}) != len(report.items):
        raise TamperedError("object.fields", what=KIND)
    return report


def sign_uses(report: UseReport, desk: Signer) -> bytes:
    """What is posted. The same report gives the same bytes, however often it is sent."""
    signed = statement.sign(KIND, report.says(), [desk])
    return canonical({"report": report.document(), "statement": signed.decode()})


def read_uses(data: bytes, directory: Directory) -> tuple[UseReport, Statement]:
    """What was posted: a report, and the desk's statement that says the same. Raises TamperedError or RefusedError."""
    posted = read_object(data, KIND, {"report", "statement"})
    report = read_use_report(canonical(posted["report"]))
    signed = read_uses_statement(str(posted["statement"]).encode(), directory)
    if signed.body != report.says():
        raise TamperedError("uses.other_report", session=report.session)
    return report, signed


def read_uses_statement(data: bytes, directory: Directory) -> Statement:
    """The statement, by one desk. Raises TamperedError or RefusedError."""
    signed = statement.read(data, KIND, STATEMENT_FIELDS, directory.signing_keys())
    if [directory.device(name).kind for name in signed.signers] != ["desk"]:
        raise TamperedError("uses.signer", who=signed.signers[0])
    return signed
