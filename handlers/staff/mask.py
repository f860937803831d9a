"""/mask NUMBER WORD: a word that could lead to somebody goes under stars in all that groups are shown of a complaint.

`/mask NUMBER -WORD` shows it again. A single sign, or a word in many places, is asked back with the count first. Who
may look may mask: it takes nothing away but from sight, and the texts as typed stay whole.
"""

from complaints import blanking
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import masks
from storage.masks import Mask

MINUS = "-\u2010\u2013\u2014\u2212\uff0d"
MOST = 3  # places: more is asked back


def mask(turn: Turn) -> Reply:
    if turn.words[:1] and turn.words[0] in MINUS:
        return _show_again(turn, blanking.word_in(turn.words.lstrip(MINUS)))
    word = blanking.word_in(turn.words)
    if not word:
        return Reply(texts.what_to_mask(turn.case, len(masks.hidden(turn.work, turn.case.number))))
    places = masks.places(turn.work, turn.case.number, word)
    if not places:
        return Reply(texts.not_in_sight(turn.case))
    id = masks.keep(turn.work, turn.case.number, turn.by.id, word)
    if len(word) > 1 and places <= MOST:
        return _mask(turn, id)
    sure = Choice(texts.MASK_NOW, "mask_now", {"mask": str(id)}, turn.case.number)
    return Reply(texts.would_mask(turn.case, places), ((sure,),))


def now(turn: Turn) -> Reply:
    """It was asked back, and is meant."""
    return _mask(turn, int(turn.args["mask"]))


def _mask(turn: Turn, id: int) -> Reply:
    done = masks.hide(turn.work, turn.case.number, id)
    if done is None:
        return Reply(texts.masked_before(turn.case))
    places = masks.places(turn.work, turn.case.number, done.word)
    turn.case.mask(_gist(turn), turn.by, turn.now, done.hash, places)
    record.save(turn, turn.case, tell=False)
    again = Choice(texts.UNMASK, "unmask", {"mask": str(id)}, turn.case.number)
    return Reply(texts.masked(turn.case, places), ((again,),))


def _show_again(turn: Turn, word: str) -> Reply:
    found = [mask for mask in masks.hidden(turn.work, turn.case.number) if mask.word.casefold() == word.casefold()]
    if not found:
        return Reply(texts.not_masked(turn.case))
    for mask in found:
        reply = show(turn, mask.id)
    return reply


def unmask(turn: Turn) -> Reply:
    return show(turn, int(turn.args["mask"]))


def show(turn: Turn, id: int) -> Reply:
    """A word that was masked by hand is shown again."""
    done = masks.show(turn.work, turn.case.number, id)
    if done is None:
        return Reply(texts.not_masked(turn.case))
    turn.case.unmask(_gist(turn), turn.by, turn.now, done.hash)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.unmasked(turn.case))


def _gist(turn: Turn) -> str:
    return masks.copied_anew(turn.work, turn.case.number, turn.case.gist)


def last_of(turn: Turn) -> Mask | None:
    """What this person has masked last, if it is still masked."""
    own = [mask for mask in masks.hidden(turn.work, turn.case.number) if mask.author == turn.by.id]
    return own[-1] if own else None
