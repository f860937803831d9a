"""Units: the district, its sub-districts, communities, committees, sector points and departments, as one tree.

A community is the work station that has staff; the residents' committees it serves hang beneath it. A directory
is one district as it is now: it keeps no history, so what was decided stores codes and the version it was
decided under.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from complaints.errors import ComplaintError, UnknownUnit


class Level(StrEnum):
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    COMMITTEE = "committee"
    SECTOR_POINT = "sector_point"
    DEPARTMENT = "department"


HEIGHT = {  # of the levels that stand for an area: a unit hangs under a greater one; departments stand for none
    Level.DISTRICT: 4,
    Level.SUBDISTRICT: 3,
    Level.COMMUNITY: 2,
    Level.COMMITTEE: 1,
    Level.SECTOR_POINT: 0,
}


@dataclass(frozen=True)
class Unit:
    """`aliases` are short names people use; `example` marks a unit made for the demo, not a real one."""

    code: str
    name: str
    level: Level
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    example: bool = False


class BadDirectory(ComplaintError):
    """The units do not make one tree. `entry` counts them from 1; 0 when no single one is to blame."""

    def __init__(self, entry: int, what: str) -> None:
        super().__init__(f"unit {entry}: {what}" if entry else what)
        self.entry, self.what = entry, what


class Directory:
    """All units of one district, by code, in the order given.

    Raises BadDirectory at a double code, an unknown parent, a cycle, a parent that is not above its child, and
    unless there is exactly one district.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units: dict[str, Unit] = {}
        for entry, unit in enumerate(units, start=1):
            if unit.code in self._units:
                raise BadDirectory(entry, f"the code {unit.code} is there twice")
            self._units[unit.code] = unit
        for entry, unit in enumerate(self._units.values(), start=1):
            self._check(entry, unit)
        districts = list(self.of(Level.DISTRICT))
        if len(districts) != 1:
            raise BadDirectory(0, f"one district expected, {len(districts)} found")
        self.district = districts[0]

    def get(self, code: str) -> Unit:
        """Raises UnknownUnit."""
        try:
            return self._units[code]
        except KeyError:
            raise UnknownUnit(code) from None

    def __contains__(self, code: object) -> bool:
        return code in self._units

    @property
    def all(self) -> tuple[Unit, ...]:
        return tuple(self._units.values())

    def of(self, level: Level) -> Iterator[Unit]:
        """The units of one level, in the directory's order."""
        return (unit for unit in self._units.values() if unit.level is level)

    def under(self, code: str) -> tuple[Unit, ...]:
        """The units whose parent is `code`."""
        return tuple(unit for unit in self._units.values() if unit.parent == code)

    def above(self, code: str) -> Unit | None:
        """The next level up that can hold the queue of `code`; None above the district. Raises UnknownUnit.

        A sector point's is its community if it has one, even when a committee lies between.
        """
        unit = self.get(code)
        if unit.level is Level.DISTRICT:
            return None
        if unit.level is Level.DEPARTMENT or unit.parent is None:
            return self.district
        if unit.level is Level.SECTOR_POINT:
            return self.area(code, Level.COMMUNITY) or self.get(unit.parent)
        return self.get(unit.parent)

    def path(self, code: str) -> tuple[Unit, ...]:
        """The unit, its parent and so on up to the district. Raises UnknownUnit."""
        steps = [self.get(code)]
        while (parent := steps[-1].parent) is not None:
            steps.append(self.get(parent))
        return tuple(steps) if steps[-1] is self.district else (*steps, self.district)

    def area(self, code: str, level: Level) -> Unit | None:
        """The unit of `level` on the path from `code` upwards, itself included. Raises UnknownUnit."""
        return next((unit for unit in self.path(code) if unit.level is level), None)

    def _check(self, entry: int, unit: Unit) -> None:
        if unit.parent is None:
            return
        parent = self._units.get(unit.parent)
        if parent is None:
            raise BadDirectory(entry, f"{unit.code} has the unknown parent {unit.parent}")
        if self._turns_back(unit):
            raise BadDirectory(entry, f"{unit.code} is its own parent, at the end of a circle")
        if not _may_stand_above(parent.level, unit.level):
            raise BadDirectory(entry, f"a {unit.level.value} ({unit.code}) cannot hang under a {parent.level.value}")

    def _turns_back(self, unit: Unit) -> bool:
        seen, step = {unit.code}, unit
        while step.parent in self._units:
            step = self._units[step.parent]
            if step.code in seen:
                return True
            seen.add(step.code)
        return False


def _may_stand_above(parent: Level, child: Level) -> bool:
    if child is Level.DEPARTMENT:
        return parent is Level.DISTRICT
    return HEIGHT.get(parent, -1) > HEIGHT[child]
