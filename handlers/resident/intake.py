"""Telling a trouble step by step: one question at a time, none asked whose answer was already given.

The draft is in the database from the first word, so after a crash or days later it goes on where it was.
"""

from datetime import timedelta

from complaints.draft import Draft, DraftState, NotSkippable, Slot, time_in, wish_in
from complaints.places import Place
from handlers.messages import Choice, Reply, Rows
from handlers.resident import consent, contact, menu, review
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn, normal
from storage import drafts, turns

RESUMED_AFTER = timedelta(minutes=30)
LONGEST = 20000  # characters of one answer; more is said, not cut in silence
SKIP = {"跳过", "跳過", "skip", "不知道", "唔知", "唔知道", "不清楚", "唔清楚", "没有", "冇", "無", "无", "略", "不说"}
BACK = {"上一步", "返回", "back", "退回"}


def told(turn: Turn) -> Reply:
    """Plain words of a resident that no other question was waiting for."""
    draft = turn.draft
    if draft is None:
        return _first(turn)
    resumed = turn.now - draft.touched_at > RESUMED_AFTER
    reply = _on(turn, draft)
    return Reply(texts.resumed(reply.text), reply.choices) if resumed else reply


def _first(turn: Turn) -> Reply:
    text = turn.message.text.strip()
    if turn.message.point is None and (not text or normal(text) in menu.GREETINGS):
        return menu.start(turn)
    if not any(character.isalnum() for character in text) and turn.message.point is None:
        return Reply(texts.not_words())
    return consent.begin(turn, text)


def _on(turn: Turn, draft: Draft) -> Reply:
    said = normal(turn.message.text)
    if not draft.consent:
        return consent.more(turn, draft)
    if draft.asked is not None and said in BACK:
        return back(turn)
    if draft.asked is not None and said in SKIP:
        return skip(turn)
    if draft.asked is not None:
        return _answer(turn, draft, draft.asked)
    return review.added(turn, draft)


def _answer(turn: Turn, draft: Draft, slot: Slot) -> Reply:
    text = turn.message.text.strip()
    if slot is Slot.WHERE:
        return _where(turn, draft, text)
    if not any(character.isalnum() for character in text):
        return Reply(texts.not_an_answer(texts.question(draft, slot)), _ways(slot))
    if slot is Slot.CONTACT:
        contact.read(draft, text)
    if slot is Slot.WHAT and Slot.WHERE not in draft.answers:
        use_all(turn, draft, text)
    else:
        draft.answer(slot, text)
    return go_on(turn, draft)


def use_all(turn: Turn, draft: Draft, text: str) -> None:
    """One long text may hold the place, the time and the wish: what is in it is not asked again."""
    draft.answer(Slot.WHAT, text)
    found = turn.rules.gazetteer.find(text)
    if found.unit not in {None, turn.rules.desk} and Slot.WHERE not in draft.answers:
        _settle(turn, draft, found, "".join(match.name for match in found.matches))
    for slot, understood in ((Slot.WHEN, time_in(text)), (Slot.WISH, wish_in(text))):
        if understood and slot not in draft.answers:
            draft.answer(slot, understood)


def go_on(turn: Turn, draft: Draft) -> Reply:
    """The next question, or the review card when nothing is missing."""
    missing = draft.missing()
    if missing is None or draft.editing:
        return review.show_draft(turn, draft)
    return ask(turn, draft, missing)


def ask(turn: Turn, draft: Draft, slot: Slot, before: str = "") -> Reply:
    draft.state, draft.asked = DraftState.COLLECTING, slot
    keep(turn, draft)
    return Reply(before + texts.question(draft, slot), _ways(slot))


def _ways(slot: Slot) -> Rows:
    ways = [] if slot is Slot.WHAT else [Choice(texts.SKIP, "skip", {"slot": slot.value})]
    if slot is Slot.CONTACT:
        ways = [Choice(texts.ANONYMOUS, "skip", {"slot": slot.value})]
    if slot is not Slot.WHAT:
        ways.append(Choice(texts.BACK, "back", {"slot": slot.value}))
    return (tuple(ways), (Choice(common.CANCEL, "cancel"),)) if ways else ((Choice(common.CANCEL, "cancel"),),)


