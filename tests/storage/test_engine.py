"""Each setting of the driver is needed: what goes wrong without it is what is tested here."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, select

from storage import engine, facts
from storage.tables import fact
from tests.storage.conftest import Store

WRONG = ("journal_mode=DELETE", "synchronous=OFF", "foreign_keys=OFF", "busy_timeout=0")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("journal_mode", "wal"),  # readers beside the writer
        ("synchronous", 2),  # FULL: what was acknowledged survives a power cut
        ("foreign_keys", 1),
        ("busy_timeout", 5000),  # milliseconds: another process writes for a moment
    ],
)
@pytest.mark.parametrize("kind", ["writing", "reading"])
def test_settings_are_made_whatever_the_driver_was_built_with(
    store: Store, kind: str, pragma: str, expected: object
) -> None:
    made = getattr(engine, kind)(store.url)
    badly_built = create_engine(store.url)
    event.listen(badly_built, "connect", lambda raw, _: [raw.execute(f"PRAGMA {wrong}") for wrong in WRONG])
    for listener in made.pool.dispatch.connect:
        event.listen(badly_built, "connect", listener)
    with badly_built.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected
    badly_built.dispose()
    made.dispose()


@pytest.mark.sqlite
def test_the_driver_begins_no_transaction_of_its_own(store: Store) -> None:
    with store.writing.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        assert raw.isolation_level is None


@pytest.mark.sqlite
def test_a_writing_transaction_takes_the_lock_at_once(store: Store) -> None:
    """Otherwise two of them both read, and one cannot go on when it wants to write."""
    other = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
    with store.writing.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.sqlite
def test_a_writer_waits_for_another_process(store: Store) -> None:
    other = sqlite3.connect(
        store.url.removeprefix("sqlite:///"), isolation_level=None, timeout=0, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
    with store.work() as work:
        facts.put(work, "waited", "yes")
    other.close()


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"read-?only"), store.reader() as work:
        facts.put(work, "name", "value")


def test_a_reader_reads_beside_an_open_writing_transaction(store: Store) -> None:
    with store.work() as work:
        facts.put(work, "name", "before")
    with store.work() as writer, store.reader() as reader:
        facts.put(writer, "name", "after")
        assert facts.get(reader, "name") == "before"
    with store.reader() as reader:
        assert facts.get(reader, "name") == "after"


def test_a_reader_sees_one_moment_for_as_long_as_it_reads(store: Store) -> None:
    with store.reader() as reader:
        assert facts.get(reader, "name") is None
        with store.work() as writer:
            facts.put(writer, "name", "new")
        assert facts.get(reader, "name") is None


def test_the_folder_of_the_database_is_for_its_owner_only(tmp_path: Path) -> None:
    made = engine.writing(f"sqlite:///{tmp_path}/var/new.db")
    made.dispose()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_nothing_is_kept_without_a_commit(store: Store) -> None:
    connection = store.writing.connect()
    connection.execute(fact.insert().values(tenant="luohu", name="name", value="value"))
    connection.close()
    with store.reader() as reader:
        assert reader.connection.execute(select(fact)).all() == []
