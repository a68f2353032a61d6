"""Puts a QTI 3 player into a folder: what our packages are played in by the tests, and nothing of the product.

    qti_player.py FOLDER

The player of amp-up.io (MIT; 1EdTech certified it for delivery) and the Vue it stands on, from npm, pinned by hash.
"""

import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from fonts import Unavailable, only, run

PACKAGES = {
    "qti3-item-player@1.1.20": (
        "12e01ecc72b1d19c70e0712ebfa31c6b9ee9cf342bd71d27bfc143b0fc636936",
        ("qti3Player.umd.min.js", "qti3Player.css"),
    ),
    "vue@2.7.16": ("4f17d3265ff02a297224db426cc6a36c168b7f788f67de9440823432c75e3bd9", ("vue.min.js",)),
}
"""npm's name → the archive's SHA-256, and the files of its `dist` that are taken."""


def fetch(package: str, work: Path) -> list[Path]:
    run("npm", "pack", "--ignore-scripts", "--prefer-offline", "--fetch-retries=1", package, cwd=work)
    archive_hash, names = PACKAGES[package]
    with tarfile.open(only(work, f"{package.partition('@')[0]}-*.tgz", archive_hash)) as archive:
        for name in names:
            opened = archive.extractfile(f"package/dist/{name}")
            assert opened is not None
            (work / name).write_bytes(opened.read())
    return [work / name for name in names]


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="player-", dir=folder.parent) as work:
        begun = Path(work, "player")
        begun.mkdir()
        try:
            for package in PACKAGES:
                for file in fetch(package, Path(work)):
                    shutil.move(file, begun / file.name)
        except Unavailable as reason:
            sys.exit(f"qti player: {reason}")
        begun.rename(folder)


if __name__ == "__main__":
    main()
