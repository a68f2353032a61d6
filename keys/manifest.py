"""The session manifest (封装清单): header, commitments and wrapped shares of every lock, the root of all package rows.

Signed by sealer AND approver, two people with two keys in two processes. Everything else of a session is believed only
because it leads up to this object.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keys import statement
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_time, time_text, unb64, unhex
from keys.errors import TamperedError
from keys.header import Header, read_header
from keys.row import RowFile
from keys.statement import Signer, Statement

KIND = "manifest"
FIELDS = {"header", "locks", "rows", "selftest"}


@dataclass(frozen=True, slots=True)
class LockFactors:
    """cR, c_1..c_n and S_1..S_n of one lock."""

    lock: str
    c_r: bytes
    c: tuple[bytes, ...]
    sealed: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What sealing tried before it dropped its secrets: packages re-read and opened with every k-subset of the shares.

    `proof`: the signed proof's digest (清样), to which every rendered page belongs.
    """

    at: datetime
    packages: int
    subsets: int
    proof: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A verified manifest. `data` are its stored bytes."""

    header: Header
    hid: bytes
    locks: tuple[LockFactors, ...]
    row_count: int
    row_root: bytes
    selftest: SelfTest
    signers: tuple[str, ...]
    data: bytes

    def check_session(self, number: str) -> None:
        """Raise TamperedError unless it is this session's: whoever was asked for one may have given another."""
        if self.header.session != number:
            raise TamperedError("manifest.session", found=self.header.session, session=number)

    def factors(self, lock: str) -> LockFactors:
        for factors in self.locks:
            if factors.lock == lock:
                return factors
        raise TamperedError("manifest.locks", lock=lock)

    def check_row(self, row: RowFile) -> bytes:
        """Raise TamperedError unless the row belongs to this manifest; the pid of its package."""
        row.check(self.row_root, self.row_count)
        return row.row.core.pid(self.hid)


def manifest_body(header: Header, locks: tuple[LockFactors, ...], row_count: int, row_root: bytes, selftest: SelfTest) -> Json:
    """The statement's body."""
    return {
        "header": header.document(),
        "locks": [
            {"id": x.lock, "cR": x.c_r.hex(), "c": [c.hex() for c in x.c], "S": [b64(s) for s in x.sealed]} for x in locks
        ],
        "rows": {"count": row_count, "root": row_root.hex()},
        "selftest": {
            "at": time_text(selftest.at),
            "packages": selftest.packages,
            "subsets": selftest.subsets,
            "proof": selftest.proof,
        },
    }


def sign_manifest(body: Json, sealer: Signer) -> bytes:
    """The sealer's half."""
    return statement.sign(KIND, body, [sealer])


def approve_manifest(data: bytes, approver: Signer, directory: Directory) -> bytes:
    """The whole: the approver's signature behind the sealer's. Refuses the sealer's own hand."""
    both = statement.add_signature(data, KIND, approver)
    read_manifest(both, directory)
    return both


def read_manifest(data: bytes, directory: Directory) -> Manifest:
    """A manifest signed by sealer and approver under this directory. Raises TamperedError or RefusedError."""
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    directory.require(signed, "sealer", "seal_approver")
    return _build(signed, directory)


def read_half_signed(data: bytes, directory: Directory) -> Manifest:
    """A manifest the sealer alone has signed: what `approve` looks at."""
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    directory.require(signed, "sealer")
    return _build(signed, directory)


def claimed_hid(data: bytes) -> str:
    """The hid (hex) a stored manifest claims, unverified: to find or to name it."""
    return read_header(statement.peek(data, KIND, FIELDS)["header"]).hid.hex()


def claimed_signers(data: bytes) -> list[str]:
    """Who signed a stored manifest, by its own account, unverified."""
    return statement.claimed_signers(data, KIND)


def _build(signed: Statement, directory: Directory) -> Manifest:
    body = signed.body
    header = read_header(body["header"])
    header.check_against(directory)
    try:
        locks = tuple(_read_factors(value, header) for value in body["locks"])
        rows, tested = body["rows"], body["selftest"]
        manifest = Manifest(
            header=header,
            hid=header.hid,
            locks=locks,
            row_count=int(rows["count"]),
            row_root=unhex(rows["root"], KIND),
            selftest=SelfTest(read_time(tested["at"]), int(tested["packages"]), int(tested["subsets"]), str(tested["proof"])),
            signers=signed.signers,
            data=signed.data,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TamperedError("object.fields", what=KIND) from error
    if [factors.lock for factors in locks] != [lock.id for lock in header.locks]:
        raise TamperedError("manifest.locks", lock="")
    again = manifest_body(header, locks, manifest.row_count, manifest.row_root, manifest.selftest)
    if canonical(again) != canonical(body):
        raise TamperedError("object.fields", what=KIND)
    return manifest


def _read_factors(value: Any, header: Header) -> LockFactors:
    c = tuple(unhex(text, KIND) for text in value["c"])
    sealed = tuple(unb64(text, KIND) for text in value["S"])
    if len(c) != header.n or len(sealed) != header.n:
        raise TamperedError("manifest.locks", lock=value["id"])
    return LockFactors(str(value["id"]), unhex(value["cR"], KIND), c, sealed)
