"""Deadlines: tables with the weekday beside the row, and a slow oracle that counts minutes by the wall clock."""

import csv
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaints.calendar import ALL_DAY, OFFICE_HOURS, SHANGHAI, WorkingTime
from complaints.deadlines import Terms, calendar_days, due, elapsed, end_of_working_day, remaining, working_days

CALENDAR = Path(__file__).parents[2] / "bot/data/luohu/calendar.csv"
with CALENDAR.open(encoding="utf-8", newline="") as file:
    HOLIDAYS = {date.fromisoformat(row["date"]): row["working"] == "1" for row in csv.DictReader(file)}
LUOHU = WorkingTime(exceptions=HOLIDAYS, years=frozenset({2025, 2026}))
URGENT = WorkingTime.round_the_clock()
NEW_YORK = ZoneInfo("America/New_York")


def at(text, zone=SHANGHAI):
    """ "Mon 2025-09-29 09:00", with the weekday checked."""
    moment = datetime.strptime(text[4:], "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    assert moment.strftime("%a") == text[:3], text
    return moment


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("Mon 2025-03-03 17:00", 2, "Tue 2025-03-04 10:00"),  # runs over into Tuesday
        ("Fri 2025-03-07 17:00", 2, "Mon 2025-03-10 10:00"),  # Friday evening into Monday
        ("Mon 2025-03-03 09:00", 3, "Mon 2025-03-03 12:00"),  # runs out as the morning ends, not at 14:00
        ("Mon 2025-03-03 11:00", 2, "Mon 2025-03-03 15:00"),  # the noon break does not count
        ("Mon 2025-03-03 12:30", 1, "Mon 2025-03-03 15:00"),  # filed at noon
        ("Mon 2025-03-03 06:00", 1, "Mon 2025-03-03 10:00"),  # filed before opening
        ("Sat 2025-03-08 10:00", 2, "Mon 2025-03-10 11:00"),  # filed on a Saturday off
        ("Sat 2025-02-08 17:00", 2, "Mon 2025-02-10 10:00"),  # a make-up Saturday is worked
        ("Tue 2025-09-30 17:00", 2, "Thu 2025-10-09 10:00"),  # over eight days of National Day
        ("Fri 2025-09-26 17:00", 2, "Sun 2025-09-28 10:00"),  # into the make-up Sunday
        ("Wed 2025-12-31 17:30", 1, "Sun 2026-01-04 09:30"),  # New Year, then a make-up Sunday
        ("Mon 2025-03-03 09:00", 7, "Mon 2025-03-03 18:00"),  # a whole working day
        ("Mon 2025-03-03 09:00", 35, "Fri 2025-03-07 18:00"),  # a whole working week
    ],
)
def test_only_working_time_counts(start, hours, expected):
    assert due(at(start), timedelta(hours=hours), LUOHU) == at(expected)


def test_urgent_complaints_run_on_calendar_time():
    assert due(at("Tue 2025-09-30 23:30"), timedelta(hours=1), URGENT) == at("Wed 2025-10-01 00:30")


