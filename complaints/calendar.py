"""Working time: when a unit is at work, from its opening hours, the working week and the exceptions to it.

A year that the calendar does not know counts Monday to Friday and is provisional. The State Council's notice for a
year can still move the last days of December before it. A day's hours do not run past midnight. Where a change to
summer time skips an edge of the opening hours, the edge moves forward with the clock; where the hour is repeated,
its first time counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_HOURS = ((time(9), time(12)), (time(14), time(18)))
ALL_DAY = ((time.min, time.min),)
Hours = tuple[tuple[datetime, datetime], ...]
_DAY = timedelta(days=1)
_MOST_KNOWN = 2000  # days


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, where differences are true: within one zone Python subtracts what clocks show.

    Raises ValueError if `moment` has no zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no zone")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class WorkingTime:
    """Opening hours in `zone`, Monday to Friday but for `exceptions` (True: at work).

    opening: spans of one day, in order and apart; an end of 00:00 is the day's end. years: those whose public
    holidays are all among the exceptions; an exception outside them holds, its year stays provisional. always: no
    day is off. Raises ValueError if the spans are none, reversed, overlapping or out of order.
    """

    zone: tzinfo = SHANGHAI
    opening: tuple[tuple[time, time], ...] = OFFICE_HOURS
    exceptions: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    always: bool = False

    def __post_init__(self) -> None:
        spans = [(_since_midnight(opens), _since_midnight(closes) or _DAY) for opens, closes in self.opening]
        in_order = all(before[1] <= after[0] for before, after in pairwise(spans))
        if not spans or not in_order or any(opens >= closes for opens, closes in spans):
            raise ValueError(f"not the opening hours of a day: {self.opening}")
        object.__setattr__(self, "exceptions", dict(self.exceptions))  # later changes of the caller's are not ours
        object.__setattr__(self, "_known", {})

    @classmethod
    def round_the_clock(cls, zone: tzinfo = SHANGHAI) -> "WorkingTime":
        """Calendar time, for urgent complaints: every hour of every day counts, nothing is provisional."""
        return cls(zone, ALL_DAY, always=True)

    def is_working(self, day: date) -> bool:
        """Raises ValueError for a moment: which day it is depends on a zone."""
        if isinstance(day, datetime):
            raise ValueError(f"{day} is a moment, not a day")
        return self.always or self.exceptions.get(day, day.weekday() < 5)

    def provisional(self, day: date) -> bool:
        """Whether the public holidays of the day's year are not known yet."""
        return not self.always and day.year not in self.years

    def day_of(self, moment: datetime) -> date:
        """The date in the calendar's zone. Raises ValueError if `moment` has no zone."""
        return in_utc(moment).astimezone(self.zone).date()

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """From when until when `day` is worked, in the calendar's zone; empty if it is off."""
        return tuple((opens.astimezone(self.zone), closes.astimezone(self.zone)) for opens, closes in self._hours(day))

    def spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """All working time from `moment` on, without end, in UTC. Raises ValueError if `moment` has no zone."""
        start = in_utc(moment)
        day = start.astimezone(self.zone).date()
        while True:
            for opens, closes in self._hours(day):
                if closes > start:
                    yield max(opens, start), closes
            day += _DAY

    def is_open(self, moment: datetime) -> bool:
        """The last moment of a span is no longer in it. Raises ValueError if `moment` has no zone."""
        return in_utc(self.next_opening(moment)) == in_utc(moment)

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself if it is working time, else when that begins again; in the calendar's zone.

        Raises ValueError if `moment` has no zone.
        """
        opens, _ = next(self.spans_from(moment))
        return opens.astimezone(self.zone)

    def _hours(self, day: date) -> Hours:
        """The spans of a day in UTC. Kept, because every promise asks for the same few days."""
        known: dict[date, Hours] = self._known  # type: ignore[attr-defined]
        found = known.get(day)
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[day] = tuple(self._counted(day))
        return found

    def _counted(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.is_working(day):
            return
        before = datetime.min.replace(tzinfo=UTC)
        for start, end in self.opening:
            opens = max(before, self._at(day, start))
            closes = self._at(day, end) if end > time.min else self._at(day + _DAY, end)
            # a zone that crosses the date line has dates that never were
            if opens < closes and opens.astimezone(self.zone).date() == day:
                yield opens, closes
                before = closes

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.combine(date.min, time.min)
