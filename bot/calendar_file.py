"""The calendar read from a file: which days are worked, of the years it knows."""

from datetime import date
from pathlib import Path

from bot.rows import BadFile, rows
from complaints.calendar import WorkingTime


def read_calendar(path: Path) -> WorkingTime:
    """Columns date, working (1 or 0), name. The years of its dates are known years. Raises BadFile."""
    days: dict[date, bool] = {}
    for row in rows(path, ("date", "working", "name")):
        try:
            days[date.fromisoformat(row.text("date"))] = row.flag("working")
        except ValueError as error:
            raise BadFile(path, row.line, str(error)) from error
    return WorkingTime(exceptions=days, years=frozenset(day.year for day in days))