def keep(turn: Turn, draft: Draft) -> None:
    """Saves the draft and sets its two clocks anew."""
    draft.touched_at = turn.now
    drafts.save(turn.work, draft)
    terms = turn.rules.terms
    turns.set_clock(turn.work, "draft_reminder", draft.id, turn.now + terms.draft_reminder)
    turns.set_clock(turn.work, "draft_expiry", draft.id, turn.now + terms.draft_expiry)


# where it is


def _where(turn: Turn, draft: Draft, text: str) -> Reply:
    point = turn.message.point
    if point is not None:
        return _pin(turn, draft, point)
    found = turn.rules.gazetteer.find(text)
    if found.unit is not None:
        _settle(turn, draft, found, text)
        return go_on(turn, draft)
    if found.choices and draft.tries < 2:
        return _which(turn, draft, found, text)
    if draft.tries < 1:
        draft.tries += 1
        keep(turn, draft)
        return Reply(texts.place_unknown(text, found.outside), _ways(Slot.WHERE))
    draft.answer(Slot.WHERE, text)  # kept as said: a person will know
    draft.area, draft.place = None, ""
    return go_on(turn, draft)


def _settle(turn: Turn, draft: Draft, found: Place, text: str) -> None:
    draft.answer(Slot.WHERE, text)
    draft.area = found.unit
    draft.place = common.place(found.unit, turn.rules) if found.unit else ""


def _which(turn: Turn, draft: Draft, found: Place, text: str) -> Reply:
    draft.tries += 1
    draft.pending = (text,)
    keep(turn, draft)
    rows = tuple((Choice(common.place(code, turn.rules), "place", {"unit": code}),) for code in found.choices[:4])
    return Reply(texts.which_place(), (*rows, *_ways(Slot.WHERE)))


def _pin(turn: Turn, draft: Draft, point: tuple[float, float]) -> Reply:
    unit = turn.rules.gazetteer.nearest(*point)
    if unit is None:
        return Reply(texts.pin_unknown(), _ways(Slot.WHERE))
    settle_at(turn, draft, unit.code)
    return go_on(turn, draft)


def settle_at(turn: Turn, draft: Draft, unit: str) -> None:
    """The place is known from a pin or a poster; it can be changed on the review card."""
    draft.answer(Slot.WHERE, common.place(unit, turn.rules))
    draft.area, draft.place = unit, common.place(unit, turn.rules)


def place(turn: Turn) -> Reply:
    """One of the places that were offered."""
    draft = turn.draft
    if draft is None or draft.asked is not Slot.WHERE:
        return stale(turn)
    typed = draft.pending[-1] if draft.pending else ""
    draft.answer(Slot.WHERE, typed)
    draft.area, draft.place, draft.pending = turn.args["unit"], common.place(turn.args["unit"], turn.rules), ()
    return go_on(turn, draft)


# skip, back, and buttons of steps that are over


def _asked(turn: Turn) -> Draft | None:
    """The draft, if the step this button or word is of is the one being asked."""
    draft = turn.draft
    if draft is None or draft.asked is None:
        return None
    return draft if turn.args.get("slot", draft.asked.value) == draft.asked.value else None


def skip(turn: Turn) -> Reply:
    draft = _asked(turn)
    if draft is None or draft.asked is None:
        return stale(turn)
    slot = draft.asked
    try:
        draft.skip(slot)
    except NotSkippable:
        return ask(turn, draft, slot, before=texts.needed())
    if slot is Slot.CONTACT:
        draft.anonymous, draft.name, draft.phone = True, "", ""
    return go_on(turn, draft)


def back(turn: Turn) -> Reply:
    draft = _asked(turn)
    if draft is None or draft.asked is None:
        return stale(turn)
    earlier = draft.back(draft.asked)
    draft.answers.pop(earlier, None)
    return ask(turn, draft, earlier)


def stale(turn: Turn) -> Reply:
    """A button of a step that is over: the live step is offered."""
    draft = turn.draft
    if draft is None:
        return Reply(texts.stale(), menu.CHOICES)
    live = consent.card(turn) if not draft.consent else None
    if live is None:
        live = ask(turn, draft, draft.asked) if draft.asked else review.show_draft(turn, draft)
    return Reply(texts.stale_here(live.text), live.choices)
