"""What a bank is about: occupations (职业), their work types (工种) and levels (等级), and the editions of a bank.

The same occupation has another code in each dictionary (职业分类大典), so a code says nothing without the dictionary's year. A
code is text: `6-31-01-03`, and `X2-02-13-07` for one added between two dictionaries. A level is always shown with both its
names, 三级/高级工; above and below the five that are examined stand three that have one name and no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from itembank.domain.errors import OccupationError

CODE = re.compile(r"X?[0-9](?:-X?[0-9]{2}){3}")
SUBJECTS = {"L": "理论知识", "C": "操作技能"}
NAME_AT_MOST = 36
"""Characters, of an occupation or a work type: the latter stands in a blueprint's key."""
EDITION_NAME_AT_MOST = 40
"""Characters."""
GRACE_AT_MOST = 365
"""Days an edition may still be drawn from after its successor's first day."""


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """A level by both its names, 三级 and 高级工. `number`: 5 to 1, and 0 where there is no 级 and `grade` is empty."""

    number: int
    grade: str
    title: str

    @property
    def text(self) -> str:
        return f"{self.grade}/{self.title}" if self.grade else self.title

    @property
    def spellings(self) -> tuple[str, ...]:
        """The words by which files call this level: 三级, 3级, 3, 国家职业资格三级, 高级工, 高级."""
        if not self.number:
            return (self.title,)
        by_number = (self.grade, f"{self.number}级", str(self.number), f"国家职业资格{self.grade}")
        return (*by_number, self.title, self.title.removesuffix("工"))


SKILL_LEVELS = (
    SkillLevel(0, "", "学徒工"),
    SkillLevel(5, "五级", "初级工"),
    SkillLevel(4, "四级", "中级工"),
    SkillLevel(3, "三级", "高级工"),
    SkillLevel(2, "二级", "技师"),
    SkillLevel(1, "一级", "高级技师"),
    SkillLevel(0, "", "特级技师"),
    SkillLevel(0, "", "首席技师"),
)
"""From the lowest to the highest (新八级工)."""
LEVELS = {level.number: level.text for level in SKILL_LEVELS if level.number}
"""The examined levels, 5 to 1, as mastheads print them."""
_SPELLED = {word: level for level in SKILL_LEVELS for word in level.spellings}


def level_of(text: str) -> SkillLevel:
    """The level of 三级/高级工, 三级, 高级工, 高级, 高级工(三级) or 3. Raises OccupationError, also for two levels in one."""
    words = [word for word in re.split(r"[/()\s]+", unicodedata.normalize("NFKC", text)) if word]
    named = {_SPELLED.get(word) for word in words}
    level = named.pop() if len(named) == 1 else None
    if level is None:
        raise OccupationError("occupation.level", found=text)
    return level


@dataclass(frozen=True, slots=True)
class OccupationKey:
    """Which occupation: a code in one edition of the dictionary."""

    dictionary_year: int
    code: str

    @classmethod
    def of(cls, text: str) -> OccupationKey:
        """The key as `text` writes it. Raises OccupationError."""
        year, _, code = text.partition("/")
        key = cls(int(year) if year.isdecimal() and year.isascii() else 0, code)
        key.check()
        return key

    @property
    def text(self) -> str:
        """`2022/6-31-01-03`."""
        return f"{self.dictionary_year}/{self.code}"

    def check(self) -> None:
        """Raise OccupationError unless year and code are of their form."""
        if not CODE.fullmatch(self.code) or not 1900 <= self.dictionary_year <= 2099:
            raise OccupationError("occupation.code", found=self.code, year=self.dictionary_year)


@dataclass(frozen=True, slots=True)
class Occupation:
    """One entry of the dictionary, its work types (工种), and what it was called in an earlier dictionary."""

    code: str
    dictionary_year: int
    name: str
    work_types: tuple[str, ...] = ()
    predecessor: OccupationKey | None = None

    @property
    def key(self) -> OccupationKey:
        return OccupationKey(self.dictionary_year, self.code)

    def check(self) -> None:
        """Raise OccupationError unless code and names are sound and the predecessor is another, not a later one."""
        self.key.check()
        check_names(self.code, self.name, self.work_types)
        if self.predecessor is not None:
            self.predecessor.check()
            if self.predecessor == self.key or self.predecessor.dictionary_year > self.dictionary_year:
                raise OccupationError("occupation.predecessor", code=self.code, found=self.predecessor.code)


def check_names(code: str, name: str, work_types: Sequence[str]) -> None:
    """Raise OccupationError unless the names are sound and no work type is there twice. One may be called like the whole."""
    sound = all(one == one.strip() and one.isprintable() and 0 < len(one) <= NAME_AT_MOST for one in (name, *work_types))
    if not sound or len(set(work_types)) != len(work_types):
        raise OccupationError("occupation.names", code=code, most=NAME_AT_MOST)


Register = Mapping[OccupationKey, Occupation]
"""The occupations a bank has entered."""


def earlier_keys(key: OccupationKey, register: Register) -> list[OccupationKey]:
    """What the occupation was called before, the latest first, as far as the register tells."""
    found: list[OccupationKey] = []
    entry = register.get(key)
    while entry is not None and entry.predecessor is not None and entry.predecessor not in (key, *found):
        found.append(entry.predecessor)
        entry = register.get(entry.predecessor)
    return found


def is_same_occupation(one: OccupationKey, other: OccupationKey, register: Register) -> bool:
    """Whether one is what the other was called before. Two that came from one by its division are not the same."""
    return one == other or one in earlier_keys(other, register) or other in earlier_keys(one, register)


