"""/queue, /mine, /overdue: short lists of this group's open complaints, oldest first."""

from complaints.complaint import Complaint
from handlers.messages import Choice, Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import turns

SHOWN = 6


def queue(turn: Turn) -> Reply:
    return _list(turn, texts.QUEUE, stored.queue(turn.work, _unit(turn)))


def mine(turn: Turn) -> Reply:
    return _list(turn, texts.MINE, stored.queue(turn.work, _unit(turn), holder=turn.by.id))


def overdue(turn: Turn) -> Reply:
    late = [c for c in stored.queue(turn.work, _unit(turn), limit=500) if _is_late(turn, c)]
    return _list(turn, texts.OVERDUE, late)


def _is_late(turn: Turn, complaint: Complaint) -> bool:
    due = turns.clocks_of(turn.work, complaint.number).values()
    return bool(complaint.flags.get("late")) or any(moment < turn.now for moment in due)


def _unit(turn: Turn) -> str:
    return turn.unit or (turn.member.unit if turn.member else "")


def _list(turn: Turn, title: str, found: list[Complaint]) -> Reply:
    shown = found[:SHOWN]
    rows = tuple((Choice(texts.line_of(c), "show", complaint=c.number),) for c in shown)
    return Reply(texts.listed(title, len(found), len(shown)), rows)
