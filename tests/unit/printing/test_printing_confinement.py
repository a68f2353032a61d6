"""A worker leaves no byte on a disk, ends in time and with its parent, and prints only with what was approved."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from itembank.printing import render as rendering
from itembank.printing.errors import PrintingError
from itembank.printing.fonts import load_fonts
from itembank.printing.render import render
from tests.unit.printing.printed import QR, fonts, press, texts
from tests.unit.printing.sample_paper import MARK, sample, short

QUESTION = ("题（　　）。", ("甲", "乙", "丙"))


def confined(code: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python after `confine(5)`."""
    script = f"from itembank.formats.confinement import confine\nconfine(5, 2 << 30)\n{code}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_a_confined_process_cannot_write_a_byte_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "leak"
    ran = confined(f"open({str(target)!r}, 'wb', 0).write(b'x')")
    assert ran.returncode != 0 and target.read_bytes() == b""


def test_a_confined_process_leaves_no_core_and_lets_nobody_look_in() -> None:
    ran = confined("import resource, ctypes\nprint(resource.getrlimit(4), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))")
    assert ran.stdout.split("\n")[0] == "(0, 0) 0"


def test_rendering_leaves_the_temporary_folder_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    press(short(fonts(), QUESTION), fonts())
    assert list(tmp_path.iterdir()) == []


def test_a_worker_gets_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITEMBANK_SECRET", "x")
    worker = rendering.started([], 5)
    try:
        time.sleep(0.05)
        environment = Path(f"/proc/{worker.process.pid}/environ").read_bytes()
    finally:
        with rendering.ended() as running:
            running.append(worker)
    assert b"ITEMBANK_SECRET" not in environment


def test_a_worker_dies_with_its_parent() -> None:
    middle = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-I', '-m', 'itembank.printing.worker', '20'])\n"
        "print(p.pid, flush=True)\ntime.sleep(20)"
    )
    # stdin stays open in this process, so that the end of its input is not what ends the worker
    with subprocess.Popen([sys.executable, "-c", middle], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        limits = Path(f"/proc/{pid}/limits")
        wait_for(lambda: ["Max", "file", "size", "0"] in [line.split()[:4] for line in limits.read_text().split("\n")])
        parent.kill()
        wait_for(lambda: not alive(pid))


def alive(pid: int) -> bool:
    """Whether the process runs; one that waits to be reaped does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def wait_for(condition: object, seconds: float = 5) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.02)


def test_a_worker_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "for i in range(9999) { " * 3 + "}" * 3
    monkeypatch.setattr(rendering, "template_of", lambda content: f"#{endless}")
    content = replace(short(fonts(), QUESTION), template=rendering.template_digest())
    with pytest.raises(PrintingError) as refused:
        render(content, QR, [MARK], fonts(), workers=1, progress=lambda done: None, seconds=1)
    assert refused.value.code == "print.timeout"


def test_a_warning_of_typst_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "template_of", lambda content: f'#set text(font: ("Nosuch", "{fonts().family}"))\n题')
    content = replace(short(fonts(), QUESTION), template=rendering.template_digest())
    with pytest.raises(PrintingError) as refused:
        press(content, fonts())
    assert refused.value.code == "print.warning"


def test_a_template_cannot_read_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "template_of", lambda content: '#read("/etc/hostname")')
    content = replace(short(fonts(), QUESTION), template=rendering.template_digest())
    with pytest.raises(PrintingError) as refused:
        press(content, fonts())
    assert refused.value.code == "print.typeset"


def test_only_the_approved_template_and_fonts_print() -> None:
    for content, code in (
        (replace(sample(fonts()), template="0" * 64), "print.template_changed"),
        (replace(sample(fonts()), fonts={"NotoSerifCJK-Regular.ttc": "0" * 64}), "print.font_changed"),
    ):
        with pytest.raises(PrintingError) as refused:
            press(content, fonts())
        assert refused.value.code == code


def folder_of(tmp_path: Path) -> Path:
    """A made-up font folder; load_fonts only hashes."""
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of b"x"
    (tmp_path / "a.ttf").write_bytes(b"x")
    (tmp_path / "fonts.json").write_text(json.dumps({"family": "A", "files": {"a.ttf": digest}, "source": "test"}))
    return tmp_path


def test_fonts_load_while_they_are_what_is_listed(tmp_path: Path) -> None:
    assert load_fonts(folder_of(tmp_path)).family == "A"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "a.ttf").write_bytes(b"y"), "print.font_changed"),
        (lambda folder: shutil.copy(folder / "a.ttf", folder / "b.ttf"), "print.font_changed"),
        (lambda folder: (folder / "a.ttf").unlink(), "print.fonts_missing"),
        (lambda folder: (folder / "fonts.json").unlink(), "print.fonts_missing"),
    ],
)
def test_a_changed_missing_or_foreign_font_is_refused(tmp_path: Path, spoil: object, code: str) -> None:
    assert callable(spoil)
    spoil(folder_of(tmp_path))
    with pytest.raises(PrintingError) as refused:
        load_fonts(tmp_path)
    assert refused.value.code == code


def test_a_worker_checks_the_fonts_it_loads(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    loaded = load_fonts(folder)
    (folder / "a.ttf").write_bytes(b"y")
    with pytest.raises(PrintingError) as refused:
        press(replace(sample(fonts()), fonts=loaded.files), loaded)
    assert refused.value.code == "print.font_changed"


def test_progress_counts_and_order_is_kept_over_workers() -> None:
    content = short(fonts(), QUESTION)
    marks = [replace(MARK, station=f"4512010{n}") for n in range(5)]
    told: list[int] = []
    pdfs = render(content, QR, marks, fonts(), workers=2, progress=told.append)
    assert told == [1, 2, 3, 4, 5]
    assert [mark.station in texts(pdf)[0] for mark, pdf in zip(marks, pdfs, strict=True)] == [True] * 5


def test_no_worker_is_left_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    start = rendering.started
    seen: list[rendering.Worker] = []

    def started(share: list[int], seconds: int) -> rendering.Worker:
        seen.append(start(share, seconds))
        return seen[-1]

    monkeypatch.setattr(rendering, "started", started)
    with pytest.raises(PrintingError):
        press(short(fonts(), ("坏\x00", ("甲", "乙", "丙"))), fonts())
    assert seen and all(worker.process.returncode is not None for worker in seen)


def test_a_worker_at_work_is_killed_when_its_parent_gives_up() -> None:
    with pytest.raises(KeyboardInterrupt), rendering.ended() as running:
        running.append(rendering.started([0], 30))
        raise KeyboardInterrupt
    assert running[0].process.returncode == -signal.SIGKILL


def test_a_worker_lays_out_one_station_where_every_copy_has_an_order_of_its_own() -> None:
    """The typesetter keeps what it has laid out, and several stations would not fit into its memory."""
    alike, each = replace(MARK, orders=(("", ()),)), replace(MARK, orders=(("001", ()), ("002", ())))
    assert rendering.rounds([alike] * 5, 2) == [[[0, 2, 4], [1, 3]]]
    assert rendering.rounds([each] * 5, 2) == [[[0], [1]], [[2], [3]], [[4]]]
