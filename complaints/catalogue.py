"""The dispatch catalogue (派单目录): which unit leads on what, who assists, on what basis, in what time.

A catalogue is one version and never changes; a new one replaces it, and what was dispatched keeps the version
and row that sent it. It names levels or codes and does not know the units: `unknown_units` compares the two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from complaints.errors import ComplaintError
from complaints.units import Directory, Level


@dataclass(frozen=True)
class CatalogueRow:
    """`item` "" is any item. `lead` is a level (the area's unit of that level) or a unit's code; so are `assists`.

    The four times replace the district's own clocks where they are not None: three in working time, `resolve` in
    working days after the one the complaint is filed in.
    """

    id: str
    category: str
    item: str
    lead: Level | str
    assists: tuple[Level | str, ...] = ()
    basis: str = ""
    accept: timedelta | None = None
    claim: timedelta | None = None
    feedback: timedelta | None = None
    resolve: int | None = None


class BadCatalogue(ComplaintError):
    """Two rows have the same id or speak of the same item. `entry` counts rows from 1."""

    def __init__(self, entry: int, what: str) -> None:
        super().__init__(f"row {entry}: {what}")
        self.entry, self.what = entry, what


class Catalogue:
    """Raises BadCatalogue at a double id or a second row for the same category and item."""

    def __init__(self, version: str, rows: Iterable[CatalogueRow]) -> None:
        self.version = version
        self._rows: dict[tuple[str, str], CatalogueRow] = {}
        ids: set[str] = set()
        for entry, row in enumerate(rows, start=1):
            if row.id in ids:
                raise BadCatalogue(entry, f"the id {row.id} is there twice")
            if (row.category, row.item) in self._rows:
                raise BadCatalogue(entry, f"{row.category}/{row.item or 'any item'} has a row already")
            ids.add(row.id)
            self._rows[row.category, row.item] = row

    def row(self, category: str, item: str = "") -> CatalogueRow | None:
        """The row of exactly this item, else the category's row for any item, else None."""
        return self._rows.get((category, item)) or self._rows.get((category, ""))

    def __iter__(self) -> Iterator[CatalogueRow]:
        return iter(self._rows.values())

    def unknown_units(self, directory: Directory) -> tuple[tuple[str, str], ...]:
        """Pairs of row id and code for every code that the directory does not have."""
        return tuple(
            (row.id, code)
            for row in self
            for code in (row.lead, *row.assists)
            if not isinstance(code, Level) and code not in directory
        )
