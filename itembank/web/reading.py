"""The reading page: items with their formulas, figures and tables, for the one person they are shown to.

From memory, on a loopback address with a token, as long as that person reads. Who may read what is decided before
(`itembank.steps.viewing`); this page only shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Flask, Response, render_template

from itembank.domain.review import STATE_NAMES
from itembank.domain.session import beijing
from itembank.steps.viewing import Shown
from itembank.web.duty import duty, marks
from itembank.web.item_view import item_html
from itembank.web.loopback import check_token, keep_nothing, serve_while


def create_app(shown: Sequence[Shown], reader: str, at: datetime, token: str) -> Flask:
    """The application: one page, for whoever has the token. `reader`: as people call who reads; `at`: when it was asked for."""
    app = Flask("itembank.web")
    sheets = [_sheet(one, at) for one in shown]

    @app.get("/<given>/")
    @duty("anyone")
    def index(given: str) -> str:
        check_token(given, token)
        return render_template("reading.html", sheets=sheets, reader=reader, at=beijing(at))

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return keep_nothing(response)

    marks(app)
    return app


def show_once(shown: Sequence[Shown], reader: str, at: datetime, token: str, announce: Callable[[str], None]) -> None:
    """Serve until `announce`, which is told the address, returns."""
    serve_while(create_app(shown, reader, at, token), token, announce)


def _sheet(shown: Shown, at: datetime) -> dict[str, object]:
    """Nobody's name stands here: who reviews must not know who wrote."""
    standing = shown.card.standing
    return {
        "number": shown.card.item_no,
        "version": shown.card.version,
        "state": STATE_NAMES[standing.state],
        "state_en": standing.state.value.replace("_", " "),
        "due": beijing(standing.due) if standing.due else "",
        "overdue": standing.due is not None and standing.due < at,
        "item": item_html(shown.item, shown.figures),
    }
