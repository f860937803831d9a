"""The last word is the resident's: solved or not, and, asked apart, satisfied or not.

没解决 sends it back to the same lead with its clocks; the third time it goes one level up.
"""

from complaints import masking
from complaints.workflow import Status
from handlers import record
from handlers.messages import Choice, Reply
from handlers.resident import intake, menu
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored

REDOS = 2  # by the same lead; the next one goes up
SATISFIED = ("yes", "so_so", "no")


def solved(turn: Turn) -> Reply:
    if turn.case.status is not Status.REPLIED:
        return Reply(texts.no_longer_asked(turn.case), menu.CHOICES)
    turn.case.confirm(turn.now)
    record.save(turn, turn.case, tell=False)
    rows = tuple(Choice(texts.RATINGS[value], "rate", {"satisfied": value}, turn.case.number) for value in SATISFIED)
    return Reply(texts.confirmed(turn.case, turn.rules), (rows,))


def rate(turn: Turn) -> Reply:
    if turn.case.status is not Status.CLOSED:
        return Reply(texts.no_longer_asked(turn.case), menu.CHOICES)
    turn.case.rate(turn.args["satisfied"], turn.now)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.rated(turn.case), menu.CHOICES)


def not_solved(turn: Turn) -> Reply:
    """What is still wrong is asked first: staff who get it back must know."""
    if turn.case.status not in {Status.REPLIED, Status.CLOSED}:
        return Reply(texts.no_longer_asked(turn.case), menu.CHOICES)
    turn.ask("why_not_solved", turn.case.number)
    skip = Choice(texts.SKIP, "why_not_solved", complaint=turn.case.number)
    return Reply(texts.what_is_wrong(turn.case), ((skip,),))


def why(turn: Turn) -> Reply:
    complaint = turn.case
    if complaint.status not in {Status.REPLIED, Status.CLOSED}:
        return intake.stale(turn)
    hashed = None
    if turn.words:
        masked = masking.mask(turn.words)
        _, hashed = stored.say(turn.work, complaint.number, "added", "resident", turn.words, masked)
    complaint.reopen(turn.now, turn.rules.terms.reopen_grace, hashed)
    _send_on(turn)
    record.save(turn, complaint, tell=False)
    return Reply(texts.reopened(complaint, turn.rules), menu.after(complaint))


def _send_on(turn: Turn) -> None:
    complaint = turn.case
    above = turn.rules.directory.above(complaint.lead) if complaint.lead else None
    if complaint.reopened > REDOS and above is not None:
        complaint.raise_level(above.code, turn.now)
    else:
        complaint.redo(turn.now)
