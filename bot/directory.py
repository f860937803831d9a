"""The organisation read from files: units, categories, the dispatch catalogue and the names of places.

Files are CSV in UTF-8 (a byte order mark is understood) with a header; several values in one cell stand between
semicolons; 1 in `example` marks what was made for the demo. Nothing is loaded in part: a file is right or refused.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from bot.rows import BadFile as BadFile  # what the readers raise is part of this module
from bot.rows import Row, rows
from complaints.catalogue import BadCatalogue, Catalogue, CatalogueRow
from complaints.category import Categories, Category
from complaints.gazetteer import Landmark, Outside
from complaints.places import Gazetteer
from complaints.points import Point
from complaints.units import BadDirectory, Directory, Level, Unit

LUOHU = Path(str(files("bot") / "data" / "luohu"))  # installed unpacked: other code opens these by path

CATALOGUE = (
    *("version", "id", "category", "item", "lead", "assists", "basis"),
    *("accept_minutes", "claim_minutes", "feedback_minutes", "resolve_days"),
)

T = TypeVar("T")


def read_units(path: Path) -> list[Unit]:
    """Raises BadFile, also where the units do not make one tree."""
    lines, units = _read(path, ("code", "name", "level", "parent", "aliases", "example"), _unit)
    try:
        Directory(units)
    except BadDirectory as error:
        raise BadFile(path, lines[error.entry - 1] if error.entry else 1, error.what) from error
    return units


def read_categories(path: Path) -> Categories:
    """One line an item; a line without an item only names the category. Raises BadFile."""
    lines, pairs = _read(path, ("category", "item"), lambda row: (row.text("category"), row.cells["item"]))
    items: dict[str, list[str]] = {}
    for line, (category, item) in zip(lines, pairs, strict=True):
        named = items.setdefault(category, [])
        if item in named:
            raise BadFile(path, line, f"{category}/{item} is there twice")
        named += [item] if item else []
    return Categories(Category(name, tuple(named)) for name, named in items.items())


def read_catalogue(path: Path) -> Catalogue:
    """All lines are of one version. Raises BadFile."""
    lines, found = _read(path, CATALOGUE, lambda row: (row.text("version"), _catalogue_row(row)))
    if not found:
        raise BadFile(path, 1, "a catalogue needs at least one row")
    version = found[0][0]
    for line, (other, _) in zip(lines, found, strict=True):
        if other != version:
            raise BadFile(path, line, f"version {other} in a file of version {version}")
    try:
        return Catalogue(version, (row for _, row in found))
    except BadCatalogue as error:
        raise BadFile(path, lines[error.entry - 1], error.what) from error


def read_landmarks(path: Path) -> list[Landmark]:
    """Raises BadFile."""
    return _read(path, ("name", "aliases", "unit", "kind", "example"), _landmark)[1]


def read_points(path: Path) -> list[Point]:
    """Degrees in WGS-84. Raises BadFile."""
    return _read(path, ("unit", "latitude", "longitude", "example"), _point)[1]


def read_outside(path: Path) -> list[Outside]:
    """Raises BadFile."""
    return _read(path, ("name", "aliases", "same_city"), _outside)[1]


def read_names(path: Path) -> list[str]:
    """The column `name` of any file. Raises BadFile."""
    return _read(path, ("name",), lambda row: row.text("name"))[1]


def read_gazetteer(folder: Path, directory: Directory) -> Gazetteer:
    """What a folder like LUOHU knows of places. Raises BadFile; UnknownUnit at a landmark or point in no unit."""
    return Gazetteer(
        directory,
        landmarks=read_landmarks(folder / "landmarks.csv"),
        elsewhere=read_names(folder / "elsewhere.csv"),
        points=read_points(folder / "points.csv"),
        outside=read_outside(folder / "outside.csv"),
        words=read_names(folder / "words.csv"),
    )


def _unit(row: Row) -> Unit:
    return Unit(
        row.text("code"),
        row.text("name"),
        row.level("level"),
        row.cells["parent"] or None,
        row.words("aliases"),
        row.flag("example"),
    )


def _catalogue_row(row: Row) -> CatalogueRow:
    return CatalogueRow(
        row.text("id"),
        row.text("category"),
        row.cells["item"],
        _level_or_code(row.text("lead")),
        tuple(_level_or_code(word) for word in row.words("assists")),
        row.text("basis"),
        accept=row.minutes("accept_minutes"),
        claim=row.minutes("claim_minutes"),
        feedback=row.minutes("feedback_minutes"),
        resolve=row.days("resolve_days"),
    )


def _level_or_code(word: str) -> Level | str:
    return Level(word) if word in set(Level) else word


def _landmark(row: Row) -> Landmark:
    if row.cells["kind"] not in {"place", "road"}:
        raise ValueError(f"kind must be place or road, not {row.cells['kind']!r}")
    road = row.cells["kind"] == "road"
    return Landmark(row.text("name"), row.text("unit"), row.words("aliases"), road, row.flag("example"))


def _point(row: Row) -> Point:
    return Point(row.text("unit"), row.number("latitude"), row.number("longitude"), row.flag("example"))


def _outside(row: Row) -> Outside:
    return Outside(row.text("name"), row.words("aliases"), row.flag("same_city"))


def _read(path: Path, columns: tuple[str, ...], make: Callable[[Row], T]) -> tuple[list[int], list[T]]:
    """The line numbers and what `make` made of each line; its ValueError becomes a BadFile."""
    lines: list[int] = []
    made: list[T] = []
    for row in rows(path, columns):
        try:
            made.append(make(row))
        except ValueError as error:
            raise BadFile(path, row.line, str(error)) from error
        lines.append(row.line)
    return lines, made
