"""/add NUMBER WORDS: more to say about an open complaint, or files for it; staff see it on the card."""

from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import choices, clocks, notifications, record
from handlers import evidence as shared
from handlers.messages import Choice, Reply
from handlers.resident import consent, step, understood
from handlers.texts import common
from handlers.texts import group as group_texts
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import clocks as clock_rows
from storage import complaints as stored
from storage import evidence
from storage.evidence import COUNTED, Home


def add(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    if turn.words or turn.message.files:
        return put(turn, turn.case, turn.words)
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
    return step.aside(turn, put(turn, turn.case, turn.words))


def is_pending(turn: Turn) -> bool:
    """Whether words were just typed, or files sent, of which it is asked where they belong."""
    draft = step.addressed(turn)
    if draft is None or draft.consent or draft.is_new:
        return False
    return bool(draft.pending) or shared.count(turn, Home(draft=draft.id)) > 0


def add_pending(turn: Turn) -> Reply:
    """What came just now belongs to this complaint, not to a new one."""
    if not is_pending(turn):
        return step.stale(turn)
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    files = shared.count(turn, Home(draft=turn.draft.id)) if turn.draft else 0
    return _add(turn, turn.case, taken(turn), files)


def taken(turn: Turn) -> str:
    """The words that were typed, taken out of the draft they waited in; the draft is gone, its files are moved."""
    text = "\n".join(turn.draft.pending) if turn.draft else ""
    if turn.draft is not None:
        evidence.move(turn.work, turn.draft.id, turn.case.number)
    consent.leave(turn)
    return text


def put(turn: Turn, complaint: Complaint, text: str) -> Reply:
    """Words, the files of this message, or both. Of an album the files are told when all of it is there."""
    rows = shared.join(turn, Home(complaint=complaint.number))
    files = 0 if turn.message.album else sum(row.state in COUNTED for row in rows)
    if not text and not files:
        return Reply("", choices.after(complaint))
    return _add(turn, complaint, text, files)


def _add(turn: Turn, complaint: Complaint, text: str, files: int) -> Reply:
    said = stored.say(turn.work, complaint.number, "added", "resident", text) if text else None
    complaint.add(turn.now, said.hash if said else None, files)
    record.save(turn, complaint, tell=False)
    if complaint.status is Status.REPLIED:  # who still writes is not silent
        clock_rows.start(turn.work, "silence", complaint.number, clocks.due(turn, complaint, "silence", turn.now))
    line = group_texts.added_in_group(complaint, said.masked if said else "", files)
    turn.pushes += notifications.to_groups(turn, complaint, line)
    return Reply(texts.added(complaint), choices.after(complaint))
