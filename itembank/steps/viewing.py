"""Beside the steps, 查阅: an item's content is shown to a person, who stands on its eyes list from then on.

True before: this person has signed a pledge (保密承诺书) for the pool that still holds, and no recusal (回避). The eyes lines
and the signed line in the ledger are committed before the content is handed out: cut off in between, somebody stands on the
list who saw nothing, never the other way round.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itembank.domain.blueprint import Blueprint
from itembank.domain.confidentiality import WHERE_AT_MOST, Pledge, Seen, Sight
from itembank.domain.difference import FieldChange, differences
from itembank.domain.errors import BlueprintError, ItemError, PeopleError
from itembank.domain.health import BankHealth
from itembank.domain.health import bank_health as assess
from itembank.domain.items import Item, ItemType
from itembank.domain.policy import Policy
from itembank.domain.pools import check_pool_name
from itembank.domain.review import ItemState
from itembank.formats.bank_statements import read_signed, sign_look, sign_pledge, sign_recusal
from itembank.ports import Book, Clock, Transaction
from itembank.ports.bank import VersionCard
from itembank.steps.pledged import check_look, pools_of
from itembank.steps.recording import record
from keys.directory import Directory
from keys.statement import Signer


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as a person is shown it, with the figures it names (file name → picture), as far as the bank has them."""

    card: VersionCard
    item: Item
    figures: dict[str, str]


@dataclass(frozen=True, slots=True)
class PoolLook:
    """A whole pool as it was shown: its items, their figures (name → picture), the blueprint they hang on."""

    items: tuple[Item, ...]
    figures: dict[str, str]
    blueprint: Blueprint


def pledge_words(pool: str, at: datetime, policy: Policy) -> str:
    """What a person is about to sign at that time."""
    return Pledge("", pool, at, _until(at, policy)).words


def sign_pledge_for(book: Book, directory: Directory, clock: Clock, policy: Policy, pool: str, signer: Signer) -> datetime:
    """One person's pledge for one pool; until when it holds. Raises ItemError for what is no pool's name."""
    check_pool_name(pool)
    at = clock()
    until = _until(at, policy)
    signed = sign_pledge(pool, pledge_words(pool, at, policy), at, until, signer)
    _keep(book, directory, clock, "pledge", {"pool": pool}, signed, signer)
    return until


def declare_recusal(
    book: Book, directory: Directory, clock: Clock, blueprint: str, reason: str, until: datetime, signer: Signer
) -> None:
    """One person stands aside from everything of a blueprint until a day.

    Raises BlueprintError for one that is not here, PeopleError for a day that is past: its person would believe to stand aside.
    """
    at = clock()
    with book.read() as transaction:
        keys = sorted({held.blueprint.key for held in transaction.bank.blueprints()})
    if blueprint not in keys:
        raise BlueprintError("blueprint.unknown", key=blueprint)
    _check_reason(reason)
    if until <= at:
        raise PeopleError("people.recusal_over", until=f"{until:%Y-%m-%d}")
    signed = sign_recusal(blueprint, reason, at, until, signer)
    _keep(book, directory, clock, "recusal", {"blueprint": blueprint}, signed, signer)


def look(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, item_nos: Sequence[str], sight: Sight,
    *, version: int = 0, where: str = "",
) -> list[tuple[VersionCard, Item]]:  # fmt: skip
    """The content of items of one pool: of their newest version, or of the one asked for.

    Raises PeopleError without a pledge, under a recusal, or for an organisation that may not read; ItemError for what is not
    there.
    """
    with book.begin(content_of=pools_of(book, item_nos)) as transaction:
        cards = _cards(transaction, item_nos, version)
        pools = sorted({card.pool for card in cards})
        if len(pools) != 1:
            raise ItemError("item.two_pools", pools=", ".join(pools))
        check_look(transaction, directory, policy, signer.name, pools[0], clock())
        items = _show(transaction, directory, clock, signer, cards, sight, where)
    return list(zip(cards, items, strict=True))


