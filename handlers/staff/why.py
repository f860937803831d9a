"""为什么: the words that counted for the category, the catalogue's row and version that chose the unit."""

from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn


def why(turn: Turn) -> Reply:
    return Reply(texts.why(turn.case, turn.outside.predict(turn.case.gist), turn.rules))
