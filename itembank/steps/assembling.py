"""Step 3, 组卷: papers are drawn on the desk from a sealed seed, proven, and kept sealed; `proving.py` is its 审卷.

True before the draw: two officers have given a seed each, and the signed attempt, with both hashes, the plan and the digest of
what is drawn from, stands in a signed checkpoint of the ledger. So a second draw, or a seed chosen after looking, leaves a
line with its reason. The assembler sees numbers only: the texts go from the pools into the sealed draft.
Cut off anywhere, the same command goes on with the same attempt: the signed attempt is kept, and the same seed draws the same
papers from the same snapshot; anything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from itembank.assembly.certificate import Certificate, GivenSeed, Provenance, certify, draw_context
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import Eligible, sift
from itembank.assembly.explanation import Explanation, explain
from itembank.assembly.predictability import Predictability, predictability
from itembank.assembly.race import draw_key
from itembank.assembly.solver import Solver
from itembank.assembly.supply import Line, supply
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError, SessionError
from itembank.domain.items import Item, ItemCard
from itembank.domain.occupation import LEVELS
from itembank.domain.paper import Form, Paper, PaperContent, sections_of
from itembank.domain.plan import Plan, capped
from itembank.domain.session import ExamSession, beijing_day
from itembank.domain.variant import Slot
from itembank.formats.desk_draft import DeskDraft, DraftPaper
from itembank.formats.desk_statements import Attempt, Seed, combine_seeds, read_attempt, read_seed, sign_attempt, sign_seed
from itembank.formats.draft import seal_certificate, seal_draft
from itembank.formats.plan_file import plan_document
from itembank.formats.pool_content import PoolContent
from itembank.formats.snapshot import take_snapshot
from itembank.ports import CentreLine, Clock, Folder, Random
from itembank.steps.desk_session import (
    current_attempt,
    excluded_items,
    give_up,
    given_seeds,
    held_attempt,
    is_drawn,
    load_plan,
    load_session,
    read_seeds,
    reason_of,
)
from itembank.steps.drawn_items import count, with_own_uses
from keys.directory import Device, Directory
from keys.encoding import canonical, h
from keys.errors import RefusedError, TamperedError
from keys.ledger_proof import LedgerProof
from keys.statement import Signer

UNDRAWABLE = ("attempt.pool_unknown", "attempt.edition_over")
"""Why the centre refuses a pool release that an attempt names: it leaves the desk."""
USUAL = (Form.MAIN, Form.SPARE)


@dataclass(frozen=True, slots=True)
class PrintSetting:
    """By what the pages will be made: the template's digest and the fonts' hashes. They are part of the proof."""

    template: str
    fonts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a draw has come to. `draft`, `sealed`: the draft and the whole certificate as files, for the desk's key only."""

    certificate: Certificate
    draft: bytes
    sealed: bytes


class Unmet(PlanError):
    """The plan cannot be met; `why` tells which lines are short, what would do, and what contradicts itself."""

    def __init__(self, plan: str, why: Explanation) -> None:
        said = why.sentences()
        zh, en = "；".join(zh for zh, _ in said), "; ".join(en for _, en in said)
        super().__init__("plan.cannot_be_met", plan=plan, zh=zh, en=en, **why.document())
        self.why = why


def new_session(desk: Folder, directory: Directory, session: ExamSession, plan: Plan) -> None:
    """Order a session. Raises SessionError when it makes no sense, a place is no station, or the number is taken; PlanError."""
    session.check()
    for order in session.stations:
        if directory.device(order.station).kind != "station":
            raise SessionError("session.no_station", station=order.station)
    plan.check()
    plan.check_is_for(session.occupation, session.level, session.subject)
    if plan.name != session.plan:
        raise PlanError("plan.not_ordered", plan=plan.name, ordered=session.plan)
    desk.write_once(f"sessions/{session.number}/plan", canonical(plan_document(plan)))
    desk.write_once(f"sessions/{session.number}/order", canonical(session.document()))


