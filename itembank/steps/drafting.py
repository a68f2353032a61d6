"""From drawn item numbers to the papers of a draft, and back: is a draft what was drawn from these pools?

No step: step 3 writes drafts here, and whoever reads one at the desk asks here first. A draft is sealed to the desk's public
key, so anybody who can write into the desk's folder can make one; what is believed is what the signed attempt, the seeds and
the pools give again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from itembank.assembly.certificate import Certificate
from itembank.assembly.eligibility import sift_snapshot
from itembank.assembly.predictability import predictability
from itembank.assembly.replay import task_of
from itembank.assembly.solver import Solver
from itembank.domain.items import Item, ItemCard
from itembank.domain.occupation import LEVELS
from itembank.domain.paper import Form, Paper, PaperContent, sections_of
from itembank.domain.session import ExamSession
from itembank.domain.variant import Slot
from itembank.formats.desk_draft import DeskDraft, DraftPaper
from itembank.formats.desk_statements import read_attempt
from itembank.formats.pool_content import PoolContent
from itembank.steps.certifying import check_certificate
from keys.directory import Directory
from keys.errors import TamperedError


def draft_papers(
    session: ExamSession, papers: Mapping[str, Paper], certificate: Certificate, pools: Sequence[PoolContent]
) -> dict[Form, DraftPaper]:
    """The papers in full: texts and figures from the pools, by the plan and the print setting of the certificate."""
    items = {item.item_no: item for content in pools for item in content.items}
    figures = {name: svg for content in pools for name, svg in content.figures.items()}
    return {Form(form): _paper(session, paper, certificate, items, figures) for form, paper in papers.items()}


def check_draft(
    directory: Directory, session: ExamSession, draft: DeskDraft, pools: Sequence[tuple[str, PoolContent]]
) -> Certificate:
    """The certificate of a draft that is what was drawn. `pools`: (digest, content) of the releases it was drawn from.

    1. the certificate holds: signed attempt, seeds, rules, costs, order; the session is the one the attempt was signed for
    2. its snapshot is what these pools say of their items, but for what the desk has used itself
    3. texts, keys, order and figures of the draft are those of the drawn items
    4. what can be guessed is what it says

    Raises TamperedError.
    """
    # 1.
    certificate = check_certificate(draft.certificate, directory)
    source = certificate.provenance
    if (source.session, source.attempt) != (draft.session, draft.attempt) or draft.seed != certificate.seed:
        raise TamperedError("draft.other", session=draft.session, what="attempt")
    if session != read_attempt(source.statement.encode(), directory).order:
        raise TamperedError("draft.other", session=draft.session, what="order")
    if sorted(digest for digest, _ in pools) != sorted(source.pool_releases):
        raise TamperedError("draft.other", session=draft.session, what="pools")
    # 2.
    contents = [content for _, content in pools]
    _check_snapshot(certificate, contents)
    # 3.
    if draft.papers != draft_papers(session, certificate.papers, certificate, contents):
        raise TamperedError("draft.other", session=draft.session, what="papers")
    # 4.
    snapshot, plan = certificate.snapshot, certificate.plan
    eligible = sift_snapshot(plan, snapshot)
    local = any(block.local for block in certificate.blocks)
    with Solver() as solver:
        if predictability(task_of(certificate), eligible, solver, local=local) != certificate.predictability:
            raise TamperedError("draft.other", session=draft.session, what="predictability")
    return certificate


def cards_of(content: PoolContent) -> list[ItemCard]:
    """What may be known of a pool's items, their use included."""
    cards = []
    for item in content.items:
        card, record = ItemCard.of(item), content.records.get(item.item_no)
        cards.append(card if record is None else replace(card, uses=record.uses, used_on=record.used_on, eyes=record.eyes))
    return cards


def trainers_of(pools: Sequence[PoolContent]) -> set[int]:
    """Eyes that stand aside from the exam."""
    return {number for content in pools for number in content.trainers}


def _check_snapshot(certificate: Certificate, pools: Sequence[PoolContent]) -> None:
    """The desk may know of more uses than the banks; everything else is theirs."""
    plan, snapshot = certificate.plan, certificate.snapshot
    given = {card.item_no: card for content in pools for card in cards_of(content) if plan.asks(card)}
    same = snapshot.blueprint == pools[0].blueprint and set(snapshot.trainers) == trainers_of(pools)
    for card in snapshot.cards:
        base = given.pop(card.item_no, None)
        same = same and base is not None and replace(card, uses=base.uses, used_on=base.used_on) == base
        same = same and base is not None and card.uses >= base.uses and card.used_on >= base.used_on
    if given or not same:
        raise TamperedError("draft.other", session=certificate.provenance.session, what="snapshot")


def _paper(
    session: ExamSession, paper: Paper, certificate: Certificate, items: Mapping[str, Item], figures: Mapping[str, str]
) -> DraftPaper:
    plan, source, form = certificate.plan, certificate.provenance, Form(paper.form)
    drawn, blueprint = [items[item_no] for item_no in paper.item_nos], certificate.snapshot.blueprint
    content = PaperContent(
        scheme=session.scheme,
        paper_no=session.paper_no(form),
        occupation=session.occupation,
        level=LEVELS[session.level],
        subject=session.subject,
        form=form,
        standard_year=blueprint.standard_year,
        minutes=plan.minutes,
        points=plan.points,
        pass_points=plan.pass_points,
        sections=sections_of(paper, plan, dict(items), {node.code: node.name for node in blueprint.nodes}),
        figures={name: figures[name] for item in drawn for name in item.printed_figures},
        template=source.template,
        fonts=source.fonts,
    )
    slots = tuple(tuple(_slot(items[item_no]) for item_no in section) for section in paper.sections if section)
    return DraftPaper(content, paper.item_nos, tuple(map(_key_of, drawn)), slots)


def _slot(item: Item) -> Slot:
    """Options that speak of each other stand as they were written, whether anybody thought of the lock or not."""
    locked = item.options_locked or "item.flag.lock_options" in item.flags()
    return Slot(len(item.options), locked, item.set_name)


def _key_of(item: Item) -> str:
    """The key a marker needs; of a case the keys of its questions, numbered."""
    if not item.questions:
        return item.key
    return " ".join(f"({number}) {question.key}" for number, question in enumerate(item.questions, start=1))
