"""/undo: one's own last act is taken back while it can be: a reply not yet sent, a claim before any word."""

from handlers import record
from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import outbox, turns


def undo(turn: Turn) -> Reply:
    word = int(turn.args["word"]) if "word" in turn.args else _last_reply(turn)
    if word is not None and turns.take_out(turn.work, word):
        turns.stop_clocks(turn.work, str(word), ["reply"])
        stored.unsay(turn.work, word)
        return Reply(texts.reply_undone())
    if "word" in turn.args:
        return Reply(texts.reply_gone())
    return unclaim(turn)


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
