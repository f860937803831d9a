"""A service clock has run out: the card says so, the group is reminded, and unit by unit the ones above see it.

An open complaint is never without a next alarm: the clock is set again for the next rung, and from the top rung
once a working day.
"""

from datetime import timedelta

from complaints import deadlines
from complaints.complaint import Complaint
from handlers import record
from handlers.messages import Push, Reply
from handlers.texts import staff as texts
from handlers.turn import Scene
from storage import complaints as stored
from storage import outbox, people, turns

RUNGS = 3  # the unit itself, the sub-district, the district
NEXT_RUNG = timedelta(hours=1)  # of working time


def accept(scene: Scene, subject: str) -> list[Push]:
    return _late(scene, subject, "accept")


def claim(scene: Scene, subject: str) -> list[Push]:
    return _late(scene, subject, "claim")


def feedback(scene: Scene, subject: str) -> list[Push]:
    return _late(scene, subject, "feedback")


def resolve(scene: Scene, subject: str) -> list[Push]:
    return _late(scene, subject, "resolve")


def _late(scene: Scene, number: str, kind: str) -> list[Push]:
    complaint = stored.load(scene.work, number)
    if complaint is None or not complaint.is_open:
        return []
    rung = complaint.late(kind, scene.now)
    record.save(scene, complaint, tell=False)
    show_above(scene, complaint, rung - 1)
    _set_again(scene, complaint, kind, rung)
    if rung > RUNGS:
        return []  # everybody concerned has been told: the card stays red
    return _remind(scene, complaint, kind)


def show_above(scene: Scene, complaint: Complaint, levels: int) -> None:
    """The units up to `levels` above the lead get a card of their own."""
    unit = complaint.lead
    for _ in range(levels):
        above = scene.rules.directory.above(unit) if unit else None
        if above is None:
            return
        unit = above.code
        for channel, chat in people.groups_of(scene.work, unit):
            outbox.hang_card(scene.work, channel, chat, complaint.number)


def _set_again(scene: Scene, complaint: Complaint, kind: str, rung: int) -> None:
    wait = NEXT_RUNG if rung < RUNGS else None
    hours = scene.rules.working_time
    next_time = deadlines.due(scene.now, wait, hours) if wait else deadlines.working_days(scene.now, 1, hours)
    turns.set_clock(scene.work, kind, complaint.number, next_time)


def _remind(scene: Scene, complaint: Complaint, kind: str) -> list[Push]:
    text = texts.late_in_group(complaint, kind)
    groups = people.groups_of(scene.work, complaint.lead) if complaint.lead else []
    return [Push(channel, chat, Reply(text), scene.now, complaint=complaint.number) for channel, chat in groups]
