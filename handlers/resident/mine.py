"""/mine: one's own complaints, newest first."""

from handlers import choices
from handlers.messages import Reply
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored

MOST = 6


def mine(turn: Turn) -> Reply:
    found = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=MOST)
    if not found:
        return Reply(texts.no_complaints(), choices.MENU)
    return Reply(texts.my_complaints(len(found)), choices.which(found, "status"))
