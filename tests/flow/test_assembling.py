"""The desk draws three papers by a plan of its own; their certificate is checked, replayed by two solvers, bears no change."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from itembank.bootstrap.desk import desk_seat
from itembank.demo import cast
from itembank.formats.draft import open_certificate, seal_certificate
from keys.encoding import Json
from tests.flow.insider import device_secret
from tests.flow.stage import Done, Province, running

NUMBER = f"{cast.SESSION[:-2]}02"
PLAN = """
preset = "80题型"
name = "四十六题型"
occupation = "电工"
level = 4
unit_tolerance = 3
area_tolerance = 3
recent_days = 30
[[sections]]
type = "single"
count = 30
points = 2
[[sections]]
type = "judgement"
count = 16
points = 2.5
"""


def told(done: Done, code: int = 0) -> Any:
    assert done.code == code, done.err
    return json.loads(done.out)


def ordered(province: Province, number: str, plan: str) -> tuple[str, ...]:
    """A session with its two seeds; the options of its desk."""
    (province.home / "plan.toml").write_text(plan)
    desk = ("--home", "desk", "--session", number)
    order = ("--occupation", cast.OCCUPATION, "--level", str(cast.LEVEL), "--station", "45120101:10:2")
    province.ok("session", "new", "--home", "desk", "--number", number, "--plan", "plan.toml", *order, "--json")
    for officer in ("bank_manager-1", "bank_manager-2"):
        province.ok("seed", "give", *desk, *province.act(officer), "--json")
    return desk


def changed(province: Province, file: Path, change: Any) -> str:
    """The certificate with a change, sealed for the desk again as anybody could who has opened it."""
    secret, seat = device_secret(province.home, "desk", "assembler-1"), desk_seat(province.home / "desk")
    value: Json = open_certificate(file.read_bytes(), secret)
    change(value)
    (province.home / "changed").write_bytes(
        seal_certificate(value, value["session"], value["attempt"], seat.me.seal, os.urandom)
    )
    return "changed"


def one_id(value: Json) -> None:
    used = {no for sections in value["papers"].values() for section in sections for no in section}
    kinds = {card[0]: card[2] for card in value["snapshot"]["cards"]}
    old = value["papers"]["A"][0][0]
    value["papers"]["A"][0][0] = next(no for no, kind in kinds.items() if no not in used and kind == kinds[old])


def another_card(value: Json) -> None:
    value["snapshot"]["cards"][0][4] = value["snapshot"]["cards"][0][4] % 5 + 1


def another_seed(value: Json) -> None:
    value["seeds"][0]["seed"] = "00" * 32


def test_three_papers_are_drawn_certified_and_replayed(proved_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(proved_home, tmp_path / "province", "centre") as province:
        desk, me = ordered(province, NUMBER, PLAN), province.act("assembler-1")
        checked = told(province.run("plan", "check", *desk, "--papers", "a,b,s", *me, "--json"))
        drawn = told(province.run("assemble", *desk, "--papers", "a,b,s", "--out", str(out), *me, "--json"))
        again = province.run("assemble", *desk, "--papers", "a,b,s", *me, "--json")
    on_desk = ("--home", "desk", *me, "--json")
    file = Path(drawn["certificate"])

    assert checked["lines"][0]["needed"] == 138 and all(line["short"] == 0 for line in checked["lines"])
    assert [(paper["form"], paper["items"], paper["points"]) for paper in drawn["papers"]] == [
        ("A", 46, 100), ("B", 46, 100), ("S", 46, 100),
    ]  # fmt: skip
    assert drawn["attempt"] == 1 and all(2.6 <= paper["mean_difficulty"] <= 3.4 for paper in drawn["papers"])
    assert told(again, 3)["error"] == "seed.drawn"
    # sealed, every file of it, and only for who reads and writes here
    for path in out.iterdir():
        assert path.stat().st_mode & 0o77 == 0 and b"national-" not in path.read_bytes()
    # verify, replay, predictability
    assert told(province.run("paper", "verify", str(file), *on_desk))["holds"] is True
    for solver in ("highs", "cpsat"):
        assert told(province.run("paper", "replay", str(file), "--solver", solver, *on_desk))["same"] is True
    guessed = told(province.run("paper", "predictability", str(file), "--papers", "10", *on_desk))
    assert 0.15 < guessed["floor"] < 0.4 and guessed["guess"] > 0.15 and guessed["forced"] == []
    # one change
    changes = {one_id: "certificate.rules", another_card: "certificate.attempt", another_seed: "certificate.seeds"}
    for change, code in changes.items():
        assert told(province.run("paper", "verify", changed(province, file, change), *on_desk), 4)["error"] == code
    listed = told(province.run("paper", "list", "--home", "desk", "--json"))["papers"]
    assert {(paper["paper"][-3:], paper["state"]) for paper in listed} >= {("02A", "drawn"), ("02B", "drawn"), ("02S", "drawn")}


def test_a_plan_that_cannot_be_met_says_why_and_the_next_draw_takes_the_mended_plan(proved_home: Path, tmp_path: Path) -> None:
    hard = PLAN.replace("level = 4", "level = 4\nmean_difficulty = [4.4, 4.8]")
    with running(proved_home, tmp_path / "province", "centre") as province:
        desk, me = ordered(province, NUMBER, hard), province.act("assembler-1")
        unmet = told(province.run("assemble", *desk, "--papers", "a,s", *me, "--json"), 3)
        (province.home / "plan.toml").write_text(PLAN)
        province.ok("session", "plan", *desk, "--plan", "plan.toml", "--json")
        for officer in ("bank_manager-1", "bank_manager-2"):
            province.ok("seed", "give", *desk, *province.act(officer), "--json")
        drawn = told(province.run("assemble", *desk, "--plan", "plan.toml", *me, "--json"))

    assert unmet["lines"] == [] and [change["rule"] for change in unmet["smallest_change"]] == ["mean_difficulty"]
    assert "mean_difficulty" in {line["rule"] for line in unmet["conflict"]}
    assert drawn["attempt"] == 2 and [paper["form"] for paper in drawn["papers"]] == ["A", "S"]
