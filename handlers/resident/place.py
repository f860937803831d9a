"""Where it happened: an address, the name of a community or landmark, a pin or a poster; asked back, never guessed."""

from complaints import emergencies
from complaints.draft import Draft, Slot
from complaints.places import Place
from complaints.spelling import core
from complaints.units import Level
from handlers import drafts
from handlers.messages import Reply
from handlers.resident import question, step
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.turn import Turn

MOST_TRIES = 2  # names that mean several places, or the whole district: then it is kept as said


def hear(turn: Turn, draft: Draft, text: str) -> Reply:
    """An answer to where it is. What two answers do not explain is kept as said: a person will know."""
    found = _find(turn, draft, text)
    if found.unit and (found.unit != turn.rules.desk or draft.tries):
        if not draft.tries and not emergencies.find(text) and _communities(turn, found.unit):
            return _which_community(turn, draft, found.unit, text)
        _settle(turn, draft, found.unit, _with_before(turn, draft, text))
        return step.go_on(turn, draft)
    offered = [code for code in found.choices if code != turn.rules.desk]
    if offered and draft.tries < MOST_TRIES:
        return _which(turn, draft, offered, text, texts.which_place())
    if draft.tries < 1:
        draft.tries, draft.typed = draft.tries + 1, text
        drafts.keep(turn, draft)
        why = texts.place_unknown(found.outside, bool(found.unit or found.choices))
        return question.still(draft, Slot.WHERE, why)
    _settle(turn, draft, _known_before(turn, draft), _with_before(turn, draft, text))
    return step.go_on(turn, draft)


def _communities(turn: Turn, unit: str) -> list[str]:
    """The names of those of a sub-district of which no more was said; empty for any other unit."""
    directory = turn.rules.directory
    if directory.get(unit).level is not Level.SUBDISTRICT:
        return []
    return [core(each.name) for each in directory.under(unit) if each.level is Level.COMMUNITY]


def _which_community(turn: Turn, draft: Draft, unit: str, text: str) -> Reply:
    """Written rather than chosen: there are more than one would read as buttons."""
    here = turn.rules.directory.get(unit)
    return _which(turn, draft, [unit], text, texts.which_community(here.name, _communities(turn, unit)))


def _known_before(turn: Turn, draft: Draft) -> str | None:
    """The unit that the first answer named, when its community was asked back."""
    return turn.rules.gazetteer.find(draft.typed).unit if draft.typed else None


def _with_before(turn: Turn, draft: Draft, text: str) -> str:
    """The landmark or sub-district that was said first stays: it says more than the name of the community."""
    return f"{draft.typed}，{text}" if _known_before(turn, draft) not in {None, turn.rules.desk} else text


def _find(turn: Turn, draft: Draft, text: str) -> Place:
    """What was said before helps: 东门, asked back, and then 步行街."""
    found = turn.rules.gazetteer.find(text)
    if found.unit is None and draft.typed:
        both = turn.rules.gazetteer.find(draft.typed + text)
        return both if both.unit not in {None, turn.rules.desk} else found
    return found


def notice(turn: Turn, draft: Draft, text: str) -> None:
    """A place named in the story is not asked again."""
    found = turn.rules.gazetteer.find(text)
    if found.unit not in {None, turn.rules.desk} and Slot.WHERE not in draft.answers:
        names = dict.fromkeys(match.name for match in found.matches)
        _settle(turn, draft, found.unit, "".join(names))


def _settle(turn: Turn, draft: Draft, unit: str | None, text: str) -> None:
    draft.settle(text, unit, common.place(unit, turn.rules) if unit else "")


def _which(turn: Turn, draft: Draft, offered: list[str], text: str, ask: str) -> Reply:
    draft.tries, draft.typed = draft.tries + 1, text
    drafts.keep(turn, draft)
    rows = tuple(
        (question.offer(draft, common.place(code, turn.rules), "place", slot=Slot.WHERE.value, unit=code),)
        for code in offered
    )
    return question.still(draft, Slot.WHERE, ask, rows)


def pick(turn: Turn) -> Reply:
    """One of the places that were offered."""
    draft = step.addressed(turn)
    if draft is None:
        return step.stale(turn)
    code = turn.args["unit"]
    draft.settle(draft.typed or common.place(code, turn.rules), code, common.place(code, turn.rules))
    return step.go_on(turn, draft)


def pin(turn: Turn, draft: Draft) -> bool:
    """Sets the place from a pin. False: no place of ours is near it."""
    unit = near(turn)
    if unit is not None:
        settle_at(turn, draft, unit)
    return unit is not None


def roughly(turn: Turn, draft: Draft) -> Reply | None:
    """The question for the community, if the pin is asked for and no more than its sub-district is known."""
    unit = near(turn)
    if unit is None or draft.asked is not Slot.WHERE or not _communities(turn, unit):
        return None
    return _which_community(turn, draft, unit, common.place(unit, turn.rules))


def skipped(turn: Turn, draft: Draft) -> bool:
    """Who does not know the community has still said the sub-district. False: nothing was said."""
    before = _known_before(turn, draft)
    if before is not None:
        _settle(turn, draft, before, draft.typed)
    return before is not None


def near(turn: Turn) -> str | None:
    """The code of the unit whose place is nearest to the pin."""
    found = turn.rules.gazetteer.nearest(*turn.message.point) if turn.message.point else None
    return found.code if found is not None else None


def settle_at(turn: Turn, draft: Draft, unit: str) -> None:
    """The place is known from a pin or a poster; it can be changed on the review card."""
    asked = draft.asked
    draft.settle(common.place(unit, turn.rules), unit, common.place(unit, turn.rules))
    draft.asked = None if asked is Slot.WHERE else asked
