"""Freeze beats T; one person never acts for two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from itembank.demo import cast
from tests.flow import insider
from tests.flow.stage import HOLDERS, PAST, REPOSITORY, Done, Province, copy_province, running

SESSION = ("--session", cast.SESSION)
FREEZE = ("freeze", "--home", "people/freezer-1", *SESSION, "--reason", "报称泄题")
LIFT = ("lift", "--home", "people/lifter-1", *SESSION, "--reason", "查无实据")


def lift(province: Province, *names: str) -> Done:
    return province.run(*LIFT, *province.act(*names), "--json")


def test_a_freeze_before_T_holds_after_T_until_two_lift_it(armed_home: Path, tmp_path: Path) -> None:
    with running(armed_home, tmp_path / "province") as province:
        # nobody else freezes
        other = province.run(*FREEZE, *province.act("sealer-1"), "--json")
        assert other.code == 3 and other.error == "statement.duty"
        frozen = province.ok(*FREEZE, *province.act("freezer-1"), "--json").told
        assert (frozen["state"], len(frozen["acknowledged"])) == ("effective", 3)
        # T passes
        province.move(PAST)
        opened = province.open(1)
        assert (opened.code, opened.error) == (3, "release.frozen")
        time.sleep(1)  # the centre's watch asks as well, five times a second
        assert insider.centre_of(province, 1).release(province.manifest.hid, "A") is None
        assert not [e for e in province.entries() if e.act == "share"]
        # one person lifts nothing, alone or as two, nor does the freezer
        assert lift(province, "lifter-1").code == 2
        assert lift(province, "lifter-1", "lifter-1").code == 4
        assert lift(province, "lifter-1", "freezer-1").code == 3
        assert province.open(1).error == "release.frozen"
        # two do
        lifted = lift(province, "lifter-1", "lifter-2")
        assert (lifted.code, lifted.told["state"]) == (0, "effective")
        assert province.open(1).code == 0
        # a lift suspends its freezer's right: what would stop nothing is refused, not acknowledged
        again = province.run(*FREEZE, *province.act("freezer-1"), "--json")
        assert (again.code, again.error) == (3, "order.suspended")
        province.settle()
        assert province.audit().findings == []
        acts = [entry.act for entry in province.entries() if entry.act in ("freeze", "lift", "open")]
        assert acts == ["freeze", "lift", "open"]


def test_a_lift_of_a_freeze_nobody_knows_is_refused(armed_home: Path, tmp_path: Path) -> None:
    """Else two officers believe that a freeze is lifted."""
    with running(armed_home, tmp_path / "province", "province", "city") as province:
        manifest = f"stations/45120101/sessions/{province.hid}/{cast.SESSION}.manifest"
        done = province.run(
            *LIFT, "--order", "freeze-nosuch", "--manifest", manifest, *province.act("lifter-1", "lifter-2"), "--json"
        )
        assert (done.code, done.error) == (3, "order.no_such_freeze")


def test_a_freeze_after_the_shares_went_out_is_too_late_with_the_centre_away_too(armed_home: Path, tmp_path: Path) -> None:
    manifest = f"stations/45120101/sessions/{Province(armed_home).hid}/{cast.SESSION}.manifest"
    with running(armed_home, tmp_path / "province", *HOLDERS, ahead=PAST) as province:
        assert province.open(1).code == 0
        late = province.ok(*FREEZE, "--manifest", manifest, *province.act("freezer-1"), "--json").told
        assert late["state"] == "too_late"


def test_a_freeze_that_reached_n_k_plus_1_holders_is_effective_and_one_is_only_sent(armed_home: Path, tmp_path: Path) -> None:
    """With one holder away 2 are enough; with two away it is sent, and holds at the one that has it."""
    manifest = f"stations/45120101/sessions/{Province(armed_home).hid}/{cast.SESSION}.manifest"
    with running(armed_home, tmp_path / "province", "province") as province:
        one = province.ok(*FREEZE, "--manifest", manifest, *province.act("freezer-1"), "--json").told
        assert (one["state"], one["acknowledged"]) == ("sent", ["province"])
        assert sorted(one["silent"]) == ["city", "supervision"]
        province.start("city")
        two = province.ok(*FREEZE, "--manifest", manifest, *province.act("freezer-1"), "--json").told
        assert (two["state"], two["acknowledged"]) == ("effective", ["province", "city"])


def test_an_order_one_holder_has_travels_with_the_next_question_to_all_others(armed_home: Path, tmp_path: Path) -> None:
    manifest = f"stations/45120101/sessions/{Province(armed_home).hid}/{cast.SESSION}.manifest"
    with running(armed_home, tmp_path / "province", "province") as province:
        province.ok(*FREEZE, "--manifest", manifest, *province.act("freezer-1"), "--json")
        province.start("centre", "city", "supervision")
        province.move(PAST)
        opened = province.open(1)
        assert (opened.code, opened.error) == (3, "release.frozen")
        assert all('"kind":"order"' in path.read_text() for path in province.home.glob("holders/*/journal"))


# one person for two -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quiet(proved_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """Nothing runs; a paper is sealed and waits for its approval."""
    home = tmp_path_factory.mktemp("quiet") / "province"
    copy_province(proved_home, home)
    province = Province(home)
    insider.seal_quickly(province, insider.draft_of(province), opens_in=7200, approved=False)
    yield province


DESK = ("--home", "desk", *SESSION)
BOOK = "bank/试题-示例市题库.xlsx"
FIGURES = str(REPOSITORY / "itembank" / "demo" / "sample" / "figures")
ITEMS = ("items", "import", BOOK, "--home", "centre", "--pool", "city", "--figures", FIGURES)


@pytest.mark.parametrize(
    ("arguments", "people", "code", "error"),
    [
        (("approve", *DESK), ("sealer-1",), 4, "statement.same_person"),
        (("approve", *DESK), ("assembler-1",), 3, "statement.duty"),
        (("seal", *DESK, "--starts-at", "2099-01-01T00:00:00Z"), ("seal_approver-1",), 3, "key.not_yours"),
        (("proof", "sign", *DESK, "--seen"), ("proofreader-1", "proofreader-1"), 4, None),
        (("proof", "sign", *DESK, "--seen"), ("proofreader-1",), 2, None),
        (("seed", "give", *DESK), ("bank_manager-1",), 3, "seed.drawn"),
        (ITEMS, ("item_writer-1", "item_writer-1", "item_approver-1"), 4, None),
        (ITEMS, ("item_writer-1", "item_reviewer-1", "item_reviewer-1"), 4, None),
        (ITEMS, ("item_reviewer-1", "item_writer-1", "item_approver-1"), 3, None),
        (("pool", "release", "--home", "centre", "--pool", "city", "--out", "again"),
         ("bank_manager-1", "bank_manager-1"), 4, None),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, tuple) else str(value),
)  # fmt: skip
def test_one_person_never_signs_for_two_nor_another_duty(
    quiet: Province, arguments: tuple[str, ...], people: tuple[str, ...], code: int, error: str | None
) -> None:
    done = quiet.run(*arguments, *quiet.act(*people), "--json")
    assert done.code == code, (done.out, done.err)
    assert error is None or done.error == error
    assert "Traceback" not in done.err


def test_two_entries_of_the_directory_with_one_key_cannot_be_two_officers(quiet: Province, tmp_path: Path) -> None:
    """The sealer enters its own key as the approver's: no two roots can sign such a directory."""
    import json

    draft = json.loads((quiet.home / "directory.draft").read_text())
    people = {person["name"]: person for person in draft["people"]}
    people["seal_approver-1"]["sign"] = people["sealer-1"]["sign"]
    (tmp_path / "draft").write_text(json.dumps(draft, ensure_ascii=False))
    roots = [w for i in (1, 2) for w in ("--as", f"roots/{i}", "--passphrase-file", f"roots/{i}/passphrase")]
    done = quiet.run("directory", "sign", "--draft", str(tmp_path / "draft"), "--out", str(tmp_path / "out"), *roots, "--json")
    signed = tmp_path / "out"
    if done.code == 0:
        options = ("--file", str(signed), "--fingerprint", done.told["fingerprint"], "--json")
        pinned = quiet.run("directory", "pin", "--home", "people/lifter-1", *options)
        assert (pinned.code, pinned.error) == (5, "directory.doubled")
    else:
        assert done.error == "directory.doubled"


def test_one_root_alone_signs_no_directory(quiet: Province, tmp_path: Path) -> None:
    root = ("--as", "roots/1", "--passphrase-file", "roots/1/passphrase")
    sign = ("directory", "sign", "--draft", "directory.draft", "--out", str(tmp_path / "out"))
    assert quiet.run(*sign, *root, "--json").code == 2
    assert quiet.run(*sign, *root, *root, "--json").code in (3, 4)
    assert not (tmp_path / "out").exists()
