"""Who may look at a pool's content and work on it: pledges, recusals, the policy's rights. No step, but steps may import it.

The centre keeps every pledge and every recusal. A desk keeps the pledges of those who read its proofs and brings them here at
each reading: it learns whether they may read now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from itembank.domain.blueprint import is_same_exam
from itembank.domain.confidentiality import Recusal, check_may_look, check_not_recused
from itembank.domain.errors import PeopleError
from itembank.domain.policy import Policy
from itembank.domain.pools import check_pool_name, scope_of
from itembank.formats.bank_statements import read_pledge, read_recusal, read_signed
from itembank.ports import Book, Clock, Transaction
from itembank.steps.occupations import entered_occupations
from itembank.steps.recording import record
from keys.directory import Directory
from keys.encoding import sha256
from keys.errors import TamperedError

CLOCKS_APART = timedelta(minutes=5)
"""A desk's clock may go so much before the centre's."""


def pools_of(book: Book, item_nos: Iterable[str]) -> set[str]:
    """The pools of these items, as far as they are in the bank: whose keys must be here before their content is shown."""
    with book.read() as transaction:
        return {card.pool for card in transaction.bank.cards_of(item_nos).values()}


def check_look(transaction: Transaction, directory: Directory, policy: Policy, who: str, pool: str, now: datetime) -> None:
    """Raise PeopleError unless this person may see this pool's content now."""
    check_reads(directory, policy, who, pool)
    check_pledged(transaction, directory, [who], pool, transaction.bank.pools().get(pool, ""), now)


def check_reads(directory: Directory, policy: Policy, who: str, pool: str) -> None:
    """Raise PeopleError unless this person's organisation may look at content of pools of this scope."""
    readers, person = policy.of_scope(scope_of(pool)).readers, directory.person(who)
    if readers and person.organisation not in readers:
        raise PeopleError("people.may_not_read", who=person.label, pool=pool)


def check_pledged(
    transaction: Transaction, directory: Directory, people: Sequence[str], pool: str, blueprint: str, now: datetime
) -> None:
    """Raise PeopleError unless each has a pledge for the pool that holds now, and none stands aside from its blueprint."""
    for who in people:
        pledges = [read_pledge(data, directory) for _, data in transaction.statements("pledge", who)]
        check_may_look(who, pool, blueprint, pledges, _recusals(transaction, directory, who, blueprint), now)


def check_stands_not_aside(
    transaction: Transaction, directory: Directory, people: Sequence[str], blueprint: str, now: datetime
) -> None:
    """Raise PeopleError when one of them has declared a recusal from this blueprint's exam that still holds."""
    for who in people:
        check_not_recused(who, blueprint, _recusals(transaction, directory, who, blueprint), now)


def check_writers(directory: Directory, policy: Policy, pool: str, people: Sequence[str]) -> None:
    """Raise PeopleError unless each belongs to an organisation that may author and review in pools of this scope."""
    writers = policy.of_scope(scope_of(pool)).writers
    for name in people:
        if writers and directory.person(name).organisation not in writers:
            raise PeopleError("people.may_not_write", who=directory.person(name).label, pool=pool)


def accept_pledge(book: Book, directory: Directory, policy: Policy, clock: Clock, data: bytes) -> None:
    """A pledge that a desk brings: kept once, with its line. Raises PeopleError unless its person may look now."""
    signed, pledge, now = read_signed("pledge", data, directory), read_pledge(data, directory), clock()
    check_pool_name(pledge.pool)
    if signed.body["text"] != sha256(pledge.words.encode()).hex():
        raise TamperedError("object.fields", what="pledge")
    if pledge.until - pledge.at > timedelta(days=policy.review.pledge_days):
        raise PeopleError("people.pledge_long", who=pledge.person, days=policy.review.pledge_days)
    if pledge.at > now + CLOCKS_APART:
        # Else whoever stands aside for a month would pledge from the day after.
        raise PeopleError("people.pledge_ahead", who=pledge.person, minutes=CLOCKS_APART // timedelta(minutes=1))
    check_reads(directory, policy, pledge.person, pledge.pool)
    with book.begin() as transaction:
        blueprint = transaction.bank.pools().get(pledge.pool, "")
        recusals = _recusals(transaction, directory, pledge.person, blueprint)
        check_may_look(pledge.person, pledge.pool, blueprint, [pledge], recusals, max(now, pledge.at))
        if transaction.save_statement("pledge", pledge.person, f"{pledge.pool} {signed.body['at']}", data):
            record(transaction, clock, "pledge", {"pool": pledge.pool}, pledge.person, data)


def recused(transaction: Transaction, directory: Directory, people: Iterable[str], blueprint: str, now: datetime) -> set[str]:
    """Those of these people who stand aside now from this blueprint's exam."""
    declared = transaction.subjects("recusal")
    standing = {who: _recusals(transaction, directory, who, blueprint) for who in people if who in declared}
    return {who for who, recusals in standing.items() if any(one.at <= now < one.until for one in recusals)}


def _recusals(transaction: Transaction, directory: Directory, who: str, blueprint: str) -> list[Recusal]:
    """This person's recusals from the exam of a blueprint, as recusals from it: whose trainee sits it stands aside from all."""
    declared = [read_recusal(data, directory) for _, data in transaction.statements("recusal", who)]
    if not declared or not blueprint:
        return []
    register = entered_occupations(transaction, directory)
    return [replace(one, blueprint=blueprint) for one in declared if is_same_exam(one.blueprint, blueprint, register)]
