"""Where the steps end and the world begins: one small Protocol for each border with two real sides.

`Clock` and `Random` are handed in everywhere. `Folder` is a seat's own disk. `PackageStore` holds sealed packages (a folder
or S3). `Book` is the centre's database; `CentreLine` and `HolderLine` are the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from keys.ask import Ask, Fresh
from keys.directory import Holder
from keys.entry import Entry
from keys.errors import UnavailableError
from keys.keyfile import Random as Random
from keys.ledger_proof import LedgerProof
from keys.share import ShareLine

if TYPE_CHECKING:
    # Only its name is needed here, and a station has no bank.
    from itembank.ports.bank import Bank


class PortError(Exception):
    """A border failed. `code` names how, `facts` fill its sentence.

    PortError
    ├── StoreError        a file is missing, or a name already holds other bytes
    └── LineError         the other side did not answer in our language
    """

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class StoreError(PortError):
    """A file is missing, or a name already holds other bytes."""


class LineError(PortError, UnavailableError):
    """The other side did not answer in our language: as good as no answer."""


Clock = Callable[[], datetime]
Progress = Callable[[str], None]


class Folder(Protocol):
    """A seat's own disk. Names are relative; every change is on the disk when its method returns."""

    def read(self, name: str) -> bytes: ...

    def exists(self, name: str) -> bool: ...

    def write_once(self, name: str, data: bytes) -> None:
        """A new file, whole or not at all; the same bytes again are accepted, other bytes are refused."""

    def replace(self, name: str, data: bytes) -> None:
        """A file in the place of an older one, whole or not at all."""

    def append(self, name: str, data: bytes) -> None:
        """More bytes at the end. Cut off in between, some of them are there: whoever goes on looks at what is."""

    def truncate(self, name: str, length: int) -> None:
        """Only the first `length` bytes stay."""

    def rename(self, name: str, new_name: str) -> None:
        """Another name in the same folder, in the place of an older file; under one of the two it is always there."""

    def delete(self, name: str) -> None: ...

    def names(self, folder: str) -> list[str]:
        """Names of the files directly in `folder`, sorted, relative to the seat's folder."""

    def path(self, name: str) -> str: ...

    def hold(self, folder: str) -> AbstractContextManager[None]:
        """Whoever else holds this folder, in any process, waits until the block is left. Not to be nested."""


class PackageStore(Protocol):
    """Sealed packages by name, write once. A name never changes its bytes."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """The same bytes again are accepted. Raises StoreError for others, LineError when the store is away."""

    def size(self, name: str) -> int:
        """Bytes, or -1 when there is no such package."""

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Up to `length` bytes from `start` on. Raises StoreError where there is none, LineError when it breaks off."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One version of a session as the centre keeps it."""

    session: str
    version: int
    hid: str
    manifest: bytes


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A package row at the centre, and for whom it is: a station's code or `scoring`."""

    hid: str
    pid: str
    place: str
    row: bytes


class Transaction(Protocol):
    """One transaction of the centre's database. Leaving its block commits all of it or nothing."""

    def append(self, entry: Entry) -> int:
        """Queue a ledger line; its number in the queue."""

    @property
    def bank(self) -> Bank:
        """The bank's side of the same transaction."""

    def save_statement(self, kind: str, subject: str, name: str, data: bytes) -> bool:
        """Keep a signed statement once; False when these bytes are there already. Other bytes are a fork."""

    def statement(self, kind: str, subject: str, name: str) -> bytes | None: ...

    def statements(self, kind: str, subject: str) -> list[tuple[str, bytes]]:
        """(name, bytes) of all statements of a kind about a subject, in the order they came."""

    def subjects(self, kind: str) -> set[str]:
        """Every subject that has a statement of this kind."""

    def save_session(self, session: StoredSession, rows: Sequence[StoredRow]) -> None: ...

    def session(self, hid: str) -> StoredSession | None: ...

    def newest_session(self, session: str) -> StoredSession | None: ...

    def newest_sessions(self) -> list[StoredSession]:
        """The newest version of every session, by session number."""

    def rows(self, hid: str) -> list[StoredRow]: ...

    def row(self, pid: str) -> StoredRow | None: ...

    def save_envelope(self, pid: str, device: str, data: bytes) -> None: ...

    def envelope(self, pid: str, device: str) -> bytes | None: ...

    def spend_nonce(self, nonce: str, at: datetime, not_before: datetime) -> bool:
        """Once: whether this nonce was not spent yet. Those spent before `not_before` are forgotten."""

    def lines(self, after: int = 0) -> list[tuple[int, Entry]]:
        """(number in the queue, line) of every queued line behind the number `after`, in order: what the page shows."""

    def newest_line(self) -> Entry | None:
        """The line queued last."""

    def queued(self, act: str, hid: str) -> list[Entry]:
        """Every queued line of an act about a session, ledgered or not yet."""


