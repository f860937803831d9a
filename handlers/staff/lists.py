"""/queue, /mine, /overdue: short lists of this group's open complaints, oldest first."""

from complaints.complaint import Complaint
from handlers.messages import Choice, Reply
from handlers.texts import group as texts
from handlers.turn import Turn
from storage import clocks
from storage import complaints as stored

SHOWN = 6
MOST = 500


def queue(turn: Turn) -> Reply:
    return _list(turn, texts.QUEUE, stored.queue(turn.work, turn.by.unit, MOST))


def mine(turn: Turn) -> Reply:
    return _list(turn, texts.MINE, stored.queue(turn.work, turn.by.unit, MOST, holder=turn.by.id))


def overdue(turn: Turn) -> Reply:
    late = [c for c in stored.queue(turn.work, turn.by.unit, MOST) if _is_late(turn, c)]
    return _list(turn, texts.OVERDUE, late)


def _is_late(turn: Turn, complaint: Complaint) -> bool:
    """A clock of it has run out, whether or not anybody has been reminded yet."""
    due = clocks.of(turn.work, complaint.number).values()
    return bool(complaint.late_since) or any(moment < turn.now for moment in due)


def _list(turn: Turn, title: str, found: list[Complaint]) -> Reply:
    shown = found[:SHOWN]
    rows = tuple((Choice(texts.line_of(c), "show", complaint=c.number),) for c in shown)
    return Reply(texts.listed(title, len(found), len(shown)), rows)
