"""The holder's HTTP face. It never dials: everything is brought to it, and everything it says is signed.

    POST /deposit      a session manifest                 → the deposit
    POST /checkpoint   old size, proof, checkpoint        → a cosignature line (C2SP tlog-witness, `add-checkpoint`)
    POST /order        a freeze or lift                   → the status that acknowledges it
    POST /ask          an ask                             → the share line
    GET  /status/HID   /orders/HID   /journal

A refusal is JSON {code, facts} under the status of its family (`keys.errors`).
"""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, request

from keys.ask import read_ask
from keys.checkpoint import parse_add_checkpoint
from keys.encoding import canonical, unhex
from keys.errors import HTTP_STATUS, KeysError
from keys.holder.config import load_config, open_office
from keys.holder.office import Office

BODY_AT_MOST = 4 << 20


def create_app(office: Office, home: Path) -> Flask:
    """The WSGI application of one holder."""
    app = Flask("keyholder")
    app.config["MAX_CONTENT_LENGTH"] = BODY_AT_MOST

    @app.post("/deposit")
    def deposit() -> Response:
        return _statement(office.deposit(request.get_data()))

    @app.post("/checkpoint")
    def checkpoint() -> Response:
        old_size, proof, note = parse_add_checkpoint(request.get_data())
        return _text(office.cosign(old_size, proof, note))

    @app.post("/order")
    def order() -> Response:
        return _statement(office.order(request.get_data()))

    @app.post("/ask")
    def ask() -> Response:
        return _text(office.ask(read_ask(request.get_data())).format() + "\n")

    @app.get("/status/<hid>")
    def status(hid: str) -> Response:
        return _statement(office.status(unhex(hid, "hid")))

    @app.get("/orders/<hid>")
    def orders(hid: str) -> Response:
        return _statement(canonical([order.decode() for order in office.orders(unhex(hid, "hid"))]))

    @app.get("/journal")
    def journal() -> Response:
        return _text((home / "journal").read_text())

    @app.errorhandler(KeysError)
    def refused(error: KeysError) -> Response:
        body = json.dumps({"code": error.code, "facts": error.facts}, ensure_ascii=False, default=str)
        return Response(body, HTTP_STATUS.get(error.exit_code, 500), content_type="application/json")

    return app


def serve(home: str) -> Flask:
    """For gunicorn: the application of the holder that lives in `home`."""
    path = Path(home)
    if load_config(path).clock != "system":
        print(f"时钟不是系统时钟,仅供试验 | the clock is not the system's, for tests only: {path.name}", flush=True)
    return create_app(open_office(path), path)


def _statement(data: bytes) -> Response:
    return Response(data, content_type="application/json")


def _text(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
