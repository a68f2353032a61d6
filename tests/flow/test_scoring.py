"""After the exam the scoring desk opens the answer key by its two scorers, and the draw is checked and replayed there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.flow.stage import PAST, TO_OPENING, Province, running
from tests.flow.test_assembling import NUMBER, PLAN, ordered, told

MINUTES = 60 + 90
"""From T to the end of the exam: what the room has for printing, and the exam."""


def published(province: Province) -> None:
    """A session of one paper and no spare, sealed and with the centre; T in three hours."""
    desk, me = ordered(province, NUMBER, PLAN), province.act("assembler-1")
    province.ok("assemble", *desk, "--papers", "a", *me, "--json")
    pair = province.act("proofreader-1", "proofreader-2")
    province.ok("proof", "pledge", *desk, *pair, "--json")
    province.ok("proof", "sign", *desk, "--seen", *pair, "--json")
    starts = datetime.now(UTC) + timedelta(seconds=TO_OPENING, minutes=60)
    times = ("--starts-at", f"{starts:%Y-%m-%dT%H:%M:%SZ}", "--lead", "60")
    province.ok("seal", *desk, *times, *province.act("sealer-1"), "--json")
    province.ok("approve", *desk, *province.act("seal_approver-1"), "--json")
    province.ok("publish", *desk, "--json")


def later(province: Province, seconds: float) -> None:
    """Not in the middle of a round of cosignatures: an audit would see offices whose clocks differ."""
    province.settle()
    province.move(seconds)


def test_an_auditor_replays_the_draw_at_the_scoring_desk_once_the_answer_key_is_open(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province") as province:
        published(province)
        desk = ("--home", "scoring", "--session", NUMBER, *province.act("scorer-1", "scorer-2"), "--json")
        unarmed = province.run("scoring", "open", *desk)
        station = province.run("scoring", "arm", *province.at(1), "--json")
        armed = told(province.run("scoring", "arm", *desk))
        later(province, PAST)
        early = province.run("scoring", "open", *desk)
        assert told(early, 3)["error"] in ("release.too_early", "release.after")
        later(province, PAST + 60 * MINUTES + 60)
        one = province.run("scoring", "open", "--home", "scoring", "--session", NUMBER, *province.act("scorer-1"), "--json")
        opened = told(province.run("scoring", "open", *desk, "--keys", str(tmp_path / "keys")))
        province.settle()
    on_scoring = ("--home", "scoring", *province.act("scorer-1"), "--json")

    assert unarmed.code == 3 and one.code == 2
    assert told(station, 3)["error"] == "scoring.other_home"
    assert armed["armed"] == [f"{NUMBER}A-KEY"]
    assert opened["papers"] == [{"paper": f"{NUMBER}A", "answers": 46}]
    assert told(province.run("paper", "verify", opened["certificate"], *on_scoring))["holds"] is True
    assert told(province.run("paper", "replay", opened["certificate"], *on_scoring))["same"] is True
    [key] = map(Path, opened["keys"])
    [sheet] = CalamineWorkbook.from_path(str(key)).sheet_names
    rows = CalamineWorkbook.from_path(str(key)).get_sheet_by_name(sheet).to_python()
    assert rows[0] == ["份号", "题号", "答案"] and [row[1] for row in rows[1:]] == [str(n) for n in range(1, 47)]
    assert {row[2] for row in rows[31:]} <= {"√", "×"} and key.stat().st_mode & 0o77 == 0
    # what the desk kept is sealed to the desk's key, and this to the scoring desk's
    on_desk = ("--home", "desk", *province.act("assembler-1"), "--json")
    assert province.run("paper", "verify", opened["certificate"], *on_desk).code == 4
    for path in (province.home / "scoring").rglob("*"):
        assert not path.is_file() or b"national-" not in path.read_bytes()
    assert province.audit().findings == []
