"""How gunicorn serves a centre or a holder, and how it ends: these are gunicorn's settings, under gunicorn's names."""

from __future__ import annotations

from types import FrameType

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Ends in one way, whoever asks and however often.

    At Ctrl-C the terminal tells the worker and so does the master. gunicorn's own answer to that takes a lock inside the
    signal's handler: told again in that moment, it waits for itself for ever, with the port and the keys.
    """

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        self.handle_exit(sig, frame)


worker_class = Worker
loglevel = "warning"
control_socket_disable = True
# Seconds that what has begun may still take. What is cut off is asked again: everything here bears a power cut.
graceful_timeout = 3
