"""Filing: the draft becomes a complaint, once, however often the button is tapped.

The model says the category, or that it is not sure, then a person decides; the catalogue says which unit leads.
"""

from datetime import timedelta

from classifier.prediction import Prediction
from complaints import masking, numbers
from complaints.assignment import Assignment
from complaints.category import OTHER
from complaints.complaint import Complaint
from complaints.draft import Draft, DraftState, Slot
from handlers import choices, clocks, drafts, record
from handlers import evidence as shared
from handlers.messages import Reply
from handlers.resident import review, step
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import evidence
from storage.evidence import Home
from storage.unit_of_work import Overtaken

JUST_NOW = timedelta(hours=1)
TOLD = (Slot.WHERE, Slot.WHEN, Slot.WHO, Slot.WISH)


def submit(turn: Turn) -> Reply:
    draft = step.consented(turn)
    if draft is None:
        return _again(turn)
    if draft.missing() is not None:
        return step.go_on(turn, draft)
    return _file(turn, draft)


def _again(turn: Turn) -> Reply:
    """A second tap: the number that this draft got is said again."""
    filed = stored.by_draft(turn.work, turn.args["draft"]) if "draft" in turn.args else None
    return _filed_before(filed) if filed is not None else step.stale(turn)


def filed_just_now(turn: Turn) -> Reply | None:
    """确认提交 typed once more, with nothing left to file."""
    latest = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=1)
    if not latest or turn.now - latest[0].registered_at > JUST_NOW:
        return None
    return _filed_before(latest[0])


def _filed_before(complaint: Complaint) -> Reply:
    ways = choices.after(complaint) if complaint.is_open else choices.MENU
    return Reply(texts.filed_before(complaint), ways, copy=complaint.number)


def _file(turn: Turn, draft: Draft) -> Reply:
    """Raises Overtaken if somebody filed this draft meanwhile: the next try finds its number."""
    number = _number(turn)
    stored.identify(turn.work, number, draft.name, draft.phone)
    told = _told(draft)
    copy = masking.mask(told, [draft.name] if draft.name else [])  # of a new complaint staff have masked nothing
    said = stored.say(turn.work, number, "filed", "resident", told, copy)
    complaint = _complaint(turn, draft, number, said.masked)
    complaint.register(turn.now)
    complaint.events[-1].facts["text"] = said.hash
    if files := shared.count(turn, Home(draft=draft.id)):
        complaint.events[-1].facts["files"] = files
    _decide(turn, draft, complaint, review.predicted(turn, draft))
    promised = clocks.promised(turn, complaint.category, "", turn.now)
    complaint.promised = {kind: due.isoformat() for kind, due in promised.items()}
    if not record.file(turn, complaint):
        raise Overtaken(draft.id)
    if draft.category_by == "resident":
        stored.label_as(turn.work, complaint, "weak", "resident")
    evidence.move(turn.work, draft.id, number)
    drafts.end(turn, draft, DraftState.SUBMITTED)
    turn.conversation.draft = turn.draft = None
    receipt = texts.filed(complaint, promised, turn.rules, turn.now)
    return Reply(receipt, choices.after(complaint), copy=complaint.number)


def _number(turn: Turn) -> str:
    """One that nobody has."""
    number = numbers.new_number(turn.rules.prefix, turn.outside.random)
    while stored.load(turn.work, number, lock=False):
        number = numbers.new_number(turn.rules.prefix, turn.outside.random)
    return number


def _complaint(turn: Turn, draft: Draft, number: str, gist: str) -> Complaint:
    details = {slot.value: text for slot, text in draft.answers.items() if slot is not Slot.CONTACT}
    return Complaint(
        number,
        draft.id,
        draft.channel,
        draft.chat,
        draft.sender,
        gist,
        turn.now,
        details=details,
        area=draft.area,
        anonymous=draft.anonymous,
    )


def _told(draft: Draft) -> str:
    """The matter in one text, without the contact; what was understood from the first words is not said twice."""
    what = draft.answers.get(Slot.WHAT, "")
    answers = {slot: draft.answers.get(slot, "") for slot in TOLD}
    return "\n".join([what, *(f"{common.SLOTS[slot]}：{said}" for slot, said in answers.items() if said not in what)])


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
    if draft.category_by == "resident" and not category:
        return "resident_unsure"
    if opinion is None and not category:
        return "no_model"
    if category == OTHER:
        return "other"
    if category and to is None:
        return "no_place" if review.is_lost(draft) else "no_row"
    return "unsure"
