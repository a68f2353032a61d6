"""Our QTI 3.0 package in a player that 1EdTech certified: every item is shown, takes answers, and is marked by our key."""

from __future__ import annotations

import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, send_from_directory

from itembank.bootstrap.centre import formula_mathml
from itembank.domain.items import LETTERS, Item
from itembank.formats.exporting.qti_package import QTI30, write_package
from tests.browser.chromium import needed, served
from tests.unit.formats.foreign.test_exports import (
    CASE,
    CHOICE,
    DRAWING,
    FIGURES,
    FILL,
    JUDGEMENT,
    MULTIPLE,
    ONE_BLANK,
    SHORT,
)  # fmt: skip

PLAYER = Path(sys.prefix) / "share/qti-player"
PAGE = Path(__file__).with_name("qti_player.html")
SECONDS = 20
pytestmark = [
    needed,
    pytest.mark.skipif(not PLAYER.is_dir(), reason="no QTI player (scripts/test fetches it with npm)"),
]
Answers = dict[str, str | list[str]]

PLAYED: list[tuple[Item, Answers, float]] = [
    (CHOICE, {"RESPONSE": "B"}, 1),
    (MULTIPLE, {"RESPONSE": ["A", "C", "D"]}, 1),
    (JUDGEMENT, {"RESPONSE": "B"}, 1),
    (FILL, {"RESPONSE1": "欧", "RESPONSE2": "Ω"}, 1),
    (ONE_BLANK, {"RESPONSE1": "欧姆"}, 1),
    (CASE, {"RESPONSE1": "C", "RESPONSE2": "A", "RESPONSE3": "220", "RESPONSE4": "停电"}, 2 + 1 + 3),
    (SHORT, {"RESPONSE": "停电"}, 0),
    (MULTIPLE, {"RESPONSE": ["A", "C"]}, 0),
    (JUDGEMENT, {"RESPONSE": "A"}, 0),
    (FILL, {"RESPONSE1": "欧姆", "RESPONSE2": "V"}, 0.5),
    (ONE_BLANK, {"RESPONSE1": "伏"}, 0),
    (CASE, {"RESPONSE1": "C", "RESPONSE2": "B", "RESPONSE3": "220", "RESPONSE4": ""}, 2 + 3),
    (DRAWING, {"RESPONSE": "见图"}, 0),
    (CHOICE, {"RESPONSE": "A"}, 0),
]
"""An item, what a candidate answers, and the points a player gives: for what is written none, people mark it. No item twice in
a row: the player would not load it anew.
"""


def session(item: Item, answers: Answers) -> Mapping[str, Any]:
    """What a player is told of an interrupted attempt: the answers so far, and the order the choices were shown in."""

    def variable(name: str, value: str | list[str]) -> dict[str, Any]:
        chosen = all(letter in LETTERS for letter in value)
        cardinality = "multiple" if isinstance(value, list) else "single"
        state = {"order": list(_letters(item, name))} if chosen and value else None
        return {"identifier": name, "cardinality": cardinality, "value": value, "state": state}

    return {
        "identifier": "", "guid": "", "contextVariables": [], "templateVariables": [], "validationMessages": [],
        "outcomeVariables": [{"identifier": "SCORE", "cardinality": "single", "value": 0}],
        "responseVariables": [variable(name, value) for name, value in answers.items()],
    }  # fmt: skip


def _letters(item: Item, response: str) -> str:
    asked = item.questions[int(response.removeprefix("RESPONSE")) - 1] if item.questions else item
    return LETTERS[: len(asked.options) or 2]


def served_player(jobs: Sequence[Mapping[str, Any]], package: zipfile.ZipFile) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: PAGE.read_text(encoding="utf-8").replace("JOBS", json.dumps(jobs)))
    app.add_url_rule("/player/<name>", "player", lambda name: send_from_directory(PLAYER, name))
    app.add_url_rule("/items/<name>", "item", lambda name: Response(package.read(f"items/{name}"), mimetype="text/xml"))
    app.add_url_rule("/images/<name>", "image", lambda name: Response(package.read(f"images/{name}"), mimetype="image/svg+xml"))
    app.add_url_rule("/favicon.ico", "icon", lambda: ("", 204))
    return app


def test_a_certified_player_marks_every_item_by_our_key(look: Callable[..., str]) -> None:
    items = list(dict.fromkeys(item for item, _, _ in PLAYED))
    package = zipfile.ZipFile(io.BytesIO(write_package(items, FIGURES, QTI30, formula_mathml).file))
    jobs = [
        {"address": f"/items/item{items.index(item) + 1:05d}.xml", "state": session(item, answers)}
        for item, answers, _ in PLAYED
    ]

    with served(served_player(jobs, package)) as address:
        page = look(address, "--dump-dom", seconds=SECONDS)

    [told] = re.findall(r'<pre id="told">(.*?)</pre>', page, re.DOTALL)
    results = json.loads(html.unescape(told))
    scores = [value["value"] for state in results for value in state["outcomeVariables"] if value["identifier"] == "SCORE"]
    assert scores == [points for _, _, points in PLAYED]
    assert "<mfrac>" in page  # the last one's formula: a browser's own
