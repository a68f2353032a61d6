"""One web face for every holding office and one for every centre of a directory: building one for each test takes longest.

Whoever asks says first, in his own thread, which of them he means.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from flask import Flask

from itembank.web.centre import CentreServices, create_app
from itembank.web.nonces import Nonces
from keys.directory import Directory
from keys.holder.office import Office
from keys.holder.web import create_app as holder_app


def face_of_office(office: Office) -> Flask:
    """The face of all offices, which now speaks for this one."""
    _office.asked = office
    return _holder_face()


def face_of_centre(services: CentreServices, nonce_key: bytes) -> Flask:
    """The face of all centres of this directory, which now speaks for this one."""
    _centre.services, _centre.nonce_key = services, nonce_key
    return _centre_face(services.directory)


class _AskedOffice(threading.local):
    """The office this thread is about to ask."""

    asked: Office

    def __getattr__(self, name: str) -> object:
        return getattr(self.asked, name)


class _AskedCentre(threading.local):
    """What the centre works with that this thread is about to ask."""

    services: CentreServices
    nonce_key: bytes


class _Part:
    """One thing of the asked centre, by its name in `CentreServices`."""

    def __init__(self, name: str) -> None:
        self.part = name

    def __getattr__(self, name: str) -> object:
        return getattr(getattr(_centre.services, self.part), name)

    def __call__(self, *given: object) -> object:
        return getattr(_centre.services, self.part)(*given)


class _AskedNonces(Nonces):
    """Of the asked centre: another one, and this one started anew, knows none of them."""

    @property
    def _key(self) -> bytes:
        return _centre.nonce_key

    @_key.setter
    def _key(self, key: bytes) -> None:
        """It has the centre's."""


_office, _centre = _AskedOffice(), _AskedCentre()


@functools.cache
def _holder_face() -> Flask:
    return holder_app(cast(Office, _office), Path())


@functools.cache
def _centre_face(directory: Directory) -> Flask:
    parts = {name: cast(Any, _Part(name)) for name in ("book", "store", "ledger", "policy", "clock", "random")}
    with patch("itembank.web.centre.Nonces", _AskedNonces):
        return create_app(CentreServices(**parts, directory=directory))
