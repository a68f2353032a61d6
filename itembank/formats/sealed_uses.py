"""The use report on the desk, from sealing until its lock has opened: nobody reads it before, the desk itself included.

    {"box":"<payload>","key":"<HPKE>"}      U by HPKE to the desk, info t("uses-box", hid, lock, desk); the payload format

The payload's key needs U, so the desk, and R, so k holders; `keys.content_key.uses_key`.
"""

from __future__ import annotations

from itembank.formats.payload import decrypt, encrypt
from itembank.formats.uses import KIND, UseReport, read_use_report
from keys.content_key import uses_key
from keys.directory import Device
from keys.encoding import b64, canonical, read_object, t, unb64
from keys.envelope import open_with, seal_to
from keys.keyfile import Random


def seal_uses(report: UseReport, desk: Device, release: bytes, random: Random) -> bytes:
    """The sealed report. `release` is the lock's R."""
    hid, own = bytes.fromhex(report.hid), random(32)
    wrapped = seal_to(desk.seal, own, t("uses-box", hid, report.lock, desk.name))
    box = encrypt(uses_key(hid, report.lock, own, release), t("uses-payload", hid, report.lock), report.encode())
    return canonical({"key": b64(wrapped), "box": b64(box)})


def open_uses(data: bytes, hid: bytes, lock: str, desk: Device, desk_secret: bytes, release: bytes) -> UseReport:
    """The report of this lock of this session. Raises TamperedError or ContainerError."""
    value = read_object(data, KIND, {"key", "box"})
    own = open_with(desk_secret, unb64(value["key"], KIND), t("uses-box", hid, lock, desk.name), KIND)
    box = unb64(value["box"], KIND)
    return read_use_report(decrypt([box], uses_key(hid, lock, own, release), t("uses-payload", hid, lock)))
