"""取消 in a group: what was asked of this person is asked no more."""

from handlers.messages import Reply
from handlers.texts import refusals
from handlers.texts import staff as texts
from handlers.turn import Turn


def drop(turn: Turn) -> Reply:
    asked = turn.conversation
    if not asked.asking:
        return Reply(texts.nothing_asked())
    asked.settle()
    again = refusals.still_asked(asked.about, asked.asking) if asked.asking else ""
    return Reply("\n\n".join(filter(None, (texts.dropped(), again))))
