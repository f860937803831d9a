"""What was sent along with a message, whoever then looks at it: kept as rows, where it belongs, within the limits.

Nothing is fetched in a turn: that is a job's, after the commit, and of what was sent before consent not at all. A file
that is refused at once leaves a row that says why, so that its sender can be told of each.
"""

from collections.abc import Collection

from handlers.messages import File
from handlers.texts import evidence as texts
from handlers.turn import Scene, Turn
from storage import evidence
from storage.evidence import COUNTED, HELD, REFUSED, WANTED, Evidence, Home, New


def join(turn: Turn, home: Home, *, consent: bool = True) -> list[Evidence]:
    """What this message brought belongs there now; once, however often it is said. The rows it made.

    A file that is there already (the platform says it is the same) makes none.
    """
    made = brought(turn) if turn.message.files else []
    if made or not turn.message.files:
        return made
    there = evidence.of_home(turn.work, home)
    album = [each for each in there if each.album and each.album == turn.message.album]
    for file in turn.message.files:
        if not is_there(file, [*there, *made]):
            step = there if home.draft else album
            made.append(_add(turn, file, home, _count([*step, *made]), _count([*there, *made]), consent))
    return made


def brought(turn: Turn) -> list[Evidence]:
    """The rows that this message has made."""
    return evidence.of_message(turn.work, turn.message.channel, turn.message.update_key)


def is_there(file: File, there: list[Evidence]) -> bool:
    return bool(file.unique) and any(each.unique == file.unique and each.state in COUNTED for each in there)


def _add(turn: Turn, file: File, home: Home, of_step: int, of_all: int, consent: bool) -> Evidence:
    message = turn.message
    why = turn.outside.limits.refusal(file.kind, file.size, of_step, of_all)
    new = New(
        message.channel,
        message.chat,
        message.sender,
        message.update_key,
        home,
        file.kind,
        file.ref,
        file.unique,
        file.name,
        file.size,
        file.seconds,
        message.album,
        REFUSED if why else WANTED if consent else HELD,
        why,
    )
    return evidence.add(turn.work, new)


def line_of(scene: Scene, home: Home, transcribed: Collection[int] = ()) -> str:
    """How much there is, for a card; empty if nothing is."""
    return texts.line(evidence.of_home(scene.work, home), transcribed)


def count(scene: Scene, home: Home) -> int:
    """How many there are, or are still to come."""
    return _count(evidence.of_home(scene.work, home))


def _count(there: list[Evidence]) -> int:
    return sum(each.state in COUNTED for each in there)