class Book(Protocol):
    """The centre's database."""

    def begin(self, content_of: Iterable[str] = ()) -> AbstractContextManager[Transaction]:
        """A transaction that may write; one at a time.

        `content_of`: the pools whose content it opens or seals. The vault is asked for their keys before anybody has to wait.
        """

    def read(self) -> AbstractContextManager[Transaction]:
        """A transaction that only reads, from one moment's state; it keeps nobody from writing."""


class Ledger(Protocol):
    """The sequenced side of the ledger: what is in a signed checkpoint, and who cosigned it."""

    def wait(self, queued: int, seconds: float) -> LedgerProof:
        """Until the queued line is in a signed checkpoint. Raises UnavailableError after so many seconds."""

    def newest(self) -> bytes:
        """The newest signed checkpoint, empty before the first."""

    def bundle(self, number: int) -> list[bytes]:
        """The entries of one bundle of 256, as far as they are in a signed checkpoint."""

    def intent(self, hid: str) -> LedgerProof | None:
        """The standing intent of a session in the newest checkpoint cosigned by k, if it is there already."""

    def fresh(self, from_size: int) -> Fresh | None:
        """The newest checkpoint cosigned by k, and the proof that it continues the one of `from_size`."""


class HolderLine(Protocol):
    """The wire to one holder. Every method raises UnavailableError when it does not answer, else what it refuses with."""

    @property
    def holder(self) -> Holder: ...

    def deposit(self, manifest: bytes) -> bytes: ...

    def checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> str: ...

    def order(self, order: bytes) -> bytes: ...

    def orders(self, hid: bytes) -> list[bytes]: ...

    def status(self, hid: bytes) -> bytes: ...

    def ask(self, ask: Ask) -> ShareLine: ...


class CentreLine(Protocol):
    """The wire from a device (desk or station) to the centre; requests are signed by the device."""

    def post_attempt(self, data: bytes) -> LedgerProof: ...

    def post_proof(self, data: bytes) -> LedgerProof: ...

    def post_override(self, data: bytes) -> LedgerProof: ...

    def post_pledge(self, data: bytes) -> None:
        """Raises RefusedError when its person may not look now."""

    def put_package(self, pid: str, path: str) -> None: ...

    def publish(self, bundle: bytes) -> LedgerProof: ...

    def post_deposit(self, hid: bytes, data: bytes) -> None: ...

    def post_order(self, data: bytes) -> None: ...

    def manifest(self, session: str) -> bytes: ...

    def packages(self) -> list[tuple[str, str]]:
        """(hid, pid) of every package of this device's place."""

    def session_manifest(self, hid: str) -> bytes: ...

    def row(self, pid: str) -> bytes: ...

    def container(self, pid: str, start: int) -> Iterator[bytes]:
        """The container's bytes from `start` on; breaks with UnavailableError when the line does."""

    def intent(self, hid: bytes) -> LedgerProof | None: ...

    def fresh(self, from_size: int) -> Fresh | None: ...

    def release(self, hid: bytes, lock: str) -> bytes | None: ...

    def post_receipt(self, data: bytes) -> bytes:
        """Empty, or the envelope a first fetch receipt earns."""

    def post_uses(self, data: bytes) -> None: ...


class KeyVault(Protocol):
    """Wraps the bank's data keys. A purpose (like `pool/city`) is bound in: under another one nothing opens.

    Both raise StoreError when the wrapping key is not there or not to be used, LineError when a vault far away does not
    answer.
    """

    def wrap(self, data_key: bytes, purpose: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, purpose: str) -> bytes:
        """Raises TamperedError for changed bytes, another purpose or another vault's."""
