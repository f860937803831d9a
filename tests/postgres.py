"""A PostgreSQL of the tests' own: started on loopback with a folder of its own, ended with the run."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.aloud import ALOUD

MISSING = f"{ALOUD} no PostgreSQL. On Debian: apt-get install postgresql"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
QUIET = ("autovacuum=off", "max_connections=300", "shared_buffers=64MB", "log_min_messages=fatal")
LONGEST_START = 30.0  # seconds


def programs() -> Path | None:
    """The folder of initdb and postgres, the newest if there are several; None: not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place[1:]) if (folder / "initdb").exists()]
    return max(folders, key=lambda folder: folder.parent.name.partition("-")[2] or folder.parent.name, default=None)


class Server:
    """One server. safe: it survives a power cut, as in production; else it is quick."""

    def __init__(self, programs: Path, *, safe: bool = False) -> None:
        self._programs, self._settings = programs, QUIET if safe else QUICK + QUIET
        place = None if safe else os.environ.get("PYTEST_DEBUG_TEMPROOT")
        self._folder = Path(tempfile.mkdtemp(prefix="jiesu-postgres-", dir=place))
        self._run_as: dict[str, Any] = {}
        if os.geteuid() == 0:  # initdb refuses root, and root's temporary folders refuse everybody else
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._run_as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        options = ("--no-sync", "--auth=trust", "--username=jiesu", "--encoding=UTF8", "--locale=C")
        subprocess.run(
            [programs / "initdb", "-D", self._folder / "data", *options],
            check=True, capture_output=True, cwd="/", **self._run_as,
        )  # fmt: skip

    def start(self) -> None:
        said = [f"-c{setting}" for setting in (*self._settings, f"port={self.port}", "listen_addresses=127.0.0.1")]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self._folder / "data", "-c", "unix_socket_directories=", *said],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self._run_as,
        )  # fmt: skip
        until = time.monotonic() + LONGEST_START
        while True:
            try:
                psycopg.connect(self._to("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def end(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: at once and orderly; SIGQUIT: as if it had crashed."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)

    def close(self) -> None:
        self.end(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://jiesu@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """A copy of `template`, to which nobody may be connected; its address."""
        self.say(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        self.say(f'DROP DATABASE "{database}" WITH (FORCE)')

    def say(self, statement: str) -> None:
        """As the one who owns the server."""
        with psycopg.connect(self._to("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _to(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=jiesu dbname={database}"


@contextmanager
def running(programs: Path, *, safe: bool = False) -> Iterator[Server]:
    server = Server(programs, safe=safe)
    try:
        server.start()
        yield server
    finally:
        server.close()