def _change_plan(desk: Folder, session: ExamSession, plan: Plan) -> None:
    plan.check()
    if plan.name != session.plan:
        raise PlanError("plan.not_ordered", plan=plan.name, ordered=session.plan)
    desk.replace(f"sessions/{session.number}/plan", canonical(plan_document(plan)))


def give_seed(
    desk: Folder,
    directory: Directory,
    me: Device,
    number: str,
    officer: Signer,
    clock: Clock,
    random: Random,
    *,
    redraw: str = "",
) -> int:
    """One officer's seed for the current attempt; the attempt's number. A second seed by the same person is refused.

    Once the paper is drawn a seed is refused too, unless it asks for a redraw and says why: that gives up the draft and its
    proof, and the next draw is an attempt of its own, with two new seeds and a line in the ledger.
    """
    load_session(desk, number)
    # Whoever may not give a seed must not be able to give up a paper either.
    directory.require_acting([officer], "bank_manager")
    attempt = current_attempt(desk, number)
    if is_drawn(desk, number, attempt):
        if not redraw.strip():
            raise RefusedError("seed.drawn", session=number)
        give_up(desk, number, attempt, redraw.strip())
        attempt += 1
    name = f"sessions/{number}/seeds/{attempt}-{officer.name}"
    if desk.exists(name):
        raise RefusedError("seed.given", who=officer.name)
    signed = sign_seed(number, attempt, me.seal, officer, clock(), random)
    read_seed(signed, directory)
    desk.write_once(name, signed)
    return attempt


def assemble(
    desk: Folder,
    directory: Directory,
    me: Device,
    desk_secret: bytes,
    assembler: Signer,
    number: str,
    pools: Sequence[tuple[str, PoolContent]],
    setting: PrintSetting,
    centre: CentreLine,
    clock: Clock,
    random: Random,
    forms: Sequence[Form] = USUAL,
    changed: Plan | None = None,
) -> Assembled:
    """Draw the papers from the pools ((release digest, content) pairs) and keep them sealed.

    `changed`: another plan of the ordered one's name, from this attempt on; whoever assembles signs it with the attempt.

    Raises RefusedError attempt.pool_unknown when the centre never released one of them, attempt.edition_over when its edition
    is: then nothing is drawn, the attempt is not begun, and its seeds are good for other pools. Unmet when the bank cannot do
    it; TamperedError when what the attempt was signed for is no longer what lies here.
    """
    forms = [form for form in Form if form in forms]
    session = load_session(desk, number)
    if changed is not None:
        _change_plan(desk, session, changed)
    plan = capped(load_plan(desk, number), (content.local_cap for _, content in pools))
    attempt = current_attempt(desk, number)
    _refuse_drawn(desk, number, attempt)
    blueprint, figures = _agreed(session, plan, [content for _, content in pools])
    # 1. two seeds, given by two officers; what is drawn from is frozen
    seeds = read_seeds(desk, directory, number, attempt)
    held = held_attempt(desk, directory, number)
    if held is not None:
        seeds = _named(held, seeds)
    given = [(seed, seed.open(desk_secret)) for seed in seeds]
    key = combine_seeds(number, attempt, [(seed.who, opened) for seed, opened in given])
    items = {item.item_no: item for _, content in pools for item in content.items}
    day = beijing_day(held.at if held else clock())
    salt = h("snapshot-salt", number, attempt, key)
    cards = with_own_uses(desk, desk_secret, [card for _, content in pools for card in _cards(content)])
    trainers = {eyes for _, content in pools for eyes in content.trainers}
    snapshot = take_snapshot(plan, blueprint, cards, day, salt, excluded_items(desk, number, desk_secret), trainers)
    eligible = sift(plan, blueprint, snapshot.cards, day, snapshot.excluded, snapshot.trainers)
    # 2. the signed attempt is in the ledger before anything is drawn
    at = held.at if held else clock().replace(microsecond=0)
    asked = Attempt(
        number, attempt, session, plan, tuple(forms), tuple(digest for digest, _ in pools), snapshot.digest,
        tuple(sorted((seed.who, seed.hash) for seed in seeds)), reason_of(desk, number, attempt), at,
    )  # fmt: skip
    signed = _signed_attempt(desk, directory, asked, assembler)
    _post_attempt(desk, centre, number, attempt, signed).check_says(signed, directory)
    # 3. the draw, proven, and counted again by the checker
    task = Task(plan, blueprint, eligible.cards, draw_key(key, draw_context(snapshot, plan, attempt)))
    try:
        drawn, guessing, version = _drawn(task, eligible, forms)
        provenance = Provenance(
            number, attempt, asked.reason, asked.pools, setting.template, setting.fonts, version, signed.decode()
        )
        shares = tuple(GivenSeed(seed.who, seed.hash, opened.hex()) for seed, opened in given)
        certificate = certify(drawn, snapshot, plan, provenance, shares, key, guessing)
    except PlanError as error:
        # This attempt's seed has spoken: the next one needs two new seeds and a line of its own.
        give_up(desk, number, attempt, error.code)
        raise
    # 4. texts, keys and seed go into the sealed draft
    papers = {
        Form(form): _draft_paper(session, plan, paper, items, figures, setting, blueprint.standard_year)
        for form, paper in drawn.papers.items()
    }
    draft = DeskDraft(number, attempt, key.hex(), certificate.with_items(), papers)
    sealed = seal_draft(draft.document(), number, attempt, me.seal, random)
    desk.replace(f"sessions/{number}/draft", sealed)
    desk.replace(f"sessions/{number}/certificate", canonical(certificate.public()))
    count(desk, me, desk_secret, draft, plan, day, random)
    _spend_seeds(desk, number)
    return Assembled(certificate, sealed, seal_certificate(certificate.with_items(), number, attempt, me.seal, random))


