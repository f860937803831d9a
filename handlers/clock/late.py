"""A service clock has run out: the card says so, the group is reminded, and unit by unit the ones above see it.

An open complaint is never without a next alarm: the clock is set again for the next rung, and from the top rung
once a working day, silently. A unit without a group is passed over: the next one above that has one is reminded.
What nobody signs for moves up with the reminders, so that a unit without staff cannot keep it for ever.
"""

from collections.abc import Callable
from datetime import datetime

from complaints import deadlines
from complaints.complaint import Complaint
from complaints.units import Unit
from complaints.workflow import Status
from handlers import clocks, record, routing
from handlers.messages import Push, Reply
from handlers.texts import group as texts
from handlers.turn import Scene
from storage import cards, duty, people
from storage import clocks as clock_rows
from storage import complaints as stored

RUNGS = 3  # the unit itself, the unit above it, the district

Groups = list[tuple[str, str]]


def late(kind: str) -> Callable[[Scene, str, datetime], list[Push]]:
    """What happens when the clock `kind` falls due."""

    def fire(scene: Scene, subject: str, due: datetime) -> list[Push]:
        complaint = stored.load(scene.work, subject)
        return _late(scene, complaint, kind, due) if complaint and complaint.is_open else []

    return fire


def _late(scene: Scene, complaint: Complaint, kind: str, due: datetime) -> list[Push]:
    rung = complaint.late(kind, due, scene.now)
    groups = _groups(scene, complaint, rung)  # of the ladder as it stood: who led reads that they lead no more
    to = _taken_up(scene, complaint, rung) if kind == "claim" else None
    record.save(scene, complaint, tell=False)
    _set_again(scene, complaint, kind, rung)
    if rung > RUNGS:
        return []  # everybody concerned has been told: the card stays marked
    show(scene, complaint, groups)
    return remind(scene, complaint, groups, lambda leads: texts.late_in_group(complaint, kind, rung, leads, to))


def _taken_up(scene: Scene, complaint: Complaint, rung: int) -> Unit | None:
    """From the second rung on the next unit above that has a group and may have it leads; None if it stays."""
    if not 1 < rung <= RUNGS or complaint.status is not Status.DISPATCHED:
        return None
    to = next((unit for unit in ladder(scene, complaint)[1:] if _can_take_up(scene, complaint, unit)), None)
    if to is None:
        return None
    complaint.take_up(to, scene.now)
    return scene.rules.directory.get(to)


def _can_take_up(scene: Scene, complaint: Complaint, unit: str) -> bool:
    here = bool(people.groups_of(scene.work, unit)) and not duty.until(scene.work, unit)
    return here and not routing.is_about(scene, complaint, unit)


def _set_again(scene: Scene, complaint: Complaint, kind: str, rung: int) -> None:
    hours = clocks.hours_of(scene, complaint)
    once_more = deadlines.due(scene.now, scene.rules.terms.next_rung, hours) if rung < RUNGS else None
    clock_rows.start(
        scene.work, kind, complaint.number, once_more or deadlines.working_days(scene.now, 1, scene.rules.working_time)
    )


def _groups(scene: Scene, complaint: Complaint, rung: int) -> Groups:
    """The groups of the lead and of the `rung - 1` units above it; further up while there is none."""
    found: Groups = []
    for step, unit in enumerate(ladder(scene, complaint), start=1):
        if step > rung and found:
            break
        found += people.groups_of(scene.work, unit)
    return list(dict.fromkeys(found))


def ladder(scene: Scene, complaint: Complaint) -> list[str]:
    """The lead and the units above it, up to the district."""
    units, unit = [], complaint.lead
    while unit is not None and unit in scene.rules.directory:
        units.append(unit)
        above = scene.rules.directory.above(unit)
        unit = above.code if above else None
    return units


def show(scene: Scene, complaint: Complaint, groups: Groups) -> None:
    """A card in each of these groups, if none hangs there yet."""
    for channel, chat in groups:
        cards.hang(scene.work, channel, chat, complaint.number)


def remind(scene: Scene, complaint: Complaint, groups: Groups, text: Callable[[bool], str]) -> list[Push]:
    """text: in the words for the lead's group (True), or for those who read along."""
    leads = set(people.groups_of(scene.work, complaint.lead)) if complaint.lead else set()
    return [
        Push(channel, chat, Reply(text((channel, chat) in leads)), scene.now, complaint=complaint.number)
        for channel, chat in groups
    ]
