"""Connections: the writing engine of the desk, and a reading engine beside it.

On SQLite the driver's own transaction control is switched off, because with it SQLAlchemy's savepoints commit by
themselves: BEGIN IMMEDIATE is said here. On PostgreSQL the server ends what stands still: a worker that was stopped
while it held a lock, one whose machine is gone. Every setting has a test that fails when it is lost.
"""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError

LANES = 8  # connections of one process that write, on PostgreSQL
POSTGRES = {
    "connect_timeout": 5,  # seconds
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds until what was sent must have arrived
}
SERVER = {  # milliseconds
    "statement_timeout": 15_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 10_000,  # a worker that was stopped holds its locks so long
    "tcp_user_timeout": 15_000,
}
READING = SERVER | {"statement_timeout": 60_000}  # reports
PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def writing(url: str) -> Engine:
    """The engine the desk writes with. Makes the folder of a SQLite file (0700) if it is missing."""
    if is_sqlite(url):
        return _sqlite(url, "BEGIN IMMEDIATE", PRAGMAS)
    return _postgres(url, SERVER, isolation_level="READ COMMITTED")


def reading(url: str) -> Engine:
    """An engine that cannot write, for reports and pages beside the desk."""
    if is_sqlite(url):
        return _sqlite(url, "BEGIN", (*PRAGMAS, "query_only=ON"))
    return _postgres(url, READING, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True})


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def is_passing(error: BaseException) -> bool:
    """Whether the database undid it for the sake of others (a deadlock), or was away: the same may well succeed again.

    `error` is SQLAlchemy's, the driver's, or was raised from one of theirs.
    """
    driver = sys.modules.get("psycopg")
    if driver is None:
        return False
    for found in (error, getattr(error, "orig", None), error.__cause__, getattr(error.__cause__, "orig", None)):
        if isinstance(found, driver.Error) and _passes(found.sqlstate, found, driver):
            return True
    return False


def _passes(state: str | None, error: Exception, driver: Any) -> bool:
    """state: None, the driver itself found that there is no line any more."""
    if state is None:
        return isinstance(error, driver.OperationalError)
    return state[:2] in _PASSING or state in _PASSING


_PASSING = {  # PostgreSQL's codes of errors, classes first (its manual, appendix A)
    *("08", "40", "53"),  # the line broke; undone for the sake of others; too many lines, no memory, no room
    *("55P03", "57P01", "57P02", "57P03", "57P05"),  # waited too long for a lock; the server stops, crashed, starts
    *("25P03", "25P04"),  # stood still in a transaction, or was too long in one
}


def make_folder(url: str) -> None:
    """The folder of a SQLite file, for its owner only."""
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sqlite(url: str, begin: str, pragmas: tuple[str, ...]) -> Engine:
    make_folder(url)
    threads = {"check_same_thread": False}
    engine = create_engine(url, connect_args=threads, json_serializer=_json, json_deserializer=orjson.loads)
    event.listen(engine, "connect", _prepare(pragmas))
    event.listen(engine, "begin", _beginning(begin))
    return engine


def _postgres(url: str, server: dict[str, int], **more: Any) -> Engine:
    says = " ".join(f"-c {name}={value}" for name, value in server.items())
    return create_engine(
        url,
        connect_args=POSTGRES | {"options": says, "application_name": "jiesu"},
        json_serializer=_json,
        json_deserializer=orjson.loads,
        pool_size=LANES,
        max_overflow=LANES,
        pool_pre_ping=True,
        **more,
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _prepare(pragmas: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _beginning(begin: str) -> Callable[[Connection], None]:
    def say(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(begin)  # directly, because a transaction of one turn costs little more than its BEGIN
        except sqlite3.OperationalError as error:
            raise OperationalError(begin, (), error) from error

    return say
