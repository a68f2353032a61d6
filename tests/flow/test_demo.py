"""The demonstration as a transcript: what the README shows is what a clean machine gets."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest

from itembank import messages
from itembank.demo import cast
from itembank.demo import session as steps
from itembank.demo.processes import Stage
from itembank.demo.session import Session
from keys.errors import UnavailableError
from tests.flow.stage import Province, audited, beside, running

NUMBERED = re.compile(r"(?:^|\n)(\d{1,3})\.[ （]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_demonstration_runs_a_whole_session_and_says_so_in_one_object(demo_home: Path) -> None:
    assert beside(demo_home, "code").read_text() == "0", beside(demo_home, "err").read_text()
    told = json.loads(beside(demo_home, "out").read_bytes())
    assert beside(demo_home, "out").read_text().count("\n") == 1, "something beside the one object is on stdout"
    assert told["session"] == cast.SESSION
    assert told["early_open"] == "release.too_early"
    assert told["spare"] == "release.not_activated"
    assert told["answer_key"] == "open.answer_key"
    assert told["audit"] == "ok"
    assert told["ledger_size"] == len(Province(demo_home).entries())
    assert told["release_bytes"] <= 1024
    assert set(told["returned"]) == {place.code for place in cast.places(2)}
    assert [Path(pdf).name for pdf in told["opened"]] == [f"{cast.SESSION}A-{place.code}.pdf" for place in cast.places(2)]
    assert all((demo_home / pdf).is_file() for pdf in told["opened"])


def test_every_line_of_the_demonstration_is_chinese_and_english(demo_home: Path) -> None:
    lines = beside(demo_home, "err").read_text().splitlines()
    steps_told = [line for line in lines if line.startswith("[")]
    assert [line for line in steps_told if not (CHINESE.search(line) and re.search(r" \| [\x20-\x7e]+$", line))] == []
    for step in ("3 组卷", "4 封装", "5 下发", "拒绝", "6 密钥下发", "7 解密制卷", "8 回收清点", "9 审计"):
        assert any(line.startswith(f"[{step}]") for line in steps_told), step
    assert any("全部在一台机器上" in line for line in steps_told)


def test_the_page_can_be_watched_from_the_first_step_on(demo_home: Path) -> None:
    """Its address is told as soon as the centre is up, not when everything is over."""
    before, step, _ = beside(demo_home, "err").read_text().partition("[1 命题]")
    told = json.loads(beside(demo_home, "out").read_bytes())

    assert step and f"看板 {told['url']}" in before


def test_no_process_of_the_demonstration_is_left(demo_home: Path) -> None:
    assert beside(demo_home, "left").read_text() == ""


@pytest.mark.parametrize("number", [1, 2])
def test_the_printed_paper_has_80_numbered_chinese_questions_the_stations_name_and_embedded_fonts(
    demo_home: Path, number: int
) -> None:
    told = json.loads(beside(demo_home, "out").read_bytes())
    place = cast.places(2)[number - 1]
    with pypdfium2.PdfDocument(demo_home / told["opened"][number - 1]) as document:
        pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
        fonts = used_fonts(document)
    text = "\n".join(page.partition("一、单项选择题")[2] or page for page in pages)
    questions = NUMBERED.split(text)
    numbers = [int(n) for n in questions[1::2]]
    assert numbers == list(range(1, 81))
    assert all(len(CHINESE.findall(words)) >= 4 for words in questions[2::2])
    assert all(place.label in page and place.code in page for page in pages)
    assert fonts and all(embedded for _, embedded in fonts), fonts
    assert any("CJK" in name for name, _ in fonts), fonts


def test_no_passphrase_stood_in_any_argument_or_environment_while_it_ran(demo_home: Path) -> None:
    seen = beside(demo_home, "ps").read_bytes()
    passphrases = [path.read_bytes().strip() for path in demo_home.rglob("passphrase")]
    assert len(passphrases) > 20
    assert b"station\0open" in seen and b"seal" in seen, "the watch saw nothing of the run"
    assert [passphrase for passphrase in passphrases if passphrase in seen] == []


def test_the_audit_of_the_finished_folder_is_ok_by_its_own_program(demo_home: Path) -> None:
    done = Province(demo_home).run("audit", "--home", ".", "--json")
    assert (done.code, done.told["audit"], done.told["findings"]) == (0, "ok", [])
    assert audited(demo_home).remarks == []


def test_too_small_an_n_is_unavailable_and_says_to_enlarge_it(proved_home: Path, tmp_path: Path) -> None:
    with running(proved_home, tmp_path / "province", "centre") as province:
        session = Session(Stage(province.home), cast.places(2), province.directory.centre_url)
        for open_in in (-1, 1):  # past before the sealing; before the approval
            with pytest.raises(UnavailableError) as refused:
                steps.seal(session, open_in)
            assert (refused.value.code, refused.value.exit_code) == ("demo.too_late", 6)
    assert "--open-in" in messages.explain(refused.value).next_zh


def test_the_demonstration_never_removes_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = Province(tmp_path).run("demo", "--home", ".", "--once", "--json")
    assert (done.code, done.error) == (3, "demo.not_ours")
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_two_demonstrations_do_not_work_in_one_folder(tmp_path: Path) -> None:
    """The second would pull the first one's homes from under its servers."""
    stage = Stage(tmp_path / "demo")
    with stage.remade():
        (tmp_path / "demo" / "desk").mkdir()
        done = Province(tmp_path / "demo").run("demo", "--home", ".", "--once", "--json")
        assert (done.code, done.error) == (3, "demo.busy")
        assert (tmp_path / "demo" / "desk").is_dir()


def test_a_demonstration_ended_from_outside_leaves_no_server(tmp_path: Path) -> None:
    """A closed terminal, or `kill`: its servers end with it."""
    script = """
import os, signal, subprocess, sys
from pathlib import Path
from itembank.demo import session

def prepare(running):
    running.stage.servers["centre"] = subprocess.Popen(["sleep", "60"])
    print(running.stage.servers["centre"].pid, flush=True)
    os.kill(os.getpid(), signal.SIGHUP)

session.prepare = prepare
session.run_demo(Path(sys.argv[1]), 20, 1, True)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "demo")], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + signal.SIGHUP, done.stderr
    assert not Path(f"/proc/{int(done.stdout)}").exists()


def used_fonts(document: pypdfium2.PdfDocument) -> set[tuple[str, bool]]:
    """(base name, embedded) of the font of every text object."""
    import ctypes

    raw = pypdfium2.raw
    found = set()
    for page in document:
        for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,)):
            font = raw.FPDFTextObj_GetFont(thing.raw)
            name = ctypes.create_string_buffer(200)
            raw.FPDFFont_GetBaseFontName(font, name, 200)
            found.add((name.value.decode(), raw.FPDFFont_GetIsEmbedded(font) == 1))
    return found
