"""Every rule of finished papers, counted again from the cards, the blueprint and the plan.

Written without the model, the solver, their tables and the plan's own arithmetic, so that one misunderstanding cannot stand in
both. No papers get their certificate before this count, and whoever reads a certificate later counts the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard
from itembank.domain.paper import Paper
from itembank.domain.plan import ANY, Mode, Plan, Section, points_text

_DIGITS = re.compile("[0-9]{1,3}")
_NATIONAL = ("national", "sector")


@dataclass(frozen=True, slots=True)
class Count:
    """One rule in one form: what was found, what is asked, whether it holds, and the item, point, area or group where not."""

    rule: str
    form: str
    found: str
    bound: str
    held: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the papers were drawn from: all cards, the day, and who and what was kept out."""

    plan: Plan
    blueprint: Blueprint
    cards: Mapping[str, ItemCard]
    day: date
    excluded: frozenset[str]
    trainers: frozenset[int]

    def is_free(self, card: ItemCard) -> bool:
        """Whether it may be drawn at all."""
        is_kept = card.fixed_form != "" and self.plan.mode != Mode.FIXED
        return not (is_kept or self.was_used(card) or card.item_no in self.excluded or self.trainers & set(card.eyes))

    def was_used(self, card: ItemCard) -> bool:
        """Whether it was on a paper inside the window of recent use."""
        oldest = (self.day - timedelta(days=self.plan.recent_days)).isoformat()
        return self.plan.recent_days > 0 and card.used_on > oldest


def recount(papers: Mapping[str, Paper], given: Given) -> list[Count]:
    """The same rules for every form, whether they hold or not."""
    taken = Counter(item_no for paper in papers.values() for item_no in paper.item_nos)
    counts: list[Count] = []
    for form, paper in papers.items():
        drawn = [given.cards[item_no] for item_no in paper.item_nos if item_no in given.cards]
        counts += _belonging(form, paper, given)
        counts += _together(form, papers, taken, given)
        counts += _content(form, drawn, given)
        counts.append(_national_first(form, drawn, taken, given))
    return counts


def is_local(card: ItemCard) -> bool:
    """Whether its pool is a province's or a city's own."""
    return card.pool.partition("-")[0] not in _NATIONAL


def _belonging(form: str, paper: Paper, given: Given) -> list[Count]:
    """Every item is in the snapshot, may be drawn, and stands in a section that asks for it."""
    points = {point.code for point in given.blueprint.points}
    strangers = [no for no in paper.item_nos if no not in given.cards or given.cards[no].point not in points]
    there = [given.cards[no] for no in paper.item_nos if no in given.cards]
    used = [card.item_no for card in there if given.was_used(card)]
    kept_out = [card.item_no for card in there if card.item_no in given.excluded]
    taught = [card.item_no for card in there if given.trainers & set(card.eyes)]
    return [
        _none("known", form, strangers), _none("recent", form, used), _none("excluded", form, kept_out),
        _none("trainer", form, taught), _none("fixed_form", form, _taken_apart(paper, given)), _sections(form, paper, given),
    ]  # fmt: skip


def _taken_apart(paper: Paper, given: Given) -> list[str]:
    """What is on the paper and must not be, or is not and must: by a plan for ready-made papers the whole of one, else none."""
    mine = set(paper.item_nos)
    named = {given.cards[no].fixed_form for no in mine if no in given.cards}
    if given.plan.mode != Mode.FIXED:
        return sorted(no for no in mine if no in given.cards and given.cards[no].fixed_form)
    whole = {no for no, card in given.cards.items() if card.fixed_form and card.fixed_form == min(named, default="")}
    return sorted(mine ^ whole)


def _none(rule: str, form: str, found: Sequence[str]) -> Count:
    return Count(rule, form, str(len(found)), "0", not found, _first(found))


def _sections(form: str, paper: Paper, given: Given) -> Count:
    """As many sections as planned, each with its number of items, of the optional ones as many as asked or none of it."""
    sections = given.plan.sections
    asked = "+".join(f"({section.count})" if section.optional else str(section.count) for section in sections)
    found = "+".join(str(len(items)) for items in paper.sections)
    strays = [
        no for section, items in zip(sections, paper.sections, strict=False)
        for no in items if no in given.cards and not _stands_in(given.cards[no], section)
    ]  # fmt: skip
    right = len(paper.sections) == len(sections)
    chosen = 0
    for section, items in zip(sections, paper.sections, strict=False):
        if section.optional and items:
            chosen += 1
        right = right and len(items) in ((0, section.count) if section.optional else (section.count,))
    right = right and chosen == given.plan.optional_sections
    return Count("sections", form, found, f"={asked}", right and not strays, _first(strays))


def _stands_in(card: ItemCard, section: Section) -> bool:
    return card.type == section.type and (section.area == "" or f"{card.point}-".startswith(f"{section.area}-"))


