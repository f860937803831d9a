"""/status NUMBER: where a complaint of one's own stands, with a dated timeline."""

from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import choices
from handlers.messages import Reply, Rows
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import clocks
from storage import complaints as stored


def status(turn: Turn) -> Reply:
    complaint = turn.case
    history = stored.events(turn.work, complaint.number)
    due = clocks.of(turn.work, complaint.number)
    text = texts.status(complaint, history, due, turn.rules, turn.now)
    return Reply(text, _choices(turn, complaint), copy=complaint.number)


def _choices(turn: Turn, complaint: Complaint) -> Rows:
    if complaint.status is Status.REPLIED:
        return (*choices.solved_or_not(complaint), *choices.after(complaint))
    if complaint.is_open:
        return choices.after(complaint)
    if complaint.can_reopen(turn.now, turn.rules.terms.reopen_grace):
        return (*choices.reopen(complaint), *choices.MENU)
    return choices.MENU