def _cards(content: PoolContent) -> Iterator[ItemCard]:
    """What may be known of a pool's items, their use included."""
    for item in content.items:
        record = content.records.get(item.item_no)
        card = ItemCard.of(item)
        yield card if record is None else replace(card, uses=record.uses, used_on=record.used_on, eyes=record.eyes)


def supply_of(
    desk: Folder, desk_secret: bytes, session: ExamSession, plan: Plan, pools: Sequence[PoolContent], papers: int, day: date
) -> list[Line]:
    """What the pools can give to each line of a plan, before anybody has given a seed; nothing is drawn."""
    plan = capped(plan, (content.local_cap for content in pools))
    plan.check()
    blueprint, _ = _agreed(session, plan, pools)
    cards = with_own_uses(desk, desk_secret, [card for content in pools for card in _cards(content)])
    excluded = excluded_items(desk, session.number, desk_secret)
    trainers = {eyes for content in pools for eyes in content.trainers}
    wanted = [card for card in cards if plan.section_of(card.type, card.point)]
    return supply(plan, blueprint, sift(plan, blueprint, wanted, day, excluded, trainers), papers)


def _drawn(task: Task, eligible: Eligible, forms: Sequence[str]) -> tuple[Draw, Predictability, str]:
    """The draw, what of it can be guessed, and by which solver. Raises Unmet with its reasons when there is none."""
    with Solver() as solver:
        try:
            drawn = draw(task, [str(form) for form in forms], solver)
            return drawn, predictability(task, eligible, solver), solver.version
        except PlanError as error:
            if error.code != "plan.infeasible":
                raise
            raise Unmet(task.plan.name, explain(task, eligible, [str(form) for form in forms], solver)) from error


def _refuse_drawn(desk: Folder, number: str, attempt: int) -> None:
    """Raise RefusedError when the paper is drawn; what a kill left of its seeds goes."""
    if desk.exists(f"sessions/{number}/draft") and desk.exists(f"sessions/{number}/certificate"):
        _spend_seeds(desk, number)
    if is_drawn(desk, number, attempt) and not given_seeds(desk, number, attempt):
        raise RefusedError("seed.drawn", session=number)


def _spend_seeds(desk: Folder, number: str) -> None:
    """The draft holds the seed now, for the desk's key, until the centre has accepted what is sealed from it."""
    for name in desk.names(f"sessions/{number}/seeds"):
        desk.delete(name)