@pytest.mark.parametrize("zone", [UTC, SHANGHAI, NEW_YORK])
def test_a_result_is_in_the_zone_it_was_counted_from(zone):
    start = at("Mon 2025-03-03 17:00").astimezone(zone)
    results = [
        due(start, timedelta(hours=2), LUOHU),
        working_days(start, 1, LUOHU),
        end_of_working_day(start, LUOHU),
        calendar_days(start, 1, SHANGHAI),
    ]
    assert {result.tzinfo for result in results} == {zone}
    expected = ["Tue 2025-03-04 10:00", "Tue 2025-03-04 18:00", "Mon 2025-03-03 18:00", "Wed 2025-03-05 00:00"]
    assert results == [at(text) for text in expected]


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("Sat 2025-03-08 12:00", 24, "Sun 2025-03-09 13:00"),  # the night had 23 hours
        ("Sat 2025-11-01 12:00", 24, "Sun 2025-11-02 11:00"),  # the night had 25
    ],
)
def test_an_hour_is_an_hour_where_clocks_change(start, hours, expected):
    around = WorkingTime.round_the_clock(NEW_YORK)
    assert due(at(start, NEW_YORK), timedelta(hours=hours), around) == at(expected, NEW_YORK)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("Mon 2025-03-03 10:00", 1, "Tue 2025-03-04 18:00"),  # the day itself is not counted
        ("Mon 2025-03-03 03:00", 1, "Tue 2025-03-04 18:00"),  # nor is it when filed at night
        ("Fri 2025-03-07 10:00", 5, "Fri 2025-03-14 18:00"),  # one plain week
        ("Sat 2025-03-08 10:00", 5, "Fri 2025-03-14 18:00"),  # from a day off
        ("Fri 2025-09-26 10:00", 5, "Fri 2025-10-10 18:00"),  # 28 (Sun, made up), 29, 30, 9, 10
        ("Mon 2025-09-29 10:00", 5, "Mon 2025-10-13 18:00"),  # 30, 9, 10, 11 (Sat, made up), 13
        ("Tue 2025-09-30 10:00", 5, "Tue 2025-10-14 18:00"),  # 9, 10, 11 (Sat, made up), 13, 14
        ("Sun 2025-10-05 10:00", 5, "Tue 2025-10-14 18:00"),  # from within the holiday
        ("Wed 2026-09-30 10:00", 5, "Tue 2026-10-13 18:00"),  # 8, 9, 10 (Sat, made up), 12, 13
        ("Fri 2026-02-13 10:00", 5, "Fri 2026-02-27 18:00"),  # Spring Festival: 14 (Sat, made up), 24 to 27
        ("Thu 2026-12-31 10:00", 1, "Fri 2027-01-01 18:00"),  # an unknown year: Monday to Friday
    ],
)
def test_working_days_end_with_the_last_ones_hours(start, n, expected):
    assert working_days(at(start), n, LUOHU) == at(expected)


def test_the_working_day_is_that_of_the_calendars_zone():
    late = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)  # Tuesday 01:00 in Shanghai
    assert working_days(late, 1, LUOHU) == at("Wed 2025-03-05 18:00")


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("Mon 2025-03-03 10:00", 1, "Wed 2025-03-05 00:00"),  # Tuesday 24:00
        ("Mon 2025-03-03 00:00", 15, "Wed 2025-03-19 00:00"),  # 15 days to tell the resident, article 23
        ("Mon 2025-03-03 23:59", 15, "Wed 2025-03-19 00:00"),  # the hour of the day does not matter
        ("Mon 2025-09-01 10:00", 60, "Sat 2025-11-01 00:00"),  # 60 days to conclude, article 34: 31 October, 24:00
        ("Fri 2025-10-31 18:00", 30, "Mon 2025-12-01 00:00"),  # 30 more, article 34: 30 November, 24:00
        ("Fri 2026-01-30 10:00", 30, "Mon 2026-03-02 00:00"),  # 30 days to ask for review, article 35; over February
        ("Tue 2028-02-01 10:00", 30, "Fri 2028-03-03 00:00"),  # with 29 days in it: 2 March, 24:00
    ],
)
def test_the_laws_days_leave_out_the_first_and_end_at_midnight(start, n, expected):
    assert calendar_days(at(start), n) == at(expected)


def test_the_laws_days_are_the_districts_when_the_time_is_kept_in_utc():
    start = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)  # Tuesday the 4th, 01:00 in Shanghai
    assert calendar_days(start, 15, SHANGHAI) == at("Thu 2025-03-20 00:00")
    assert calendar_days(start, 15) == at("Wed 2025-03-19 00:00", UTC)


