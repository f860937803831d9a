"""The rulebook from the database: files loaded once, read again only when a newer version of one is there.

Each file is kept whole in the store, with its versions; a process reads them back into a folder of its own, because
the readers name the file and the line of what is wrong. A file is loaded only if all files together are right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.calendar_file import read_calendar
from bot.directory import read_catalogue, read_categories, read_gazetteer, read_units
from bot.rows import BadFile
from bot.terms_file import read_terms
from complaints.rulebook import Rulebook
from complaints.units import Directory
from storage import reference
from storage.unit_of_work import Work

NEEDED = (
    *("units.csv", "catalogue.csv", "categories.csv", "calendar.csv", "terms.csv"),
    *("landmarks.csv", "points.csv", "elsewhere.csv", "outside.csv", "words.csv"),
)
LOOK_AGAIN = timedelta(seconds=1)


class NothingLoaded(Exception):
    """The database has no directory yet: `jiesu load` brings one."""


class Incomplete(Exception):
    """Files without which the others cannot be checked are neither loaded nor given."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def read(folder: Path, prefix: str) -> Rulebook:
    """Raises BadFile, and UnknownUnit for a place in no unit."""
    directory = Directory(read_units(folder / "units.csv"))
    terms, opening = read_terms(folder / "terms.csv")
    return Rulebook(
        prefix,
        directory,
        read_gazetteer(folder, directory),
        read_catalogue(folder / "catalogue.csv"),
        read_categories(folder / "categories.csv"),
        replace(read_calendar(folder / "calendar.csv"), opening=opening),
        terms,
    )


def load(work: Work, folder: Path, by: str) -> dict[str, int]:
    """Every CSV of `folder`, checked together with what is loaded before any is kept. Returns their versions."""
    files = {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.csv"))}
    return load_files(work, files, by)


def load_files(work: Work, files: dict[str, str], by: str) -> dict[str, int]:
    """files: name -> content. Raises BadFile, Incomplete, and nothing is kept."""
    with _folder(work, files) as together:
        read(together, "XX")
    return {name: reference.load(work, name, content, by) for name, content in files.items()}


def imagine(work: Work, files: dict[str, str], prefix: str) -> Rulebook:
    """The rulebook as it would be with these files; nothing is kept. Raises BadFile, Incomplete."""
    with _folder(work, files) as together:
        return read(together, prefix)


@contextmanager
def _folder(work: Work, instead: dict[str, str]) -> Iterator[Path]:
    """The files as they are loaded, with some of them replaced or added.

    Raises Incomplete; a BadFile of the block names the file without this folder, which is gone when it is read.
    """
    with TemporaryDirectory(prefix="jiesu-") as name:
        folder = Path(name)
        for kind in reference.versions(work):
            kept = reference.current(work, kind)
            if kept is not None:
                (folder / kind).write_text(kept.content, "utf-8")
        for file, content in instead.items():
            (folder / file).write_text(content, "utf-8")
        if missing := [name for name in NEEDED if not (folder / name).exists()]:
            raise Incomplete(missing)
        try:
            yield folder
        except BadFile as error:
            raise BadFile(Path(error.path.name), error.line, error.what) from None


class Books:
    """The rulebook as it is now, for every turn: asks once a second for versions, reads only what is new."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._versions: dict[str, int] = {}
        self._asked: datetime | None = None
        self._book: Rulebook | None = None

    def __call__(self, work: Work) -> Rulebook:
        if self._book is not None and self._asked and abs(work.now - self._asked) < LOOK_AGAIN:
            return self._book
        versions, self._asked = reference.versions(work), work.now
        if not versions:
            raise NothingLoaded
        if self._book is None or versions != self._versions:
            with _folder(work, {}) as folder:
                self._book, self._versions = read(folder, self._prefix), versions
        return self._book
