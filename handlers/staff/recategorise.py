"""/category NUMBER CATEGORY: staff's correction, kept as a gold label; at the triage desk it also sends it on."""

from complaints import respondents
from complaints.assignment import Assignment, assign
from complaints.category import OTHER
from complaints.complaint import By, Complaint
from complaints.workflow import Actor, Status
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored


def category(turn: Turn) -> Reply:
    if not turn.words:
        return ask(turn)
    return _set(turn, turn.words)


def ask(turn: Turn) -> Reply:
    """The model's first three, then typing: the list is long."""
    turn.ask("set_category", turn.case.number)
    opinion = turn.outside.predict(turn.case.gist)
    labels = [g.label for g in opinion.guesses[:3] if g.label != OTHER] if opinion else []
    rows = tuple((Choice(label, "set_category", {"category": label}, turn.case.number),) for label in labels)
    names = [c.name for c in turn.rules.categories]
    return Reply(texts.categories(names), (*rows, (Choice(common.CANCEL, "cancel"),)))


def set(turn: Turn) -> Reply:
    return _set(turn, turn.args.get("category") or turn.words)


def _set(turn: Turn, typed: str) -> Reply:
    name, _, item = typed.replace("/", " ").replace(">", " ").partition(" ")
    known = [c.name for c in turn.rules.categories if name and (c.name == name or c.name.startswith(name))]
    if len(known) != 1:
        return Reply(texts.category_unknown(name, [c.name for c in turn.rules.categories]))
    item = item.strip()
    if item not in (*turn.rules.categories.get(known[0]).items, ""):
        return Reply(texts.item_unknown(item, known[0], turn.rules.categories.get(known[0]).items))
    complaint = turn.case
    complaint.classify(known[0], item, "staff", turn.now, turn.by)
    stored.label_as(turn.work, complaint, "gold", turn.by.id)
    if complaint.status is Status.TRIAGE:
        return _send_on(turn, complaint)
    turn.pushes += record.save(turn, complaint)
    return Reply(texts.recategorised(complaint))


def _send_on(turn: Turn, complaint: Complaint) -> Reply:
    """Out of triage: accepted and sent to the unit that the catalogue names, or kept while nothing sends it."""
    by = By(Actor.TRIAGE, turn.by.id, turn.by.unit)
    to = None if complaint.category == OTHER else _assignment(turn, complaint)
    if to is None:
        record.save(turn, complaint, tell=False)
        return Reply(texts.no_row(complaint))
    complaint.accept(turn.now, by)
    complaint.dispatch(to, turn.now, by)
    turn.pushes += record.save(turn, complaint)
    return Reply(texts.sent_on(complaint, turn.rules.directory.get(to.lead)))


def _assignment(turn: Turn, complaint: Complaint) -> Assignment | None:
    concerned = respondents.named(complaint.details.get("who", ""), turn.rules.directory)
    rules = turn.rules
    return assign(complaint.category, complaint.item, complaint.area, rules.catalogue, rules.directory, concerned)
