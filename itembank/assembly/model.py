"""The rules of a draw as rows of integers: low <= sum of coefficients of the chosen columns <= high.

Columns, form by form: "this card stands in this form", cards sorted by item number so that the order of the input never
matters; then "this set is used in this form", "this optional section is", "this ready-made paper is it", "this person has seen
the form"; then, where papers may share items, "this card stands in both". Papers that are drawn together stand in one model,
or the first would take what the second cannot do without. Every coefficient is an integer, so a result is re-checked exactly.

Enemies (互斥) are kept apart within a paper; two papers may each hold one of a group, because nobody ever sits both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard
from itembank.domain.plan import ANY, WHOLE, Band, Mode, Plan
from itembank.domain.pools import is_local

FORMS_AT_MOST = 3
"""Papers of one model; more are drawn one after another."""
GROUP_AT_MOST = 50
"""Items of one enemy group."""
ROWS_AT_MOST = 500
"""Lines of a blueprint that make a row each."""
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule for one form, or across forms where `form` is empty.

    `rule` is the family ("units"), `subject` what of it ("B-C-A"). `unit` is what one step counts ("item", "half" a point,
    "minute", "piece", "person", "paper", or "grade" for a hundredth of a difficulty grade), `step` how much of the sum that is.
    """

    rule: str
    subject: str
    form: str
    columns: Sequence[int]
    values: Sequence[int]
    low: int
    high: int
    unit: str = "item"
    step: int = 1

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.form, self.rule, self.subject) if part)

    def total(self, chosen: Sequence[int]) -> int:
        """The sum over a solution given as a number per column."""
        return sum(value * chosen[column] for column, value in zip(self.columns, self.values, strict=True))

    def holds(self, chosen: Sequence[int]) -> bool:
        return self.low <= self.total(chosen) <= self.high


@dataclass(frozen=True, slots=True)
class Model:
    """The cards that may be drawn, for which forms, and the rows they must keep. `halves`: what each card is worth."""

    forms: tuple[str, ...]
    cards: tuple[ItemCard, ...]
    halves: tuple[int, ...]
    columns: int
    rows: tuple[Row, ...]

    def column(self, form: str, card: int) -> int:
        return self.forms.index(form) * len(self.cards) + card

    @property
    def item_columns(self) -> range:
        """The columns that stand for an item in a form."""
        return range(len(self.forms) * len(self.cards))

    def drawn(self, form: str, chosen: Sequence[int]) -> list[ItemCard]:
        """The cards a solution puts in one form."""
        first = self.column(form, 0)
        return [card for card, taken in zip(self.cards, chosen[first : first + len(self.cards)], strict=True) if taken]

    def local(self, halves: int) -> Row:
        """A row that holds the halves of local items over all forms at this number."""
        columns, values = self._local_columns()
        return Row("national_first", "", "", columns, values, halves, halves, "half")

    def local_costs(self) -> list[int]:
        """What each column adds to the halves of local items."""
        costs = [0] * self.columns
        for column, value in zip(*self._local_columns(), strict=True):
            costs[column] = value
        return costs

    def _local_columns(self) -> tuple[list[int], list[int]]:
        local = [(i, self.halves[i]) for i, card in enumerate(self.cards) if is_local(card)]
        found = [(self.column(form, i), value) for form in self.forms for i, value in local]
        return [column for column, _ in found], [value for _, value in found]


def build(
    plan: Plan,
    blueprint: Blueprint,
    cards: Sequence[ItemCard],
    forms: Sequence[str],
    earlier: Iterable[Iterable[str]] = (),
) -> Model:
    """The model of one draw over sifted cards. `earlier`: items of the papers that were drawn before in the same draw.

    Raises PlanError for a bank whose groups are larger than what was measured.
    """
    layout = _Layout(len(forms), len(cards))
    rules = FormRules(plan, blueprint, cards, [set(paper) for paper in earlier])
    rows: list[Row] = []
    parts = [layout.form(f, rules) for f in range(len(forms))]
    for form, place in zip(forms, parts, strict=True):
        rows += rules.rows(form, place)
    rows += _across(plan, forms, len(cards), layout)
    return Model(tuple(forms), tuple(cards), tuple(rules.halves), layout.columns, tuple(rows))


