"""/show NUMBER: the complaint with its whole text, masked, and its history."""

from complaints import traces
from handlers.messages import Reply
from handlers.staff import card
from handlers.texts import group as texts
from handlers.turn import Turn
from storage import complaints as stored


def show(turn: Turn) -> Reply:
    kinds = ["filed", "added", "transcript", "reply", "note", "reason", "conclusion"]
    said = stored.words(turn.work, turn.case.number, kinds)
    history = stored.events(turn.work, turn.case.number)
    drawn = card.text(turn, turn.case, leads=turn.case.lead == turn.by.unit)
    leads = any(traces.are_in(word.masked) for word in said)
    return Reply(texts.show(turn.case, drawn, said, history, turn.rules, traces=leads), copy=turn.case.number)
