"""/claim NUMBER: a member of staff takes a complaint from their group's queue."""

from handlers import record
from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn


def claim(turn: Turn) -> Reply:
    # the router has found the complaint and checked that this group holds its queue
    turn.case.claim(by=turn.by, at=turn.now)
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.claimed(turn.case))
