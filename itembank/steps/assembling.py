"""Step 3, 组卷、审卷: main and spare are drawn on the desk from a sealed seed; a pair reads the proof once and signs it.

True before the draw: two officers have given a seed each, and the signed attempt, with both hashes and the pool releases,
stands in a signed checkpoint of the ledger. So a second draw, or a seed chosen after looking, leaves a line. True before the
proof is read: both have pledged for the pools, and the centre lets them look.
The assembler sees numbers only: the texts go from the pools into the sealed draft. Cut off anywhere, the same command
goes on with the same attempt: the signed attempt is kept, and the same seed draws the same papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from itembank.assembly.certificate import Certificate, Provenance, certify
from itembank.assembly.drawing import draw
from itembank.domain.blueprint import Blueprint
from itembank.domain.errors import PlanError, SessionError
from itembank.domain.items import Item, ItemCard
from itembank.domain.occupation import LEVELS
from itembank.domain.paper import Form, Paper, PaperContent, sections_of
from itembank.domain.people import check_two_people
from itembank.domain.plan import PLANS, Plan, capped
from itembank.domain.session import ExamSession
from itembank.formats.desk_draft import DeskDraft, DraftPaper, proof_hash, read_desk_draft
from itembank.formats.desk_statements import (
    Seed,
    combine_seeds,
    read_attempt,
    read_proof,
    read_seed,
    sign_attempt,
    sign_proof,
    sign_seed,
)
from itembank.formats.draft import open_draft, seal_draft
from itembank.formats.pool_content import PoolContent
from itembank.ports import CentreLine, Clock, Folder, Random
from itembank.steps.desk_pledges import check_pledged
from keys.directory import Device, Directory
from keys.encoding import Json, canonical, read_canonical, sha256, time_text
from keys.entry import read_entry
from keys.errors import RefusedError, TamperedError
from keys.ledger_proof import LedgerProof
from keys.pool_release import read_pool_manifest
from keys.statement import Signer, claimed_signers

UNDRAWABLE = ("attempt.pool_unknown", "attempt.edition_over")
"""Why the centre refuses a pool release that an attempt names: it leaves the desk."""


@dataclass(frozen=True, slots=True)
class PrintSetting:
    """By what the pages will be made: the template's digest and the fonts' hashes. They are part of the proof."""

    template: str
    fonts: dict[str, str]


def new_session(desk: Folder, directory: Directory, session: ExamSession) -> None:
    """Order a session. Raises SessionError when it makes no sense, a place is no station, or the number is taken."""
    session.check()
    for order in session.stations:
        if directory.device(order.station).kind != "station":
            raise SessionError("session.no_station", station=order.station)
    if session.plan not in PLANS:
        raise PlanError("plan.unknown", plan=session.plan)
    desk.write_once(f"sessions/{session.number}/order", canonical(session.document()))


def load_session(desk: Folder, number: str) -> ExamSession:
    """The session as ordered. Raises SessionError when there is none."""
    if not desk.exists(f"sessions/{number}/order"):
        raise SessionError("session.unknown", session=number)
    value: dict[str, Any] = read_canonical(desk.read(f"sessions/{number}/order"), "session")
    return ExamSession.from_document(value)


def current_attempt(desk: Folder, number: str) -> int:
    """The attempt that is under way: one more than were given up."""
    return len(desk.names(f"sessions/{number}/given-up")) + 1


def give_seed(
    desk: Folder,
    directory: Directory,
    me: Device,
    number: str,
    officer: Signer,
    clock: Clock,
    random: Random,
    *,
    redraw: bool = False,
) -> int:
    """One officer's seed for the current attempt; the attempt's number. A second seed by the same person is refused.

    Once the paper is drawn a seed is refused too, unless it asks for a redraw: that gives up the draft and its proof, and
    the next draw is an attempt of its own, with two new seeds and a line in the ledger.
    """
    load_session(desk, number)
    # Whoever may not give a seed must not be able to give up a paper either.
    directory.require_acting([officer], "bank_manager")
    attempt = current_attempt(desk, number)
    if _is_drawn(desk, number, attempt):
        if not redraw:
            raise RefusedError("seed.drawn", session=number)
        _give_up(desk, number, attempt, "redraw")
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
) -> Certificate:
    """Draw main and spare from the pools ((release digest, content) pairs) and keep them sealed. The certificate.

    Raises RefusedError attempt.pool_unknown when the centre never released one of them, attempt.edition_over when its edition
    is: then nothing is drawn, the attempt is not begun, and its seeds are good for other pools.
    """
    session = load_session(desk, number)
    plan = capped(PLANS[session.plan], (content.local_cap for _, content in pools))
    attempt = current_attempt(desk, number)
    _refuse_drawn(desk, number, attempt)
    blueprint, figures = _agreed(session, [content for _, content in pools])
    # 1. two seeds, given by two officers
    seeds = _seeds(desk, directory, number, attempt)
    # 2. the signed attempt is in the ledger before anything is drawn
    releases = [digest for digest, _ in pools]
    signed = _signed_attempt(desk, directory, session, attempt, releases, seeds, assembler, clock)
    seeds = _of_this_attempt(read_attempt(signed, directory), session, releases, seeds)
    _check_line(_post_attempt(desk, centre, number, attempt, signed), signed, directory)
    # 3. the draw
    seed = combine_seeds(number, attempt, [(seed.who, seed.open(desk_secret)) for seed in seeds])
    items = {item.item_no: item for _, content in pools for item in content.items}
    cards = [ItemCard.of(item) for item in items.values()]
    provenance = Provenance(
        pool_releases=tuple(releases),
        blueprint=sha256(canonical(asdict(blueprint))).hex(),
        template=setting.template,
        fonts=setting.fonts,
        seeds=tuple(given.hash for given in seeds),
    )
    try:
        papers = draw(plan, blueprint, cards, seed)
        certificate = certify(papers, cards, blueprint, plan, provenance)
    except PlanError as error:
        # This attempt's seed has spoken: the next one needs two new seeds and a line of its own.
        _give_up(desk, number, attempt, error.code)
        raise
    # 4. texts, keys and seed go into the sealed draft
    drawn = {form: _draft_paper(session, plan, paper, items, figures, setting, blueprint.standard_year)
             for form, paper in papers.items()}  # fmt: skip
    draft = DeskDraft(number, attempt, seed.hex(), certificate.with_items(), drawn)
    desk.replace(f"sessions/{number}/draft", seal_draft(draft.document(), number, attempt, me.seal, random))
    desk.replace(f"sessions/{number}/certificate", canonical(certificate.public()))
    _spend_seeds(desk, number)
    return certificate


def load_draft(desk: Folder, number: str, desk_secret: bytes) -> DeskDraft:
    """The draft, in memory. Raises SessionError when nothing was assembled."""
    if not desk.exists(f"sessions/{number}/draft"):
        raise SessionError("session.not_assembled", session=number)
    sealed = desk.read(f"sessions/{number}/draft")
    return read_desk_draft(open_draft(sealed, number, current_attempt(desk, number), desk_secret))


def drawn_pools(desk: Folder, directory: Directory, number: str) -> list[str]:
    """The names of the pools the current attempt was drawn from: its proof pair pledges for each."""
    load_session(desk, number)
    digests = attempted_pools(desk, directory, number)
    manifests = [desk.read(name) for name in desk.names("pools") if name.endswith(".manifest")]
    drawn = [read_pool_manifest(data, directory) for data in manifests if sha256(data).hex() in digests]
    if not drawn:
        raise SessionError("session.not_assembled", session=number)
    return sorted({release.header.pool for release in drawn})


def begin_showing(
    desk: Folder, directory: Directory, number: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> str:
    """What the proof will say of this showing: `page N`. Call it before the texts are unlocked.

    Raises RefusedError or TamperedError unless these are two proofreaders, PeopleError or RefusedError unless each has
    pledged and stands not aside, and RefusedError once the proof is signed: the paper is read for the proof and not again. A
    showing that was broken off may be repeated; the proof then says so. `signed` when this very pair has signed already:
    nothing is shown, `prove` sends what did not reach the centre.
    """
    directory.require_acting(pair, "proofreader", "proofreader")
    if desk.exists(f"sessions/{number}/proof"):
        if not desk.exists(f"sessions/{number}/draft"):
            raise RefusedError("proof.signed", session=number)
        _check_same_pair(desk, number, pair)
        return "signed"
    _check_pledged(desk, directory, number, pair, centre, clock)
    shown, attempt = f"sessions/{number}/shown", current_attempt(desk, number)
    time = 1 + sum(name.startswith(f"{shown}/{attempt}-") for name in desk.names(shown))
    says = {"by": [signer.name for signer in pair], "at": time_text(clock())}
    desk.write_once(f"{shown}/{attempt}-{time:03d}", canonical(says))
    return f"page {time}"


def prove(
    desk: Folder, directory: Directory, draft: DeskDraft, shown: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> dict[str, str]:
    """The pair has read both papers and signs their hashes; the line is in the ledger when this returns.

    Cut off behind the signature, or with the centre away, the same pair goes on: the signed proof is sent again.
    """
    check_two_people(*(signer.name for signer in pair))
    papers = {form.value: proof_hash(paper.content) for form, paper in draft.papers.items()}
    certificate = sha256(desk.read(f"sessions/{draft.session}/certificate")).hex()
    name = f"sessions/{draft.session}/proof"
    if desk.exists(name) and read_proof(desk.read(name), directory)["papers"] != papers:
        raise TamperedError("proof.other_paper", session=draft.session)
    if desk.exists(name):
        _check_same_pair(desk, draft.session, pair)
    else:
        _check_pledged(desk, directory, draft.session, pair, centre, clock)
        signed = sign_proof(draft.session, draft.attempt, papers, certificate, shown, clock(), pair)
        read_proof(signed, directory)
        desk.write_once(name, signed)
    signed = desk.read(name)
    _check_line(centre.post_proof(signed), signed, directory)
    return papers


def _check_pledged(
    desk: Folder, directory: Directory, number: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> None:
    pools = drawn_pools(desk, directory, number)
    check_pledged(desk, directory, centre, [signer.name for signer in pair], pools, clock())


def _check_same_pair(desk: Folder, number: str, pair: Sequence[Signer]) -> None:
    """Raise RefusedError unless the proof that lies here is this pair's: nobody goes on in another's name."""
    by = claimed_signers(desk.read(f"sessions/{number}/proof"), "proof")
    if sorted(by) != sorted(signer.name for signer in pair):
        raise RefusedError("proof.signed", session=number)


def attempted_pools(desk: Folder, directory: Directory, number: str) -> list[str]:
    """The pool releases (digests) the current attempt has named already; empty before it is signed."""
    name = f"sessions/{number}/attempts/{current_attempt(desk, number)}"
    return [str(digest) for digest in read_attempt(desk.read(name), directory)["pools"]] if desk.exists(name) else []


def _is_drawn(desk: Folder, number: str, attempt: int) -> bool:
    """Whether this attempt's seeds have spoken: the draft is there, or they were deleted behind it."""
    signed = desk.exists(f"sessions/{number}/attempts/{attempt}")
    return desk.exists(f"sessions/{number}/draft") or (signed and len(_given(desk, number, attempt)) < 2)


