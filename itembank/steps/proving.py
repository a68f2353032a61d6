"""Step 3, 审卷: two proofreaders read the drawn papers once, on the desk, and sign what they read (清样).

True before the texts are shown: both have pledged for the pools, the centre lets them look, and a note of the showing lies on
the desk. True after: the proof names the hashes of both papers, and its line is in the ledger. Nothing else is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.assembly.certificate import read_certificate
from itembank.domain.errors import SessionError
from itembank.domain.paper import Form
from itembank.domain.people import check_two_people
from itembank.formats.desk_draft import DeskDraft, proof_hash
from itembank.formats.desk_statements import REASON_AT_MOST, read_exclusion, read_proof, sign_exclusion, sign_proof
from itembank.formats.draft import seal_exclusions
from itembank.ports import CentreLine, Clock, Folder, Random
from itembank.steps.desk_pledges import check_pledged
from itembank.steps.desk_session import attempted_pools, current_attempt, exclusions, give_up, load_session
from keys.directory import Device, Directory
from keys.encoding import canonical, read_canonical, sha256, time_text
from keys.errors import RefusedError, TamperedError
from keys.manifest import claimed_signers as manifest_signers
from keys.manifest import read_half_signed, read_manifest
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


def exclude(
    desk: Folder,
    directory: Directory,
    me: Device,
    desk_secret: bytes,
    draft: DeskDraft,
    questions: Sequence[tuple[Form, int]],
    reason: str,
    pair: Sequence[Signer],
    clock: Clock,
    random: Random,
) -> int:
    """The pair takes questions out of the papers it reads; the attempt that will be drawn without their items.

    Nobody puts another item in by hand: the attempt is given up with the reason, and the next one, with two new seeds and a
    line of its own, is drawn without these items. The reason stands in the ledger, so it must not quote a question; which item
    it was stands under the desk's key only. Raises RefusedError without a reason or once these papers are sealed, SessionError
    for a question that is not there.
    """
    number = draft.session
    directory.require_acting(pair, "proofreader", "proofreader")
    if not reason.strip() or len(reason) > REASON_AT_MOST // 2:
        raise RefusedError("proof.no_reason", most=REASON_AT_MOST // 2)
    for form, question in questions:
        if form not in draft.papers or not 1 <= question <= len(draft.papers[form].item_nos):
            raise SessionError("proof.no_question", question=f"{form}{question}")
    out = [draft.papers[form].item_nos[question - 1] for form, question in questions]
    with desk.hold(f"sessions/{number}"):
        if current_attempt(desk, number) != draft.attempt or _is_sealed(desk, directory, number):
            raise RefusedError("proof.sealed", session=number)
        signed = sign_exclusion(number, draft.attempt, out, reason.strip(), clock(), pair)
        read_exclusion(signed, directory, number)
        kept = [data.decode() for data in exclusions(desk, number, desk_secret) if data != signed]
        statements = {"statements": [*kept, signed.decode()]}
        desk.replace(f"sessions/{number}/excluded", seal_exclusions(statements, number, me.seal, random))
        give_up(desk, number, draft.attempt, f"剔除试题{len(out)}道：{reason.strip()}")
    return draft.attempt + 1


def _is_sealed(desk: Folder, directory: Directory, number: str) -> bool:
    """Whether the papers of the proof that lies here were sealed."""
    if not desk.exists(f"sessions/{number}/proof"):
        return False
    proof, version = sha256(desk.read(f"sessions/{number}/proof")).hex(), 1
    while desk.exists(name := f"sessions/{number}/v{version}/{number}.manifest"):
        data, version = desk.read(name), version + 1
        whole = len(manifest_signers(data)) > 1
        manifest = read_manifest(data, directory) if whole else read_half_signed(data, directory)
        if manifest.selftest.proof == proof:
            return True
    return False


def prove(
    desk: Folder, directory: Directory, draft: DeskDraft, shown: str, pair: Sequence[Signer], centre: CentreLine, clock: Clock
) -> dict[str, str]:
    """The pair has read both papers and signs their hashes; the line is in the ledger when this returns.

    Cut off behind the signature, or with the centre away, the same pair goes on: the signed proof is sent again.
    """
    check_two_people(*(signer.name for signer in pair))
    papers = {form.value: proof_hash(paper.content) for form, paper in draft.papers.items()}
    public = canonical(read_certificate(draft.certificate).public())
    if desk.read(f"sessions/{draft.session}/certificate") != public:
        raise TamperedError("draft.other", session=draft.session, what="certificate")
    certificate = sha256(public).hex()
    name = f"sessions/{draft.session}/proof"
    if desk.exists(name) and read_proof(desk.read(name), directory)["papers"] != papers:
        raise TamperedError("proof.other_paper", session=draft.session)
    if desk.exists(name):
        _check_same_pair(desk, draft.session, pair)
    else:
        _check_pledged(desk, directory, draft.session, pair, centre, clock)
        since = _began(desk, draft, shown)
        signed = sign_proof(draft.session, draft.attempt, papers, certificate, shown, since, clock(), pair)
        read_proof(signed, directory)
        desk.write_once(name, signed)
    signed = desk.read(name)
    centre.post_proof(signed).check_says(signed, directory)
    return papers


def _began(desk: Folder, draft: DeskDraft, shown: str) -> str:
    """When this showing began, as its note says; empty for none."""
    if not shown.startswith("page "):
        return ""
    note = desk.read(f"sessions/{draft.session}/shown/{draft.attempt}-{int(shown.removeprefix('page ')):03d}")
    return str(read_canonical(note, "shown")["at"])


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
