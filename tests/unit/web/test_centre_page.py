"""The centre's page: nine steps in two languages, what is out of the ordinary, and the sentence nobody may overlook."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from itembank.formats.errors import ContainerError
from itembank.formats.receipts import sign_receipt
from itembank.steps import opening
from itembank.steps.seat import read_receipts
from itembank.web.board import SHOWN
from keys.encoding import Json
from keys.entry import Entry
from keys.errors import RefusedError
from tests.province import FIRST, HOLDERS, OPENS, SECOND_STATION, SESSION, After, Province
from tests.unit.web.long_ago import hold_before, questions


def page(province: Province, path: str = "/") -> str:
    answer = province.centre.app.test_client().get(path)
    assert answer.status_code == 200
    return answer.text


def states(text: str) -> list[str]:
    return re.findall(r'<li class="(\w+)">', text)


def lines_of(text: str) -> list[str]:
    """The steps as they are shown, with counts and times."""
    return re.findall(r"<li class=.*?</li>", text, re.DOTALL)


def report(province: Province, facts: Json) -> None:
    """The first station's device reports an incident."""
    seat, package = province.seat(FIRST), province.packages(FIRST)[0]
    sent = read_receipts(seat)
    device, number, before = province.signer(FIRST), len(sent) + 1, sent[-1].digest
    data = sign_receipt("incident", device, package.hid, package.pid, number, before, province.clock(), "x", facts)
    province.line(FIRST).post_receipt(data)


def test_before_anything_is_drawn_the_page_says_so(after: After) -> None:
    text = page(after(""))

    assert states(text) == [] and "尚无已组卷的场次" in text and "No session has been drawn yet" in text


def test_before_anything_is_drawn_the_page_shows_what_the_bank_does(after: After) -> None:
    """Steps 1 and 2 are of no session yet."""
    text = page(after("author"))

    assert states(text) == ["done", "done"] and "题库下发 2" in text and SESSION not in text


def test_a_session_is_shown_from_its_attempt_on(after: After) -> None:
    """Who, what and for how many stations stands in the attempt; when it opens is not known before it is sealed."""
    text = page(after("assemble"))

    assert SESSION in text and "电工 理论知识" in text and "stations</span> 2" in text
    assert "尚未封装" in text and "已到解密时间" not in text and "2026-12-05" not in text


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("assemble", ["done"] * 2 + ["running"] + ["waiting"] * 6),
        ("prove", ["done"] * 3 + ["waiting"] * 6),
        ("publish", ["done"] * 4 + ["running"] + ["waiting"] * 4),
        ("arm", ["done"] * 5 + ["waiting"] * 4),
        ("release", ["done"] * 6 + ["waiting"] * 3),
        ("open", ["done"] * 7 + ["waiting"] * 2),
        ("return", ["done"] * 8 + ["waiting"]),
    ],
)
def test_each_step_shows_how_far_it_is(after: After, step: str, expected: list[str]) -> None:
    text = page(after(step))

    assert states(text) == expected and SESSION in text


def test_what_the_bank_does_later_changes_nothing_of_a_session(after: After) -> None:
    """Another blueprint, imports and releases: nothing of it is in this paper."""
    province = after("return")
    before = page(province)
    province.clock.move(days=1)

    province.author()

    assert lines_of(page(province)) == lines_of(before)


def test_a_release_of_a_pool_the_attempt_does_not_name_is_not_the_sessions(after: After) -> None:
    """Released before the draw, and not drawn from."""
    province = after("author")
    drawn_from = [hid for hid, _ in province.pools()]
    province.release_pool("city")
    province.order()
    province.seeds()

    province.assemble(pools=province.pools(drawn_from))

    assert "题库下发 2" in page(province)


@pytest.mark.parametrize("act", ["blueprint", "pool", "attempt", "proof", "seal", "share", "print", "incident", "freeze"])
def test_a_line_nobody_can_read_any_more_does_not_close_the_page(after: After, act: str) -> None:
    """Signed by somebody the directory no longer knows, say. It counts; only what it says is not shown."""
    province = after("return")
    for subject in ({"hid": province.manifest().hid.hex()}, {"hid": "00" * 32, "session": "long ago"}):
        with province.centre.book.begin() as transaction:
            transaction.append(Entry(act, subject, "nobody", province.clock(), "?"))

    text = page(province)

    assert SESSION in text and ("尚未封装" in text) == (act in ("attempt", "proof"))


def test_the_page_shows_the_sessions_nearest_to_now_and_says_how_many_others_there_are(after: After) -> None:
    """Not every session ever held: the page is asked for every second."""
    province = after("return")
    hold_before(province, SHOWN + 2)

    text = page(province)

    assert text.count('<section class="session">') == SHOWN and f"<h2>{SESSION} " in text
    assert "另有 3 场" in text and "3 more sessions" in text


def test_sessions_held_before_cost_the_page_no_further_question(after: After) -> None:
    """What was read once is kept."""
    province = after("return")
    page(province)
    before = questions(province, lambda: page(province))

    hold_before(province, 5)
    page(province)

    assert questions(province, lambda: page(province)) == before


def test_a_step_of_the_stations_is_done_when_the_last_of_them_has_done_it(after: After) -> None:
    """One of two has armed: the centre must not read that everybody is ready."""
    province = after("fetch")
    province.arm(FIRST)

    text = page(province)

    assert states(text)[4] == "running" and "预检 1/2" in text and "armed 1/2" in text
    province.arm(SECOND_STATION)
    assert states(page(province))[4] == "done"


