"""An import as it travels from authoring to reviewing: what was read, and the statement three people signed over it.

    import {what, pool, digest, count, at}      digest = SHA-256(SHA-256(workbook) ‖ SHA-256(figures))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item
from keys import statement
from keys.directory import Directory
from keys.encoding import Json, canonical, sha256, time_text
from keys.statement import Signer, Statement

KIND = "import"
FIELDS = {"what", "pool", "digest", "count", "at"}


@dataclass(frozen=True, slots=True)
class BlueprintImport:
    """A blueprint as read, and the signed statement over its file."""

    blueprint: Blueprint
    signed: bytes


@dataclass(frozen=True, slots=True)
class ItemImport:
    """Items of one pool as read, with their figures, and the signed statement over the files."""

    pool: str
    items: tuple[Item, ...]
    figures: dict[str, str]
    signed: bytes


def sign_import(
    what: str,
    pool: str,
    workbook: bytes,
    figures: dict[str, str],
    count: int,
    at: datetime,
    signers: Sequence[Signer],
) -> bytes:
    """The statement over one import, signed by each in turn."""
    digest = sha256(sha256(workbook) + sha256(canonical(figures))).hex()
    body: Json = {"what": what, "pool": pool, "digest": digest, "count": count, "at": time_text(at)}
    return statement.sign(KIND, body, signers)


def read_import(data: bytes, directory: Directory) -> Statement:
    """The statement with every signature verified; who may sign is still to be asked."""
    return statement.read(data, KIND, FIELDS, directory.signing_keys())
