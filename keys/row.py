"""Package core, package row, and the row file with its proof.

core   {package, kind, station, paper, part, variant, copies, lock}        pid = H("package", hid, core)
row    {core, file, length, blocks, cA, cP}                                a leaf of the tree whose root the manifest signs
PID.row  {row, index, size, proof}                                         what a station gets beside the container
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from keys import tree
from keys.encoding import Json, b64, canonical, h, read_canonical, text, texts, unb64, unhex, whole
from keys.errors import TamperedError

KINDS = ("paper", "notice", "marking", "key", "pool")


@dataclass(frozen=True, slots=True)
class PackageCore:
    """What a package is, before it exists. `lock` is empty for kind `pool`."""

    package: str
    kind: str
    station: str
    paper: str
    part: str
    variant: str
    copies: int
    lock: str

    def pid(self, hid: bytes) -> bytes:
        return h("package", hid, canonical(asdict(self)))


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A sealed package as the manifest commits to it. `blocks`, `c_a`, `c_p` are 32 bytes each."""

    core: PackageCore
    file: str
    length: int
    blocks: bytes
    c_a: bytes
    c_p: bytes

    def document(self) -> Json:
        return {
            "core": asdict(self.core),
            "file": self.file,
            "length": self.length,
            "blocks": self.blocks.hex(),
            "cA": self.c_a.hex(),
            "cP": self.c_p.hex(),
        }

    def encode(self) -> bytes:
        return canonical(self.document())


@dataclass(frozen=True, slots=True)
class RowFile:
    """A row with its inclusion proof under the manifest's root."""

    row: PackageRow
    index: int
    size: int
    proof: tuple[bytes, ...]

    def encode(self) -> bytes:
        proof = [b64(node) for node in self.proof]
        return canonical({"row": self.row.document(), "index": self.index, "size": self.size, "proof": proof})

    def check(self, root: bytes, count: int) -> None:
        """Raise TamperedError unless the row stands under this root of this many rows."""
        if self.size != count:
            raise TamperedError("row.proof", package=self.row.core.package)
        tree.check_inclusion(tree.leaf_hash(self.row.encode()), self.index, self.size, self.proof, root)


def rows_root(rows: Sequence[PackageRow]) -> bytes:
    """The RFC 6962 root of all rows in their order."""
    return tree.root([tree.leaf_hash(row.encode()) for row in rows])


def row_files(rows: Sequence[PackageRow]) -> list[RowFile]:
    """Each row with its proof."""
    whole = tree.Tree(tree.leaf_hash(row.encode()) for row in rows)
    return [RowFile(row, i, len(rows), tuple(whole.inclusion_proof(i, len(rows)))) for i, row in enumerate(rows)]


def read_row_file(data: bytes) -> RowFile:
    """A stored row file in its one form. Raises TamperedError."""
    value = read_canonical(data, "row")
    try:
        proof = tuple(unb64(node, "row") for node in texts(value["proof"]))
        file = RowFile(_read_row(value["row"]), whole(value["index"]), whole(value["size"]), proof)
        same = file.encode() == data
    except (KeyError, TypeError, ValueError) as error:
        raise TamperedError("object.fields", what="row") from error
    if not same:
        raise TamperedError("object.fields", what="row")
    return file


def _read_row(value: Any) -> PackageRow:
    core = PackageCore(**value["core"])
    for name, inner in asdict(core).items():
        whole(inner) if name == "copies" else text(inner)
    if core.kind not in KINDS:
        raise ValueError("a kind of package there is not")
    return PackageRow(
        core=core,
        file=text(value["file"]),
        length=whole(value["length"]),
        blocks=unhex(value["blocks"], "row"),
        c_a=unhex(value["cA"], "row"),
        c_p=unhex(value["cP"], "row"),
    )
