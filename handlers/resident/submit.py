"""Filing: the draft becomes a complaint, once, however often the button is tapped.

The model says the category, or that it is not sure, then a person decides; the catalogue says which unit leads.
"""

from classifier.prediction import Prediction
from complaints import masking, numbers
from complaints.assignment import Assignment
from complaints.category import OTHER
from complaints.complaint import Complaint
from complaints.draft import Draft, DraftState, Slot
from handlers import clocks, record
from handlers.messages import Reply
from handlers.resident import intake, menu, review
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import drafts, turns


def submit(turn: Turn) -> Reply:
    draft = turn.draft
    if draft is None or not draft.consent:
        return _again(turn)
    missing = draft.missing()
    if missing is Slot.WHAT:
        return intake.ask(turn, draft, missing)
    return _file(turn, draft)


def _again(turn: Turn) -> Reply:
    """A second tap: the number it got is said again."""
    latest = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=1)
    if not latest:
        return intake.stale(turn)
    return Reply(texts.filed_before(latest[0]), menu.after(latest[0]), copy=latest[0].number)


def _file(turn: Turn, draft: Draft) -> Reply:
    opinion = review.predicted(turn, draft)
    complaint = _complaint(turn, draft)
    complaint.register(turn.now)
    _, hashed = stored.say(turn.work, complaint.number, "filed", "resident", _told(draft), complaint.gist)
    complaint.events[-1].facts["text"] = hashed
    _decide(turn, draft, complaint, opinion)
    promised = clocks.promised(turn, complaint.category, "", turn.now)
    complaint.promised = {kind: due.isoformat() for kind, due in promised.items()}
    record.file(turn, complaint)
    if draft.category_by == "resident":
        stored.label_as(turn.work, complaint, "weak", "resident")
    stored.identify(turn.work, complaint.number, draft.name, draft.phone)
    _end(turn, draft)
    return Reply(texts.filed(complaint, promised, turn.rules, turn.now), menu.after(complaint), copy=complaint.number)


def _complaint(turn: Turn, draft: Draft) -> Complaint:
    number = numbers.new_number(turn.rules.prefix, turn.outside.random)
    while stored.load(turn.work, number, lock=False):
        number = numbers.new_number(turn.rules.prefix, turn.outside.random)
    names = [draft.name] if draft.name else []
    details = {slot.value: text for slot, text in draft.answers.items() if slot is not Slot.CONTACT}
    return Complaint(
        number,
        draft.id,
        draft.channel,
        draft.chat,
        draft.sender,
        masking.mask(_told(draft), names),
        turn.now,
        details=details,
        area=draft.area,
        anonymous=draft.anonymous,
    )


def _told(draft: Draft) -> str:
    """The matter in one text, without the contact."""
    lines = [draft.answers.get(Slot.WHAT, "")]
    lines += [
        f"{common.SLOTS[s]}:{draft.answers[s]}"
        for s in (Slot.WHERE, Slot.WHEN, Slot.WHO, Slot.WISH)
        if draft.answers.get(s)
    ]
    return "\n".join(lines)


def _decide(turn: Turn, draft: Draft, complaint: Complaint, opinion: Prediction | None) -> None:
    """Accepted and dispatched if the category is known and a row sends it, else to the triage desk."""
    category = review.settled(draft, opinion)
    if opinion and opinion.guesses:
        complaint.confidence, complaint.model = opinion.guesses[0].probability, opinion.version
    by = draft.category_by or "model"
    complaint.classify(category or OTHER, "", by if category else "nobody", turn.now)
    to = review.assignment(turn, draft, category)
    if to is None or category == OTHER:
        complaint.hold_for_triage(_why(draft, opinion, category, to), turn.rules.desk, turn.now)
        return
    complaint.accept(turn.now)
    complaint.dispatch(to, turn.now)


def _why(draft: Draft, opinion: Prediction | None, category: str, to: Assignment | None) -> str:
    if opinion is None:
        return "no_model"
    if category == OTHER:
        return "other"
    if category and to is None:
        return "no_row"
    return "resident_unsure" if draft.category_by == "resident" else "unsure"


def _end(turn: Turn, draft: Draft) -> None:
    draft.state = DraftState.SUBMITTED
    drafts.save(turn.work, draft)
    turns.stop_clocks(turn.work, draft.id)
    turns.forget_words(turn.work, draft.id)
    turn.conversation.draft = turn.draft = None
