"""/start CODE in a private chat: a person becomes a member of a unit's staff."""

from collections.abc import Callable

from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import people

PREFIX = "S-"


def start_or(otherwise: Callable[[Turn], Reply | None]) -> Callable[[Turn], Reply | None]:
    """/start with a code joins; without one it is the resident's."""

    def start(turn: Turn) -> Reply | None:
        return join(turn) if turn.words.upper().startswith(PREFIX) else otherwise(turn)

    return start


def join(turn: Turn) -> Reply:
    code = people.use_code(turn.work, turn.words, "staff")
    if code is None:
        return Reply(texts.code_unknown())
    people.join(turn.work, turn.token(12), turn.message.channel, turn.message.sender, code.unit, code.role, code.name)
    return Reply(texts.joined(turn.rules.directory.get(code.unit), code.role))
