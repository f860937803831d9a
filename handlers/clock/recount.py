"""A calendar for a year that was counted provisionally has come: clocks that fall into it are counted again.

What was promised stays with the complaint; the resident is told when the time of the answer moved.
"""

from datetime import datetime

from complaints import alarms
from complaints.calendar import WorkingTime
from complaints.complaint import Complaint
from handlers import clocks, notifications, record
from handlers.messages import Push, Reply
from handlers.texts import resident as texts
from handlers.turn import Scene
from storage import clocks as clock_rows
from storage import complaints as stored

COUNTED = ("accept", "claim", "feedback", "resolve", "take_back")  # in working time


def recount(scene: Scene, number: str, before: WorkingTime) -> list[Push]:
    """before: the calendar with which the clocks of this complaint were counted."""
    complaint = stored.load(scene.work, number)
    if complaint is None or not complaint.is_open:
        return []
    moved = {kind: times for kind, times in _moved(scene, complaint, before).items() if times[0] != times[1]}
    for kind, (was, now) in moved.items():
        clock_rows.start(scene.work, kind, number, now)
        complaint.recounted(kind, was, now, scene.now)
    if not moved:
        return []
    record.save(scene, complaint, tell=False)
    return _told(scene, complaint, moved)


def _moved(scene: Scene, complaint: Complaint, before: WorkingTime) -> dict[str, tuple[datetime, datetime]]:
    """kind -> as it was, as it is; of the running clocks that were counted provisionally."""
    running = clock_rows.of(scene.work, complaint.number)
    started = _started(scene, complaint.number)
    return {
        kind: (was, clocks.due(scene, complaint, kind, started[kind]))
        for kind, was in running.items()
        if kind in COUNTED and kind in started and before.provisional(before.day_of(was)) and was > scene.now
    }


def _started(scene: Scene, number: str) -> dict[str, datetime]:
    """When each clock was last started."""
    history = stored.events(scene.work, number)
    return {kind: row.at for row in history for kind in alarms.STARTS.get(row.kind, ())}


def _told(scene: Scene, complaint: Complaint, moved: dict[str, tuple[datetime, datetime]]) -> list[Push]:
    if "resolve" not in moved:
        return []
    text = texts.recounted(complaint, *moved["resolve"], scene.rules)
    return [notifications.to_resident(scene, complaint, Reply(text))]