def _agreed(session: ExamSession, plan: Plan, pools: Sequence[PoolContent]) -> tuple[Blueprint, dict[str, str]]:
    """The one blueprint of all pools, and their figures by name. Raises before anything is drawn when they disagree."""
    if not pools:
        raise RefusedError("pool.none_here", session=session.number)
    blueprint = pools[0].blueprint
    if any(pool.blueprint != blueprint for pool in pools):
        raise PlanError("pool.blueprints_differ")
    found = (blueprint.occupation, blueprint.level, blueprint.subject)
    if found != (session.occupation, session.level, session.subject):
        raise SessionError("session.other_blueprint", session=session.number, found=" ".join(map(str, found)))
    plan.check_fits(blueprint)
    figures: dict[str, str] = {}
    for pool in pools:
        for name, svg in pool.figures.items():
            if figures.setdefault(name, svg) != svg:
                raise PlanError("pool.figure_twice", name=name)
    return blueprint, figures


def _named(held: Attempt, seeds: Sequence[Seed]) -> list[Seed]:
    """The seeds the signed attempt names; one that was given later is left out."""
    named = dict(held.seeds)
    chosen = [seed for seed in seeds if seed.who in named]
    if {seed.who: seed.hash for seed in chosen} != named:
        raise TamperedError("seed.foreign", session=held.session)
    return chosen


def _signed_attempt(desk: Folder, directory: Directory, asked: Attempt, assembler: Signer) -> bytes:
    """The attempt as signed, now or before. Raises TamperedError when it was signed for something else."""
    name = f"sessions/{asked.session}/attempts/{asked.attempt}"
    if not desk.exists(name):
        signed = sign_attempt(asked, assembler)
        read_attempt(signed, directory)
        desk.write_once(name, signed)
    held = read_attempt(desk.read(name), directory)
    if held != asked:
        differs = [field for field, value in held.body().items() if asked.body()[field] != value]
        raise TamperedError("attempt.other", session=asked.session, fields=differs)
    return desk.read(name)


def _post_attempt(desk: Folder, centre: CentreLine, number: str, attempt: int, signed: bytes) -> LedgerProof:
    try:
        return centre.post_attempt(signed)
    except RefusedError as error:
        if error.code in UNDRAWABLE:
            # It has no line and never will: the same number and seeds may be signed for other pools.
            desk.delete(f"sessions/{number}/attempts/{attempt}")
        raise


def _draft_paper(
    session: ExamSession,
    plan: Plan,
    paper: Paper,
    items: dict[str, Item],
    figures: dict[str, str],
    setting: PrintSetting,
    standard_year: int,
) -> DraftPaper:
    drawn = [items[item_no] for item_no in paper.item_nos]
    content = PaperContent(
        scheme=session.scheme,
        paper_no=session.paper_no(Form(paper.form)),
        occupation=session.occupation,
        level=LEVELS[session.level],
        subject=session.subject,
        form=Form(paper.form),
        standard_year=standard_year,
        minutes=plan.minutes,
        points=plan.points,
        pass_points=plan.pass_points,
        sections=sections_of(paper, plan, items),
        figures={name: figures[name] for item in drawn for name in item.shown_figures},
        template=setting.template,
        fonts=setting.fonts,
    )
    slots = tuple(tuple(_slot(items[item_no]) for item_no in section) for section in paper.sections)
    return DraftPaper(content, paper.item_nos, tuple(map(_key_of, drawn)), slots)


def _slot(item: Item) -> Slot:
    """Options that speak of each other stand as they were written, whether anybody thought of the lock or not."""
    locked = item.options_locked or "item.flag.lock_options" in item.flags()
    return Slot(len(item.options), locked)


def _key_of(item: Item) -> str:
    """The key a marker needs; of a case the keys of its questions, numbered."""
    if not item.questions:
        return item.key
    return " ".join(f"({number}) {question.key}" for number, question in enumerate(item.questions, start=1))
