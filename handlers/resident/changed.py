"""A message that was changed after it was sent: before filing it replaces what it was, after filing it is an addition.

Of the answers only those are replaced that are kept as they were typed: place and contact were understood from the
words, and are asked for again on the review card.
"""

from dataclasses import replace

from complaints.draft import Draft, Slot
from handlers import drafts
from handlers import evidence as shared
from handlers.messages import Message, Reply, message_from_json
from handlers.resident import add, intake, step, understood
from handlers.texts import evidence as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import evidence, inbox
from storage.evidence import Home

AS_TYPED = (Slot.WHAT, Slot.WHEN, Slot.WHO, Slot.WISH)


def changed(turn: Turn) -> Reply:
    found = inbox.find(turn.work, turn.message.channel, turn.message.replaces) if turn.message.replaces else None
    if found is None or found.draft is None:
        return intake.edited(turn)
    if turn.draft is not None and turn.draft.id == found.draft:
        return _in_draft(turn, turn.draft, message_from_json(found.body) if found.body else None)
    filed = stored.by_draft(turn.work, found.draft)
    mine = filed is not None and (filed.channel, filed.sender) == (turn.message.channel, turn.message.sender)
    if filed is None or not mine or not filed.is_open:
        return intake.edited(turn)
    turn.complaint = filed
    text = turn.message.text.strip()
    return step.aside(turn, add.put(turn, filed, text if understood.has_words(text) else ""))


def _in_draft(turn: Turn, draft: Draft, old: Message | None) -> Reply:
    done = [_files(turn, draft), old is not None and _words(draft, old.text.strip(), turn.message.text.strip())]
    drafts.keep(turn, draft)
    if not any(done):
        return intake.edited(turn)
    shown = step.live(turn, draft)
    return replace(shown, text=texts.changed(shown.text))


def _files(turn: Turn, draft: Draft) -> bool:
    """The new files in place of the old ones, where they differ."""
    old = evidence.of_message(turn.work, turn.message.channel, turn.message.replaces)
    new = {file.unique or file.ref for file in turn.message.files}
    gone = [each for each in old if turn.message.files and each.unique not in new]
    for each in gone:
        evidence.erase_one(turn.work, each.id)
    new_ones = shared.join(turn, Home(draft=draft.id), consent=draft.consent)
    return bool(gone or new_ones)


def _words(draft: Draft, old: str, new: str) -> bool:
    """Whether the old words stood somewhere, and the new ones stand there now."""
    if not old or not understood.has_words(new) or old == new:
        return False
    if old in draft.pending:
        draft.pending = tuple(new if each == old else each for each in draft.pending)
        return True
    slot = next((slot for slot in AS_TYPED if old in draft.answers.get(slot, "")), None)
    if slot is not None:
        draft.answers[slot] = draft.answers[slot].replace(old, new, 1)
    return slot is not None
