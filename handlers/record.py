"""Writing down what a handler did to a complaint, and all that follows from it in the same transaction.

The complaint and its events, the clocks they start and stop, the cards that are to be drawn anew, and what the
resident is told, unless the resident is the one who spoke.
"""

from complaints.complaint import Complaint
from complaints.events import Event
from handlers import clocks, notifications
from handlers.messages import Push
from handlers.turn import Scene
from storage import asked, cards, people
from storage import complaints as stored


def file(scene: Scene, complaint: Complaint) -> bool:
    """A new complaint. False: its draft was filed before, nothing was written."""
    events = list(complaint.events)
    if not stored.add(scene.work, complaint):
        return False
    _follow(scene, complaint, events)
    return True


def save(scene: Scene, complaint: Complaint, *, tell: bool = True, word: int | None = None) -> list[Push]:
    """A changed complaint; the pushes it owes the resident. Raises Overtaken."""
    events = list(complaint.events)
    stored.save(scene.work, complaint)
    _follow(scene, complaint, events)
    return notifications.tell(scene, complaint, events) if tell else []


def _follow(scene: Scene, complaint: Complaint, events: list[Event]) -> None:
    clocks.follow(scene, complaint, events)
    if not complaint.is_open:
        asked.answered(scene.work, complaint.number)
    _show(scene, complaint)


def _show(scene: Scene, complaint: Complaint) -> None:
    """Cards hang in the groups of the lead and of the assisting units; those that hang elsewhere are redrawn too."""
    cards.want(scene.work, complaint.number)
    for unit in filter(None, (complaint.lead, *complaint.assists)):
        for channel, chat in people.groups_of(scene.work, unit):
            cards.hang(scene.work, channel, chat, complaint.number)
