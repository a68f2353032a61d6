"""Random banks and plans for proving assembly: for one number always the same, and all but a few of them possible.

A plan is made from its witness: papers are put together by hand first, from what the bank has, and every bound is set around
what they hold, with a little room. So a plan that nothing was added to can be met, and the witness shows it to whoever doubts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from random import Random
from typing import TypeVar

from itembank.assembly.eligibility import sift
from itembank.domain.blueprint import AssessmentPoint, Blueprint, BlueprintNode, Importance
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Paper
from itembank.domain.plan import WHOLE, Band, Mode, Plan, Section
from itembank.domain.pools import is_local

T = TypeVar("T")
DAY = date(2026, 12, 1)
LATELY, LONG_AGO, RECENT_DAYS = "2026-11-10", "2026-03-01", 60
SITTINGS = (("A",), ("A", "S"), ("A", "B", "S"), ("1", "2", "3", "4"), ("1", "2", "3", "4", "5"))
SMALLEST, LARGEST = 250, 1_500
SPARE = 2.5
"""A bank has at least so many items for each of the papers'."""
PEOPLE, TRAINERS = range(1, 13), (91, 92)
MACHINES = ("数控车床", "车床", "万用表", "电工实训台")
"""One stands in another's name."""
_OBJECTIVE, _WRITTEN = (ItemType.JUDGEMENT, ItemType.MULTIPLE, ItemType.FILL), (ItemType.SHORT, ItemType.CALCULATION)
_IMPORTANCES = {Importance.X: 80, Importance.Y: 14, Importance.Z: 6}
_GRADES = {1: 12, 2: 22, 3: 36, 4: 20, 5: 10}


@dataclass(frozen=True)
class Bank:
    """What papers are drawn from, and what is kept out of them."""

    blueprint: Blueprint
    cards: Sequence[ItemCard]
    excluded: Mapping[str, str] = field(default_factory=dict)
    trainers: Sequence[int] = ()

    def sifted(self, plan: Plan) -> Sequence[ItemCard]:
        return sift(plan, self.blueprint, self.cards, DAY, self.excluded, self.trainers).cards


@dataclass(frozen=True)
class Case:
    """A plan and its bank, the papers to draw, and papers that keep the plan; empty where it was spoilt afterwards."""

    number: int
    plan: Plan
    bank: Bank
    forms: tuple[str, ...]
    witness: Mapping[str, Paper]


def random_case(number: int, largest: int = LARGEST) -> Case:
    """The case of this number. `largest`: items of its bank, where the papers do not need more."""
    for attempt in count():
        chance = Random(f"assembly {number} {attempt}")
        forms = SITTINGS[number % len(SITTINGS)]
        draft = skill_draft(chance) if number % 8 == 7 else theory_draft(chance)
        wanted = min(LARGEST, max(chance.randint(SMALLEST, largest), round(SPARE * len(forms) * draft.plan.items)))
        bank = make_bank(chance, draft, wanted, Shares.any(chance))
        plan = with_limits(chance, draft.plan)
        if number % 9 == 4:
            plan = replace(plan, mode=Mode.POINT, papers_per_item=1, overlap=0)
            if ready := put_together(chance, plan, bank, [*forms, *(f"more {more}" for more in range(chance.randint(0, 2)))]):
                plan, bank, papers = made_ready(chance, plan, bank, ready)
                return Case(number, plan, bank, forms, {form: _paper(form, papers[form], plan) for form in forms})
        elif papers := put_together(chance, plan, bank, forms):
            plan = with_bounds(chance, plan, bank, list(papers.values()))
            bank = with_kept(chance, bank, papers.values()) if number % 9 == 5 else bank
            if number % 11 == 10:
                return Case(number, chance.choice(SPOILERS)(plan), bank, forms, {})
            return Case(number, plan, bank, forms, {form: _paper(form, drawn, plan) for form, drawn in papers.items()})
    raise AssertionError


def _paper(form: str, drawn: Sequence[ItemCard], plan: Plan) -> Paper:
    return Paper(
        form, tuple(tuple(card.item_no for card in drawn if part.takes(card.type, card.point)) for part in plan.sections)
    )


# what is asked for --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """The sections of a plan and the blueprint it is for."""

    plan: Plan
    blueprint: Blueprint


