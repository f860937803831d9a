"""/reply NUMBER WORDS: words to the resident, signed by the unit; for 30 seconds they can be taken back."""

from complaints import masking
from complaints.complaint import NotHolder
from complaints.workflow import MoveNotAllowed, Status
from handlers import record
from handlers.messages import Choice, Push, Reply
from handlers.texts import common, resident
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import outbox, turns

_OPEN_TO_WORDS = {Status.CLAIMED, Status.HANDLING, Status.AWAITING_RESIDENT, Status.REPLIED}


def ask(turn: Turn) -> Reply:
    _check(turn)
    turn.ask("reply_words", turn.case.number)
    return Reply(texts.what_to_reply(turn.case), ((Choice(common.CANCEL, "cancel"),),))


def reply(turn: Turn) -> Reply:
    """The words wait with their push until the time to take them back is over; a clock then counts them as said."""
    _check(turn)
    if not turn.words:
        return ask(turn)
    complaint, due = turn.case, turn.now + turn.rules.terms.reply_undo
    word, _ = stored.say(turn.work, complaint.number, "reply", turn.by.id, turn.words, masking.mask(turn.words))
    text = resident.reply_to_resident(complaint, turn.words, turn.rules)
    turn.pushes.append(Push(complaint.channel, complaint.chat, Reply(text), due, complaint=complaint.number, word=word))
    turns.set_clock(turn.work, "reply", str(word), due)
    choices = (
        Choice(texts.UNDO_REPLY, "undo", {"word": str(word)}, complaint.number),
        Choice(texts.SEND_NOW, "send_now", {"word": str(word)}, complaint.number),
    )
    return Reply(texts.reply_preview(text, turn.rules.terms.reply_undo), (choices,))


def send_now(turn: Turn) -> Reply:
    word = int(turn.args["word"])
    if not outbox.hurry(turn.work, word):
        return Reply(texts.reply_gone())
    turns.stop_clocks(turn.work, str(word), ["reply"])
    said = stored.said(turn.work, word)
    if said is not None:
        turn.case.reply(turn.by, turn.now, said.hash)
        record.save(turn, turn.case, tell=False)
    return Reply(texts.reply_sent())


def _check(turn: Turn) -> None:
    """Raises what `Complaint.reply` would raise when the time comes."""
    complaint = turn.case
    if complaint.status not in _OPEN_TO_WORDS:
        raise MoveNotAllowed(complaint.number, complaint.status, Status.HANDLING)
    if complaint.holder is not None and complaint.holder != turn.by.id:
        raise NotHolder(complaint.number, complaint.holder)
