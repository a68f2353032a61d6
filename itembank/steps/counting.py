"""After opening, at the desk: the sealed use reports of a session whose locks have opened go to the bank.

True before: k holders have released the lock, and the centre shows R; before that nobody can open a report, the desk
neither. A report stays, sealed, until the centre has it, so the command may be cut off and repeated. What never opened, an
unused spare or a version that was superseded, never reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from itembank.formats.sealed_uses import open_uses
from itembank.formats.uses import UseReport, sign_uses
from itembank.ports import CentreLine, Folder
from itembank.steps.asking import released
from keys.directory import Device, Directory
from keys.errors import RefusedError, TamperedError
from keys.manifest import Manifest, claimed_signers, read_half_signed, read_manifest
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class Counted:
    """What was told now, and the forms whose locks have not opened."""

    sent: tuple[UseReport, ...]
    waiting: tuple[str, ...]


def send_uses(
    desk: Folder, directory: Directory, me: Device, device: Signer, desk_secret: bytes, number: str,
    folders: Sequence[str], centre: CentreLine,
) -> Counted:  # fmt: skip
    """Open and send every report of these sealed versions whose lock has opened, then delete it.

    Raises RefusedError uses.early when none was ever sent and none can be, UnavailableError when the centre is away.
    """
    sent: list[UseReport] = []
    waiting: list[str] = []
    papers = 0
    for folder in folders:
        manifest = _manifest(desk, directory, f"{folder}/{number}.manifest")
        papers += sum(len(lock.papers) for lock in manifest.header.locks if lock.part == "question")
        for name in desk.names(folder):
            form, _, kind = name.rpartition("/")[2].rpartition(".")
            if kind != "uses":
                continue
            locks = [lock.id for lock in manifest.header.locks if lock.part == "question" and form in lock.papers]
            if not locks:
                raise TamperedError("uses.other_report", session=number)
            [lock] = locks
            release = released(centre, manifest, directory, lock)
            if release is None:
                waiting.append(form)
                continue
            report = open_uses(desk.read(name), manifest.hid, lock, me, desk_secret, release.release)
            centre.post_uses(sign_uses(report, device))
            desk.delete(name)
            sent.append(report)
    if waiting and len(waiting) == papers:
        raise RefusedError("uses.early", session=number)
    return Counted(tuple(sent), tuple(waiting))


def _manifest(desk: Folder, directory: Directory, name: str) -> Manifest:
    data = desk.read(name)
    return read_manifest(data, directory) if len(claimed_signers(data)) > 1 else read_half_signed(data, directory)
