"""The only place that knows HiGHS: the cheapest choice of columns that keeps every row, proven.

One thread, no gap, a fixed seed and no time limit: the answer depends on the numbers alone, so a draw can be replayed.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy

from itembank.assembly.model import Row
from itembank.domain.errors import PlanError

MOST_NODES = 200_000  # not seconds: a limit in seconds would make the result depend on the machine
_OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,  # a solver's log would tell what was drawn
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # costs are integers: half a unit of proof is the whole proof
    "mip_max_nodes": MOST_NODES,
}


def solve(costs: Sequence[int], rows: Sequence[Row], upper: Sequence[int] | None = None) -> list[int] | None:
    """The integer value of every column (0 to `upper`, else 0 or 1), or None when no choice keeps the rows.

    Raises PlanError: plan.search_unfinished when the node limit was reached without a proof.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(_problem(costs, rows, upper or [1] * len(costs)))
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise PlanError("plan.search_unfinished", status=solver.modelStatusToString(status), nodes=MOST_NODES)
    return [round(value) for value in solver.getSolution().col_value]


def _problem(costs: Sequence[int], rows: Sequence[Row], upper: Sequence[int]) -> highspy.HighsLp:
    problem = highspy.HighsLp()
    problem.num_col_ = len(costs)
    problem.num_row_ = len(rows)
    problem.col_cost_ = [float(cost) for cost in costs]
    problem.col_lower_ = [0.0] * len(costs)
    problem.col_upper_ = [float(most) for most in upper]
    problem.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    problem.row_lower_ = [float(row.lo) for row in rows]
    problem.row_upper_ = [float(row.hi) for row in rows]
    starts, columns, values = [0], [], []
    for row in rows:
        columns += [column for column, _ in row.terms]
        values += [float(coefficient) for _, coefficient in row.terms]
        starts.append(len(columns))
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = starts
    problem.a_matrix_.index_ = columns
    problem.a_matrix_.value_ = values
    return problem
