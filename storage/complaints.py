"""Loads and saves complaints with their events, the words said about them, and who the complainant is."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Text, bindparam, cast, delete, or_, select, update

from complaints.complaint import Complaint, Result, Solved
from complaints.events import Event, chained, text_hash
from complaints.workflow import OPEN, Status
from storage import masks
from storage.hot import Prepared
from storage.tables import complaint as table
from storage.tables import complaint_event, identity, label, word
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
_plain = attrgetter(*_PLAIN)
_TYPED = ["status", "assists", "result", "solved", "details"]
_CHANGED = [f"new_{name}" for name in _PLAIN]  # an UPDATE reserves the names of its columns
_NEW: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*_PLAIN, *_TYPED)}

_ADD = Prepared(
    lambda insert: (
        insert(table)
        .values(**_NEW, tenant=bindparam("tenant_"), number=bindparam("number_"), version=0)
        .on_conflict_do_nothing(index_elements=["tenant", "draft"])
        .returning(table.c.number)
    )
)


def add(work: Work, new: Complaint) -> bool:
    """Files it with its events. False: this draft was filed before, and nothing was written."""
    if _ADD.first(work, tenant_=work.tenant, number_=new.number, **_columns(work, new)) is None:
        return False
    _append(work, new.number, new.events, 0, None)
    new.events.clear()
    return True


def _one(name: str) -> Any:
    return select(table).where(table.c.tenant == bindparam("tenant"), table.c[name] == bindparam(name))


_READ = Prepared(lambda insert: _one("number"))
_LOCK = Prepared(lambda insert: _one("number").with_for_update())
_OF_DRAFT = Prepared(lambda insert: _one("draft"))


def load(work: Work, number: str, *, lock: bool = True) -> Complaint | None:
    row = (_LOCK if lock else _READ).first(work, tenant=work.tenant, number=number)
    return None if row is None else _complaint(work, row)


def by_draft(work: Work, draft: str) -> Complaint | None:
    row = _OF_DRAFT.first(work, tenant=work.tenant, draft=draft)
    return None if row is None else _complaint(work, row)


_SAVE = Prepared(
    lambda insert: (
        update(table)
        .where(
            table.c.tenant == bindparam("tenant_"),
            table.c.number == bindparam("number_"),
            table.c.version == bindparam("seen"),
        )
        .values(**_NEW, version=table.c.version + 1)
    )
)


def save(work: Work, changed: Complaint) -> None:
    """Raises Overtaken if someone saved this complaint since it was loaded."""
    mine = {"tenant_": work.tenant, "number_": changed.number, "seen": changed.version}
    if _SAVE.change(work, **mine, **_columns(work, changed)) != 1:
        raise Overtaken(changed.number)
    changed.version += 1
    if changed.events:
        append(work, changed.number, changed.events)
        changed.events.clear()


def _columns(work: Work, kept: Complaint) -> dict[str, Any]:
    """By the names of `_NEW`."""
    details = work.keys.seal(orjson.dumps(kept.details), work.tenant, "complaint", kept.number)
    typed = {
        "new_status": kept.status.value,
        "new_assists": list(kept.assists),
        "new_result": kept.result and kept.result.value,
        "new_solved": kept.solved and kept.solved.value,
    }
    return {**dict(zip(_CHANGED, _plain(kept), strict=True)), **typed, "new_details": details}


def _complaint(work: Work, row: Any) -> Complaint:
    details = orjson.loads(work.keys.open(row.details, work.tenant, "complaint", row.number))
    typed: dict[str, Any] = {
        "status": Status(row.status),
        "assists": tuple(row.assists),
        "result": Result(row.result) if row.result else None,
        "solved": Solved(row.solved) if row.solved else None,
    }
    plain: dict[str, Any] = dict(zip(_PLAIN, _plain(row), strict=True))
    return Complaint(number=row.number, details=details, version=row.version, **plain, **typed)


# Events


_LAST_EVENT = Prepared(
    lambda insert: (
        select(complaint_event.c.seq, complaint_event.c.hash)
        .where(complaint_event.c.tenant == bindparam("tenant"), complaint_event.c.complaint == bindparam("complaint"))
        .order_by(complaint_event.c.seq.desc())
        .limit(1)
    )
)
_APPEND = Prepared(
    lambda insert: insert(complaint_event).values({column.name: bindparam(column.name) for column in complaint_event.c})
)


def append(work: Work, number: str, new: Iterable[Event]) -> None:
    """New events behind those that stand under this number: of a complaint, or of an alert of the duty desk."""
    last = _LAST_EVENT.first(work, tenant=work.tenant, complaint=number)
    _append(work, number, new, *((last.seq, last.hash) if last else (0, None)))


def _append(work: Work, number: str, new: Iterable[Event], seq: int, previous: str | None) -> None:
    """Behind event `seq`, whose hash is `previous`."""
    rows = []
    for seq_, event in enumerate(new, start=seq + 1):
        hash = chained(event, number, seq_, previous)
        place = {"tenant": work.tenant, "complaint": number, "seq": seq_, "previous": previous, "hash": hash}
        rows.append({**place, **_told(event)})
        previous = hash
    _APPEND.many(work, rows)


def _told(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "transition": event.transition,
        "actor": event.actor.value,
        "actor_id": event.actor_id,
        "at": event.at,
        "before": event.before.value,
        "after": event.after.value,
        "facts": event.facts,
        "text_hash": event.text_hash,
    }


_EVENTS = Prepared(
    lambda insert: (
        select(complaint_event)
        .where(complaint_event.c.tenant == bindparam("tenant"), complaint_event.c.complaint == bindparam("complaint"))
        .order_by(complaint_event.c.seq)
    )
)


def events(work: Work, number: str) -> list[Any]:
    """The rows of the history, oldest first."""
    return _EVENTS.all(work, tenant=work.tenant, complaint=number)


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


_SAY = Prepared(
    lambda insert: (
        insert(word).values({c.name: bindparam(c.name) for c in word.c if c is not word.c.id}).returning(word.c.id)
    )
)


def say(work: Work, number: str, kind: str, author: str, text: str, copy: str | None = None) -> Spoken:
    """Keeps words sealed beside the copy that groups may read. copy: if it is known; else it is made here."""
    salt, masked = os.urandom(16), masks.masked(work, number, text) if copy is None else copy
    body = work.keys.seal(text, work.tenant, "word", number)
    values = {"tenant": work.tenant, "complaint": number, "kind": kind, "author": author, "at": work.now}
    id = _SAY.scalar(work, **values, masked=masked, body=body, salt=salt)
    return Spoken(int(id or 0), text_hash(text, salt), masked)


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


_WORDS = Prepared(
    lambda insert: (
        select(word.c.id, word.c.kind, word.c.author, word.c.at, word.c.masked)
        .where(word.c.tenant == bindparam("tenant"), word.c.complaint == bindparam("complaint"))
        .order_by(word.c.id)
    )
)


def words(work: Work, number: str, kinds: Iterable[str]) -> list[Word]:
    """Masked, oldest first."""
    wanted = frozenset(kinds)
    rows = _WORDS.all(work, tenant=work.tenant, complaint=number)
    return [Word(row.id, row.kind, row.author, row.at, row.masked or "") for row in rows if row.kind in wanted]


def last_words(work: Work, number: str, kind: str) -> str:
    """The newest words of this kind as they were typed, for the one they are meant for; empty if there are none."""
    mine = (word.c.tenant == work.tenant, word.c.complaint == number, word.c.kind == kind, word.c.body.is_not(None))
    body = work.connection.execute(select(word.c.body).where(*mine).order_by(word.c.id.desc()).limit(1)).scalar()
    return work.keys.open(body, work.tenant, "word", number) if body else ""


# Who the complainant is, and what was said of the category


_IDENTIFY = Prepared(lambda insert: insert(identity).values({c.name: bindparam(c.name) for c in identity.c}))


def identify(work: Work, number: str, name: str, phone: str) -> None:
    """Who can be reached how; of the anonymous there is nothing to keep."""
    if not (name or phone):
        return
    values = {
        "tenant": work.tenant,
        "complaint": number,
        "name": work.keys.seal(name, work.tenant, "identity", number) if name else None,
        "phone": work.keys.seal(phone, work.tenant, "identity", number) if phone else None,
        "phone_lookup": work.keys.lookup(phone) if phone else None,
    }
    _IDENTIFY.change(work, **values)


def label_as(work: Work, kept: Complaint, strength: str, by: str) -> None:
    """strength: weak for the resident's opinion, gold for staff's."""
    values = {"complaint": kept.number, "category": kept.category, "item": kept.item, "model": kept.model}
    row = {"tenant": work.tenant, "strength": strength, "given_by": by, "at": work.now, **values}
    work.connection.execute(label.insert().values(**row))


# Lists


_OF_PERSON = Prepared(
    lambda insert: (
        select(table)
        .where(*(table.c[name] == bindparam(name) for name in ("tenant", "channel", "sender")))
        .order_by(table.c.registered_at.desc())
        .limit(bindparam("most"))
    )
)


def of_person(work: Work, channel: str, sender: str, limit: int = 10) -> list[Complaint]:
    """The complaints this account has filed, newest first."""
    rows = _OF_PERSON.all(work, tenant=work.tenant, channel=channel, sender=sender, most=limit)
    return [_complaint(work, row) for row in rows]


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
