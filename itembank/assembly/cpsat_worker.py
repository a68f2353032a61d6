"""The only place that knows CP-SAT: a second solver of another house, for replaying a draw.

Exact integers all the way, one worker, a fixed seed, and in place of a clock its own deterministic time.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from ortools.sat.python import cp_model

from itembank.assembly.solver_worker import serve

DETERMINISTIC_SECONDS = 600.0
"""CP-SAT's own unit of work: about a second, and the same on every machine."""


def solve(problem: dict[str, Any]) -> dict[str, Any]:
    """Each problem in a new solver."""
    model, columns = _model(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return {"status": "none"}
    if status != cp_model.OPTIMAL:
        return {"status": "unfinished", "said": solver.status_name(status)}
    numbers = [solver.value(column) for column in columns]
    taken = [column for column, number in enumerate(numbers) if number]
    return {"status": "optimal", "columns": taken, "numbers": [numbers[column] for column in taken]}


def _model(problem: dict[str, Any]) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    columns = [model.new_int_var(0, most, "") for most in problem["upper"]]
    for row, (low, high) in enumerate(zip(problem["lows"], problem["highs"], strict=True)):
        part = slice(problem["starts"][row], problem["starts"][row + 1])
        taken = [columns[column] for column in problem["columns"][part]]
        model.add_linear_constraint(cp_model.LinearExpr.weighted_sum(taken, problem["values"][part]), low, high)
    cost = cp_model.LinearExpr.weighted_sum(columns, problem["costs"])
    if problem["below"] is not None:
        model.add(cost < problem["below"])
    model.minimize(cost)
    return model, columns


if __name__ == "__main__":
    # It relaxes nothing: hints come from elsewhere.
    serve(f"ortools {version('ortools')}", {b"S": solve})
