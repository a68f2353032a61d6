"""Shares and the release object: one opens nothing, any two do, and a wrong one is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.encoding import b64
from keys.errors import KeysError, RefusedError, TamperedError
from keys.release import ReleaseObject, check_release, make_release, parse_release
from keys.share import (
    ShareLine,
    combine,
    combine_lines,
    commit_release,
    commit_share,
    open_share,
    parse_share_line,
    seal_share,
    split,
)
from tests.unit.keys.office_world import HOLDERS, OPENS, World, demo, flipped, refused

WORLD, SEALED = demo()
LINES = [WORLD.line(SEALED, "A", j) for j in (1, 2, 3)]
R = SEALED.releases["A"]
FACTORS = SEALED.manifest.factors("A")


def made(lines: Sequence[ShareLine], lock: str = "A") -> ReleaseObject:
    return make_release(lines, SEALED.manifest, WORLD.directory, lock)


def checked(data: bytes) -> None:
    check_release(parse_release(data), SEALED.manifest, WORLD.directory)


GOOD = made(LINES[:2]).format()

# shares ------------------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.binary(min_size=16, max_size=16), st.integers(1, 5), st.data())
def test_any_k_of_n_give_it_back_and_fewer_give_something_else(release: bytes, k: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(k, 6))
    shares = list(enumerate(split(release, k, n), start=1))

    for chosen in combinations(shares, k):
        assert combine(chosen) == release
    for chosen in combinations(shares, k - 1) if k > 2 else []:
        assert combine(chosen) != release


def test_one_share_opens_nothing() -> None:
    for line in LINES:
        error = refused("release.quorum", partial(made, [line]), RefusedError)
        assert error.facts == {"needed": 2, "came": 1}
        assert line.share != R


def test_one_share_given_twice_is_still_one() -> None:
    refused("release.quorum", lambda: made([LINES[0], LINES[0]]), RefusedError)


@pytest.mark.parametrize("pair", list(permutations(range(3), 2)), ids=str)
def test_any_two_of_three_in_any_order_release(pair: tuple[int, int]) -> None:
    release = made([LINES[j] for j in pair])

    assert release.release == R
    checked(release.format())


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([LINES[0], LINES[1], LINES[2]], id="all three"),
        pytest.param([LINES[0], LINES[0], LINES[2]], id="one of them twice, from two places"),
        pytest.param([LINES[2], LINES[1], LINES[1], LINES[2]], id="each twice"),
    ],
)
def test_lines_that_came_more_than_once_make_a_release_that_stands(lines: list[ShareLine]) -> None:
    release = made(lines)

    assert len(release.lines) == 2
    checked(release.format())


@pytest.mark.parametrize("j", [1, 2, 3])
def test_a_holder_opens_its_own_wrapped_share_only(j: int) -> None:
    for who in (1, 2, 3):
        secret = WORLD.secret("seal", HOLDERS[who - 1])

        def act(secret: bytes = secret) -> bytes:
            return open_share(SEALED.hid, "A", j, secret, FACTORS.sealed[j - 1], FACTORS.c[j - 1])

        if who == j:
            assert act() == SEALED.shares["A"][j - 1]
        else:
            refused("envelope.foreign", act, TamperedError)


@pytest.mark.parametrize(
    ("hid", "lock", "j"),
    [
        pytest.param(bytes(32), "A", 1, id="another session"),
        pytest.param(SEALED.hid, "S", 1, id="another lock"),
        pytest.param(SEALED.hid, "A", 2, id="another holder's place"),
    ],
)
def test_a_wrapped_share_does_not_open_as_one_of(hid: bytes, lock: str, j: int) -> None:
    secret = WORLD.secret("seal", "province")

    refused("envelope.foreign", lambda: open_share(hid, lock, j, secret, FACTORS.sealed[0], FACTORS.c[0]), TamperedError)


def test_a_share_the_manifest_does_not_commit_to_is_refused() -> None:
    wrong = seal_share(SEALED.hid, "A", 1, WORLD.public("seal", "province"), bytes(16))

    error = refused(
        "share.commitment",
        lambda: open_share(SEALED.hid, "A", 1, WORLD.secret("seal", "province"), wrong, FACTORS.c[0]),
        TamperedError,
    )
    assert error.facts == {"j": 1}


# lines -------------------------------------------------------------------------------------------------------------------


def test_a_line_is_read_back_and_checks() -> None:
    for line in LINES:
        again = parse_share_line(line.format())
        assert again == line
        again.check(WORLD.directory.holders[line.j - 1].sign, FACTORS.c[line.j - 1])


def test_no_sign_of_a_share_line_can_be_changed() -> None:
    """Every byte, so every field: session, lock, holder, share, time, size, clock, mode, signature."""
    text = LINES[0].format().encode()
    for at in range(len(text)):
        with pytest.raises(KeysError):
            line = parse_share_line(flipped(text, at).decode())
            made([line, LINES[1]])


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param("share.foreign", replace(LINES[0], hid=bytes(32)), id="another session"),
        pytest.param("share.foreign", WORLD.line(SEALED, "S", 1), id="another lock"),
        pytest.param("share.foreign", replace(LINES[0], lock="S"), id="another lock written in"),
        pytest.param("share.foreign", replace(LINES[0], j=0), id="holder 0"),
        pytest.param("share.foreign", replace(LINES[0], j=-1), id="holder -1, the last from behind"),
        pytest.param("share.foreign", replace(LINES[0], j=4), id="holder 4"),
        pytest.param("statement.signature", replace(LINES[0], j=3), id="another holder's number"),
        pytest.param("statement.signature", replace(LINES[0], at=OPENS - timedelta(days=1)), id="another time"),
        pytest.param("statement.signature", replace(LINES[0], size=99), id="another ledger size"),
        pytest.param("statement.signature", replace(LINES[0], clock="file"), id="another clock"),
        pytest.param("statement.signature", replace(LINES[0], mode="attended"), id="another mode"),
        pytest.param("statement.signature", replace(LINES[0], signature=LINES[1].signature), id="another's signature"),
        pytest.param("statement.signature", replace(LINES[0], signature=b""), id="no signature"),
        pytest.param("statement.signature", LINES[0].signed(World("other").signer("province")), id="a namesake of elsewhere"),
        pytest.param(
            "share.commitment",
            replace(LINES[0], share=bytes(16)).signed(WORLD.signer("province")),
            id="a share the holder invented",
        ),
        pytest.param(
            "share.commitment",
            replace(LINES[0], share=SEALED.shares["A"][1]).signed(WORLD.signer("province")),
            id="another holder's share",
        ),
        pytest.param(
            "share.commitment",
            replace(LINES[0], share=SEALED.shares["S"][0]).signed(WORLD.signer("province")),
            id="the share of another lock",
        ),
    ],
)
def test_a_line_is_refused_with(code: str, line: ShareLine) -> None:
    refused(code, lambda: made([line, LINES[1]]))


def test_a_share_of_another_session_of_the_same_holders_is_refused() -> None:
    later = WORLD.seal(replace(WORLD.header(), version=2))

    refused("share.foreign", lambda: made([WORLD.line(later, "A", 1), LINES[1]]), TamperedError)


def test_lines_are_not_combined_across_locks_even_unchecked() -> None:
    spare = WORLD.line(SEALED, "S", 2)

    error = refused("share.foreign", lambda: combine_lines([LINES[0], spare], 2, SEALED.hid, "A", FACTORS.c_r), TamperedError)
    assert error.facts == {"j": 2}


def test_lines_are_not_combined_across_sessions_even_unchecked() -> None:
    other = replace(LINES[1], hid=bytes(32))

    refused("share.foreign", lambda: combine_lines([LINES[0], other], 2, SEALED.hid, "A", FACTORS.c_r), TamperedError)


def test_commitments_bind_session_lock_and_holder() -> None:
    same = bytes(16)

    values = {
        commit_share(SEALED.hid, "A", 1, same),
        commit_share(SEALED.hid, "A", 2, same),
        commit_share(SEALED.hid, "S", 1, same),
        commit_share(bytes(32), "A", 1, same),
        commit_share(SEALED.hid, "A", 1, R),
        commit_release(SEALED.hid, "A", same),
        commit_release(SEALED.hid, "S", same),
        commit_release(bytes(32), "A", same),
        commit_release(SEALED.hid, "A", R),
    }

    assert len(values) == 9


def test_what_does_not_combine_to_the_committed_factor_is_refused() -> None:
    lines = [LINES[0], replace(LINES[1], share=bytes(16))]

    refused("release.commitment", lambda: combine_lines(lines, 2, SEALED.hid, "A", FACTORS.c_r), TamperedError)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(LINES[0].format() + "\n", id="a newline behind"),
        pytest.param(LINES[0].format() + " x", id="a word more"),
        pytest.param(LINES[0].format().replace("share ", "share  "), id="two blanks"),
        pytest.param(LINES[0].format().replace(" A 1 ", " A 01 "), id="a leading zero"),
        pytest.param(LINES[0].format().replace(" A 1 ", " A ١ "), id="a digit of another script"),
        pytest.param(LINES[0].format().replace(" A 1 ", " A +1 "), id="a sign"),
        pytest.param(LINES[0].format().replace(" 4 system", " 4_0 system"), id="an underscore in the size"),
        pytest.param(LINES[0].format().replace(" A 1 ", " A " + "9" * 5000 + " "), id="an endless number"),
        pytest.param(LINES[0].format().replace(" rule ", " any "), id="an unknown mode"),
        pytest.param(LINES[0].format().replace(SEALED.hid.hex(), SEALED.hid.hex().upper()), id="capitals"),
        pytest.param(LINES[0].format().replace(b64(LINES[0].share), b64(LINES[0].share[:15])), id="15 bytes of share"),
    ],
)
def test_a_line_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(TamperedError):
        parse_share_line(text)


# the release object ------------------------------------------------------------------------------------------------------


def test_a_release_object_is_read_back_and_is_under_one_kilobyte() -> None:
    assert parse_release(GOOD).format() == GOOD
    assert len(GOOD) < 1000
    checked(GOOD)


def test_no_byte_of_a_release_object_can_be_changed() -> None:
    for at in range(len(GOOD)):
        with pytest.raises(KeysError):
            checked(flipped(GOOD, at))


def test_a_release_object_torn_anywhere_is_refused() -> None:
    for length in range(len(GOOD)):
        with pytest.raises(KeysError):
            checked(GOOD[:length])


def build(*lines: ShareLine, hid: bytes = SEALED.hid, lock: str = "A", release: bytes = R) -> bytes:
    return ReleaseObject(hid, lock, release, lines).format()


@pytest.mark.parametrize(
    ("code", "data"),
    [
        pytest.param("release.quorum", build(LINES[0]), id="one line only"),
        pytest.param("release.quorum", build(), id="R alone"),
        pytest.param("release.quorum", build(LINES[0], LINES[0]), id="one line twice"),
        pytest.param("release.commitment", build(*LINES[:2], release=bytes(16)), id="another R"),
        pytest.param("release.commitment", build(*LINES[:2], release=R + b"x"), id="R with a byte more"),
        pytest.param("release.commitment", build(*LINES[:2], release=SEALED.releases["S"]), id="R of another lock"),
        pytest.param("release.commitment", build(*LINES[:2], lock="S"), id="another lock"),
        pytest.param("manifest.locks", build(*LINES[:2], lock="B"), id="a lock there is not"),
        pytest.param("release.foreign", build(*LINES[:2], hid=bytes(32)), id="another session"),
        pytest.param("share.foreign", build(LINES[0], WORLD.line(SEALED, "S", 2)), id="a foreign line for a needed one"),
        pytest.param("share.foreign", build(*LINES[:2], WORLD.line(SEALED, "S", 3)), id="a foreign line behind good ones"),
        pytest.param("statement.signature", build(LINES[0], replace(LINES[1], signature=bytes(64))), id="a line nobody signed"),
        pytest.param("release.form", build(*LINES), id="more lines than needed"),
        pytest.param("release.form", build(LINES[0], *LINES[:2]), id="a line twice beside another"),
        pytest.param("release.form", build(LINES[1], LINES[0]), id="lines in another order"),
    ],
)
def test_a_release_object_is_refused_with(code: str, data: bytes) -> None:
    refused(code, lambda: checked(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff" * 100, id="not UTF-8"),
        pytest.param(GOOD + b"\n", id="a blank line behind"),
        pytest.param(GOOD + b"x", id="a sign behind the last line"),
        pytest.param(GOOD[:-1], id="no newline at the end"),
        pytest.param(GOOD.replace(b"\n", b"\r\n"), id="other line ends"),
        pytest.param(GOOD.replace(b"release 1", b"release 2"), id="another version"),
        pytest.param(GOOD.replace(b"lock A", b"lock  A"), id="two blanks"),
        pytest.param(b"\n".join(sorted(GOOD.split(b"\n"))), id="lines in another order"),
    ],
)
def test_a_release_in_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(TamperedError):
        checked(data)
