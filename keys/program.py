"""What both programs share: usage errors in two languages, with --json as one object, and becoming a server."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click

from keys.errors import UnavailableError

USAGE, INTERRUPTED = 2, 130


class Program(click.Group):
    """A program whose usage errors end with exit code 2 and say so in Chinese and English."""

    def main(self, args: Any = None, **options: Any) -> Any:  # type: ignore[override]
        given = list(sys.argv[1:] if args is None else args)
        try:
            return super().main(given, **{**options, "standalone_mode": False})
        except click.ClickException as error:
            text = error.format_message()
            if "--json" in given:
                told = {"error": "usage", "text": f"命令或选项有误：{text}", "text_en": text, "facts": {}}
                click.echo(json.dumps(told, ensure_ascii=False))
            click.echo(f"[用法] 命令或选项有误 | {text}", err=True)
            click.echo("  → 加 --help 查看用法 | see --help", err=True)
            sys.exit(USAGE)
        except click.Abort:
            click.echo("[中断] 已中止 | interrupted", err=True)
            sys.exit(INTERRUPTED)


def become_server(url: str, threads: int, application: str) -> NoReturn:
    """This process is gunicorn from here on, at this address, with the settings of `keys.serving`.

    application: `module:call()`, what gunicorn loads. Raises UnavailableError when somebody listens there already.
    """
    options = ["--config", "python:keys.serving", "--bind", _bind_address(url), "--workers", "1", "--threads", str(threads)]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *options, application])


def _bind_address(url: str) -> str:
    parts = urlsplit(url)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((parts.hostname or "", parts.port or 0))
        except OSError as error:
            raise UnavailableError("serve.address", address=parts.netloc) from error
    return f"{parts.hostname}:{parts.port}"
