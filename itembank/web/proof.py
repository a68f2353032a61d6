"""The proof page: both papers, from memory, on a loopback address with a token, as long as the pair reads.

No file is written and nothing may be cached; when the pair has confirmed, the page is gone with its process.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, render_template
from werkzeug.serving import make_server

from itembank.web.duty import duty, marks


def create_app(pages: Mapping[str, bytes], token: str) -> Flask:
    """The application: an index and one PDF for each form, for whoever has the token. ValueError for an unmarked route."""
    app = Flask("itembank.web")

    def check(given: str) -> None:
        if not hmac.compare_digest(given.encode(), token.encode()):
            abort(404)

    @app.get("/<given>/")
    @duty("anyone")
    def index(given: str) -> str:
        check(given)
        return render_template("proof.html", forms=list(pages))

    @app.get("/<given>/<form>.pdf")
    @duty("anyone")
    def page(given: str, form: str) -> Response:
        check(given)
        if form not in pages:
            abort(404)
        return Response(pages[form], content_type="application/pdf")

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    marks(app)
    return app


def show_once(pages: Mapping[str, bytes], token: str, announce: Callable[[str], None]) -> None:
    """Serve until `announce`, which is told the address, returns."""
    # The server would log every address, and the address holds the token.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(pages, token), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        announce(f"http://127.0.0.1:{server.server_port}/{token}/")
    finally:
        server.shutdown()
        thread.join()
