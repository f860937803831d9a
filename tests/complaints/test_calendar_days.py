"""The holidays that ship with Luohu agree with the package they are made from."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from complaints.calendar import WorkingTime
from tools.calendar_days import days, write

CALENDAR = Path(__file__).parents[2] / "bot/data/luohu/calendar.csv"
YEARS = (2025, 2026)


def test_every_day_of_the_files_years_is_worked_or_off_as_the_package_says():
    rows = csv.DictReader(io.StringIO(CALENDAR.read_text(encoding="utf-8")))
    exceptions = {date.fromisoformat(row["date"]): {"1": True, "0": False}[row["working"]] for row in rows}
    assert {day.year for day in exceptions} == set(YEARS)
    calendar = WorkingTime(exceptions=exceptions, years=frozenset(YEARS))
    everyday = [date(2025, 1, 1) + timedelta(days=n) for n in range(365 * 2)]
    assert [calendar.is_working(day) for day in everyday] == [chinese_calendar.is_workday(day) for day in everyday]


def test_the_file_is_what_the_tool_writes():
    written = io.StringIO()
    write(YEARS, written)
    assert CALENDAR.read_bytes() == written.getvalue().encode()


def test_a_name_is_the_holidays_chinese_one():
    named = {day: (working, name) for day, working, name in days(2025)}
    assert named[date(2025, 10, 6)] == (False, "中秋")
    assert named[date(2025, 10, 11)] == (True, "国庆节")  # a make-up Saturday
    assert date(2025, 10, 12) not in named  # a plain Sunday


def test_a_year_the_package_does_not_know_is_refused_and_nothing_is_written():
    unknown, file = max(chinese_calendar.holidays).year + 1, io.StringIO()
    with pytest.raises(NotImplementedError, match=str(unknown)):
        write([2025, unknown], file)
    assert file.getvalue() == ""
