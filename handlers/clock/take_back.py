"""Claimed but no word to the resident in time: it returns to the queue, and the unit above sees its card."""

from datetime import timedelta

from complaints.workflow import Status
from handlers import record
from handlers.clock import late
from handlers.messages import Push
from handlers.texts import group as texts
from handlers.turn import Scene
from storage import clocks, outbox, people
from storage import complaints as stored

A_MOMENT = timedelta(minutes=1)  # while words wait for the time in which they can be taken back


def take_back(scene: Scene, subject: str) -> list[Push]:
    complaint = stored.load(scene.work, subject)
    if complaint is None or complaint.status is not Status.CLAIMED:
        return []
    if outbox.held_back(scene.work, subject):
        clocks.start(scene.work, "take_back", subject, scene.now + A_MOMENT)
        return []
    complaint.take_back(scene.now)
    record.save(scene, complaint, tell=False)
    above = late.ladder(scene, complaint)[:2]
    groups = [group for unit in above for group in people.groups_of(scene.work, unit)]
    late.show(scene, complaint, groups)
    terms = scene.rules.terms
    return late.remind(scene, complaint, groups, lambda leads: texts.taken_back_in_group(complaint, terms, leads))
