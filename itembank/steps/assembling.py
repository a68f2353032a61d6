"""Step 3, 组卷: papers are drawn on the desk from a sealed seed, proven, and kept sealed; `proving.py` is its 审卷.

True before the draw: two officers have given a seed each, and the signed attempt, with both hashes, the plan and the digest of
what is drawn from, stands in a signed checkpoint of the ledger. So a second draw, or a seed chosen after looking, leaves a
line with its reason. The assembler sees numbers only: the texts go from the pools into the sealed draft.
Cut off anywhere, the same command goes on with the same attempt: the signed attempt is kept, and the same seed draws the same
papers from the same snapshot; anything else is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from itembank.assembly.certificate import Certificate, GivenSeed, Provenance, certify
from itembank.assembly.drawing import Draw, Task, draw
from itembank.assembly.eligibility import Eligible, sift, sift_snapshot
from itembank.assembly.explanation import Explanation, explain
from itembank.assembly.predictability import Predictability, predictability
from itembank.assembly.race import draw_key
from itembank.assembly.solver import Solver
from itembank.assembly.supply import Line, supply
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError, SessionError
from itembank.domain.paper import Form
from itembank.domain.plan import Plan, capped
from itembank.domain.session import ExamSession, Variants, beijing_day
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.desk_statements import (
    Attempt,
    Seed,
    combine_seeds,
    read_attempt,
    read_exclusion,
    read_seed,
    sign_attempt,
    sign_seed,
)
from itembank.formats.draft import seal_certificate, seal_draft
from itembank.formats.plan_file import plan_document
from itembank.formats.pool_content import PoolContent
from itembank.formats.snapshot import Snapshot, take_snapshot
from itembank.ports import CentreLine, Clock, Folder, Random
from itembank.steps import drawn_items
from itembank.steps.desk_session import (
    current_attempt,
    exclusions,
    finish_giving_up,
    give_up,
    given_seeds,
    held_attempt,
    is_drawn,
    is_signed,
    load_plan,
    load_session,
    read_seeds,
    reason_of,
)
from itembank.steps.drafting import cards_of, draft_papers, trainers_of
from itembank.steps.drawn_items import with_own_uses
from keys.directory import Device, Directory
from keys.encoding import canonical, h
from keys.errors import RefusedError, TamperedError
from keys.statement import Signer

UNDRAWABLE = ("attempt.pool_unknown", "attempt.edition_over")
"""Why the centre refuses a pool release that an attempt names: it leaves the desk."""
NOT_BEGUN = (*UNDRAWABLE, "attempt.frozen")
"""Refusals after which the attempt has no line and never will: the same number and seeds are good for other releases."""
SPENT = ("plan.cannot_be_met", "plan.tie", "plan.recheck", "plan.not_certified", "plan.search_unfinished")
"""What the seeds themselves decide; a solver that died is asked again."""
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
    _check_plan(session, plan)
    with desk.hold(f"sessions/{session.number}"):
        if not desk.exists(f"sessions/{session.number}/order"):
            # A kill between the two leaves a plan of no session.
            desk.replace(f"sessions/{session.number}/plan", canonical(plan_document(plan)))
        desk.write_once(f"sessions/{session.number}/order", canonical(session.document()))


def change_plan(desk: Folder, number: str, plan: Plan) -> None:
    """Another plan of the ordered one's name. Raises RefusedError once a seed is given: nobody chooses a plan after a seed."""
    with desk.hold(f"sessions/{number}"):
        finish_giving_up(desk, number)
        session, attempt = load_session(desk, number), current_attempt(desk, number)
        if given_seeds(desk, number, attempt) or is_signed(desk, number, attempt) or is_drawn(desk, number, attempt):
            raise RefusedError("plan.seeds_given", session=number)
        _check_plan(session, plan)
        desk.replace(f"sessions/{number}/plan", canonical(plan_document(plan)))


