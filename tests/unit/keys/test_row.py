"""Package rows: one for every package, each under the root that two people signed, none in another's place."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from keys.encoding import Json, b64, canonical, read_canonical
from keys.errors import KeysError, TamperedError
from keys.row import KINDS, RowFile, read_row_file, row_files, rows_root
from tests.unit.keys.office_world import demo, flipped, refused

WORLD, SEALED = demo()
MANIFEST, ROWS = SEALED.manifest, SEALED.rows


def test_every_row_stands_under_the_signed_root() -> None:
    for row in ROWS:
        again = read_row_file(row.encode())
        assert again == row
        assert MANIFEST.check_row(again) == row.row.core.pid(SEALED.hid)


def test_no_byte_of_a_row_file_can_be_changed() -> None:
    """Every byte, so every field of core, row and proof."""
    data = ROWS[2].encode()
    for at in range(len(data)):
        with pytest.raises(KeysError):
            MANIFEST.check_row(read_row_file(flipped(data, at)))


@pytest.mark.parametrize("other", [0, 1, 3, 4])
def test_the_proof_of_another_row_is_refused(other: int) -> None:
    swapped = replace(ROWS[2], index=ROWS[other].index, proof=ROWS[other].proof)

    refused("tree.inclusion", lambda: MANIFEST.check_row(swapped), TamperedError)


@pytest.mark.parametrize(
    ("code", "row"),
    [
        pytest.param("row.proof", replace(ROWS[0], size=4), id="a smaller tree"),
        pytest.param("row.proof", replace(ROWS[0], size=6), id="a larger tree"),
        pytest.param("tree.inclusion", replace(ROWS[0], index=5), id="an index behind the last"),
        pytest.param("tree.inclusion", replace(ROWS[0], index=-1), id="a negative index"),
        pytest.param("tree.inclusion", replace(ROWS[0], proof=()), id="no proof"),
        pytest.param("tree.inclusion", replace(ROWS[0], proof=(*ROWS[0].proof, bytes(32))), id="a node more"),
        pytest.param("tree.inclusion", replace(ROWS[0], proof=ROWS[0].proof[::-1]), id="the nodes in another order"),
    ],
)
def test_a_row_with_another_place_is_refused(code: str, row: RowFile) -> None:
    refused(code, lambda: MANIFEST.check_row(row), TamperedError)


def test_a_row_of_another_session_is_refused() -> None:
    """The same packages sealed again: other containers, so other rows under another root."""
    again = row_files([replace(row.row, c_a=bytes(32)) for row in ROWS])

    for row in again:
        refused("tree.inclusion", partial(MANIFEST.check_row, row), TamperedError)


def test_a_package_without_its_row_or_with_a_second_one_changes_the_root() -> None:
    rows = [row.row for row in ROWS]

    roots = {rows_root(rows), rows_root(rows[:-1]), rows_root([*rows, rows[0]]), rows_root(rows[::-1])}

    assert len(roots) == 4


@pytest.mark.parametrize(
    "field",
    ["package", "kind", "station", "paper", "part", "variant", "lock"],
)
def test_every_field_of_a_core_makes_another_package(field: str) -> None:
    core = ROWS[0].row.core
    other = replace(core, **{field: getattr(core, field) + "x"})

    assert other.pid(SEALED.hid) != core.pid(SEALED.hid)
    assert replace(core, copies=31).pid(SEALED.hid) != core.pid(SEALED.hid)
    assert core.pid(bytes(32)) != core.pid(SEALED.hid)


def bent(change: Callable[[Json], object]) -> bytes:
    value = read_canonical(ROWS[0].encode(), "test")
    change(value)
    return canonical(value)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda v: v.pop("proof"), id="no proof"),
        pytest.param(lambda v: v.update(note="x"), id="a field more"),
        pytest.param(lambda v: v["row"].update(note="x"), id="a field more in the row"),
        pytest.param(lambda v: v["row"]["core"].update(note="x"), id="a field more in the core"),
        pytest.param(lambda v: v["row"]["core"].pop("lock"), id="a field less in the core"),
        pytest.param(lambda v: v["row"].update(core="x"), id="a core that is text"),
        pytest.param(lambda v: v["row"].update(cA="00"), id="a commitment that is too short"),
        pytest.param(lambda v: v["row"].update(cA=5), id="a commitment that is a number"),
        pytest.param(lambda v: v["row"].update(length="5"), id="a length that is text"),
        pytest.param(lambda v: v["row"]["core"].update(copies="30"), id="copies that are text"),
        pytest.param(lambda v: v["row"]["core"].update(lock=["A"]), id="a lock that is a list"),
        pytest.param(lambda v: v.update(index="0"), id="an index that is text"),
        pytest.param(lambda v: v.update(size="5"), id="a size that is text"),
        pytest.param(lambda v: v.update(proof=[b64(b"short")]), id="a node that is too short"),
        pytest.param(lambda v: v.update(proof="xy"), id="a proof that is text"),
        pytest.param(lambda v: v.update(proof=[1]), id="a node that is a number"),
    ],
)
def test_a_row_file_of_another_form_is_refused_with_our_own_error(change: Callable[[Json], object]) -> None:
    data = bent(change)

    with pytest.raises(KeysError):
        MANIFEST.check_row(read_row_file(data))


@pytest.mark.parametrize("kind", KINDS)
def test_a_core_of_every_kind_is_read(kind: str) -> None:
    """The five there are, and no other: whoever decides by the kind has seen them all."""
    row = ROWS[0]
    sound = replace(row, row=replace(row.row, core=replace(row.row.core, kind=kind)))
    odd = replace(row, row=replace(row.row, core=replace(row.row.core, kind=f"{kind}s")))

    assert read_row_file(sound.encode()) == sound
    refused("object.fields", lambda: read_row_file(odd.encode()), TamperedError)


@pytest.mark.parametrize("data", [b"[]", b'"x"', b"5", b"{}"])
def test_what_is_no_row_file_is_refused(data: bytes) -> None:
    refused("object.fields", lambda: read_row_file(data), TamperedError)
