"""A plan (组卷计划书) as a file people write, and as the plain values that are signed.

    preset = "80题型"              optional: every key that follows replaces one of this plan
    name = "电工四级 2026"
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

Keys are the names of `domain.plan.Plan`. An unknown key, and a number of another kind, is refused with its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from itembank.domain.blueprint import Importance
from itembank.domain.items import ItemType
from itembank.domain.plan import ANY, PLANS, Band, Mode, Plan, Section
from itembank.formats.errors import PlanFileError
from keys.encoding import Json

_DEFAULT = Plan("", (), 0)
_BANDS = ("sets", "set_items", "task_minutes")
_TABLES = ("content", "importance", "grades", "equipment")


def read_plan_file(data: bytes) -> Plan:
    """The plan of a TOML file, checked. Raises PlanFileError with the key, or PlanError."""
    try:
        values = tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError) as error:
        raise PlanFileError("plan.toml", reason=str(error)[:80]) from error
    preset = values.pop("preset", None)
    if preset is not None and preset not in PLANS:
        raise PlanFileError("plan.unknown", plan=str(preset)[:40])
    base = PLANS[preset] if preset else _DEFAULT
    known = {field.name for field in fields(Plan)}
    if unknown := sorted(set(values) - known):
        raise PlanFileError("plan.key", key=unknown[0])
    if not preset and (missing := sorted({"name", "sections", "minutes"} - set(values))):
        raise PlanFileError("plan.key", key=missing[0])
    plan = replace(base, **{key: _value(key, value) for key, value in values.items()})
    plan.check()
    return plan


def _value(key: str, value: Any) -> Any:
    """One key's value as the plan has it."""
    try:
        if key == "sections":
            return tuple(_section(section) for section in value)
        if key == "mean_difficulty":
            return Band(*(_whole(100 * grade) for grade in value))
        if key in _BANDS:
            return _band(value)
        if key in _TABLES:
            return _table(key, value)
        if key == "mode":
            return Mode(value)
        wanted = type(getattr(_DEFAULT, key))
        if type(value) is not wanted or (wanted is int and not 0 <= value <= ANY):
            raise TypeError
        return value
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise PlanFileError("plan.value", key=key, found=str(value)[:60]) from error


def _section(value: Mapping[str, Any]) -> Section:
    if set(value) - {"type", "count", "points", "area", "optional"}:
        raise KeyError
    optional, area = value.get("optional", False), value.get("area", "")
    if not isinstance(optional, bool) or not isinstance(area, str):
        raise TypeError
    return Section(ItemType(value["type"]), _whole(value["count"]), _whole(2 * value["points"]), area, optional)


def _table(key: str, value: Mapping[str, Any]) -> tuple[tuple[Any, Any], ...]:
    if key == "equipment":
        return tuple((name, _whole(number)) for name, number in value.items())
    named = {"content": str, "importance": Importance, "grades": int}[key]
    return tuple((named(name), _band(band)) for name, band in value.items())


def _band(value: Any) -> Band:
    low, high = value
    return Band(_whole(low), _whole(high))


def _whole(value: Any) -> int:
    """A whole number, also one written 60.0. Raises TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise TypeError
    number = int(value)
    if number != value or not 0 <= number <= ANY:
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
