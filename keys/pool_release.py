"""A pool release: a state of a whole pool, sealed by its bank for one desk or bank. No holders, no locks; A goes to its key.

    header   {suite, pool, edition, version, supersedes, base, bank, desk, directory}  hid = SHA-256 of its canonical bytes
    manifest {header, row, envelope}                                                   signed by two officers of the bank

`base` is empty when the release is full. When it is a change, it is the digest of the release that it continues: the one
state before it, by the same bank, for the same desk, under the same edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from keys import statement
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_canonical, sha256, text, unb64, unhex, whole
from keys.errors import RefusedError, TamperedError
from keys.header import SUITE
from keys.row import RowFile, read_row_file
from keys.statement import Signer

KIND = "pool-manifest"
FIELDS = {"header", "row", "envelope"}


@dataclass(frozen=True, slots=True)
class PoolHeader:
    """Which state of which pool is released to which desk. `desk`: a device of kind `desk` or `bank`."""

    pool: str
    edition: str
    version: int
    supersedes: str
    base: str
    bank: str
    desk: str
    directory: int
    suite: str = SUITE

    @property
    def hid(self) -> bytes:
        return sha256(canonical(asdict(self)))


@dataclass(frozen=True, slots=True)
class PoolManifest:
    """A verified manifest of a pool release."""

    header: PoolHeader
    hid: bytes
    row: RowFile
    envelope: bytes
    signers: tuple[str, ...]
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, hex: names this very release. The hid is of the header only, and does not."""
        return sha256(self.data).hex()

    def check_continues(self, base: PoolManifest) -> None:
        """Raise TamperedError unless this change continues exactly that release."""
        mine, before = self.header, base.header
        same = (mine.pool, mine.edition, mine.bank, mine.desk) == (before.pool, before.edition, before.bank, before.desk)
        if mine.base != base.digest or mine.version != before.version + 1 or not same:
            raise TamperedError("pool.chain", pool=mine.pool, version=mine.version)


def sign_pool_manifest(header: PoolHeader, row: RowFile, envelope: bytes, managers: Sequence[Signer]) -> bytes:
    """The release as its two officers sign it."""
    body: Json = {
        "header": asdict(header),
        "row": read_canonical(row.encode(), "row"),
        "envelope": b64(envelope),
    }
    return statement.sign(KIND, body, managers)


def read_pool_manifest(data: bytes, directory: Directory) -> PoolManifest:
    """A pool manifest signed by two bank managers. Raises TamperedError or RefusedError."""
    signed = statement.read(data, KIND, FIELDS, directory.signing_keys())
    directory.require(signed, "bank_manager", "bank_manager")
    try:
        header = PoolHeader(**signed.body["header"])
        for name, value in asdict(header).items():
            whole(value) if name in ("version", "directory") else text(value)
        if header.base:
            unhex(header.base, KIND)
    except TypeError as error:
        raise TamperedError("object.fields", what=KIND) from error
    if header.suite != SUITE:
        raise RefusedError("header.suite", found=header.suite)
    row = read_row_file(canonical(signed.body["row"]))
    if (row.index, row.size, row.proof) != (0, 1, ()) or row.row.core.kind != "pool":
        raise TamperedError("row.proof", package=row.row.core.package)
    return PoolManifest(header, header.hid, row, unb64(str(signed.body["envelope"]), KIND), signed.signers, data)
