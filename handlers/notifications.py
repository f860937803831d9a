"""Who is told of an event, and in what words: one turn tells one person one thing.

Staff see most of it on the card; what the resident does is also said in a line to the lead's groups. What an event
tells the resident stands in one table, beside the workflow's own say on whether it is told.
"""

from datetime import timedelta

from complaints.complaint import Complaint
from complaints.events import Event
from complaints.workflow import Status
from handlers import choices
from handlers.messages import Push, Reply, Rows
from handlers.texts import resident as texts
from handlers.turn import Scene
from storage import asked, clocks, people
from storage.complaints import last_words

QUESTION_LASTS = timedelta(days=30)


def tell(scene: Scene, complaint: Complaint, events: list[Event]) -> list[Push]:
    """At most one push; none if nothing of this concerns the resident."""
    told = [line for event in events if (line := texts.told(event, complaint, scene.rules))]
    if not told:
        return []
    concluded = any(event.kind == "concluded" for event in events)
    if concluded:
        told.append(last_words(scene.work, complaint.number, "conclusion"))
        _ask(scene, complaint)
    due = clocks.of(scene.work, complaint.number)
    text = texts.push(complaint, told, due, scene.rules, scene.now)
    return [to_resident(scene, complaint, Reply(text, _offered(scene, complaint)))]


def _offered(scene: Scene, complaint: Complaint) -> Rows:
    if complaint.status is Status.REPLIED:
        return choices.solved_or_not(complaint)
    if complaint.can_reopen(scene.now, scene.rules.terms.reopen_grace):
        return choices.reopen(complaint)
    return choices.after(complaint) if complaint.is_open else choices.MENU


def to_groups(scene: Scene, complaint: Complaint, text: str) -> list[Push]:
    """A line to the groups of the unit that leads. text: masked."""
    return to_unit(scene, complaint.lead, text, complaint.number) if complaint.lead else []


def to_unit(scene: Scene, unit: str, text: str, complaint: str = "") -> list[Push]:
    """A line to every group of a unit."""
    groups = people.groups_of(scene.work, unit)
    return [Push(channel, chat, Reply(text), scene.now, complaint=complaint) for channel, chat in groups]


def to_resident(scene: Scene, complaint: Complaint, reply: Reply) -> Push:
    return Push(complaint.channel, complaint.chat, reply, scene.now, complaint=complaint.number)


def _ask(scene: Scene, complaint: Complaint) -> None:
    """The resident is in a conversation of their own: the question waits until they speak."""
    until = scene.now + QUESTION_LASTS
    asked.ask(scene.work, complaint.channel, complaint.chat, complaint.number, "solved", until)
