"""What is offered under more than one reply: the way in, what can be done with a complaint, and the keys of a card."""

from collections.abc import Mapping
from dataclasses import replace

from complaints.complaint import Complaint
from handlers.messages import Choice, Reply, Rows
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


_OF_CARD = {"card": "1"}  # stands among what goes with a key


def of_card(reply: Reply) -> Reply:
    """With keys that say, wherever they hang, that they are a card's."""
    rows = tuple(tuple(replace(each, args={**each.args, **_OF_CARD}) for each in row) for row in reply.choices)
    return replace(reply, choices=rows)


def is_of_card(args: Mapping[str, str]) -> bool:
    return args.items() >= _OF_CARD.items()
