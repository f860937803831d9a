"""One spelling of time in the store: aware in and out."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from storage.tables import microseconds, moment, run
from tests.storage.conftest import Store


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC),
        datetime(1986, 5, 4, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai")),  # summer time in Shanghai
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),  # before the epoch
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    ],
)
def test_a_time_comes_back_as_the_same_moment_in_utc(store: Store, at: datetime) -> None:
    with store.work() as work:
        work.connection.execute(insert(run).values(tenant="luohu", process="test", began_at=at))
        found = work.connection.execute(select(run.c.began_at)).scalar_one()
        raw = work.connection.exec_driver_sql("SELECT began_at FROM run").scalar_one()
    assert (found, found.tzinfo) == (at, UTC)
    assert raw == (microseconds(at) if work.connection.dialect.name == "sqlite" else at)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with store.work() as work, pytest.raises(StatementError, match="needs a zone"):
        work.connection.execute(insert(run).values(tenant="t", process="p", began_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@given(st.datetimes(timezones=st.timezones()))
def test_what_is_spelt_for_the_driver_reads_back(at: datetime) -> None:
    assert moment(microseconds(at)) == at.astimezone(UTC)
