"""One solver for all tests of this room: its process takes longer to start than most draws."""

from collections.abc import Iterator

import pytest

from itembank.assembly.solver import Solver


@pytest.fixture(scope="session")
def solver() -> Iterator[Solver]:
    with Solver() as started:
        yield started
