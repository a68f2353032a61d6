"""Break one rule of a sound pair of papers at a time: the checker names it, and no certificate is given."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from itembank.assembly.certificate import Provenance, certify
from itembank.assembly.checker import recount
from itembank.assembly.drawing import draw
from itembank.domain.errors import PlanError
from itembank.domain.items import ItemCard, ItemType
from itembank.domain.paper import Form, Paper
from tests.unit.assembly.invented_bank import PLAN, SEED, blueprint, cards, exchanged, with_card

BLUEPRINT = blueprint()
Papers = dict[Form, Paper]
Case = tuple[Papers, list[ItemCard]]
SOURCE = Provenance(("release-1", "release-2"), "ab" * 32, "cd" * 32, {"font.otf": "ef" * 32})


@pytest.fixture(scope="module")
def sound() -> Papers:
    return draw(PLAN, BLUEPRINT, cards(), SEED)


def singles(papers: Papers, count: int) -> list[str]:
    """The first single-choice items of the main paper."""
    return list(papers[Form.MAIN].sections[0][:count])


def main(papers: Papers, leaving: str, entering: str) -> Papers:
    return papers | {Form.MAIN: exchanged(papers[Form.MAIN], leaving, entering)}


def enemy_added(papers: Papers) -> Case:
    bank = cards()
    for item_no in singles(papers, 2):
        bank = with_card(bank, item_no, enemy_group="made-enemies")
    return papers, bank


def local_over_the_cap(papers: Papers) -> Case:
    bank = cards()
    for item_no in singles(papers, 16):
        bank = with_card(bank, item_no, pool="city")
    return papers, bank


def local_where_national_would_do(papers: Papers) -> Case:
    drawn = papers[Form.MAIN].sections[0][0]
    point = drawn.removeprefix("national-").partition(".")[0]
    return main(papers, drawn, f"city-{point}.9"), cards()


def without_figure(papers: Papers) -> Case:
    return papers, [replace(card, has_figure=False) for card in cards()]


def without_formula(papers: Papers) -> Case:
    return papers, [replace(card, has_formula=False) for card in cards()]


def crowded_point(papers: Papers) -> Case:
    bank = cards()
    point = next(card.point for card in bank if card.item_no == singles(papers, 1)[0])
    for item_no in papers[Form.MAIN].item_nos[:4]:
        bank = with_card(bank, item_no, point=point)
    return papers, bank


def moved_to(unit: str, how_many: int) -> Callable[[Papers], Case]:
    def move(papers: Papers) -> Case:
        bank = cards()
        for i, item_no in enumerate(singles(papers, how_many)):
            bank = with_card(bank, item_no, point=f"{unit}-{1 + i % 10:03}")
        return papers, bank

    return move


def all_hard(papers: Papers) -> Case:
    return papers, [replace(card, difficulty=5) for card in cards()]


def item_in_both(papers: Papers) -> Case:
    return main(papers, singles(papers, 1)[0], papers[Form.SPARE].sections[0][0]), cards()


def item_twice(papers: Papers) -> Case:
    first, second = singles(papers, 2)
    return main(papers, first, second), cards()


def wrong_type(papers: Papers) -> Case:
    return papers, with_card(cards(), singles(papers, 1)[0], type=ItemType.JUDGEMENT)


def item_missing(papers: Papers) -> Case:
    paper = papers[Form.MAIN]
    return papers | {Form.MAIN: Paper(paper.form, (paper.sections[0][1:], paper.sections[1]))}, cards()


def unknown_item(papers: Papers) -> Case:
    return main(papers, singles(papers, 1)[0], "national-nowhere"), cards()


def point_outside_the_blueprint(papers: Papers) -> Case:
    return papers, with_card(cards(), singles(papers, 1)[0], point="Z-A-A-001")


BREAKS = [
    ("enemies", enemy_added), ("local_cap", local_over_the_cap), ("national_first", local_where_national_would_do),
    ("figures", without_figure), ("formulas", without_formula), ("per_point", crowded_point),
    ("units", moved_to("A-A-A", 10)), ("areas_2", moved_to("A-B-A", 20)), ("areas_1", moved_to("B-B-B", 25)),
    ("mean_difficulty", all_hard), ("distinct", item_in_both), ("distinct", item_twice), ("sections", wrong_type),
    ("points", wrong_type), ("sections", item_missing), ("points", item_missing), ("known", unknown_item),
    ("known", point_outside_the_blueprint),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "broken"), BREAKS, ids=[f"{rule}-{broken.__name__}" for rule, broken in BREAKS])
def test_a_broken_rule_is_named(rule: str, broken: Callable[[Papers], Case], sound: Papers) -> None:
    papers, bank = broken(sound)
    counts = recount(papers, bank, BLUEPRINT, PLAN)
    assert (rule, Form.MAIN) in [(count.rule, count.form) for count in counts if not count.held]
    with pytest.raises(PlanError):
        certify(papers, bank, BLUEPRINT, PLAN, SOURCE)


def test_every_rule_has_a_break_and_a_place_in_the_certificate(sound: Papers) -> None:
    rules = {count.rule for count in recount(sound, cards(), BLUEPRINT, PLAN)}
    assert rules == {rule for rule, _ in BREAKS}
    assert len(rules) == 14


def test_a_sound_pair_keeps_every_rule(sound: Papers) -> None:
    assert all(count.held for count in recount(sound, cards(), BLUEPRINT, PLAN))
