"""The holder's HTTP face. It never dials: everything is brought to it, and everything it says is signed.

    POST /deposit      a session manifest                 → the deposit
    POST /checkpoint   old size, proof, checkpoint        → a cosignature line (C2SP tlog-witness, `add-checkpoint`)
    POST /order        a freeze or lift                   → the status that acknowledges it
    POST /ask          an ask                             → the share line
    GET  /status/HID   /orders/HID   /journal

A refusal is JSON {code, facts} with status 403, a failed check 422, malformed input 400.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask import Flask, Response, request

from keys.ask import read_ask
from keys.encoding import canonical, unb64, unhex
from keys.errors import KeysError, MalformedError
from keys.holder.config import load_config, open_office
from keys.holder.office import Office

BODY_AT_MOST = 4 << 20
OLD_SIZE = re.compile(r"old (0|[1-9][0-9]{0,18})")
STATUS = {3: 403, 4: 422, 5: 400, 6: 503}


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
        return Response(body, STATUS.get(error.exit_code, 500), content_type="application/json")

    return app


def parse_add_checkpoint(data: bytes) -> tuple[int, list[bytes], bytes]:
    """(old size, consistency proof, checkpoint) of an add-checkpoint body: `old N`, proof lines, blank line, note."""
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    old = OLD_SIZE.fullmatch(lines[0])
    if not blank or old is None:
        raise MalformedError("checkpoint.body")
    return int(old[1]), [unb64(line, "proof") for line in lines[1:]], note


def format_add_checkpoint(old_size: int, proof: list[str], note: bytes) -> bytes:
    """The body `parse_add_checkpoint` reads; `proof` in base64."""
    return "\n".join([f"old {old_size}", *proof]).encode() + b"\n\n" + note


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
