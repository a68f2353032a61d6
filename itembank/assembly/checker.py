"""Every rule of a finished pair of papers, counted again from the cards.

Written without the model, the solver or their tables, so that one misunderstanding cannot stand in both. No
pair of papers gets its certificate before this count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itembank.domain.blueprint import Blueprint
from itembank.domain.items import ItemCard
from itembank.domain.paper import Form, Paper
from itembank.domain.plan import Plan
from itembank.domain.pools import is_local


@dataclass(frozen=True, slots=True)
class Count:
    """One rule in one form: what was found, what is asked, whether it holds, and the item, point, area or group where not."""

    rule: str
    form: Form
    found: str
    bound: str
    held: bool
    where: str = ""


def recount(papers: Mapping[Form, Paper], cards: Iterable[ItemCard], blueprint: Blueprint, plan: Plan) -> list[Count]:
    """Fourteen rules per form, whether they hold or not."""
    bank = {card.item_no: card for card in cards}
    taken = Counter(item_no for paper in papers.values() for item_no in paper.item_nos)
    counts: list[Count] = []
    for form, paper in papers.items():
        drawn = [bank[item_no] for item_no in paper.item_nos if item_no in bank]
        counts.append(_known(form, paper, bank, blueprint))
        counts.append(_sections(form, paper, bank, plan))
        counts.append(_distinct(form, paper, taken))
        counts += _content(form, drawn, blueprint, plan)
        unused = [card for card in bank.values() if card.item_no not in taken]
        counts.append(_national_first(form, drawn, unused, blueprint, plan))
    return counts


def _known(form: Form, paper: Paper, bank: Mapping[str, ItemCard], blueprint: Blueprint) -> Count:
    """Every item is in the bank, and its assessment point in the blueprint."""
    points = {point.code for point in blueprint.points}
    strangers = [no for no in paper.item_nos if no not in bank or bank[no].point not in points]
    return Count("known", form, str(len(strangers)), "0", not strangers, _first(strangers))


def _sections(form: Form, paper: Paper, bank: Mapping[str, ItemCard], plan: Plan) -> Count:
    """As many sections as planned, each with its number of items, each item of the section's type."""
    asked = "+".join(str(section.count) for section in plan.sections)
    found = "+".join(str(len(section)) for section in paper.sections)
    strays = [
        item_no
        for section, items in zip(plan.sections, paper.sections, strict=False)
        for item_no in items
        if item_no in bank and bank[item_no].type is not section.type
    ]
    return Count("sections", form, found, f"={asked}", found == asked and not strays, _first(strays))


def _distinct(form: Form, paper: Paper, taken: Counter[str]) -> Count:
    """No item twice in a paper, none in both."""
    twice = sorted({item_no for item_no in paper.item_nos if taken[item_no] > 1})
    return Count("distinct", form, str(len(twice)), "0", not twice, _first(twice))


def _content(form: Form, drawn: list[ItemCard], blueprint: Blueprint, plan: Plan) -> list[Count]:
    """The rules that only ask which cards a form holds."""
    worth = {section.type: section.points for section in plan.sections}
    value = {card.item_no: worth.get(card.type, 0) for card in drawn}
    total = sum(value[card.item_no] for card in drawn)
    local = sum(value[card.item_no] for card in drawn if is_local(card))
    return [
        Count("points", form, str(total), "=100", total == 100),
        _areas("areas_1", form, drawn, value, blueprint, {1}, plan.area_tolerance),
        _areas("areas_2", form, drawn, value, blueprint, {2}, plan.area_tolerance),
        _areas("units", form, drawn, value, blueprint, {3, 4, 5, 6}, plan.unit_tolerance),
        _crowd("per_point", form, Counter(card.point for card in drawn), plan.per_point),
        _crowd("enemies", form, Counter(card.enemy_group for card in drawn if card.enemy_group), 1),
        _at_least("figures", form, sum(card.has_figure for card in drawn), plan.figures_at_least),
        _at_least("formulas", form, sum(card.has_formula for card in drawn), plan.formulas_at_least),
        _difficulty(form, drawn, value, total, plan.mean_difficulty),
        Count("local_cap", form, str(local), f"<={plan.local_cap}", local <= plan.local_cap),
    ]


def _areas(
    rule: str,
    form: Form,
    drawn: list[ItemCard],
    value: Mapping[str, int],
    blueprint: Blueprint,
    depths: set[int],
    tolerance: int,
) -> Count:
    """How far the points of an area stray from its weight, at worst. A paper has 100 points, so weight is points."""
    held: Counter[str] = Counter()
    for card in drawn:
        codes = card.point.split("-")
        for depth in depths & set(range(1, len(codes))):
            held["-".join(codes[:depth])] += value[card.item_no]
    strays = {node.code: abs(held[node.code] - node.weight) for node in blueprint.nodes if node.depth in depths}
    worst = max(strays, key=lambda code: strays[code], default="")
    stray = strays.get(worst, 0)
    return Count(rule, form, str(stray), f"<={tolerance}", stray <= tolerance, worst if stray > tolerance else "")


def _crowd(rule: str, form: Form, sizes: Counter[str], most: int) -> Count:
    """The largest number of items from one point or one enemy group."""
    (where, largest), *_ = sizes.most_common(1) or [("", 0)]
    return Count(rule, form, str(largest), f"<={most}", largest <= most, where if largest > most else "")


def _at_least(rule: str, form: Form, found: int, least: int) -> Count:
    return Count(rule, form, str(found), f">={least}", found >= least)


def _difficulty(form: Form, drawn: list[ItemCard], value: Mapping[str, int], total: int, band: tuple[int, int]) -> Count:
    """Mean grade times 100, weighted by points. Compared as whole numbers; shown rounded down."""
    low, high = band
    weighted = sum(100 * value[card.item_no] * card.difficulty for card in drawn)
    held = low * total <= weighted <= high * total
    return Count("mean_difficulty", form, str(weighted // total if total else 0), f"{low}..{high}", held)


def _national_first(form: Form, drawn: list[ItemCard], unused: list[ItemCard], blueprint: Blueprint, plan: Plan) -> Count:
    """No local item stands where one unused national item could: swapping them would keep every other rule.

    Exchanges of several items at once are the solver's proof (`drawing.least_local_points`), not this count's.
    """
    local = [card for card in drawn if is_local(card)]
    found = f"{len(drawn) - len(local)}/{len(local)}"
    broken_now = {count.rule for count in _content(form, drawn, blueprint, plan) if not count.held}
    spare = {_likeness(card): card for card in unused if not is_local(card)}
    for leaving in local:
        rest = [card for card in drawn if card is not leaving]
        for entering in spare.values():
            if entering.type is not leaving.type:
                continue
            trial = _content(form, [*rest, entering], blueprint, plan)
            if all(count.held or count.rule in broken_now for count in trial):
                return Count("national_first", form, found, "0", False, leaving.item_no)
    return Count("national_first", form, found, "0", True)


def _likeness(card: ItemCard) -> tuple[object, ...]:
    """Two cards alike in this are the same to every rule, so trying one of them is enough."""
    return card.type, card.point, card.difficulty, card.enemy_group, card.has_figure, card.has_formula


def _first(names: list[str]) -> str:
    return names[0] if names else ""
