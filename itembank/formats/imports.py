"""What people sign over an import: the file as it came.

    import {what, pool, digest, count, at}      digest = SHA-256(SHA-256(workbook) ‖ SHA-256(figures))

Signed by author, reviewer and approver it admits what it names; by an author alone it brings in drafts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from keys import statement
from keys.directory import Directory
from keys.encoding import Json, canonical, sha256, time_text
from keys.statement import Signer, Statement

KIND = "import"
FIELDS = {"what", "pool", "digest", "count", "at"}
TOGETHER = ("item_writer", "item_reviewer", "item_approver")
"""Duties of the three who admit an import at one table."""


def sign_import(
    what: str,
    pool: str,
    workbook: bytes,
    figures: Mapping[str, str],
    count: int,
    at: datetime,
    signers: Sequence[Signer],
) -> bytes:
    """The statement over one import, signed by each in turn."""
    digest = sha256(sha256(workbook) + sha256(canonical(dict(figures)))).hex()
    body: Json = {"what": what, "pool": pool, "digest": digest, "count": count, "at": time_text(at)}
    return statement.sign(KIND, body, signers)


def read_import(data: bytes, directory: Directory) -> Statement:
    """The statement with every signature verified; who may sign is still to be asked."""
    return statement.read(data, KIND, FIELDS, directory.signing_keys())
