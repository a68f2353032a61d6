"""Who may look at a pool's content and work on it: pledges, recusals, the policy's rights. No step, but steps may import it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from itembank.domain.confidentiality import check_may_look, check_not_recused
from itembank.domain.errors import PeopleError
from itembank.domain.policy import Policy
from itembank.domain.pools import scope_of
from itembank.formats.bank_statements import read_pledge, read_recusal
from itembank.ports import Transaction
from keys.directory import Directory


def check_look(transaction: Transaction, directory: Directory, policy: Policy, who: str, pool: str, now: datetime) -> None:
    """Raise PeopleError unless this person may see this pool's content now."""
    readers, person = policy.of_scope(scope_of(pool)).readers, directory.person(who)
    if readers and person.organisation not in readers:
        raise PeopleError("people.may_not_read", who=person.label, pool=pool)
    pledges = [read_pledge(data, directory) for _, data in transaction.statements("pledge", who)]
    recusals = [read_recusal(data, directory) for _, data in transaction.statements("recusal", who)]
    check_may_look(who, pool, transaction.bank.pools().get(pool, ""), pledges, recusals, now)


def check_stands_not_aside(
    transaction: Transaction, directory: Directory, people: Sequence[str], blueprint: str, now: datetime
) -> None:
    """Raise PeopleError when one of them has declared a recusal from this blueprint that still holds."""
    for who in people:
        recusals = [read_recusal(data, directory) for _, data in transaction.statements("recusal", who)]
        check_not_recused(who, blueprint, recusals, now)


def check_writers(directory: Directory, policy: Policy, pool: str, people: Sequence[str]) -> None:
    """Raise PeopleError unless each belongs to an organisation that may author and review in pools of this scope."""
    writers = policy.of_scope(scope_of(pool)).writers
    for name in people:
        if writers and directory.person(name).organisation not in writers:
            raise PeopleError("people.may_not_write", who=directory.person(name).label, pool=pool)
