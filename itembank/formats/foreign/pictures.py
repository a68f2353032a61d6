"""The pictures of a foreign file: painted anew, named by what they show, so that the same picture is the same figure."""

from __future__ import annotations

import base64
import binascii
import hashlib

from itembank.formats.errors import FigureError
from itembank.formats.figures import read_figure

_STARTS = (
    (b"\x89PNG\r\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"), (b"BM", ".bmp"), (b"RIFF", ".webp"),
)  # fmt: skip
MOST_PICTURES = 2_000


class Pictures:
    """`figures`: name → figure as the bank keeps it, of all that were taken so far."""

    def __init__(self) -> None:
        self.figures: dict[str, str] = {}
        self._known: dict[bytes, str] = {}

    def take_named(self, name: str, data: bytes) -> str:
        """The markup of a figure of our own export: it keeps its name. Raises FigureError."""
        self.figures[name] = read_figure(name, data)
        return f"{{{{图:{name}}}}}"

    def take(self, data: bytes) -> str:
        """The markup of the picture in a text. Raises FigureError for one that cannot be shown."""
        digest = hashlib.sha256(data).digest()
        if digest not in self._known:
            suffix = next((suffix for start, suffix in _STARTS if data.startswith(start)), ".svg")
            if len(self.figures) >= MOST_PICTURES:
                raise FigureError("figure.picture", why="too large")
            figure = read_figure(f"x{suffix}", data)
            kept = ".svg" if suffix == ".svg" else ".png"
            name = f"x{hashlib.sha256(figure.encode()).hexdigest()[:20]}{kept}"
            self.figures[name], self._known[digest] = figure, name
        return f"{{{{图:{self._known[digest]}}}}}"

    def take_uri(self, uri: str) -> str:
        """The same for a `data:` address. Raises FigureError."""
        head, _, body = uri.partition(",")
        if not head.endswith(";base64"):
            raise FigureError("figure.picture", why="missing")
        try:
            return self.take(base64.b64decode(body, validate=False))
        except binascii.Error:
            raise FigureError("figure.picture", why="missing") from None
