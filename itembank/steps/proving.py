"""Step 3, 审卷: two proofreaders read the drawn papers once, on the desk, and sign what they read (清样).

True before the texts are shown: both have pledged for the pools, the centre lets them look, and a note of the showing lies on
the desk. True after: the proof names the hashes of both papers, and its line is in the ledger. Nothing else is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.errors import SessionError
from itembank.domain.people import check_two_people
from itembank.formats.desk_draft import DeskDraft, proof_hash
from itembank.formats.desk_statements import read_proof, sign_proof
from itembank.ports import CentreLine, Clock, Folder
from itembank.steps.desk_pledges import check_pledged
from itembank.steps.desk_session import attempted_pools, current_attempt, load_session
from keys.directory import Directory
from keys.encoding import canonical, sha256, time_text
from keys.errors import RefusedError, TamperedError
from keys.pool_release import read_pool_manifest
from keys.statement import Signer, claimed_signers


def drawn_pools(desk: Folder, directory: Directory, number: str) -> list[str]:
    """The names of the pools the current attempt was drawn from: its proof pair pledges for each."""
    load_session(desk, number)
    digests = attempted_pools(desk, directory, number)
    manifests = [desk.read(name) for name in desk.names("pools") if name.endswith(".manifest")]
    drawn = [read_pool_manifest(data, directory) for data in manifests if sha256(data).hex() in digests]
    if not drawn:
        raise SessionError("session.not_assembled", session=number)
    return sorted({release.header.pool for release in drawn})


def begin_showing(
    desk: Folder, directory: Directory, number: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> str:
    """What the proof will say of this showing: `page N`. Call it before the texts are unlocked.

    Raises RefusedError or TamperedError unless these are two proofreaders, PeopleError or RefusedError unless each has
    pledged and stands not aside, and RefusedError once the proof is signed: the paper is read for the proof and not again. A
    showing that was broken off may be repeated; the proof then says so. `signed` when this very pair has signed already:
    nothing is shown, `prove` sends what did not reach the centre.
    """
    directory.require_acting(pair, "proofreader", "proofreader")
    if desk.exists(f"sessions/{number}/proof"):
        if not desk.exists(f"sessions/{number}/draft"):
            raise RefusedError("proof.signed", session=number)
        _check_same_pair(desk, number, pair)
        return "signed"
    _check_pledged(desk, directory, number, pair, centre, clock)
    shown, attempt = f"sessions/{number}/shown", current_attempt(desk, number)
    time = 1 + sum(name.startswith(f"{shown}/{attempt}-") for name in desk.names(shown))
    says = {"by": [signer.name for signer in pair], "at": time_text(clock())}
    desk.write_once(f"{shown}/{attempt}-{time:03d}", canonical(says))
    return f"page {time}"


def prove(
    desk: Folder, directory: Directory, draft: DeskDraft, shown: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> dict[str, str]:
    """The pair has read both papers and signs their hashes; the line is in the ledger when this returns.

    Cut off behind the signature, or with the centre away, the same pair goes on: the signed proof is sent again.
    """
    check_two_people(*(signer.name for signer in pair))
    papers = {form.value: proof_hash(paper.content) for form, paper in draft.papers.items()}
    certificate = sha256(desk.read(f"sessions/{draft.session}/certificate")).hex()
    name = f"sessions/{draft.session}/proof"
    if desk.exists(name) and read_proof(desk.read(name), directory)["papers"] != papers:
        raise TamperedError("proof.other_paper", session=draft.session)
    if desk.exists(name):
        _check_same_pair(desk, draft.session, pair)
    else:
        _check_pledged(desk, directory, draft.session, pair, centre, clock)
        signed = sign_proof(draft.session, draft.attempt, papers, certificate, shown, clock(), pair)
        read_proof(signed, directory)
        desk.write_once(name, signed)
    signed = desk.read(name)
    centre.post_proof(signed).check_says(signed, directory)
    return papers


def _check_pledged(
    desk: Folder, directory: Directory, number: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> None:
    pools = drawn_pools(desk, directory, number)
    check_pledged(desk, directory, centre, [signer.name for signer in pair], pools, clock())


def _check_same_pair(desk: Folder, number: str, pair: Sequence[Signer]) -> None:
    """Raise RefusedError unless the proof that lies here is this pair's: nobody goes on in another's name."""
    by = claimed_signers(desk.read(f"sessions/{number}/proof"), "proof")
    if sorted(by) != sorted(signer.name for signer in pair):
        raise RefusedError("proof.signed", session=number)
