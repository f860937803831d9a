"""The rulebook from the database: files loaded once, read again only when a newer version of one is there.

Each file of the directory's folder is kept whole in the store, with its versions; a process reads them back into
a folder of its own, because the readers name the file and the line of what is wrong.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from bot.calendar_file import read_calendar
from bot.directory import read_catalogue, read_categories, read_gazetteer, read_units
from complaints.deadlines import Terms
from complaints.rulebook import Rulebook
from complaints.units import Directory
from storage import reference
from storage.unit_of_work import Work


class NothingLoaded(Exception):
    """The database has no directory yet: `jiesu load` brings one."""


def load(work: Work, folder: Path, by: str) -> dict[str, int]:
    """Every CSV of `folder`, checked together before any is kept. Returns the versions. Raises BadFile."""
    read(folder, "XX", Terms())
    return {
        file.name: reference.load(work, file.name, file.read_text("utf-8"), by) for file in sorted(folder.glob("*.csv"))
    }


def read(folder: Path, prefix: str, terms: Terms) -> Rulebook:
    """Raises BadFile, and UnknownUnit for a place in no unit."""
    directory = Directory(read_units(folder / "units.csv"))
    return Rulebook(
        prefix,
        directory,
        read_gazetteer(folder, directory),
        read_catalogue(folder / "catalogue.csv"),
        read_categories(folder / "categories.csv"),
        read_calendar(folder / "calendar.csv"),
        terms,
    )


class Books:
    """The rulebook as it is now, for every turn: asks for versions, reads only what is new."""

    def __init__(self, prefix: str, terms: Terms) -> None:
        self._prefix, self._terms = prefix, terms
        self._versions: dict[str, int] = {}
        self._book: Rulebook | None = None

    def __call__(self, work: Work) -> Rulebook:
        versions = reference.versions(work)
        if self._book is None or versions != self._versions:
            self._book, self._versions = self._read(work, versions), versions
        return self._book

    def _read(self, work: Work, versions: dict[str, int]) -> Rulebook:
        if not versions:
            raise NothingLoaded
        with TemporaryDirectory(prefix="jiesu-") as folder:
            for name in versions:
                kept = reference.current(work, name)
                if kept is not None:
                    (Path(folder) / name).write_text(kept.content, "utf-8")
            return read(Path(folder), self._prefix, self._terms)