def _together(form: str, papers: Mapping[str, Paper], taken: Counter[str], given: Given) -> list[Count]:
    """No item twice in a paper, in more papers than allowed, and no two papers that share too much."""
    mine = papers[form].item_nos
    twice = [no for no, times in Counter(mine).items() if times > 1]
    often = sorted(no for no in set(mine) if taken[no] > given.plan.papers_per_item)
    shared = {other: len(set(mine) & set(paper.item_nos)) for other, paper in papers.items() if other != form}
    most = max(shared.values(), default=0)
    bound = given.plan.overlap if given.plan.papers_per_item > 1 else 0
    return [
        Count("distinct", form, str(len(twice) + len(often)), "0", not twice and not often, _first([*twice, *often])),
        Count("overlap", form, str(most), f"<={bound}", most <= bound,
              "" if most <= bound else max(shared, key=lambda other: shared[other])),
    ]  # fmt: skip


def _content(form: str, drawn: list[ItemCard], given: Given) -> list[Count]:
    """The rules that only ask which cards a form holds."""
    plan = given.plan
    value = {card.item_no: _value(card, plan) for card in drawn}
    total = sum(value[card.item_no] for card in drawn)
    local = sum(value[card.item_no] for card in drawn if is_local(card))
    return [
        Count("points", form, points_text(total), "=100", total == 200),
        *_areas(form, drawn, value, given),
        _importance(form, drawn, value, given),
        _grades(form, drawn, plan),
        _difficulty(form, drawn, value, total, plan),
        _crowd("per_point", form, Counter(card.point for card in drawn), plan.per_point),
        _crowd("enemies", form, Counter(card.enemy_group for card in drawn if card.enemy_group), 1),
        _at_least("figures", form, sum(card.has_figure for card in drawn), plan.figures_at_least),
        _at_least("formulas", form, sum(card.has_formula for card in drawn), plan.formulas_at_least),
        _sets(form, drawn, given),
        Count("local_cap", form, points_text(local), f"<={plan.local_cap}", local <= 2 * plan.local_cap),
        _eyes(form, drawn, plan),
        _between("task_minutes", form, sum(card.minutes for card in drawn), *plan.task_minutes),
        _equipment(form, drawn, plan),
    ]


def _value(card: ItemCard, plan: Plan) -> int:
    return next((section.halves for section in plan.sections if _stands_in(card, section)), 0)


def _areas(form: str, drawn: list[ItemCard], value: Mapping[str, int], given: Given) -> list[Count]:
    """How far areas and units stray from their weight, at worst, or by how much a band of their own is left."""
    plan = given.plan
    halves, items = Counter[str](), Counter[str]()
    for card in drawn:
        codes = card.point.split("-")
        for depth in range(1, len(codes)):
            halves["-".join(codes[:depth])] += value[card.item_no]
            items["-".join(codes[:depth])] += 1
    own = dict(plan.content)
    asked = sum(section.count for section in plan.sections if not section.optional)
    asked += plan.optional_sections * max((section.count for section in plan.sections if section.optional), default=0)
    worst: dict[str, tuple[int, str]] = {}
    practical = any(section.type == "practical" for section in plan.sections)
    for node in given.blueprint.nodes:
        rule = {1: "areas_1", 2: "areas_2"}.get(node.depth, "units")
        if node.code in own:
            low, high = own[node.code]
            over = max(2 * low - halves[node.code], halves[node.code] - 2 * high, 0)
        elif practical or (plan.mode == Mode.TYPE and node.depth > 1):
            continue
        elif rule == "units" and plan.units_by_items:
            share, slack = node.weight * asked, 100 * plan.unit_tolerance
            # Rounded outwards: the whole numbers on both sides of the share, and the slack beyond.
            low, high = share // 100 * 100 - slack, -(-share // 100) * 100 + slack
            over = max(low - 100 * items[node.code], 100 * items[node.code] - high, 0)
        else:
            tolerance = 2 * (plan.unit_tolerance if rule == "units" else plan.area_tolerance)
            over = max(abs(halves[node.code] - 2 * node.weight) - tolerance, 0)
        if over > worst.get(rule, (0, ""))[0]:
            worst[rule] = (over, node.code)
    bounds = {"areas_1": plan.area_tolerance, "areas_2": plan.area_tolerance, "units": plan.unit_tolerance}
    return [
        Count(rule, form, str(worst.get(rule, (0, ""))[0]), f"+-{bound}", rule not in worst, worst.get(rule, (0, ""))[1])
        for rule, bound in bounds.items()
    ]


def _importance(form: str, drawn: list[ItemCard], value: Mapping[str, int], given: Given) -> Count:
    """Points by X, Y and Z."""
    of_point = {point.code: point.importance for point in given.blueprint.points}
    halves = Counter[str]()
    for card in drawn:
        halves[of_point.get(card.point, "")] += value[card.item_no]
    bands = {str(name): (2 * low, 2 * high) for name, (low, high) in given.plan.importance}
    return _bands("importance", form, halves, bands)


def _grades(form: str, drawn: list[ItemCard], plan: Plan) -> Count:
    counted = Counter(str(card.difficulty) for card in drawn)
    return _bands("grades", form, counted, {str(grade): (low, high) for grade, (low, high) in plan.grades})


