"""What a bank tells a desk of its items' use (使用记录): how often and when they were on a paper, how many people know them.

No step: a pool's release asks here. People go as numbers, from a secret of the bank's own, so that a desk can bound how many
have seen a paper and keep out what a trainer has seen, and still not learn who wrote or reviewed an item.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from datetime import datetime

from itembank.domain.session import beijing_day
from itembank.formats.pool_content import ItemRecord
from itembank.ports import Random, Transaction
from itembank.steps.exposure import printers_of, use_reports
from itembank.steps.pledged import recused
from keys.directory import Directory

SALT = "eyes-salt"
NUMBER_BYTES = 6


def item_records(
    transaction: Transaction, directory: Directory, pool: str, blueprint: str, now: datetime, random: Random
) -> tuple[dict[str, ItemRecord], tuple[int, ...]]:
    """Item number → record, of the items of a pool of which something is known; and the eyes that stand aside from its exam."""
    salt = _salt(transaction, random)
    people: defaultdict[str, set[str]] = defaultdict(set)
    for item_no, person in transaction.bank.pool_eyes(pool):
        people[item_no].add(person)
    used: defaultdict[str, list[str]] = defaultdict(list)
    for report in use_reports(transaction):
        printers = printers_of(transaction, directory, report)
        for item_no, _ in report.items:
            used[item_no].append(f"{beijing_day(report.at):%Y-%m-%d}")
            people[item_no] |= printers
    own = set(transaction.bank.numbers(pool))
    records = {
        item_no: ItemRecord(len(used[item_no]), max(used[item_no], default=""), _numbers(salt, people[item_no]))
        for item_no in sorted((people.keys() | used.keys()) & own)
    }
    everybody = {person for seen in people.values() for person in seen}
    return records, _numbers(salt, recused(transaction, directory, everybody, blueprint, now))


def _salt(transaction: Transaction, random: Random) -> bytes:
    """The bank's secret, made at the first release."""
    if (kept := transaction.statement(SALT, "bank", "1")) is None:
        kept = random(32)
        transaction.save_statement(SALT, "bank", "1", kept)
    return kept


def _numbers(salt: bytes, people: set[str]) -> tuple[int, ...]:
    return tuple(sorted(int.from_bytes(hmac.digest(salt, name.encode(), "sha256")[:NUMBER_BYTES], "big") for name in people))
