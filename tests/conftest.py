"""A migrated, loaded database is made once and copied for each test that asks for one, on both kinds of database.

A whole run is shared among the processors; files and tests that are named are run in the process that was asked.
"""

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import rulebook
from bot.directory import LUOHU
from storage import engine, migrate
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests import postgres
from tests.aloud import ALOUD
from tests.town import KEYS, Town, sqlite_url

SQLITE, POSTGRES = "sqlite", "postgres"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - its folders are each user's own. Thousands of commits wait for no disk there
ROOM = 4 << 30  # bytes
LOADED = "loaded"
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """For whoever tries one thing again and again."""
    parser.addoption("--databases", default=SQLITE, help="the kinds to run on, default: %(default)s")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds = metafunc.config.getoption("--databases").split(",")
    for name in {"database", "bare"} & set(metafunc.fixturenames):
        metafunc.parametrize(name, kinds, indirect=True)


def pytest_configure(config: pytest.Config) -> None:
    if not config.option.basetemp and _has_room(SHARED_MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SHARED_MEMORY))
    config.addinivalue_line("markers", "sqlite: what only SQLite has: one writer, many turns in a transaction, a file")
    config.addinivalue_line("markers", "postgres: what only PostgreSQL has: many writers, a server that may be away")


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Of `-n auto`. 0: no other process."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return os.cpu_count() or 1 if whole else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked for one kind of database is not run on the other."""
    out = [item for item in items if _is_out(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if not _is_out(item)]


def _is_out(item: pytest.Item) -> bool:
    kinds = {kind for kind in (SQLITE, POSTGRES) if item.get_closest_marker(kind)}
    params = getattr(getattr(item, "callspec", None), "params", {})
    run_on = {params[name] for name in ("database", "bare") if name in params}
    return bool(kinds) and not run_on <= kinds


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")}
    for reason in sorted(reason for reason in reasons if reason.startswith(ALOUD)):
        terminalreporter.write_line(reason, red=True, bold=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _load(sqlite_url(folder))
    return folder / "test.db"


def _load(url: str) -> None:
    migrate.upgrade(url)
    writing = engine.writing(url)
    with writing.begin() as connection:
        work = Work(connection, "luohu", Keyring.parse(KEYS), datetime(2026, 11, 1, tzinfo=UTC))
        rulebook.load(work, LUOHU, "tests")
    writing.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """PostgreSQL, with a loaded database as template."""
    programs = postgres.programs()
    if programs is None:
        if os.environ.get("CI") == "true":
            pytest.fail(postgres.MISSING)
        pytest.skip(postgres.MISSING)
    with postgres.running(programs) as started:
        _load(started.create(LOADED))
        yield started


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the schema and Luohu's directory."""
    if request.param == SQLITE:
        shutil.copy(request.getfixturevalue("template"), tmp_path / "test.db")
        yield sqlite_url(tmp_path)
        return
    started, name = request.getfixturevalue("server"), f"test{next(_numbers)}"
    yield started.create(name, LOADED)
    started.drop(name)


@pytest.fixture
async def town(database: str) -> AsyncIterator[Town]:
    opened = await Town(database).open()
    yield opened
    await opened.close()
