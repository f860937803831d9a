"""Whether the history of the complaints is still what was written: an edit, a gap, a missing end.

Each event carries the hash of the one before it of the same complaint, and the salted hash of each text it speaks
of. A whole complaint that is gone together with its events leaves no trace here: only a seal over all chains, posted
outside, can show that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import select

from complaints.events import Event, chained, text_hash
from complaints.workflow import Actor, Status
from storage.alerts import RAISED
from storage.sealed import CannotOpen
from storage.tables import complaint, complaint_event, word
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Broken:
    """what: edited, missing (an event between others, or the first), cut (the last ones), no_events, no_complaint,
    text (words that are no longer those the event speaks of). seq: the first event that shows it; 0, none."""

    complaint: str
    seq: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """How much was read, how many texts were erased on purpose, and all that is broken."""

    complaints: int
    events: int
    erased: int
    broken: tuple[Broken, ...]

    @property
    def intact(self) -> bool:
        return not self.broken


def verify(work: Work) -> Verdict:
    """Reads every history of the tenant once; at any time, beside the desk."""
    standing = {row.number: row.status for row in work.connection.execute(_standing(work))}
    events, erased = 0, 0
    found: list[Broken] = []
    seen = set()
    for number, rows in groupby(work.connection.execute(_events(work)), key=lambda row: row.complaint):
        history = list(rows)
        seen.add(number)
        events += len(history)
        found += _of(number, history, standing.get(number))
        gone, changed = _texts(work, number, history)
        erased += gone
        found += changed
    found += [Broken(number, 0, "no_events") for number in standing if number not in seen]
    return Verdict(len(standing), events, erased, tuple(found))


def _standing(work: Work) -> Any:
    mine = complaint.c.tenant == work.tenant
    return select(complaint.c.number, complaint.c.status).where(mine).order_by(complaint.c.number)


def _events(work: Work) -> Any:
    rows = select(complaint_event).where(complaint_event.c.tenant == work.tenant)
    return rows.order_by(complaint_event.c.complaint, complaint_event.c.seq).execution_options(yield_per=1000)


def _of(number: str, history: Sequence[Any], status: str | None) -> Iterator[Broken]:
    first = broken_at(number, history)
    if first is not None:
        yield first
    if status is None:
        if history[0].kind != RAISED:  # an alert of the duty desk has no row beside its history
            yield Broken(number, 0, "no_complaint")
    elif history[-1].after != status:
        yield Broken(number, history[-1].seq, "cut")


def broken_at(number: str, history: Iterable[Any]) -> Broken | None:
    """The first event that is not as it was chained. history: rows of `complaint_event`, oldest first."""
    before, expected = None, 1
    for row in history:
        if row.seq != expected or row.previous != before:
            return Broken(number, row.seq, "missing")
        if _hashed(number, row) != row.hash:
            return Broken(number, row.seq, "edited")
        before, expected = row.hash, expected + 1
    return None


def _hashed(number: str, row: Any) -> str | None:
    """None: it has a code that no event can have."""
    try:
        actor, before, after = Actor(row.actor), Status(row.before), Status(row.after)
    except ValueError:
        return None
    event = Event(row.kind, row.at, actor, row.actor_id, before, after, row.transition, row.facts, row.text_hash)
    return chained(event, number, row.seq, row.previous)


# the texts that events speak of


def _texts(work: Work, number: str, history: Sequence[Any]) -> tuple[int, list[Broken]]:
    """How many are erased, and those that are neither there nor erased."""
    spoken = [(row.seq, hashed) for row in history for hashed in (row.text_hash, row.facts.get("text")) if hashed]
    mine = (word.c.tenant == work.tenant, word.c.complaint == number)
    rows = work.connection.execute(select(word.c.body, word.c.salt).where(*mine)).all()
    kept = {_text_hash(work, number, row) for row in rows if row.body is not None}
    gone = [(seq, hashed) for seq, hashed in spoken if hashed not in kept]
    erased = sum(row.body is None for row in rows)
    if len(gone) <= erased:
        return len(gone), []
    return erased, [Broken(number, seq, "text") for seq, _ in gone]


def _text_hash(work: Work, number: str, row: Any) -> str | None:
    try:
        return text_hash(work.keys.open(row.body, work.tenant, "word", number), row.salt or b"")
    except CannotOpen:
        return None
