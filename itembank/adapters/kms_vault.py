"""`itembank.ports.KeyVault` on AWS KMS, or what speaks its language: the wrapping key never leaves the service.

    wrapped = 2 (one byte: the format) ‖ length of the key's ARN (u16) ‖ its ARN ‖ what KMS made of the data key

The purpose is KMS's encryption context. A blob names its key, and only a key of the settings is asked: else whoever writes
into the database could let us open with a key of their own. KMS rotates a key under its ARN; a key that was exchanged for
another stays in `former`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from itembank.adapters import aws
from itembank.config import KmsSettings
from itembank.ports import LineError, StoreError
from keys.errors import MalformedError, TamperedError

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

_FORMAT = b"\x02"
_ARN_AT = len(_FORMAT) + 2


class KmsVault:
    """`itembank.ports.KeyVault` over one key in KMS."""

    def __init__(self, settings: KmsSettings) -> None:
        for key in (settings.key_id, *settings.former):
            # What an alias stands for may be exchanged, and then nothing opens any more.
            if not key.startswith("arn:") or ":key/" not in key:
                raise MalformedError("config.value", key="vault.key_id", found=key)
        self._key, self._keys = settings.key_id, {settings.key_id, *settings.former}
        session = aws.session(settings.credentials, settings.region)
        self._client: KMSClient = session.client("kms", endpoint_url=settings.endpoint)

    def wrap(self, data_key: bytes, purpose: str) -> bytes:
        with _asking():
            answer = self._client.encrypt(KeyId=self._key, Plaintext=data_key, EncryptionContext={"itembank": purpose})
            blob = answer["CiphertextBlob"]
        arn = self._key.encode()
        return _FORMAT + len(arn).to_bytes(2, "big") + arn + blob

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        length = int.from_bytes(wrapped[1:_ARN_AT], "big")
        arn, blob = wrapped[_ARN_AT : _ARN_AT + length].decode("ascii", "replace"), wrapped[_ARN_AT + length :]
        if wrapped[:1] != _FORMAT or len(arn) != length or not blob:
            raise TamperedError("vault.wrapped", purpose=purpose)
        if arn not in self._keys:
            raise StoreError("vault.key", purpose=purpose, key=arn)
        wrong = (self._client.exceptions.InvalidCiphertextException, self._client.exceptions.IncorrectKeyException)
        with _asking():
            try:
                answer = self._client.decrypt(KeyId=arn, CiphertextBlob=blob, EncryptionContext={"itembank": purpose})
                return answer["Plaintext"]
            except wrong as error:
                raise TamperedError("vault.wrapped", purpose=purpose) from error


@contextmanager
def _asking() -> Iterator[None]:
    """`aws.asking`; what stands still while the vault is away is the bank's content, and the person is told that."""
    try:
        with aws.asking("KMS"):
            yield
    except LineError as error:
        raise LineError("vault.away", **error.facts) from error
