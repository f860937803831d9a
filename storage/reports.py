"""Read-only queries for pages and boards: a complaint's story, the groups with cards, the name of the store.

Only masked texts leave here; sealed columns are not opened.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from complaints.workflow import OPEN
from storage import clocks
from storage.audit import broken_at
from storage.complaints import events
from storage.tables import card, complaint, draft, group_chat, inbox, outbox, run
from storage.unit_of_work import Work

_PLAIN = [
    "number",
    "status",
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
    "assists",
    "catalogue_row",
    "gist",
    "result",
    "solved",
    "satisfied",
    "reopened",
    "flags",
    "promised",
]
_TIMES = ["registered_at", "accepted_at", "dispatched_at", "claimed_at", "first_contact_at", "replied_at", "closed_at"]
SHORT = 8  # characters of a hash that are shown


def happened(work: Work, number: str) -> dict[str, Any] | None:
    """All that is known of a complaint without its words, times in ISO 8601; None if there is no such number."""
    mine = (complaint.c.tenant == work.tenant, complaint.c.number == number)
    row = work.connection.execute(select(complaint).where(*mine)).first()
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in _PLAIN}
    times = {name: _spelt(getattr(row, name)) for name in _TIMES}
    dues = [{"kind": kind, "due": due.isoformat()} for kind, due in clocks.of(work, number).items()]
    history = events(work, number)
    chain = {"events": [_told(event) for event in history], "intact": broken_at(number, history) is None}
    return {**plain, **times, "clocks": dues, "outbox": _pushes(work, number), "cards": _cards(work, number), **chain}


def _spelt(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _told(event: Row[Any]) -> dict[str, Any]:
    """One link of the chain: codes, times and the beginnings of its hashes."""
    plain = {name: getattr(event, name) for name in ["seq", "kind", "transition", "actor", "before", "after", "facts"]}
    previous = event.previous[:SHORT] if event.previous else ""
    return {**plain, "at": event.at.isoformat(), "hash": event.hash[:SHORT], "previous": previous}


def _pushes(work: Work, number: str) -> list[dict[str, Any]]:
    names = ["id", "channel", "chat", "delivery", "state", "tries", "again", "position"]
    times = ["created_at", "due", "sent_at"]
    mine = (outbox.c.tenant == work.tenant, outbox.c.complaint == number)
    rows = work.connection.execute(
        select(*(outbox.c[name] for name in names + times)).where(*mine).order_by(outbox.c.id)
    )
    return [{n: getattr(row, n) for n in names} | {n: _spelt(getattr(row, n)) for n in times} for row in rows]


def _cards(work: Work, number: str) -> list[dict[str, Any]]:
    names = ["channel", "chat", "wanted", "shown", "position"]
    mine = (card.c.tenant == work.tenant, card.c.complaint == number)
    rows = work.connection.execute(select(*(card.c[name] for name in names)).where(*mine).order_by(card.c.chat))
    return [dict(row._mapping) for row in rows]


def filed_by(work: Work, channel: str, sender: str, limit: int = 20) -> list[str]:
    """The numbers of what this account has filed, newest first."""
    mine = (complaint.c.tenant == work.tenant, complaint.c.channel == channel, complaint.c.sender == sender)
    rows = select(complaint.c.number).where(*mine).order_by(complaint.c.registered_at.desc()).limit(limit)
    return list(work.connection.execute(rows).scalars())


def draft_of(work: Work, channel: str, sender: str) -> dict[str, Any] | None:
    """The newest draft of this account: its state, when it began, how many messages it is made of."""
    mine = (draft.c.tenant == work.tenant, draft.c.channel == channel, draft.c.sender == sender)
    newest = select(draft.c.id, draft.c.state, draft.c.began_at).where(*mine).order_by(draft.c.began_at.desc())
    row = work.connection.execute(newest.limit(1)).first()
    if row is None:
        return None
    of_draft = (inbox.c.tenant == work.tenant, inbox.c.draft == row.id)
    messages = work.connection.execute(select(func.count()).select_from(inbox).where(*of_draft)).scalar_one()
    return {"state": row.state, "began_at": row.began_at.isoformat(), "messages": messages}


def groups(work: Work) -> list[dict[str, Any]]:
    """The groups that have cards, the one that changed last first: cards in all, and how many are still open."""
    here = (
        card.c.tenant == group_chat.c.tenant,
        card.c.channel == group_chat.c.channel,
        card.c.chat == group_chat.c.chat,
    )
    same = (complaint.c.tenant == card.c.tenant, complaint.c.number == card.c.complaint)
    is_open = complaint.c.status.in_([status.value for status in OPEN])
    changed = func.max(card.c.due)
    counted = (
        select(
            group_chat.c.channel,
            group_chat.c.chat,
            group_chat.c.unit,
            func.count().label("cards"),
            func.count().filter(is_open).label("open"),
            changed.label("changed"),
        )
        .select_from(group_chat)
        .join(card, _all(here))
        .join(complaint, _all(same))
        .where(group_chat.c.tenant == work.tenant)
        .group_by(group_chat.c.channel, group_chat.c.chat, group_chat.c.unit)
        .order_by(changed.desc())
    )
    return [{**row._mapping, "changed": row.changed.isoformat()} for row in work.connection.execute(counted)]


def _all(conditions: tuple[Any, ...]) -> Any:
    first, *rest = conditions
    for condition in rest:
        first = first & condition
    return first


def store(work: Work) -> str:
    """A name of this store: another database has another, and what a page remembers of one is not of the other."""
    first = work.connection.execute(select(func.min(run.c.began_at)).where(run.c.tenant == work.tenant)).scalar()
    return str(int(first.timestamp())) if first else "0"
