"""A migrated, loaded database is made once and copied for each test that asks for one."""

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
from tests.town import KEYS, Town, sqlite_url


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
