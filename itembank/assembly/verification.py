"""Whether a certificate is true: rules, costs and order again, from snapshot, plan and seed, without a solver.

That no cheaper papers exist is the replay's proof (`replay.py`); that these cost what the draw says is seen here.
"""

from __future__ import annotations

from itembank.assembly.certificate import Certificate, counted_lines
from itembank.assembly.checker import is_local
from itembank.assembly.eligibility import sift_snapshot
from itembank.assembly.race import Race, draw_key, order_key
from itembank.domain.items import ItemCard


def broken_rules(certificate: Certificate) -> list[str]:
    """The rules that do not hold; empty when the certificate is true.

    Beside the rules of the papers: `cost` and `order` of what is drawn under the seed, and `lines` where the certificate says
    something else of its own papers.
    """
    counted = counted_lines(certificate.papers, certificate.snapshot, certificate.plan)
    broken = {line.rule for line in counted if not line.held}
    if counted != certificate.lines:
        broken.add("lines")
    key, bank = draw_key(bytes.fromhex(certificate.seed)), {card.item_no: card for card in certificate.snapshot.cards}
    eligible = sift_snapshot(certificate.plan, certificate.snapshot)
    race = Race.of(certificate.plan, certificate.snapshot.blueprint, eligible.cards, key)
    if not _costs_hold(certificate, race, bank):
        broken.add("cost")
    if not _local_holds(certificate, bank):
        broken.add("national_first")
    if not _order_holds(certificate, key, bank):
        broken.add("order")
    return sorted(broken)


def _costs_hold(certificate: Certificate, race: Race, bank: dict[str, ItemCard]) -> bool:
    """The items of each block of papers cost what the draw says its cheapest papers cost."""
    if sorted(form for block in certificate.blocks for form in block.forms) != sorted(certificate.papers):
        return False
    for block in certificate.blocks:
        cost = 0
        for form in block.forms:
            for item_no in certificate.papers[form].item_nos:
                if item_no not in bank:
                    return False
                cost += race.cost(form, bank[item_no])
        if cost != block.cost:
            return False
    return True


def _local_holds(certificate: Certificate, bank: dict[str, ItemCard]) -> bool:
    """Each block has as many halves of local items as the draw found to be the fewest."""
    for block in certificate.blocks:
        halves = 0
        for form in block.forms:
            for section, item_nos in zip(certificate.plan.sections, certificate.papers[form].sections, strict=False):
                halves += section.halves * sum(item_no in bank and is_local(bank[item_no]) for item_no in item_nos)
        if halves != block.local:
            return False
    return True


def _order_holds(certificate: Certificate, key: bytes, bank: dict[str, ItemCard]) -> bool:
    """Items of a section stand in the order of their keys; those of a set together, at the first of them."""
    for form, paper in certificate.papers.items():
        own = {item_no: order_key(key, form, item_no) for item_no in paper.item_nos}
        leader: dict[str, bytes] = {}
        sets = {item_no: bank[item_no].item_set for item_no in paper.item_nos if item_no in bank}
        for item_no, name in sets.items():
            if name:
                leader[name] = min(own[item_no], leader.get(name, own[item_no]))
        for section in paper.sections:
            places = [(leader.get(sets.get(item_no) or item_no, own[item_no]), own[item_no]) for item_no in section]
            if places != sorted(places):
                return False
    return True
