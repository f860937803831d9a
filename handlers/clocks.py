"""Which clocks an event starts and stops. A clock is a row written in the transaction of the event that set it.

accept: taken in within minutes. claim: somebody signs for it. feedback: the first words to the resident. resolve:
answered the same day. take_back: a claim without a word returns to its queue. silence: no answer closes it.
"""

from datetime import datetime, timedelta

from complaints import deadlines
from complaints.complaint import Complaint
from complaints.events import Event
from handlers.turn import Scene
from storage import turns

SERVICE = ("accept", "claim", "feedback", "resolve", "take_back")
STARTS = {
    "registered": ("accept",),
    "dispatched": ("claim", "feedback", "resolve"),
    "transferred": ("claim",),
    "raised": ("claim", "feedback", "resolve"),
    "unclaimed": ("claim",),
    "taken_back": ("claim",),
    "claimed": ("take_back",),
    "reopened": ("feedback", "resolve"),
    "concluded": ("silence",),
}
STOPS = {
    "accepted": ("accept",),
    "claimed": ("claim",),
    "transferred": ("take_back",),
    "unclaimed": ("take_back",),
    "taken_back": ("take_back",),
    "first_contact": ("feedback", "take_back"),
    "replied": ("feedback",),
    "concluded": SERVICE,
    "reopened": ("silence",),
    "raised": SERVICE,
    "confirmed": (*SERVICE, "silence"),
    "closed_unanswered": (*SERVICE, "silence"),
    "withdrawn": (*SERVICE, "silence"),
}


def follow(scene: Scene, complaint: Complaint, events: list[Event]) -> None:
    for event in events:
        turns.stop_clocks(scene.work, complaint.number, STOPS.get(event.kind, ()))
        for kind in STARTS.get(event.kind, ()):
            turns.set_clock(scene.work, kind, complaint.number, due(scene, complaint, kind, event.at))


def due(scene: Scene, complaint: Complaint, kind: str, start: datetime) -> datetime:
    """When the clock `kind`, started at `start`, falls due. The catalogue's row may name another time."""
    terms, hours = scene.rules.terms, scene.rules.working_time
    if kind == "silence":
        return start + terms.silence
    row = scene.rules.catalogue.row(complaint.category, complaint.item)
    if kind == "resolve":
        days = terms.resolve if row is None or row.resolve is None else row.resolve
        return deadlines.end_of_working_day(start, hours, days)
    allowed: timedelta = getattr(row, kind, None) or getattr(terms, kind)
    return deadlines.due(start, allowed, hours)


def promised(scene: Scene, category: str, item: str, start: datetime) -> dict[str, datetime]:
    """What a resident is promised now: kind -> clock time."""
    imagined = Complaint("", "", "", "", "", "", start, category=category, item=item)
    return {kind: due(scene, imagined, kind, start) for kind in ("accept", "feedback", "resolve")}