def check_occupation_enters(occupation: Occupation, register: Register) -> None:
    """Raise OccupationError unless it is sound and its predecessors do not lead back to it."""
    occupation.check()
    if occupation.predecessor and occupation.key in earlier_keys(occupation.predecessor, register):
        raise OccupationError("occupation.predecessor", code=occupation.code, found=occupation.predecessor.code)


def check_registered(key: OccupationKey, name: str, work_type: str, register: Register) -> None:
    """Raise OccupationError unless this is an occupation of the register under its name. An empty register asks nothing."""
    if not register:
        return
    entry = register.get(key)
    if entry is None:
        raise OccupationError("occupation.unknown", found=key.code, year=key.dictionary_year)
    if name != entry.name:
        raise OccupationError("occupation.other_name", code=key.code, found=name, name=entry.name)
    if work_type and work_type not in entry.work_types:
        raise OccupationError("occupation.work_type", code=key.code, found=work_type, known="、".join(entry.work_types))


@dataclass(frozen=True, slots=True)
class BankEdition:
    """An edition of a bank (题库版本). It begins on `from_day` and ends `grace_days` after its successor has begun."""

    name: str
    from_day: date
    grace_days: int

    def check(self) -> None:
        """Raise OccupationError unless it has a name and the grace is at most a year."""
        if not self.name.strip() or len(self.name) > EDITION_NAME_AT_MOST:
            raise OccupationError("edition.name", found=self.name, most=EDITION_NAME_AT_MOST)
        if not 0 <= self.grace_days <= GRACE_AT_MOST:
            raise OccupationError("edition.grace", name=self.name, found=self.grace_days, most=GRACE_AT_MOST)

    def is_current(self, day: date) -> bool:
        """Whether it has begun."""
        return self.from_day <= day

    def may_still_draw(self, day: date, successor: BankEdition) -> bool:
        """Whether papers may be drawn from it on this day, known who follows it: until the cut-over, and in its grace after.

        With `grace_days` 0 the last day is the one before the cut-over. Raises OccupationError when the other is earlier.
        """
        if successor.from_day <= self.from_day:
            raise OccupationError("edition.order", name=self.name, successor=successor.name)
        return self.is_current(day) and day <= self.last_day(successor)

    def last_day(self, successor: BankEdition) -> date:
        """The last day papers may be drawn from it, known who follows it."""
        return successor.from_day + timedelta(days=self.grace_days - 1)


class EditionState(StrEnum):
    """Where an edition stands on a day: before its first day, in force, in its grace, or over."""

    NOT_BEGUN = "not_begun"
    CURRENT = "current"
    GRACE = "grace"
    OVER = "over"


EDITION_STATES = {
    EditionState.NOT_BEGUN: "未启用",
    EditionState.CURRENT: "现行",
    EditionState.GRACE: "过渡期",
    EditionState.OVER: "停用",
}


def edition_state(edition: BankEdition, editions: Iterable[BankEdition], day: date) -> EditionState:
    """Where it stands among the editions of its bank."""
    successor = successor_of(edition, editions)
    if not edition.is_current(day):
        return EditionState.NOT_BEGUN
    if successor is None or not successor.is_current(day):
        return EditionState.CURRENT
    return EditionState.GRACE if edition.may_still_draw(day, successor) else EditionState.OVER


def successor_of(edition: BankEdition, editions: Iterable[BankEdition]) -> BankEdition | None:
    """The edition that follows it next."""
    later = (other for other in editions if other.from_day > edition.from_day)
    return min(later, key=lambda other: other.from_day, default=None)


def check_edition_enters(edition: BankEdition, known: Iterable[BankEdition], day: date) -> None:
    """Raise OccupationError unless the edition may be entered on this day beside those that are known.

    One of the same name is replaced as long as it has not begun: a mistyped day is corrected. No two begin on one day, and
    none that follows another on a day that is past.
    """
    edition.check()
    for other in known:
        if other.name != edition.name and other.from_day < edition.from_day < day:
            # It would have ended the one in force without anybody's having known.
            raise OccupationError("edition.past", name=edition.name, from_day=edition.from_day.isoformat())
        if other.name == edition.name and other.is_current(day):
            raise OccupationError("edition.begun", name=edition.name)
        if other.name != edition.name and other.from_day == edition.from_day:
            raise OccupationError("edition.order", name=other.name, successor=edition.name)


def current_edition(editions: Sequence[BankEdition], day: date) -> str:
    """The name of the edition in force; `1` in a bank that has entered none, which is never asked for."""
    current = [edition.name for edition in editions if edition_state(edition, editions, day) is EditionState.CURRENT]
    return current[0] if current else "1"


def check_may_draw(name: str, editions: Sequence[BankEdition], day: date) -> None:
    """Raise OccupationError unless papers may be drawn from this edition on this day. A bank without editions asks nothing."""
    if not editions:
        return
    edition = next((edition for edition in editions if edition.name == name), None)
    if edition is None:
        raise OccupationError("edition.unknown", name=name, known="、".join(edition.name for edition in editions))
    state, successor = edition_state(edition, editions, day), successor_of(edition, editions)
    if state is EditionState.NOT_BEGUN:
        raise OccupationError("edition.not_begun", name=name, from_day=edition.from_day.isoformat())
    if state is EditionState.OVER and successor:
        last = edition.last_day(successor)
        raise OccupationError("edition.over", name=name, last_day=last.isoformat(), successor=successor.name)
