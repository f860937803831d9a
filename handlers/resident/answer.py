"""An answer to the question that was asked: taken, skipped, kept, or the question before it."""

from complaints import hints
from complaints.draft import Draft, NotSkippable, Slot
from handlers import drafts
from handlers.messages import Reply
from handlers.resident import contact, place, question, review, step, understood
from handlers.texts import intake as texts
from handlers.turn import Turn


def hear(turn: Turn, draft: Draft, slot: Slot) -> Reply:
    text = turn.message.text.strip()
    said = understood.plain(text)
    if said in understood.BACK:
        return back(turn)
    if slot in draft.answers and said in understood.KEEP:
        return keep(turn)
    if said in (understood.ANONYMOUS if slot is Slot.CONTACT else understood.SKIP):
        return skip(turn)
    if not understood.has_words(text) or (slot is Slot.WHAT and understood.is_bare(text)):
        drafts.keep(turn, draft)
        return question.still(draft, slot, texts.not_an_answer(texts.question(draft, slot)))
    return _take(turn, draft, slot, text)


def _take(turn: Turn, draft: Draft, slot: Slot, text: str) -> Reply:
    if slot is Slot.WHERE:
        return place.hear(turn, draft, text)
    if slot is Slot.CONTACT:
        return _reach(turn, draft, text)
    if slot is Slot.WHAT:
        tell(turn, draft, text)
    else:
        draft.answer(slot, text)
    return step.go_on(turn, draft)


def tell(turn: Turn, draft: Draft, text: str) -> None:
    """One long text may hold the place, the time, the wish and the contact: what is in it is not asked again."""
    draft.answer(Slot.WHAT, text)
    place.notice(turn, draft, text)
    for slot, found in ((Slot.WHEN, hints.time_in(text)), (Slot.WISH, hints.wish_in(text))):
        if found and slot not in draft.answers:
            draft.answer(slot, found)
    own = contact.in_story(text) if Slot.CONTACT not in draft.answers else None
    if own is not None:
        reach(draft, own)


def reach(draft: Draft, own: contact.Contact) -> None:
    """A name that was given stays if only a number comes."""
    draft.reach(own.name or draft.name, own.phone)
    draft.answer(Slot.CONTACT, " ".join(filter(None, [draft.name, draft.phone])))


def _reach(turn: Turn, draft: Draft, text: str) -> Reply:
    read = contact.read(text)
    if read is None:
        drafts.keep(turn, draft)
        return question.still(draft, Slot.CONTACT, texts.no_contact())
    draft.reach(read.name, read.phone)
    draft.answer(Slot.CONTACT, text)
    return step.go_on(turn, draft)


def _asked(turn: Turn) -> tuple[Draft, Slot] | None:
    """The question this button or word answers, if it is the one that is open."""
    draft = step.addressed(turn)
    return (draft, draft.asked) if draft and draft.asked else None


def skip(turn: Turn) -> Reply:
    found = _asked(turn)
    if found is None:
        return step.stale(turn)
    draft, slot = found
    if slot is Slot.WHERE and place.skipped(turn, draft):
        return step.go_on(turn, draft)
    try:
        draft.skip(slot)
    except NotSkippable:
        return question.ask(turn, draft, slot, before=texts.needed())
    return step.go_on(turn, draft)


def keep(turn: Turn) -> Reply:
    """The answer that was given stays."""
    found = _asked(turn)
    if found is None:
        return step.stale(turn)
    draft, slot = found
    if slot not in draft.answers:
        return question.ask(turn, draft, slot)
    draft.asked, draft.tries, draft.typed = None, 0, ""
    return step.go_on(turn, draft)


def back(turn: Turn) -> Reply:
    """The question before; from an edit, the review card."""
    found = _asked(turn)
    if found is None:
        return step.stale(turn)
    draft, slot = found
    if draft.editing:
        return review.show(turn, draft)
    draft.tries, draft.typed = 0, ""
    return question.ask(turn, draft, draft.back(slot))
