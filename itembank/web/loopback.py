"""A page on this machine only, for whoever has its token, as long as a command waits: what proof and reading page share.

No file is written and nothing may be cached; when the command goes on, the page is gone.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable

from flask import Flask, Response, abort
from werkzeug.serving import make_server


def check_token(given: str, token: str) -> None:
    """404 for a wrong one: without it there is nothing here."""
    if not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)


def keep_nothing(response: Response) -> Response:
    """The answer, neither cached nor named to another site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def serve_while(app: Flask, token: str, announce: Callable[[str], None]) -> None:
    """Serve until `announce`, which is told the address, returns."""
    # The server would log every address, and the address holds the token.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        announce(f"http://127.0.0.1:{server.server_port}/{token}/")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