def look_together(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, wanted: Mapping[str, Sight],
    *, version: int = 0, where: str = "",
) -> list[Shown]:  # fmt: skip
    """Items of any pools with their figures, in the order asked for: all of them, or none is shown and none is recorded.

    `wanted`: item number → how this look counts. `where`: what they are shown for. Raises like `look`.
    """
    with book.begin(content_of=pools_of(book, wanted)) as transaction:
        cards = _cards(transaction, list(wanted), version)
        for pool in sorted({card.pool for card in cards}):
            check_look(transaction, directory, policy, signer.name, pool, clock())
        looks: defaultdict[tuple[str, Sight], list[VersionCard]] = defaultdict(list)
        for card in cards:
            looks[card.pool, wanted[card.item_no]].append(card)
        found: dict[str, Shown] = {}
        for (pool, sight), some in looks.items():
            items = _show(transaction, directory, clock, signer, some, sight, where)
            names = {name for item in items for name in item.figures}
            figures = transaction.bank.figures(pool, names) if names else {}
            for card, item in zip(some, items, strict=True):
                own = {name: figures[name] for name in item.figures if name in figures}
                found[card.item_no] = Shown(card, item, own)
    return [found[item_no] for item_no in wanted]


def look_to_print(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, item_nos: Sequence[str], reason: str,
    press: Callable[[Sequence[tuple[Shown, Blueprint]]], bytes],
) -> tuple[list[VersionCard], bytes]:  # fmt: skip
    """Items on paper, with its reason: their versions, and what `press` made of them and of the newest blueprint of each.

    What cannot be printed nobody has printed: it is recorded when the page is made, before anybody has it. Raises like `look`,
    and what `press` raises.
    """
    _check_reason(reason)
    with book.read() as transaction:
        cards = _cards(transaction, list(dict.fromkeys(item_nos)), 0)
        for pool in {card.pool for card in cards}:
            check_look(transaction, directory, policy, signer.name, pool, clock())
        found = _beside_blueprints(transaction, [_whole(transaction, card) for card in cards])
    page = press(found)
    shown = look_together(book, directory, clock, policy, signer, dict.fromkeys(item_nos, Sight.PRINT), where=reason)
    if [one.card.digest for one in shown] != [card.digest for card in cards]:
        # Somebody wrote meanwhile: what is recorded is what is printed.
        with book.read() as transaction:
            found = _beside_blueprints(transaction, shown)
        page = press(found)
    return [one.card for one in shown], page


def _whole(transaction: Transaction, card: VersionCard) -> Shown:
    """A version with its figures, for nobody's eyes yet."""
    [item] = transaction.bank.contents([(card.item_no, card.version)])
    return Shown(card, item, transaction.bank.figures(card.pool, set(item.figures)) if item.figures else {})


def _beside_blueprints(transaction: Transaction, shown: Sequence[Shown]) -> list[tuple[Shown, Blueprint]]:
    keys = transaction.bank.pools()
    blueprints = {pool: blueprint_of(transaction, keys[pool]) for pool in {one.card.pool for one in shown}}
    return [(one, blueprints[one.card.pool]) for one in shown]


def look_at_pool(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, pool: str, reason: str
) -> PoolLook:
    """Every item of a pool in its newest version, for an export with its reason; and a blueprint that has all their points.

    Whatever keeps the export from being written is found before anybody stands on an eyes list.
    """
    _check_reason(reason)
    with book.read() as transaction:
        bank = transaction.bank
        numbers, key = bank.numbers(pool), bank.pools().get(pool, "")
        points = {card.point for card in bank.cards_of(numbers).values()}
        versions = [held.blueprint for held in bank.blueprints() if held.blueprint.key == key and held.state != "draft"]
    fitting = [blueprint for blueprint in versions if points <= {point.code for point in blueprint.points}]
    if not numbers or not versions:
        raise ItemError("item.unknown", item_no=pool)
    if not fitting:
        raise ItemError("item.no_common_blueprint", pool=pool)
    shown = look(book, directory, clock, policy, signer, numbers, Sight.EXPORT, where=reason)
    names = {name for _, item in shown for name in item.figures}
    with book.read() as transaction:
        figures = transaction.bank.figures(pool, names) if names else {}
    return PoolLook(tuple(item for _, item in shown), figures, fitting[-1])