def _bands(rule: str, form: str, counted: Counter[str], bands: Mapping[str, tuple[int, int]]) -> Count:
    outside = [name for name, (low, high) in bands.items() if not low <= counted[name] <= high]
    return Count(rule, form, str(len(outside)), "0", not outside, _first(outside))


def _crowd(rule: str, form: str, sizes: Counter[str], most: int) -> Count:
    """The largest number of items from one point or one enemy group."""
    (where, largest), *_ = sizes.most_common(1) or [("", 0)]
    return Count(rule, form, str(largest), f"<={most}", largest <= most, where if largest > most else "")


def _at_least(rule: str, form: str, found: int, least: int) -> Count:
    return Count(rule, form, str(found), f">={least}", found >= least)


def _between(rule: str, form: str, found: int, low: int, high: int) -> Count:
    return Count(rule, form, str(found), f"{low}..{'' if high == ANY else high}", low <= found <= high)


def _difficulty(form: str, drawn: list[ItemCard], value: Mapping[str, int], total: int, plan: Plan) -> Count:
    """Mean grade times 100, weighted by points. Compared as whole numbers; shown rounded down."""
    low, high = plan.mean_difficulty
    weighted = sum(100 * value[card.item_no] * card.difficulty for card in drawn)
    held = low * total <= weighted <= high * total
    return Count("mean_difficulty", form, str(weighted // total if total else 0), f"{low}..{high}", held)


def _sets(form: str, drawn: list[ItemCard], given: Given) -> Count:
    """As many item sets as asked, each with as many items as asked."""
    plan = given.plan
    sizes = Counter(card.item_set for card in drawn if card.item_set)
    wrong = sorted(name for name, size in sizes.items() if not plan.set_items.low <= size <= plan.set_items.high)
    right = not wrong and plan.sets.low <= len(sizes) <= plan.sets.high
    high = "" if plan.sets.high == ANY else plan.sets.high
    return Count("sets", form, str(len(sizes)), f"{plan.sets.low}..{high}", right, _first(wrong))


def _eyes(form: str, drawn: list[ItemCard], plan: Plan) -> Count:
    """How many people have seen at least one of the items."""
    people = {person for card in drawn for person in card.eyes}
    if plan.eyes_at_most == 0:
        return Count("eyes", form, str(len(people)), "", True)
    return Count("eyes", form, str(len(people)), f"<={plan.eyes_at_most}", len(people) <= plan.eyes_at_most)


def _equipment(form: str, drawn: list[ItemCard], plan: Plan) -> Count:
    """What the tasks need of each kind of equipment, and what a station has."""
    short = []
    for name, there in plan.equipment:
        needed = 0
        for line in (line for card in drawn for line in card.site_notice if name in line):
            digits = _DIGITS.search(line, line.index(name) + len(name))
            needed += int(digits.group()) if digits else 1
        if needed > there:
            short.append(name)
    return _none("equipment", form, short)


def _national_first(form: str, drawn: list[ItemCard], taken: Counter[str], given: Given) -> Count:
    """No local item, and no local ready-made paper, stands where a national one that no paper took would do as well.

    That fewer local points are impossible by any exchange of several items is the replay's proof, not this count's.
    """
    local = [card for card in drawn if is_local(card)]
    found = f"{len(drawn) - len(local)}/{len(local)}"
    needless = ""
    if local:
        unused = [card for card in given.cards.values() if card.item_no not in taken and not is_local(card)]
        if given.plan.mode == Mode.FIXED:
            needless = local[0].item_no if _has_national_form(form, unused, given) else ""
        else:
            needless = _exchangeable(form, drawn, local, unused, given)
    return Count("national_first", form, found, "0", not needless, needless)


def _exchangeable(form: str, drawn: list[ItemCard], local: list[ItemCard], unused: list[ItemCard], given: Given) -> str:
    """A local item in whose place an unused national one of its assessment point would do as well; empty where none is."""
    broken_now = {count.rule for count in _content(form, drawn, given) if not count.held}
    points = {card.point for card in local}
    near = [card for card in unused if card.point in points and given.is_free(card)]
    for leaving in local:
        rest = [card for card in drawn if card is not leaving]
        for entering in near:
            if (entering.point, entering.type) == (leaving.point, leaving.type):
                trial = _content(form, [*rest, entering], given)
                if all(count.held or count.rule in broken_now for count in trial):
                    return leaving.item_no
    return ""


def _has_national_form(form: str, unused: list[ItemCard], given: Given) -> bool:
    """Whether these cards hold a ready-made paper that keeps every rule."""
    whole: dict[str, list[ItemCard]] = {}
    for card in unused:
        whole.setdefault(card.fixed_form, []).append(card)
    for cards in whole.values():
        sections = [[card.item_no for card in cards if _stands_in(card, section)] for section in given.plan.sections]
        paper = Paper(form, tuple(map(tuple, sections)))
        if all(count.held for count in [*_belonging(form, paper, given), *_content(form, cards, given)]):
            return True
    return False


def _first(names: Iterable[str]) -> str:
    return next(iter(names), "")
