"""Where a complaint goes, by all that the district knows now: its catalogue, who is concerned, who is off duty.

Nothing of the person who sent it comes in here, so the same matter from anyone goes the same way.
"""

from collections.abc import Mapping

from complaints import respondents
from complaints.assignment import Assignment, assign, is_complained_about
from complaints.category import is_settled
from complaints.complaint import Complaint
from complaints.draft import Slot
from handlers.turn import Scene
from storage import duty


def assignment_for(scene: Scene, category: str, item: str, area: str | None, who: str) -> Assignment | None:
    """Who would lead now; None is triage. area: a unit's code; who: all words that may name whom it is about."""
    if not is_settled(category):
        return None
    rules = scene.rules
    concerned = respondents.named(who, rules.directory)
    away = duty.off(scene.work)
    return assign(category, item, area, rules.catalogue, rules.directory, concerned, away)


def accused(told: Mapping[str, str]) -> str:
    """The words that may name whom it is about: many say it in the story and skip the question. told: by slot."""
    return "\n".join(told.get(slot, "") for slot in (Slot.WHAT.value, Slot.WHO.value))


def assignment_of(scene: Scene, complaint: Complaint) -> Assignment | None:
    """Who would lead this complaint now."""
    who = accused(complaint.details)
    return assignment_for(scene, complaint.category, complaint.item, complaint.area, who)


def is_about(scene: Scene, complaint: Complaint, unit: str) -> bool:
    """Whether it complains about this unit or about one above it: then the unit never gets it."""
    concerned = respondents.named(accused(complaint.details), scene.rules.directory)
    return is_complained_about(unit, scene.rules.directory, concerned)
