"""/claim NUMBER: a member of staff takes a complaint from their group's queue."""

from complaints.errors import AlreadyClaimed
from handlers import record
from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import people


def claim(turn: Turn) -> Reply:
    # the router has found the complaint and checked that this group holds its queue
    try:
        turn.case.claim(by=turn.by, at=turn.now)
    except AlreadyClaimed as error:
        return Reply(texts.held_by(turn.case, people.name_of(turn.work, error.holder), error.holder == turn.by.id))
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.claimed(turn.case))
