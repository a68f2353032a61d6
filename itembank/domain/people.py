"""Who may do what beside whom: the separations that no login and no administrator can set aside."""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.errors import PeopleError


def check_three_people(author: str, reviewer: str, approver: str) -> None:
    """Author, reviewer and approver of an item are three people. Raises PeopleError naming who sits twice."""
    _check_distinct((author, reviewer, approver), "people.author_reviews")


def check_two_people(one: str, other: str) -> None:
    """An act of two is an act of two different people. Raises PeopleError."""
    _check_distinct((one, other), "people.one_for_two")


def _check_distinct(people: Sequence[str], code: str) -> None:
    for person in people:
        if people.count(person) > 1:
            raise PeopleError(code, who=person)
