"""/transcribe NUMBER WORDS: what a voice message says, as staff have heard it; /transcribe NUMBER 2 WORDS of several.

2 is its place among all that was sent along, as /material counts. Nobody listens to it here, and the resident is told
nothing. Once more for the same one corrects it: both stay in what was said.
"""

from complaints import numbers
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import evidence as texts
from handlers.turn import Turn, split
from storage import complaints as stored
from storage import evidence
from storage.evidence import COUNTED

Voices = dict[int, int]  # place among what was sent along -> id
MOST = 6  # choices


def transcribe(turn: Turn) -> Reply:
    """The one that was asked about, or is named first in the words, or else the only one that waits."""
    voices = _voices(turn)
    place, words = _asked(turn, voices) or _named(turn.words, voices)
    place = place or _only(turn, voices)
    if place is None or not words:
        return _ask(turn, voices, place)
    return _keep(turn, voices, place, words)


def ask(turn: Turn) -> Reply:
    """What does it say? Of several first which."""
    voices = _voices(turn)
    found = _asked(turn, voices)
    return _ask(turn, voices, found[0] if found else _only(turn, voices))


def _voices(turn: Turn) -> Voices:
    sent = evidence.of_complaint(turn.work, turn.case.number)
    return {
        place: each.id for place, each in enumerate(sent, start=1) if each.kind == "voice" and each.state in COUNTED
    }


def _asked(turn: Turn, voices: Voices) -> tuple[int, str] | None:
    """The place of the one that a button or the question before was about."""
    asked = next((place for place, id in voices.items() if str(id) == turn.args.get("voice")), None)
    return (asked, turn.words) if asked is not None else None


def _named(words: str, voices: Voices) -> tuple[int | None, str]:
    first, rest = split(words)
    named = int(first) if first.isascii() and first.isdecimal() and len(first) <= 3 else 0
    return (named, rest) if named in voices else (None, words)


def _only(turn: Turn, voices: Voices) -> int | None:
    """The one that waits; with none waiting the only one there is."""
    done = turn.case.transcribed
    waiting = [place for place, id in voices.items() if id not in done] or list(voices)
    return waiting[0] if len(waiting) == 1 else None


def _ask(turn: Turn, voices: Voices, place: int | None) -> Reply:
    if not voices:
        return Reply(texts.no_voice(turn.case.number))
    if place is None:
        rows = tuple((_which(turn, place, id),) for place, id in list(voices.items())[:MOST])
        return Reply(texts.which_voice(turn.case.number, numbers.short(turn.case.number), list(voices)), rows)
    turn.ask("transcript_words", turn.case.number, voice=str(voices[place]))
    return Reply(texts.what_does_it_say(turn.case.number, place), ((Choice(common.CANCEL, "cancel"),),))


def _which(turn: Turn, place: int, id: int) -> Choice:
    return Choice(texts.voice(place), "ask_transcript", {"voice": str(id)}, turn.case.number)


def _keep(turn: Turn, voices: Voices, place: int, words: str) -> Reply:
    turn.settled("transcript_words")
    text = texts.transcript(place, words) if len(voices) > 1 else words
    said = stored.say(turn.work, turn.case.number, "transcript", turn.by.id, text)
    turn.case.transcribe(voices[place], turn.by, turn.now, said.hash)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.transcribed(turn.case.number, place, said.masked))