def blueprint_of(transaction: Transaction, key: str, version: int = 0) -> Blueprint:
    """This version of a blueprint, or the newest approved. Raises BlueprintError. It is no content: nobody is recorded."""
    held = transaction.bank.blueprint(key, version)
    if held is None:
        raise BlueprintError("blueprint.unknown", key=key, **({"version": version} if version else {}))
    return held.blueprint


@dataclass(frozen=True, slots=True)
class Survey:
    """The health of the bank under one blueprint."""

    blueprint: Blueprint
    health: BankHealth


def survey(book: Book, policy: Policy, key: str, since: datetime) -> Survey:
    """What the bank has of active items against the policy's floors. No content is looked at, so no pledge is asked for.

    `key`: of the blueprint, empty for the only one. `since`: first moment of the cycle.
    """
    with book.read() as transaction:
        bank = transaction.bank
        keys = {held.blueprint.key for held in bank.blueprints() if held.state != "draft"}
        held = bank.blueprint(key or (min(keys) if len(keys) == 1 else ""))
        if held is None and key:
            raise BlueprintError("blueprint.unknown", key=key)
        if held is None:
            raise BlueprintError("blueprint.which", keys=", ".join(sorted(keys)))
        counted = bank.counts(held.blueprint.key, (ItemState.ACTIVE,))
        added = bank.added(held.blueprint.key, since)
    active: Counter[tuple[str, ItemType, int]] = Counter()
    for (_, point, type_, difficulty), count in counted.items():
        active[point, type_, difficulty] += count
    return Survey(held.blueprint, assess(held.blueprint, active, added, policy.floors))


def changes(
    book: Book, directory: Directory, clock: Clock, policy: Policy, signer: Signer, item_no: str, old: int, new: int
) -> tuple[FieldChange, ...]:
    """What differs between two versions of an item; both are looked at."""
    before, after = (
        look(book, directory, clock, policy, signer, [item_no], Sight.VIEW, version=version)[0][1] for version in (old, new)
    )
    return differences(before, after)


def _show(
    transaction: Transaction, directory: Directory, clock: Clock, signer: Signer, cards: Sequence[VersionCard], sight: Sight,
    where: str,
) -> list[Item]:  # fmt: skip
    """The content of versions of one pool that this person may see; the eyes lines and the line of the ledger."""
    pool, at, shown = cards[0].pool, clock(), [(card.item_no, card.version) for card in cards]
    items = list(transaction.bank.contents(shown))
    transaction.bank.add_seen(Seen(*which, signer.name, sight, at, where) for which in shown)
    signed = sign_look(pool, sight, where, [(card.item_no, card.version, card.digest) for card in cards], at, signer)
    body = read_signed("look", signed, directory).body
    subject = {"pool": pool, "sight": sight.value, "count": str(len(shown)), "items": body["items"]}
    record(transaction, clock, "look", subject, signer.name, signed)
    return items


def _check_reason(reason: str) -> None:
    """What content leaves the bank for stands in the ledger as it is written."""
    if not reason.strip() or len(reason) > WHERE_AT_MOST or not reason.isprintable():
        raise ItemError("item.reason", most=WHERE_AT_MOST)


def _until(at: datetime, policy: Policy) -> datetime:
    return at + timedelta(days=policy.review.pledge_days)


def _cards(transaction: Transaction, item_nos: Sequence[str], version: int) -> list[VersionCard]:
    """The versions to show. Raises ItemError for one that is not there."""
    if version:
        found = {no: card for no in item_nos for card in transaction.bank.versions(no) if card.version == version}
    else:
        found = transaction.bank.cards_of(item_nos)
    for item_no in item_nos:
        if item_no not in found:
            raise ItemError("item.unknown", item_no=f"{item_no}@{version}" if version else item_no)
    return [found[item_no] for item_no in item_nos]


def _keep(
    book: Book, directory: Directory, clock: Clock, kind: str, subject: dict[str, str], signed: bytes, signer: Signer
) -> None:
    """A person's own statement, with its line."""
    directory.person(signer.name)
    at = read_signed(kind, signed, directory).body["at"]
    with book.begin() as transaction:
        if transaction.save_statement(kind, signer.name, f"{next(iter(subject.values()))} {at}", signed):
            record(transaction, clock, kind, subject, signer.name, signed)
