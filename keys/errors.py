"""What can go wrong with keys and signed objects.

    KeysError                 carries a stable `code`, the facts of its sentence, and its family's exit code
    ├── RefusedError     (3)  a rule refuses: too early, frozen, wrong device, no quorum
    ├── TamperedError    (4)  a check failed: the bytes are not what was signed, committed or logged
    ├── MalformedError   (5)  the input is not of its form: a mistyped code, a file of another kind
    └── UnavailableError (6)  somebody needed did not answer

Functions that check return nothing and raise. Sentences and next steps for every code: `keys.messages`.
"""

from __future__ import annotations

from errno import EDQUOT, EFBIG, ENOSPC


class KeysError(Exception):
    """Root of this package's errors."""

    exit_code = 1

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


HTTP_STATUS = {3: 403, 4: 422, 5: 400, 6: 503}
"""Exit code of a family → the status its refusals travel with, as JSON {code, facts}."""


class RefusedError(KeysError):
    """A rule refuses."""

    exit_code = 3


class TamperedError(KeysError):
    """A check failed: the bytes are not what was signed, committed or logged."""

    exit_code = 4


class MalformedError(KeysError):
    """The input is not of its form."""

    exit_code = 5


class UnavailableError(KeysError):
    """Somebody needed did not answer."""

    exit_code = 6


def file_error(error: OSError) -> MalformedError:
    """What a person is told when a file they named is not there, is there already, or cannot be read or written."""
    name = str(error.filename or "")
    if isinstance(error, FileNotFoundError):
        return MalformedError("file.missing", name=name)
    if isinstance(error, FileExistsError):
        return MalformedError("file.exists", name=name)
    return MalformedError("file.unusable", name=name)


def input_error(error: Exception) -> Exception:
    """The refusal an error stands for that no rule foresaw: a file, an ended prompt, a value nobody can use."""
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG):
        return UnavailableError("disk.full")
    if isinstance(error, OSError):
        return file_error(error)
    if isinstance(error, ValueError | OverflowError):
        return MalformedError("input.unusable", kind=type(error).__name__)
    return error


def prompt_error() -> MalformedError:
    """What a person is told whose keyboard or pipe ended in the middle of a question."""
    return MalformedError("input.ended")
