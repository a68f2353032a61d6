"""`python -m tests.prove.assembly` in small: nine random plans and five planted faults."""

import pytest

from itembank.assembly.solver import Solver, SolverName
from tests.prove import assembly
from tests.prove.assembly_banks import SMALLEST, random_case

PLANS = (7, 10, 13, 14, 17, 19, 35, 36, 38)
"""Together: one to five papers, an operation-skill plan, local items, sets, people who have seen them, overlap, ready-made
papers."""
BY_BOTH = (7, 36)
"""Plans that are replayed by both solvers; the second takes longer to start than most of these draws."""
INFEASIBLE = (10,)
FAULTS = ("used_lately 1", "only_local 2", "type_too_few 2", "sets_too_few 1", "equipment_nobody_has 1")


@pytest.mark.parametrize("number", PLANS)
def test_a_random_plan_is_drawn_checked_and_replayed_or_explained(solver: Solver, number: int) -> None:
    solvers = tuple(SolverName) if number in BY_BOTH else (SolverName.HIGHS,)
    found = assembly.tried(random_case(number, SMALLEST), solver, solvers)
    assert found.wrong == [] and found.is_drawn is (number not in INFEASIBLE)
    assert found.same == ([] if number in INFEASIBLE else list(solvers))


def test_planted_faults_are_named(solver: Solver) -> None:
    chosen = [fault for fault in assembly.faults() if fault.name in FAULTS]
    assert len(chosen) == len(FAULTS)
    found = [assembly.named(fault, solver) for fault in chosen]
    assert [one.wrong for one in found] == [[]] * len(FAULTS)


def test_there_are_fifty_faults_each_by_its_own_name() -> None:
    assert len({fault.name for fault in assembly.faults()}) == 50
