"""The release factor R, split k-of-n among the holders, and the line by which one holder gives its share.

    S_j = HPKE(holder_j, share_j, info t("share", hid, lock, j))      c_j = H("share", hid, lock, j, share_j)
    cR  = H("R", hid, lock, R)                                        R and every share_j: 16 bytes (Shamir over GF(2^128))

A share line is text, one line, the same bytes for ever:

    share <hid> <lock> <j> <share> <at> <size> <clock> <mode> <signature>

`size` is the ledger size of the newest checkpoint the holder has cosigned, `clock` is `system` or what a test set, `mode`
is `rule` or `attended`; the signature covers t("share-line", all the fields before it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from Crypto.Protocol.SecretSharing import Shamir

from keys.encoding import b64, h, read_time, t, time_text, unb64, unhex
from keys.envelope import open_with, seal_to
from keys.errors import MalformedError, RefusedError, TamperedError
from keys.statement import Signer, check_signature

CLOCKS = ("system", "file")
MODES = ("rule", "attended")


def commit_release(hid: bytes, lock: str, release: bytes) -> bytes:
    """cR = H("R", hid, lock, R)."""
    return h("R", hid, lock, release)


def commit_share(hid: bytes, lock: str, j: int, share: bytes) -> bytes:
    """c_j = H("share", hid, lock, j, share_j)."""
    return h("share", hid, lock, j, share)


def split(release: bytes, k: int, n: int) -> list[bytes]:
    """n shares of R, of which any k give it back; the j-th (from 1) belongs to holder j."""
    return [bytes(share) for _, share in Shamir.split(k, n, release, ssss=False)]


def combine(shares: Sequence[tuple[int, bytes]]) -> bytes:
    """R from (j, share) pairs; only a check of cR says whether they belonged together."""
    return bytes(Shamir.combine(list(shares), ssss=False))


def seal_share(hid: bytes, lock: str, j: int, public: bytes, share: bytes) -> bytes:
    """S_j for holder j."""
    return seal_to(public, share, t("share", hid, lock, j))


def open_share(hid: bytes, lock: str, j: int, secret: bytes, sealed: bytes, c_j: bytes) -> bytes:
    """share_j, checked against its commitment. Raises TamperedError."""
    share = open_with(secret, sealed, t("share", hid, lock, j), "share")
    check_share(hid, lock, j, share, c_j)
    return share


def check_share(hid: bytes, lock: str, j: int, share: bytes, c_j: bytes) -> None:
    """Raise TamperedError, naming the holder, unless this is the share the manifest commits to."""
    if commit_share(hid, lock, j, share) != c_j:
        raise TamperedError("share.commitment", j=j)


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One holder's share as it was given."""

    hid: bytes
    lock: str
    j: int
    share: bytes
    at: datetime
    size: int
    clock: str
    mode: str
    signature: bytes = b""

    def _fields(self) -> tuple[str, ...]:
        return (
            self.hid.hex(),
            self.lock,
            str(self.j),
            b64(self.share),
            time_text(self.at),
            str(self.size),
            self.clock,
            self.mode,
        )

    def signed(self, holder: Signer) -> ShareLine:
        signature = holder.sign(t("share-line", *self._fields()))
        return ShareLine(self.hid, self.lock, self.j, self.share, self.at, self.size, self.clock, self.mode, signature)

    def format(self) -> str:
        return " ".join(("share", *self._fields(), b64(self.signature)))

    def check(self, holder_key: bytes, c_j: bytes) -> None:
        """Raise TamperedError unless the holder signed this line and the share is the committed one."""
        check_signature(holder_key, self.signature, t("share-line", *self._fields()), "share", str(self.j))
        check_share(self.hid, self.lock, self.j, self.share, c_j)


def parse_share_line(text: str) -> ShareLine:
    """A share line in its one form; its signature is still to be checked. Raises TamperedError."""
    words = text.split(" ")
    if len(words) != 10 or words[0] != "share" or words[7] not in CLOCKS or words[8] not in MODES:
        raise TamperedError("share.form")
    try:
        line = ShareLine(
            hid=unhex(words[1], "share"),
            lock=words[2],
            j=int(words[3]),
            share=unb64(words[4], "share"),
            at=read_time(words[5]),
            size=int(words[6]),
            clock=words[7],
            mode=words[8],
            signature=unb64(words[9], "share"),
        )
    except (ValueError, MalformedError) as error:
        raise TamperedError("share.form") from error
    if line.format() != text or len(line.share) != 16:
        raise TamperedError("share.form")
    return line


def combine_lines(lines: Iterable[ShareLine], k: int, hid: bytes, lock: str, c_r: bytes) -> bytes:
    """R from k checked lines of this lock, itself checked against cR.

    Raises RefusedError with fewer than k different holders, TamperedError for a line of another session or lock.
    """
    by_holder = {line.j: line for line in lines}
    for line in by_holder.values():
        if line.hid != hid or line.lock != lock:
            raise TamperedError("share.foreign", j=line.j)
    if len(by_holder) < k:
        raise RefusedError("release.quorum", needed=k, came=len(by_holder))
    chosen = sorted(by_holder)[:k]
    release = combine([(j, by_holder[j].share) for j in chosen])
    if commit_release(hid, lock, release) != c_r:
        raise TamperedError("release.commitment", lock=lock)
    return release
