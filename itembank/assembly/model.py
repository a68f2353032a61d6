"""The rules of a draw as rows of integers: lo <= sum of coefficients of the chosen columns <= hi.

One column is "this card stands in this form"; there are `forms x cards` of them, form by form, cards sorted by item
number so that the order of the input never matters. Both papers of a sitting are chosen together, or the first would
take what the second cannot do without. All coefficients are non-negative integers, so a result is re-checked exactly.

Enemies (互斥) are kept apart within a paper; the main and the spare paper may each hold one of a group, because nobody
ever sits both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Form
from itembank.domain.plan import Plan
from itembank.domain.pools import is_local

FORMS = (Form.MAIN, Form.SPARE)
MOST_CARDS = 20_000  # measured up to here; a larger bank has to be narrowed before the draw
FORM_ZH = {Form.MAIN: "正卷", Form.SPARE: "备用卷"}
FORM_EN = {Form.MAIN: "main paper", Form.SPARE: "spare paper"}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule for one form (or, with form None, across forms). `terms`: (column, coefficient).

    `rule` is the family ("units"), `subject` what of it ("B-C-A"); zh and en name it for people. `unit` is what one
    step counts ("item", "point", or "grade" for a hundredth of a difficulty grade), `step` how much of the sum that is.
    """

    rule: str
    subject: str
    form: Form | None
    zh: str
    en: str
    terms: tuple[tuple[int, int], ...]
    lo: int
    hi: int
    unit: str = "item"
    step: int = 1

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.form, self.rule, self.subject) if part)

    def total(self, chosen: Sequence[int]) -> int:
        """The sum over a solution given as 0 or 1 per column."""
        return sum(coefficient * chosen[column] for column, coefficient in self.terms)

    def holds(self, chosen: Sequence[int]) -> bool:
        return self.lo <= self.total(chosen) <= self.hi


@dataclass(frozen=True, slots=True)
class Model:
    """The cards that may be drawn, and the rows they must keep. Columns: form 0 cards, then form 1 cards."""

    cards: tuple[ItemCard, ...]
    rows: tuple[Row, ...]
    values: tuple[int, ...]  # points of each card in this plan

    @property
    def columns(self) -> int:
        return len(FORMS) * len(self.cards)

    def column(self, form: Form, card: int) -> int:
        return FORMS.index(form) * len(self.cards) + card

    def card_of(self, column: int) -> ItemCard:
        return self.cards[column % len(self.cards)]

    def drawn(self, form: Form, chosen: Sequence[int]) -> list[ItemCard]:
        """The cards a solution puts in one form."""
        return [card for i, card in enumerate(self.cards) if chosen[self.column(form, i)]]

    def local_points(self, least: int | None = None) -> Row:
        """Points of local items over both papers; with `least` given, a row that holds the sum at it."""
        terms = tuple(
            (self.column(form, i), self.values[i]) for form in FORMS for i, card in enumerate(self.cards) if is_local(card)
        )
        hi = sum(value for _, value in terms) if least is None else least
        return Row("national_first", "", None, "国家题库优先", "national pool first", terms, least or 0, hi, "point")


def build(plan: Plan, blueprint: Blueprint, cards: Iterable[ItemCard]) -> Model:
    """The model of one draw. Raises PlanError when plan and cards contradict themselves before any solving."""
    plan.check()
    points_of = _points_by_type(plan)
    usable = sorted(_sound(cards, blueprint), key=lambda card: card.item_no)
    eligible = tuple(card for card in usable if card.type in points_of)
    if len(eligible) > MOST_CARDS:
        raise PlanError("plan.bank_too_large", found=len(eligible), most=MOST_CARDS)
    values = tuple(points_of[card.type] for card in eligible)
    model = Model(eligible, (), values)
    rows = [row for form in FORMS for row in _Rows(model, form).of(plan, blueprint)]
    return Model(eligible, (*rows, *_disjoint(model)), values)


def _points_by_type(plan: Plan) -> dict[ItemType, int]:
    """Points an item of each type is worth. One section a type, or an item's worth would be undecided."""
    doubled = [type_ for type_, times in Counter(section.type for section in plan.sections).items() if times > 1]
    if doubled:
        raise PlanError("plan.section_doubled", type=str(doubled[0]))
    return {section.type: section.points for section in plan.sections}


def _sound(cards: Iterable[ItemCard], blueprint: Blueprint) -> list[ItemCard]:
    known = {point.code for point in blueprint.points}
    sound = list(cards)
    doubled = [item_no for item_no, times in Counter(card.item_no for card in sound).items() if times > 1]
    if doubled:
        raise PlanError("plan.card_doubled", item_no=doubled[0])
    for card in sound:
        if card.point not in known:
            raise PlanError("plan.card_point", item_no=card.item_no, point=card.point)
    return sound


