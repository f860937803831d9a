"""The rulebook of one district: its units, its catalogue, its working time and the times it promises.

Everything here was loaded as data; handlers are given it whole, so that one turn sees one state of the rules.
"""

from dataclasses import dataclass

from complaints.calendar import WorkingTime
from complaints.catalogue import Catalogue
from complaints.category import Categories
from complaints.deadlines import Terms
from complaints.places import Gazetteer
from complaints.units import Directory


@dataclass(frozen=True)
class Rulebook:
    """prefix: of receipt numbers. version: of everything loaded, as one text for the records."""

    prefix: str
    directory: Directory
    gazetteer: Gazetteer
    catalogue: Catalogue
    categories: Categories
    working_time: WorkingTime
    terms: Terms

    @property
    def desk(self) -> str:
        """The unit whose group is the triage desk: the district centre."""
        return self.directory.district.code
