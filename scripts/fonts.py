"""Puts the Chinese fonts of the printed paper into a folder, without root, and names them in fonts.json.

    fonts.py FOLDER [debian|npm|wheel]

Never the system's fonts: the same folder prints the same page everywhere, and the fonts' hashes stand in each
paper's certificate. Three roads, the first that works: Debian's package (unpacked, not installed), the npm
package, the wheel (a sans face in one weight: the last resort). apt checks its package against the signed
lists; the other two are pinned by hash here.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

NPM = "@expo-google-fonts/noto-serif-sc@0.4.3"
NPM_SHA256 = "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e"
WHEEL = "noto-cjk-sans-otc==0.0.1"
WHEEL_SHA256 = "44596df7f0c1590cb9c4cfe85b9213b7e91e1086a8a024f1a05df6d6badd33ec"


class Unavailable(Exception):
    """This road is closed here; the next may be open."""


def run(*command: str, cwd: Path) -> None:
    if shutil.which(command[0]) is None:
        raise Unavailable(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{' '.join(command[:2])}: {done.stderr.strip()[-300:]}")


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def only(folder: Path, pattern: str, expected: str | None = None) -> Path:
    """The one file just fetched, with the hash it must have."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise Unavailable(f"{pattern}: {len(found)} files came")
    if expected and sha256(found[0]) != expected:
        raise Unavailable(f"{found[0].name}: not the file this program knows")
    size = found[0].stat().st_size
    print(f"Downloading {found[0].name} ({size} bytes)", file=sys.stderr)  # counted by progress.py --total
    return found[0]


def debian(work: Path) -> tuple[str, list[Path]]:
    run("apt-get", "download", "fonts-noto-cjk", cwd=work)
    run("dpkg", "-x", str(only(work, "*.deb")), "unpacked", cwd=work)
    fonts = work / "unpacked/usr/share/fonts/opentype/noto"
    return "Noto Serif CJK SC", [fonts / "NotoSerifCJK-Regular.ttc", fonts / "NotoSerifCJK-Bold.ttc"]


def npm(work: Path) -> tuple[str, list[Path]]:
    run("npm", "pack", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1", NPM, cwd=work)
    names = ["NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf"]
    with tarfile.open(only(work, "*.tgz", NPM_SHA256)) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers() if member.isfile()}
        for name in names:
            opened = archive.extractfile(members[name])
            assert opened is not None
            (work / name).write_bytes(opened.read())
    return "Noto Serif SC", [work / name for name in names]


def wheel(work: Path) -> tuple[str, list[Path]]:
    run(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", WHEEL, cwd=work)
    with zipfile.ZipFile(only(work, "*.whl", WHEEL_SHA256)) as archive:
        (work / "NotoSansCJK-Regular.ttc").write_bytes(archive.read("noto_cjk_sans_otc/NotoSansCJK-Regular.ttc"))
    return "Noto Sans CJK SC", [work / "NotoSansCJK-Regular.ttc"]


ROADS: dict[str, Callable[[Path], tuple[str, list[Path]]]] = {"debian": debian, "npm": npm, "wheel": wheel}


def whole(folder: Path) -> bool:
    """fonts.json is written last, so it lies there only beside files that were all in place; check them still."""
    try:
        files = json.loads((folder / "fonts.json").read_text(encoding="utf-8"))["files"]
        return bool(files) and all(sha256(folder / name) == value for name, value in files.items())
    except (OSError, ValueError, KeyError):
        return False


def install(folder: Path, roads: list[str]) -> None:
    for road in roads:
        with tempfile.TemporaryDirectory(prefix="fonts-", dir=folder.parent) as work:
            os.chmod(work, 0o755)  # apt fetches as its own user when started by root
            try:
                family, fonts = ROADS[road](Path(work))
                missing = [font.name for font in fonts if not font.is_file()]
                if missing:
                    raise Unavailable(f"not in the package: {', '.join(missing)}")
            except Unavailable as reason:
                print(f"fonts: {road}: {reason}", file=sys.stderr)
                continue
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for font in fonts:
                shutil.copyfile(font, folder / font.name)  # not moved: plain mode, owner is the user
            files = {font.name: sha256(folder / font.name) for font in fonts}
            content = {"family": family, "files": files, "source": road}
            (folder / "fonts.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            return
    sys.exit("fonts: no road is open")


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if sys.argv[2:] or not whole(folder):
        install(folder, sys.argv[2:] or list(ROADS))


if __name__ == "__main__":
    main()
