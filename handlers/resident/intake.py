"""Telling a trouble in plain words, step by step: one question at a time, none asked whose answer was already given.

The draft is in the database from the first word, so after a crash or days later it goes on where it was.
"""

from dataclasses import replace
from datetime import timedelta

from complaints.draft import Draft, Slot
from handlers import choices, drafts
from handlers.messages import Reply
from handlers.resident import answer, begin, consent, edit, keys, place, question, start, step, submit, understood
from handlers.texts import common
from handlers.texts import evidence as evidence_texts
from handlers.texts import intake as texts
from handlers.texts import resident as labels
from handlers.turn import Turn

RESUMED_AFTER = timedelta(minutes=30)
MENU = {labels.MEDIATION: start.mediation, labels.CONSULT: start.consult}  # typed, with no menu in sight


def told(turn: Turn) -> Reply:
    """Plain words of a resident that no other question was waiting for."""
    draft = turn.draft
    if draft is None:
        return _first(turn)
    if understood.plain(turn.message.text) in understood.GREETINGS:
        return step.resume(turn)
    resumed = turn.now - draft.touched_at > RESUMED_AFTER
    reply = _on(turn, draft)
    return replace(reply, text=texts.resumed(reply.text)) if resumed else reply


def edited(turn: Turn) -> Reply:
    """A message that was changed afterwards is no answer to what is asked now."""
    if turn.draft is None:
        return Reply(texts.edited(), choices.MENU)
    shown = step.live(turn, turn.draft)
    return replace(shown, text=f"{texts.edited()}\n\n{shown.text}")


def _first(turn: Turn) -> Reply:
    text, said = turn.message.text.strip(), understood.plain(turn.message.text)
    if turn.message.point is not None:
        return _located(turn, begin.begin(turn, text))
    if not text or said in understood.GREETINGS:
        return start.start(turn)
    if text in MENU:
        return MENU[text](turn)
    if said in understood.SUBMIT and (again := submit.filed_just_now(turn)):
        return again
    if understood.is_bare(text):
        return Reply(texts.nothing_open(), choices.MENU)
    if not understood.has_words(text):
        return Reply(texts.not_words(), choices.MENU)
    return begin.begin(turn, text)


def _on(turn: Turn, draft: Draft) -> Reply:
    if not draft.consent:
        return _before_consent(turn, draft)
    if turn.message.phone or turn.message.contact:
        return keys.came(turn, draft)
    if turn.message.point is not None:
        return _pin(turn, draft)
    if draft.asked is not None:
        return answer.hear(turn, draft, draft.asked)
    if draft.missing() is not None:
        return step.live(turn, draft)
    return _at_the_card(turn, draft)


def _before_consent(turn: Turn, draft: Draft) -> Reply:
    if understood.plain(turn.message.text) in understood.DISAGREE:
        return consent.refused(turn)
    said, asked_new = understood.plain(turn.message.text), not draft.is_new and bool(begin.open_ones(turn))
    if asked_new and said in understood.NEW:
        return begin.keep_new(turn)
    if not asked_new and said in understood.YES:
        return consent.given(turn)
    if not asked_new and said in understood.NO:
        return consent.refused(turn)
    if turn.message.point is None and not understood.has_words(turn.message.text):
        return begin.ask(turn, draft)
    asked = begin.more(turn, draft)
    return asked if turn.message.point is None else _located(turn, asked)


def _at_the_card(turn: Turn, draft: Draft) -> Reply:
    if understood.plain(turn.message.text) in understood.SUBMIT:
        return submit.submit(turn)
    return edit.add(turn, draft)


def _pin(turn: Turn, draft: Draft) -> Reply:
    """A pin is where it is, whatever was asked."""
    if rough := place.roughly(turn, draft):
        return rough
    if not place.pin(turn, draft) and draft.asked is Slot.WHERE:
        drafts.keep(turn, draft)
        return question.still(draft, Slot.WHERE, texts.pin_unknown())
    return _located(turn, step.live(turn, draft))


def _located(turn: Turn, shown: Reply) -> Reply:
    """What the pin means, before what is asked now."""
    unit = place.near(turn)
    text = texts.pin_elsewhere(shown.text)
    if unit is not None:
        text = evidence_texts.place_set(common.place(unit, turn.rules), shown.text)
    return replace(shown, text=text)
