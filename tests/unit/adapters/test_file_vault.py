"""The vault of one machine: a file its owner alone may read, in one form, to which rotation only adds."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itembank.adapters.file_vault import FileVault, create_vault, format_vault, read_vault
from keys.encoding import b64
from keys.errors import TamperedError
from tests.province import refused

KEY = bytes(range(32))
THREE = format_vault({1: bytes(32), 2: KEY, 3: b"\xff" * 32})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_vault(tmp_path / "bank.vault", os.urandom)
    return tmp_path / "bank.vault"


def test_a_vault_is_the_owners_alone_also_after_a_rotation(path: Path) -> None:
    modes = [path.stat().st_mode & 0o777]
    FileVault(path, os.urandom).rotate()

    assert [*modes, path.stat().st_mode & 0o777] == [0o600, 0o600] and [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_a_vault_that_others_may_read_is_not_used(path: Path, mode: int) -> None:
    wrapped = FileVault(path, os.urandom).wrap(KEY, "pool/city")
    path.chmod(mode)

    refused("key.readable_by_others", lambda: FileVault(path, os.urandom).wrap(KEY, "pool/city"))
    refused("key.readable_by_others", lambda: FileVault(path, os.urandom).unwrap(wrapped, "pool/city"))
    refused("key.readable_by_others", lambda: FileVault(path, os.urandom).rotate())


def test_a_vault_is_never_written_over(path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(FileExistsError):
        create_vault(path, os.urandom)

    assert path.read_bytes() == before


def test_a_lost_vault_is_not_made_anew(path: Path) -> None:
    path.unlink()

    refused("vault.missing", lambda: FileVault(path, os.urandom).wrap(KEY, "pool/city"))

    assert not path.exists()


def test_an_old_copy_of_the_vault_beside_a_newer_database_is_named_as_such(path: Path) -> None:
    old, vault = path.read_bytes(), FileVault(path, os.urandom)
    before = vault.wrap(KEY, "pool/city")
    vault.rotate()
    after = vault.wrap(KEY, "pool/city")
    path.write_bytes(old)

    error = refused("vault.generation", lambda: vault.unwrap(after, "pool/city"))

    assert (error.facts["generation"], error.facts["newest"]) == (2, 1)
    assert vault.unwrap(before, "pool/city") == KEY


def test_a_generation_is_bound_in(path: Path) -> None:
    """Renumbered lines open nothing, even where one key stands twice."""
    vault = FileVault(path, os.urandom)
    wrapped = vault.wrap(KEY, "pool/city")
    (key,) = read_vault(path.read_bytes()).values()
    path.write_bytes(format_vault({1: key, 2: key}))

    refused("vault.wrapped", lambda: vault.unwrap(wrapped[:4] + b"\x02" + wrapped[5:], "pool/city"))


def test_rotations_at_once_lose_no_generation(path: Path) -> None:
    """What a lost one had wrapped would never open again."""
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(FileVault(path, os.urandom).rotate())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(2, 10)) and list(read_vault(path.read_bytes())) == list(range(1, 10))


def test_after_a_rotation_the_new_generation_wraps(path: Path) -> None:
    """The old one could be taken away once nothing is wrapped by it any more."""
    vault = FileVault(path, os.urandom)
    old = read_vault(path.read_bytes())[1]
    vault.rotate()
    wrapped = vault.wrap(KEY, "pool/city")
    path.write_bytes(path.read_bytes().replace(b64(old).encode(), b64(bytes(32)).encode()))

    assert vault.unwrap(wrapped, "pool/city") == KEY


def test_a_rotation_adds_one_line_and_changes_none(path: Path) -> None:
    before = path.read_bytes()

    FileVault(path, os.urandom).rotate()

    assert path.read_bytes().startswith(before) and path.read_bytes().count(b"\n") == before.count(b"\n") + 1


# the form -----------------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=12))
def test_a_vault_is_read_as_it_was_written(keys: list[bytes]) -> None:
    generations = dict(enumerate(keys, 1))

    assert read_vault(format_vault(generations)) == generations


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(THREE.split(b"\n")[0] + b"\n", id="no generation"),
        pytest.param(THREE[:-1], id="no end of line"),
        pytest.param(THREE + b"\n", id="an empty line more"),
        pytest.param(THREE.replace(b"\n", b"\r\n"), id="other line ends"),
        pytest.param(THREE.replace(b"vault/1", b"vault/2"), id="another format"),
        pytest.param(THREE.replace(b"2 ", b"02 "), id="a number written otherwise"),
        pytest.param(THREE.replace(b"2 ", b"4 "), id="out of order"),
        pytest.param(THREE.replace(b"2 ", b"1 "), id="one number twice"),
        pytest.param(THREE.replace(b"1 AAAA", b"1  AAAA"), id="a blank more"),
        pytest.param(THREE.replace(b"=\n3", b"\n3"), id="base64 without its padding"),
        pytest.param(format_vault({1: b"short"}), id="a short key"),
        pytest.param(format_vault({2: KEY}), id="the first generation cut out"),
        pytest.param("itembank-vault/1\n1 密钥\n".encode(), id="not ASCII"),
        pytest.param(b"\xff" * 40, id="no text"),
    ],
)
def test_what_the_program_would_not_write_is_no_vault(data: bytes) -> None:
    with pytest.raises(TamperedError):
        read_vault(data)


@given(st.integers(0, len(THREE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen_or_is_another_key(place: int, flip: int) -> None:
    """Never another number of generations, never a key of another length."""
    changed = bytearray(THREE)
    changed[place] ^= flip
    try:
        found = read_vault(bytes(changed))
    except TamperedError:
        return
    assert format_vault(found) == bytes(changed) and list(found) == [1, 2, 3]
