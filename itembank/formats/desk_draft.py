"""What the sealed draft holds: the drawn papers in full, the seed, and the certificate that names the items.

It exists in clear only in the memory of the desk's processes between assembling and sealing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from itembank.domain.paper import Form, PaperContent
from itembank.domain.session import ExamSession, StationOrder
from itembank.domain.variant import Slot, arranged, marking_keys
from keys.encoding import Json, canonical, sha256


@dataclass(frozen=True, slots=True)
class DraftPaper:
    """One drawn paper: its content, and what belongs under the answer-key lock.

    `slots`: section by section, how each question may be ordered at a station.
    """

    content: PaperContent
    item_nos: tuple[str, ...] = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    slots: tuple[tuple[Slot, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeskDraft:
    """Everything sealing needs. `seed` in hex."""

    session: str
    attempt: int
    seed: str = field(repr=False)
    certificate: Json = field(repr=False)
    papers: dict[Form, DraftPaper] = field(repr=False)

    def document(self) -> Json:
        """Plain JSON values."""
        return {
            "session": self.session,
            "attempt": self.attempt,
            "seed": self.seed,
            "certificate": self.certificate,
            "papers": {
                form.value: {
                    "content": asdict(p.content),
                    "items": list(p.item_nos),
                    "keys": list(p.keys),
                    "slots": _plain(p.slots),
                }
                for form, p in self.papers.items()
            },
        }

    def answer_key(self, form: Form, variants: bytes) -> bytes:
        """What the scoring desk will open: numbers, keys, item ids, the seed, and the certificate with item ids.

        `variants`: K_var, from which every station's order and marking key are derived (`marking_key`).
        """
        paper = self.papers[form]
        value = {
            "session": self.session,
            "paper": paper.content.paper_no,
            "answers": [
                {"number": number, "item": item_no, "key": key}
                for number, (item_no, key) in enumerate(zip(paper.item_nos, paper.keys, strict=True), start=1)
            ],
            "slots": _plain(paper.slots),
            "variants": variants.hex(),
            "seed": self.seed,
            "attempt": self.attempt,
            "certificate": self.certificate,
        }
        return canonical(value)


def marking_key(answers: Json, place: str) -> tuple[tuple[str, str], ...]:
    """(item number, key) of each question as a place (`variant.place_name`) printed them. `answers`: an opened answer key."""
    slots, given = _slots(answers["slots"]), list(answers["answers"])
    order = arranged(bytes.fromhex(answers["variants"]), place, slots)
    keys, items, begin = [], [], 0
    for section in slots:
        part = given[begin : begin + len(section)]
        keys.append([answer["key"] for answer in part])
        items.append([answer["item"] for answer in part])
        begin += len(section)
    placed = [items[n][one.question] for n, section in enumerate(order) for one in section]
    return tuple(zip(placed, marking_keys(keys, order), strict=True))


def station_key(answers: Json, form: Form, session: ExamSession, order: StationOrder) -> list[tuple[str, int, str]]:
    """(copy, number, key) of every question that a station printed; as `ExamSession.places` names the copies."""
    return [
        (copy, number, key)
        for copy, place in session.places(form, order)
        for number, (_, key) in enumerate(marking_key(answers, place), start=1)
    ]


def _plain(slots: Sequence[Sequence[Slot]]) -> list[list[list[int | str]]]:
    return [[[slot.options, int(slot.locked), slot.item_set] for slot in section] for section in slots]


def _slots(value: Sequence[Sequence[Sequence[Any]]]) -> tuple[tuple[Slot, ...], ...]:
    return tuple(tuple(Slot(options, bool(locked), item_set) for options, locked, item_set in section) for section in value)


def proof_hash(content: PaperContent) -> str:
    """The proof (清样) of a paper: SHA-256 of its canonical content, hex."""
    return sha256(canonical(asdict(content))).hex()


def read_desk_draft(value: Json) -> DeskDraft:
    """A draft from its plain JSON values."""
    papers = {
        Form(form): DraftPaper(
            PaperContent.from_document(paper["content"]), tuple(paper["items"]), tuple(paper["keys"]), _slots(paper["slots"])
        )
        for form, paper in value["papers"].items()
    }
    return DeskDraft(value["session"], value["attempt"], value["seed"], value["certificate"], papers)
