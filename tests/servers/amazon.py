"""S3 and KMS over HTTP: moto's server in this process. It checks no signature; `tests.servers.rados` does."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

REGION = "us-east-1"


@contextmanager
def amazon() -> Iterator[str]:
    """The address of a running server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


@pytest.fixture(scope="session")
def amazon_address() -> Iterator[str]:
    """The address of this process's server."""
    with amazon() as address:
        yield address


def write_credentials(path: Path, access: str = "", secret: str = "") -> Path:
    """A shared credentials file of mode 0600; of invented credentials when none are given."""
    access, secret = access or f"AKIA{secrets.token_hex(8).upper()}", secret or secrets.token_hex(20)
    path.touch(0o600)
    path.write_text(f"[default]\naws_access_key_id = {access}\naws_secret_access_key = {secret}\n")
    return path
