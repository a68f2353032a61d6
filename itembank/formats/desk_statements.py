"""What people sign on the desk before sealing: seeds, the attempt, the proof.

    seed      {session, attempt, hash, sealed, at}         one officer; 32 random bytes by HPKE to the desk
    attempt   {session, attempt, order, plan, papers, pools, snapshot, seeds, reason, at}      the assembler, before the draw
    proof     {session, attempt, papers, certificate, shown, since, at}      the proof pair (清样): what is sealed hashes to it
    exclusion {session, attempt, items, reason, at}        the proof pair: these items stay off this session's papers
    override  {session, attempt, floor, reason, at}        two bank managers: seal it though it can be guessed

`papers` of an attempt are the forms to be drawn, `snapshot` is the digest of what they are drawn from, `reason` says why there
is more than one attempt. `shown` is `page N` when the paper was shown on the loopback page, for the N-th time in this attempt,
and `seen` when a script said so for the pair; `since` is when that showing began, so that `at` tells how long they read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from itembank.domain.errors import PlanError
from itembank.domain.paper import Form
from itembank.domain.plan import Plan
from itembank.domain.session import ExamSession
from itembank.formats.plan_file import plan_document, read_plan_document
from keys import statement
from keys.directory import Directory
from keys.encoding import Json, b64, canonical, read_time, sha256, t, text, texts, time_text, unb64, unhex, whole
from keys.envelope import open_with, seal_to
from keys.errors import MalformedError, RefusedError, TamperedError
from keys.keyfile import Random
from keys.statement import Signer

SEED_FIELDS = {"session", "attempt", "hash", "sealed", "at"}
ATTEMPT_FIELDS = {"session", "attempt", "order", "plan", "papers", "pools", "snapshot", "seeds", "reason", "at"}
REASON_AT_MOST = 200
"""Characters."""
EXCLUSION_FIELDS = {"session", "attempt", "items", "reason", "at"}
OVERRIDE_FIELDS = {"session", "attempt", "floor", "reason", "at"}
PROOF_FIELDS = {"session", "attempt", "papers", "certificate", "shown", "since", "at"}
SEED_BYTES = 32
SHOWN = re.compile(r"seen|page [1-9][0-9]{0,2}")


def seed_hash(session: str, attempt: int, who: str, seed: bytes) -> str:
    """What an officer signs of a seed, and what the attempt line shows."""
    return sha256(t("seed-hash", session, attempt, who, seed)).hex()


def sign_seed(session: str, attempt: int, desk_key: bytes, officer: Signer, at: datetime, random: Random) -> bytes:
    """One officer's seed, sealed to the desk."""
    seed = random(SEED_BYTES)
    body: Json = {
        "session": session,
        "attempt": attempt,
        "hash": seed_hash(session, attempt, officer.name, seed),
        "sealed": b64(seal_to(desk_key, seed, t("seed", session, attempt, officer.name))),
        "at": time_text(at),
    }
    return statement.sign("seed", body, [officer])


@dataclass(frozen=True, slots=True)
class Seed:
    """A verified seed, still sealed."""

    who: str
    attempt: int
    hash: str
    sealed: bytes
    session: str

    def open(self, desk_secret: bytes) -> bytes:
        """The 32 bytes, checked against the signed hash. Raises TamperedError."""
        seed = open_with(desk_secret, self.sealed, t("seed", self.session, self.attempt, self.who), "seed")
        if seed_hash(self.session, self.attempt, self.who, seed) != self.hash:
            raise TamperedError("seed.hash", who=self.who)
        return seed


def read_seed(data: bytes, directory: Directory) -> Seed:
    """A seed signed by one bank manager."""
    signed = statement.read(data, "seed", SEED_FIELDS, directory.signing_keys())
    directory.require(signed, "bank_manager")
    body = signed.body
    return Seed(
        signed.signers[0],
        int(body["attempt"]),
        str(body["hash"]),
        unb64(str(body["sealed"]), "seed"),
        str(body["session"]),
    )


