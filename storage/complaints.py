"""Loads and saves complaints with their events, the words said about them, and who the complainant is."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, or_, select, update

from complaints import masking
from complaints.complaint import Complaint, Result, Solved
from complaints.events import chained, text_hash
from complaints.workflow import OPEN, Status
from storage.tables import complaint as table
from storage.tables import complaint_event, identity, label, word
from storage.turns import insert
from storage.unit_of_work import Overtaken, Work

_PLAIN = [
    "draft",
    "channel",
    "chat",
    "sender",
    "gist",
    "registered_at",
    "track",
    "kind",
    "category",
    "item",
    "category_by",
    "confidence",
    "model",
    "area",
    "lead",
    "holder",
    "catalogue_row",
    "catalogue_version",
    "anonymous",
    "accepted_at",
    "dispatched_at",
    "claimed_at",
    "first_contact_at",
    "replied_at",
    "closed_at",
    "satisfied",
    "reopened",
    "flags",
    "promised",
]


def add(work: Work, new: Complaint) -> bool:
    """Files it with its events. False: this draft was filed before, and nothing was written."""
    values = {**_columns(work, new), "tenant": work.tenant, "number": new.number, "version": 0}
    filed = insert(work, table).values(**values).on_conflict_do_nothing(index_elements=["tenant", "draft"])
    if work.connection.execute(filed.returning(table.c.number)).first() is None:
        return False
    _append(work, new)
    return True


def load(work: Work, number: str, *, lock: bool = True) -> Complaint | None:
    rows = select(table).where(table.c.tenant == work.tenant, table.c.number == number)
    row = work.connection.execute(rows.with_for_update() if lock else rows).first()
    return None if row is None else _complaint(work, row)


def by_draft(work: Work, draft: str) -> Complaint | None:
    rows = select(table).where(table.c.tenant == work.tenant, table.c.draft == draft)
    row = work.connection.execute(rows).first()
    return None if row is None else _complaint(work, row)


def save(work: Work, changed: Complaint) -> None:
    """Raises Overtaken if someone saved this complaint since it was loaded."""
    mine = (table.c.tenant == work.tenant, table.c.number == changed.number, table.c.version == changed.version)
    values = {**_columns(work, changed), "version": changed.version + 1}
    if work.connection.execute(update(table).where(*mine).values(**values)).rowcount != 1:
        raise Overtaken(changed.number)
    changed.version += 1
    _append(work, changed)


def _columns(work: Work, kept: Complaint) -> dict[str, Any]:
    plain = {name: getattr(kept, name) for name in _PLAIN}
    details = work.keys.seal(json.dumps(kept.details), work.tenant, "complaint", kept.number)
    typed = {
        "status": kept.status.value,
        "assists": list(kept.assists),
        "result": kept.result and kept.result.value,
        "solved": kept.solved and kept.solved.value,
    }
    return {**plain, **typed, "details": details}


def _complaint(work: Work, row: Any) -> Complaint:
    details = json.loads(work.keys.open(row.details, work.tenant, "complaint", row.number))
    typed: dict[str, Any] = {
        "status": Status(row.status),
        "assists": tuple(row.assists),
        "result": Result(row.result) if row.result else None,
        "solved": Solved(row.solved) if row.solved else None,
    }
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return Complaint(number=row.number, details=details, version=row.version, **plain, **typed)


# Events


def _append(work: Work, changed: Complaint) -> None:
    last = work.connection.execute(
        select(complaint_event.c.seq, complaint_event.c.hash)
        .where(complaint_event.c.tenant == work.tenant, complaint_event.c.complaint == changed.number)
        .order_by(complaint_event.c.seq.desc())
        .limit(1)
    ).first()
    seq, previous = (last.seq, last.hash) if last else (0, None)
    for event in changed.events:
        seq += 1
        now = chained(event, changed.number, seq, previous)
        values = {
            "tenant": work.tenant,
            "complaint": changed.number,
            "seq": seq,
            "kind": event.kind,
            "transition": event.transition,
            "actor": event.actor.value,
            "actor_id": event.actor_id,
            "at": event.at,
            "before": event.before.value,
            "after": event.after.value,
            "facts": event.facts,
            "text_hash": event.text_hash,
            "previous": previous,
            "hash": now,
        }
        work.connection.execute(complaint_event.insert().values(**values))
        previous = now
    changed.events.clear()


def events(work: Work, number: str) -> list[Any]:
    """The rows of the history, oldest first."""
    mine = (complaint_event.c.tenant == work.tenant, complaint_event.c.complaint == number)
    return list(work.connection.execute(select(complaint_event).where(*mine).order_by(complaint_event.c.seq)))


# Words


@dataclass(frozen=True)
class Word:
    id: int
    kind: str
    author: str
    at: datetime
    masked: str


@dataclass(frozen=True)
class Spoken:
    """Words just kept: their row, the hash by which an event speaks of them, and what a group may read."""

    id: int
    hash: str
    masked: str


def say(work: Work, number: str, kind: str, author: str, text: str) -> Spoken:
    """Keeps words sealed beside their masked copy, in which the name given as contact is masked too."""
    salt, masked = os.urandom(16), masking.mask(text, names_given(work, number))
    body = work.keys.seal(text, work.tenant, "word", number)
    values = {"tenant": work.tenant, "complaint": number, "kind": kind, "author": author, "at": work.now}
    row = word.insert().values(**values, masked=masked, body=body, salt=salt).returning(word.c.id)
    return Spoken(int(work.connection.execute(row).scalar_one()), text_hash(text, salt), masked)


def unsay(work: Work, id: int) -> None:
    work.connection.execute(delete(word).where(word.c.tenant == work.tenant, word.c.id == id))


@dataclass(frozen=True)
class Said:
    """Words with the hash by which an event speaks of them."""

    complaint: str
    author: str
    hash: str


def said(work: Work, id: int) -> Said | None:
    """None if the words are gone."""
    row = work.connection.execute(select(word).where(word.c.tenant == work.tenant, word.c.id == id)).first()
    if row is None or row.body is None:
        return None
    text = work.keys.open(row.body, work.tenant, "word", row.complaint)
    return Said(row.complaint, row.author, text_hash(text, row.salt))


def words(work: Work, number: str, kinds: Iterable[str]) -> list[Word]:
    """Masked, oldest first."""
    mine = (word.c.tenant == work.tenant, word.c.complaint == number, word.c.kind.in_(list(kinds)))
    rows = work.connection.execute(select(word).where(*mine).order_by(word.c.id))
    return [Word(row.id, row.kind, row.author, row.at, row.masked or "") for row in rows]


def last_words(work: Work, number: str, kind: str) -> str:
    """The newest words of this kind as they were typed, for the one they are meant for; empty if there are none."""
    mine = (word.c.tenant == work.tenant, word.c.complaint == number, word.c.kind == kind, word.c.body.is_not(None))
    body = work.connection.execute(select(word.c.body).where(*mine).order_by(word.c.id.desc()).limit(1)).scalar()
    return work.keys.open(body, work.tenant, "word", number) if body else ""


# Who the complainant is, and what was said of the category


def identify(work: Work, number: str, name: str, phone: str) -> None:
    values = {
        "tenant": work.tenant,
        "complaint": number,
        "name": work.keys.seal(name, work.tenant, "identity", number) if name else None,
        "phone": work.keys.seal(phone, work.tenant, "identity", number) if phone else None,
        "phone_lookup": work.keys.lookup(phone) if phone else None,
    }
    work.connection.execute(identity.insert().values(**values))


def names_given(work: Work, number: str) -> list[str]:
    """The name given as contact, to be masked in what anybody types; empty if none was given."""
    mine = (identity.c.tenant == work.tenant, identity.c.complaint == number)
    sealed = work.connection.execute(select(identity.c.name).where(*mine)).scalar()
    return [work.keys.open(sealed, work.tenant, "identity", number)] if sealed else []


def label_as(work: Work, kept: Complaint, strength: str, by: str) -> None:
    """strength: weak for the resident's opinion, gold for staff's."""
    values = {"complaint": kept.number, "category": kept.category, "item": kept.item, "model": kept.model}
    row = {"tenant": work.tenant, "strength": strength, "given_by": by, "at": work.now, **values}
    work.connection.execute(label.insert().values(**row))


# Lists


def of_person(work: Work, channel: str, sender: str, limit: int = 10) -> list[Complaint]:
    """The complaints this account has filed, newest first."""
    mine = (table.c.tenant == work.tenant, table.c.channel == channel, table.c.sender == sender)
    return _list(work, select(table).where(*mine).order_by(table.c.registered_at.desc()).limit(limit))


def queue(work: Work, unit: str, limit: int = 50, *, holder: str | None = None) -> list[Complaint]:
    """The open complaints of a unit's queue (or those one of its staff holds), oldest first."""
    mine = [table.c.tenant == work.tenant, table.c.lead == unit, table.c.status.in_([s.value for s in OPEN])]
    if holder is not None:
        mine.append(table.c.holder == holder)
    return _list(work, select(table).where(*mine).order_by(table.c.registered_at).limit(limit))


def open_ones(work: Work) -> list[Complaint]:
    """All that are being worked, oldest first."""
    mine = (table.c.tenant == work.tenant, table.c.status.in_([s.value for s in OPEN]))
    return _list(work, select(table).where(*mine).order_by(table.c.registered_at))


def in_sight(work: Work, unit: str, number_part: str) -> list[Complaint]:
    """Complaints a unit leads or assists whose number holds `number_part`, newest first."""
    mine = (table.c.tenant == work.tenant, table.c.number.contains(number_part, autoescape=True))
    concerned = or_(table.c.lead == unit, cast(table.c.assists, Text).contains(unit, autoescape=True))
    rows = select(table).where(*mine, concerned).order_by(table.c.registered_at.desc()).limit(20)
    return _list(work, rows)


def _list(work: Work, rows: Any) -> list[Complaint]:
    return [_complaint(work, row) for row in work.connection.execute(rows).all()]
