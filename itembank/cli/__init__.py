"""`itembank`: one program for the seats of a session; verbs are the steps. One file a seat.

A seat's file is loaded only when one of its commands is named, so that `key new` need not load a solver and a typesetter.
"""

from __future__ import annotations

from importlib import import_module

import click

from keys.program import Program

SEATS = {
    "identity": ("key", "directory"),
    "bank": ("blueprint", "bank", "vault", "pool", "database", "serve"),
    "items": ("items",),
    "confidentiality": ("pledge", "recusal"),
    "assembling": ("plan", "assemble", "paper"),
    "desk": ("session", "seed", "proof", "seal", "approve", "publish", "uses"),
    "order": ("freeze", "lift"),
    "station": ("station",),
    "scoring": ("scoring",),
    "record": ("audit", "demo"),
}


class Seats(Program):
    """The commands of all seats by name, each found in its seat's file."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in SEATS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for seat, names in SEATS.items():
            if cmd_name in names:
                commands: dict[str, click.Command] = import_module(f"itembank.cli.{seat}").COMMANDS
                return commands[cmd_name]
        return None


@click.group(cls=Seats)
@click.version_option(package_name="itembank")
def main() -> None:
    """命题到审计，一场考试的试卷流转。| The paper of one exam session, from item to audit."""
