"""A plan (组卷计划书) as a file people write, and as the plain values that are signed.

    preset = "80题型"              optional: every key that follows replaces one of this plan
    name = "电工四级 2026"          its own, never a preset's
    occupation = "电工"            whose plan it is; left out: any
    level = 4
    subject = "理论知识"
    mode = "point"                 point 按鉴定点, type 按题型, fixed 套题
    minutes = 90
    mean_difficulty = [2.6, 3.4]   grades
    [[sections]]
    type = "single"
    count = 160
    points = 0.5                   whole or half points
    [importance]
    X = [55, 100]                  points
    [grades]
    1 = [7, 15]                    items
    [content]
    "A-B" = [8, 12]                points

Keys are the names of `domain.plan.Plan`; `config/plan.toml` has all of them. An unknown key, a missing one, and a value of
another kind are refused with the key's name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from itembank.domain.blueprint import Importance
from itembank.domain.items import ItemType
from itembank.domain.plan import ANY, PLANS, Band, Mode, Plan, Section
from itembank.formats.errors import PlanFileError
from keys.encoding import Json

LONGEST = 64 << 10
"""Bytes of a plan's file."""
_DEFAULT = Plan("", (), 0)
_NEEDED = ("name", "sections", "minutes")
_SECTION, _SECTION_NEEDED = ("type", "count", "points", "area", "optional"), ("type", "count", "points")
_BANDS = ("sets", "set_items", "task_minutes")
_TABLES = ("content", "importance", "grades", "equipment")
_GRADES = {str(grade): grade for grade in range(1, 6)}


def read_plan_file(data: bytes) -> Plan:
    """The plan of a TOML file, checked. Raises PlanFileError with the key, or PlanError."""
    if len(data) > LONGEST:
        raise PlanFileError("plan.toml", reason=f"> {LONGEST} B")
    try:
        values = tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise PlanFileError("plan.toml", reason=str(error)[:80]) from error
    preset = values.pop("preset", None)
    if preset is not None and (not isinstance(preset, str) or preset not in PLANS):
        raise PlanFileError("plan.unknown", plan=str(preset)[:40])
    _check_keys(values, [field.name for field in fields(Plan)], _NEEDED if preset is None else ("name",))
    base = _DEFAULT if preset is None else PLANS[preset]
    plan = replace(base, **{key: _value(key, value) for key, value in values.items()})
    if not plan.name.strip():
        raise PlanFileError("plan.value", key="name", found=plan.name)
    if plan.name in PLANS and plan != PLANS[plan.name]:
        raise PlanFileError("plan.name_taken", plan=plan.name)
    plan.check()
    return plan


def _check_keys(values: Mapping[str, Any], known: Collection[str], needed: Collection[str], place: str = "") -> None:
    """Raise PlanFileError for the first key that is unknown or missing. `place`: what stands before it in the refusal."""
    for key in (*sorted(set(values) - set(known)), *sorted(set(needed) - set(values))):
        raise PlanFileError("plan.key", key=f"{place}{key}")


def _value(key: str, value: Any) -> Any:
    """One key's value as the plan has it."""
    try:
        if key == "sections":
            return tuple(_section(section) for section in value)
        if key == "mean_difficulty":
            return Band(*(_scaled(grade, 100) for grade in value))
        if key in _BANDS:
            return _band(value)
        if key in _TABLES:
            return _table(key, value)
        if key == "mode":
            return Mode(value)
        kind = type(getattr(_DEFAULT, key))
        return _whole(value) if kind is int else _of(kind, value)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise PlanFileError("plan.value", key=key, found=str(value)[:60]) from error


def _section(value: Mapping[str, Any]) -> Section:
    if not isinstance(value, dict):
        raise TypeError
    _check_keys(value, _SECTION, _SECTION_NEEDED, "sections.")
    optional, area = value.get("optional", False), value.get("area", "")
    halves = _scaled(value["points"], 2)
    return Section(ItemType(value["type"]), _whole(value["count"]), halves, _of(str, area), _of(bool, optional))


def _table(key: str, value: Mapping[str, Any]) -> tuple[tuple[Any, Any], ...]:
    if key == "equipment":
        return tuple((_named(name), _whole(number)) for name, number in value.items())
    named: Callable[[str], Any] = {"content": _named, "importance": Importance, "grades": _GRADES.__getitem__}[key]
    return tuple((named(name), _band(band)) for name, band in value.items())


def _named(name: str) -> str:
    if not name.strip():
        raise ValueError
    return name


def _band(value: Any) -> Band:
    low, high = value
    return Band(_whole(low), _whole(high))


def _of(kind: type, value: Any) -> Any:
    """The value, of this very kind: true is no number. Raises TypeError."""
    if type(value) is not kind:
        raise TypeError
    return value


def _whole(value: Any) -> int:
    """Raises TypeError or ValueError unless it is a whole number."""
    number: int = _of(int, value)
    if not 0 <= number <= ANY:
        raise ValueError
    return number


def _scaled(value: Any, steps: int) -> int:
    """A number as so many steps of one. Raises TypeError, ValueError or ArithmeticError unless they are whole."""
    if type(value) not in (int, Decimal):
        raise TypeError
    # The size first: 1e999999999 would have as many digits as a whole number.
    if not 0 <= value <= ANY:
        raise ValueError
    number = int(value * steps)
    if Decimal(number) / steps != value:
        raise ValueError
    return number


def plan_document(plan: Plan) -> Json:
    """The whole plan as plain JSON values, numbers being whole: what is hashed, signed and kept with a certificate."""
    document: Json = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    for name, value in document.items():
        if isinstance(value, bool):
            document[name] = int(value)
        elif isinstance(value, tuple):
            document[name] = [_plain(one) for one in value]
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, Section):
        return {"type": value.type.value, "count": value.count, "halves": value.halves, "area": value.area,
                "optional": int(value.optional)}  # fmt: skip
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def read_plan_document(value: Mapping[str, Any]) -> Plan:
    """The inverse. Raises TypeError, KeyError or ValueError for other values; does not `check` it."""
    return Plan(
        **{
            **value,
            "mode": Mode(value["mode"]),
            "units_by_items": bool(value["units_by_items"]),
            "by_use": bool(value["by_use"]),
            "sections": tuple(
                Section(**{**section, "type": ItemType(section["type"]), "optional": bool(section["optional"])})
                for section in value["sections"]
            ),
            "content": tuple((area, Band(*band)) for area, band in value["content"]),
            "importance": tuple((Importance(name), Band(*band)) for name, band in value["importance"]),
            "grades": tuple((grade, Band(*band)) for grade, band in value["grades"]),
            "equipment": tuple((name, there) for name, there in value["equipment"]),
            **{name: Band(*value[name]) for name in ("mean_difficulty", *_BANDS)},
        }
    )
