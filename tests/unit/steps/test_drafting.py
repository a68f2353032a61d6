"""A draft is believed only as far as attempt, seeds and pools give it again; whoever can seal one cannot forge one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from itembank.assembly.certificate import read_certificate
from itembank.domain.paper import Form
from itembank.formats.desk_draft import DeskDraft
from itembank.formats.draft import seal_draft
from itembank.formats.plan_file import plan_document
from itembank.steps import assembling
from itembank.steps.drafting import check_draft
from keys.encoding import canonical
from tests.province import SESSION, TINY, After, Province, refused

FOLDER = f"sessions/{SESSION}"
Change = Callable[[DeskDraft], DeskDraft]


def checked(province: Province, draft: DeskDraft) -> None:
    check_draft(province.directory, province.session(), draft, province.pools())


def main(draft: DeskDraft, **changes: Any) -> DeskDraft:
    return replace(draft, papers={**draft.papers, Form.MAIN: replace(draft.papers[Form.MAIN], **changes)})


def other_stem(draft: DeskDraft) -> DeskDraft:
    content = draft.papers[Form.MAIN].content
    section = content.sections[0]
    question = replace(section.questions[0], stem="另一道题（　　）。")
    section = replace(section, questions=(question, *section.questions[1:]))
    return main(draft, content=replace(content, sections=(section, *content.sections[1:])))


def other_key(draft: DeskDraft) -> DeskDraft:
    keys = draft.papers[Form.MAIN].keys
    return main(draft, keys=("B", *keys[1:]))


def unlocked(draft: DeskDraft) -> DeskDraft:
    first, *rest = draft.papers[Form.MAIN].slots
    return main(draft, slots=((first[0]._replace(locked=True), *first[1:]), *rest))


def one_paper(draft: DeskDraft) -> DeskDraft:
    return replace(draft, papers={Form.MAIN: draft.papers[Form.MAIN]})


def not_guessable(draft: DeskDraft) -> DeskDraft:
    return replace(draft, certificate={**draft.certificate, "predictability": {"floor": 0, "forced": [], "thin": []}})


def other_template(draft: DeskDraft) -> DeskDraft:
    return replace(draft, certificate={**draft.certificate, "template": "99" * 32})


def other_seed(draft: DeskDraft) -> DeskDraft:
    return replace(draft, seed="00" * 32)


CHANGES: list[tuple[Change, str]] = [
    (other_stem, "papers"), (other_key, "papers"), (unlocked, "papers"), (one_paper, "papers"), (other_template, "papers"),
    (not_guessable, "predictability"), (other_seed, "attempt"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "what"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_a_draft_that_is_not_what_was_drawn_is_refused(after: After, change: Change, what: str) -> None:
    province = after("assemble")
    checked(province, province.draft())

    error = refused("draft.other", lambda: checked(province, change(province.draft())))

    assert error.facts["what"] == what


def test_a_draft_from_a_pool_that_says_something_else_is_refused(after: After) -> None:
    province = after("assemble")
    pools = [
        (digest, replace(content, items=tuple(replace(item, difficulty=5) for item in content.items)))
        for digest, content in province.pools()
    ]

    error = refused("draft.other", lambda: check_draft(province.directory, province.session(), province.draft(), pools))

    assert error.facts["what"] == "snapshot"


def test_a_public_certificate_that_is_not_the_drafts_is_not_proved(after: After) -> None:
    province = after("assemble")
    public = read_certificate(province.draft().certificate).public()
    province.desk.replace(f"{FOLDER}/certificate", canonical({**public, "score": "99/99"}))

    refused("draft.other", province.prove)

    assert province.entries("proof") == []


def test_a_draft_whose_certificate_was_changed_after_the_proof_is_not_sealed(after: After) -> None:
    """Sealed again to the desk's public key by somebody who has no passphrase."""
    province = after("prove")
    forged = not_guessable(province.draft())
    sealed = seal_draft(forged.document(), SESSION, 1, province.device("desk").seal, province.random)
    province.desk.replace(f"{FOLDER}/draft", sealed)

    refused("draft.other", province.seal)


def test_nobody_changes_the_plan_once_a_seed_is_given(after: After) -> None:
    """Else whoever opens the seeds could try plans until the draw is to his liking."""
    province = after("order")
    changed = replace(TINY, per_point=1)
    assembling.change_plan(province.desk, SESSION, changed)
    assert province.desk.read(f"{FOLDER}/plan") == canonical(plan_document(changed))
    province.seeds("bank_manager-1")

    refused("plan.seeds_given", lambda: assembling.change_plan(province.desk, SESSION, TINY))


def test_no_change_of_the_plan_shuffles_the_draw(after: After) -> None:
    """The same seeds, and a plan that says one thing more that no item touches."""
    one, other = after("seeds"), after("seeds")
    said_more = replace(TINY, equipment=(("无人机", 7),), minutes=120)
    other.desk.replace(f"{FOLDER}/plan", canonical(plan_document(said_more)))
    one.assemble()
    other.assemble()

    drawn = [[paper.item_nos for paper in province.draft().papers.values()] for province in (one, other)]
    assert drawn[0] == drawn[1]
