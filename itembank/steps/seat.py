"""The own shelf of a station, or of the scoring desk: its journal of receipts and the packages on its disk.

A receipt is on the disk before the act it speaks of, and goes up when the line is there (local first). No step, but the
station's steps stand on it, and the scoring desk fetches, arms and opens in the same way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from itembank.formats.container import check_container
from itembank.formats.receipts import FIRST, Receipt, check_chain, read_receipt, sign_receipt
from itembank.ports import CentreLine, Clock, Folder
from keys.directory import Directory
from keys.encoding import Json
from keys.envelope import open_envelope
from keys.errors import KeysError, RefusedError, TamperedError
from keys.manifest import Manifest, read_manifest
from keys.row import RowFile, read_row_file
from keys.statement import Signer

KIND_AT = {"station": "paper", "scoring": "key"}
"""Which packages a device takes: a station papers, the scoring desk answer keys."""
NOTE = re.compile(rb"([1-9]\d{0,8}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Seat:
    """A station or the scoring desk at work: its folder, its device key, the directory it is pinned to, and its clock, which is
    shown and never decides.
    """

    folder: Folder
    device: Signer
    directory: Directory
    clock: Clock

    @property
    def place(self) -> str:
        return self.directory.device(self.device.name).label


def read_receipts(seat: Seat) -> list[Receipt]:
    """The station's whole journal, its chain checked."""
    names = [name for name in seat.folder.names("journal") if name.endswith(".receipt")]
    receipts = [read_receipt(seat.folder.read(name), seat.directory) for name in names]
    check_chain(receipts)
    return receipts


def find_receipt(seat: Seat, act: str, pid: str) -> Receipt | None:
    """The newest receipt of an act on a package: what was begun is gone on with, never begun twice."""
    return next((r for r in reversed(read_receipts(seat)) if r.act == act and r.pid == pid), None)


def write_receipt(seat: Seat, act: str, hid: str, pid: str, facts: Json, operators: Sequence[Signer] = ()) -> Receipt:
    """The next receipt of this station, on the disk when this returns."""
    with seat.folder.hold("journal"):
        return _append(seat, act, hid, pid, facts, operators)


def write_receipt_once(
    seat: Seat, act: str, hid: str, pid: str, facts: Json, operators: Sequence[Signer] = ()
) -> tuple[Receipt, bool]:
    """The receipt of an act that happens once to a package, and whether it was there already.

    Two commands at once write one: who comes second is given the first one's.
    """
    with seat.folder.hold("journal"):
        held = find_receipt(seat, act, pid)
        return (held, True) if held is not None else (_append(seat, act, hid, pid, facts, operators), False)


def _append(seat: Seat, act: str, hid: str, pid: str, facts: Json, operators: Sequence[Signer]) -> Receipt:
    receipts = read_receipts(seat)
    sequence = len(receipts) + 1
    previous = receipts[-1].digest if receipts else FIRST
    data = sign_receipt(act, seat.device, hid, pid, sequence, previous, seat.clock(), seat.place, facts, operators)
    receipt = read_receipt(data, seat.directory)
    seat.folder.write_once(f"journal/{sequence:06d}.receipt", data)
    return receipt


def send_receipts(seat: Seat, centre: CentreLine) -> int:
    """Carry up what the centre does not have yet; how many. Sending the same again does no harm."""
    sent = _sent(seat.folder)
    waiting = [receipt for receipt in read_receipts(seat) if receipt.sequence > sent]
    for receipt in waiting:
        centre.post_receipt(receipt.data)
        seat.folder.replace("journal/sent", str(receipt.sequence).encode())
    return len(waiting)


def _sent(folder: Folder) -> int:
    """How many are up; 0 when nobody knows any more, for sending again does no harm."""
    try:
        return int(folder.read("journal/sent")) if folder.exists("journal/sent") else 0
    except ValueError:
        return 0