def _check_plan(session: ExamSession, plan: Plan) -> None:
    plan.check()
    plan.check_is_for(session.occupation, session.level, session.subject)
    if plan.name != session.plan:
        raise PlanError("plan.not_ordered", plan=plan.name, ordered=session.plan)
    if plan.is_practical and session.variants is Variants.SEAT:
        raise PlanError("plan.no_seats", plan=plan.name)
    session.check_seats(plan.items)


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

    Once the paper is drawn a seed is refused too, unless it asks for a redraw and says why: that gives up the attempt, its
    draft and its proof, also one that was signed and could not be drawn, and the next draw is an attempt of its own, with two
    new seeds and a line in the ledger.
    """
    load_session(desk, number)
    # Whoever may not give a seed must not be able to give up a paper either.
    directory.require_acting([officer], "bank_manager")
    with desk.hold(f"sessions/{number}"):
        finish_giving_up(desk, number)
        attempt = current_attempt(desk, number)
        if redraw.strip() and (is_drawn(desk, number, attempt) or is_signed(desk, number, attempt)):
            give_up(desk, number, attempt, redraw.strip())
            attempt += 1
        if is_drawn(desk, number, attempt):
            raise RefusedError("seed.drawn", session=number)
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
) -> Assembled:
    """Draw the papers from the pools ((release digest, content) pairs) and keep them sealed; pools of other exams are left out.

    Raises RefusedError attempt.pool_unknown when the centre never released one of them, attempt.edition_over when its edition
    is, attempt.frozen when it holds an item that was frozen since: then nothing is drawn, the attempt is not begun, and its
    seeds are good for other pools. Unmet when the bank cannot do it; TamperedError when what the attempt was signed for is no
    longer what lies here.
    """
    # Nobody else draws, excludes or gives seeds here meanwhile, and no other session takes the same items.
    with desk.hold(f"sessions/{number}"), desk.hold(drawn_items.FOLDER):
        finish_giving_up(desk, number)
        session, plan = load_session(desk, number), load_plan(desk, number)
        attempt, pools = current_attempt(desk, number), _of_this_exam(session, pools)
        _refuse_drawn(desk, number, attempt)
        drawing = _Drawing(desk, directory, me, desk_secret, session, attempt, pools, setting)
        # 1. two seeds, given by two officers; what is drawn from is frozen
        asked, given = drawing.frozen(capped(plan, (content.local_cap for _, content in pools)), forms, clock)
        # 2. the signed attempt is in the ledger before anything is drawn, and so is every one before it
        _post_earlier(desk, centre, directory, number, attempt)
        signed = _signed_attempt(desk, directory, asked.attempt, assembler)
        _post(desk, centre, directory, number, attempt, signed)
        # 3. the draw, solved, counted again by the checker
        try:
            certificate = drawing.drawn(asked, given, signed)
        except PlanError as error:
            if error.code in SPENT:
                # This attempt's seed has spoken: the next one needs two new seeds and a line of its own.
                give_up(desk, number, attempt, error.code)
            raise
        # 4. texts, keys and seed go into the sealed draft
        return drawing.kept(certificate, random)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One attempt at the desk, from what lies there to the sealed draft."""

    desk: Folder
    directory: Directory
    me: Device
    secret: bytes = field(repr=False)
    session: ExamSession
    attempt: int
    pools: Sequence[tuple[str, PoolContent]] = field(repr=False)
    setting: PrintSetting

    @property
    def name(self) -> str:
        return f"{self.session.number}/{self.attempt}"

    def frozen(self, plan: Plan, forms: Sequence[Form], clock: Clock) -> tuple[_Asked, list[tuple[Seed, bytes]]]:
        """What will be signed: plan, papers, pools, snapshot and seeds. As it was signed, where it was."""
        number, contents = self.session.number, [content for _, content in self.pools]
        blueprint = _agreed(plan, contents)
        seeds = read_seeds(self.desk, self.directory, number, self.attempt)
        held = held_attempt(self.desk, self.directory, number)
        if held is not None:
            seeds = _named(held, seeds)
        given = [(seed, seed.open(self.secret)) for seed in seeds]
        key = combine_seeds(number, self.attempt, [(seed.who, opened) for seed, opened in given])
        at = held.at if held else clock().replace(microsecond=0)
        salt = h("snapshot-salt", number, self.attempt, key)
        found = _snapshot(self.desk, self.secret, self.directory, self.name, plan, blueprint, contents, beijing_day(at), salt)
        asked = Attempt(
            number, self.attempt, self.session, plan, tuple(form for form in Form if form in forms),
            tuple(digest for digest, _ in self.pools), found.digest, tuple(sorted((seed.who, seed.hash) for seed in seeds)),
            reason_of(self.desk, number, self.attempt), at,
        )  # fmt: skip
        return _Asked(asked, found, key), given

    def drawn(self, asked: _Asked, given: Sequence[tuple[Seed, bytes]], signed: bytes) -> Certificate:
        """The draw and its certificate. Raises PlanError."""
        attempt, snapshot = asked.attempt, asked.snapshot
        # The solver's process starts while the cards are sifted.
        with Solver() as solver:
            eligible = sift_snapshot(attempt.plan, snapshot)
            task = Task(attempt.plan, snapshot.blueprint, eligible.cards, draw_key(asked.key))
            papers, guessing = _drawn(task, eligible, attempt.papers, solver)
            version = solver.version
        statements = tuple(data.decode() for data in exclusions(self.desk, attempt.session, self.secret))
        provenance = Provenance(
            attempt.session, attempt.attempt, attempt.reason, attempt.pools, self.setting.template, self.setting.fonts, version,
            signed.decode(), statements,
        )  # fmt: skip
        shares = tuple(GivenSeed(seed.who, seed.hash, opened.hex()) for seed, opened in given)
        return certify(papers, snapshot, attempt.plan, provenance, shares, asked.key, guessing)

    def kept(self, certificate: Certificate, random: Random) -> Assembled:
        """The draft and the certificate, sealed, the drawn items counted; the seeds are spent."""
        desk, number = self.desk, self.session.number
        contents = [content for _, content in self.pools]
        papers = draft_papers(self.session, certificate.papers, certificate, contents)
        draft = DeskDraft(number, self.attempt, certificate.seed, certificate.with_items(), papers)
        if certificate.plan.recent_days:
            items = [no for paper in certificate.papers.values() for no in paper.item_nos]
            drawn_items.count(desk, self.me, self.secret, self.name, items, certificate.snapshot.day, random)
        sealed = seal_draft(draft.document(), number, self.attempt, self.me.seal, random)
        desk.replace(f"sessions/{number}/draft", sealed)
        desk.replace(f"sessions/{number}/certificate", canonical(certificate.public()))
        _spend_seeds(desk, number, self.attempt)
        whole = seal_certificate(certificate.with_items(), number, self.attempt, self.me.seal, random)
        return Assembled(certificate, sealed, whole)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an attempt is signed for, and the key its seeds give."""

    attempt: Attempt
    snapshot: Snapshot = field(repr=False)
    key: bytes = field(repr=False)


def _snapshot(
    desk: Folder,
    desk_secret: bytes,
    directory: Directory,
    name: str,
    plan: Plan,
    blueprint: Blueprint,
    pools: Sequence[PoolContent],
    day: date,
    salt: bytes,
) -> Snapshot:
    """What is drawn from: the pools' cards with their use, what the desk has drawn itself, who and what stays out.

    `name`: SESSION/ATTEMPT.
    """
    cards = with_own_uses(desk, desk_secret, [card for content in pools for card in cards_of(content)], name)
    excluded: dict[str, str] = {}
    number = name.partition("/")[0]
    for data in exclusions(desk, number, desk_secret):
        excluded |= read_exclusion(data, directory, number)[1]
    return take_snapshot(plan, blueprint, cards, day, salt, excluded, trainers_of(pools))


def supply_of(
    desk: Folder,
    directory: Directory,
    desk_secret: bytes,
    session: ExamSession,
    plan: Plan,
    pools: Sequence[tuple[str, PoolContent]],
    papers: int,
    day: date,
) -> list[Line]:
    """What the pools can give to each line of a plan, before anybody has given a seed; nothing is drawn."""
    contents = [content for _, content in _of_this_exam(session, pools)]
    plan = capped(plan, (content.local_cap for content in contents))
    plan.check()
    blueprint, name = _agreed(plan, contents), f"{session.number}/{current_attempt(desk, session.number)}"
    found = _snapshot(desk, desk_secret, directory, name, plan, blueprint, contents, day, b"")
    return supply(plan, blueprint, sift(plan, blueprint, found.cards, day, found.excluded, found.trainers), papers)


def _drawn(task: Task, eligible: Eligible, forms: Sequence[str], solver: Solver) -> tuple[Draw, Predictability]:
    """The draw, and what of it can be guessed. Raises Unmet with its reasons when there is none."""
    named = [str(form) for form in forms]
    try:
        drawn = draw(task, named, solver)
        local = any(block.local for block in drawn.blocks)
        return drawn, predictability(task, eligible, solver, local=local)
    except PlanError as error:
        if error.code != "plan.infeasible":
            raise
        raise Unmet(task.plan.name, explain(task, eligible, named, solver)) from error


def _refuse_drawn(desk: Folder, number: str, attempt: int) -> None:
    """Raise RefusedError when the paper is drawn; what a kill left of its seeds goes."""
    if desk.exists(f"sessions/{number}/draft") and desk.exists(f"sessions/{number}/certificate"):
        _spend_seeds(desk, number, attempt)
    if is_drawn(desk, number, attempt) and not given_seeds(desk, number, attempt):
        raise RefusedError("seed.drawn", session=number)


def _spend_seeds(desk: Folder, number: str, attempt: int) -> None:
    """The draft holds the seed now, for the desk's key, until the centre has accepted what is sealed from it."""
    for name in given_seeds(desk, number, attempt):
        desk.delete(name)


