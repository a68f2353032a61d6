"""A paper that can be guessed is sealed only when two bank managers answer for it (准予封装).

No step: the desk asks here before it seals. How much of a paper the best guesser gets right, whatever is drawn, was worked out
at the draw and stands in the certificate; the limit is the desk's policy. The managers' word, with its reason, is in the ledger
before it counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from itembank.domain.errors import SessionError
from itembank.domain.policy import PredictabilityPolicy
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.desk_statements import read_override, sign_override
from itembank.ports import CentreLine, Clock, Folder
from itembank.steps.desk_session import proved_attempt
from keys.directory import Directory
from keys.encoding import read_canonical
from keys.errors import RefusedError
from keys.statement import Signer, claimed_signers


def allow(
    desk: Folder, directory: Directory, number: str, managers: Sequence[Signer], reason: str, centre: CentreLine, clock: Clock
) -> int:
    """Two managers allow the drawn papers of the current attempt; the floor they answer for, in thousandths.

    The same two may repeat it when its line did not reach the centre. Raises RefusedError or TamperedError for other people.
    """
    directory.require_acting(managers, "bank_manager", "bank_manager")
    attempt = proved_attempt(desk, directory, number)
    if not desk.exists(f"sessions/{number}/draft"):
        raise SessionError("session.not_assembled", session=number)
    public = read_canonical(desk.read(f"sessions/{number}/certificate"), "certificate")
    floor = int(public["predictability"]["floor"])
    asked = f"sessions/{number}/overrides/asked-{attempt.attempt}"
    if not desk.exists(asked):
        signed = sign_override(number, attempt.attempt, floor, reason, clock(), managers)
        read_override(signed, directory)
        desk.write_once(asked, signed)
    signed = desk.read(asked)
    if sorted(claimed_signers(signed, "override")) != sorted(manager.name for manager in managers):
        raise RefusedError("override.others", session=number)
    centre.post_override(signed).check_says(signed, directory)
    # Only now it counts: before its line is in the ledger it is a wish.
    desk.write_once(f"sessions/{number}/overrides/{attempt.attempt}", signed)
    return floor


def check_predictable(desk: Folder, directory: Directory, draft: DeskDraft, policy: PredictabilityPolicy) -> None:
    """Raise RefusedError unless the best guesser stays below the policy's limit, or two managers have allowed this draw."""
    told = draft.certificate["predictability"]
    if told["floor"] <= 10 * policy.block_above:
        return
    name = f"sessions/{draft.session}/overrides/{draft.attempt}"
    if desk.exists(name):
        body = read_override(desk.read(name), directory)
        if (body["session"], body["attempt"], body["floor"]) == (draft.session, draft.attempt, told["floor"]):
            return
    percent = f"{told['floor'] / 10:g}"
    raise RefusedError("seal.predictable", session=draft.session, percent=percent, most=policy.block_above, thin=told["thin"])
