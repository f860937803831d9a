"""The workflow: which status a complaint may take after another, by whose act, as one table.

Each row keeps the number by which the service speaks of it (T1 ... T31). Guards that need more than status and
actor (a reason, a catalogue row, a term) live with the verbs of `complaint`; what a row pushes to the resident
stands here as `tells`, so that a test can hold every push against it. Not here: mediation, the later stages of a
petition, and marks (escalated, supervised) that change no status.
"""

from dataclasses import dataclass
from enum import StrEnum

from complaints.errors import ComplaintError


class Status(StrEnum):
    REGISTERED = "registered"
    TRIAGE = "triage"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    OBJECTED = "objected"
    CLAIMED = "claimed"
    HANDLING = "handling"
    AWAITING_RESIDENT = "awaiting_resident"
    REPLIED = "replied"
    REOPENED = "reopened"
    CLOSED = "closed"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


TERMINAL = frozenset({Status.DECLINED, Status.REDIRECTED, Status.MERGED, Status.WITHDRAWN})
OPEN = frozenset(Status) - TERMINAL - {Status.CLOSED}


class Actor(StrEnum):
    """Who acts: the resident, the bot, triage, a unit's staff, its head, an arbiter, the clock, a leader."""

    RESIDENT = "resident"
    BOT = "bot"
    TRIAGE = "triage"
    UNIT = "unit"
    HEAD = "head"
    ARBITER = "arbiter"
    CLOCK = "clock"
    LEADER = "leader"


@dataclass(frozen=True)
class Transition:
    """One row: `before` and `after` are the statuses it joins, `tells` whether the resident hears of it."""

    id: str
    before: frozenset[Status]
    after: Status
    actors: frozenset[Actor]
    tells: bool


def _row(id: str, before: Status | frozenset[Status], after: Status, actors: str, tells: bool = True) -> Transition:
    sources = before if isinstance(before, frozenset) else frozenset({before})
    return Transition(id, sources, after, frozenset(_LETTERS[letter] for letter in actors), tells)


_LETTERS = {
    "R": Actor.RESIDENT,
    "B": Actor.BOT,
    "T": Actor.TRIAGE,
    "U": Actor.UNIT,
    "L": Actor.HEAD,
    "A": Actor.ARBITER,
    "S": Actor.CLOCK,
    "D": Actor.LEADER,
}
_S = Status
_NEW = frozenset({_S.REGISTERED, _S.TRIAGE})

TRANSITIONS = (
    _row("T1", frozenset(), _S.REGISTERED, "RB"),  # from a draft, which has no status
    _row("T2", _S.REGISTERED, _S.ACCEPTED, "B"),
    _row("T3", _S.REGISTERED, _S.TRIAGE, "B"),
    _row("T4", _S.TRIAGE, _S.ACCEPTED, "T"),
    _row("T5", _NEW, _S.REDIRECTED, "T"),
    _row("T6", _NEW, _S.DECLINED, "T"),
    _row("T7", OPEN, _S.MERGED, "TU"),
    _row("T8", _S.ACCEPTED, _S.DISPATCHED, "BTU"),
    _row("T9", _S.DISPATCHED, _S.CLAIMED, "U"),
    _row("T9b", _S.CLAIMED, _S.DISPATCHED, "US", tells=False),
    _row("T9c", frozenset({_S.DISPATCHED, _S.CLAIMED}), _S.DISPATCHED, "U"),
    _row("T10", _S.DISPATCHED, _S.OBJECTED, "UL", tells=False),
    _row("T11", _S.OBJECTED, _S.DISPATCHED, "A"),
    _row("T12", _S.DISPATCHED, _S.DISPATCHED, "S", tells=False),
    _row("T13", _S.CLAIMED, _S.HANDLING, "U"),
    _row("T13b", _S.CLAIMED, _S.REPLIED, "U"),
    _row("T14", _S.HANDLING, _S.AWAITING_RESIDENT, "U"),
    _row("T15", _S.AWAITING_RESIDENT, _S.HANDLING, "RS", tells=False),
    _row("T16", _S.HANDLING, _S.HANDLING, "U"),
    _row("T17", _S.HANDLING, _S.HANDLING, "L"),
    _row("T20", _S.HANDLING, _S.REPLIED, "UL"),
    _row("T21", _S.REPLIED, _S.CLOSED, "RS"),
    _row("T22", frozenset({_S.REPLIED, _S.CLOSED}), _S.REOPENED, "R"),
    _row("T23", _S.REOPENED, _S.HANDLING, "B", tells=False),
    _row("T23b", _S.REOPENED, _S.DISPATCHED, "B"),
    _row("T27", OPEN, _S.WITHDRAWN, "R"),
    _row("T31", _S.DECLINED, _S.REGISTERED, "R"),
)

BY_ID = {row.id: row for row in TRANSITIONS}

MOVES = {
    status: frozenset(row.after for row in TRANSITIONS if status in row.before) for status in Status
}  # derived, so that there is one table


class MoveNotAllowed(ComplaintError):
    """A complaint was asked to go from one status to another that the workflow does not join."""

    def __init__(self, number: str, status: Status, wanted: Status) -> None:
        super().__init__(f"{number} is {status.value} and cannot become {wanted.value}")
        self.number, self.status, self.wanted = number, status, wanted


class NotTheirs(ComplaintError):
    """The move exists, but this actor may not make it."""

    def __init__(self, number: str, actor: Actor, transition: str) -> None:
        super().__init__(f"{number}: {transition} is not for {actor.value}")
        self.number, self.actor, self.transition = number, actor, transition


def transition(number: str, status: Status, id: str, actor: Actor) -> Transition:
    """The row `id`, if it may be taken from `status` by `actor`.

    Raises MoveNotAllowed if the row does not start at `status`, NotTheirs if `actor` is not among its actors.
    """
    row = BY_ID[id]
    if status not in row.before:
        raise MoveNotAllowed(number, status, row.after)
    if actor not in row.actors:
        raise NotTheirs(number, actor, id)
    return row
