"""When a clock falls due, and its row: written in the transaction of the event that starts or stops it.

Which event moves which clock stands in `complaints.alarms`. Urgent complaints count calendar time, the others
working time; the silence after a conclusion always counts days as they come.
"""

from datetime import datetime, timedelta

from complaints import alarms, deadlines
from complaints.calendar import WorkingTime
from complaints.complaint import Complaint
from complaints.events import Event
from handlers.turn import Scene
from storage import clocks


def follow(scene: Scene, complaint: Complaint, events: list[Event]) -> None:
    """Only what is left of all that the events start and stop is written."""
    starts: dict[str, datetime | None] = {}
    for event in events:
        starts |= dict.fromkeys(alarms.STOPS.get(event.kind, ()))
        starts |= dict.fromkeys(alarms.STARTS.get(event.kind, ()), event.at)
    clocks.stop(scene.work, complaint.number, [kind for kind, start in starts.items() if start is None])
    dues = {kind: due(scene, complaint, kind, start) for kind, start in starts.items() if start is not None}
    clocks.start_all(scene.work, complaint.number, dues)


def due(scene: Scene, complaint: Complaint, kind: str, start: datetime) -> datetime:
    """When the clock `kind`, started at `start`, falls due. The catalogue's row may name another time."""
    terms, hours = scene.rules.terms, hours_of(scene, complaint)
    if kind == "silence":
        return start + terms.silence
    row = scene.rules.catalogue.row(complaint.category, complaint.item)
    if kind == "resolve":
        days = terms.resolve if row is None or row.resolve is None else row.resolve
        return deadlines.end_of_working_day(start, hours, days)
    allowed: timedelta = getattr(row, kind, None) or getattr(terms, kind)
    return deadlines.due(start, allowed, hours)


def hours_of(scene: Scene, complaint: Complaint) -> WorkingTime:
    hours = scene.rules.working_time
    return WorkingTime.round_the_clock(hours.zone) if complaint.flags.get("urgent") else hours


def promised(scene: Scene, category: str, item: str, start: datetime) -> dict[str, datetime]:
    """What a resident is promised now: kind -> clock time."""
    imagined = Complaint("", "", "", "", "", "", start, category=category, item=item)
    return {kind: due(scene, imagined, kind, start) for kind in ("accept", "feedback", "resolve")}
