"""The proof page: both papers, from memory, on a loopback address with a token, as long as the pair reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, render_template

from itembank.web.duty import duty, marks
from itembank.web.loopback import check_token, keep_nothing, serve_while


def create_app(pages: Mapping[str, bytes], token: str) -> Flask:
    """The application: an index and one PDF for each form, for whoever has the token. ValueError for an unmarked route."""
    app = Flask("itembank.web")

    @app.get("/<given>/")
    @duty("anyone")
    def index(given: str) -> str:
        check_token(given, token)
        return render_template("proof.html", forms=list(pages))

    @app.get("/<given>/<form>.pdf")
    @duty("anyone")
    def page(given: str, form: str) -> Response:
        check_token(given, token)
        if form not in pages:
            abort(404)
        return Response(pages[form], content_type="application/pdf")

    app.after_request(keep_nothing)
    marks(app)
    return app


def show_once(pages: Mapping[str, bytes], token: str, announce: Callable[[str], None]) -> None:
    """Serve until `announce`, which is told the address, returns."""
    serve_while(create_app(pages, token), token, announce)
