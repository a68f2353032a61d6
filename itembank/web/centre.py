"""The centre's application: packages, envelopes, manifests, ledger, receipts and orders over HTTP, and one live page.

It takes what proves itself and gives what is sealed; no route sees a secret. A refusal is JSON {code, facts} under the
status of its family (`keys.errors`); 404 is not there yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, g, render_template, request

from itembank import messages
from itembank.domain.errors import RuleError
from itembank.domain.policy import Policy
from itembank.formats.desk_statements import read_attempt, read_override, read_proof
from itembank.formats.errors import FormatError
from itembank.formats.ledger_bundle import write_bundle
from itembank.ports import Book, Clock, Ledger, PackageStore, PortError, Random, StoredSession
from itembank.steps import distributing, exposure, ordering, pledged
from itembank.web.board import Board
from itembank.web.duty import duty, guard
from itembank.web.nonces import Nonces
from itembank.web.progress import bank_progress, session_progress
from keys.directory import Directory
from keys.encoding import Json, canonical, unhex
from keys.errors import HTTP_STATUS, KeysError, MalformedError, RefusedError
from keys.ledger_proof import LedgerProof

BODY_AT_MOST = 64 << 20
"""Bytes of one request; a sealed paper is a few hundred thousand."""
LAST_BUNDLE = 1 << 40
RANGE = re.compile(r"bytes=([0-9]{1,15})-")


@dataclass(frozen=True, slots=True)
class CentreServices:
    """What `bootstrap` hands to the application."""

    book: Book
    store: PackageStore
    ledger: Ledger
    directory: Directory
    policy: Policy
    clock: Clock
    random: Random


def create_app(services: CentreServices) -> Flask:
    """The WSGI application. Raises ValueError when a route carries no duty mark."""
    app = Flask("itembank.web")
    app.config["MAX_CONTENT_LENGTH"] = BODY_AT_MOST
    nonces = Nonces(services.random)
    _add_desk(app, services)
    _add_station(app, services)
    _add_sessions(app, services)
    _add_ledger(app, services, nonces)
    _add_page(app, services)
    _add_errors(app)
    guard(app, services.book, services.directory, services.clock, nonces)
    return app


def _add_desk(app: Flask, services: CentreServices) -> None:
    book, clock, ledger = services.book, services.clock, services.ledger

    def accepted(kind: str, read: Callable[[bytes, Directory], Json]) -> Response:
        data = request.get_data()
        body = read(data, services.directory)
        line = distributing.accept_statement(
            book, services.directory, services.policy, clock, ledger, kind, body, g.device, data
        )
        return _proof(line)

    @app.post("/api/attempts")
    @duty("desk")
    def attempts() -> Response:
        return accepted("attempt", lambda data, directory: read_attempt(data, directory).body())

    @app.post("/api/proofs")
    @duty("desk")
    def proofs() -> Response:
        return accepted("proof", read_proof)

    @app.post("/api/overrides")
    @duty("desk")
    def overrides() -> Response:
        return accepted("override", read_override)

    @app.post("/api/pledges")
    @duty("desk")
    def pledges() -> Response:
        pledged.accept_pledge(book, services.directory, services.policy, clock, request.get_data())
        return _json({})

    @app.put("/api/packages/<pid>")
    @duty("desk")
    def put_package(pid: str) -> Response:
        services.store.put(f"{unhex(pid, 'pid').hex()}.sealed", [request.get_data()])
        return _json({})

    @app.post("/api/sessions")
    @duty("desk")
    def publish() -> Response:
        data = request.get_data()
        accepted = distributing.accept_publication(book, services.store, services.directory, clock, ledger, data)
        return _proof(accepted)

    @app.post("/api/sessions/<hid>/deposits")
    @duty("desk")
    def deposits(hid: str) -> Response:
        count = distributing.accept_deposit(book, services.directory, clock, hid, request.get_data())
        return _json({"deposits": count})

    @app.post("/api/uses")
    @duty("desk")
    def uses() -> Response:
        report = exposure.accept_uses(book, services.directory, clock, request.get_data())
        return _json({"items": len(report.items)})


def _add_station(app: Flask, services: CentreServices) -> None:
    @app.get("/api/packages")
    @duty("device")
    def packages() -> Response:
        with services.book.read() as transaction:
            newest = transaction.newest_sessions()
            rows = [row for s in newest for row in transaction.rows(s.hid) if row.place == g.device]
        # Nothing goes out before k holders have cosigned that it may be released.
        rows = [row for row in rows if services.ledger.intent(row.hid) is not None]
        return _json([[row.hid, row.pid] for row in rows])

    @app.get("/api/packages/<pid>/row")
    @duty("device")
    def row(pid: str) -> Response:
        return _bytes(_own_row(services, pid))

    @app.get("/api/packages/<pid>/container")
    @duty("device")
    def container(pid: str) -> Response:
        _own_row(services, pid)
        return _ranged(services.store, f"{pid}.sealed")

    @app.post("/api/receipts")
    @duty("device")
    def receipts() -> Response:
        return _bytes(
            distributing.accept_receipt(
                services.book, services.directory, services.clock, services.ledger, g.device, request.get_data()
            )
        )


def _add_sessions(app: Flask, services: CentreServices) -> None:
    book = services.book

    @app.get("/api/manifests/<session>")
    @duty("anyone")
    def newest_manifest(session: str) -> Response:
        with book.read() as transaction:
            return _manifest(transaction.newest_session(session), session)

    @app.get("/api/sessions/<hid>/manifest")
    @duty("anyone")
    def manifest(hid: str) -> Response:
        with book.read() as transaction:
            return _manifest(transaction.session(hid), hid)

    @app.get("/api/sessions/<hid>/intent")
    @duty("anyone")
    def intent(hid: str) -> Response:
        proof = services.ledger.intent(hid)
        return _not_there() if proof is None else _proof(proof)

    @app.get("/api/sessions/<hid>/releases/<lock>")
    @duty("anyone")
    def release(hid: str, lock: str) -> Response:
        with book.read() as transaction:
            held = transaction.statements("release", f"{hid}/{lock}")
        return _bytes(held[0][1]) if held else _not_there()

    @app.post("/api/orders")
    @duty("anyone")
    def orders() -> Response:
        ordering.admit_order(book, services.directory, services.clock, request.get_data())
        return _json({})


def _add_ledger(app: Flask, services: CentreServices, nonces: Nonces) -> None:
    @app.get("/api/nonce")
    @duty("anyone")
    def nonce() -> Response:
        return _bytes(nonces.give(services.clock()).encode())

    @app.get("/api/ledger/fresh/<int:size>")
    @duty("anyone")
    def fresh(size: int) -> Response:
        checkpoint = services.ledger.fresh(size)
        return _json({} if checkpoint is None else checkpoint.document())

    @app.get("/api/ledger/checkpoint")
    @duty("anyone")
    def checkpoint() -> Response:
        return _bytes(services.ledger.newest())

    @app.get("/api/ledger/entries/<int:number>")
    @duty("anyone")
    def entries(number: int) -> Response:
        if number > LAST_BUNDLE:
            return _not_there()
        return _bytes(write_bundle(services.ledger.bundle(number)))


def _add_page(app: Flask, services: CentreServices) -> None:
    board = Board(services.directory)

    @app.get("/")
    @duty("anyone")
    def page() -> str:
        return render_template("centre.html", centre=services.directory, **_progress(services, board))

    @app.get("/steps")
    @duty("anyone")
    def steps() -> str:
        return render_template("steps.html", centre=services.directory, **_progress(services, board))

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response


def _progress(services: CentreServices, board: Board) -> dict[str, object]:
    directory, now = services.directory, services.clock()
    with services.book.read() as transaction:
        shown = board.look(transaction, now)
    return {
        "bank": bank_progress(shown.bank, directory),
        "sessions": session_progress(shown.sessions, directory, now),
        "others": shown.others,
        "size": shown.size,
        "one_machine": len({urlsplit(holder.url).hostname for holder in directory.holders}) == 1,
    }


def _add_errors(app: Flask) -> None:
    def refused(error: Exception) -> Response:
        told = messages.explain(error)
        body = json.dumps({"code": told.code, "facts": told.facts}, ensure_ascii=False, default=str)
        return Response(body, HTTP_STATUS.get(told.exit_code, 500), content_type="application/json")

    for family in (KeysError, RuleError, FormatError, PortError):
        app.register_error_handler(family, refused)


def _own_row(services: CentreServices, pid: str) -> bytes:
    """The row of a package of the asking device's own place. Raises RefusedError for another's."""
    with services.book.read() as transaction:
        row = transaction.row(pid)
    if row is None or row.place != g.device:
        raise RefusedError("centre.not_yours", device=g.device)
    return row.row


def _ranged(store: PackageStore, name: str) -> Response:
    """The container, whole or from `Range: bytes=START-` on; a start behind the end is malformed."""
    size, start = store.size(name), 0
    wanted = request.headers.get("Range", "")
    if wanted:
        asked = RANGE.fullmatch(wanted)
        if asked is None or int(asked[1]) > size:
            raise MalformedError("request.range", found=wanted)
        start = int(asked[1])

    def pieces() -> Iterator[bytes]:
        yield from store.read(name, start, size - start)

    headers = {"Content-Length": str(size - start), "Accept-Ranges": "bytes"}
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
    return Response(pieces(), 206 if wanted else 200, headers, content_type="application/octet-stream")


def _manifest(stored: StoredSession | None, asked: str) -> Response:
    if stored is None:
        raise RefusedError("session.unknown", session=asked)
    return _bytes(stored.manifest)


def _proof(proof: LedgerProof) -> Response:
    return _bytes(proof.encode())


def _json(value: object) -> Response:
    return Response(canonical(value), content_type="application/json")


def _bytes(data: bytes) -> Response:
    return Response(data, content_type="application/octet-stream")


def _not_there() -> Response:
    return Response(json.dumps({"code": "centre.not_there", "facts": {}}), 404, content_type="application/json")
