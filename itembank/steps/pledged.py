"""Who may look at a pool's content and work on it: pledges, recusals, the policy's rights. No step, but steps may import it.

The centre keeps every pledge and every recusal. A desk keeps the pledges of those who read its proofs and brings them here at
each reading: it learns whether they may read now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itembank.domain.confidentiality import Recusal, check_may_look, check_not_recused
from itembank.domain.errors import PeopleError
from itembank.domain.policy import Policy
from itembank.domain.pools import scope_of
from itembank.formats.bank_statements import read_pledge, read_recusal, read_signed
from itembank.ports import Book, Clock, Transaction
from itembank.steps.recording import record
from keys.directory import Directory
from keys.encoding import sha256
from keys.errors import TamperedError


def check_look(transaction: Transaction, directory: Directory, policy: Policy, who: str, pool: str, now: datetime) -> None:
    """Raise PeopleError unless this person may see this pool's content now."""
    readers, person = policy.of_scope(scope_of(pool)).readers, directory.person(who)
    if readers and person.organisation not in readers:
        raise PeopleError("people.may_not_read", who=person.label, pool=pool)
    check_pledged(transaction, directory, [who], pool, transaction.bank.pools().get(pool, ""), now)


def check_pledged(
    transaction: Transaction, directory: Directory, people: Sequence[str], pool: str, blueprint: str, now: datetime
) -> None:
    """Raise PeopleError unless each has a pledge for the pool that holds now, and none stands aside from its blueprint."""
    for who in people:
        pledges = [read_pledge(data, directory) for _, data in transaction.statements("pledge", who)]
        check_may_look(who, pool, blueprint, pledges, _recusals(transaction, directory, who), now)


def check_stands_not_aside(
    transaction: Transaction, directory: Directory, people: Sequence[str], blueprint: str, now: datetime
) -> None:
    """Raise PeopleError when one of them has declared a recusal from this blueprint that still holds."""
    for who in people:
        check_not_recused(who, blueprint, _recusals(transaction, directory, who), now)


def check_writers(directory: Directory, policy: Policy, pool: str, people: Sequence[str]) -> None:
    """Raise PeopleError unless each belongs to an organisation that may author and review in pools of this scope."""
    writers = policy.of_scope(scope_of(pool)).writers
    for name in people:
        if writers and directory.person(name).organisation not in writers:
            raise PeopleError("people.may_not_write", who=directory.person(name).label, pool=pool)


def accept_pledge(book: Book, directory: Directory, policy: Policy, clock: Clock, data: bytes) -> None:
    """A pledge that a desk brings: kept once, with its line. Raises PeopleError unless its person may look now."""
    signed, pledge = read_signed("pledge", data, directory), read_pledge(data, directory)
    if signed.body["text"] != sha256(pledge.words.encode()).hex():
        raise TamperedError("object.fields", what="pledge")
    if pledge.until - pledge.at > timedelta(days=policy.review.pledge_days):
        raise PeopleError("people.pledge_long", who=pledge.person, days=policy.review.pledge_days)
    # A desk's clock that goes a little before the centre's is no reason to refuse its people.
    now = max(clock(), pledge.at)
    with book.begin() as transaction:
        blueprint = transaction.bank.pools().get(pledge.pool, "")
        check_may_look(pledge.person, pledge.pool, blueprint, [pledge], _recusals(transaction, directory, pledge.person), now)
        if transaction.save_statement("pledge", pledge.person, f"{pledge.pool} {signed.body['at']}", data):
            record(transaction, clock, "pledge", {"pool": pledge.pool}, pledge.person, data)


def _recusals(transaction: Transaction, directory: Directory, who: str) -> list[Recusal]:
    return [read_recusal(data, directory) for _, data in transaction.statements("recusal", who)]