def _given(desk: Folder, number: str, attempt: int) -> list[str]:
    """The files of this attempt's seeds."""
    return [name for name in desk.names(f"sessions/{number}/seeds") if name.rpartition("/")[2].startswith(f"{attempt}-")]


def _give_up(desk: Folder, number: str, attempt: int, reason: str) -> None:
    """Nothing of this attempt is gone on with; its line stays in the ledger."""
    for name in ("draft", "proof", "certificate"):
        desk.delete(f"sessions/{number}/{name}")
    # Last: killed before, the same command gives up the same attempt, and no number is left out in the ledger.
    desk.write_once(f"sessions/{number}/given-up/{attempt}", reason.encode())


def _refuse_drawn(desk: Folder, number: str, attempt: int) -> None:
    """Raise RefusedError when the paper is drawn; what a kill left of its seeds goes."""
    if desk.exists(f"sessions/{number}/draft") and desk.exists(f"sessions/{number}/certificate"):
        _spend_seeds(desk, number)
    if _is_drawn(desk, number, attempt) and not _given(desk, number, attempt):
        raise RefusedError("seed.drawn", session=number)


def _spend_seeds(desk: Folder, number: str) -> None:
    """The draft holds the seed now, for the desk's key, until the centre has accepted what is sealed from it."""
    for name in desk.names(f"sessions/{number}/seeds"):
        desk.delete(name)


