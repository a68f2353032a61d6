"""The directory: who is who, with which keys, signed by two of three roots and pinned by fingerprint in every home.

It names the centre and its ledger, the holders with their keepers, the people with their duties, and the devices: desks,
the scoring desk, receiving banks and the stations. Nothing that is signed is believed before its signer is found here with
the duty that the act asks for. A home keeps the file as `directory` and its SHA-256 in `directory.pin`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keys import statement
from keys.durable import replace
from keys.encoding import Json, sha256, unhex
from keys.errors import MalformedError, RefusedError, TamperedError
from keys.statement import Signer, Statement

FIELDS = {"version", "place", "quorum", "centre", "ledger", "roots", "holders", "people", "devices"}
ROOT_QUORUM = 2

DUTIES = {
    "item_writer": "命题员",
    "item_reviewer": "审题员",
    "item_approver": "审定员",
    "bank_manager": "题库管理员",
    "assembler": "组卷员",
    "proofreader": "审卷人",
    "sealer": "封装员",
    "seal_approver": "审批人",
    "freezer": "暂停人",
    "lifter": "恢复人",
    "keeper": "密钥保管人",
    "operator": "启封人",
    "scorer": "阅卷员",
}
KINDS = {"desk", "scoring", "station", "bank"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """One person with an own signing key. `label` is the duty as it is shown, never a name of flesh and blood."""

    name: str
    label: str
    organisation: str
    duties: tuple[str, ...]
    sign: bytes


@dataclass(frozen=True, slots=True)
class Holder:
    """One key-holding office (密钥保管单位): its number j, address, keys and keepers."""

    j: int
    name: str
    label: str
    organisation: str
    url: str
    sign: bytes
    seal: bytes
    keepers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """One machine: kind `desk`, `scoring`, `bank` (a centre that takes pools) or `station` (then `name` is its code)."""

    name: str
    kind: str
    label: str
    sign: bytes
    seal: bytes
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """A verified directory."""

    version: int
    place: str
    quorum: int
    centre_label: str
    centre_url: str
    ledger_origin: str
    ledger_key: bytes
    roots: tuple[Person, ...]
    holders: tuple[Holder, ...]
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    fingerprint: str

    def signing_keys(self) -> dict[str, bytes]:
        """Every name that may sign statements → its raw Ed25519 key."""
        parties: Iterable[Person | Holder | Device] = (*self.people, *self.holders, *self.devices)
        return {party.name: party.sign for party in parties}

    def person(self, name: str) -> Person:
        for person in self.people:
            if person.name == name:
                return person
        raise RefusedError("directory.unknown", who=name)

    def device(self, name: str) -> Device:
        for device in self.devices:
            if device.name == name:
                return device
        raise RefusedError("directory.unknown", who=name)

    def device_of_kind(self, kind: str) -> Device:
        for device in self.devices:
            if device.kind == kind:
                return device
        raise RefusedError("directory.unknown", who=kind)

    def stations(self) -> set[str]:
        """The codes of all stations."""
        return {device.name for device in self.devices if device.kind == "station"}

    def holder(self, name: str) -> Holder:
        for holder in self.holders:
            if holder.name == name:
                return holder
        raise RefusedError("directory.unknown", who=name)

    def witnesses(self) -> dict[str, bytes]:
        """Who cosigns the ledger: every holder's name → its key."""
        return {holder.name: holder.sign for holder in self.holders}

    def label(self, name: str) -> str:
        """How a party is shown; the name itself when it is unknown."""
        parties: Iterable[Person | Holder | Device] = (*self.people, *self.holders, *self.devices)
        return next((party.label for party in parties if party.name == name), name)

    def require(self, signed: Statement, *duties: str) -> None:
        """Raise unless the signers are exactly one distinct person for each of `duties`, in this order."""
        self._require(signed.signers, duties)

    def require_acting(self, signers: Sequence[Signer], *duties: str) -> None:
        """The same for people who are about to act and have signed nothing yet; each must hold the key entered here."""
        self._require([signer.name for signer in signers], duties)
        for signer in signers:
            if signer.key.public_key().public_bytes_raw() != self.person(signer.name).sign:
                raise TamperedError("statement.signature", what="key", who=signer.name)

    def _require(self, names: Sequence[str], duties: Sequence[str]) -> None:
        if len(names) != len(duties):
            raise RefusedError("statement.signers", needed=len(duties), came=len(names))
        people = [self.person(name) for name in names]
        if len({person.sign for person in people}) != len(people):
            raise TamperedError("statement.same_person", who=names[0])
        for person, duty in zip(people, duties, strict=True):
            self.require_duty([person], duty)

    @staticmethod
    def require_duty(people: Iterable[Person], duty: str) -> None:
        """Raise RefusedError when any of these people has not this duty."""
        for person in people:
            if duty not in person.duties:
                raise RefusedError("statement.duty", who=person.label, duty=DUTIES.get(duty, duty))


def sign_directory(body: Json, roots: Sequence[Signer]) -> bytes:
    """The directory file, signed by these roots; the body is checked before anybody signs."""
    if set(body) != FIELDS:
        raise MalformedError("directory.draft", found=", ".join(sorted(set(body) ^ FIELDS)))
    data = statement.sign("directory", body, roots)
    read_directory(data, sha256(data).hex())
    return data


