"""What people sign on the desk before sealing: seeds, the attempt, the proof.

    seed     {session, attempt, hash, sealed, at}                    one officer; 32 random bytes by HPKE to the desk
    attempt  {session, attempt, order, pools, seeds, at}             the assembler, before the draw
    proof    {session, attempt, papers, certificate, shown, at}      the proof pair (清样): what is sealed must hash to it

`shown` is `page N` when the paper was shown on the loopback page, for the N-th time in this attempt, and `seen` when a
script said so for the pair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from itembank.domain.session import ExamSession
from keys import statement
from keys.directory import Directory
from keys.encoding import Json, b64, sha256, t, text, texts, time_text, unb64, unhex, whole
from keys.envelope import open_with, seal_to
from keys.errors import RefusedError, TamperedError
from keys.keyfile import Random
from keys.statement import Signer

SEED_FIELDS = {"session", "attempt", "hash", "sealed", "at"}
ATTEMPT_FIELDS = {"session", "attempt", "order", "pools", "seeds", "at"}
PROOF_FIELDS = {"session", "attempt", "papers", "certificate", "shown", "at"}
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


def sign_attempt(
    session: str,
    attempt: int,
    order: Json,
    pools: Sequence[str],
    seeds: Sequence[Seed],
    at: datetime,
    assembler: Signer,
) -> bytes:
    """What will be drawn from what, signed before the draw. `order` is the session as ordered."""
    given = [{"who": seed.who, "hash": seed.hash} for seed in sorted(seeds, key=lambda seed: seed.who)]
    body: Json = {
        "session": session,
        "attempt": attempt,
        "order": order,
        "pools": list(pools),
        "seeds": given,
        "at": time_text(at),
    }
    return statement.sign("attempt", body, [assembler])


def read_attempt(data: bytes, directory: Directory) -> Json:
    """The body of an attempt signed by an assembler: an order that is one, pool releases, and two officers' seeds.

    Raises TamperedError, or RefusedError when the seeds are not of two bank managers.
    """
    signed = statement.read(data, "attempt", ATTEMPT_FIELDS, directory.signing_keys())
    directory.require(signed, "assembler")
    body = signed.body
    try:
        order = ExamSession.from_document(body["order"])
        fits = order.number == body["session"] and texts(body["pools"]) != () and whole(body["attempt"]) > 0
        givers = [directory.person(text(seed["who"])) for seed in body["seeds"]]
        hashes_given = [unhex(seed["hash"], "attempt") for seed in body["seeds"]]
    except (TypeError, KeyError, ValueError) as error:
        raise TamperedError("object.fields", what="attempt") from error
    if not fits or any(len(given) != 32 for given in hashes_given):
        raise TamperedError("object.fields", what="attempt")
    directory.require_duty(givers, "bank_manager")
    if len({giver.sign for giver in givers}) < 2:
        raise RefusedError("seed.two_needed", came=len(givers))
    return body


def sign_proof(
    session: str,
    attempt: int,
    papers: Json,
    certificate: str,
    shown: str,
    at: datetime,
    pair: Sequence[Signer],
) -> bytes:
    """The proof pair's word. `papers`: form → hash of its content; `certificate`: hash of the item-free one."""
    body: Json = {
        "session": session,
        "attempt": attempt,
        "papers": papers,
        "certificate": certificate,
        "shown": shown,
        "at": time_text(at),
    }
    return statement.sign("proof", body, pair)


def read_proof(data: bytes, directory: Directory) -> Json:
    """The body of a proof signed by two proofreaders."""
    signed = statement.read(data, "proof", PROOF_FIELDS, directory.signing_keys())
    directory.require(signed, "proofreader", "proofreader")
    if not SHOWN.fullmatch(str(signed.body["shown"])):
        raise TamperedError("object.fields", what="proof")
    return signed.body
