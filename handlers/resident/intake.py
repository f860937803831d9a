"""Telling a trouble in plain words, step by step: one question at a time, none asked whose answer was already given.

The draft is in the database from the first word, so after a crash or days later it goes on where it was.
"""

from datetime import timedelta

from complaints.draft import Draft, Slot
from handlers import choices, drafts
from handlers.messages import Reply
from handlers.resident import answer, begin, consent, edit, place, question, start, step, submit, understood
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
    return Reply(texts.resumed(reply.text), reply.choices, reply.copy) if resumed else reply


def edited(turn: Turn) -> Reply:
    """A message that was changed afterwards is no answer to what is asked now."""
    if turn.draft is None:
        return Reply(texts.edited(), choices.MENU)
    shown = step.live(turn, turn.draft)
    return Reply(f"{texts.edited()}\n\n{shown.text}", shown.choices)


def _first(turn: Turn) -> Reply:
    text, said = turn.message.text.strip(), understood.plain(turn.message.text)
    if turn.message.point is not None:
        return begin.begin(turn, text)
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
    return begin.more(turn, draft)


def _at_the_card(turn: Turn, draft: Draft) -> Reply:
    if understood.plain(turn.message.text) in understood.SUBMIT:
        return submit.submit(turn)
    return edit.add(turn, draft)


def _pin(turn: Turn, draft: Draft) -> Reply:
    """A pin is where it is, whatever was asked."""
    if not place.pin(turn, draft):
        drafts.keep(turn, draft)
        return Reply(texts.pin_unknown(), question.ways(draft, draft.asked or Slot.WHERE))
    return step.live(turn, draft)
