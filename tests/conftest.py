"""A migrated, loaded database is made once and copied for each test that asks for one.

A whole run is shared among the processors; files and tests that are named are run in the process that was asked.
"""

import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import rulebook
from bot.directory import LUOHU
from storage import engine, migrate
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests.aloud import ALOUD
from tests.town import KEYS, Town, sqlite_url


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Of `-n auto`. 0: no other process."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return os.cpu_count() or 1 if whole else 0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")}
    for reason in sorted(reason for reason in reasons if reason.startswith(ALOUD)):
        terminalreporter.write_line(reason, red=True, bold=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    url = sqlite_url(folder)
    migrate.upgrade(url)
    writing = engine.writing(url)
    with writing.begin() as connection:
        work = Work(connection, "luohu", Keyring.parse(KEYS), datetime(2026, 11, 1, tzinfo=UTC))
        rulebook.load(work, LUOHU, "tests")
    writing.dispose()
    return folder / "test.db"


@pytest.fixture
def database(template: Path, tmp_path: Path) -> str:
    """The address of a database with the schema and Luohu's directory."""
    shutil.copy(template, tmp_path / "test.db")
    return sqlite_url(tmp_path)


@pytest.fixture
async def town(database: str) -> AsyncIterator[Town]:
    opened = await Town(database).open()
    yield opened
    await opened.close()
