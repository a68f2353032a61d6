"""What a child process takes from itself before it looks at a stranger's file.

    confine         no life after its parent, no look into its memory, no core dump, no byte to a file; bounded time and memory
    leave_network   no socket, and no file made, changed or removed, whatever the parser is tricked into: a seccomp filter, or
                    where the kernel has none a user namespace whose network is empty (which leaves files to `confine`)

Both are inherited by what the child starts (pandoc), and neither can be taken back.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

from itembank.formats.errors import UnconfinedError

PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000

# Of a BPF program (linux/bpf_common.h, linux/seccomp.h): load a word, jump if equal, if at least, if any bit, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF_0000, 0x0005_0000 | 1, 0x8000_0000
_NUMBER, _ARCHITECTURE = 0, 4
_ARGUMENTS = 16
_X32 = 0x4000_0000


@dataclass(frozen=True, slots=True)
class Calls:
    """System calls of one architecture. `refused`: always. `opens`: (call, which argument holds the flags)."""

    architecture: int
    refused: tuple[int, ...]
    opens: tuple[tuple[int, int], ...]


_CALLS = {
    "x86_64": Calls(
        0xC000_003E,
        (
            41, 42, 43, 44, 46, 49, 50, 53, 288, 307,
            # socket connect accept sendto sendmsg bind listen socketpair accept4 sendmmsg
            425, 62, 101, 310, 311, 438,  # io_uring_setup kill ptrace process_vm_readv, _writev pidfd_getfd
            76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 235,
            # truncate rename mkdir rmdir creat link … utimes
            258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 437, 452,  # the same beginning from a folder; openat2
            165, 166, 161, 188, 189,  # mount umount2 chroot setxattr lsetxattr
        ),
        ((2, 1), (257, 2)),
    ),
    "aarch64": Calls(
        0xC000_00B7,
        (
            198, 199, 200, 201, 202, 203, 206, 211, 242, 269, 425, 129, 117, 270, 271, 438,
            45, 33, 34, 35, 36, 37, 38, 52, 53, 54, 55, 88, 276, 437, 452, 40, 39, 51, 5, 6,
        ),
        ((56, 2),),
    ),
}  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def confine(seconds: int, memory: int, wall: int = 0) -> None:
    """`seconds`: CPU time until the kernel ends this process, and wall time unless `wall` is another. `memory`: bytes of
    address space.
    """
    if sys.platform == "linux":
        for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_DUMPABLE, 0)):
            _controlled(option, int(value))
    signal.alarm(wall or seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # SIGXCPU at the first, SIGKILL at the second
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def leave_network() -> None:
    """Raises UnconfinedError where this system has neither of the two means: then no foreign file may be read here."""
    try:
        _filter_calls(_CALLS[os.uname().machine])
    except (OSError, KeyError, AttributeError):
        if sys.platform != "linux" or _libc().unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise UnconfinedError("import.unconfined") from None


def _filter_calls(calls: Calls) -> None:
    steps = _steps(calls)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    _controlled(PR_SET_NO_NEW_PRIVS, 1)
    _controlled(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _steps(calls: Calls) -> list[_Step]:
    """The filter. A process of another architecture, or of the x32 numbering, would call by other numbers: it ends."""
    kill, refuse, allow = (_Step(_RETURN, 0, 0, what) for what in (_KILL, _REFUSE, _ALLOW))
    steps = [_Step(_LOAD, 0, 0, _ARCHITECTURE), _Step(_EQUAL, 1, 0, calls.architecture), kill]
    steps += [_Step(_LOAD, 0, 0, _NUMBER), _Step(_AT_LEAST, 0, 1, _X32), kill]
    for number in calls.refused:
        steps += [_Step(_EQUAL, 0, 1, number), refuse]
    for number, place in calls.opens:
        steps += [_Step(_EQUAL, 0, 4, number), _Step(_LOAD, 0, 0, _ARGUMENTS + 8 * place), _Step(_ANY_BIT, 0, 1, _WRITES)]
        steps += [refuse, allow]
    return [*steps, allow]


def _controlled(option: int, value: int, address: int = 0) -> None:
    """prctl(2). Raises OSError."""
    last = (ctypes.c_ulong(address), ctypes.c_ulong(0), ctypes.c_ulong(0))
    if _libc().prctl(ctypes.c_int(option), ctypes.c_ulong(value), *last) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
