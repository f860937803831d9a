"""/reply NUMBER WORDS: words to the resident, signed by the unit; for 30 seconds they can be taken back."""

from complaints.complaint import NotHolder
from complaints.workflow import MoveNotAllowed, Status
from handlers import record
from handlers.messages import Choice, Push, Reply
from handlers.staff import note
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
    """Words marked as a note stay inside; others wait with their push until the time to take them back is over."""
    if note.is_note(turn.words):
        return note.note(turn)
    _check(turn)
    if not turn.words:
        return ask(turn)
    turn.settled("reply_words")
    word, preview = _say(turn)
    choices = (
        Choice(texts.UNDO_REPLY, "undo", {"word": str(word)}, turn.case.number),
        Choice(texts.SEND_NOW, "send_now", {"word": str(word)}, turn.case.number),
    )
    lost = turns.is_unreachable(turn.work, turn.case.channel, turn.case.chat)
    return Reply(texts.reply_preview(preview, turn.rules.terms.reply_undo, lost), (choices,))


def _say(turn: Turn) -> tuple[int, str]:
    """The words wait with their push; a clock counts them as said when it goes. The row, and what a group may read."""
    complaint, due = turn.case, turn.now + turn.rules.terms.reply_undo
    said = stored.say(turn.work, complaint.number, "reply", turn.by.id, turn.words)
    text = resident.reply_to_resident(complaint, turn.words, turn.rules)
    turn.pushes.append(
        Push(complaint.channel, complaint.chat, Reply(text), due, complaint=complaint.number, word=said.id)
    )
    turns.set_clock(turn.work, "reply", str(said.id), due)
    return said.id, resident.reply_to_resident(complaint, said.masked, turn.rules)


def send_now(turn: Turn) -> Reply:
    return Reply(texts.reply_sent() if send(turn, int(turn.args["word"])) else texts.reply_gone())


def send(turn: Turn, word: int) -> bool:
    """What was held back goes now and counts as said. False: it is gone already, or was taken back."""
    if not outbox.hurry(turn.work, word):
        return False
    turns.stop_clocks(turn.work, str(word), ["reply"])
    said = stored.said(turn.work, word)
    if said is not None:
        turn.case.reply(turn.by, turn.now, said.hash)
        record.save(turn, turn.case, tell=False)
    return True


def _check(turn: Turn) -> None:
    """Raises what `Complaint.reply` would raise when the time comes."""
    complaint = turn.case
    if complaint.status not in _OPEN_TO_WORDS:
        raise MoveNotAllowed(complaint.number, complaint.status, Status.HANDLING)
    if complaint.holder is not None and complaint.holder != turn.by.id:
        raise NotHolder(complaint.number, complaint.holder)
