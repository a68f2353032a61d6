"""A model as a solver takes it: integer costs, rows and upper bounds, nothing of what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol


class SolverRow(Protocol):
    """What of a row a solver sees."""

    @property
    def columns(self) -> Sequence[int]: ...
    @property
    def values(self) -> Sequence[int]: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Minimise the costs of integer columns, 0 to `upper`, under rows; row r has the entries starts[r] to starts[r + 1]."""

    costs: list[int]
    upper: list[int]
    lows: list[int]
    highs: list[int]
    starts: list[int]
    columns: list[int]
    values: list[int]

    @classmethod
    def of(cls, costs: Sequence[int], rows: Sequence[SolverRow], upper: Sequence[int] = ()) -> Problem:
        """Without upper bounds every column is 0 or 1."""
        problem = cls(list(costs), list(upper) or [1] * len(costs), [], [], [0], [], [])
        for row in rows:
            problem.lows.append(row.low)
            problem.highs.append(row.high)
            problem.columns.extend(row.columns)
            problem.values.extend(row.values)
            problem.starts.append(len(problem.columns))
        return problem

    def with_costs(self, costs: Sequence[int]) -> Problem:
        return replace(self, costs=list(costs))

    def cost(self, chosen: Sequence[int]) -> int:
        return sum(cost * number for cost, number in zip(self.costs, chosen, strict=True) if number)

    def entries(self, row: int) -> zip[tuple[int, int]]:
        """(column, value) of one row."""
        part = slice(self.starts[row], self.starts[row + 1])
        return zip(self.columns[part], self.values[part], strict=True)

    def only(self, kept: Sequence[int]) -> Problem:
        """The problem with these columns, all others being 0. A row that can no longer be broken is left out."""
        place = dict(zip(kept, range(len(kept)), strict=True))
        small = Problem([self.costs[j] for j in kept], [self.upper[j] for j in kept], [], [], [0], [], [])
        for row in range(len(self.lows)):
            least = most = 0
            begin = len(small.columns)
            for column, value in self.entries(row):
                if (at := place.get(column)) is not None:
                    small.columns.append(at)
                    small.values.append(value)
                    reach = value * small.upper[at]
                    least, most = least + min(0, reach), most + max(0, reach)
            if self.lows[row] <= least and most <= self.highs[row]:
                del small.columns[begin:], small.values[begin:]
                continue
            small.lows.append(self.lows[row])
            small.highs.append(self.highs[row])
            small.starts.append(len(small.columns))
        return small

    def document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}
