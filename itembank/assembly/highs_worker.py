"""The only place that knows HiGHS: the cheapest choice of columns that keeps every row, proven.

One thread, no gap, a fixed seed and no time limit: the answer depends on the numbers alone, so a draw can be replayed.

HiGHS is called by its C interface (`highs_c_api.h`), in the library that the package highspy brings. The package's own Python
interface takes numpy with it, and loading that takes longer than most draws.
"""

from __future__ import annotations

import sys
from array import array
from ctypes import CDLL, Array, byref, c_char_p, c_double, c_int, c_void_p
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from itembank.assembly.solver_worker import serve

LIBRARIES = ("libhighs.so.1", "highs.dll", "libhighs.1.dylib")
"""What its library is called in the package, from system to system; only the first has been tried."""
_OPTIONS: dict[str, bool | int | float] = {
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
# Constants of highs_c_api.h.
_OK, _WARNING = 0, 1
_ROWWISE, _MINIMIZE, _INTEGER = 2, 1, 1
OPTIMAL, INFEASIBLE, UNBOUNDED_OR_INFEASIBLE, OBJECTIVE_BOUND = 7, 8, 9, 11
_SAID = {4: "solve error", 14: "limit of iterations", 15: "unknown", 16: "limit of nodes", 18: "limit of memory"}
_NONE = (INFEASIBLE, UNBOUNDED_OR_INFEASIBLE, OBJECTIVE_BOUND)


class Highs:
    """One problem after another, each in a new solver."""

    def __init__(self, nodes: int) -> None:
        self.nodes, self.library = nodes, _library()
        self.version = f"HiGHS {self.library.Highs_version().decode()}"

    def relax(self, problem: dict[str, Any]) -> dict[str, Any]:
        with _Run(self.library, problem) as run:
            status = run.status(whole=False)
            if status in _NONE:
                ray = run.ray()
                most = max(map(abs, ray), default=0.0)
                return {"status": "none", "duals": [round(_RAY * value / most) for value in ray] if most else []}
            if status != OPTIMAL:
                return {"status": "unfinished"}
            return {"status": "optimal", "duals": [round(value) for value in run.solution()[1]], "bound": run.cost()}

    def solve(self, problem: dict[str, Any]) -> dict[str, Any]:
        with _Run(self.library, problem) as run:
            run.option("mip_max_nodes", self.nodes)
            if problem["below"] is not None:
                run.option("objective_bound", problem["below"] - 0.5)
            status = run.status(whole=True)
            if status in _NONE:
                return {"status": "none"}
            if status != OPTIMAL:
                return {"status": "unfinished", "said": _SAID.get(status, f"status {status}")}
            chosen = [round(value) for value in run.solution()[0]]
        taken = [column for column, number in enumerate(chosen) if number]
        return {"status": "optimal", "columns": taken, "numbers": [chosen[column] for column in taken]}


class _Run:
    """One solver with one problem in it. Raises ValueError when HiGHS refuses what it is told."""

    def __init__(self, library: CDLL, problem: dict[str, Any]) -> None:
        self.library, self.problem = library, problem
        self.columns, self.rows = len(problem["costs"]), len(problem["lows"])
        self.solver = c_void_p(library.Highs_create())
        for name, value in _OPTIONS.items():
            self.option(name, value)

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.library.Highs_destroy(self.solver)

    def option(self, name: str, value: bool | int | float) -> None:
        kind = {bool: "Bool", int: "Int", float: "Double"}[type(value)]
        as_c = c_double(value) if isinstance(value, float) else c_int(value)
        self._told(getattr(self.library, f"Highs_set{kind}OptionValue")(self.solver, c_char_p(name.encode()), as_c))

    def status(self, *, whole: bool) -> int:
        """How the search ended, a status of HiGHS. `whole`: columns are integers."""
        problem = self.problem
        numbers = [problem["costs"], [0] * self.columns, problem["upper"], problem["lows"], problem["highs"]]
        matrix = (_whole(problem["starts"]), _whole(problem["columns"]), _numbers(problem["values"]))
        kind = (_whole([_INTEGER] * self.columns),) if whole else ()
        passed = self.library.Highs_passMip if whole else self.library.Highs_passLp
        self._told(
            passed(
                self.solver, c_int(self.columns), c_int(self.rows), c_int(len(problem["values"])), c_int(_ROWWISE),
                c_int(_MINIMIZE), c_double(0), *map(_numbers, numbers), *matrix, *kind,
            )
        )  # fmt: skip
        self.library.Highs_run(self.solver)
        status: int = self.library.Highs_getModelStatus(self.solver)
        return status

    def solution(self) -> tuple[Array[c_double], Array[c_double]]:
        """(the number of each column, what each row is worth)."""
        values, reduced = (c_double * self.columns)(), (c_double * self.columns)()
        totals, worth = (c_double * self.rows)(), (c_double * self.rows)()
        self._told(self.library.Highs_getSolution(self.solver, values, reduced, totals, worth))
        return values, worth

    def cost(self) -> float:
        found: float = self.library.Highs_getObjectiveValue(self.solver)
        return found

    def ray(self) -> list[float]:
        """Multipliers of the rows that show they cannot be kept; empty where HiGHS has none."""
        found, ray = c_int(0), (c_double * self.rows)()
        self._told(self.library.Highs_getDualRay(self.solver, byref(found), ray))
        return list(ray) if found.value else []

    def _told(self, status: int) -> None:
        if status not in (_OK, _WARNING):
            raise ValueError(status)


def _numbers(values: list[int]) -> Array[c_double]:
    return (c_double * len(values)).from_buffer(array("d", values))


def _whole(values: list[int]) -> Array[c_int]:
    return (c_int * len(values)).from_buffer(array("i", values))


def _library() -> CDLL:
    """HiGHS as highspy brings it, without the package being imported. Raises OSError where it lies elsewhere."""
    package = find_spec("highspy")
    folders = package.submodule_search_locations if package else None
    for path in (Path(folder) / name for folder in folders or () for name in LIBRARIES):
        if path.is_file():
            library = CDLL(str(path))
            library.Highs_create.restype = c_void_p
            library.Highs_version.restype = c_char_p
            library.Highs_getObjectiveValue.restype = c_double
            if library.Highs_getSizeofHighsInt(None) != array("i").itemsize:
                raise OSError("HiGHS counts in other integers")
            return library
    raise OSError("no library of HiGHS in highspy")


if __name__ == "__main__":
    highs = Highs(int(sys.argv[1]))
    serve(highs.version, {b"L": highs.relax, b"S": highs.solve})
