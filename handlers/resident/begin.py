"""The beginning of a draft: the words that began it, and, for who has open complaints, whether it is a new matter."""

from complaints.complaint import Complaint
from complaints.draft import Draft, Slot
from complaints.workflow import Status
from handlers import choices, drafts, evidence
from handlers.messages import Choice, Reply, Rows
from handlers.resident import place, question, step
from handlers.texts import intake as texts
from handlers.texts import resident as about
from handlers.turn import Turn
from storage import complaints as stored
from storage.evidence import Home

MOST = 4  # open complaints offered to add to


def begin(turn: Turn, text: str, *, is_new: bool = False) -> Reply:
    """A new draft with the words that began it. Who has open complaints is asked whether they belong to one.

    is_new: the person has said that they do not.
    """
    draft = Draft(turn.token(20), turn.message.channel, turn.message.chat, turn.message.sender, turn.now, turn.now)
    draft.pending = (text,) if text else ()
    draft.is_new = is_new or not (text or turn.message.files)
    turn.draft, turn.conversation.draft = draft, draft.id
    place.pin(turn, draft)
    drafts.begin(turn, draft)
    evidence.join(turn, Home(draft=draft.id), consent=False)
    return ask(turn, draft)


def more(turn: Turn, draft: Draft) -> Reply:
    """More words before consent: kept, and the question is put again."""
    text = turn.message.text.strip()
    draft.pending = (*draft.pending, text) if text else draft.pending
    place.pin(turn, draft)
    drafts.keep(turn, draft)
    return ask(turn, draft)


def ask(turn: Turn, draft: Draft) -> Reply:
    """Consent, after it is clear that this is a matter of its own."""
    live = open_ones(turn) if not draft.is_new else []
    if not live:
        return question.consent(turn, draft)
    offered = [*_last_word(draft, live), (question.offer(draft, texts.NEW_ONE, "keep_new"),)]
    offered += [choices.add_to(complaint, draft.id) for complaint in live]
    return Reply(about.new_or_add(bool(_last_word(draft, live))), (*offered, (question.cancel(draft),)))


def _last_word(draft: Draft, live: list[Complaint]) -> Rows:
    """Where an answer waits for the resident's last word, the words may be meant as one."""
    replied = [complaint for complaint in live if complaint.status is Status.REPLIED]
    if len(replied) != 1:
        return ()
    number, args = replied[0].number, {"draft": draft.id}
    return ((Choice(about.SOLVED, "solved", args, number), Choice(about.NOT_SOLVED, "not_solved", args, number)),)


def open_ones(turn: Turn) -> list[Complaint]:
    """The newest complaints of this person that somebody still works on."""
    found = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=20)
    return [complaint for complaint in found if complaint.is_open][:MOST]


def keep_new(turn: Turn) -> Reply:
    draft = step.addressed(turn)
    if draft is None or draft.consent:
        return step.stale(turn)
    draft.is_new = True
    drafts.keep(turn, draft)
    return question.consent(turn, draft)


def at_poster(turn: Turn, unit: str) -> Reply:
    """A poster was scanned: the place is set, unless the draft in hand has one."""
    if turn.draft is None:
        begin(turn, "")
    draft = turn.draft
    if draft is None:
        raise RuntimeError("a draft was begun and is not there")
    if Slot.WHERE not in draft.answers:
        place.settle_at(turn, draft, unit)
        drafts.keep(turn, draft)
    return step.live(turn, draft)
