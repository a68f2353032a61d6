"""What the headings of foreign tables mean, as people have corrected it: a file each in the centre's folder, never a text of
an item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keys.durable import replace

_NAME = re.compile("[0-9a-f]{16}")


class LayoutFiles:
    """`folder`/NAME.json, NAME being the layout's own name. A later correction takes the place of an earlier one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> dict[str, Any]:
        """Name → layout."""
        return {path.stem: json.loads(path.read_bytes()) for path in sorted(self._folder.glob("*.json"))}

    def keep(self, layouts: Sequence[dict[str, Any]]) -> None:
        for layout in layouts:
            if not _NAME.fullmatch(layout["layout"]):
                raise ValueError(layout["layout"])
            self._folder.mkdir(mode=0o700, exist_ok=True)
            text = json.dumps(layout, ensure_ascii=False, indent=1)
            replace(self._folder / f"{layout['layout']}.json", [text.encode()], 0o600)
