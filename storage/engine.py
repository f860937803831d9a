"""Connections: the writing engine of the desk, and a reading engine beside it.

The driver's own transaction control is switched off, because with it SQLAlchemy's savepoints commit by
themselves: BEGIN IMMEDIATE is said here. Every setting has a test that fails when it is lost.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError

PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def writing(url: str) -> Engine:
    """The engine the desk writes with. Makes the folder of a SQLite file (0700) if it is missing."""
    return _sqlite(url, "BEGIN IMMEDIATE", PRAGMAS) if is_sqlite(url) else create_engine(url)


def reading(url: str) -> Engine:
    """An engine that cannot write, for reports and pages beside the desk."""
    if is_sqlite(url):
        return _sqlite(url, "BEGIN", (*PRAGMAS, "query_only=ON"))
    return create_engine(url, execution_options={"postgresql_readonly": True})


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


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
