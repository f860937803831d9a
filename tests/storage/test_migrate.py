"""The schema goes forward and back, is what the code expects, or the service does not start."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from storage import engine, facts, migrate
from storage.migrate import OtherSchema, _config
from storage.tables import metadata
from tests.storage.conftest import Store
from tests.town import sqlite_url


def tables(url: str) -> set[str]:
    looking = create_engine(url)
    found = set(inspect(looking).get_table_names()) - {"alembic_version"}
    looking.dispose()
    return found


def differences(url: str) -> list[object]:
    looking = create_engine(url)
    with looking.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    looking.dispose()
    return list(found)


def set_version(url: str, revision: str) -> None:
    changing = create_engine(url)
    with changing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    changing.dispose()


def test_up_down_to_nothing_and_up_again_ends_at_what_the_code_knows(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    migrate.upgrade(url)
    first = tables(url)
    migrate.downgrade(url, "base")
    assert tables(url) == set()
    migrate.upgrade(url)
    assert tables(url) == first == set(metadata.tables)
    assert differences(url) == []


def test_what_is_kept_survives_an_upgrade_that_has_nothing_to_do(store: Store) -> None:
    with store.work() as work:
        facts.put(work, "name", "value")
    migrate.upgrade(store.url)
    with store.reader() as work:
        assert facts.get(work, "name") == "value"


def test_every_row_has_its_tenant_first_in_its_key(store: Store) -> None:
    """On SQLite a number must be the whole key; there the tenant stands beside it and leads every index."""
    looking = inspect(store.writing)
    for name in metadata.tables:
        key = looking.get_pk_constraint(name)["constrained_columns"]
        indexes = [i["column_names"] for i in looking.get_indexes(name) if not str(i["name"]).startswith("sqlite_")]
        assert key == ["id"] or key[0] == "tenant", name
        assert all(columns[0] == "tenant" for columns in indexes), name
        assert not {column["name"]: column["nullable"] for column in looking.get_columns(name)}["tenant"], name


def test_a_migration_that_fails_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last table is there already, so that the migration fails at its end."""
    url = sqlite_url(tmp_path)
    last = "word"
    changing = create_engine(url)
    with changing.begin() as connection:
        connection.execute(text(f"CREATE TABLE {last} (id INTEGER)"))
    changing.dispose()
    with pytest.raises(Exception, match="already exists"):
        migrate.upgrade(url)
    assert tables(url) == {last}


def test_the_schema_of_this_code_is_accepted(store: Store) -> None:
    migrate.check(store.reading)


@pytest.mark.parametrize(
    ("revision", "behind"),
    [(None, True), ("0000", False), ("9999", False)],
    ids=["no schema at all", "a revision before ours that we do not know", "a newer code's"],
)
def test_another_schema_is_refused(tmp_path: Path, revision: str | None, behind: bool) -> None:
    url = sqlite_url(tmp_path)
    if revision is not None:
        migrate.upgrade(url)
        set_version(url, revision)
    looking = engine.reading(url)
    with pytest.raises(OtherSchema) as refused:
        migrate.check(looking)
    looking.dispose()
    assert (refused.value.found, refused.value.behind) == (revision, behind)


def test_the_service_does_not_wait_for_a_lock_to_learn_its_journal(tmp_path: Path) -> None:
    """A fresh database is in WAL before anybody else opens it: changing the journal does not wait for others."""
    url = sqlite_url(tmp_path)
    migrate.upgrade(url)
    plain = create_engine(url)
    with plain.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    plain.dispose()
    assert _config(url).attributes["engine"].url.database == str(tmp_path / "test.db")