def _agreed(session: ExamSession, pools: Sequence[PoolContent]) -> tuple[Blueprint, dict[str, str]]:
    """The one blueprint of all pools, and their figures by name. Raises before anything is drawn when they disagree."""
    if not pools:
        raise RefusedError("pool.none_here", session=session.number)
    blueprint = pools[0].blueprint
    if any(pool.blueprint != blueprint for pool in pools):
        raise PlanError("pool.blueprints_differ")
    found = (blueprint.occupation, blueprint.level, blueprint.subject)
    if found != (session.occupation, session.level, session.subject):
        raise SessionError("session.other_blueprint", session=session.number, found=" ".join(map(str, found)))
    figures: dict[str, str] = {}
    for pool in pools:
        for name, svg in pool.figures.items():
            if figures.setdefault(name, svg) != svg:
                raise PlanError("pool.figure_twice", name=name)
    return blueprint, figures


def _seeds(desk: Folder, directory: Directory, number: str, attempt: int) -> list[Seed]:
    seeds = [read_seed(desk.read(name), directory) for name in _given(desk, number, attempt)]
    if any(seed.session != number or seed.attempt != attempt for seed in seeds):
        raise TamperedError("seed.foreign", session=number)
    if len({seed.who for seed in seeds}) < 2:
        raise RefusedError("seed.two_needed", came=len(seeds))
    return seeds