def _of_this_exam(session: ExamSession, pools: Sequence[tuple[str, PoolContent]]) -> list[tuple[str, PoolContent]]:
    """The pools of this occupation, level and subject: a desk holds those of many exams. Raises when there is none."""
    if not pools:
        raise RefusedError("pool.none_here", session=session.number)
    exam = (session.occupation, session.level, session.subject)
    exams = [(pool[1].blueprint.occupation, pool[1].blueprint.level, pool[1].blueprint.subject) for pool in pools]
    if exam not in exams:
        found = "、".join(dict.fromkeys(" ".join(map(str, other)) for other in exams))
        raise SessionError("session.other_blueprint", session=session.number, found=found)
    return [pool for pool, its in zip(pools, exams, strict=True) if its == exam]


def _agreed(plan: Plan, pools: Sequence[PoolContent]) -> Blueprint:
    """The one blueprint of all pools. Raises before anything is drawn when they, or their figures, disagree."""
    blueprint = pools[0].blueprint
    if any(pool.blueprint != blueprint for pool in pools):
        raise PlanError("pool.blueprints_differ")
    plan.check_fits(blueprint)
    figures: dict[str, str] = {}
    for pool in pools:
        for name, svg in pool.figures.items():
            if figures.setdefault(name, svg) != svg:
                raise PlanError("pool.figure_twice", name=name)
    return blueprint


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


def _post_earlier(desk: Folder, centre: CentreLine, directory: Directory, number: str, attempt: int) -> None:
    """An attempt that was signed and given up before its line was there gets its line first: none is left out."""
    for earlier in range(1, attempt):
        name = f"sessions/{number}/attempts/{earlier}"
        if desk.exists(name) and not desk.exists(f"sessions/{number}/posted/{earlier}"):
            _post(desk, centre, directory, number, earlier, desk.read(name))


def _post(desk: Folder, centre: CentreLine, directory: Directory, number: str, attempt: int, signed: bytes) -> None:
    try:
        centre.post_attempt(signed).check_says(signed, directory)
    except RefusedError as error:
        if error.code in NOT_BEGUN:
            desk.delete(f"sessions/{number}/attempts/{attempt}")
        raise
    desk.write_once(f"sessions/{number}/posted/{attempt}", b"")
