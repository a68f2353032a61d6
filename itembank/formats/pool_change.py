"""What a change of a pool says beyond the release it continues, and what the bank must remember to be able to say it.

    state   {edition, blueprint, items: {item_no: version}, figures: [name]}                    kept at the bank
    change  {pool, base, local_cap, blueprint or {}, items, removed, figures, removed_figures, records, trainers, result}
                                                                                                in the container
    note    {pool, to, version, edition, blueprint, blueprint_version}       kept at the bank by the release's digest

`base` is the digest of the release that is continued, `result` the SHA-256 of the whole pool's content after the change:
whoever applies it ends with exactly what the bank has, or with an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import Item
from itembank.formats.errors import ContainerError
from itembank.formats.pool_content import (
    ItemRecord,
    PoolContent,
    blueprint_document,
    item_document,
    read_blueprint,
    read_figures,
    read_pool_items,
    read_records,
    records_document,
    sound_content,
)
from keys.encoding import canonical, read_object, sha256, text, texts, whole

CHANGE_FIELDS = {
    "pool", "base", "local_cap", "blueprint", "items", "removed", "figures", "removed_figures", "records", "trainers", "result",
}  # fmt: skip
NOTE_FIELDS = {"pool", "to", "version", "edition", "blueprint", "blueprint_version"}
STATE_FIELDS = {"edition", "blueprint", "items", "figures"}


@dataclass(frozen=True, slots=True)
class PoolState:
    """Which versions were in a release. No version of an item ever says something else, and no figure: numbers are enough.

    `blueprint`: SHA-256 of its document, hex. It is no secret, and as long as no draw has used it its version may be corrected.
    """

    edition: str
    blueprint: str
    items: dict[str, int]
    figures: tuple[str, ...]

    @classmethod
    def of(cls, content: PoolContent, versions: Mapping[str, int], edition: str) -> PoolState:
        blueprint = sha256(canonical(blueprint_document(content.blueprint))).hex()
        return cls(edition, blueprint, dict(versions), tuple(sorted(content.figures)))

    def encode(self) -> bytes:
        return canonical(asdict(self))


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """What a bank remembers of a release by its digest: whose it is, under which edition, on which blueprint it hangs."""

    pool: str
    to: str
    version: int
    edition: str
    blueprint: str
    blueprint_version: int

    def encode(self) -> bytes:
        return canonical(asdict(self))


def read_release_note(data: bytes) -> ReleaseNote:
    """A note in its one form. Raises TamperedError."""
    return ReleaseNote(**read_object(data, "pool", NOTE_FIELDS))


@dataclass(frozen=True, slots=True)
class PoolChange:
    """One step from a release to the next. `items` are those added or changed; `blueprint` is None when it stays.

    `records`, `trainers`: all of them as they are now.
    """

    pool: str
    base: str
    local_cap: int
    blueprint: Blueprint | None
    items: tuple[Item, ...]
    removed: tuple[str, ...]
    figures: dict[str, str]
    removed_figures: tuple[str, ...]
    records: dict[str, ItemRecord]
    trainers: tuple[int, ...]
    result: str

    def encode(self) -> bytes:
        return canonical(
            {
                "pool": self.pool,
                "base": self.base,
                "local_cap": self.local_cap,
                "blueprint": blueprint_document(self.blueprint) if self.blueprint else {},
                "items": [item_document(item) for item in self.items],
                "removed": list(self.removed),
                "figures": self.figures,
                "removed_figures": list(self.removed_figures),
                "records": records_document(self.records),
                "trainers": list(self.trainers),
                "result": self.result,
            }
        )


def read_pool_state(data: bytes) -> PoolState:
    """A state in its one form. Raises TamperedError."""
    value = read_object(data, "pool", STATE_FIELDS)
    return PoolState(**{**value, "figures": texts(value["figures"])})


def read_pool_change(data: bytes) -> PoolChange:
    """A change in its one form. Raises TamperedError or ContainerError."""
    value = read_object(data, "pool", CHANGE_FIELDS)
    with sound_content():
        pool = text(value["pool"])
        return PoolChange(
            pool=pool,
            base=text(value["base"]),
            local_cap=whole(value["local_cap"]),
            blueprint=read_blueprint(value["blueprint"]) if value["blueprint"] else None,
            items=read_pool_items(value["items"], pool),
            removed=texts(value["removed"]),
            figures=read_figures(value["figures"]),
            removed_figures=texts(value["removed_figures"]),
            records=read_records(value["records"]),
            trainers=tuple(map(whole, value["trainers"])),
            result=text(value["result"]),
        )


def change_since(before: PoolState, now: PoolContent, after: PoolState, base: str) -> PoolChange:
    """What leads from the release `base`, whose state was `before`, to the pool as it is now."""
    return PoolChange(
        pool=now.pool,
        base=base,
        local_cap=now.local_cap,
        blueprint=now.blueprint if after.blueprint != before.blueprint else None,
        items=tuple(item for item in now.items if before.items.get(item.item_no) != after.items[item.item_no]),
        removed=tuple(sorted(before.items.keys() - after.items.keys())),
        figures={name: picture for name, picture in now.figures.items() if name not in before.figures},
        removed_figures=tuple(sorted(set(before.figures) - set(after.figures))),
        records=now.records,
        trainers=now.trainers,
        result=sha256(now.encode()).hex(),
    )


def apply_change(before: PoolContent, change: PoolChange) -> PoolContent:
    """The pool after the change. Raises ContainerError unless that is what the bank had."""
    items = {item.item_no: item for item in before.items} | {item.item_no: item for item in change.items}
    figures = before.figures | change.figures
    after = PoolContent(
        pool=before.pool,
        local_cap=change.local_cap,
        blueprint=change.blueprint or before.blueprint,
        items=tuple(items[item_no] for item_no in sorted(items.keys() - set(change.removed))),
        figures={name: svg for name, svg in figures.items() if name not in change.removed_figures},
        records=change.records,
        trainers=change.trainers,
    )
    if change.pool != before.pool or sha256(after.encode()).hex() != change.result:
        raise ContainerError("pool.state", pool=before.pool)
    return after
