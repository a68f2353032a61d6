"""Step 7, 解密制卷: two operators open the armed package, and its copies are printed and counted.

1. the release: from the centre, else straight from the holders, else typed in from the phone
2. R is checked against cR; the row, every block and A are checked again
3. the open receipt, signed by device and both operators, is on the disk before anything is decrypted
4. decrypt; the pages must be the approved ones (cP)
5. the PDF lies in `print/`, readable by the station only; the print receipt lists every copy
6. receipts go up when the line is there

Cut off anywhere, the same two go on: the receipt that is there is used, not written again. The station's own clock is
shown and never decides. An attempt before the time is an incident, in the journal and in the ledger.

The scoring desk opens the answer keys in the same way, after the exam: two scorers, 1 to 4 and 6. What it keeps is the whole
certificate, sealed to its own key, so that anybody it lets may count the rules again and replay the draw.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from itembank.domain.custody import copy_numbers
from itembank.domain.session import Variants
from itembank.formats.draft import seal_certificate
from itembank.formats.errors import FormatError
from itembank.formats.payload import open_content
from itembank.ports import CentreLine, Random, StoreError
from itembank.steps.seat import (
    Fetched,
    Seat,
    check_before_opening,
    check_kind,
    find_receipt,
    local_packages,
    read_receipts,
    try_to_send,
    write_receipt,
    write_receipt_once,
)
from keys import phone_code
from keys.ask import Fresh
from keys.content_key import content_key
from keys.encoding import Json, b64, read_canonical, sha256
from keys.errors import KeysError, MalformedError, RefusedError, TamperedError, UnavailableError
from keys.ledger_proof import LedgerProof, read_cosigned, read_ledger_proof
from keys.release import ReleaseObject, check_release
from keys.share import commit_release
from keys.statement import Signer

RELEASE_KIND = 0
FACTS_AT_MOST = 10
FACT_AT_MOST = 200
NUMBER_AT_MOST = 1 << 53
"""Of an incident, its facts' count, letters and size: a holder's refusal comes over the wire with whatever it likes, and a
receipt must fit into a ledger line.
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """One opened package: where its PDF lies, the copies, and how far its receipts have come.

    `all_copies`: the PDF holds every copy, each in an order of its own, and is printed once.
    """

    package: str
    pdf: str
    copies: tuple[str, ...]
    all_copies: bool
    sent: bool
    resumed: bool


def armed(seat: Seat, session: str, lock: str) -> Fetched:
    """The armed package of this lock. Raises RefusedError when there is none, when it is no station's, or when several
    sessions are here and none was named.
    """
    packages = _of_one_session(seat, session)
    for found in packages[-1].manifest.header.locks:
        if found.id == lock and found.part == "key":
            raise RefusedError("open.answer_key")
    done = _armed_pids(seat)
    for package in packages:
        if package.row.row.core.lock == lock and package.pid in done:
            check_kind(seat, package.row)
            return package
    raise RefusedError("open.not_armed", lock=lock)


def armed_keys(seat: Seat, session: str) -> list[Fetched]:
    """The armed answer keys of one session, one for each paper. Raises RefusedError as `armed` does."""
    done, packages = _armed_pids(seat), _of_one_session(seat, session)
    for package in packages:
        check_kind(seat, package.row)
    header = packages[0].manifest.header
    papers = {form for lock in header.locks if lock.part == "key" for form in lock.papers}
    if {package.row.row.core.paper for package in packages if package.pid in done} != papers:
        raise RefusedError("scoring.not_armed")
    return packages


def _of_one_session(seat: Seat, session: str) -> list[Fetched]:
    packages = local_packages(seat, session)
    numbers = sorted({package.manifest.header.session for package in packages})
    if len(numbers) > 1:
        raise RefusedError("open.which_session", sessions=", ".join(numbers))
    return packages


def _armed_pids(seat: Seat) -> set[str]:
    return {receipt.pid for receipt in read_receipts(seat) if receipt.act == "arm"}


def intent_of(seat: Seat, package: Fetched) -> LedgerProof:
    """The cosigned intent that arming took along."""
    return read_ledger_proof(seat.folder.read(f"{package.folder}/intent"))


def fresh_checkpoint(seat: Seat, intent: LedgerProof, centre: CentreLine) -> Fresh | None:
    """A newer cosigned checkpoint to show the holders, if the centre can give one; their statuses do as well."""
    try:
        return centre.fresh(read_cosigned(intent.checkpoint, seat.directory, 0).checkpoint.size)
    except KeysError:
        return None


def release_of_code(package: Fetched, text: str) -> bytes:
    """R from the code read over the phone. Raises MalformedError for a mistyped one."""
    kind, value = phone_code.decode(text, package.manifest.hid, package.row.row.core.lock)
    if kind != RELEASE_KIND:
        raise RefusedError("code.share", j=kind)
    return value


