"""What an audit collects: findings with their places, remarks, and what it has learnt on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from itembank.formats.receipts import Receipt
from itembank.ports import Folder
from keys.directory import Directory
from keys.encoding import Json
from keys.entry import Entry
from keys.errors import TamperedError
from keys.manifest import Manifest
from keys.row import PackageRow
from keys.share import ShareLine
from keys.tree import Tree

LEDGER, MIRROR, PACKAGES = "centre/ledger", "mirror", "centre/packages"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, or worth a remark: where, which rule, the facts of its sentence."""

    place: str
    code: str
    facts: Json


@dataclass(frozen=True, slots=True)
class Line:
    """A ledger line whose statement was verified: its index, the file it stands in, the entry."""

    index: int
    file: str
    entry: Entry


class Says(NamedTuple):
    """What a line must say. `at` is the actor's own time, where it decides anything."""

    subject: Json
    by: str
    at: datetime | None = None


@dataclass(slots=True)
class Audit:
    """What an audit has learnt so far.

    `lines` are in the order of the ledger; `shares` those of the ledger with their index, `given` those of the holders'
    journals; `kept` are receipts found at stations; `unpublished` manifests lie on a desk and nowhere in the ledger;
    `cosigned` is the largest size each holder cosigned; `agreed` the largest whose signed root these entries give.
    """

    root: Folder
    names: Sequence[str]
    directory: Directory
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    unpublished: dict[str, Manifest] = field(default_factory=dict)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    kept: dict[str, list[Receipt]] = field(default_factory=dict)
    shares: list[tuple[int, ShareLine]] = field(default_factory=list)
    given: list[ShareLine] = field(default_factory=list)
    cosigned: dict[str, int] = field(default_factory=dict)
    rows: dict[str, tuple[bytes, PackageRow]] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    agreed: int = 0

    @property
    def verdict(self) -> str:
        return "failed" if self.findings else "ok"

    @property
    def entries(self) -> list[Entry]:
        return [line.entry for line in self.lines]

    def attempt(self, place: str, check: Callable[..., Any], *arguments: Any) -> None:
        """Run one check; whatever it raises is a finding at this place."""
        try:
            check(*arguments)
        except Exception as error:
            # Files under audit may be anything: what no rule foresaw is a finding too, never the end of the audit.
            code, facts = getattr(error, "code", None), getattr(error, "facts", None)
            if isinstance(code, str) and isinstance(facts, dict):
                self.findings.append(Finding(place, code, dict(facts)))
            else:
                self.findings.append(Finding(place, "audit.unreadable", {"error": type(error).__name__}))

    def remark(self, place: str, code: str, **facts: object) -> None:
        """Nothing wrong, but whoever reads the verdict should know."""
        self.remarks.append(Finding(place, code, facts))

    def need(self, name: str) -> None:
        """A file that something else speaks of must be there."""
        if name not in self.names:
            self.findings.append(Finding(name, "store.missing", {"name": name}))


def same(found: object, expected: object) -> None:
    """Raise TamperedError unless a line says what its statement says."""
    if found != expected:
        raise TamperedError("audit.subject", found=str(found)[:80], expected=str(expected)[:80])


def need_before(audit: Audit, line: Line, act: str, what: object, about: Callable[[Entry], object]) -> None:
    """Raise TamperedError unless a line of this act about `what` stands before; `about` says what a line is about."""
    before = (other.entry for other in audit.lines if other.index < line.index and other.entry.act == act)
    if not any(about(entry) == what for entry in before):
        raise TamperedError("audit.nothing_before", act=line.entry.act, before=act, what=str(what)[:40])
