"""What a full pool release holds once it is opened: the policy's local cap, the blueprint, the items with their keys in the
order of their numbers, their figures, and what the bank knows of their use. What a change holds: see `pool_change.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import NamedTuple

from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.errors import ItemError, RuleError
from itembank.domain.items import CaseQuestion, Item, ItemType, MarkingLine, PracticalTask
from itembank.formats.errors import ContainerError
from keys.encoding import Json, canonical, read_object, text, whole

FIELDS = {"pool", "local_cap", "blueprint", "items", "figures", "records", "trainers"}


class ItemRecord(NamedTuple):
    """What a bank knows of an item's use: papers it was on, the newest one's day (YYYY-MM-DD), and who has seen it.

    `eyes`: numbers that stand for people and tell nobody who they are; one person has the same in every pool of a bank.
    """

    uses: int
    used_on: str
    eyes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PoolContent:
    """A whole pool. `local_cap`: points of a paper that may come from local pools beside it. `figures`: name → SVG text.

    `records`: of the items of which the bank knows something. `trainers`: eyes that stand aside from this exam.
    """

    pool: str
    local_cap: int
    blueprint: Blueprint
    items: tuple[Item, ...]
    figures: dict[str, str]
    records: dict[str, ItemRecord] = field(default_factory=dict)
    trainers: tuple[int, ...] = ()

    def encode(self) -> bytes:
        return canonical(
            {
                "pool": self.pool,
                "local_cap": self.local_cap,
                "blueprint": blueprint_document(self.blueprint),
                "items": [item_document(item) for item in self.items],
                "figures": self.figures,
                "records": records_document(self.records),
                "trainers": list(self.trainers),
            }
        )


def read_pool_content(data: bytes) -> PoolContent:
    """A pool's content in its one form, every item sound and of this pool. Raises TamperedError or ContainerError."""
    value = read_object(data, "pool", FIELDS)
    with sound_content():
        pool = text(value["pool"])
        return PoolContent(
            pool=pool,
            local_cap=whole(value["local_cap"]),
            blueprint=read_blueprint(value["blueprint"]),
            items=read_pool_items(value["items"], pool),
            figures=read_figures(value["figures"]),
            records=read_records(value["records"]),
            trainers=tuple(map(whole, value["trainers"])),
        )


@contextmanager
def sound_content() -> Iterator[None]:
    """Around the reading of what a stranger sealed: whatever its values are, it is our error."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError, RuleError) as error:
        raise ContainerError("pool.content") from error


def read_pool_items(values: Iterable[Json], pool: str) -> tuple[Item, ...]:
    """Items as their own bank would have taken them. Raises ItemError, also for one that is of another pool."""
    items = tuple(map(read_item, values))
    for item in items:
        if item.pool != pool or not item.item_no.startswith(f"{pool}-"):
            raise ItemError("item.pool", pool=item.pool)
        item.check()
    return items


def read_figures(value: Json) -> dict[str, str]:
    """Name → SVG text."""
    return {text(name): text(picture) for name, picture in value.items()}


def records_document(records: Mapping[str, ItemRecord]) -> Json:
    """Records as plain JSON values."""
    return {item_no: [record.uses, record.used_on, list(record.eyes)] for item_no, record in records.items()}


def read_records(value: Json) -> dict[str, ItemRecord]:
    """Item number → record. Raises TypeError or ValueError for what is none."""
    found = {}
    for item_no, (uses, used_on, eyes) in value.items():
        if used_on and date.fromisoformat(used_on).isoformat() != used_on:
            raise ValueError("a day is written YYYY-MM-DD")
        found[text(item_no)] = ItemRecord(whole(uses), text(used_on), tuple(map(whole, eyes)))
    return found


def item_document(item: Item) -> Json:
    """An item as plain JSON values: a lock is 0 or 1, no task is an empty object; only an item of a set, or of a ready-made
    paper, names one.

    An item of neither is told as it was before there were any: its mark in the bank stays, and nothing comes in anew for it.
    """
    # By name: `asdict` copies everything deep and takes most of the time of an import.
    of_set = {"item_set": item.item_set, "stimulus": item.stimulus} if item.item_set or item.stimulus else {}
    return {
        "item_no": item.item_no,
        "pool": item.pool,
        "type": item.type.value,
        "stem": item.stem,
        "options": item.options,
        "key": item.key,
        "point": item.point,
        "difficulty": item.difficulty,
        "congruence": item.congruence,
        "rationale": item.rationale,
        "source": item.source,
        "enemy_group": item.enemy_group,
        "options_locked": int(item.options_locked),
        "adapted_from": item.adapted_from,
        "questions": [asdict(question) for question in item.questions],
        "task": asdict(item.task) if item.task else {},
        **of_set,
        **({"fixed_form": item.fixed_form} if item.fixed_form else {}),
    }


def read_item(value: Json) -> Item:
    """An item from its plain JSON values. Raises KeyError, TypeError or ValueError for other ones."""
    return Item(
        **{
            **value,
            "type": ItemType(value["type"]),
            "options": tuple(value["options"]),
            "options_locked": bool(value["options_locked"]),
            "questions": tuple(_read_question(question) for question in value["questions"]),
            "task": _read_task(value["task"]) if value["task"] else None,
        }
    )


def _read_question(value: Json) -> CaseQuestion:
    return CaseQuestion(**{**value, "type": ItemType(value["type"]), "options": tuple(value["options"])})


def _read_task(value: Json) -> PracticalTask:
    return PracticalTask(
        minutes=value["minutes"],
        site_notice=tuple(value["site_notice"]),
        candidate_notice=tuple(value["candidate_notice"]),
        marking=tuple(MarkingLine(**line) for line in value["marking"]),
        vetoes=tuple(value["vetoes"]),
    )


def blueprint_document(blueprint: Blueprint) -> Json:
    """A blueprint as plain JSON values."""
    return asdict(blueprint)


def read_blueprint(value: Json) -> Blueprint:
    """A blueprint from its plain JSON values."""
    return Blueprint(
        **{
            **value,
            "nodes": tuple(BlueprintNode(**node) for node in value["nodes"]),
            "points": tuple(
                AssessmentPoint(**{**point, "importance": Importance(point["importance"])}) for point in value["points"]
            ),
        }
    )
