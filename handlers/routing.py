"""Where a complaint goes, by all that the district knows now: its catalogue, who is concerned, who is off duty.

Nothing of the person who sent it comes in here, so the same matter from anyone goes the same way.
"""

from complaints import respondents
from complaints.assignment import Assignment, assign, is_complained_about
from complaints.category import is_settled
from complaints.complaint import Complaint
from complaints.draft import Slot
from handlers.turn import Scene
from storage import duty


def assignment_for(scene: Scene, category: str, item: str, area: str | None, who: str) -> Assignment | None:
    """Who would lead now; None is triage. area: a unit's code; who: the words on whom it is about."""
    if not is_settled(category):
        return None
    rules = scene.rules
    concerned = respondents.named(who, rules.directory)
    away = duty.off(scene.work)
    return assign(category, item, area, rules.catalogue, rules.directory, concerned, away)


def assignment_of(scene: Scene, complaint: Complaint) -> Assignment | None:
    """Who would lead this complaint now."""
    who = complaint.details.get(Slot.WHO.value, "")
    return assignment_for(scene, complaint.category, complaint.item, complaint.area, who)


def is_about(scene: Scene, complaint: Complaint, unit: str) -> bool:
    """Whether it complains about this unit or about one above it: then the unit never gets it."""
    concerned = respondents.named(complaint.details.get(Slot.WHO.value, ""), scene.rules.directory)
    return is_complained_about(unit, scene.rules.directory, concerned)