def read_directory(data: bytes, fingerprint: str) -> Directory:
    """Check the pin, then the signatures by two of the three roots, then build. Raises TamperedError."""
    if sha256(data).hex() != fingerprint:
        raise TamperedError("directory.pin", found=sha256(data).hex()[:16], expected=fingerprint[:16])
    claimed = statement.peek(data, "directory", FIELDS)
    try:
        roots = tuple(_person(value) for value in claimed["roots"])
        signed = statement.read(data, "directory", FIELDS, {root.name: root.sign for root in roots})
        if len(signed.signers) < ROOT_QUORUM:
            raise TamperedError("directory.roots", needed=ROOT_QUORUM, came=len(signed.signers))
        directory = _build(signed.body, roots, fingerprint)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError("directory.draft", found=str(error)) from error
    _no_key_twice(directory)
    _only_known(directory)
    if not 1 <= directory.quorum <= len(directory.holders):
        raise MalformedError("directory.draft", found="quorum")
    return directory


def load_directory(home: Path) -> Directory:
    """The directory of one seat's home. Raises RefusedError when the home is not pinned yet."""
    if not (home / "directory.pin").exists():
        raise RefusedError("directory.not_pinned", home=home.name)
    return read_directory((home / "directory").read_bytes(), (home / "directory.pin").read_text().strip())


def pin_directory(home: Path, data: bytes, fingerprint: str) -> Directory:
    """Put a directory into a home after checking it against the fingerprint a person brought.

    Power lost between its two files leaves the new directory beside the old pin; the same call completes it.
    """
    directory = read_directory(data, fingerprint)
    if (home / "directory.pin").exists() and (home / "directory").read_bytes() != data:
        current = load_directory(home)
        if directory.version <= current.version:
            raise RefusedError("directory.older", found=directory.version, held=current.version)
    replace(home / "directory", [data], 0o644)
    replace(home / "directory.pin", [f"{fingerprint}\n".encode()], 0o644)
    return directory


def _build(body: Json, roots: tuple[Person, ...], fingerprint: str) -> Directory:
    return Directory(
        version=int(body["version"]),
        place=str(body["place"]),
        quorum=int(body["quorum"]),
        centre_label=str(body["centre"]["label"]),
        centre_url=str(body["centre"]["url"]),
        ledger_origin=str(body["ledger"]["origin"]),
        ledger_key=unhex(str(body["ledger"]["sign"]), "directory"),
        roots=roots,
        holders=tuple(_holder(value) for value in body["holders"]),
        people=tuple(_person(value) for value in body["people"]),
        devices=tuple(_device(value) for value in body["devices"]),
        fingerprint=fingerprint,
    )


def _person(value: Mapping[str, Any]) -> Person:
    duties = tuple(str(duty) for duty in value["duties"])
    return Person(
        str(value["name"]), str(value["label"]), str(value["organisation"]), duties, unhex(value["sign"], "directory")
    )


def _holder(value: Mapping[str, Any]) -> Holder:
    return Holder(
        j=int(value["j"]),
        name=str(value["name"]),
        label=str(value["label"]),
        organisation=str(value["organisation"]),
        url=str(value["url"]),
        sign=unhex(value["sign"], "directory"),
        seal=unhex(value["seal"], "directory"),
        keepers=tuple(str(name) for name in value["keepers"]),
    )


def _device(value: Mapping[str, Any]) -> Device:
    return Device(
        name=str(value["name"]),
        kind=str(value["kind"]),
        label=str(value["label"]),
        sign=unhex(value["sign"], "directory"),
        seal=unhex(value["seal"], "directory"),
        people=tuple(str(name) for name in value["people"]),
    )


def _no_key_twice(directory: Directory) -> None:
    """One person is one key: a key or a name under two entries would let one hand sign for two."""
    people, machines = (*directory.roots, *directory.people), _machines(directory)
    names = [person.name for person in people] + [machine.name for machine in machines]
    keys = [person.sign for person in people] + [machine.sign for machine in machines]
    keys += [machine.seal for machine in machines] + [directory.ledger_key]
    if len(set(names)) != len(names) or len(set(keys)) != len(keys):
        raise MalformedError("directory.doubled")
    if [holder.j for holder in directory.holders] != list(range(1, len(directory.holders) + 1)):
        raise MalformedError("directory.draft", found="holders")


def _only_known(directory: Directory) -> None:
    """Duties and kinds there are, keepers and operators who are entered, names that may stand in files and lines: a
    mistyped one would act for nobody.
    """
    duties = {duty for person in directory.people for duty in person.duties}
    kinds = {device.kind for device in directory.devices}
    named = {name for party in directory.holders for name in party.keepers}
    named |= {name for device in directory.devices for name in device.people}
    unknown = [*(duties - set(DUTIES)), *(kinds - KINDS), *(named - {person.name for person in directory.people})]
    parties = (*directory.roots, *directory.people, *_machines(directory))
    unknown += [party.name for party in parties if not NAME.fullmatch(party.name)]
    if unknown:
        raise MalformedError("directory.draft", found=", ".join(sorted(unknown)))


def _machines(directory: Directory) -> list[Holder | Device]:
    return [*directory.holders, *directory.devices]
