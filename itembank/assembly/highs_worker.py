"""The only place that knows HiGHS: the cheapest choice of columns that keeps every row, proven.

One thread, no gap, a fixed seed and no time limit: the answer depends on the numbers alone, so a draw can be replayed.
"""

from __future__ import annotations

import sys
from typing import Any

import highspy
import numpy as np

from itembank.assembly.solver_worker import serve

_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,  # a solver's log would tell what was drawn
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # costs are integers: half a unit of proof is the whole proof
    # Measured: they cost more than they find on papers.
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_feasibility_jump": False,
}
_RAY = 1_000_000
"""A ray is rounded to whole numbers of so many parts."""
_NONE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
    highspy.HighsModelStatus.kObjectiveBound,
)


class Highs:
    """One problem after another, each in a new solver."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self.version = f"highspy {highspy.Highs().version()}"  # type: ignore[no-untyped-call]

    def relax(self, problem: dict[str, Any]) -> dict[str, Any]:
        solver = self._run(problem, whole=False, below=None)
        status = solver.getModelStatus()
        if status in _NONE:
            _, found, ray = solver.getDualRay()  # type: ignore[attr-defined]
            most = max(map(abs, ray), default=0.0) if found else 0.0
            return {"status": "none", "duals": [round(_RAY * value / most) for value in ray] if most else []}
        if status != highspy.HighsModelStatus.kOptimal:
            return {"status": "unfinished"}
        duals = [round(value) for value in solver.getSolution().row_dual]
        return {"status": "optimal", "duals": duals, "bound": solver.getInfo().objective_function_value}

    def solve(self, problem: dict[str, Any]) -> dict[str, Any]:
        solver = self._run(problem, whole=True, below=problem["below"])
        status = solver.getModelStatus()
        if status in _NONE:
            return {"status": "none"}
        if status != highspy.HighsModelStatus.kOptimal:
            return {"status": "unfinished", "said": solver.modelStatusToString(status)}
        chosen = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
        taken = np.flatnonzero(chosen)
        return {"status": "optimal", "columns": taken.tolist(), "numbers": chosen[taken].tolist()}

    def _run(self, problem: dict[str, Any], *, whole: bool, below: int | None) -> highspy.Highs:
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            solver.setOptionValue(option, value)
        solver.setOptionValue("mip_max_nodes", self.nodes)
        if below is not None:
            solver.setOptionValue("objective_bound", below - 0.5)
        solver.passModel(_linear(problem, whole=whole))
        solver.run()
        return solver


def _linear(problem: dict[str, Any], *, whole: bool) -> highspy.HighsLp:
    linear = highspy.HighsLp()
    linear.num_col_ = len(problem["costs"])
    linear.num_row_ = len(problem["lows"])
    linear.col_cost_ = np.array(problem["costs"], dtype=float)
    linear.col_lower_ = np.zeros(len(problem["costs"]))
    linear.col_upper_ = np.array(problem["upper"], dtype=float)
    if whole:
        linear.integrality_ = [highspy.HighsVarType.kInteger] * len(problem["costs"])
    linear.row_lower_ = np.array(problem["lows"], dtype=float)
    linear.row_upper_ = np.array(problem["highs"], dtype=float)
    linear.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    linear.a_matrix_.start_ = np.array(problem["starts"], dtype=np.int32)
    linear.a_matrix_.index_ = np.array(problem["columns"], dtype=np.int32)
    linear.a_matrix_.value_ = np.array(problem["values"], dtype=float)
    return linear


if __name__ == "__main__":
    highs = Highs(int(sys.argv[1]))
    serve(highs.version, {b"L": highs.relax, b"S": highs.solve})