@pytest.mark.parametrize(
    ("start", "later", "expected"),
    [
        ("Mon 2025-03-03 09:00", 0, "Mon 2025-03-03 18:00"),
        ("Mon 2025-03-03 17:59", 0, "Mon 2025-03-03 18:00"),  # the last minute is still the same day
        ("Mon 2025-03-03 12:30", 0, "Mon 2025-03-03 18:00"),  # noon is within the day
        ("Mon 2025-03-03 07:00", 0, "Mon 2025-03-03 18:00"),  # before opening: the day about to begin
        ("Mon 2025-03-03 18:00", 0, "Tue 2025-03-04 18:00"),  # after the close: the next one
        ("Fri 2025-03-07 20:00", 0, "Mon 2025-03-10 18:00"),
        ("Sat 2025-03-08 10:00", 0, "Mon 2025-03-10 18:00"),
        ("Sat 2025-02-08 10:00", 0, "Sat 2025-02-08 18:00"),  # a make-up Saturday
        ("Tue 2025-09-30 19:00", 0, "Thu 2025-10-09 18:00"),  # over National Day
        ("Mon 2025-03-03 09:00", 2, "Wed 2025-03-05 18:00"),  # a district that gives two days more
        ("Fri 2025-03-07 20:00", 1, "Tue 2025-03-11 18:00"),
    ],
)
def test_the_same_working_day_is_the_one_the_complaint_falls_in(start, later, expected):
    assert end_of_working_day(at(start), LUOHU, later) == at(expected)


def test_an_urgent_complaints_same_day_ends_at_midnight():
    assert end_of_working_day(at("Sat 2025-03-08 22:00"), URGENT) == at("Sun 2025-03-09 00:00")


@pytest.mark.parametrize(
    ("now", "until", "left"),
    [
        ("Mon 2025-03-03 09:00", "Mon 2025-03-03 10:00", 60),
        ("Fri 2025-03-07 17:30", "Mon 2025-03-10 10:00", 90),  # over the weekend
        ("Sat 2025-03-08 10:00", "Mon 2025-03-10 10:00", 60),  # looked at on a Saturday
        ("Mon 2025-03-03 20:00", "Tue 2025-03-04 00:00", 0),  # not due yet, but no working time is left
        ("Mon 2025-03-03 10:00", "Mon 2025-03-03 10:00", 0),
        ("Mon 2025-03-03 16:00", "Mon 2025-03-03 10:00", 0),  # overdue
    ],
)
def test_working_time_left_until_a_deadline(now, until, left):
    assert remaining(at(now), at(until), LUOHU) == timedelta(minutes=left)


def test_a_pause_gives_back_what_was_left():
    """Paused on Monday with an hour and a half used of four, resumed on Friday afternoon."""
    start, paused, resumed = at("Mon 2025-03-03 09:00"), at("Mon 2025-03-03 10:30"), at("Fri 2025-03-07 16:00")
    left = remaining(paused, due(start, timedelta(hours=4), LUOHU), LUOHU)
    assert left == timedelta(hours=2, minutes=30)
    assert due(resumed, left, LUOHU) == at("Mon 2025-03-10 09:30")
    assert elapsed(start, paused, LUOHU) + elapsed(resumed, at("Mon 2025-03-10 09:30"), LUOHU) == timedelta(hours=4)


