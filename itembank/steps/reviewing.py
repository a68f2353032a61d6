"""Step 2, 审题: versions move from draft to active and beyond, each by the person whose turn it is.

True before: whoever passes or approves a version has looked at it (`viewing`), under a pledge. The move, its line in the
version's history and the signed line in the ledger are one transaction: cut off in the middle, none of them is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from itembank.domain.confidentiality import Sight
from itembank.domain.errors import BlueprintError, ItemError, PeopleError
from itembank.domain.people import check_three_people
from itembank.domain.policy import Policy
from itembank.domain.review import COMMENT_AT_MOST, EDITABLE, IN_EFFECT, IN_QUEUE, STEPS, ItemState, Move, Standing, moved
from itembank.formats.bank_statements import read_signed, sign_review
from itembank.formats.imports import TOGETHER, read_import
from itembank.ports import Book, Clock, Transaction
from itembank.ports.bank import ALL, Event, VersionCard, Wanted
from itembank.steps.occupations import entered_occupations
from itembank.steps.pledged import check_stands_not_aside, check_writers, pools_of
from itembank.steps.recording import record
from itembank.steps.taken import check_own_blueprint
from keys import statement
from keys.directory import Directory
from keys.statement import Signer

ADMITTING = Move.APPROVE
"""The move whose line in the ledger admits items, like an import signed by three."""
LEAVING = (Move.FREEZE, Move.RETIRE, Move.ARCHIVE)
"""Moves out of use: of a whole pool they take earlier versions too."""


ADAPTATIONS_AT_MOST = 1000
"""Shown beside an item; the cities of a province have fewer pools than that."""


@dataclass(frozen=True, slots=True)
class History:
    """An item's versions, and the moves of each, oldest first, without comments; and the items that were adapted from it."""

    versions: tuple[VersionCard, ...]
    events: tuple[Event, ...]
    adaptations: tuple[VersionCard, ...]


def review(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, move: Move, item_nos: Sequence[str],
    *, pool: str = "", comment: str = "", to: str = "",
) -> list[VersionCard]:  # fmt: skip
    """Move the newest version of each item, or of every item of `pool` whose turn this move is; all of them or none.

    Behind a version that is still written or reviewed, an item's admitted version is frozen, thawed and retired as if it were
    the newest. `to`: whom an assignment names.

    Raises ItemError for an item that is not there, not of one pool with the others, or in another state; PeopleError for a
    person who may not.
    """
    if len(comment) > COMMENT_AT_MOST or (move is Move.RETURN and not comment.strip()):
        raise ItemError("item.comment", found=len(comment), most=COMMENT_AT_MOST)
    duties = directory.person(signer.name).duties
    at = clock()
    commented = ({pool} if pool else pools_of(book, item_nos)) if comment else ()
    with book.begin(content_of=commented) as transaction:
        cards = _waiting(transaction, pool, move) if pool else _cards(transaction, item_nos, move)
        after = {card: moved(card.standing, move, signer.name, duties, at, policy.review, to=to) for card in cards}
        if move is Move.ASSIGN and to:
            _check_assignee(directory, cards, to)
            check_stands_not_aside(transaction, directory, [to], transaction.bank.pools().get(cards[0].pool, ""), at)
        if move in (Move.PASS, Move.RETURN, Move.APPROVE):
            pool_of = cards[0].pool
            check_writers(directory, policy, pool_of, [signer.name])
            check_stands_not_aside(transaction, directory, [signer.name], transaction.bank.pools().get(pool_of, ""), at)
        if move in (Move.PASS, Move.APPROVE):
            _check_seen(transaction, cards, signer.name)
        if move is Move.ACTIVATE:
            _make_place(transaction, cards, signer, clock)
        for standing in set(after.values()):
            some = [card for card in cards if after[card] == standing]
            transaction.bank.move(some, move, standing, signer.name, at, comment)
        pool = cards[0].pool
        signed = sign_review(move, pool, to, comment, [(c.item_no, c.version, c.digest) for c in cards], at, signer)
        body = read_signed("review", signed, directory).body
        subject = {"pool": pool, "move": move.value, "count": str(len(cards)), "items": body["items"]}
        record(transaction, clock, "import" if move is ADMITTING else "review", subject, signer.name, signed)
    return cards


def approve_blueprint(book: Book, directory: Directory, clock: Clock, key: str, signers: Sequence[Signer]) -> int:
    """A draft of a blueprint is approved: reviewer and approver sign what its author signed. The version.

    Raises BlueprintError where there is none, and OccupationError, for what has changed since it was drafted: its occupation
    was entered otherwise, or the blueprint came with another bank's pool.
    """
    with book.begin() as transaction:
        check_own_blueprint(transaction, key)
        drafts = [held for held in transaction.bank.blueprints() if (held.blueprint.key, held.state) == (key, "draft")]
        if not drafts:
            raise BlueprintError("blueprint.no_draft", key=key)
        draft, data = drafts[-1], drafts[-1].signed
        draft.blueprint.check_registered(entered_occupations(transaction, directory))
        for signer in signers:
            data = statement.add_signature(data, "import", signer)
        signed = read_import(data, directory)
        if len(signed.signers) == len(TOGETHER):
            check_three_people(*signed.signers)
        directory.require(signed, *TOGETHER)
        transaction.bank.save_blueprint(replace(draft, state="approved", signed=data))
        subject = {"occupation": draft.blueprint.occupation, "digest": draft.digest}
        record(transaction, clock, "blueprint", subject, signed.signers[0], data)
    return draft.blueprint.version