def _disjoint(model: Model) -> list[Row]:
    """No item stands in both papers."""
    return [
        Row("distinct", card.item_no, None, "正卷与备用卷无相同试题", "no item in both papers",
            tuple((model.column(form, i), 1) for form in FORMS), 0, 1)
        for i, card in enumerate(model.cards)
    ]  # fmt: skip


class _Rows:
    """Writes the rows of one form."""

    def __init__(self, model: Model, form: Form) -> None:
        self.model = model
        self.form = form

    def of(self, plan: Plan, blueprint: Blueprint) -> list[Row]:
        return [
            *self._sections(plan),
            *self._areas(plan, blueprint),
            *self._per_point(plan),
            *self._enemies(),
            *self._whole_paper(plan),
        ]

    def _row(
        self,
        rule: str,
        subject: str,
        labels: tuple[str, str],
        bounds: tuple[int, int | None],
        belongs: Callable[[ItemCard], bool],
        worth: Callable[[int], int] | None = None,
        unit: str = "item",
        step: int = 1,
    ) -> Row:
        """A row over the cards that belong; each counts 1, or `worth(card index)`. No upper bound: all of them."""
        terms = tuple(
            (self.model.column(self.form, i), worth(i) if worth else 1)
            for i, card in enumerate(self.model.cards)
            if belongs(card)
        )
        lo, hi = bounds
        most = sum(coefficient for _, coefficient in terms)
        zh, en = labels
        return Row(rule, subject, self.form, zh, en, terms, lo, most if hi is None else hi, unit, step)

    def _sections(self, plan: Plan) -> list[Row]:
        return [
            self._row(
                "sections",
                str(section.type),
                (f"{section.type.zh}题量", f"number of {section.type.en} items"),
                (section.count, section.count),
                lambda card, type_=section.type: card.type is type_,  # type: ignore[misc]
            )
            for section in plan.sections
        ]

    def _areas(self, plan: Plan, blueprint: Blueprint) -> list[Row]:
        """Weight plus or minus the tolerance, in points: levels 1 and 2 are areas, everything below is a unit."""
        rows = []
        for node in blueprint.nodes:
            is_area = node.depth <= 2
            tolerance = plan.area_tolerance if is_area else plan.unit_tolerance
            target = node.weight * plan.points // 100
            rows.append(
                self._row(
                    f"areas_{node.depth}" if is_area else "units",
                    node.code,
                    (f"{node.code} {node.name}的分数", f"points of area {node.code}"),
                    (max(0, target - tolerance), target + tolerance),
                    lambda card, inside=node.code + "-": card.point.startswith(inside),  # type: ignore[misc]
                    self.model.values.__getitem__,
                    "point",
                )
            )
        return rows

    def _per_point(self, plan: Plan) -> list[Row]:
        return self._at_most(
            "per_point", plan.per_point, lambda card: card.point, ("鉴定点{}的题数", "items of assessment point {}")
        )

    def _enemies(self) -> list[Row]:
        return self._at_most("enemies", 1, lambda card: card.enemy_group, ("互斥组{}的题数", "items of enemy group {}"))

    def _at_most(self, rule: str, most: int, group: Callable[[ItemCard], str], labels: tuple[str, str]) -> list[Row]:
        """At most so many cards of each group; groups that are not larger need no row."""
        groups: dict[str, list[int]] = defaultdict(list)
        for i, card in enumerate(self.model.cards):
            groups[group(card)].append(i)
        zh, en = labels
        return [
            Row(rule, name, self.form, zh.format(name), en.format(name),
                tuple((self.model.column(self.form, i), 1) for i in members), 0, most)
            for name, members in sorted(groups.items())
            if name and len(members) > most
        ]  # fmt: skip

    def _whole_paper(self, plan: Plan) -> list[Row]:
        worth = self.model.values.__getitem__
        low, high = plan.mean_difficulty
        return [
            self._row("points", "", ("试卷总分", "points of the paper"), (plan.points, plan.points),
                      lambda card: True, worth, "point"),
            self._row("figures", "", ("带图试题数", "items with a figure"), (plan.figures_at_least, None),
                      lambda card: card.has_figure),
            self._row("formulas", "", ("带公式试题数", "items with a formula"), (plan.formulas_at_least, None),
                      lambda card: card.has_formula),
            self._row("mean_difficulty", "", ("平均难度(百分之一级)", "mean difficulty (hundredths of a grade)"),
                      (low * plan.points, high * plan.points), lambda card: True,
                      lambda i: 100 * worth(i) * self.model.cards[i].difficulty, "grade", plan.points),
            self._row("local_cap", "", ("地方题库分数", "points from local pools"), (0, plan.local_cap),
                      is_local, worth, "point"),
        ]  # fmt: skip
