"""为什么: the words that counted for the category, the catalogue's row and version that chose the unit."""

from handlers.messages import Reply
from handlers.texts import group as texts
from handlers.turn import Turn
from storage import complaints as stored


def why(turn: Turn) -> Reply:
    reasons = [e.facts.get("reason", "") for e in stored.events(turn.work, turn.case.number) if e.kind == "triaged"]
    opinion = turn.outside.predict(turn.case.gist)
    return Reply(texts.why(turn.case, opinion, reasons[-1] if reasons else "", turn.rules))
