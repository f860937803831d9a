"""What the names of places mean: the one table that `places` looks names up in.

Landmarks, names outside the district and words that are also ordinary words are the operator's data; the names
of units come from the directory, in every way that residents write them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from complaints.spelling import COMMUNITY, EXAMPLE, STATION, SUBDISTRICT, core, simplified, with_each
from complaints.trie import Trie
from complaints.units import Directory, Level, Unit


class How(StrEnum):
    """What kind of name was found."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    STATION = "station"
    COMMUNITY = "community"
    LANDMARK = "landmark"
    NAMESAKE = "namesake"  # a road, school or stop that bears the name: it need not lie there


@dataclass(frozen=True)
class Landmark:
    """A place people know, in the unit where it lies. A road touches others too: it gives way to plainer names."""

    name: str
    unit: str
    aliases: tuple[str, ...] = ()
    road: bool = False
    example: bool = False


@dataclass(frozen=True)
class Outside:
    """A city, a district or a community that is not ours. `here` says it lies in our own city."""

    name: str
    aliases: tuple[str, ...] = ()
    here: bool = False


@dataclass(frozen=True)
class Sense:
    """One thing that a name may mean: a unit of ours, or a place outside. `full`: 社区, 街道 ... stand with it."""

    unit: str = ""
    how: How = How.LANDMARK
    full: bool = True
    road: bool = False
    outside: Outside | None = None


def table(directory: Directory, landmarks: Iterable[Landmark], outside: Iterable[Outside]) -> Trie[Sense]:
    """All names with what they mean. Raises UnknownUnit at a landmark in no unit of the directory."""
    names: Trie[Sense] = Trie()
    for place in outside:
        for name in (place.name, *place.aliases):
            names.add(simplified(name), Sense(full=name == place.name, outside=place))
    for unit in directory.all:
        for name, sense in _senses(unit, directory):
            names.add(name, sense)
    for landmark in landmarks:
        sense = Sense(directory.get(landmark.unit).code, How.LANDMARK, road=landmark.road)
        for name in (landmark.name, *landmark.aliases):
            names.add(simplified(name.removesuffix(EXAMPLE)), sense)
    return names


def _senses(unit: Unit, directory: Directory) -> Iterator[tuple[str, Sense]]:
    if unit.level is Level.DISTRICT:
        for name in unit.aliases:
            yield name, Sense(unit.code, How.DISTRICT, full=name.endswith(("区", "县", "市")))
    elif unit.level is Level.SUBDISTRICT:
        yield from _subdistrict(unit, directory)
    elif unit.level is Level.SECTOR_POINT:
        yield unit.name.removesuffix(EXAMPLE), Sense(unit.code)
    elif unit.level is not Level.DEPARTMENT:
        yield from _station(unit, directory)
        if not _says_station(unit):
            yield from _community(unit)


def _subdistrict(unit: Unit, directory: Directory) -> Iterator[tuple[str, Sense]]:
    stem = core(unit.name)
    communities = {core(other.name) for other in directory.all if other.level in {Level.COMMUNITY, Level.COMMITTEE}}
    slip = () if stem in communities else (stem + "社区",)  # there is no such community: the street is meant
    for name in with_each(stem, SUBDISTRICT):
        yield name, Sense(unit.code, How.SUBDISTRICT)
    for name in (stem, *slip, *unit.aliases):
        yield name, Sense(unit.code, How.SUBDISTRICT, full=False)


def _community(unit: Unit) -> Iterator[tuple[str, Sense]]:
    for name in with_each(core(unit.name), COMMUNITY):
        yield name, Sense(unit.code, How.COMMUNITY)
    for name in (core(unit.name), *unit.aliases):
        yield name, Sense(unit.code, How.COMMUNITY, full=False)


def _station(unit: Unit, directory: Directory) -> Iterator[tuple[str, Sense]]:
    """A committee's work station is the community above it, whatever that is called."""
    station = directory.area(unit.code, Level.COMMUNITY)
    if station is not None:
        for name in with_each(core(unit.name), STATION):
            yield name, Sense(station.code, How.STATION)


def _says_station(unit: Unit) -> bool:
    """Whether the unit's own name says 工作站, so that 水贝社区 alone means the committee and not the station."""
    return unit.name.removesuffix(EXAMPLE).endswith(STATION)


def ordinary(words: Collection[str]) -> frozenset[str]:
    """The names, without 社区, that are ordinary words too: 和平, 友谊."""
    return frozenset(core(word) for word in words)
