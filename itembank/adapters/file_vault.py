"""`itembank.ports.KeyVault` for one machine: the wrapping keys stand in one file of the centre's home, mode 0600.

    itembank-vault/1
    1 <32 bytes as base64>
    2 <32 bytes as base64>        one line a generation; the newest wraps, every one unwraps

    wrapped = 1 (one byte: the format) ‖ generation (u32) ‖ nonce (12 bytes) ‖ AES-256-GCM(data key), generation and
    purpose bound in

The file is read at every use, which is seldom: so a rotation by another program counts at once. It belongs into a backup
of its own, never into the one of the database.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from itembank.adapters.folder import DiskFolder
from itembank.ports import StoreError
from keys.durable import replace
from keys.encoding import b64, t, unb64
from keys.errors import TamperedError
from keys.keyfile import Random, read_private, write_private

HEAD = "itembank-vault/1"
_KEY, _NONCE, _TAG = 32, 12, 16
_FORMAT = b"\x01"
_NONCE_AT = len(_FORMAT) + 4
_BOX_AT = _NONCE_AT + _NONCE


def create_vault(path: Path, random: Random) -> None:
    """A new vault file with its first generation. Raises FileExistsError: a vault is never written over."""
    write_private(path, format_vault({1: random(_KEY)}))


class FileVault:
    """`itembank.ports.KeyVault` over one vault file."""

    def __init__(self, path: Path, random: Random) -> None:
        self._path = path
        self._random = random

    def wrap(self, data_key: bytes, purpose: str) -> bytes:
        keys = self._generations()
        newest, nonce = max(keys), self._random(_NONCE)
        box = AESGCM(keys[newest]).encrypt(nonce, data_key, t("vault", newest, purpose))
        return _FORMAT + newest.to_bytes(4, "big") + nonce + box

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        if wrapped[:1] != _FORMAT or len(wrapped) < _BOX_AT + _TAG:
            raise TamperedError("vault.wrapped", purpose=purpose)
        keys, generation = self._generations(), int.from_bytes(wrapped[1:_NONCE_AT], "big")
        if generation not in keys:
            raise StoreError("vault.generation", name=self._path.name, generation=generation, newest=max(keys))
        nonce, box = wrapped[_NONCE_AT:_BOX_AT], wrapped[_BOX_AT:]
        try:
            return AESGCM(keys[generation]).decrypt(nonce, box, t("vault", generation, purpose))
        except InvalidTag as error:
            raise TamperedError("vault.wrapped", purpose=purpose) from error

    def rotate(self) -> int:
        """Add a generation; its number. From now on it wraps; what the others wrapped stays as it is."""
        with DiskFolder(self._path.parent).hold("."):
            keys = self._generations()
            newest = max(keys) + 1
            replace(self._path, [format_vault({**keys, newest: self._random(_KEY)})], 0o600)
        return newest

    def _generations(self) -> dict[int, bytes]:
        try:
            return read_vault(read_private(self._path))
        except FileNotFoundError as error:
            raise StoreError("vault.missing", name=self._path.name) from error


def format_vault(generations: dict[int, bytes]) -> bytes:
    """The vault file of these generations (number → wrapping key)."""
    lines = [f"{number} {b64(key)}" for number, key in sorted(generations.items())]
    return "\n".join([HEAD, *lines, ""]).encode()


def read_vault(data: bytes) -> dict[int, bytes]:
    """The generations of a vault file. Raises TamperedError for any other bytes than `format_vault` writes of them."""
    lines = data.decode("ascii", "replace").split("\n")[1:-1]
    generations = {number: unb64(line.removeprefix(f"{number} "), "key file") for number, line in enumerate(lines, 1)}
    if not generations or any(len(key) != _KEY for key in generations.values()) or format_vault(generations) != data:
        raise TamperedError("vault.damaged")
    return generations