def open_package(
    seat: Seat,
    package: Fetched,
    secret: bytes,
    operators: Sequence[Signer],
    release: ReleaseObject | bytes,
    centre: CentreLine,
) -> Opened:
    """Open with a release object, or with R alone when it came by phone."""
    core = package.row.row.core
    if find_receipt(seat, "return", package.pid) is not None:
        raise RefusedError("open.returned", package=core.package)
    salt, pages, resumed = _opened(seat, package, secret, operators, release)
    # 5. print
    name = f"print/{core.package}.pdf"
    seat.folder.replace(name, pages)
    copies = copy_numbers(core.package, core.copies)
    printed: Json = {"copies": copies, "salt": salt.hex(), "pages": sha256(pages).hex()}
    write_receipt_once(seat, "print", package.hid, package.pid, printed, operators)
    # 6. up, if the line is there
    sent = try_to_send(seat, centre)
    all_copies = core.variant == Variants.SEAT.value
    return Opened(core.package, seat.folder.path(name), tuple(copies), all_copies, sent, resumed)


def open_answer_key(
    seat: Seat,
    package: Fetched,
    secret: bytes,
    scorers: Sequence[Signer],
    release: ReleaseObject | bytes,
    centre: CentreLine,
) -> Json:
    """The opened answer key (`DeskDraft.answer_key`), from which every place's marking key is derived.

    One person's passphrase unlocks the desk's key: that two scorers are here is asked again each time.
    """
    seat.directory.require_acting(scorers, "scorer", "scorer")
    _, data, _ = _opened(seat, package, secret, scorers, release)
    try_to_send(seat, centre)
    answers: Json = read_canonical(data, "answer key")
    return answers


def keep_certificate(seat: Seat, answers: Json, random: Random) -> str:
    """Keep the certificate of an answer key, sealed to this desk's own key; where it lies."""
    session, attempt, mine = str(answers["session"]), int(answers["attempt"]), seat.directory.device(seat.device.name).seal
    name = f"certificates/{session}-{attempt}.certificate"
    seat.folder.replace(name, seal_certificate(answers["certificate"], session, attempt, mine, random))
    return seat.folder.path(name)


def _opened(
    seat: Seat, package: Fetched, secret: bytes, people: Sequence[Signer], release: ReleaseObject | bytes
) -> tuple[bytes, bytes, bool]:
    """Salt, content, and whether an opening that was cut off goes on."""
    manifest, row = package.manifest, package.row.row
    hid, pid = manifest.hid, row.core.pid(manifest.hid)
    # 2. both factors and every byte
    r = _checked_release(seat, package, release)
    access = check_before_opening(seat, package, secret)
    # 3. the receipt first
    evidence = release.format().decode() if isinstance(release, ReleaseObject) else ""
    facts = {"release": evidence, "by": "line" if evidence else "phone", "lock": row.core.lock, "R": b64(r)}
    _, resumed = write_receipt_once(seat, "open", package.hid, package.pid, facts, people)
    # 4. decrypt
    container = io.BytesIO(seat.folder.read(f"{package.folder}/{row.file}"))
    salt, content = open_content(container, hid, row, content_key(hid, pid, access, r))
    return salt, content, resumed


@contextmanager
def refusals_reported(seat: Seat, package: Fetched, centre: CentreLine) -> Iterator[None]:
    """An attempt that is refused in here is an incident, in the journal and, when the line is there, in the ledger; the
    refusal goes on. That nobody answered is none, nor is a slip of the keyboard.
    """
    try:
        yield
    except (UnavailableError, MalformedError):
        raise
    except (KeysError, FormatError, StoreError) as error:
        try:
            facts = {**_told(error.facts), "code": error.code, "lock": package.row.row.core.lock}
            write_receipt(seat, "incident", package.hid, package.pid, facts)
            try_to_send(seat, centre)
        except Exception as trouble:
            # A full disk or a damaged journal must not stand in the place of what was refused.
            raise error from trouble
        raise


def _told(facts: Mapping[str, object]) -> Json:
    """What fills a refusal's sentence: names, cut to a length, and numbers."""
    kept = [(name, value) for name, value in facts.items() if len(name) <= FACT_AT_MOST and _plain(name) and _plain(value)]
    return {name: value[:FACT_AT_MOST] if isinstance(value, str) else value for name, value in kept[:FACTS_AT_MOST]}


def _plain(value: object) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_AT_MOST


def _checked_release(seat: Seat, package: Fetched, release: ReleaseObject | bytes) -> bytes:
    lock, manifest = package.row.row.core.lock, package.manifest
    if isinstance(release, ReleaseObject):
        if release.lock != lock:
            raise TamperedError("release.other_lock", found=release.lock, lock=lock)
        check_release(release, manifest, seat.directory)
        return release.release
    if commit_release(manifest.hid, lock, release) != manifest.factors(lock).c_r:
        raise TamperedError("code.not_this_paper", lock=lock)
    return release
