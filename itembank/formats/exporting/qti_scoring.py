"""How a player marks an item of our QTI package: response processing, from the answers that the item declares.

A choice is right or wrong, a fill-in earns the share of its blanks that are right, a question of a case earns its points.
What is written is marked by people: it earns nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

Element = etree._Element
Under = Callable[..., Element]
"""(parent, name, **attributes) → a new element there, in the words of the version that is written."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A question a player can mark. `responses`: of a fill-in each blank's. `points`: for all of them."""

    responses: Sequence[str]
    points: int
    is_fill: bool


def add_processing(root: Element, questions: Sequence[Marked], under: Under) -> None:
    """One after the other they add to SCORE."""
    processing = under(root, "responseProcessing")
    for question in questions:
        if question.is_fill:
            share = under(_added(processing, under), "product")
            _number(share, question.points, under)
            parts = under(share, "divide")
            right = under(parts, "sum")
            for response in question.responses:
                under(right, "mapResponse", identifier=response)
            _number(parts, len(question.responses), under)
        else:
            [response] = question.responses
            when = under(under(processing, "responseCondition"), "responseIf")
            match = under(when, "match")
            under(match, "variable", identifier=response)
            under(match, "correct", identifier=response)
            _number(_added(when, under), question.points, under)


def _added(parent: Element, under: Under) -> Element:
    """Where a number stands that is added to SCORE."""
    total = under(under(parent, "setOutcomeValue", identifier="SCORE"), "sum")
    under(total, "variable", identifier="SCORE")
    return total


def _number(parent: Element, number: int, under: Under) -> None:
    under(parent, "baseValue", baseType="float").text = str(number)
