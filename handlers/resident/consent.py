"""Consent comes before a complaint: what for, who sees it, how long.

What was written before is kept sealed for the draft only; 不同意 erases it at once.
"""

from complaints.draft import DraftState
from handlers import alerts, choices, drafts
from handlers.messages import Reply
from handlers.resident import answer, contact, step, understood
from handlers.texts import intake as texts
from handlers.turn import Turn
from storage import evidence


def given(turn: Turn) -> Reply:
    draft = step.addressed(turn)
    if draft is None or draft.consent:
        return step.stale(turn)
    draft.consent = True
    evidence.release(turn.work, draft.id)
    text = "\n".join(said for said in draft.pending if contact.number(said) is None)
    numbers = list(filter(None, map(contact.number, draft.pending)))
    draft.pending = ()
    if understood.has_words(text):
        answer.tell(turn, draft, text)
    if numbers:
        answer.reach(draft, numbers[-1])
    return step.go_on(turn, draft)


def refused(turn: Turn) -> Reply:
    """Erased at once; the emergency numbers and 12345 are still given."""
    draft = step.addressed(turn)
    if draft is None or draft.consent:
        return step.stale(turn)
    leave(turn)
    return Reply(texts.no_consent() + alerts.kept(turn, turn.message.channel, turn.message.chat), choices.MENU)


def leave(turn: Turn) -> None:
    """Nothing of what was typed stays; only that the updates were seen."""
    if turn.draft is not None:
        drafts.erase(turn, turn.draft, DraftState.DISCARDED)
    turn.conversation.draft = turn.draft = None
