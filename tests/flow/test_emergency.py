"""When the ordinary road is gone: attended at a holder's office, and the code read over the telephone."""

from __future__ import annotations

from pathlib import Path

from itembank.demo import cast
from keys import phone_code
from tests.flow import insider
from tests.flow.stage import HOLDERS, PAST, Done, Province, copy_province, running


def share(province: Province, j: int, *options: str, people: tuple[str, ...] = ()) -> Done:
    intent = f"{province.place(1)}/sessions/{province.hid}/intent"
    attended = ("--attended", "--confirm", *province.act(*people)) if people else ()
    arguments = ("--home", f"holders/{j}", "--intent", intent, "--lock", "A", *options, *attended)
    return province.run("share", *arguments, program="keyholder")


def keepers(j: int) -> tuple[str, str]:
    return f"{HOLDERS[j - 1]}-keeper-1", f"{HOLDERS[j - 1]}-keeper-2"


def test_two_keepers_give_their_offices_share_after_T_when_nobody_else_answers(armed_home: Path, tmp_path: Path) -> None:
    copy_province(armed_home, tmp_path / "province")
    province = Province(tmp_path / "province")
    # before T: the keepers replace the freshness, not the time
    before = share(province, 3, people=keepers(3))
    assert (before.code, before.out) == (3, "") and "解密时间未到" in before.err
    province.move(PAST)
    # without keepers it lacks what tells it of a freeze
    assert share(province, 3).code == 3
    # not one, not one twice, not another office's, not others'
    assert share(province, 3, people=keepers(3)[:1]).code == 2
    assert share(province, 3, people=keepers(3)[:1] * 2).code == 4
    assert share(province, 3, people=keepers(1)).code == 3
    assert share(province, 3, people=(keepers(3)[0], keepers(1)[0])).code == 3
    assert share(province, 3, people=("lifter-1", "lifter-2")).code == 3
    assert '"kind":"share"' not in (province.home / "holders" / "3" / "journal").read_text()
    # both
    given = share(province, 3, people=keepers(3))
    assert given.code == 0, given.err
    assert given.out.startswith("share ") and given.out.split(" ")[8] == "attended"
    assert share(province, 3, people=keepers(3)).out == given.out, "the same line for ever"
    journal = (province.home / "holders" / "3" / "journal").read_text()
    assert journal.count('"kind":"share"') == 1 and "supervision-keeper-2" in journal


def test_attended_is_refused_while_a_freeze_stands(armed_home: Path, tmp_path: Path) -> None:
    manifest = f"stations/45120101/sessions/{Province(armed_home).hid}/{cast.SESSION}.manifest"
    with running(armed_home, tmp_path / "province", "province", ahead=PAST) as province:
        freeze = ("freeze", "--home", "people/freezer-1", "--session", cast.SESSION, "--reason", "x", "--manifest", manifest)
        province.ok(*freeze, *province.act("freezer-1"), "--json")
        frozen = share(province, 1, people=keepers(1))
        assert frozen.code == 3 and "暂停" in frozen.err
        # and the order brought as a file is enough
        order = insider.holder_lines(province)[0].orders(province.manifest.hid)[0]
        (province.home / "order").write_bytes(order)
        brought = share(province, 3, "--order", "order", people=keepers(3))
        assert brought.code == 3 and "暂停" in brought.err


def test_a_station_without_a_network_opens_with_the_code_and_its_receipts_go_up_later(armed_home: Path, tmp_path: Path) -> None:
    with running(armed_home, tmp_path / "province", *HOLDERS, ahead=PAST) as province:
        # the duty office: two offices give their lines, each with the other's status; the centre is away
        for j, line in enumerate(insider.holder_lines(province), start=1):
            (province.home / f"status-{j}").write_bytes(line.status(province.manifest.hid))
        lines = [share(province, j, "--status", f"status-{3 - j}").out for j in (1, 2)]
        (province.home / "lines").write_text("".join(lines))
        manifest = f"stations/45120101/sessions/{province.hid}/{cast.SESSION}.manifest"
        combine = ("combine", "--home", "holders/1", "--manifest", manifest, "--lines", "lines")
        code = province.ok(*combine, program="keyholder").out.strip()
        province.kill()
        # typed wrong, typed for another paper, typed right
        wrong = code[:-1] + next(sign for sign in phone_code.SIGNS if sign != code[-1])
        mistyped = province.open(1, "--phone", "--offline", stdin=wrong + "\n")
        assert (mistyped.code, mistyped.error) == (5, "code.check")
        assert code not in mistyped.err and not list(province.place(1).glob("print/*"))
        short = province.open(1, "--phone", "--offline", stdin=code[:-5] + "\n")
        assert short.code == 5
        opened = province.open(1, "--phone", "--offline", stdin=code.lower().replace(" ", "-") + "\n")
        assert (opened.code, opened.told["sent"]) == (0, False), opened.err
        assert Path(province.home, opened.told["pdf"]).read_bytes().startswith(b"%PDF")
        # the centre is back: the next command that sends carries everything up
        province.start()
        place = province.places[0]
        counts = ("--used", str(place.used), "--absent", str(place.absent), "--spare", str(place.spare))
        returned = province.ok("station", "return", *province.at(1), *counts, "--json").told
        assert returned["sent"] is True
        assert not list(province.place(1).glob("print/*")), "the PDF goes when the copies are back"
        insider.wait_for(lambda: len([e for e in province.entries() if e.act == "share"]) >= 2, province)
        province.settle()
        found = province.audit()
        assert found.findings == []
        acts = [e.act for e in province.entries() if e.by == place.code]
        assert acts == ["fetch", "fetch", "arm", "arm", "open", "print", "return"], "a slip of the keyboard is no incident"
