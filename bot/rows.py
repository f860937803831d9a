"""Rows of a CSV file, with the line to look at when one is wrong.

Only what our own files need: a header, UTF-8, cells that are words, numbers, minutes or days.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from complaints.units import Level


class BadFile(Exception):
    """A file cannot be used: `line` is the line to look at, `what` says what is wrong with it."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}, line {line}: {what}")
        self.path, self.line, self.what = path, line, what


@dataclass(frozen=True)
class Row:
    """One line of a file. The readers of a cell raise ValueError with words for the operator."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        if not (value := self.cells[column]):
            raise ValueError(f"{column} is empty")
        return value

    def words(self, column: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.cells[column].split(";") if word.strip())

    def flag(self, column: str) -> bool:
        if self.cells[column] not in {"", "0", "1"}:
            raise ValueError(f"{column} must be 0 or 1, not {self.cells[column]}")
        return self.cells[column] == "1"

    def number(self, column: str) -> float:
        try:
            return float(self.cells[column])
        except ValueError:
            raise ValueError(f"{column} must be a number, not {self.cells[column]!r}") from None

    def minutes(self, column: str) -> timedelta | None:
        if not (value := self.cells[column]):
            return None
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            raise ValueError(f"{column} must be whole minutes above 0, not {value}")
        return timedelta(minutes=int(value))

    def days(self, column: str) -> int | None:
        if not (value := self.cells[column]):
            return None
        if not (value.isascii() and value.isdigit()):
            raise ValueError(f"{column} must be whole days, not {value}")
        return int(value)

    def level(self, column: str) -> Level:
        try:
            return Level(self.cells[column])
        except ValueError:
            known = ", ".join(level.value for level in Level)
            raise ValueError(f"{column} must be one of {known}, not {self.cells[column]!r}") from None


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows below the header, which must have `columns` and may have more. Raises BadFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise BadFile(path, 1, f"the column {missing[0]} is missing")
            for cells in reader:
                if None in cells or None in cells.values():
                    raise BadFile(path, reader.line_num, "not as many cells as the header has")
                yield Row(reader.line_num, {column: value.strip() for column, value in cells.items()})
    except OSError as error:
        raise BadFile(path, 0, error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise BadFile(path, 0, "not UTF-8: save it as CSV UTF-8") from error
    except csv.Error as error:
        raise BadFile(path, 0, f"not CSV: {error}") from error
