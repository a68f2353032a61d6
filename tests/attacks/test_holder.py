"""What is brought to a running holder after T: one flipped byte anywhere in it, and nothing is given, taken or journalled."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3

from itembank.steps import opening
from keys.ask import Ask
from keys.checkpoint import format_add_checkpoint
from keys.encoding import canonical
from keys.manifest import sign_manifest
from keys.order import sign_order
from tests.flow import insider
from tests.flow.stage import HOLDERS, PAST, Province, running

PLACES = 150
"""Bytes flipped in each thing, evenly spread, the first and the last among them."""


@pytest.fixture(scope="module")
def province(armed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """T is past at all three holders; the centre is away, so nobody has asked yet."""
    with running(armed_home, tmp_path_factory.mktemp("holder") / "province", *HOLDERS, ahead=PAST) as province:
        yield province


def manifest(province: Province) -> bytes:
    return province.manifest.data


def checkpoint(province: Province) -> bytes:
    """The newest one, which this holder has cosigned before."""
    note = (province.home / "centre" / "ledger" / "checkpoint").read_bytes()
    return format_add_checkpoint(int(note.split(b"\n")[1]), [], note)


def ask(province: Province) -> bytes:
    """A good question: the cosigned intent, and the statuses of both others."""
    package = opening.armed(province.seat(1), "", "A")
    statuses = tuple(line.status(province.manifest.hid) for line in insider.holder_lines(province)[1:])
    return Ask(province.manifest.hid, "A", opening.intent_of(province.seat(1), package), None, statuses, ()).encode()


def freeze(province: Province) -> bytes:
    freezer, at = province.signer("freezer-1"), province.manifest.header.lock("A").opens
    return sign_order("freeze", province.manifest.hid, ["A"], "演练", at, (), [freezer])


def bring(province: Province, path: str, data: bytes) -> tuple[int, bytes]:
    url = province.directory.holder("province").url + path
    answer = urllib3.request("POST", url, body=data, retries=False, timeout=10)
    return answer.status, answer.data


def journal(province: Province) -> bytes:
    return (province.home / "holders" / "1" / "journal").read_bytes()


@pytest.mark.parametrize(
    ("path", "thing"), [("/deposit", manifest), ("/checkpoint", checkpoint), ("/ask", ask), ("/order", freeze)]
)
def test_a_running_holder_takes_nothing_with_one_flipped_byte(
    province: Province, path: str, thing: Callable[[Province], bytes]
) -> None:
    data, before = thing(province), journal(province)
    for place in {round(n * (len(data) - 1) / (PLACES - 1)) for n in range(PLACES)}:
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        status, told = bring(province, path, flipped)
        assert status in (400, 403, 422), (place, data[place - 20 : place + 20], status, told, province.log())
    assert journal(province) == before
    # and the same thing whole is taken
    assert bring(province, path, data)[0] == 200


def test_a_running_holder_takes_no_manifest_with_another_T(province: Province) -> None:
    """Under the old signatures, and signed again by the sealer alone."""
    envelope = json.loads(province.manifest.data)
    body = base64.b64decode(envelope["payload"])
    opens = json.loads(body)["header"]["locks"][0]["opens"].encode()
    changed = body.replace(opens, b"2026-01-01T00:00:00Z")
    assert changed != body
    before = journal(province)
    moved = canonical({**envelope, "payload": base64.b64encode(changed).decode()})
    status, told = bring(province, "/deposit", moved)
    assert (status, json.loads(told)["code"]) == (422, "statement.signature")
    alone = sign_manifest(json.loads(changed), province.signer("sealer-1"))
    status, told = bring(province, "/deposit", alone)
    assert status in (403, 422), told
    assert journal(province) == before
