"""A complaint and its verbs: what the resident, the bot, triage and the staff of a unit may do to it, and when.

Every verb takes who acts and when, checks the workflow and its own guards, changes the complaint and appends an
event. Nothing here is stored, sent or asked of a clock. Clocks and pushes follow from the events.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from complaints import alarms
from complaints.assignment import Assignment
from complaints.category import is_settled
from complaints.errors import AlreadyClaimed, CategoryUnsettled, LeadStays, Missing, NotHolder, TooLate
from complaints.events import Event
from complaints.workflow import OPEN, Actor, Status, transition


class Result(StrEnum):
    """The typed results of a conclusion: art. 32 of the petition regulation names the first three."""

    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"
    UNREACHABLE = "unreachable"


class Solved(StrEnum):
    """What the resident said at the end; silence is a value of its own and never counts as satisfied."""

    YES = "yes"
    NO = "no"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class By:
    """Who acts: in which capacity, under which id (a member of staff, or empty), for which unit."""

    actor: Actor
    id: str = ""
    unit: str = ""


BOT = By(Actor.BOT)
CLOCK = By(Actor.CLOCK)
RESIDENT = By(Actor.RESIDENT)


@dataclass
class Complaint:
    """One complaint as it is worked. Times are aware; `version` is the one it was loaded with."""

    number: str
    draft: str
    channel: str
    chat: str
    sender: str
    gist: str
    registered_at: datetime
    details: dict[str, str] = field(default_factory=dict)
    status: Status = Status.REGISTERED
    track: str = "service"
    kind: str = "complaint"
    category: str = ""
    item: str = ""
    category_by: str = "nobody"
    confidence: float | None = None
    model: str | None = None
    area: str | None = None
    lead: str | None = None
    holder: str | None = None
    assists: tuple[str, ...] = ()
    catalogue_row: str | None = None
    catalogue_version: str | None = None
    anonymous: bool = True
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    claimed_at: datetime | None = None
    first_contact_at: datetime | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    result: Result | None = None
    solved: Solved | None = None
    satisfied: str | None = None
    reopened: int = 0
    flags: dict[str, Any] = field(default_factory=dict)
    promised: dict[str, str] = field(default_factory=dict)
    version: int = 0
    events: list[Event] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def can_reopen(self, at: datetime, grace: timedelta) -> bool:
        """Whether the resident may still say that it is not solved."""
        closed_long_ago = self.closed_at is not None and at - self.closed_at > grace
        return self.status in {Status.REPLIED, Status.CLOSED} and not closed_long_ago

    # the bot and triage

    def register(self, at: datetime) -> None:
        self._happened("registered", at, RESIDENT, transition="T1", draft=self.draft)

    def classify(self, category: str, item: str, by: str, at: datetime, who: By = BOT) -> None:
        """by: model, resident or staff. Raises CategoryUnsettled if an answered complaint would lose its category."""
        if self.replied_at is not None and not is_settled(category):
            raise CategoryUnsettled(self.number)
        was = self.category
        self.category, self.item, self.category_by = category, item, by
        self._happened("classified", at, who, category=category, item=item, was=was, given_by=by)

    def accept(self, at: datetime, by: By = BOT) -> None:
        self._move("T4" if self.status is Status.TRIAGE else "T2", "accepted", at, by)
        self.accepted_at = at

    def hold_for_triage(self, reason: str, desk: str, at: datetime) -> None:
        """reason: unsure, close, no_model, other, resident_unsure, no_row, no_place."""
        self._move("T3", "triaged", at, BOT, reason=reason)
        self.lead = desk

    def dispatch(self, to: Assignment, at: datetime, by: By = BOT) -> None:
        self._move("T8", "dispatched", at, by, **_facts(to))
        self._queue(to, at)

    # staff of the unit

    def claim(self, by: By, at: datetime) -> None:
        """Raises AlreadyClaimed if somebody holds it."""
        if self.status in {Status.CLAIMED, Status.HANDLING} and self.holder:
            raise AlreadyClaimed(self.number, self.holder)
        self._move("T9", "claimed", at, by)
        self.holder, self.claimed_at = by.id, at

    def unclaim(self, by: By, at: datetime, within: timedelta) -> None:
        """The holder takes the claim back. Raises TooLate after `within` or after the first contact."""
        self._check_holder(by)
        if self.first_contact_at or (self.claimed_at and at - self.claimed_at > within):
            raise TooLate(self.number, "undo the claim")
        self._move("T9b", "unclaimed", at, by)
        self.holder = self.claimed_at = None

    def take_back(self, at: datetime) -> None:
        """The clock returns a claimed complaint, without first contact in time, to its queue."""
        if self.first_contact_at:
            raise TooLate(self.number, "take back")
        self._move("T9b", "taken_back", at, CLOCK, was=self.holder)
        self.holder = self.claimed_at = None

    def transfer(self, to: str, by: By, reason: str, at: datetime, text_hash: str | None = None) -> None:
        """To another unit's queue by hand. Raises Missing without a reason, LeadStays after the first contact."""
        if not reason.strip():
            raise Missing(self.number, "reason")
        self.check_transfer(by)
        self._move("T9c", "transferred", at, by, text_hash=text_hash, unit=to, was=self.lead)
        self.assists = tuple(unit for unit in self.assists if unit != to)
        self.catalogue_row = self.catalogue_version = None  # no row sent it there
        self._forget("instead_of", "sent_because")
        self.lead, self.holder, self.dispatched_at = to, None, at
        self.claimed_at = None

    def check_transfer(self, by: By) -> None:
        """Raises what `transfer` raises: before the first contact only, and at the hands of who holds it."""
        if self.first_contact_at:
            raise LeadStays(self.number)
        transition(self.number, self.status, "T9c", by.actor)
        if self.status is Status.CLAIMED:
            self._check_holder(by)

    def reroute(self, to: Assignment, by: By, at: datetime) -> None:
        """To the unit that the catalogue names for the new category. Raises LeadStays after the first contact."""
        self.check_transfer(by)
        self._move("T9c", "transferred", at, by, was=self.lead, **_facts(to))
        self._queue(to, at)

    def reply(self, by: By, at: datetime, text_hash: str) -> bool:
        """Words to the resident. True if they are the first contact, which moves a claimed complaint on."""
        self._check_holder(by)
        first = self.first_contact_at is None
        if self.status is Status.CLAIMED:
            self._move("T13", "first_contact" if first else "replied", at, by, text_hash=text_hash)
        elif self.status in {Status.HANDLING, Status.REPLIED, Status.AWAITING_RESIDENT}:
            self._happened("replied", at, by, text_hash=text_hash)
        else:
            transition(self.number, self.status, "T13", by.actor)  # raises
        self.first_contact_at = self.first_contact_at or at
        return first

    def note(self, by: By, at: datetime, text_hash: str) -> None:
        """An internal note: it never reaches the resident, and it changes nothing."""
        self._happened("noted", at, by, text_hash=text_hash)

    def mask(self, gist: str, by: By, at: datetime, text_hash: str, places: int) -> None:
        """A word goes under stars in what groups read. gist: without it; places: how many times it stood there."""
        self.gist = gist
        self._happened("masked", at, by, text_hash=text_hash, places=places)

    def unmask(self, gist: str, by: By, at: datetime, text_hash: str) -> None:
        """A word that was masked by hand is shown again. gist: with it."""
        self.gist = gist
        self._happened("unmasked", at, by, text_hash=text_hash)

    def transcribe(self, voice: int, by: By, at: datetime, text_hash: str) -> None:
        """What a voice message says, as staff have heard it. voice: its id among what was sent along."""
        self.flags = self.flags | {"transcribed": sorted(self.transcribed | {voice})}
        self._happened("transcribed", at, by, text_hash=text_hash, evidence=voice)

    @property
    def transcribed(self) -> frozenset[int]:
        """The voice messages of which somebody has written down what they say."""
        return frozenset(self.flags.get("transcribed", ()))

    def cover(self, by: By, at: datetime, place: int, cells: int) -> None:
        """A part of a picture goes under black. place: which of all that was sent; cells: how many of the grid."""
        self._happened("covered", at, by, place=place, cells=cells)

    def uncover(self, by: By, at: datetime, place: int) -> None:
        """The picture is shown again as it came."""
        self._happened("uncovered", at, by, place=place)

    def conclude(self, result: Result, by: By, at: datetime, text_hash: str) -> None:
        """The staff's work is done; the last word is the resident's.

        Raises CategoryUnsettled while the category is 其他; facts and basis are checked by the caller's form.
        """
        if not is_settled(self.category):
            raise CategoryUnsettled(self.number)
        self._check_holder(by)
        row = "T13b" if self.status is Status.CLAIMED else "T20"
        self._move(row, "concluded", at, by, text_hash=text_hash, result=result.value)
        self.result, self.replied_at = result, at
        self.first_contact_at = self.first_contact_at or at

    # the resident

    def confirm(self, at: datetime) -> None:
        self._move("T21", "confirmed", at, RESIDENT, solved=Solved.YES.value)
        self.solved, self.closed_at = Solved.YES, at

    def close_unanswered(self, at: datetime) -> None:
        """Silence closes as no answer, never as satisfied."""
        self._move("T21", "closed_unanswered", at, CLOCK, solved=Solved.NO_ANSWER.value)
        self.solved, self.closed_at = Solved.NO_ANSWER, at

    def rate(self, satisfied: str, at: datetime) -> None:
        """satisfied: yes, no or so_so; asked apart from solved."""
        self.satisfied = satisfied
        self._happened("rated", at, RESIDENT, satisfied=satisfied)

    def reopen(self, at: datetime, grace: timedelta, text_hash: str | None = None) -> None:
        """Not solved. Raises TooLate when it has been closed for longer than `grace`."""
        if self.closed_at and at - self.closed_at > grace:
            raise TooLate(self.number, "reopen")
        self._move("T22", "reopened", at, RESIDENT, text_hash=text_hash, time=self.reopened + 1)
        self.reopened += 1
        self.solved, self.satisfied = Solved.NO, None
        self.closed_at = self.replied_at = self.result = None

    def redo(self, at: datetime) -> None:
        """The same lead takes a reopened complaint up again."""
        self._move("T23", "redone", at, BOT, unit=self.lead)

    def raise_level(self, to: str, at: datetime) -> None:
        """The third time it goes to the next level up, under supervision."""
        self._move("T23b", "raised", at, BOT, unit=to, was=self.lead)
        along = dict.fromkeys([*self.assists, *filter(None, [self.lead])])
        self.assists = tuple(unit for unit in along if unit != to)  # who led before reads along
        self.lead, self.holder, self.dispatched_at = to, None, at
        self.first_contact_at = self.claimed_at = self.catalogue_row = self.catalogue_version = None
        self._forget("instead_of", "sent_because")
        self.flags |= {"escalated": self.flags.get("escalated", 0) + 1, "supervised": True}

    def take_up(self, to: str, at: datetime) -> None:
        """Nobody signed for it in time: a unit above leads, who led before assists. The claim clock stays late."""
        self._move("T12", "taken_up", at, CLOCK, unit=to, was=self.lead)
        along = dict.fromkeys([*self.assists, *filter(None, [self.lead])])
        self.assists = tuple(unit for unit in along if unit != to)
        self.catalogue_row = self.catalogue_version = None  # no row sent it there
        self._forget("instead_of", "sent_because")
        self.lead, self.holder, self.dispatched_at = to, None, at

    def add(self, at: datetime, text_hash: str | None, files: int = 0) -> None:
        """More words from the resident, files, or both. Raises TooLate when nobody works on it any more."""
        if not self.is_open:
            raise TooLate(self.number, "add")
        facts: dict[str, Any] = {"files": files} if files else {}
        self._happened("added", at, RESIDENT, text_hash=text_hash, **facts)

    def withdraw(self, at: datetime) -> None:
        self._move("T27", "withdrawn", at, RESIDENT, reason="resident")
        self.closed_at = at

    # the clock

    def late(self, kind: str, due: datetime, at: datetime) -> int:
        """A service clock has run out for the n-th time since it was started; n. due: when it first should have."""
        late = dict(self.flags.get("late", {}))
        before = late.get(kind, {"times": 0, "due": due.isoformat()})
        late[kind] = before | {"times": before["times"] + 1}
        self.flags = self.flags | {"late": late}
        self._happened("late", at, CLOCK, clock=kind, time=late[kind]["times"])
        return int(late[kind]["times"])

    def recounted(self, kind: str, was: datetime, now: datetime, at: datetime) -> None:
        """A clock was counted again, because a calendar came that was not known before."""
        self._happened("recounted", at, CLOCK, clock=kind, was=was.isoformat(), now=now.isoformat())

    @property
    def late_since(self) -> dict[str, datetime]:
        """The clocks that have run out and still run, with the time each was due."""
        return {kind: datetime.fromisoformat(seen["due"]) for kind, seen in self.flags.get("late", {}).items()}

    # inside

    def _queue(self, to: Assignment, at: datetime) -> None:
        self.lead, self.assists = to.lead, to.assists
        self.catalogue_row, self.catalogue_version = to.row, to.version
        self.holder, self.claimed_at, self.dispatched_at = None, None, at
        self._forget("instead_of", "sent_because")
        if to.instead_of:
            self.flags |= {"instead_of": to.instead_of, "sent_because": to.reason.value}

    def _forget(self, *flags: str) -> None:
        self.flags = {name: value for name, value in self.flags.items() if name not in flags}

    def _check_holder(self, by: By) -> None:
        if self.status is Status.DISPATCHED or (self.holder is not None and self.holder != by.id):
            raise NotHolder(self.number, self.holder)

    def _move(self, row: str, kind: str, at: datetime, by: By, /, text_hash: str | None = None, **facts: Any) -> None:
        taken = transition(self.number, self.status, row, by.actor)
        before, self.status = self.status, taken.after
        self._append(Event(kind, at, by.actor, by.id, before, taken.after, row, facts, text_hash))

    def _happened(
        self, kind: str, at: datetime, by: By, /, text_hash: str | None = None, transition: str = "", **facts: Any
    ) -> None:
        self._append(Event(kind, at, by.actor, by.id, self.status, self.status, transition, facts, text_hash))

    def _append(self, event: Event) -> None:
        """A clock that starts anew, or stops, is not late any more; that it was stays in the history."""
        self.events.append(event)
        if late := self.flags.get("late"):
            still = {kind: seen for kind, seen in late.items() if kind not in alarms.touched(event.kind)}
            self.flags = self.flags | {"late": still}


def _facts(to: Assignment) -> dict[str, Any]:
    """What the history keeps of an assignment."""
    facts = {"unit": to.lead, "row": to.row, "version": to.version, "reason": to.reason.value}
    return facts | ({"instead_of": to.instead_of} if to.instead_of else {})
