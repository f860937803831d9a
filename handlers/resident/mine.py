"""/mine: one's own complaints, newest first."""

from handlers.messages import Choice, Reply
from handlers.resident import menu
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored


def mine(turn: Turn) -> Reply:
    found = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=6)
    if not found:
        return Reply(texts.no_complaints(), menu.CHOICES)
    rows = tuple((Choice(texts.line_of(c), "status", complaint=c.number),) for c in found)
    return Reply(texts.my_complaints(len(found)), rows)
