"""/add NUMBER WORDS: more to say about an open complaint; staff see it on the card."""

from complaints import masking
from complaints.complaint import Complaint
from handlers import record
from handlers.messages import Choice, Push, Reply
from handlers.resident import consent, intake, menu
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.texts import staff as staff_texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import people


def add(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), menu.CHOICES)
    if not turn.words:
        turn.ask("add_words", turn.case.number)
        return Reply(texts.what_to_add(turn.case), ((Choice(common.CANCEL, "cancel"),),))
    return _add(turn, turn.case, turn.words)


def words(turn: Turn) -> Reply:
    """The answer to `what do you want to add`."""
    return _add(turn, turn.case, turn.words)


def add_pending(turn: Turn) -> Reply:
    """What was typed just now belongs to this complaint, not to a new one."""
    draft = turn.draft
    if draft is None or not draft.pending or draft.consent:
        return intake.stale(turn)
    text = "\n".join(draft.pending)
    consent.discard(turn, draft)
    return _add(turn, turn.case, text)


def _add(turn: Turn, complaint: Complaint, text: str) -> Reply:
    masked = masking.mask(text)
    _, hashed = stored.say(turn.work, complaint.number, "added", "resident", text, masked)
    complaint.add(turn.now, hashed)
    record.save(turn, complaint, tell=False)
    turn.pushes.extend(_to_groups(turn, complaint, masked))
    return Reply(texts.added(complaint), menu.after(complaint))


def _to_groups(turn: Turn, complaint: Complaint, masked: str) -> list[Push]:
    groups = people.groups_of(turn.work, complaint.lead) if complaint.lead else []
    text = staff_texts.added_in_group(complaint, masked)
    return [Push(channel, chat, Reply(text), turn.now, complaint=complaint.number) for channel, chat in groups]