def queue(book: Book, directory: Directory, who: str, pool: str = "", limit: int = 50) -> list[VersionCard]:
    """What waits for this person or for anybody of the same duty, and what came back to its author; what is due first.

    Nobody's own is there to review, and nothing that the same person has passed.
    """
    duties = set(directory.person(who).duties)
    states = tuple(state for state in IN_QUEUE if STEPS[Move.RETURN][state][0] in duties)
    with book.read() as transaction:
        wanted = Wanted(pool=pool, states=(*states, ItemState.RETURNED), assignee=who, limit=ALL)
        cards = [card for card in transaction.bank.cards(wanted) if _waits_for(card.standing, who)]
    return sorted(cards, key=lambda card: (card.standing.due is None, card.standing.due, card.item_no))[:limit]


def _waits_for(standing: Standing, who: str) -> bool:
    if standing.state is ItemState.RETURNED:
        return who == standing.author
    return who not in (standing.author, standing.reviewer)


def comments(book: Book, item_no: str, version: int) -> list[Event]:
    """What was said of a version, without who said it: its author reads it, and whoever reviews it next."""
    with book.read() as transaction:
        events = transaction.bank.history(item_no)
    return [replace(event, who="") for event in events if event.version == version and event.comment]


def sight_of(book: Book, directory: Directory, who: str, item_no: str) -> Sight:
    """How a look at this item counts: as a review for whom it waits, else as a view."""
    with book.read() as transaction:
        card = transaction.bank.cards_of([item_no]).get(item_no)
    step = STEPS[Move.RETURN].get(card.standing.state) if card else None
    return Sight.REVIEW if step and step[0] in directory.person(who).duties else Sight.VIEW


def history(book: Book, directory: Directory, signer: Signer, item_no: str) -> History:
    """Everything that happened to an item; for bank managers, since it names the people. Raises ItemError, RefusedError.

    Without what was said: a comment tells of the content, and stands beside it, where a look is recorded.
    """
    directory.require_acting([signer], "bank_manager")
    with book.read() as transaction:
        versions = transaction.bank.versions(item_no)
        if not versions:
            raise ItemError("item.unknown", item_no=item_no)
        adaptations = transaction.bank.cards(Wanted(adapted_from=item_no, limit=ADAPTATIONS_AT_MOST))
        events = tuple(replace(event, comment="") for event in transaction.bank.history(item_no))
        return History(tuple(versions), events, tuple(adaptations))


def _cards(transaction: Transaction, item_nos: Sequence[str], move: Move) -> list[VersionCard]:
    found = transaction.bank.cards_of(item_nos)
    for item_no in item_nos:
        if item_no not in found:
            raise ItemError("item.unknown", item_no=item_no)
    cards = [_whose_turn(transaction, card, move) for card in found.values()]
    if not cards:
        raise ItemError("item.unknown", item_no="")
    if len({card.pool for card in cards}) > 1:
        raise ItemError("item.two_pools", pools=", ".join(sorted({card.pool for card in cards})))
    return cards


def _whose_turn(transaction: Transaction, newest: VersionCard, move: Move) -> VersionCard:
    """The newest version; or, behind one that is not admitted yet, the one before it that this move is for.

    None is reached over one that has taken effect since.
    """
    if move in (Move.FREEZE, Move.RETIRE) and newest.standing.state not in STEPS[move]:
        # What papers are drawn from, whatever stands before it: a leak does not wait for its correction.
        for card in transaction.bank.active_cards_of([newest.item_no]).values():
            return card
    if newest.standing.state in STEPS[move] or newest.standing.state not in (*EDITABLE, *IN_QUEUE):
        return newest
    is_over = False
    for card in reversed(transaction.bank.versions(newest.item_no)):
        state = card.standing.state
        if state in STEPS[move] and (state is ItemState.ACTIVE or not is_over):
            return card
        # What was before a version that took effect is over: one that leaked does not come back behind a draft.
        is_over = is_over or state in IN_EFFECT
    return newest


def _waiting(transaction: Transaction, pool: str, move: Move) -> list[VersionCard]:
    """Every version of the pool whose turn this move is. What is frozen is under suspicion: it is thawed by its number only."""
    states = tuple(state for state in STEPS[move] if (move, state) != (Move.ACTIVATE, ItemState.FROZEN))
    cards = transaction.bank.cards(Wanted(pool=pool, states=states, newest=move not in LEAVING, limit=ALL))
    if not cards:
        raise ItemError("item.none_waits", pool=pool)
    return cards


def _check_assignee(directory: Directory, cards: Iterable[VersionCard], to: str) -> None:
    """Who gets items to review holds the duty for the state they are in."""
    duties = directory.person(to).duties
    for card in cards:
        duty, _ = STEPS[Move.RETURN][card.standing.state]
        if duty not in duties:
            raise PeopleError("people.duty", who=to, duty=duty)


def _check_seen(transaction: Transaction, cards: Iterable[VersionCard], who: str) -> None:
    """Nobody passes what he has not looked at: this version, as its author left it."""
    looks = [line for line in transaction.bank.seen(person=who) if line.sight in (Sight.REVIEW, Sight.VIEW)]
    seen = {(line.item_no, line.version): line.at for line in looks}
    for card in cards:
        at = seen.get((card.item_no, card.version))
        if at is None or at < card.saved_at:
            raise PeopleError("people.not_looked", who=who, item_no=card.item_no)


def _make_place(transaction: Transaction, cards: Sequence[VersionCard], signer: Signer, clock: Clock) -> None:
    """An item has one active version: the one before is retired by the same act."""
    numbers = {(card.item_no, card.version) for card in cards}
    for card in transaction.bank.active_cards_of(card.item_no for card in cards).values():
        if (card.item_no, card.version) not in numbers:
            retired: Standing = replace(card.standing, state=ItemState.RETIRED)
            transaction.bank.move([card], Move.RETIRE, retired, signer.name, clock(), "")
