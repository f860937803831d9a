"""What a resident is offered under more than one reply: the way in, and what can be done with a complaint."""

from complaints.complaint import Complaint
from handlers.messages import Choice, Rows
from handlers.texts import resident as texts

MENU: Rows = (
    (Choice(texts.REPORT, "new"), Choice(texts.PROGRESS, "mine")),
    (Choice(texts.MEDIATION, "mediation"), Choice(texts.CONSULT, "consult")),
)


def after(complaint: Complaint) -> Rows:
    """What can be done with an open complaint."""
    return (
        (
            Choice(texts.PROGRESS, "status", complaint=complaint.number),
            Choice(texts.ADD, "add", complaint=complaint.number),
            Choice(texts.WITHDRAW, "withdraw", complaint=complaint.number),
        ),
    )


def solved_or_not(complaint: Complaint) -> Rows:
    return (
        (
            Choice(texts.SOLVED, "solved", complaint=complaint.number),
            Choice(texts.NOT_SOLVED, "not_solved", complaint=complaint.number),
        ),
    )


def reopen(complaint: Complaint) -> Rows:
    """A closed complaint can be sent back for a while."""
    return (
        (
            Choice(texts.NOT_SOLVED, "not_solved", complaint=complaint.number),
            Choice(texts.PROGRESS, "status", complaint=complaint.number),
        ),
    )


def which(found: list[Complaint], action: str) -> Rows:
    """One of several complaints of one's own."""
    return tuple((Choice(texts.line_of(complaint), action, complaint=complaint.number),) for complaint in found)


def add_to(complaint: Complaint, draft: str) -> tuple[Choice]:
    """What was just typed, kept in this draft, belongs to that complaint."""
    return (Choice(texts.add_to(complaint), "add_pending", {"draft": draft}, complaint.number),)
