"""Working time: which hours count, in Shanghai and where the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from complaints.calendar import ALL_DAY, SHANGHAI, WorkingTime, in_utc

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = WorkingTime(
    exceptions={date(2025, 9, 28): True, date(2025, 10, 1): False, date(2025, 10, 11): True}, years=frozenset({2025})
)


def at(text, zone=SHANGHAI):
    """ "Mon 2025-09-29 09:00", with the weekday checked."""
    moment = datetime.strptime(text[4:], "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    assert moment.strftime("%a") == text[:3]
    return moment


def hours(spans):
    return [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("Fri 2025-09-26 00:00", True),
        ("Sat 2025-09-27 00:00", False),
        ("Sun 2025-09-28 00:00", True),  # made up for the holiday
        ("Wed 2025-10-01 00:00", False),  # National Day
        ("Sat 2025-10-11 00:00", True),  # made up
        ("Sun 2025-10-12 00:00", False),
    ],
)
def test_exceptions_go_before_the_working_week(day, working):
    day = at(day).date()
    assert OFFICE.is_working(day) is working
    assert hours(OFFICE.spans(day)) == (["09:00-12:00", "14:00-18:00"] if working else [])


def test_an_unknown_year_counts_monday_to_friday_and_is_provisional():
    assert OFFICE.is_working(date(2026, 10, 1))  # Thursday, National Day that nobody has loaded
    assert not OFFICE.is_working(date(2026, 10, 10))  # Saturday
    assert OFFICE.provisional(date(2026, 1, 1))
    assert not OFFICE.provisional(date(2025, 12, 31))


def test_an_exception_in_an_unknown_year_holds_but_the_year_stays_provisional():
    closed = WorkingTime(exceptions={date(2027, 3, 1): False})
    assert not closed.is_working(date(2027, 3, 1))
    assert closed.provisional(date(2027, 3, 1))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("Mon 2025-09-29 08:59", "Mon 2025-09-29 09:00"),  # before opening
        ("Mon 2025-09-29 09:00", "Mon 2025-09-29 09:00"),  # the first moment is open
        ("Mon 2025-09-29 11:59", "Mon 2025-09-29 11:59"),  # open
        ("Mon 2025-09-29 12:00", "Mon 2025-09-29 14:00"),  # the last moment is not
        ("Mon 2025-09-29 18:00", "Tue 2025-09-30 09:00"),  # after work
        ("Tue 2025-09-30 18:00", "Thu 2025-10-02 09:00"),  # over the holiday
        ("Fri 2025-09-26 20:00", "Sun 2025-09-28 09:00"),  # into a make-up Sunday
    ],
)
def test_the_next_opening_is_now_if_open_else_when_work_begins(moment, opens):
    assert OFFICE.next_opening(at(moment)) == at(opens)
    assert OFFICE.is_open(at(moment)) is (moment == opens)


def test_moments_of_any_zone_are_read_on_the_calendars_clock():
    assert OFFICE.is_open(datetime(2025, 9, 29, 1, 0, tzinfo=UTC))  # 09:00 in Shanghai
    assert not OFFICE.is_open(datetime(2025, 9, 29, 9, 0, tzinfo=timezone(timedelta(hours=9))))  # 08:00
    assert OFFICE.day_of(datetime(2025, 9, 28, 16, 0, tzinfo=UTC)) == date(2025, 9, 29)


@pytest.mark.parametrize(
    ("day", "opening", "expected", "length"),
    [
        (date(2025, 3, 9), ALL_DAY, ["00:00-00:00"], 23),  # Sunday, clocks go forward
        (date(2025, 11, 2), ALL_DAY, ["00:00-00:00"], 25),  # Sunday, clocks go back
        (date(2025, 3, 9), ((time(0), time(8)),), ["00:00-08:00"], 7),  # a night watch
        (date(2025, 11, 2), ((time(0), time(8)),), ["00:00-08:00"], 9),
        (date(2025, 3, 9), ((time(1), time(2, 30)),), ["01:00-03:30"], 1.5),  # a closing that never was moves forward
        (date(2025, 3, 9), ((time(2, 30), time(3, 15)),), [], 0),  # opening moved past the closing
        (date(2025, 3, 9), ((time(2), time(2, 45)), (time(3), time(4))), ["03:00-03:45", "03:45-04:00"], 1),
        (date(2025, 11, 2), ((time(0), time(1, 30)),), ["00:00-01:30"], 1.5),  # the first of two 01:30
    ],
)
def test_where_clocks_change_real_hours_count(day, opening, expected, length):
    spans = WorkingTime(NEW_YORK, opening, always=True).spans(day)
    assert hours(spans) == expected
    assert sum((in_utc(b) - in_utc(a) for a, b in spans), timedelta()) == timedelta(hours=length)


def test_a_date_that_a_zone_skipped_has_no_hours():
    samoa = WorkingTime(ZoneInfo("Pacific/Apia"))  # went from Thursday to Saturday
    assert [bool(samoa.spans(date(2011, 12, day))) for day in (29, 30, 31)] == [True, False, False]
    around = WorkingTime.round_the_clock(ZoneInfo("Pacific/Apia"))
    assert around.spans(date(2011, 12, 30)) == ()
    assert in_utc(around.spans(date(2011, 12, 29))[0][1]) == in_utc(around.spans(date(2011, 12, 31))[0][0])


def test_round_the_clock_is_always_open_and_never_provisional():
    urgent = WorkingTime.round_the_clock()
    night = at("Wed 2031-01-01 03:17")
    assert urgent.is_open(night)
    assert urgent.next_opening(night) == night
    assert urgent.is_working(night.date())
    assert not urgent.provisional(night.date())


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param((), id="never open"),
        pytest.param(((time(9), time(9)),), id="no time at all"),
        pytest.param(((time(18), time(9)),), id="over midnight"),
        pytest.param(((time(9), time(13)), (time(12), time(18))), id="overlapping"),
        pytest.param(((time(14), time(18)), (time(9), time(12))), id="out of order"),
        pytest.param(((time(9), time(0)), (time(14), time(18))), id="something after the day's end"),
    ],
)
def test_opening_hours_that_are_none_are_refused(opening):
    with pytest.raises(ValueError, match="not the opening hours"):
        WorkingTime(opening=opening)


def test_a_moment_is_not_taken_for_a_day():
    with pytest.raises(ValueError, match="is a moment"):
        OFFICE.is_working(at("Wed 2025-10-01 10:00"))


@pytest.mark.parametrize("ask", [OFFICE.is_open, OFFICE.next_opening, OFFICE.day_of])
def test_a_moment_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="has no zone"):
        ask(datetime(2025, 9, 29, 9, 0))  # noqa: DTZ001


def test_exceptions_changed_by_their_owner_change_nothing_here():
    holidays = {date(2025, 10, 1): False}
    calendar = WorkingTime(exceptions=holidays)
    holidays.clear()
    assert not calendar.is_working(date(2025, 10, 1))
