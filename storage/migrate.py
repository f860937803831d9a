"""Bringing a database to the schema of this code, forward and back.

Alembic runs on an engine of its own: on SQLite with foreign keys off, because batch mode drops and re-makes
tables, and checked before the commit.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event

from storage.engine import is_sqlite, make_folder


class OtherSchema(Exception):
    """The database is older (`behind`) or newer than this code."""

    def __init__(self, found: str | None, expected: str, behind: bool) -> None:
        super().__init__(f"the database has schema {found or 'none'}, this code needs {expected}")
        self.found, self.expected, self.behind = found, expected, behind


def folder() -> Path:
    """The checkout's migrations/ first: an editable install makes stale copies inside the package."""
    here = Path(__file__).resolve().parent
    checkout = here.parent / "migrations"
    return checkout if (checkout / "env.py").exists() else here / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str = "-1") -> None:
    command.downgrade(_config(url), revision)


def check(engine: Engine) -> None:
    """Raises OtherSchema if the database is not at this code's revision."""
    script = ScriptDirectory(str(folder()))
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    expected = script.get_current_head() or ""
    if found != expected:
        known = {revision.revision for revision in script.walk_revisions()}
        raise OtherSchema(found, expected, behind=found is None or found in known)


def engine_for(url: str) -> Engine:
    if is_sqlite(url):
        make_folder(url)
    engine = create_engine(url)
    if is_sqlite(url):
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    """The driver's own transactions leave CREATE TABLE outside: a migration that fails would stay half done."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")  # from birth: a change to it does not wait for another process
    connection.execute("PRAGMA foreign_keys=OFF")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()))
    config.attributes["engine"] = engine_for(url)
    return config
