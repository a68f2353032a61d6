"""Files made to harm whoever opens them: the child that reads them can neither leave nor last, and nothing of them happens."""

from __future__ import annotations

import base64
import ctypes
import io
import os
import resource
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from itembank.domain.errors import BlueprintError
from itembank.domain.policy import BlueprintPolicy
from itembank.formats import blueprint_workbook, confinement, figures
from itembank.formats.errors import FigureError, ForeignError, FormatError, UnconfinedError
from itembank.formats.foreign import opened as opening
from itembank.formats.foreign.opened import opened, opened_blueprint, opened_figures
from itembank.formats.pool_content import blueprint_document
from tests.province import blueprint_bytes
from tests.unit.formats.foreign.test_word import SOUND, changed, word

SECONDS, MEGABYTES = 5, 512


def picture(width: int, height: int, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "red").save(out, "PNG")
    return out.getvalue()


DEFAULT = BlueprintPolicy()
CONFINED = """
import ctypes, os, socket, sys
from itembank.formats.confinement import confine, leave_network
confine(20, 1 << 30)
leave_network()
try:
    {attempt}
except OSError as error:
    print(type(error).__name__)
else:
    print("done")
"""
ATTEMPTS = {
    "a socket": "socket.socket()", "a socket of this machine": "socket.socket(socket.AF_UNIX)", "a pair": "socket.socketpair()",
    "a new file": "open({folder!r} + '/new', 'w')", "an old file": "open({folder!r} + '/old', 'r+')",
    "a folder": "os.mkdir({folder!r} + '/d')",
    "a removal": "os.unlink({folder!r} + '/old')", "a name": "os.rename({folder!r} + '/old', {folder!r} + '/x')",
    "a link": "os.symlink('/etc', {folder!r} + '/l')", "a mode": "os.chmod({folder!r} + '/old', 0o777)",
    "a signal": "os.kill(os.getppid(), 0)",
    "another program": "import subprocess; subprocess.run(['/bin/sh', '-c', 'echo x > ' + {folder!r} + '/by-a-child'], "
    "check=True)",
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_who_reads_a_foreign_file_can_reach_nothing(attempt: str, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    script = CONFINED.format(
        attempt=ATTEMPTS[attempt].format(folder=str(tmp_path)).replace("check=True)", "check=False); print('ran')")
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stdout.strip().split("\n")[0] in ("PermissionError", "ran"), ran
    assert [path.name for path in tmp_path.iterdir()] == ["old"] and (tmp_path / "old").read_text() == "old"


def test_where_nothing_confines_no_foreign_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel refuses both means: as on a machine that has neither."""
    refused = confinement.Calls(0xC000_003E, (272,), ())  # unshare
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers of the calls are those of x86_64")
    steps = confinement._steps(refused)
    prctl = [confinement._Step(0x15, 0, 3, 157), confinement._Step(0x20, 0, 0, 16), confinement._Step(0x15, 0, 1, 22)]
    steps = [*steps[:-1], *prctl, confinement._Step(0x06, 0, 0, 0x0005_0001), steps[-1]]
    program = confinement._Program(len(steps), (confinement._Step * len(steps))(*steps))

    def without_means() -> None:
        confinement._controlled(confinement.PR_SET_NO_NEW_PRIVS, 1)
        confinement._controlled(confinement.PR_SET_SECCOMP, 2, ctypes.addressof(program))

    start: Any = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **how: start(*args, **how, preexec_fn=without_means))
    with pytest.raises(UnconfinedError, match="unconfined"), opened(b"1. x", {}, {}):
        pass


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


LAUGHS = (
    b"<!DOCTYPE l ["
    + b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    + b'<!ENTITY l0 "ha">]><quiz>&l9;</quiz>'
)
OUTSIDE = b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'
DEEP = b"<quiz>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</quiz>"
PNG_BOMB = (
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    + struct.pack(">I", zlib.crc32(b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)))
)  # fmt: skip


def moodle_with(picture: bytes) -> bytes:
    text = '<question type="essay"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;</text>'
    file = f'<file name="a.png" path="/" encoding="base64">{base64.b64encode(picture).decode()}</file>'
    return f"<quiz>{text}{file}</questiontext></question></quiz>".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "billion laughs": lambda: LAUGHS, "a file of the machine": lambda: OUTSIDE, "200,000 elements deep": lambda: DEEP,
    "a bomb in a package": lambda: zipped(imsmanifest_xml=b"<manifest/>", a_xml=b"<x>" + b"0" * (125 << 20)),
    "a bomb in a Word file": lambda: zipped(word__document_xml=b"<x>" + b" " * (125 << 20)),
    "a bomb in a workbook": lambda: zipped(xl__workbook_xml=b"<x>" + b" " * (205 << 20)),
    "21,000 members": lambda: zipped(**{f"{n}_xml": b"" for n in range(21_000)}),
    "names that lead out": lambda: zipped(**{"..__..__..__tmp__out_xml": b"<assessmentItem/>", "__etc__x_xml": b"<quiz/>"}),
    "JSON 100,000 deep": lambda: b'[{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
    "a line of a million brackets": lambda: b"1. x\n" + b"(" * 1_000_000,
    "a million marks": lambda: ("1. x\n" + "A.B.C." * 200_000).encode(),
    "a million numbers": lambda: "答案\n".encode() + b"1-2 " * 300_000,
    "half a formula a million times": lambda: b"1. x " + b"$ " * 500_000,
    "a picture of 60,000 x 60,000": lambda: moodle_with(PNG_BOMB),
    "GIFT that never closes": lambda: b"::x::" + b"{~" * 400_000, "a document type in Word": lambda: changed(word(SOUND),
    lambda part: "<!DOCTYPE x>" + part),
    "a broken old workbook": lambda: bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook\0".encode("utf-16-le") + b"\xff" * 100_000,
    "bytes of no kind": lambda: bytes(range(256)) * 500,
}  # fmt: skip


@contextmanager
def watched() -> Iterator[list[int]]:
    """The most memory (kB) that any child of this process has while it runs."""
    highest, ends = [0], threading.Event()

    def watch() -> None:
        while not ends.wait(0.02):
            for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
                for number in child.read_text().split() if child.exists() else ():
                    highest[0] = max(highest[0], _memory(number))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        ends.set()
        thread.join()


def _memory(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def read_items(data: bytes) -> None:
    with opened(data, {}, {}) as file:
        for _ in file.sheets.sheet(file.sheets.names[-1]).rows:
            pass


def read_blueprint(data: bytes) -> None:
    opened_blueprint(data, DEFAULT)


AS_BLUEPRINT = ("a bomb in a workbook", "21,000 members", "a broken old workbook", "bytes of no kind")


@pytest.mark.parametrize(
    ("name", "read"), [*((name, read_items) for name in HOSTILE), *((name, read_blueprint) for name in AS_BLUEPRINT)]
)
def test_a_hostile_file_is_read_or_refused_and_no_more(name: str, read: Callable[[bytes], None]) -> None:
    """Bounded work: the child's CPU time, which no busy machine lengthens, and its memory."""
    data = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with watched() as highest:
        try:
            read(data)
        except FormatError as error:
            assert error.code.split(".")[0] in ("import", "workbook")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < SECONDS and highest[0] < MEGABYTES << 10


def test_a_blueprint_is_read_by_the_child_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = blueprint_workbook.read_blueprint(blueprint_bytes())
    monkeypatch.delattr(blueprint_workbook, "read_blueprint")
    assert opened_blueprint(blueprint_bytes(), DEFAULT).blueprint == expected
    with pytest.raises(BlueprintError, match="importance"):
        opened_blueprint(blueprint_bytes(), BlueprintPolicy(x_at_least=101))


def test_a_blueprint_that_the_child_tells_is_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that a file has taken over could tell anything."""
    sound = blueprint_document(blueprint_workbook.read_blueprint(blueprint_bytes()))
    untrue: list[tuple[dict[str, Any], type[Exception]]] = [
        ({**sound, "points": [*sound["points"]] * 2}, BlueprintError), ({"points": 1}, ForeignError),
        *(({**sound, name: value}, ForeignError) for name, value in (
            ("level", 77), ("subject", "xx"), ("standard_year", "\x1b[2J"), ("occupation", 5), ("dictionary_year", None),
        )),
        ({**sound, "nodes": [{**node, "weight": float(node["weight"])} for node in sound["nodes"]]}, ForeignError),
        ({**sound, "points": [{**point, "page": ["\x1b[2J"]} for point in sound["points"]]}, ForeignError),
        ({**sound, "points": [{**point, "name": "点" * 5_000} for point in sound["points"]]}, ForeignError),
    ]  # fmt: skip
    for told, error in untrue:
        monkeypatch.setattr(opening, "_frames", lambda child, pipe, told=told: iter([(b"B", told)]))
        with pytest.raises(error):
            opened_blueprint(b"", DEFAULT)


PNG = picture(9, 9)


def test_pictures_beside_an_import_are_painted_by_the_child_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many children they take."""
    expected = figures.read_figure("a.png", PNG)
    monkeypatch.delattr(figures, "read_figure")
    monkeypatch.setattr(opening, "BATCH", len(PNG))
    assert opened_figures([("a.png", PNG), ("b.png", PNG)]) == {"a.png": expected, "b.png": expected}
    with pytest.raises(FigureError, match="broken"):
        opened_figures([("a.png", PNG), ("b.png", PNG[:40])])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><path d="M1 1L8 8"/></svg>'),
        ("a.png", "data:image/png;base64," + base64.b64encode(PNG + b"more").decode()),
        ("../a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8"/></svg>'),
    ],
)
def test_a_picture_that_the_child_tells_is_checked_again(name: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    head = {"format": "docx", "names": ["导入"], "items": "导入", "figures": {name: told}}
    monkeypatch.setattr(opening, "_frames", lambda child, pipe: iter([(b"H", head)]))
    with pytest.raises(FigureError), opened(b"", {}, {}):
        pass
    monkeypatch.setattr(opening, "_frames", lambda child, pipe: iter([(b"F", told)]))
    with pytest.raises(FigureError):
        opened_figures([(name, b"")])


def test_many_pictures_take_no_longer_than_they_may() -> None:
    """Few bytes, many pixels: a folder of drawings."""
    drawn = picture(1_600, 1_200)
    assert len(opened_figures((f"{number}.png", drawn) for number in range(56))) == 56


BLANKS = " " * 3_000
SLOW = {
    "blanks behind a title": f"1. 甲（ ）\nA.伏 B.欧 C.安\n附{BLANKS}图\n",
    "blanks behind an ordinal": f"1. 甲\n一{BLANKS}x",
    "blanks behind a range": f"1. 甲（ ）\n参考答案\n1{BLANKS}x",
    "lines below options": "1. 甲（ ）\nA.伏\n" + "(9) xx\n" * 6_000,
    "headings": "".join(f"一、简答题\n1. 甲{number}？\n" for number in range(1_500)),
    "tags": "// " + "[tag:" * 10_000 + "\n甲{T}\n",
}


@pytest.mark.parametrize("name", SLOW)
def test_a_long_file_is_no_slow_one(name: str) -> None:
    """The child would else end for its CPU time."""
    read_items(SLOW[name].encode())


def test_a_large_picture_fits_into_the_child() -> None:
    """As many pixels as a picture may have, with transparency: four bytes each, and needed more than once."""
    [figure] = opened_figures([("a.png", picture(8_000, 5_000, "RGBA"))]).values()
    assert figures.kept_picture(figure).width == figures.LONGEST_SIDE
