"""Before a proof is read: its readers pledge for the pools the paper was drawn from, at the desk, and the centre knows it.

No step; step 3 asks here. A pledge lies on the desk as it was signed. At every reading it is brought to the centre once more,
which keeps it once and refuses whoever must stand aside: recusals are declared there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from itembank.domain.confidentiality import Pledge, check_may_look
from itembank.formats.bank_statements import read_pledge, sign_pledge
from itembank.ports import CentreLine, Folder
from keys.directory import Directory
from keys.encoding import sha256
from keys.statement import Signer


def pledge(desk: Folder, centre: CentreLine, signer: Signer, pool: str, at: datetime, until: datetime) -> Pledge:
    """One person's pledge for one pool; the centre has it when this returns. Raises what the centre refuses with."""
    given = Pledge(signer.name, pool, at, until)
    signed = sign_pledge(pool, given.words, at, until, signer)
    centre.post_pledge(signed)
    desk.write_once(f"pledges/{signer.name}/{sha256(signed).hex()}", signed)
    return given


def check_pledged(
    desk: Folder, directory: Directory, centre: CentreLine, people: Sequence[str], pools: Iterable[str], now: datetime
) -> None:
    """Raise PeopleError unless each has a pledge for each pool that holds now, and the centre lets them look."""
    for who in people:
        kept = [desk.read(name) for name in desk.names(f"pledges/{who}")]
        held = [(read_pledge(data, directory), data) for data in kept]
        for pool in pools:
            check_may_look(who, pool, "", [given for given, _ in held], [], now)
            newest = max((given.until, data) for given, data in held if (given.person, given.pool) == (who, pool))
            centre.post_pledge(newest[1])
