"""A question of the dialogue as it is shown, with the ways out of it. Every button names the draft it belongs to."""

from complaints.draft import KEYS, Draft, DraftState, Slot
from handlers import drafts, evidence
from handlers.messages import Choice, Reply, Rows
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.turn import Turn
from storage.evidence import Home


def offer(draft: Draft, label: str, action: str, **args: str) -> Choice:
    """A press does something to this draft only, never to a later one."""
    return Choice(label, action, {"draft": draft.id, **args})


def cancel(draft: Draft) -> Choice:
    return offer(draft, common.CANCEL, "cancel")


def consent(turn: Turn, draft: Draft) -> Reply:
    turn.conversation.settle()  # what was asked about a complaint gives way
    agree = (offer(draft, texts.AGREE, "consent"), offer(draft, texts.DISAGREE, "no_consent"))
    said = bool(draft.pending) or evidence.count(turn, Home(draft=draft.id)) > 0
    return Reply(texts.consent(turn.rules.terms, said), (agree,))


def ask(turn: Turn, draft: Draft, slot: Slot, before: str = "") -> Reply:
    turn.conversation.settle()
    draft.state, draft.asked, key = DraftState.COLLECTING, slot, draft.key_for(slot)
    drafts.keep(turn, draft)
    return Reply(before + texts.question(draft, slot), ways(draft, slot), ask=key)


def still(draft: Draft, slot: Slot, text: str, more: Rows = ()) -> Reply:
    """It was not answered yet: why, with the same ways out. more: choices before them."""
    return Reply(text, (*more, *ways(draft, slot)), ask=KEYS.get(slot, ""))


def ways(draft: Draft, slot: Slot) -> Rows:
    """Skip, back and cancel; an answer that was given can stay."""
    on = []
    if slot in draft.answers:
        on.append(offer(draft, texts.KEEP, "keep_answer", slot=slot.value))
    if slot is not Slot.WHAT:
        skip = texts.ANONYMOUS if slot is Slot.CONTACT else texts.SKIP
        on.append(offer(draft, skip, "skip", slot=slot.value))
    return (tuple(on), tuple(_out(draft, slot))) if on else (tuple(_out(draft, slot)),)


def _out(draft: Draft, slot: Slot) -> list[Choice]:
    if draft.editing:
        return [offer(draft, texts.TO_REVIEW, "review"), cancel(draft)]
    if slot is Slot.WHAT:
        return [cancel(draft)]
    return [offer(draft, texts.BACK, "back", slot=slot.value), cancel(draft)]
