"""What the sealed draft holds: the drawn papers in full, the seed, and the certificate that names the items.

It exists in clear only in the memory of the desk's processes between assembling and sealing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from itembank.domain.paper import Form, PaperContent
from keys.encoding import Json, canonical, sha256


@dataclass(frozen=True, slots=True)
class DraftPaper:
    """One drawn paper: its content, and what belongs under the answer-key lock."""

    content: PaperContent
    item_nos: tuple[str, ...] = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


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
                form.value: {"content": asdict(p.content), "items": list(p.item_nos), "keys": list(p.keys)}
                for form, p in self.papers.items()
            },
        }

    def answer_key(self, form: Form) -> bytes:
        """What the scoring desk will open: numbers, keys, item ids, the seed, and the certificate with item ids."""
        paper = self.papers[form]
        value = {
            "session": self.session,
            "paper": paper.content.paper_no,
            "answers": [
                {"number": number, "item": item_no, "key": key}
                for number, (item_no, key) in enumerate(zip(paper.item_nos, paper.keys, strict=True), start=1)
            ],
            "seed": self.seed,
            "attempt": self.attempt,
            "certificate": self.certificate,
        }
        return canonical(value)


def proof_hash(content: PaperContent) -> str:
    """The proof (清样) of a paper: SHA-256 of its canonical content, hex."""
    return sha256(canonical(asdict(content))).hex()


def read_desk_draft(value: Json) -> DeskDraft:
    """A draft from its plain JSON values."""
    papers = {
        Form(form): DraftPaper(PaperContent.from_document(paper["content"]), tuple(paper["items"]), tuple(paper["keys"]))
        for form, paper in value["papers"].items()
    }
    return DeskDraft(value["session"], value["attempt"], value["seed"], value["certificate"], papers)
