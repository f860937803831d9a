"""Write mainland China's public holidays and make-up days of the years asked for, as the file a district loads.

    python tools/calendar_days.py 2025 2026 > bot/data/luohu/calendar.csv

Columns: date, working (1: a make-up day that is worked, 0: off), name of the holiday it belongs to. The days are those
of the installed chinese-calendar; a year it does not know is an error, never a file of weekdays. Weekends without a
holiday are not listed.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TextIO

import chinese_calendar


def days(year: int) -> Iterator[tuple[date, bool, str]]:
    """The named days of one year, in order: date, whether it is worked, the holiday's Chinese name.

    Raises NotImplementedError if chinese-calendar does not know the year.
    """
    day = date(year, 1, 1)
    while day.year == year:
        off, name = chinese_calendar.get_holiday_detail(day)
        if name is not None:
            yield day, not off, chinese_calendar.Holiday(name).chinese
        day += timedelta(days=1)


def write(years: Iterable[int], file: TextIO) -> None:
    """Raises NotImplementedError before anything is written if one of the years is not known."""
    rows = [row for year in sorted(set(years)) for row in days(year)]
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(("date", "working", "name"))
    lines.writerows((day.isoformat(), int(working), name) for day, working, name in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Public holidays and make-up days as CSV on standard output.")
    parser.add_argument("years", metavar="YEAR", type=int, nargs="+")
    arguments = parser.parse_args()
    try:
        write(arguments.years, sys.stdout)
    except NotImplementedError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
