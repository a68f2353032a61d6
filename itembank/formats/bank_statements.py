"""What people sign at the bank beside imports: pledges, recusals, looks at content, moves in review, occupations, editions.

    pledge      {pool, text, at, until}                          保密承诺书: `text` is the SHA-256 of what was signed under
    recusal     {blueprint, reason, at, until}                   回避: one's own word
    look        {pool, sight, where, count, items, at}           `items`: SHA-256 over those [number, version, digest]s, sorted
    review      {move, pool, to, comment, count, items, at}      `items`: the same of those moved
    occupation  {year, code, name, work_types, predecessor, at}  职业, by two bank managers; `predecessor` as 1999/6-07-06-05
    edition     {name, from_day, grace_days, at}                 题库版本, by two bank managers; `from_day` as 2026-12-01

Lists stand as one hash: a ledger line has no room for thousands of items, and no item's number in it. A comment stands as a
hash over itself and the list; it often says what is in the item. The digests, which only the bank has, keep anybody from
trying numbers or comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from itembank.domain.confidentiality import Pledge, Recusal, Sight
from itembank.domain.errors import OccupationError
from itembank.domain.occupation import BankEdition, Occupation, OccupationKey
from itembank.domain.review import Move
from keys import statement
from keys.directory import Directory
from keys.encoding import Json, canonical, read_time, sha256, text, time_text, whole
from keys.errors import TamperedError
from keys.statement import Signer, Statement

FIELDS = {
    "pledge": {"pool", "text", "at", "until"},
    "recusal": {"blueprint", "reason", "at", "until"},
    "look": {"pool", "sight", "where", "count", "items", "at"},
    "review": {"move", "pool", "to", "comment", "count", "items", "at"},
    "occupation": {"year", "code", "name", "work_types", "predecessor", "at"},
    "edition": {"name", "from_day", "grace_days", "at"},
}


def sign_pledge(pool: str, words: str, at: datetime, until: datetime, signer: Signer) -> bytes:
    """One person's pledge for one pool, under the words shown."""
    body: Json = {"pool": pool, "text": sha256(words.encode()).hex(), "at": time_text(at), "until": time_text(until)}
    return statement.sign("pledge", body, [signer])


def sign_recusal(blueprint: str, reason: str, at: datetime, until: datetime, signer: Signer) -> bytes:
    """One person stands aside; `reason` in the person's own words."""
    body: Json = {"blueprint": blueprint, "reason": reason, "at": time_text(at), "until": time_text(until)}
    return statement.sign("recusal", body, [signer])


def sign_look(
    pool: str, sight: Sight, where: str, items: Iterable[tuple[str, int, str]], at: datetime, signer: Signer
) -> bytes:
    """One person asks to see the content of these versions (number, version, digest of the sealed content)."""
    those: list[list[Any]] = [list(item) for item in sorted(items)]
    body: Json = {"pool": pool, "sight": sight.value, "where": where, "count": len(those), "items": _digest(those)}
    return statement.sign("look", {**body, "at": time_text(at)}, [signer])


def sign_review(
    move: Move, pool: str, to: str, comment: str, items: Iterable[tuple[str, int, str]], at: datetime, signer: Signer
) -> bytes:
    """One person moves these versions (number, version, digest of the sealed content)."""
    those: list[list[Any]] = [list(item) for item in sorted(items)]
    body: Json = {
        "move": move.value,
        "pool": pool,
        "to": to,
        "comment": _digest([[comment, *those]]) if comment else "",
        "count": len(those),
        "items": _digest(those),
        "at": time_text(at),
    }
    return statement.sign("review", body, [signer])


def sign_occupation(occupation: Occupation, at: datetime, managers: Sequence[Signer]) -> bytes:
    """An occupation as its two managers enter it."""
    body: Json = {
        "year": occupation.dictionary_year,
        "code": occupation.code,
        "name": occupation.name,
        "work_types": list(occupation.work_types),
        "predecessor": occupation.predecessor.text if occupation.predecessor else "",
        "at": time_text(at),
    }
    return statement.sign("occupation", body, managers)


def read_occupation(data: bytes, directory: Directory) -> tuple[Occupation, Statement]:
    """An occupation signed by two bank managers. Raises TamperedError or RefusedError."""
    signed = statement.read(data, "occupation", FIELDS["occupation"], directory.signing_keys())
    directory.require(signed, "bank_manager", "bank_manager")
    body = signed.body
    try:
        before = text(body["predecessor"])
        work_types = tuple(text(name) for name in body["work_types"])
        key = OccupationKey.of(before) if before else None
        occupation = Occupation(text(body["code"]), whole(body["year"]), text(body["name"]), work_types, key)
        occupation.check()
    except (TypeError, OccupationError) as error:
        raise TamperedError("object.fields", what="occupation") from error
    return occupation, signed


def sign_edition(edition: BankEdition, at: datetime, managers: Sequence[Signer]) -> bytes:
    """An edition as its two managers enter it."""
    body: Json = {
        "name": edition.name,
        "from_day": edition.from_day.isoformat(),
        "grace_days": edition.grace_days,
        "at": time_text(at),
    }
    return statement.sign("edition", body, managers)


def read_edition(data: bytes, directory: Directory) -> tuple[BankEdition, Statement]:
    """An edition signed by two bank managers. Raises TamperedError or RefusedError."""
    signed = statement.read(data, "edition", FIELDS["edition"], directory.signing_keys())
    directory.require(signed, "bank_manager", "bank_manager")
    body = signed.body
    try:
        edition = BankEdition(text(body["name"]), date.fromisoformat(text(body["from_day"])), whole(body["grace_days"]))
    except (TypeError, ValueError) as error:
        raise TamperedError("object.fields", what="edition") from error
    return edition, signed


def read_signed(kind: str, data: bytes, directory: Directory) -> Statement:
    """A statement of one person with its signature verified. Raises TamperedError."""
    signed = statement.read(data, kind, FIELDS[kind], directory.signing_keys())
    if len(signed.signers) != 1:
        raise TamperedError("object.fields", what=kind)
    return signed


def read_pledge(data: bytes, directory: Directory) -> Pledge:
    """Whose pledge it is, for which pool, how long."""
    signed = read_signed("pledge", data, directory)
    body = signed.body
    return Pledge(signed.signers[0], text(body["pool"]), read_time(text(body["at"])), read_time(text(body["until"])))


def read_recusal(data: bytes, directory: Directory) -> Recusal:
    """Who stands aside, from what, how long."""
    signed = read_signed("recusal", data, directory)
    body = signed.body
    return Recusal(signed.signers[0], text(body["blueprint"]), read_time(text(body["at"])), read_time(text(body["until"])))


def _digest(those: list[list[Any]]) -> str:
    return sha256(canonical(those)).hex()