def test_the_page_speaks_both_languages(after: After) -> None:
    """Chinese first, every step also in English, marked as such for a reader's voice."""
    text = page(after("return"))

    for zh, en in (("命题", "authoring"), ("封装", "sealing"), ("密钥下发", "releasing"), ("回收清点", "returning")):
        assert f'{zh} <small lang="en">{en}</small>' in text
    assert '<html lang="zh-CN">' in text and "电工 理论知识" in text and "看板" in text


@pytest.mark.parametrize(("hosts", "shown"), [(("a", "a", "a"), True), (("a", "b", "c"), False)])
def test_all_holders_on_one_machine_is_said_aloud(tmp_path: Path, hosts: tuple[str, ...], shown: bool) -> None:
    """Where the first promise is not in force, every page says so."""

    def move(body: Json) -> None:
        for holder, host in zip(body["holders"], hosts, strict=True):
            holder["url"] = f"http://{host}.example:7001"

    province = Province(tmp_path, edit=move)
    try:
        texts = [page(province, path) for path in ("/", "/steps")]
    finally:
        province.close()

    assert all(("全部密钥保管单位在同一台机器上" in text) == shown for text in texts)
    assert all(("All holders run on one machine" in text) == shown for text in texts)


def test_an_early_attempt_is_shown_with_its_reason(after: After) -> None:
    province = after("arm")
    report(province, {"code": "release.too_early", "lock": "A", "seconds": "14"})

    text = page(province)

    assert "拒绝：示例市第一考点：解密时间未到，距解密 00:14" in text and "too early: 00:14 until decryption" in text


def test_another_refusal_is_not_called_an_early_attempt(after: After) -> None:
    """Whoever mistyped a code did not try to open early."""
    province = after("arm")
    report(province, {"code": "code.check", "lock": "A"})

    text = page(province)

    assert "口令码校验不符" in text and "解密时间未到" not in text


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"code": "release.too_early", "seconds": "soon"}, id="no number"),
        pytest.param({"code": ["a", "list"]}, id="a list"),
        pytest.param({"code": "no.such.code"}, id="a code nobody knows"),
        pytest.param({"code": "release.too_early", "seconds": "9" * 5000}, id="five thousand digits"),
        pytest.param({"code": "<script>alert(1)</script>", "seconds": "<b>"}, id="a script"),
    ],
)
def test_what_one_station_reports_cannot_break_the_page(after: After, facts: Json) -> None:
    """An enrolled device may be in the wrong hands."""
    province = after("arm")
    report(province, facts)

    text = page(province)

    assert "<script>alert" not in text and SESSION in text and "示例市第一考点" in text


def test_a_freeze_and_its_lift_are_shown(after: After) -> None:
    province = after("arm")
    province.freeze("A")
    assert "暂停正卷：暂停人" in page(province) and "freeze of the main paper: freezer-1" in page(province)

    province.lift("A", "S", "KEY")

    text = page(province)
    assert "恢复正卷、备用卷、答案：恢复人甲、恢复人乙" in text
    assert "lift of the main paper, the spare, the answer key: lifter-1, lifter-2" in text


@pytest.mark.parametrize(
    ("error", "zh"),
    [
        (RefusedError("release.frozen", lock="A", orders="freeze-0"), "“A”已被暂停启用（freeze-0）"),
        (RefusedError("key.too_few", key="seal", needed=2, came=1), "解锁密钥“seal”需要 2 人，到场 1 人"),
        (RefusedError("open.returned", package="x-001"), "“x-001”已回收清点，不能再次解密制卷"),
        (ContainerError("container.block", number=3, package="x-001"), "电子试卷包第3块与封装时不同"),
    ],
    ids=str,
)
def test_a_refusal_at_a_station_is_told_in_a_whole_sentence(after: After, error: Exception, zh: str) -> None:
    """What the station wrote down is what the centre's page needs."""
    province = after("arm")

    seat, package, line = province.seat(FIRST), province.packages(FIRST)[0], province.line(FIRST)

    with pytest.raises(type(error)), opening.refusals_reported(seat, package, line):
        raise error

    assert f"拒绝：示例市第一考点：{zh}" in page(province)


def test_the_holders_that_gave_their_share_are_named(after: After) -> None:
    province = after("arm")
    province.wire.down.add("supervision")
    province.release()

    text = page(province)

    assert "密钥分片 2（省中心、市中心）" in text and len(HOLDERS) == 3


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        pytest.param(timedelta(seconds=14), "距解密 00:14", id="seconds"),
        pytest.param(timedelta(minutes=59, seconds=59), "距解密 59:59", id="minutes"),
        pytest.param(timedelta(hours=3, minutes=2, seconds=1), "距解密 3:02:01", id="hours"),
        pytest.param(timedelta(days=4, hours=3), "距解密 4天 3:00:00", id="days"),
        pytest.param(timedelta(0), "已到解密时间", id="the time has come"),
    ],
)
def test_the_time_left_is_told_as_people_tell_it(after: After, left: timedelta, shown: str) -> None:
    """Days ahead nobody counts minutes."""
    province = after("publish")
    province.clock.at = OPENS - left

    assert shown in re.sub(r"\s+", " ", page(province))


def test_the_live_part_is_the_page_without_its_frame(after: After) -> None:
    """What the script fetches every second is what the page showed."""
    province = after("release")

    assert page(province, "/steps").strip() in page(province)
