"""The certificate counts every rule; its public face names no item; one changed id, number or card is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from itembank.assembly.certificate import RULES, Certificate, read_certificate
from itembank.assembly.replay import drawn_again, is_same
from itembank.assembly.solver import Solver, SolverName
from itembank.assembly.verification import broken_rules
from itembank.domain.items import ItemType
from itembank.domain.paper import Paper
from itembank.domain.plan import Section
from keys.encoding import canonical, read_canonical
from tests.unit.assembly.invented_bank import BLUEPRINT, PLAN, cards, certified, exchanged, with_card

BANK = cards()


@pytest.fixture(scope="module")
def certificate(solver: Solver) -> Certificate:
    return certified(solver, BANK)


def test_every_rule_held(certificate: Certificate) -> None:
    assert certificate.score == f"{len(RULES)}/{len(RULES)}"
    assert certificate.counts()["A"] == {"items": 80, "points": 100, "national": 80, "local": 0}
    assert broken_rules(certificate) == []


def test_it_comes_back_from_its_canonical_form_as_it_was(certificate: Certificate) -> None:
    again = read_certificate(read_canonical(canonical(certificate.with_items()), "certificate"))
    assert again == certificate and broken_rules(again) == []
    assert read_canonical(canonical(certificate.public()), "certificate") == certificate.public()


def test_the_public_face_names_no_item_and_no_point(certificate: Certificate) -> None:
    text = canonical(certificate.public()).decode()
    named = [card.item_no for card in BANK if card.item_no in text] + [
        point.code for point in BLUEPRINT.points if point.code in text
    ]
    assert named == [] and certificate.seed not in text
    assert len(certificate.with_items()["papers"]["A"][0]) == 60


def test_the_public_face_hides_numbers_that_single_out_items(certificate: Certificate) -> None:
    """A bank with few figures tells by their number which ones were drawn; the bound tells nothing."""
    shown = {line["rule"]: line["found"] for line in certificate.public()["lines"]}
    assert shown["figures"] == {"A": ">=1", "S": ">=1"}


def test_two_draws_by_one_plan_have_one_public_face_but_for_their_seeds(solver: Solver, certificate: Certificate) -> None:
    """So no number in it tells which items were drawn."""
    other = certified(solver, BANK, seed=b"\x09" * 32)
    assert other.papers != certificate.papers
    one, two = ({**face.public(), "snapshot": ""} for face in (certificate, other))
    assert one == two


def test_printing_a_certificate_shows_no_item(certificate: Certificate) -> None:
    """Tracebacks and logs print objects by repr."""
    assert "national-" not in repr(certificate) and certificate.seed not in repr(certificate)


def unused_twin(certificate: Certificate) -> tuple[str, str]:
    """A drawn item, and one beside it that no rule could tell from it."""
    bank = {card.item_no: card for card in certificate.snapshot.cards}
    taken = {no for paper in certificate.papers.values() for no in paper.item_nos}
    for item_no in certificate.papers["A"].item_nos:
        for other in bank.values():
            like = replace(other, item_no=item_no) == bank[item_no]
            if other.item_no not in taken and like:
                return item_no, other.item_no
    raise AssertionError("no two items are alike")


def one_id_changed(certificate: Certificate) -> Certificate:
    first = certificate.papers["A"].item_nos[0]
    return replace(certificate, papers=certificate.papers | {"A": exchanged(certificate.papers["A"], first, first + "x")})


def two_places_changed(certificate: Certificate) -> Certificate:
    singles, judgements = certificate.papers["A"].sections
    return replace(certificate, papers=certificate.papers | {"A": Paper("A", (singles[::-1], judgements))})


def other_seed(certificate: Certificate) -> Certificate:
    return replace(certificate, seed="08" * 32)


def other_cost(certificate: Certificate) -> Certificate:
    [block] = certificate.blocks
    return replace(certificate, blocks=(replace(block, cost=block.cost - 1),))


def other_local(certificate: Certificate) -> Certificate:
    [block] = certificate.blocks
    return replace(certificate, blocks=(replace(block, local=block.local + 2),))


def other_line(certificate: Certificate) -> Certificate:
    lines = tuple(replace(line, found={**line.found, "A": "0"}) for line in certificate.lines)
    return replace(certificate, lines=lines)


def card_changed(certificate: Certificate) -> Certificate:
    bank = with_card(list(certificate.snapshot.cards), certificate.papers["A"].item_nos[0], difficulty=5)
    return replace(certificate, snapshot=replace(certificate.snapshot, cards=tuple(bank)))


@pytest.mark.parametrize(
    ("change", "found"),
    [(one_id_changed, "known"), (two_places_changed, "order"), (other_seed, "cost"), (other_cost, "cost"),
     (other_local, "national_first"),
     (other_line, "lines"), (card_changed, "lines")],
)  # fmt: skip
def test_one_change_in_a_certificate_is_found(
    change: Callable[[Certificate], Certificate], found: str, certificate: Certificate
) -> None:
    assert found in broken_rules(change(certificate))


def test_an_item_exchanged_for_one_that_keeps_every_rule_is_found_by_its_cost(solver: Solver) -> None:
    twins = [replace(card, item_no=f"{card.item_no}.twin", enemy_group="") for card in BANK]
    certificate = certified(solver, [replace(card, enemy_group="", has_figure=True, has_formula=True) for card in BANK]
                            + [replace(card, has_figure=True, has_formula=True) for card in twins])  # fmt: skip
    leaving, entering = unused_twin(certificate)
    changed = replace(certificate, papers=certificate.papers | {"A": exchanged(certificate.papers["A"], leaving, entering)})
    assert set(broken_rules(changed)) <= {"cost", "order"} and "cost" in broken_rules(changed)


@pytest.mark.parametrize("name", list(SolverName))
def test_a_replay_gives_the_same_papers_by_either_solver(name: SolverName, certificate: Certificate) -> None:
    assert is_same(certificate, drawn_again(certificate, name))


def test_a_replay_draws_in_the_order_of_the_draw_whatever_the_forms_are_called(solver: Solver) -> None:
    """A certificate's papers are sorted by name when it is read again."""
    plan = replace(PLAN, sections=(Section(ItemType.SINGLE, 20, 6), Section(ItemType.JUDGEMENT, 10, 8)), unit_tolerance=9,
                   area_tolerance=9, figures_at_least=0, formulas_at_least=0)  # fmt: skip
    batch = certified(solver, BANK, plan, forms=("2", "10", "1", "9"))
    again = read_certificate(read_canonical(canonical(batch.with_items()), "certificate"))
    assert is_same(again, drawn_again(again, SolverName.HIGHS))


def test_a_replay_of_other_papers_says_so(certificate: Certificate) -> None:
    assert not is_same(one_id_changed(certificate), drawn_again(certificate, SolverName.HIGHS))


BROKEN: list[dict[str, Any]] = [{"papers": 7}, {"snapshot": {}}, {"plan": None}, {"blocks": [1]}, {"seeds": [{}]}]


@pytest.mark.parametrize("change", BROKEN)
def test_what_is_no_certificate_is_not_read_as_one(change: dict[str, Any], certificate: Certificate) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read_certificate({**certificate.with_items(), **change})
