"""/note NUMBER WORDS, or `# words` under the card: an internal note, which never reaches the resident."""

from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored

MARKS = "#\uff03"


def ask(turn: Turn) -> Reply:
    turn.ask("note_words", turn.case.number)
    return Reply(texts.what_to_note(turn.case), ((Choice(common.CANCEL, "cancel"),),))


def is_note(words: str) -> bool:
    """Whether words that would go to the resident are marked as a note."""
    return words.startswith(tuple(MARKS))


def note(turn: Turn) -> Reply:
    words = turn.words.lstrip(MARKS).strip()
    if not words:
        return ask(turn)
    turn.settled("note_words", "reply_words")
    said = stored.say(turn.work, turn.case.number, "note", turn.by.id, words)
    turn.case.note(turn.by, turn.now, said.hash)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.noted(turn.case))
