"""/undo: one's own last act is taken back while it can be: a reply not yet sent, a word masked by hand, a claim before
any word."""

from datetime import datetime

from handlers import record
from handlers.messages import Reply
from handlers.staff import held, mask
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import outbox


def undo(turn: Turn) -> Reply:
    word = int(turn.args["word"]) if "word" in turn.args else _last_reply(turn)
    masked = None if "word" in turn.args else mask.last_of(turn)
    if masked and masked.id > (word or 0) and not _claimed_since(turn, masked.at):
        return mask.show(turn, masked.id)
    if word is not None and held.take_back(turn, word):
        return Reply(texts.reply_undone())
    if "word" in turn.args:
        return Reply(texts.reply_gone())
    return unclaim(turn)


def _claimed_since(turn: Turn, moment: datetime) -> bool:
    claimed = turn.case.claimed_at if turn.case.holder == turn.by.id else None
    return claimed is not None and claimed > moment


def unclaim(turn: Turn) -> Reply:
    """The claim alone: words on their way to the resident are to be taken back first."""
    if outbox.held_back(turn.work, turn.case.number):
        return Reply(texts.reply_before_claim(turn.case))
    turn.case.unclaim(turn.by, turn.now, turn.rules.terms.claim_undo)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.unclaimed(turn.case))


def _last_reply(turn: Turn) -> int | None:
    said = [word for word in stored.words(turn.work, turn.case.number, ["reply"]) if word.author == turn.by.id]
    return said[-1].id if said else None
