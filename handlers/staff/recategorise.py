"""/category NUMBER CATEGORY: staff's correction, kept as a gold label; it goes where the catalogue now says.

At the triage desk it is accepted and sent on; elsewhere it moves to another unit as long as nobody has been in
contact with the resident.
"""

from complaints.category import OTHER, is_settled
from complaints.complaint import By, Complaint
from complaints.workflow import Actor, Status
from handlers import clocks, record, routing
from handlers.messages import Choice, Reply
from handlers.staff import echo
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored

_MOVABLE = {Status.DISPATCHED, Status.CLAIMED}


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
    names = [c.name for c in turn.rules.categories if c.name != OTHER]
    return Reply(texts.categories(turn.case, names), (*rows, (Choice(common.CANCEL, "cancel"),)))


def set(turn: Turn) -> Reply:
    return _set(turn, turn.args.get("category") or turn.words)


def _set(turn: Turn, typed: str) -> Reply:
    name, item = _parts(typed)
    found = _meant(turn, name, item)
    if isinstance(found, Reply):
        return found
    turn.settled("set_category")
    complaint = turn.case
    complaint.classify(*found, "staff", turn.now, turn.by)
    stored.label_as(turn.work, complaint, "gold", turn.by.id)
    if complaint.status is Status.TRIAGE:
        return _send_on(turn, complaint)
    return _move(turn, complaint)


def _parts(typed: str) -> tuple[str, str]:
    """`物业>停车费`, `物业/停车费`, `物业 停车费`."""
    words = typed.replace("/", " ").replace(">", " ").replace("\uff1e", " ").split(None, 1)
    return words[0] if words else "", words[1].strip() if len(words) > 1 else ""


def _meant(turn: Turn, name: str, item: str) -> tuple[str, str] | Reply:
    """The category and item that were typed: by name, by its beginning, or by an item that only one category has."""
    categories = [c for c in turn.rules.categories if name and c.name.startswith(name)]
    exact = [c for c in categories if c.name == name] or categories
    if not exact and not item:
        having = [c for c in turn.rules.categories if name != OTHER and name in c.items]
        if len(having) == 1:
            return having[0].name, name
        exact = having
    if len(exact) != 1:
        turn.ask("set_category", turn.case.number)
        return Reply(texts.category_unknown(echo.masked(turn, name), [c.name for c in exact or turn.rules.categories]))
    if item and item not in exact[0].items:
        turn.ask("set_category", turn.case.number)
        return Reply(texts.item_unknown(echo.masked(turn, item), exact[0].name, exact[0].items))
    return exact[0].name, item


def _send_on(turn: Turn, complaint: Complaint) -> Reply:
    """Out of triage: accepted and sent to the unit that the catalogue names, or kept while nothing sends it."""
    by = By(Actor.TRIAGE, turn.by.id, turn.by.unit)
    to = routing.assignment_of(turn, complaint)
    if to is None:
        record.save(turn, complaint, tell=False)
        return Reply(texts.no_row(complaint) if is_settled(complaint.category) else texts.still_other(complaint))
    complaint.accept(turn.now, by)
    complaint.dispatch(to, turn.now, by)
    promised = clocks.promised(turn, complaint.category, complaint.item, turn.now)
    complaint.promised = {kind: due.isoformat() for kind, due in promised.items()}
    turn.pushes += record.save(turn, complaint)
    return Reply(texts.sent_on(complaint, turn.rules.directory.get(to.lead)))


def _move(turn: Turn, complaint: Complaint) -> Reply:
    """To another unit, if the catalogue names one and the lead may still change; the resident is then told."""
    to = routing.assignment_of(turn, complaint) if complaint.status in _MOVABLE else None
    moves = to is not None and to.lead != complaint.lead and complaint.first_contact_at is None
    if to is not None and moves:
        complaint.reroute(to, turn.by, turn.now)
    turn.pushes += record.save(turn, complaint)
    where = turn.rules.directory.get(to.lead) if to is not None and moves else None
    return Reply(texts.recategorised(complaint, where))
