"""Loading data, and saying beforehand what a change does to open complaints."""

from dataclasses import dataclass
from pathlib import Path

from bot.rows import BadFile, rows
from complaints.assignment import assign
from complaints.complaint import Complaint
from complaints.errors import ComplaintError
from complaints.rulebook import Rulebook
from storage import complaints as stored
from storage import people
from storage.unit_of_work import Work

FILES = {
    "directory": "units.csv",
    "catalogue": "catalogue.csv",
    "categories": "categories.csv",
    "calendar": "calendar.csv",
    "landmarks": "landmarks.csv",
    "points": "points.csv",
    "terms": "terms.csv",
}
PEOPLE = ("channel", "sender", "unit", "role", "name")


@dataclass(frozen=True)
class Moved:
    """An open complaint that would go to another unit now. after: None, a person would decide."""

    number: str
    before: str | None
    after: str | None


def effect(work: Work, new: Rulebook) -> list[Moved]:
    """What the new rules would do otherwise with each open complaint that is in a queue by the catalogue."""
    return [moved for each in stored.open_ones(work) if (moved := _moved(each, new))]


def _moved(complaint: Complaint, new: Rulebook) -> Moved | None:
    if not complaint.catalogue_row:
        return None
    try:
        to = assign(complaint.category, complaint.item, complaint.area, new.catalogue, new.directory)
    except ComplaintError:  # its place is no longer in the directory
        to = None
    after = to.lead if to else None
    return None if after == complaint.lead else Moved(complaint.number, complaint.lead, after)


def load_people(work: Work, file: Path, rules: Rulebook) -> int:
    """Staff accounts from a CSV; how many. Raises BadFile, and nothing is kept."""
    found = list(rows(file, PEOPLE))
    for row in found:
        if row.cells["unit"] not in rules.directory:
            raise BadFile(file, row.line, f"unit {row.cells['unit']} is not in the directory")
        if row.cells["role"] not in people.ROLES:
            raise BadFile(file, row.line, f"role should be one of {', '.join(people.ROLES)}")
    for row in found:
        id = f"{row.cells['channel']}:{row.cells['sender']}"
        people.join(work, id, *(row.cells[column] for column in PEOPLE))
    return len(found)
