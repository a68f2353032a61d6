"""Who may look at content: nobody without a pledge (保密承诺书) that holds today, nobody who must stand aside (回避).

A pledge is one person's signed word for one pool; it ends by itself. A recusal is for an occupation and level: a relative or an
own trainee sits that exam, so its items are not shown to this person until the day named. Every look leaves the person on the
item's eyes list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itembank.domain.errors import PeopleError

WHERE_AT_MOST = 160
"""Characters of what something was shown for."""


class Sight(StrEnum):
    """How somebody came to see an item's content."""

    AUTHOR = "author"
    REVIEW = "review"
    VIEW = "view"
    PROOF = "proof"
    PRINT = "print"
    EXPORT = "export"


SIGHT_NAMES = {
    Sight.AUTHOR: "命题",
    Sight.REVIEW: "审题",
    Sight.VIEW: "查阅",
    Sight.PROOF: "审卷",
    Sight.PRINT: "制卷",
    Sight.EXPORT: "导出",
}


@dataclass(frozen=True, slots=True)
class Pledge:
    """One person's word for one pool, from `at` until `until`."""

    person: str
    pool: str
    at: datetime
    until: datetime

    @property
    def words(self) -> str:
        """What was signed under."""
        return PLEDGE.format(pool=self.pool, until=f"{self.until:%Y-%m-%d}")


@dataclass(frozen=True, slots=True)
class Recusal:
    """One person stands aside from everything of a blueprint (its key) until a time."""

    person: str
    blueprint: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of an eyes list: who saw which version of an item, how, when; `where` names what it was shown for."""

    item_no: str
    version: int
    person: str
    sight: Sight
    at: datetime
    where: str = ""


def check_may_look(
    person: str, pool: str, blueprint: str, pledges: Iterable[Pledge], recusals: Iterable[Recusal], now: datetime
) -> None:
    """Raise PeopleError unless this person's pledge for the pool holds now and no recusal does."""
    mine = [pledge for pledge in pledges if (pledge.person, pledge.pool) == (person, pool) and pledge.at <= now]
    if not any(now < pledge.until for pledge in mine):
        ended = max((pledge.until for pledge in mine), default=None)
        raise PeopleError("people.no_pledge" if ended is None else "people.pledge_over", who=person, pool=pool)
    check_not_recused(person, blueprint, recusals, now)


def check_not_recused(person: str, blueprint: str, recusals: Iterable[Recusal], now: datetime) -> None:
    """Raise PeopleError while a recusal of this person from this blueprint holds."""
    for recusal in recusals:
        if (recusal.person, recusal.blueprint) == (person, blueprint) and recusal.at <= now < recusal.until:
            raise PeopleError("people.recused", who=person, until=f"{recusal.until:%Y-%m-%d}")


PLEDGE = """本人因工作需要接触职业技能鉴定题库“{pool}”的试题，承诺：
一、不以任何方式复制、摘抄、拍摄、传播所见试题和答案；
二、不向任何人透露试题内容、命题审题人员及有关工作情况；
三、本人及近亲属、所授学员参加相关职业等级考试的，主动申报回避；
四、发现泄密或可能泄密的情况立即报告；
五、承诺期满或离岗后，对所知悉的试题继续保密，直至解密。
本承诺自签署之日起至 {until} 止有效。"""
"""What a person signs before any content is shown. The words are ours; a centre's own stand in its rules."""
