"""The invented bank of the bench is a sound one, and other solvers are given the problem that ours is given."""

from itembank.assembly.eligibility import sift
from itembank.assembly.model import build
from itembank.assembly.problem import Problem
from itembank.domain.plan import ANY
from tests.bench.measure.assembly_peers import write_mps
from tests.bench.measure.assembly_pools import DAY, PLAN, make_bank, without_sets

Row = tuple[int, int, dict[int, int]]


def test_the_bank_is_sound_and_always_the_same() -> None:
    blueprint, cards = make_bank(500)

    blueprint.check()
    PLAN.check()
    PLAN.check_fits(blueprint)
    assert [len(blueprint.weights(depth)) for depth in (1, 2, 3)] == [5, 16, 48]
    assert len({card.item_no for card in cards}) == 500 and {card.point for card in cards} <= {p.code for p in blueprint.points}
    assert make_bank(500) == (blueprint, cards) != make_bank(500, seed=2)


def test_items_of_a_set_are_national_and_were_not_used_lately() -> None:
    _, cards = make_bank(500)

    in_sets = [card for card in cards if card.item_set]
    assert in_sets and all(card.pool == "national" and not card.used_on for card in in_sets)
    assert any(card.enemy_group for card in cards) and any(card.pool == "city" for card in cards)
    plain, plan = without_sets(cards)
    assert not any(card.item_set for card in plain) and plan.sets.low == 0 and len(plain) == 500


def test_an_mps_file_has_the_rows_of_the_problem() -> None:
    blueprint, cards = make_bank(300)
    model = build(PLAN, blueprint, sift(PLAN, blueprint, cards, DAY).cards, ["A"])
    problem = Problem.of(range(7, 7 + model.columns), model.rows)

    costs, upper, rows = read_mps(write_mps(problem))

    assert (costs, upper) == (problem.costs, problem.upper)
    bounds = zip(problem.lows, problem.highs, strict=True)
    assert rows == [
        (max(low, -ANY), min(high, ANY), dict(problem.entries(row))) for row, (low, high) in enumerate(bounds)
    ]  # fmt: skip
    assert any(low == -ANY for low, _, _ in rows) and any(high == ANY for _, high, _ in rows)
    assert any(-ANY < low < high < ANY for low, high, _ in rows) and any(low == high for low, high, _ in rows)


def read_mps(text: str) -> tuple[list[int], list[int], list[Row]]:
    """(costs, upper bounds, rows as low, high and column → value) of a file with a line for each entry."""
    parts: dict[str, list[list[str]]] = {}
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            found.append(line.split())
        else:
            found = parts.setdefault(line.partition(" ")[0], [])
    kinds = {name: kind for kind, name in parts["ROWS"]}
    entries: dict[str, dict[int, int]] = {name: {} for name in kinds}
    for column, row, value in parts["COLUMNS"]:
        if row != "'MARKER'":
            entries[row][int(column[1:])] = int(value)
    costs = list(entries.pop("cost").values())
    sides = {row: int(side) for _, row, side in parts["RHS"]}
    widths = {row: int(width) for _, row, width in parts["RANGES"]}
    rows = [(*_bounds(kinds[row], sides.get(row, 0), widths.get(row)), values) for row, values in entries.items()]
    return costs, [int(most) for _, _, _, most in parts["BOUNDS"]], rows


def _bounds(kind: str, side: int, width: int | None) -> tuple[int, int]:
    if kind == "E":
        return side, side
    if kind == "G":
        return side, ANY
    return -ANY if width is None else side - width, side
