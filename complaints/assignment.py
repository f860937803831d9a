"""Assignment: which unit's queue a complaint goes to, and why.

The nearest level comes first unless the catalogue names a department. Only what the complaint is about decides:
nothing of the person who sent it comes in here, so the same matter from anyone goes the same way. What this
does not do: weigh the load of units, or decide what no row speaks of; that is for triage.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from complaints.catalogue import Catalogue, CatalogueRow
from complaints.units import HEIGHT, Directory, Level, Unit


class Reason(StrEnum):
    """Why this unit leads; of several reasons the one that moved the complaint last."""

    NEAREST = "nearest"  # the area's unit of the catalogue's level, or the nearest one above that is known
    CATALOGUE = "catalogue"  # the catalogue names the unit
    NO_AREA = "no_area"  # the place is not known: the district centre
    RESPONDENT = "respondent"  # it complains about the unit, or about one above it
    OFF_DUTY = "off_duty"  # the unit is off duty, this is its backup


@dataclass(frozen=True)
class Assignment:
    """Units are codes; `row` and `version` name the catalogue's row that sent the complaint.

    `instead_of` is the unit that the row meant, if another one leads.
    """

    lead: str
    assists: tuple[str, ...]
    row: str
    version: str
    reason: Reason
    instead_of: str | None = None


def assign(
    category: str,
    item: str,
    area: str | None,
    catalogue: Catalogue,
    directory: Directory,
    respondents: Collection[str] = (),
    off_duty: Collection[str] = (),
) -> Assignment | None:
    """Where the complaint goes; None is triage: no row speaks of it, or the district itself is complained about.

    `area` is the code of the unit where it happened, of any level; `respondents` are codes of the units it
    complains about. Neither such a unit nor one beneath it leads or assists: nobody judges their superior.
    Raises UnknownUnit if `area`, or a code of the row, is not in the directory.
    """
    row = catalogue.row(category, item)
    if row is None:
        return None
    meant, reason = _meant(row.lead, area, directory)
    lead: Unit | None = meant
    while lead and (moved := _unfit(lead, directory, respondents, off_duty)):
        lead, reason = directory.above(lead.code), moved
    if lead is None:
        return None
    return Assignment(
        lead=lead.code,
        assists=_assists(row, area, lead, directory, respondents),
        row=row.id,
        version=catalogue.version,
        reason=reason,
        instead_of=meant.code if meant is not lead else None,
    )


def _meant(lead: Level | str, area: str | None, directory: Directory) -> tuple[Unit, Reason]:
    """The unit the row means, before anyone asks whether it can."""
    if not isinstance(lead, Level):
        return directory.get(lead), Reason.CATALOGUE
    if area is None:
        return directory.district, Reason.NO_AREA
    return _nearest(lead, area, directory), Reason.NEAREST


def _nearest(level: Level, area: str, directory: Directory) -> Unit:
    """The lowest unit on the way up from `area` that stands at `level` or above it."""
    wanted = HEIGHT.get(level, HEIGHT[Level.DISTRICT])
    return next(
        (unit for unit in directory.path(area) if HEIGHT.get(unit.level, -1) >= wanted),
        directory.district,
    )


def _unfit(unit: Unit, directory: Directory, respondents: Collection[str], off_duty: Collection[str]) -> Reason | None:
    """Why this unit cannot lead; the district centre has no backup, so being off duty does not move it."""
    if is_complained_about(unit.code, directory, respondents):
        return Reason.RESPONDENT
    if unit.code in off_duty and unit is not directory.district:
        return Reason.OFF_DUTY
    return None


def is_complained_about(code: str, directory: Directory, respondents: Collection[str]) -> bool:
    """Whether it complains about the unit `code` or about one above it."""
    return any(step.code in respondents for step in directory.path(code))


def _assists(
    row: CatalogueRow, area: str | None, lead: Unit, directory: Directory, respondents: Collection[str]
) -> tuple[str, ...]:
    """The row's assisting units: each once, without the lead and without any that is complained about.

    A level stands for the area's unit and is left out where the area is not known.
    """
    named = [assist for assist in row.assists if area is not None or not isinstance(assist, Level)]
    units = [_meant(assist, area, directory)[0].code for assist in named]
    return tuple(
        code
        for code in dict.fromkeys(units)
        if code != lead.code and not is_complained_about(code, directory, respondents)
    )