def _halves(plan: Plan, card: ItemCard) -> int:
    section = plan.section_of(card.type, card.point)
    if section is None:
        raise PlanError("plan.card_points", item_no=card.item_no)
    return section.halves


@dataclass(slots=True)
class _Layout:
    """Where the columns of each form begin, and how many there are."""

    forms: int
    cards: int
    columns: int = 0

    def __post_init__(self) -> None:
        self.columns = self.forms * self.cards

    def form(self, number: int, rules: FormRules) -> _Place:
        """Where the columns of one form stand: its items, then one for each set, optional section and person."""
        place = _Place(number * self.cards)
        for kind, names in rules.switches.items():
            for name in names:
                place.switches[kind, name] = self.take()
        return place

    def take(self) -> int:
        """One more column."""
        self.columns += 1
        return self.columns - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """The first item column of a form, and its other columns by (kind, name)."""

    first: int
    switches: dict[tuple[str, str], int] = field(default_factory=dict)


Rule = tuple[str, str, Sequence[int], Sequence[int], Band, str, int]
"""A row before its form: rule, subject, card numbers, values, bounds, unit, step."""


class FormRules:
    """The rows of one form, worked out once over card numbers and put into the columns of each form."""

    def __init__(
        self, plan: Plan, blueprint: Blueprint, cards: Sequence[ItemCard], earlier: Sequence[Container[str]] = ()
    ) -> None:
        self.plan, self.blueprint, self.cards = plan, blueprint, cards
        self.halves = [_halves(plan, card) for card in cards]
        self.sets = _groups(cards, lambda card: card.item_set)
        self.people: dict[str, list[int]] = defaultdict(list)
        if plan.eyes_at_most:
            for i, card in enumerate(cards):
                for person in card.eyes:
                    self.people[str(person)].append(i)
        self.fixed = _groups(cards, lambda card: card.fixed_form) if plan.mode is Mode.FIXED else {}
        self.optional = [section for section in plan.sections if section.optional]
        self.switches = {
            "set": sorted(self.sets),
            "section": [f"{section.type} {section.area}" for section in self.optional],
            "fixed_form": sorted(self.fixed),
            "person": sorted(self.people),
        }
        self.rules = [
            *self._sections(), *self._content(), *self._marks(), *self._whole(), *self._crowds(), *self._tasks(),
            *self._overlaps(earlier),
        ]  # fmt: skip
        lines = sum(rule[0] not in ("per_point", "enemies", "overlap") for rule in self.rules)
        if lines > ROWS_AT_MOST:
            raise PlanError("plan.lines", found=lines, most=ROWS_AT_MOST)

    def rows(self, form: str, place: _Place) -> list[Row]:
        rows = [
            Row(rule, subject, form, [place.first + i for i in numbers], values, *band, unit, step)
            for rule, subject, numbers, values, band, unit, step in self.rules
        ]
        rows += self._sets(form, place) + self._optional(form, place)
        return rows + self._fixed(form, place) + self._eyes(form, place)

    def _sections(self) -> list[Rule]:
        return [
            self._items("sections", f"{section.type}{section.area and f' {section.area}'}", numbers,
                        Band(section.count, section.count))
            for section in self.plan.sections
            if not section.optional
            for numbers in [[i for i, card in enumerate(self.cards) if section.takes(card.type, card.point)]]
        ]  # fmt: skip

    def _content(self) -> list[Rule]:
        """Areas and units by points, units by items."""
        inside = self._by_area()
        depth = {node.code: node.depth for node in self.blueprint.nodes}
        rules = [
            self._points(_area_rule(depth[code]), code, inside.get(code, []), band)
            for code, band in self.plan.content_bands(self.blueprint).items()
        ]
        units = self.plan.unit_bands(self.blueprint)
        return rules + [self._items("units", code, inside.get(code, []), band) for code, band in units.items()]

    def _by_area(self) -> dict[str, list[int]]:
        inside: dict[str, list[int]] = defaultdict(list)
        for i, card in enumerate(self.cards):
            area = card.point
            while area := area.rpartition("-")[0]:
                inside[area].append(i)
        return inside

    def _marks(self) -> list[Rule]:
        """Importance of the points, and difficulty grades."""
        importance = {point.code: point.importance for point in self.blueprint.points}
        of_importance = _groups(self.cards, lambda card: importance[card.point])
        of_grade = _groups(self.cards, lambda card: str(card.difficulty))
        return [
            self._points("importance", name, of_importance.get(name, []), Band(2 * band.low, 2 * band.high))
            for name, band in self.plan.importance
        ] + [self._items("grades", str(grade), of_grade.get(str(grade), []), band) for grade, band in self.plan.grades]

    def _whole(self) -> list[Rule]:
        plan, every = self.plan, range(len(self.cards))
        weighted = [100 * self.halves[i] * self.cards[i].difficulty for i in every]
        low, high = plan.mean_difficulty
        return [
            self._items("figures", "", [i for i in every if self.cards[i].has_figure], Band(plan.figures_at_least, ANY)),
            self._items("formulas", "", [i for i in every if self.cards[i].has_formula], Band(plan.formulas_at_least, ANY)),
            ("mean_difficulty", "", every, weighted, Band(low * WHOLE, high * WHOLE), "grade", WHOLE),
            self._points("local_cap", "", [i for i in every if is_local(self.cards[i])], Band(0, 2 * plan.local_cap)),
        ]

    def _crowds(self) -> list[Rule]:
        """At most so many items of a point, one of an enemy group; what is not larger needs no row."""
        points = _groups(self.cards, lambda card: card.point)
        enemies = _groups(self.cards, lambda card: card.enemy_group)
        for name, numbers in enemies.items():
            # Of ready-made papers, each of which is one that was looked at alone, no two are put together.
            if len(numbers) > GROUP_AT_MOST and self.plan.mode is not Mode.FIXED:
                raise PlanError("plan.enemies", group=name, found=len(numbers), most=GROUP_AT_MOST)
        most = self.plan.per_point
        return [
            self._items("per_point", name, numbers, Band(0, most)) for name, numbers in points.items() if len(numbers) > most
        ] + [self._items("enemies", name, numbers, Band(0, 1)) for name, numbers in enemies.items() if len(numbers) > 1]

    def _tasks(self) -> list[Rule]:
        """Time and equipment of an operation-skill paper."""
        if not self.plan.is_practical:
            return []
        every = range(len(self.cards))
        minutes = [card.minutes for card in self.cards]
        rules: list[Rule] = [("task_minutes", "", every, minutes, self.plan.task_minutes, "minute", 1)]
        for name, there in self.plan.equipment:
            needs = [equipment_needed(card, name) for card in self.cards]
            users = [i for i in every if needs[i]]
            rules.append(("equipment", name, users, [needs[i] for i in users], Band(0, there), "piece", 1))
        return rules

    def _overlaps(self, earlier: Sequence[Container[str]]) -> list[Rule]:
        """What may be shared with each paper that was drawn before."""
        return [
            self._items("overlap", str(number), [i for i, card in enumerate(self.cards) if card.item_no in paper],
                        Band(0, self.plan.overlap))
            for number, paper in enumerate(earlier, start=1)
        ]  # fmt: skip

    def _items(self, rule: str, subject: str, numbers: Sequence[int], band: Band) -> Rule:
        return rule, subject, numbers, [1] * len(numbers), band, "item", 1

    def _points(self, rule: str, subject: str, numbers: Sequence[int], band: Band) -> Rule:
        return rule, subject, numbers, [self.halves[i] for i in numbers], band, "half", 1

    def _sets(self, form: str, place: _Place) -> list[Row]:
        """An item of a set only with its set, and of a set that is used as many as the plan says."""
        low, high = self.plan.set_items
        rows = []
        for name, numbers in self.sets.items():
            switch = place.switches["set", name]
            columns = [place.first + i for i in numbers]
            ones = [1] * len(numbers)
            rows.append(Row("sets", name, form, [*columns, switch], [*ones, -low], 0, ANY))
            rows.append(Row("sets", name, form, [*columns, switch], [*ones, -min(high, len(numbers))], -ANY, 0))
            rows += [Row("sets", name, form, [column, switch], [1, -1], -1, 0) for column in columns]
        if self.sets or self.plan.sets.low:
            switches = [place.switches["set", name] for name in self.sets]
            rows.append(Row("set_count", "", form, switches, [1] * len(switches), *self.plan.sets))
        return rows

    def _optional(self, form: str, place: _Place) -> list[Row]:
        """All items of an optional section or none, and as many sections as the plan says."""
        rows = []
        for section in self.optional:
            columns = [place.first + i for i, card in enumerate(self.cards) if section.takes(card.type, card.point)]
            name = f"{section.type} {section.area}"
            switch = place.switches["section", name]
            rows.append(Row("sections", name, form, [*columns, switch], [*[1] * len(columns), -section.count], 0, 0))
        if self.optional:
            switches = [place.switches["section", f"{section.type} {section.area}"] for section in self.optional]
            asked = self.plan.optional_sections
            rows.append(Row("optional", "", form, switches, [1] * len(switches), asked, asked))
        return rows

    def _fixed(self, form: str, place: _Place) -> list[Row]:
        """One ready-made paper, with every item of it."""
        if self.plan.mode is not Mode.FIXED:
            return []
        switches = [place.switches["fixed_form", name] for name in self.fixed]
        rows = [Row("fixed_forms", "", form, switches, [1] * len(switches), 1, 1, "paper")]
        for switch, (name, numbers) in zip(switches, self.fixed.items(), strict=True):
            rows += [Row("fixed_form", name, form, [place.first + i, switch], [1, -1], 0, 0) for i in numbers]
        return rows

    def _eyes(self, form: str, place: _Place) -> list[Row]:
        """Whoever has seen one item of the paper counts, and only so many may.

        A row for each item and person: one row a person says the same and takes several times as long to solve.
        """
        rows = []
        for name, numbers in self.people.items():
            switch = place.switches["person", name]
            rows += [Row("seen", name, form, [place.first + i, switch], [1, -1], -1, 0) for i in numbers]
        if self.people:
            switches = [place.switches["person", name] for name in self.people]
            rows.append(Row("eyes", "", form, switches, [1] * len(switches), 0, self.plan.eyes_at_most, "person"))
        return rows


