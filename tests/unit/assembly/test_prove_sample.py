"""`python -m tests.prove.assembly` in small: eight random plans and five planted faults."""

import pytest

from itembank.assembly.solver import Solver, SolverName
from tests.prove import assembly
from tests.prove.assembly_banks import SMALLEST, random_case

BY_BOTH = (3, 7)
"""Plans that are replayed by both solvers; the second takes longer to start than most of these draws."""
INFEASIBLE = (10,)
FAULTS = ("used_lately 1", "type_too_few 2", "sets_too_few 1", "area_against_units 1", "equipment_nobody_has 1")


@pytest.mark.parametrize("number", range(3, 11))
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
