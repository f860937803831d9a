"""Deadlines: the time the district gives itself, and the law gives it, for a complaint.

The service's clocks count working time; the law's count days and never pause. Nothing here reads a clock: every time
comes in, aware, from the caller. A result is in the zone of the time it was counted from, but hours and days are
those of the calendar. Whether it may still move is `calendar.provisional` of its day. A period of the law that ends
on a day off is not moved to the next working day: the petition rules do not say so.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo

from complaints.calendar import WorkingTime, in_utc

_NONE = timedelta(0)


@dataclass(frozen=True)
class Terms:
    """How long each step may take; the defaults are the service's own, not law. Raises ValueError if not positive.

    accept, claim, feedback, take_back, next_rung: working time. resolve: working days after the one it is filed in,
    0 is the same day (`end_of_working_day`). The rest is calendar time.
    """

    accept: timedelta = timedelta(minutes=10)
    claim: timedelta = timedelta(hours=1)
    feedback: timedelta = timedelta(hours=2)
    resolve: int = 0
    take_back: timedelta = timedelta(hours=4)
    silence: timedelta = timedelta(days=7)
    reopen_grace: timedelta = timedelta(days=15)
    draft_reminder: timedelta = timedelta(hours=24)
    draft_expiry: timedelta = timedelta(days=7)
    reply_undo: timedelta = timedelta(seconds=30)
    claim_undo: timedelta = timedelta(minutes=10)
    next_rung: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        for term in fields(self):
            length = getattr(self, term.name)
            if length < 0 if term.name == "resolve" else length <= _NONE:
                raise ValueError(f"{term.name} cannot be {length}")


def due(start: datetime, allowed: timedelta, calendar: WorkingTime) -> datetime:
    """When `allowed` working time, counted from `start`, has run out; in the zone of `start`.

    A start outside working hours counts from the next opening; what runs out as a span ends is due then, not at
    the next opening. Raises ValueError if `start` has no zone or `allowed` is not positive.
    """
    if allowed <= _NONE:
        raise ValueError(f"{allowed} is no time to be allowed")
    spans = calendar.spans_from(start)
    opens, closes = next(spans)
    while allowed > closes - opens:
        allowed -= closes - opens
        opens, closes = next(spans)
    return (opens + allowed).astimezone(start.tzinfo)


def elapsed(start: datetime, end: datetime, calendar: WorkingTime) -> timedelta:
    """The working time from `start` to `end`: what a running clock has used, or what a pause must give back.

    Raises ValueError if one has no zone or `end` is before `start`.
    """
    until, total = in_utc(end), _NONE
    if until < in_utc(start):
        raise ValueError(f"{end} is before {start}")
    for opens, closes in calendar.spans_from(start):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return total


def remaining(now: datetime, due: datetime, calendar: WorkingTime) -> timedelta:
    """The working time left: what a pause keeps and `due` counts again on resuming; nothing once it has run out.

    Raises ValueError if one has no zone.
    """
    return elapsed(now, due, calendar) if in_utc(now) < in_utc(due) else _NONE


def working_days(start: datetime, n: int, calendar: WorkingTime) -> datetime:
    """The close of the n-th working day after the day of `start`, which is not counted; in the zone of `start`.

    Raises ValueError if `start` has no zone or `n` is not positive.
    """
    _check_days(n)
    return _close(calendar.day_of(start), n, calendar).astimezone(start.tzinfo)


def end_of_working_day(start: datetime, calendar: WorkingTime, later: int = 0) -> datetime:
    """The close of the working day that `start` falls in, or of the one `later` working days after it.

    A start after the close, or on a day off, falls in the next working day; one before opening or at noon in that
    same day. In the zone of `start`. Raises ValueError if `start` has no zone or `later` is negative.
    """
    if later < 0:
        raise ValueError(f"{later} working days later is not later")
    day = calendar.day_of(calendar.next_opening(start))
    return _close(day, later, calendar).astimezone(start.tzinfo)


def calendar_days(start: datetime, n: int, zone: tzinfo | None = None) -> datetime:
    """The end of the n-th day after that of `start`: 24:00, the midnight that begins the day after it.

    Days are those of `zone`, without it those of the zone of `start`: for a time kept in UTC give the district's,
    or Shanghai's early mornings count as the day before. In the zone of `start`. Raises ValueError if `start` has no
    zone or `n` is not positive.
    """
    _check_days(n)
    where = zone or start.tzinfo
    day = in_utc(start).astimezone(where).date()
    end = datetime.combine(day + timedelta(days=n + 1), time.min, tzinfo=where)
    return in_utc(end).astimezone(start.tzinfo)


def _check_days(n: int) -> None:
    if n <= 0:
        raise ValueError(f"{n} is no number of days to be allowed")


def _close(day: date, later: int, calendar: WorkingTime) -> datetime:
    while later:
        day += timedelta(days=1)
        later -= bool(calendar.spans(day))
    return calendar.spans(day)[-1][1]
