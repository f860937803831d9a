"""What comes without words: a contact or a position, sent by a key or from the phone's own menu.

One's own number fills in the contact of a draft, whatever is asked. Somebody else's is words, but never an answer to
how the teller can be reached. Where no draft can take them they are words like any others, so that nothing is lost.
"""

from dataclasses import replace

from complaints.draft import Draft, Slot
from handlers.messages import Message, Reply
from handlers.resident import answer, contact, question, step
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.turn import Turn

OF_A_COMPLAINT = frozenset({"add_words", "why_not_solved"})  # asked, a position answers it


def worded(turn: Turn) -> Message:
    """The message with words for what it brought, where words are waited for; else as it is."""
    message = turn.message
    if message.text.strip() or not (message.point or message.phone or message.contact):
        return message
    return replace(message, text=_words(turn, message))


def _words(turn: Turn, message: Message) -> str:
    asking = turn.conversation.asking
    if message.point is not None:
        return _position(turn, *message.point) if asking in OF_A_COMPLAINT else ""
    if turn.draft is not None and turn.draft.consent and not asking:
        return ""
    own = contact.vouched(message.phone)
    return own.phone if own else message.phone or message.contact


def _position(turn: Turn, latitude: float, longitude: float) -> str:
    near = turn.rules.gazetteer.nearest(latitude, longitude)
    return texts.position(common.place(near.code, turn.rules) if near else "", latitude, longitude)


def came(turn: Turn, draft: Draft) -> Reply:
    """A contact, in the middle of a draft."""
    if not turn.message.phone:
        return _others(turn, draft, turn.message.contact)
    own, asked = contact.vouched(turn.message.phone), draft.asked
    if own is None:
        return _elsewhere(turn, draft)
    answer.reach(draft, own)
    if asked is Slot.CONTACT:
        return step.go_on(turn, draft)
    draft.asked = asked
    shown = step.live(turn, draft)
    return replace(shown, text=texts.contact_changed(shown.text))


def _elsewhere(turn: Turn, draft: Draft) -> Reply:
    """The platform gave what is no number of a phone."""
    if draft.asked is Slot.CONTACT:
        return question.still(draft, Slot.CONTACT, texts.no_contact())
    shown = step.live(turn, draft)
    return replace(shown, text=f"{texts.no_contact()}\n\n{shown.text}")


def _others(turn: Turn, draft: Draft, words: str) -> Reply:
    if draft.asked is Slot.CONTACT:
        return question.still(draft, Slot.CONTACT, texts.not_own())
    if draft.asked is Slot.WHO or Slot.WHAT not in draft.answers:
        draft.answer(draft.asked or Slot.WHAT, words)
        return step.go_on(turn, draft)
    draft.answers[Slot.WHAT] += f"\n{words}"
    shown = step.live(turn, draft)
    return replace(shown, text=texts.added_to_draft(shown.text))
