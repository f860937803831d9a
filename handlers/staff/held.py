"""Words to a person that wait until they can no longer be taken back: held, sent at once, or taken back."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers.messages import Push, Reply
from handlers.turn import Turn
from storage import clocks, outbox
from storage import complaints as stored
from storage.complaints import Said


@dataclass(frozen=True)
class Held:
    """word: the row of the words. preview: what the person will read, as a group may read it."""

    word: int
    preview: str


def hold(turn: Turn, number: str, to: tuple[str, str], words: str, shown: Callable[[str], Reply]) -> Held:
    """The words wait with their push; a clock counts them as said when it goes.

    number: what they are about. to: channel and chat. shown: what is made of them for the person.
    """
    due = turn.now + turn.rules.terms.reply_undo
    said = stored.say(turn.work, number, "reply", turn.by.id, words)
    turn.pushes.append(Push(*to, shown(words), due, complaint=number, word=said.id))
    clocks.start(turn.work, "reply", str(said.id), due)
    return Held(said.id, shown(said.masked).text)


def is_by(turn: Turn, word: int) -> bool:
    """Whether whoever acts now has written these words."""
    said = stored.said(turn.work, word)
    return said is not None and said.author == turn.by.id


def send(turn: Turn, word: int) -> Said | None:
    """They go now. None: gone already, or taken back."""
    if not outbox.hurry(turn.work, word):
        return None
    clocks.stop(turn.work, str(word), ["reply"])
    return stored.said(turn.work, word)


def take_back(turn: Turn, word: int) -> bool:
    """False: they are gone."""
    if not outbox.take_out(turn.work, word):
        return False
    clocks.stop(turn.work, str(word), ["reply"])
    stored.unsay(turn.work, word)
    return True
