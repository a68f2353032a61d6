"""A holder whose clock runs ahead: never k shares before T, and the audit names it."""

from __future__ import annotations

from pathlib import Path

from itembank.steps import opening
from itembank.steps.releasing import ask_holders
from tests.flow import insider
from tests.flow.stage import PAST, TO_OPENING, running

HOUR = 3600
HALF_BEFORE = TO_OPENING - HOUR / 2


def test_a_holder_an_hour_ahead_gives_nobody_k_shares_before_T_and_the_audit_names_it(armed_home: Path, tmp_path: Path) -> None:
    with running(armed_home, tmp_path / "province", "centre", "province", "supervision", ahead=HALF_BEFORE) as province:
        province.move(HALF_BEFORE + HOUR, "city")
        province.start("city")
        # by its own clock T was half an hour ago; everything it could be brought is brought
        done = province.open(1)
        assert (done.code, done.error) == (3, "release.too_early"), done.told
        seat = province.seat(1)
        package = opening.armed(seat, "", "A")
        intent, holders = opening.intent_of(seat, package), insider.holder_lines(province)
        fresh = insider.centre_of(province, 1).fresh(1)
        for offered in (None, fresh):
            answers = ask_holders(holders, package.manifest, seat.directory, "A", intent, offered)
            assert len(answers.lines) < package.manifest.header.k
            assert {line.j for line in answers.lines} <= {2}
            refused = {name: error.code for name, error in answers.refusals}
            assert refused["province"] == refused["supervision"] == "release.too_early"
        # two keepers of its office cannot make k of it either
        shares = province.run(
            "share", "--home", "holders/2", "--intent", f"{province.place(1)}/sessions/{province.hid}/intent", "--lock", "A",
            "--attended", "--confirm", *province.act("city-keeper-1", "city-keeper-2"), program="keyholder",
        )  # fmt: skip
        assert shares.out.startswith("share ") and " file attended " in shares.out
        assert province.open(1).error == "release.too_early"
        province.settle()
        found = [f for f in province.audit().findings if f.code == "audit.clock"]
        assert found and all(f.facts["who"] == "city" and 3500 < int(str(f.facts["seconds"])) < 3700 for f in found)
        assert all(f.place.startswith("centre/ledger/checkpoint") for f in found)
        # at T the other two are enough; the centre, which asks by its own clock, learns of T when all the others have
        province.move(PAST, "province", "supervision")
        province.move(PAST + HOUR, "city")
        province.move(PAST, "centre")
        assert province.open(1).code == 0

        # and both have kept what it told them then
        def both_name_it() -> bool:
            places = {f.place for f in province.audit().findings if f.code == "audit.clock" and f.facts["who"] == "city"}
            return places >= {"holders/1/journal", "holders/3/journal"}

        insider.wait_for(both_name_it, province)
