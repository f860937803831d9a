"""Consent comes before a complaint: what for, who sees it, how long.

What was written before is kept sealed for the draft only; 不同意 erases it at once.
"""

from complaints.draft import Draft, DraftState
from handlers.messages import Choice, Reply
from handlers.resident import intake, menu
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import drafts, turns

LIVELY = 2  # characters of a first text that says something


def begin(turn: Turn, text: str) -> Reply:
    """A new draft with the words that began it. Who has open complaints is asked whether they belong to one."""
    draft = Draft(turn.token(20), turn.message.channel, turn.message.chat, turn.message.sender, turn.now, turn.now)
    draft.pending = (text,) if text else ()
    _point(turn, draft)
    drafts.add(turn.work, draft)
    turn.draft, turn.conversation.draft = draft, draft.id
    intake.keep(turn, draft)
    return _or_add(turn) if text else card(turn)


def _point(turn: Turn, draft: Draft) -> None:
    unit = turn.rules.gazetteer.nearest(*turn.message.point) if turn.message.point else None
    if unit is not None:
        intake.settle_at(turn, draft, unit.code)


def _or_add(turn: Turn) -> Reply:
    mine = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=3)
    live = [complaint for complaint in mine if complaint.is_open]
    if not live:
        return card(turn)
    rows = [(Choice(texts.NEW_ONE, "keep_new"),)]
    rows += [(Choice(texts.add_to(complaint), "add_pending", complaint=complaint.number),) for complaint in live]
    return Reply(texts.new_or_add(), (*rows, (Choice(common.CANCEL, "cancel"),)))


def keep_new(turn: Turn) -> Reply:
    if turn.draft is None or turn.draft.consent:
        return intake.stale(turn)
    return card(turn)


def card(turn: Turn) -> Reply:
    agree = (Choice(texts.AGREE, "consent"), Choice(texts.DISAGREE, "no_consent"))
    return Reply(texts.consent(turn.rules.terms), (agree,))


def more(turn: Turn, draft: Draft) -> Reply:
    """More words before consent: kept, and the card is shown again."""
    draft.pending = (*draft.pending, turn.message.text.strip())
    intake.keep(turn, draft)
    return card(turn)


def given(turn: Turn) -> Reply:
    draft = turn.draft
    if draft is None or draft.consent:
        return intake.stale(turn)
    draft.consent = True
    text, draft.pending = "\n".join(part for part in draft.pending if part), ()
    if len(text) >= LIVELY:
        intake.use_all(turn, draft, text)
    return intake.go_on(turn, draft)


def refused(turn: Turn) -> Reply:
    """Erased at once; the emergency numbers and 12345 are still given."""
    if turn.draft is None or turn.draft.consent:
        return intake.stale(turn)
    discard(turn, turn.draft)
    return Reply(texts.no_consent(), menu.CHOICES)


def discard(turn: Turn, draft: Draft) -> None:
    """Nothing of what was typed stays; only that the updates were seen."""
    draft.state = DraftState.DISCARDED
    drafts.save(turn.work, draft)
    turns.stop_clocks(turn.work, draft.id)
    turns.forget_words(turn.work, draft.id)
    turn.conversation.draft, turn.conversation.asking = None, ""
    turn.draft = None
