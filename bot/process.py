"""What names a process among all that ever worked on a database, and whether one of this machine has died."""

import os
import socket
from pathlib import Path


def name() -> str:
    """The machine, the number of the process, and when it began (a number is given out again, also after a crash)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def has_died(other: str) -> bool:
    """False also for one of another machine: nobody here can know."""
    machine, _, rest = other.rpartition(":")[0].rpartition(":")
    if machine != socket.gethostname() or not rest.isdecimal():
        return False
    return not _is_there(int(rest)) or _began(int(rest)) != other.rpartition(":")[2]


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _began(pid: int) -> str:
    """In ticks since the machine began, where the system says so (proc(5), stat, field 22)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
