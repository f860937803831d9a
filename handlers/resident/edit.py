"""Changing a draft from its review card: any answer, or more words; each change comes back to the card."""

from dataclasses import replace

from complaints.draft import Draft, Slot
from handlers.messages import Reply
from handlers.resident import answer, contact, question, review, step, understood
from handlers.texts import intake as texts
from handlers.turn import Turn

MORE = (Slot.WHEN, Slot.WHO, Slot.WISH, Slot.CONTACT)


def card(turn: Turn) -> Reply:
    draft = step.consented(turn)
    if draft is None or draft.missing():
        return step.stale(turn)
    return review.show(turn, draft)


def edit(turn: Turn) -> Reply:
    draft = _reviewed(turn)
    if draft is None:
        return step.stale(turn)
    draft.editing = True
    return question.ask(turn, draft, Slot(turn.args["slot"]))


def more(turn: Turn) -> Reply:
    """The answers that have no button of their own on the card."""
    draft = _reviewed(turn)
    if draft is None:
        return step.stale(turn)
    offered = [question.offer(draft, texts.edit(slot), "edit", slot=slot.value) for slot in MORE]
    to_review = question.offer(draft, texts.TO_REVIEW, "review")
    return Reply(texts.edit_what(), (tuple(offered[:2]), tuple(offered[2:]), (to_review,)))


def _reviewed(turn: Turn) -> Draft | None:
    """A draft that has been at the card: nothing is missing in it."""
    draft = step.consented(turn)
    return draft if draft and draft.missing() is None else None


def add(turn: Turn, draft: Draft) -> Reply:
    """Words typed at the review card belong to the matter; a phone alone, or with a name, is the contact."""
    text = turn.message.text.strip()
    if not understood.has_words(text) or understood.is_bare(text):
        return review.show(turn, draft)
    if (own := contact.alone(text)) is not None:
        answer.reach(draft, own)
        shown = review.show(turn, draft)
        return replace(shown, text=texts.contact_changed(shown.text))
    draft.answers[Slot.WHAT] = draft.answers.get(Slot.WHAT, "") + "\n" + text
    shown = review.show(turn, draft)
    return replace(shown, text=texts.added_to_draft(shown.text))