def _across(plan: Plan, forms: Sequence[str], cards: int, layout: _Layout) -> list[Row]:
    """How often an item may stand in the forms of one model, and how many items two of them may share."""
    count = len(forms)
    if count == 1:
        return []
    rows = []
    if plan.papers_per_item < count:
        ones = [1] * count
        rows = [
            Row("distinct", str(i), "", [f * cards + i for f in range(count)], ones, 0, plan.papers_per_item)
            for i in range(cards)
        ]
    if plan.papers_per_item > 1:
        for f, g in combinations(range(count), 2):
            shared = [layout.take() for _ in range(cards)]
            rows += [
                Row("shared", str(i), "", [f * cards + i, g * cards + i, shared[i]], [1, 1, -1], -1, 1) for i in range(cards)
            ]
            rows.append(Row("overlap", f"{forms[f]}{forms[g]}", "", shared, [1] * cards, 0, plan.overlap))
    return rows


def _area_rule(depth: int) -> str:
    return f"areas_{depth}" if depth <= 2 else "units"


def _groups(cards: Sequence[ItemCard], group: Callable[[ItemCard], str]) -> Mapping[str, list[int]]:
    """Group → card numbers, by name; cards without a group are left out."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, card in enumerate(cards):
        if name := group(card):
            groups[name].append(i)
    return dict(sorted(groups.items()))


def equipment_needed(card: ItemCard, name: str) -> int:
    """How many of a thing a task needs: the first number behind its name in the lines of its site notice, else 1."""
    needed = 0
    for line in card.site_notice:
        if name in line:
            number = _NUMBER.search(line.partition(name)[2])
            needed += int(number.group()) if number else 1
    return needed