def combine_seeds(session: str, attempt: int, seeds: Sequence[tuple[str, bytes]]) -> bytes:
    """seed = HKDF-SHA256(the seeds in the order of their givers' names, info t("draw", session, attempt)); 32 bytes."""
    material = b"".join(seed for _, seed in sorted(seeds))
    return HKDF(hashes.SHA256(), 32, salt=None, info=t("draw", session, attempt)).derive(material)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is signed before a draw. `papers`: the forms; `snapshot`: its digest; `reason`: empty for the first attempt."""

    session: str
    attempt: int
    order: ExamSession
    plan: Plan
    papers: tuple[Form, ...]
    pools: tuple[str, ...]
    snapshot: str
    seeds: tuple[tuple[str, str], ...]
    reason: str
    at: datetime

    def body(self) -> Json:
        return {
            "session": self.session,
            "attempt": self.attempt,
            "order": self.order.document(),
            "plan": plan_document(self.plan),
            "papers": [form.value for form in self.papers],
            "pools": list(self.pools),
            "snapshot": self.snapshot,
            "seeds": [{"who": who, "hash": hash_} for who, hash_ in sorted(self.seeds)],
            "reason": self.reason,
            "at": time_text(self.at),
        }


def sign_attempt(attempt: Attempt, assembler: Signer) -> bytes:
    """The statement of what will be drawn from what."""
    return statement.sign("attempt", attempt.body(), [assembler])


def read_attempt(data: bytes, directory: Directory) -> Attempt:
    """An attempt signed by an assembler: an order that is one, a plan, pool releases, and two officers' seeds.

    Raises TamperedError; RefusedError when the seeds are not of two bank managers, or a second attempt has no reason.
    """
    signed = statement.read(data, "attempt", ATTEMPT_FIELDS, directory.signing_keys())
    directory.require(signed, "assembler")
    attempt = _read_attempt_body(signed.body)
    directory.require_duty([directory.person(who) for who, _ in attempt.seeds], "bank_manager")
    if len({directory.person(who).sign for who, _ in attempt.seeds}) < 2:
        raise RefusedError("seed.two_needed", came=len(attempt.seeds))
    if (attempt.attempt > 1) is not bool(attempt.reason.strip()) or len(attempt.reason) > REASON_AT_MOST:
        raise RefusedError("attempt.reason", attempt=attempt.attempt)
    return attempt


def _read_attempt_body(body: Json) -> Attempt:
    try:
        attempt = Attempt(
            session=text(body["session"]),
            attempt=whole(body["attempt"]),
            order=ExamSession.from_document(body["order"]),
            plan=read_plan_document(body["plan"]),
            papers=tuple(Form(form) for form in texts(body["papers"])),
            pools=texts(body["pools"]),
            snapshot=unhex(body["snapshot"], "attempt").hex(),
            seeds=tuple((text(seed["who"]), unhex(seed["hash"], "attempt").hex()) for seed in body["seeds"]),
            reason=text(body["reason"]),
            at=read_time(body["at"]),
        )
        fits = (
            canonical(attempt.body()) == canonical(body)
            and attempt.order.number == attempt.session
            and attempt.order.plan == attempt.plan.name
        )
    except (TypeError, KeyError, ValueError, AttributeError, MalformedError) as error:
        raise TamperedError("object.fields", what="attempt") from error
    try:
        attempt.plan.check()
    except PlanError as error:
        raise TamperedError("object.fields", what="attempt") from error
    in_order = attempt.papers == tuple(form for form in Form if form in attempt.papers)
    if not fits or not attempt.pools or attempt.attempt < 1 or Form.MAIN not in attempt.papers or not in_order:
        raise TamperedError("object.fields", what="attempt")
    return attempt


def sign_proof(
    session: str,
    attempt: int,
    papers: Json,
    certificate: str,
    shown: str,
    since: str,
    at: datetime,
    pair: Sequence[Signer],
) -> bytes:
    """The proof pair's word. `papers`: form → hash of its content; `certificate`: hash of the item-free one.

    `since`: when they began to read, empty where nothing was shown.
    """
    body: Json = {
        "session": session,
        "attempt": attempt,
        "papers": papers,
        "certificate": certificate,
        "shown": shown,
        "since": since,
        "at": time_text(at),
    }
    return statement.sign("proof", body, pair)


def read_proof(data: bytes, directory: Directory) -> Json:
    """The body of a proof signed by two proofreaders."""
    signed = statement.read(data, "proof", PROOF_FIELDS, directory.signing_keys())
    directory.require(signed, "proofreader", "proofreader")
    shown, since = str(signed.body["shown"]), signed.body["since"]
    if not SHOWN.fullmatch(shown) or not _is_timed(shown, since, signed.body["at"]):
        raise TamperedError("object.fields", what="proof")
    return signed.body


def _is_timed(shown: str, since: object, at: object) -> bool:
    """Whether a proof says when its reading began, and that this was before it was signed."""
    if shown == "seen":
        return since == ""
    try:
        return read_time(text(since)) <= read_time(text(at))
    except (TypeError, MalformedError):
        return False


def sign_exclusion(
    session: str, attempt: int, items: Sequence[str], reason: str, at: datetime, pair: Sequence[Signer]
) -> bytes:
    """The proof pair takes items out. It names them, so it never leaves the desk and the answer-key lock."""
    body: Json = {"session": session, "attempt": attempt, "items": sorted(items), "reason": reason, "at": time_text(at)}
    return statement.sign("exclusion", body, pair)


def read_exclusion(data: bytes, directory: Directory, session: str) -> tuple[int, dict[str, str]]:
    """(the attempt it was read in, item number → reason), signed by two proofreaders of this session. Raises TamperedError."""
    signed = statement.read(data, "exclusion", EXCLUSION_FIELDS, directory.signing_keys())
    directory.require(signed, "proofreader", "proofreader")
    body = signed.body
    try:
        attempt, items, reason = whole(body["attempt"]), texts(body["items"]), text(body["reason"])
    except TypeError as error:
        raise TamperedError("object.fields", what="exclusion") from error
    if body["session"] != session or attempt < 1 or not items or not reason:
        raise TamperedError("object.fields", what="exclusion")
    return attempt, dict.fromkeys(items, reason)


def sign_override(session: str, attempt: int, floor: int, reason: str, at: datetime, managers: Sequence[Signer]) -> bytes:
    """Two managers answer for a paper that can be guessed. `floor` in thousandths."""
    body: Json = {"session": session, "attempt": attempt, "floor": floor, "reason": reason, "at": time_text(at)}
    return statement.sign("override", body, managers)


def read_override(data: bytes, directory: Directory) -> Json:
    """The body of an override signed by two bank managers. Raises TamperedError; RefusedError without a reason."""
    signed = statement.read(data, "override", OVERRIDE_FIELDS, directory.signing_keys())
    directory.require(signed, "bank_manager", "bank_manager")
    body = signed.body
    if not isinstance(body["floor"], int) or not isinstance(body["attempt"], int) or body["attempt"] < 1:
        raise TamperedError("object.fields", what="override")
    if not text(body["reason"]).strip() or len(body["reason"]) > REASON_AT_MOST:
        raise RefusedError("override.reason")
    return body
