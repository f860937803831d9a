"""/note NUMBER WORDS, or `# words` under the card: an internal note, which never reaches the resident."""

from complaints import masking
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored


def ask(turn: Turn) -> Reply:
    turn.ask("note_words", turn.case.number)
    return Reply(texts.what_to_note(turn.case), ((Choice(common.CANCEL, "cancel"),),))


def note(turn: Turn) -> Reply:
    if not turn.words:
        return ask(turn)
    _, hashed = stored.say(turn.work, turn.case.number, "note", turn.by.id, turn.words, masking.mask(turn.words))
    turn.case.note(turn.by, turn.now, hashed)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.noted(turn.case))
