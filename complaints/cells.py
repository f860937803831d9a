"""Cells: which part of a picture is to be covered, said by the letters and numbers of a grid drawn over it.

Columns A to F from the left, rows 1 to 8 from above, whatever the shape of the picture. What is kept of it are boxes in
fractions of its width and height, so that the grid may change one day.
"""

import re
import unicodedata
from dataclasses import dataclass

from complaints.errors import ComplaintError

COLUMNS, ROWS = "ABCDEF", 8
LAST = f"{COLUMNS[-1]}{ROWS}"
WHOLE = frozenset({"全部", "整张", "全图", "ALL"})

Box = tuple[float, float, float, float]  # left, top, right, bottom: 0 to 1
Boxes = tuple[Box, ...]


class NotCells(ComplaintError):
    """What was typed names no cells. It is not kept: people type more than cells, and errors reach logs."""


class OutOfGrid(ComplaintError):
    """There is no such cell."""

    def __init__(self, cell: str) -> None:
        super().__init__(f"no cell {cell}")
        self.cell = cell


@dataclass(frozen=True)
class Range:
    """Cells from one corner to the other, both counted: columns and rows from 0."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def box(self) -> Box:
        """In fractions."""
        wide, high = len(COLUMNS), ROWS
        sides = (self.left / wide, self.top / high, (self.right + 1) / wide, (self.bottom + 1) / high)
        left, top, right, bottom = (round(side, 6) for side in sides)
        return left, top, right, bottom

    @property
    def cells(self) -> set[tuple[int, int]]:
        return {(x, y) for x in range(self.left, self.right + 1) for y in range(self.top, self.bottom + 1)}


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212~\u301c:到至"), "-")
_BETWEEN = dict.fromkeys(map(ord, ",、;。.和与及+"), " ")
_LEFT_OUT = dict.fromkeys(map(ord, "列行格第"), None)
_RANGE = re.compile(r"\s*([A-Z])\s*([0-9]{1,3})(?:\s*-+\s*([A-Z]?)\s*([0-9]{1,3}))?(?![0-9])")


def understood(typed: str) -> list[Range]:
    """`C3 D4-E6`, with Chinese or full-width signs too; 整张 is all. Raises NotCells, OutOfGrid."""
    text = unicodedata.normalize("NFKC", typed).upper().strip()
    if text in WHOLE:
        return [Range(0, 0, len(COLUMNS) - 1, ROWS - 1)]
    text = text.translate(_DASHES | _BETWEEN | _LEFT_OUT).strip()
    found, place = [], 0
    while place < len(text):
        match = _RANGE.match(text, place)
        if match is None:
            raise NotCells
        found.append(_range(*match.groups()))
        place = match.end()
    if not found:
        raise NotCells
    return found


def _range(column: str, row: str, other_column: str | None, other_row: str | None) -> Range:
    """`D4-6` goes on in its column; from whichever corner to whichever."""
    first = _cell(column, row)
    last = _cell(other_column or column, other_row) if other_row else first
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(first, last, strict=True))
    return Range(left, top, right, bottom)


def _cell(column: str, row: str) -> tuple[int, int]:
    if column not in COLUMNS or not 1 <= int(row) <= ROWS:
        raise OutOfGrid(f"{column}{int(row)}")
    return COLUMNS.index(column), int(row) - 1


def count(ranges: list[Range]) -> int:
    """How many cells they are together."""
    return len(set().union(*(each.cells for each in ranges)))


def joined(before: Boxes, more: Boxes) -> Boxes:
    """All of them, without those that lie within another."""
    every = dict.fromkeys((*before, *more))
    return tuple(box for box in every if not any(_holds(other, box) for other in every if other != box))


def _holds(outer: Box, inner: Box) -> bool:
    return all(a <= b for a, b in zip(outer[:2], inner[:2], strict=True)) and all(
        a >= b for a, b in zip(outer[2:], inner[2:], strict=True)
    )
