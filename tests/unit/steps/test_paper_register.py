"""The register knows every paper that was drawn, how far it has come, and where it is used."""

from collections.abc import Callable

import pytest

from itembank.steps.paper_register import PaperState, RegisteredPaper, register
from tests.province import SESSION, STATIONS, After, Province


def papers(province: Province) -> list[RegisteredPaper]:
    return register(province.desk, province.directory, [SESSION])


@pytest.mark.parametrize(
    ("step", "state"),
    [("assemble", PaperState.DRAWN), ("prove", PaperState.PROVED), ("seal", PaperState.SEALED),
     ("approve", PaperState.APPROVED), ("publish", PaperState.PUBLISHED)],
)  # fmt: skip
def test_a_paper_stands_where_the_last_step_left_it(after: After, step: str, state: PaperState) -> None:
    found = papers(after(step))

    assert [(one.paper, one.state, one.stations) for one in found] == [
        (f"{SESSION}A", state, STATIONS), (f"{SESSION}S", state, STATIONS),
    ]  # fmt: skip


@pytest.mark.parametrize("prepare", [lambda p: None, Province.seeds])
def test_what_was_not_drawn_is_no_paper(after: After, prepare: Callable[[Province], object]) -> None:
    province = after("order")
    prepare(province)

    assert papers(province) == []


def test_a_paper_that_was_given_up_stays_with_its_reason_and_is_used_nowhere(after: After) -> None:
    province = after("assemble")
    province.seeds(redraw="第3题有误")
    province.assemble()

    found = papers(province)

    assert [(one.attempt, one.state) for one in found] == [
        (1, PaperState.GIVEN_UP), (1, PaperState.GIVEN_UP), (2, PaperState.DRAWN), (2, PaperState.DRAWN),
    ]  # fmt: skip
    assert {(one.reason, one.stations) for one in found[:2]} == {("第3题有误", ())}