def _signed_attempt(
    desk: Folder,
    directory: Directory,
    session: ExamSession,
    attempt: int,
    pools: Sequence[str],
    seeds: Sequence[Seed],
    assembler: Signer,
    clock: Clock,
) -> bytes:
    name = f"sessions/{session.number}/attempts/{attempt}"
    if not desk.exists(name):
        signed = sign_attempt(session.number, attempt, session.document(), pools, seeds, clock(), assembler)
        read_attempt(signed, directory)
        desk.write_once(name, signed)
    return desk.read(name)


def _post_attempt(desk: Folder, centre: CentreLine, number: str, attempt: int, signed: bytes) -> LedgerProof:
    try:
        return centre.post_attempt(signed)
    except RefusedError as error:
        if error.code in UNDRAWABLE:
            # It has no line and never will: the same number and seeds may be signed for other pools.
            desk.delete(f"sessions/{number}/attempts/{attempt}")
        raise


def _of_this_attempt(body: Json, session: ExamSession, pools: Sequence[str], seeds: Sequence[Seed]) -> list[Seed]:
    """The seeds the line names. One that was given later is left out; another order, pool or seed is refused."""
    named = {line["who"]: line["hash"] for line in body["seeds"]}
    chosen = [seed for seed in seeds if seed.who in named]
    if {seed.who: seed.hash for seed in chosen} != named:
        raise TamperedError("seed.foreign", session=session.number)
    if body["pools"] != list(pools) or canonical(body["order"]) != canonical(session.document()):
        raise TamperedError("ledger.other_line")
    return chosen


def _check_line(proof: LedgerProof, signed: bytes, directory: Directory) -> None:
    """The centre's word is not enough: the line, with this very statement, must be under the ledger's signature."""
    proof.check(directory, 0)
    if read_entry(proof.entry).statement.encode() != signed:
        raise TamperedError("ledger.other_line")


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
        form=paper.form,
        standard_year=standard_year,
        minutes=plan.minutes,
        points=plan.points,
        pass_points=plan.pass_points,
        sections=sections_of(paper, plan, items),
        figures={name: figures[name] for item in drawn for name in item.shown_figures},
        template=setting.template,
        fonts=setting.fonts,
    )
    return DraftPaper(content, paper.item_nos, tuple(item.key for item in drawn))