def naive():
    return datetime(2025, 3, 3, 9, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: due(naive(), timedelta(hours=1), LUOHU), "no zone"),
        (lambda: working_days(naive(), 1, LUOHU), "no zone"),
        (lambda: calendar_days(naive(), 1), "no zone"),
        (lambda: calendar_days(naive(), 1, SHANGHAI), "no zone"),
        (lambda: end_of_working_day(naive(), LUOHU), "no zone"),
        (lambda: elapsed(naive(), at("Mon 2025-03-03 09:00"), LUOHU), "no zone"),
        (lambda: elapsed(at("Mon 2025-03-03 09:00"), naive(), LUOHU), "no zone"),
        (lambda: remaining(naive(), at("Mon 2025-03-03 09:00"), LUOHU), "no zone"),
        (lambda: due(at("Mon 2025-03-03 09:00"), timedelta(0), LUOHU), "no time"),
        (lambda: due(at("Mon 2025-03-03 09:00"), timedelta(seconds=-1), LUOHU), "no time"),
        (lambda: working_days(at("Mon 2025-03-03 09:00"), 0, LUOHU), "no number of days"),
        (lambda: calendar_days(at("Mon 2025-03-03 09:00"), -1), "no number of days"),
        (lambda: end_of_working_day(at("Mon 2025-03-03 09:00"), LUOHU, -1), "not later"),
        (lambda: elapsed(at("Tue 2025-03-04 09:00"), at("Mon 2025-03-03 09:00"), LUOHU), "is before"),
        (lambda: Terms(accept=timedelta(0)), "accept cannot be"),
        (lambda: Terms(resolve=-1), "resolve cannot be"),
    ],
)
def test_what_cannot_be_counted_is_refused(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()


def test_the_documented_terms_are_the_defaults():
    assert {term.name: getattr(Terms(), term.name) for term in fields(Terms)} == {
        "accept": timedelta(minutes=10),
        "claim": timedelta(hours=1),
        "feedback": timedelta(hours=2),
        "resolve": 0,
        "take_back": timedelta(hours=4),
        "silence": timedelta(days=7),
        "reopen_grace": timedelta(days=15),
        "draft_reminder": timedelta(hours=24),
        "draft_expiry": timedelta(days=7),
        "reply_undo": timedelta(seconds=30),
        "claim_undo": timedelta(minutes=10),
        "next_rung": timedelta(hours=1),
    }


def test_terms_are_promises_and_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Terms().accept = timedelta(hours=1)


def open_by_the_wall_clock(moment, calendar):
    """The oracle's own rule, without spans: a minute counts if a clock on the wall shows working time."""
    wall = moment.astimezone(calendar.zone)
    day, minute = wall.date(), wall.hour * 60 + wall.minute
    working = calendar.always or calendar.exceptions.get(day, wall.isoweekday() <= 5)
    ends = [(a.hour * 60 + a.minute, (b.hour * 60 + b.minute) or 1440) for a, b in calendar.opening]
    return working and any(a <= minute < b for a, b in ends)


def due_minute_by_minute(start, minutes, calendar):
    moment = start.astimezone(UTC)
    while minutes:
        minutes -= open_by_the_wall_clock(moment, calendar)
        moment += timedelta(minutes=1)
    return moment


CALENDARS = st.builds(
    WorkingTime,
    zone=st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]),
    opening=st.sampled_from([OFFICE_HOURS, ALL_DAY, ((time(0), time(8, 15)), (time(20), time(0)))]),
    exceptions=st.just(HOLIDAYS),
    always=st.booleans(),
)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DAYS = st.integers(0, 729) | st.sampled_from([66, 67, 95, 277, 304, 305, 270, 272, 413])  # clocks change, or holidays
MOMENTS = st.builds(
    lambda days, minutes: datetime(2024, 12, 31, 16, tzinfo=UTC) + timedelta(days=days, minutes=minutes),
    DAYS,
    st.integers(0, 1439),
)


@settings(max_examples=60, deadline=None)
@given(start=MOMENTS, minutes=st.integers(1, 2000), calendar=CALENDARS)
@example(at("Tue 2025-09-30 17:00"), 120, LUOHU)
@example(at("Sun 2025-03-09 00:30", NEW_YORK), 180, WorkingTime.round_the_clock(NEW_YORK))
@example(at("Sun 2025-11-02 00:30", NEW_YORK), 180, WorkingTime.round_the_clock(NEW_YORK))
def test_a_deadline_is_what_a_slow_count_of_minutes_gives(start, minutes, calendar):
    # both in UTC: a repeated hour never equals a time of another zone
    assert due(start, timedelta(minutes=minutes), calendar).astimezone(UTC) == due_minute_by_minute(
        start, minutes, calendar
    )


@settings(max_examples=200, deadline=None)
@given(start=MOMENTS, allowed=st.timedeltas(timedelta(microseconds=1), timedelta(days=30)), calendar=CALENDARS)
def test_the_time_elapsed_until_a_deadline_is_the_time_allowed(start, allowed, calendar):
    assert elapsed(start, due(start, allowed, calendar), calendar) == allowed
    assert remaining(start, due(start, allowed, calendar), calendar) == allowed


@settings(max_examples=100, deadline=None)
@given(
    start=MOMENTS, allowed=st.timedeltas(timedelta(seconds=1), timedelta(days=5)), calendar=CALENDARS, data=st.data()
)
def test_a_pause_of_no_length_moves_no_deadline(start, allowed, calendar, data):
    promised = due(start, allowed, calendar)
    paused = start + data.draw(st.timedeltas(timedelta(0), promised - start))
    left = remaining(paused, promised, calendar)
    assert elapsed(start, paused, calendar) + left == allowed
    if left:
        assert due(paused, left, calendar).astimezone(UTC) == promised.astimezone(UTC)
