"""The terms read from a file: how long each step may take, and the working hours. The defaults are the service's own.

A length is a number with s, m, h or d (30s, 10m, 2h, 7d); `resolve` is a number of working days, 0 is the same day.
"""

import re
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from bot.rows import BadFile, Row, rows
from complaints.calendar import OFFICE_HOURS
from complaints.deadlines import Terms

Opening = tuple[tuple[time, time], ...]
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_KNOWN = {field.name for field in fields(Terms)}


def read_terms(path: Path) -> tuple[Terms, Opening]:
    """Columns name, value; what a file does not name keeps its default, and so does all without a file.

    Raises BadFile.
    """
    if not path.exists():
        return Terms(), OFFICE_HOURS
    found: dict[str, Any] = {}
    opening: Opening = OFFICE_HOURS
    for row in rows(path, ("name", "value")):
        try:
            if row.cells["name"] == "opening":
                opening = _opening(row)
            else:
                found[_name(row)] = _length(row)
        except ValueError as error:
            raise BadFile(path, row.line, str(error)) from error
    try:
        return Terms(**found), opening
    except ValueError as error:
        raise BadFile(path, 1, str(error)) from error


def _name(row: Row) -> str:
    name = row.text("name")
    if name not in _KNOWN:
        raise ValueError(f"no term is called {name}; known: {', '.join(sorted({*_KNOWN, 'opening'}))}")
    return name


def _length(row: Row) -> timedelta | int:
    value = row.text("value")
    if row.cells["name"] == "resolve":
        if not (value.isascii() and value.isdecimal()):
            raise ValueError(f"resolve should be a number of working days, not {value}")
        return int(value)
    found = re.fullmatch(r"([1-9]\d{0,4})([smhd])", value)
    if found is None:
        raise ValueError(f"{row.cells['name']} should be like 30s, 10m, 2h or 7d, not {value}")
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def _opening(row: Row) -> Opening:
    """09:00-12:00;14:00-18:00"""
    spans = []
    for span in row.words("value"):
        begins, _, ends = span.partition("-")
        spans.append((time.fromisoformat(begins), time.fromisoformat(ends)))
    if not spans or any(begins >= ends for begins, ends in spans) or spans != sorted(spans):
        raise ValueError("opening should be like 09:00-12:00;14:00-18:00, in order")
    return tuple(spans)
