"""A paper that can be guessed is not sealed, unless two bank managers answer for it in the ledger."""

import pytest

from itembank.domain.policy import PredictabilityPolicy
from itembank.domain.session import Times
from itembank.steps import overriding, sealing
from tests.province import OPENS, SESSION, STARTS, After, Province, press, refused, told_nobody

STRICT = PredictabilityPolicy(block_above=10)


def seal(province: Province, policy: PredictabilityPolicy = STRICT) -> None:
    sealing.seal(
        province.desk, province.directory, province.device("desk"), province.draft(), province.session(),
        Times(STARTS, 90, OPENS), policy, province.signer("sealer-1"), press, province.clock, province.random, told_nobody,
    )  # fmt: skip


def allow(province: Province, *managers: str, reason: str = "题库正在扩充") -> int:
    signers = province.signers(*(managers or ("bank_manager-1", "bank_manager-2")))
    line = province.line("desk")
    return overriding.allow(province.desk, province.directory, SESSION, signers, reason, line, province.clock)


def test_a_paper_that_can_be_guessed_is_not_sealed(after: After) -> None:
    province = after("prove")

    error = refused("seal.predictable", lambda: seal(province))

    assert error.facts["most"] == 10 and not province.desk.exists(f"sessions/{SESSION}/v1/{SESSION}.manifest")


def test_two_managers_allow_it_and_the_ledger_says_so(after: After) -> None:
    province = after("prove")

    floor = allow(province)
    allow(province)
    seal(province)

    [line] = province.entries("override")
    assert line.subject == {"session": SESSION, "attempt": "1"} and floor > 100
    province.approve()
    province.publish()
    assert "audit.predictable" in {remark.code for remark in province.audit().remarks}
    assert province.audit().findings == []


@pytest.mark.parametrize(
    ("managers", "code"),
    [(("bank_manager-1",), "statement.signers"), (("bank_manager-1", "sealer-1"), "statement.duty"),
     (("bank_manager-1", "bank_manager-1"), "statement.same_person")],
)  # fmt: skip
def test_nobody_else_allows_it(after: After, managers: tuple[str, ...], code: str) -> None:
    province = after("prove")

    refused(code, lambda: allow(province, *managers))

    refused("seal.predictable", lambda: seal(province))
    assert province.entries("override") == []


def test_it_is_not_allowed_without_a_reason(after: After) -> None:
    province = after("prove")

    refused("override.reason", lambda: allow(province, reason=" "))


def test_what_was_allowed_for_one_attempt_does_not_hold_for_the_next(after: After) -> None:
    province = after("prove")
    allow(province)
    province.seeds(redraw="题目有误")
    province.assemble()
    province.prove()

    refused("seal.predictable", lambda: seal(province))


def test_without_the_centre_nothing_is_allowed_and_the_same_two_go_on(after: After) -> None:
    province = after("prove")
    province.wire.down.add("/api/overrides")
    refused("line.silent", lambda: allow(province))
    refused("seal.predictable", lambda: seal(province))

    province.wire.down.clear()
    allow(province)
    seal(province)

    assert len(province.entries("override")) == 1
