"""/add NUMBER WORDS: more to say about an open complaint; staff see it on the card."""

from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import choices, clocks, notifications, record
from handlers.messages import Choice, Reply
from handlers.resident import consent, step, understood
from handlers.texts import common
from handlers.texts import group as group_texts
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import clocks as clock_rows
from storage import complaints as stored


def add(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    if turn.words:
        return _add(turn, turn.case, turn.words)
    if is_pending(turn):
        return add_pending(turn)
    return _ask(turn)


def _ask(turn: Turn) -> Reply:
    turn.ask("add_words", turn.case.number)
    return Reply(texts.what_to_add(turn.case), ((Choice(common.CANCEL, "cancel"),),))


def words(turn: Turn) -> Reply:
    """The answer to `what do you want to add`."""
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    if not understood.has_words(turn.words):
        return _ask(turn)
    return step.aside(turn, _add(turn, turn.case, turn.words))


def is_pending(turn: Turn) -> bool:
    """Whether words were just typed of which it is asked where they belong."""
    draft = step.addressed(turn)
    return bool(draft and draft.pending and not draft.consent and not draft.is_new)


def add_pending(turn: Turn) -> Reply:
    """What was typed just now belongs to this complaint, not to a new one."""
    if not is_pending(turn):
        return step.stale(turn)
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    return _add(turn, turn.case, taken(turn))


def taken(turn: Turn) -> str:
    """The words that were typed, taken out of the draft they waited in; the draft is gone."""
    text = "\n".join(turn.draft.pending) if turn.draft else ""
    consent.leave(turn)
    return text


def _add(turn: Turn, complaint: Complaint, text: str) -> Reply:
    said = stored.say(turn.work, complaint.number, "added", "resident", text)
    complaint.add(turn.now, said.hash)
    record.save(turn, complaint, tell=False)
    if complaint.status is Status.REPLIED:  # who still writes is not silent
        clock_rows.start(turn.work, "silence", complaint.number, clocks.due(turn, complaint, "silence", turn.now))
    turn.pushes += notifications.to_groups(turn, complaint, group_texts.added_in_group(complaint, said.masked))
    return Reply(texts.added(complaint), choices.after(complaint))