def theory_draft(chance: Random) -> Draft:
    return Draft(Plan("随机", theory_sections(chance), 90), make_blueprint(chance, chance.choice((2, 3))))


def theory_sections(chance: Random) -> tuple[Section, ...]:
    """Two to four types that sum to 100 points, single choice taking what the others leave."""
    while True:
        written = chance.sample(_WRITTEN, chance.choice((0, 0, 1, 2)))
        objective = chance.sample(_OBJECTIVE, chance.randint(1, 3 - len(written) if written else 3))
        parts = [Section(type_, chance.randint(1, 3), chance.choice((10, 20))) for type_ in written]
        parts += [Section(type_, chance.randrange(10, 41, 5), chance.randint(1, 4)) for type_ in objective]
        left, halves = WHOLE - sum(part.total for part in parts), chance.randint(1, 4)
        if left % halves == 0 and 10 <= left // halves <= 80 and sum(part.count for part in parts) + left // halves <= 110:
            return (Section(ItemType.SINGLE, left // halves, halves), *parts)


def skill_draft(chance: Random) -> Draft:
    """One to three modules everybody has, and often some of which a paper has one or two."""
    blueprint = make_blueprint(chance, chance.choice((2, 3)), areas=3)
    areas = [node.code for node in blueprint.nodes if node.depth == min(2, blueprint.depth - 1)]
    chance.shuffle(areas)
    there = chance.choice((0, 2, 3)) if len(areas) > 4 else 0
    taken = chance.randint(1, there - 1) if there else 0
    optional = chance.choice(((1, 40), (2, 20)))
    sections = [Section(ItemType.PRACTICAL, *optional, area, True) for area in areas[:there]]
    fixed = areas[there : there + chance.randint(1, min(3, len(areas) - there))]
    for area, tens in zip(fixed, parts_of(chance, (WHOLE - 40 * taken) // 20, len(fixed), 1), strict=True):
        items = chance.choice([number for number in (1, 2, 4) if 20 * tens % number == 0])
        sections.append(Section(ItemType.PRACTICAL, items, 20 * tens // items, area))
    return Draft(Plan("随机技能", tuple(sections), 60, optional_sections=taken), blueprint)


def with_limits(chance: Random, plan: Plan) -> Plan:
    """The bounds a paper is put together under, before anybody knows what it holds."""
    together = chance.random() < 0.2
    return replace(
        plan,
        mode=chance.choice((Mode.POINT, Mode.POINT, Mode.TYPE)),
        units_by_items=chance.random() < 0.5,
        per_point=chance.randint(2, 6),
        set_items=chance.choice((Band(1, 3), Band(2, 3), Band(2, 4), Band(3, 3))),
        recent_days=chance.choice((0, RECENT_DAYS)),
        by_use=chance.random() < 0.7,
        papers_per_item=2 if together else 1,
        overlap=chance.randint(1, 10) if together else 0,
    )


def make_blueprint(chance: Random, depth: int, areas: int = 0) -> Blueprint:
    """Areas `depth` deep whose weights add up, 30 to 120 points, two in each unit at least."""
    nodes: list[BlueprintNode] = []

    def grow(parent: str, weight: int, level: int) -> None:
        least = (15, 6, 2)[level]
        number = (areas or chance.randint(2, 4)) if level == 0 else min(chance.randint(2, 3), weight // least)
        for letter, part in zip("ABCD", parts_of(chance, weight, number, least), strict=False):
            code = f"{parent}-{letter}" if parent else letter
            nodes.append(BlueprintNode(code, f"范围{code}", part))
            if level + 1 < depth:
                grow(code, part, level + 1)

    grow("", 100, 0)
    units = {node.code: node.weight for node in nodes if node.depth == depth}
    points = [*units, *units, *chance.choices(list(units), list(units.values()), k=chance.randint(0, 120 - 2 * len(units)))]
    numbered: Counter[str] = Counter()
    made = []
    for unit in sorted([*points, *chance.choices(points, k=max(0, 30 - len(points)))]):
        numbered[unit] += 1
        made.append(AssessmentPoint(f"{unit}-{numbered[unit]:03}", f"点{unit}", one_of(chance, _IMPORTANCES)))
    return Blueprint("电工", "6-31-01-03", 2022, 4, "理论知识", 2018, tuple(nodes), tuple(made))


def parts_of(chance: Random, whole: int, number: int, least: int) -> list[int]:
    """A whole number in so many parts, none of them less than `least`."""
    parts, shares = [least] * number, [chance.uniform(1, 3) for _ in range(number)]
    for part in chance.choices(range(number), shares, k=whole - least * number):
        parts[part] += 1
    return parts


def one_of(chance: Random, weights: Mapping[T, int]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]


# what there is ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """Of all items: from a city, used lately, with enemies, in sets. `only_local`: how often one unit has city items only."""

    local: float
    lately: float
    enemies: float
    sets: float
    only_local: float = 0.0

    @classmethod
    def any(cls, chance: Random) -> Shares:
        return cls(
            local=chance.choice((0.0, 0.1, 0.3, 0.8)),
            lately=chance.choice((0.0, 0.15)),
            enemies=chance.choice((0.0, 0.05, 0.15)),
            sets=chance.choice((0.0, 0.0, 0.08)),
            only_local=0.15,
        )


def make_bank(chance: Random, draft: Draft, items: int, shares: Shares) -> Bank:
    """So many items of the types and areas the draft asks for, and one it does not."""
    weights = {node.code: node.weight for node in draft.blueprint.nodes}
    kinds = {(part.type, part.area): part.count + 6 for part in draft.plan.sections}
    places: dict[str, dict[str, int]] = {area: {} for _, area in kinds}
    for area, point in ((area, point) for area in places for point in draft.blueprint.points):
        if not area or point.code.startswith(f"{area}-"):
            places[area][point.code] = weights[point.area]
    only_local = chance.choice(draft.blueprint.points).area if chance.random() < shares.only_local else " "
    cards = []
    for number in range(items):
        type_, area = one_of(chance, kinds)
        card = _card(chance, number, type_, one_of(chance, places[area]))
        is_city = chance.random() < shares.local or card.point.startswith(only_local)
        is_used = chance.random() < shares.lately
        cards.append(replace(card, pool="city" if is_city else card.pool, used_on=LATELY if is_used else card.used_on))
    cards.append(replace(cards[0], item_no="item-unasked", type=ItemType.ESSAY))
    cards = grouped(chance, cards, "enemy_group", shares.enemies, (2, 2, 3, 4))
    cards = grouped(chance, cards, "item_set", shares.sets, (3, 4, 5, 6))
    out = chance.sample([card.item_no for card in cards], chance.choice((0, 5)))
    return Bank(draft.blueprint, cards, dict.fromkeys(out, "勘误中"), chance.choice(((), TRAINERS)))


def _card(chance: Random, number: int, type_: ItemType, point: str) -> ItemCard:
    uses = min(6, int(chance.expovariate(1)))
    seen = chance.sample(PEOPLE, chance.choice((0, 0, 1, 2)))
    card = ItemCard(
        item_no=f"item-{number:05}",
        pool=chance.choice(("national", "sector-metal")),
        type=type_,
        point=point,
        difficulty=one_of(chance, _GRADES),
        has_figure=chance.random() < 0.1,
        has_formula=chance.random() < 0.1,
        uses=uses,
        used_on=LONG_AGO if uses else "",
        eyes=(*seen, *TRAINERS[: chance.random() < 0.02]),
    )
    if type_ is not ItemType.PRACTICAL:
        return card
    lines = (
        f"{name}{chance.choice(('', ' 1台', ' 2台', '：3台套'))}" for name in chance.sample(MACHINES, chance.randint(0, 2))
    )
    return replace(card, minutes=chance.randrange(20, 65, 5), site_notice=tuple(lines))


def grouped(chance: Random, cards: Sequence[ItemCard], name: str, share: float, sizes: Sequence[int]) -> list[ItemCard]:
    """The cards, some of each unit put into groups under this field."""
    units: dict[str, list[int]] = defaultdict(list)
    for number, card in enumerate(cards):
        units[card.point.rpartition("-")[0]].append(number)
    changed, serial = list(cards), count()
    for numbers in units.values():
        chance.shuffle(numbers)
        left = iter(numbers[: round(share * len(numbers))])
        while members := [number for number, _ in zip(left, range(chance.choice(sizes)), strict=False)]:
            group = f"{name}-{next(serial)}"
            for number in members:
                changed[number] = replace(changed[number], **{name: group})  # type: ignore[arg-type]
    return changed


# papers by hand -----------------------------------------------------------------------------------------------------------


@dataclass
class Begun:
    """A paper that is being put together: how many items each section still wants, and what stands in it."""

    wanted: dict[Section, int]
    drawn: list[ItemCard] = field(default_factory=list)
    points: Counter[str] = field(default_factory=Counter)
    enemies: set[str] = field(default_factory=set)
    halves: Counter[str] = field(default_factory=Counter)

    def put(self, card: ItemCard, section: Section) -> None:
        self.wanted[section] -= 1
        self.drawn.append(card)
        self.points[card.point] += 1
        self.enemies |= {card.enemy_group} - {""}
        self.halves[card.point.rpartition("-")[0]] += section.halves


class Hand:
    """Puts papers together one item at a time, where the area is that has least of its weight; no model, no way back."""

    def __init__(self, chance: Random, plan: Plan, bank: Bank) -> None:
        self.chance, self.plan = chance, plan
        depth = bank.blueprint.depth
        self.units = {node.code: 2 * node.weight for node in bank.blueprint.nodes if node.depth == depth}
        self.seen_by = set(chance.sample(PEOPLE, 8)) if chance.random() < 0.25 else None
        self.cards = [card for card in bank.sifted(plan) if self.seen_by is None or self.seen_by >= set(card.eyes)]
        self.papers: list[list[ItemCard]] = []

    def paper(self) -> list[ItemCard] | None:
        """One more paper, or None where the next item is not to be had."""
        optional = [part for part in self.plan.sections if part.optional]
        left_out = self.chance.sample(optional, len(optional) - self.plan.optional_sections)
        begun = Begun({part: part.count for part in self.plan.sections if part not in left_out})
        free = self._free()
        self._put_sets(begun, [card for card in free if card.item_set])
        places: dict[tuple[Section, str], list[ItemCard]] = defaultdict(list)
        for card in free:
            section = self.plan.section_of(card.type, card.point)
            if section and not card.item_set:
                places[section, card.point.rpartition("-")[0]].append(card)
        for section in sorted(begun.wanted, key=lambda part: -part.halves):
            while begun.wanted[section]:
                if not self._put_one(begun, section, places):
                    return None
        self.papers.append(begun.drawn)
        return begun.drawn

    def _free(self) -> list[ItemCard]:
        """What may stand in one more paper, national items last: they are taken from the end."""
        taken = Counter(card.item_no for paper in self.papers for card in paper)
        free = [card for card in self.cards if taken[card.item_no] < self.plan.papers_per_item]
        self.chance.shuffle(free)
        return sorted(free, key=lambda card: not is_local(card))

    def _fits(self, begun: Begun, card: ItemCard) -> bool:
        if begun.points[card.point] >= self.plan.per_point or card.enemy_group in begun.enemies:
            return False
        shared = (sum(one in paper for one in begun.drawn) for paper in self.papers if card in paper)
        return all(number < self.plan.overlap for number in shared)

    def _put_one(self, begun: Begun, section: Section, places: Mapping[tuple[Section, str], list[ItemCard]]) -> bool:
        for unit in sorted(self.units, key=lambda unit: begun.halves[unit] - self.units[unit]):
            left = places.get((section, unit), [])
            while left:
                if self._fits(begun, card := left.pop()):
                    begun.put(card, section)
                    return True
        return False

    def _put_sets(self, begun: Begun, cards: Sequence[ItemCard]) -> None:
        """A set or two, each with as many items as the plan says."""
        members: dict[str, list[ItemCard]] = defaultdict(list)
        for card in cards:
            members[card.item_set].append(card)
        for name in self.chance.sample(sorted(members), min(len(members), self.chance.randint(0, 3))):
            trial = replace(
                begun, wanted=dict(begun.wanted), drawn=list(begun.drawn), points=Counter(begun.points),
                enemies=set(begun.enemies), halves=Counter(begun.halves),
            )  # fmt: skip
            size = self.chance.randint(*self.plan.set_items)
            for card in members[name]:
                section = self.plan.section_of(card.type, card.point)
                if size and section and trial.wanted.get(section) and self._fits(trial, card):
                    trial.put(card, section)
                    size -= 1
            if size == 0:
                begun.__dict__.update(trial.__dict__)


def put_together(chance: Random, plan: Plan, bank: Bank, forms: Sequence[str]) -> dict[str, list[ItemCard]]:
    """Papers of these forms, or none at all."""
    hand = Hand(chance, plan, bank)
    papers = {form: paper for form in forms if (paper := hand.paper()) is not None}
    return papers if len(papers) == len(forms) else {}


def with_kept(chance: Random, bank: Bank, papers: Iterable[Sequence[ItemCard]]) -> Bank:
    """The bank with some of the items that are on none of these papers kept for a ready-made one."""
    taken = {card.item_no for paper in papers for card in paper}
    kept = {card.item_no for card in bank.cards if card.item_no not in taken and chance.random() < 0.2}
    return replace(bank, cards=[replace(card, fixed_form="kept" * (card.item_no in kept)) for card in bank.cards])


def made_ready(
    chance: Random, plan: Plan, bank: Bank, papers: Mapping[str, Sequence[ItemCard]]
) -> tuple[Plan, Bank, dict[str, list[ItemCard]]]:
    """A plan for ready-made papers, the bank in which these are some, each of one pool, and they as they stand there.

    All of them but those to draw are changed a little, and may break a rule.
    """
    plan = replace(with_bounds(chance, plan, bank, list(papers.values())), mode=Mode.FIXED, local_cap=100)
    cards = {card.item_no: card for card in bank.cards}
    for number, (name, paper) in enumerate(papers.items()):
        pool = "city" if chance.random() < 0.2 else "national"
        for card in paper:
            cards[card.item_no] = replace(card, pool=pool, fixed_form=f"{pool}/{number}")
        if name.startswith("more "):
            spoilt = cards[chance.choice(paper).item_no]
            cards[spoilt.item_no] = replace(spoilt, difficulty=chance.randint(1, 5), used_on=chance.choice((LATELY, "")))
    return plan, replace(bank, cards=list(cards.values())), {
        name: [cards[card.item_no] for card in paper] for name, paper in papers.items()
    }  # fmt: skip


# bounds around them -------------------------------------------------------------------------------------------------------


class Held:
    """What papers hold, each a number a paper."""

    def __init__(self, plan: Plan, bank: Bank, papers: Sequence[Sequence[ItemCard]]) -> None:
        self.plan, self.papers = plan, papers
        self.importance = {point.code: point.importance for point in bank.blueprint.points}

    def halves(self, wanted: Callable[[ItemCard], bool]) -> list[int]:
        return [sum(self.worth(card) for card in paper if wanted(card)) for paper in self.papers]

    def items(self, wanted: Callable[[ItemCard], bool]) -> list[int]:
        return [sum(map(wanted, paper)) for paper in self.papers]

    def below(self, area: str) -> Callable[[ItemCard], bool]:
        return lambda card: card.point.startswith(f"{area}-")

    def worth(self, card: ItemCard) -> int:
        section = self.plan.section_of(card.type, card.point)
        return section.halves if section else 0

    def difficulty(self) -> list[int]:
        return [100 * sum(self.worth(card) * card.difficulty for card in paper) for paper in self.papers]

    def needed(self, machine: str) -> list[int]:
        """A line that names a machine asks for the number behind the name, or for one."""
        return [sum(_number(line, machine) for card in paper for line in card.site_notice) for paper in self.papers]


def _number(line: str, machine: str) -> int:
    behind = line.partition(machine)[2]
    return int(next((sign for sign in behind if sign.isdecimal()), "1")) if machine in line else 0


def with_bounds(chance: Random, plan: Plan, bank: Bank, papers: Sequence[Sequence[ItemCard]]) -> Plan:
    """The plan with bounds that these papers keep, some of them narrowly; not every kind each time."""
    held = Held(plan, bank, papers)
    plan = replace(
        plan,
        content=tuple(_own_bands(chance, plan, bank.blueprint, held)),
        importance=tuple(
            (name, around(chance, held.halves(lambda card, name=name: held.importance[card.point] is name), 2))  # type: ignore[misc]
            for name in Importance
            if chance.random() < 0.4
        ),
        grades=tuple(
            (grade, around(chance, held.items(lambda card, grade=grade: card.difficulty == grade)))  # type: ignore[misc]
            for grade in range(1, 6)
            if chance.random() < 0.4
        ),
        figures_at_least=_at_least(chance, held.items(lambda card: card.has_figure)),
        formulas_at_least=_at_least(chance, held.items(lambda card: card.has_formula)),
        local_cap=min(100, around(chance, held.halves(is_local), 2).high),
    )
    return with_tolerances(chance, _with_rare_bounds(chance, plan, papers, held), bank.blueprint, held)


def _with_rare_bounds(chance: Random, plan: Plan, papers: Sequence[Sequence[ItemCard]], held: Held) -> Plan:
    if chance.random() < 0.7:
        low, high = around(chance, held.difficulty(), WHOLE)
        plan = replace(plan, mean_difficulty=Band(max(100, low - 5), min(500, high + 5)))
    sets = [len({card.item_set for card in paper} - {""}) for paper in papers]
    if any(sets):
        plan = replace(plan, sets=around(chance, sets, 1, 1))
    seen = [len({person for card in paper for person in card.eyes}) for paper in papers]
    if chance.random() < 0.25:
        plan = replace(plan, eyes_at_most=max(1, around(chance, seen).high))
    if plan.is_practical:
        minutes = around(chance, [sum(card.minutes for card in paper) for paper in papers], 5)
        there = [(name, around(chance, held.needed(name), 1, 1).high) for name in MACHINES if chance.random() < 0.7]
        plan = replace(plan, task_minutes=Band(5 * minutes.low, 5 * minutes.high), equipment=tuple(there))
    return plan


def around(chance: Random, found: Iterable[int], step: int = 1, room: int = 3) -> Band:
    """From the least to the most of these, in steps rounded outwards, and up to so many steps of room on either side."""
    numbers = list(found)
    return Band(max(0, min(numbers) // step - chance.randint(0, room)), -(-max(numbers) // step) + chance.randint(0, room))


def _at_least(chance: Random, found: Sequence[int]) -> int:
    return around(chance, found).low if chance.random() < 0.5 else 0


def _own_bands(chance: Random, plan: Plan, blueprint: Blueprint, held: Held) -> Iterator[tuple[str, Band]]:
    for node in chance.sample(blueprint.nodes, chance.choice((0, 0, 1, 2))):
        yield node.code, around(chance, held.halves(held.below(node.code)), 2)


def with_tolerances(chance: Random, plan: Plan, blueprint: Blueprint, held: Held) -> Plan:
    """Tolerances by how far the papers stray at worst, and a little more."""
    own, worst = dict(plan.content), {"area_tolerance": 0, "unit_tolerance": 0}
    for node in blueprint.nodes:
        if node.code in own or (plan.mode is Mode.TYPE and node.depth > 1) or plan.is_practical:
            continue
        by_items = node.depth > 2 and plan.units_by_items
        name = "area_tolerance" if node.depth <= 2 else "unit_tolerance"
        for paper in range(len(held.papers)):
            if by_items:
                share = node.weight * plan.items / 100
                off = abs(held.items(held.below(node.code))[paper] - share)
            else:
                off = abs(held.halves(held.below(node.code))[paper] / 2 - node.weight)
            worst[name] = max(worst[name], -int(-off // 1))
    return replace(plan, **{name: off + chance.randint(0, 2) for name, off in worst.items()})  # type: ignore[arg-type]


SPOILERS: tuple[Callable[[Plan], Plan], ...] = (
    lambda plan: replace(plan, mean_difficulty=Band(470, 500)),
    lambda plan: replace(plan, mean_difficulty=Band(100, 110)),
    lambda plan: replace(plan, grades=((5, Band(plan.items, plan.items)),)),
    lambda plan: replace(plan, figures_at_least=plan.items),
    lambda plan: replace(plan, importance=((Importance.Z, Band(80, 100)),)),
    lambda plan: replace(plan, sets=Band(90, 100)),
    lambda plan: replace(plan, content=(("A", Band(0, 0)), ("B", Band(0, 3)))),
)
"""Each asks for what hardly any bank has."""