def try_to_send(seat: Seat, centre: CentreLine) -> bool:
    """Whether everything is up. What the centre does not take now waits; what was done at the station is done."""
    try:
        send_receipts(seat, centre)
    except KeysError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Fetched:
    """One package of this station: its row, verified under its manifest. Opening looks at the rest."""

    manifest: Manifest
    row: RowFile

    @property
    def hid(self) -> str:
        return self.manifest.hid.hex()

    @property
    def pid(self) -> str:
        return self.row.row.core.pid(self.manifest.hid).hex()

    @property
    def folder(self) -> str:
        return f"sessions/{self.hid}"


def refuse_older(folder: Folder, manifest: Manifest) -> None:
    """A station never goes back: the highest version it has seen of a session is noted before anything else is kept.

    Raises RefusedError for an older one, TamperedError when the note is damaged; it is never written over then.
    """
    header, hid = manifest.header, manifest.hid.hex()
    seen = _newest_seen(folder, header.session)
    if seen is not None and (header.version < seen[0] or (header.version == seen[0] and hid != seen[1])):
        raise RefusedError("session.older", session=header.session, found=header.version, held=seen[0])
    folder.replace(f"newest/{header.session}", f"{header.version} {hid}".encode())


def local_packages(seat: Seat, session: str = "") -> list[Fetched]:
    """The packages whose manifest and row are here, newest version of each session, both verified from the disk.

    Raises RefusedError when there is none, and TamperedError for a damaged note of the newest version: it closes its own
    session only, but who names no session must hear of it.
    """
    packages: list[Fetched] = []
    for number in [name.rpartition("/")[2] for name in seat.folder.names("newest")]:
        if session in ("", number):
            seen = _newest_seen(seat.folder, number)
            packages += _on_the_shelf(seat, number, seen[1]) if seen else []
    if not packages:
        raise RefusedError("station.nothing_here", session=session)
    return packages


def check_kind(seat: Seat, row: RowFile) -> None:
    """Raise RefusedError for what this device does not take: whoever sealed it so, a station opens no answer key."""
    kind = seat.directory.device(seat.device.name).kind
    if row.row.core.kind != KIND_AT.get(kind):
        raise RefusedError("scoring.no_key" if kind == "scoring" else "open.answer_key")


def check_before_opening(seat: Seat, package: Fetched, secret: bytes) -> bytes:
    """A, once the row stands under the manifest, every block is right and A is the committed one."""
    pid = package.manifest.check_row(package.row)
    container = seat.folder.read(f"{package.folder}/{package.row.row.file}")
    check_container(io.BytesIO(container), package.row.row, package.manifest.hid)
    envelope = seat.folder.read(f"{package.folder}/{package.pid}.envelope")
    return open_envelope(package.manifest.hid, pid, seat.device.name, secret, envelope, package.row.row.c_a)


def _newest_seen(folder: Folder, session: str) -> tuple[int, str] | None:
    """(version, hid) of the newest version this station has ever seen of a session. Raises TamperedError for a damaged note."""
    name = f"newest/{session}"
    if not folder.exists(name):
        return None
    note = NOTE.fullmatch(folder.read(name))
    if note is None:
        raise TamperedError("station.note", name=name)
    return int(note[1]), note[2].decode()


def _on_the_shelf(seat: Seat, session: str, hid: str) -> list[Fetched]:
    """One version's packages. None when its fetch was cut off in its first moment: it must not keep others closed."""
    name = f"sessions/{hid}/{session}.manifest"
    if not seat.folder.exists(name):
        return []
    manifest = read_manifest(seat.folder.read(name), seat.directory)
    names = [name for name in seat.folder.names(f"sessions/{hid}") if name.endswith(".row")]
    rows = [read_row_file(seat.folder.read(name)) for name in names]
    for row in rows:
        manifest.check_row(row)
    return [Fetched(manifest, row) for row in rows]
