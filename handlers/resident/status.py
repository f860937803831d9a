"""/status NUMBER: where a complaint of one's own stands, with a dated timeline."""

from complaints.workflow import Status
from handlers import notifications
from handlers.messages import Reply, Rows
from handlers.resident import menu
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import turns


def status(turn: Turn) -> Reply:
    complaint = turn.case
    history = stored.events(turn.work, complaint.number)
    due = turns.clocks_of(turn.work, complaint.number)
    return Reply(texts.status(complaint, history, due, turn.rules), _choices(turn), copy=complaint.number)


def _choices(turn: Turn) -> Rows:
    complaint = turn.case
    if complaint.status is Status.REPLIED:
        return notifications.solved_or_not(complaint)
    return menu.after(complaint) if complaint.is_open else menu.CHOICES
