"""/start CODE in a private chat: a person becomes a member of a unit's staff."""

from collections.abc import Callable

from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import people

PREFIX, GROUP_PREFIX = "S-", "G-"


def start_or(otherwise: Callable[[Turn], Reply | None]) -> Callable[[Turn], Reply | None]:
    """/start with a code joins; without one it is the resident's."""

    def start(turn: Turn) -> Reply | None:
        typed = turn.words.upper()
        if typed.startswith(GROUP_PREFIX):
            return Reply(texts.bind_in_group())
        return join(turn) if typed.startswith(PREFIX) else otherwise(turn)

    return start


def in_group(turn: Turn) -> Reply | None:
    """A personal code is not taken where others read it; the bare word is nothing to say in a group."""
    return Reply(texts.start_in_private()) if turn.words.upper().startswith(PREFIX) else None


def join(turn: Turn) -> Reply:
    code = people.use_code(turn.work, turn.words, "staff")
    if code is None:
        return Reply(texts.code_unknown())
    people.join(turn.work, turn.token(12), turn.message.channel, turn.message.sender, code.unit, code.role, code.name)
    return Reply(texts.joined(turn.rules.directory.get(code.unit), code.role))
