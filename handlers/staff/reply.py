"""/reply NUMBER WORDS: words to the resident, signed by the unit; for 30 seconds they can be taken back."""

from complaints.errors import NotHolder
from complaints.workflow import MoveNotAllowed, Status
from handlers import record
from handlers.messages import Choice, Reply
from handlers.staff import held, note
from handlers.texts import common, resident
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import lines

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
    complaint = turn.case
    to = (complaint.channel, complaint.chat)
    waits = held.hold(
        turn, complaint.number, to, turn.words, lambda w: Reply(resident.reply_to_resident(complaint, w, turn.rules))
    )
    choices = (
        Choice(texts.UNDO_REPLY, "undo", {"word": str(waits.word)}, complaint.number),
        Choice(texts.SEND_NOW, "send_now", {"word": str(waits.word)}, complaint.number),
    )
    lost = lines.is_unreachable(turn.work, *to)
    return Reply(texts.reply_preview(waits.preview, turn.rules.terms.reply_undo, lost), (choices,))


def send_now(turn: Turn) -> Reply:
    return Reply(texts.reply_sent() if send(turn, int(turn.args["word"])) else texts.reply_gone())


def send(turn: Turn, word: int) -> bool:
    """What was held back goes now and counts as said. False: it is gone already, or was taken back."""
    said = held.send(turn, word)
    if said is None:
        return False
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
