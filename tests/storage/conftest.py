"""An empty store for each test: the schema and nothing else, with both of its engines."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage import engine, migrate
from storage.hot import Prepared
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests.postgres import Server
from tests.town import KEYS, TUESDAY

SQLITE = "sqlite"


class Store:
    """`now` is moved by hand."""

    def __init__(self, url: str) -> None:
        self.url, self.now, self.keys = url, TUESDAY, Keyring.parse(KEYS)
        self.writing: Engine = engine.writing(url)
        self.reading: Engine = engine.reading(url)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction, committed at the end of the block."""
        with self.writing.begin() as connection:
            yield Work(connection, "luohu", self.keys, self.now)

    @contextmanager
    def reader(self) -> Iterator[Work]:
        with self.reading.begin() as connection:
            yield Work(connection, "luohu", self.keys, self.now)

    def plan(self, prepared: Prepared) -> list[str]:
        """SQLite's words for how it reads, a line a table."""
        with self.reader() as work:
            said = prepared._for(work).text
            rows = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", (1,) * said.count("?")).all()
        return [row[3] for row in rows]

    def pass_time(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "store.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def empty_template(server: Server) -> str:
    migrate.upgrade(server.create("empty"))
    return "empty"


@pytest.fixture
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the schema and nothing else."""
    if request.param == SQLITE:
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('empty'), tmp_path / 'store.db')}"
        return
    template, server = request.getfixturevalue("empty_template"), request.getfixturevalue("server")
    yield server.create("store", template)
    server.drop("store")


@pytest.fixture
def store(bare: str) -> Iterator[Store]:
    made = Store(bare)
    yield made
    made.close()
