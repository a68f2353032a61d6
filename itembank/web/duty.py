"""Who may call a route: every view carries a duty mark, or the application does not start.

`anyone` reads what is public or brings what proves itself; `desk` and `device` are requests signed by such a device of the
directory, under a nonce this centre gave out, once, within ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, g, request

from itembank.ports import Book, Clock
from itembank.web.nonces import Nonces
from keys.directory import Directory
from keys.errors import RefusedError
from keys.request import DEVICE, NONCE, NONCE_SECONDS, check_request

View = Callable[..., Any]
DUTIES = ("anyone", "desk", "device")


def duty(name: str) -> Callable[[View], View]:
    """Mark a view with who may call it."""

    def mark(view: View) -> View:
        view.__dict__["duty"] = name
        return view

    return mark


def marks(app: Flask) -> dict[str, str]:
    """The mark of every view by its endpoint. Raises ValueError for a view without one."""
    found = {endpoint: view.__dict__.get("duty", "") for endpoint, view in app.view_functions.items() if endpoint != "static"}
    for endpoint, mark in found.items():
        if mark not in DUTIES:
            raise ValueError(f"route {endpoint} carries no duty")
    return found


def guard(app: Flask, book: Book, directory: Directory, clock: Clock, nonces: Nonces) -> None:
    """Put the check of its mark in front of every view. Raises ValueError for a view without one."""
    keys = {device.name: device.sign for device in directory.devices}
    kinds = {device.name: device.kind for device in directory.devices}
    for endpoint, mark in marks(app).items():
        if mark != "anyone":
            view = app.view_functions[endpoint]
            app.view_functions[endpoint] = _guarded(view, mark, book, keys, kinds, clock, nonces)


def _guarded(
    view: View, mark: str, book: Book, keys: dict[str, bytes], kinds: dict[str, str], clock: Clock, nonces: Nonces
) -> View:
    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        # Before a byte of the body is taken: who does not even claim to be such a device sends none.
        nonce, now = request.headers.get(NONCE, ""), clock()
        if kinds.get(request.headers.get(DEVICE, "")) is None:
            raise RefusedError("request.unsigned")
        if not nonces.gave(nonce, now):
            raise RefusedError("request.nonce")
        device = check_request(dict(request.headers), request.method, request.path, request.get_data(), keys)
        if mark != "device" and kinds[device] != mark:
            raise RefusedError("request.duty", device=device, duty=mark)
        with book.begin() as transaction:
            if not transaction.spend_nonce(nonce, now, now - timedelta(seconds=NONCE_SECONDS)):
                raise RefusedError("request.nonce")
        g.device = device
        return view(*args, **kwargs)

    return checked
