"""/show NUMBER: the complaint with its whole text, masked, and its history."""

from handlers.messages import Reply
from handlers.staff import card
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored


def show(turn: Turn) -> Reply:
    said = stored.words(turn.work, turn.case.number, ["filed", "added", "reply", "note", "reason", "conclusion"])
    history = stored.events(turn.work, turn.case.number)
    drawn = card.text(turn, turn.case, leads=turn.case.lead == turn.by.unit)
    return Reply(texts.show(drawn, said, history, turn.rules), copy=turn.case.number)
