"""/cancel: the draft is erased, nothing stays."""

from handlers.messages import Reply
from handlers.resident import consent, menu
from handlers.texts import resident as texts
from handlers.turn import Turn


def cancel(turn: Turn) -> Reply:
    turn.conversation.asking, turn.conversation.about, turn.conversation.told = "", "", {}
    if turn.message.group:
        return Reply(texts.nothing_open())
    if turn.draft is None:
        return Reply(texts.nothing_open(), menu.CHOICES)
    consent.discard(turn, turn.draft)
    return Reply(texts.cancelled(), menu.CHOICES)
