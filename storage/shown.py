"""What a chat was shown: for a page that comes back, and for words that answer what was shown last.

Positions are given when a text or card is taken, and seen when it is sent, so a later one may be seen first: a page
also asks how far its line is settled, so that it misses nothing and gets nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, cast, func, literal_column, null, or_, select, union_all

from storage.hot import Prepared
from storage.lines import here
from storage.outbox import IS_UNSENT, SENDING, SENT, WAITING
from storage.tables import card, line, outbox
from storage.unit_of_work import Work

_ON_ITS_WAY = 1 << 60  # a text without a position comes after all that have one


@dataclass(frozen=True)
class Shown:
    """kind: text or card. id: the complaint of a card, else empty. payload: JSON."""

    kind: str
    position: int
    payload: str
    id: str = ""
    again: bool = False


_TEXT = [outbox.c[name] for name in ("id", "channel", "chat", "position", "payload", "again")]
_CARD = [card.c[name] for name in ("channel", "chat", "complaint", "position", "payload")]

_TEXTS_AFTER = Prepared(
    lambda insert: (
        select(*_TEXT)
        .where(*here(outbox), outbox.c.state == SENT, outbox.c.position > bindparam("position"))
        .order_by(outbox.c.position)
        .limit(bindparam("most"))
    )
)
_CARDS_AFTER = Prepared(
    lambda insert: (
        select(*_CARD)
        .where(*here(card), card.c.position > bindparam("position"), card.c.payload.is_not(None))
        .order_by(card.c.position)
        .limit(bindparam("most"))
    )
)


def after(work: Work, channel: str, chat: str, position: int, limit: int = 200) -> list[Shown]:
    """What this chat was sent after `position`, in order: texts, and each card in its latest state."""
    of = {"tenant": work.tenant, "channel": channel, "chat": chat, "position": position, "most": limit}
    found = [_text(work, row) for row in _TEXTS_AFTER.all(work, **of)]
    found += [_card(work, row) for row in _CARDS_AFTER.all(work, **of)]
    return sorted(found, key=lambda shown: shown.position)[:limit]


def _text(work: Work, row: Any) -> Shown:
    payload = work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat)
    return Shown("text", row.position or _ON_ITS_WAY + row.id, payload, again=row.again)


def _card(work: Work, row: Any) -> Shown:
    payload = work.keys.open(row.payload, work.tenant, "card", row.channel, row.chat, row.complaint)
    return Shown("card", row.position, payload, row.complaint)


_LOOKED_BACK = 5  # messages
_CARD_AS_TEXT = {column.name: column for column in _CARD} | {
    "kind": literal_column("'card'").label("kind"),
    "id": cast(null(), outbox.c.id.type).label("id"),
    "again": cast(null(), Boolean).label("again"),
}

_texts = (
    select(literal_column("'text'").label("kind"), *_TEXT, cast(null(), card.c.complaint.type).label("complaint"))
    .where(
        *here(outbox),
        or_(
            outbox.c.state == SENT,
            and_(or_(outbox.c.state == WAITING, outbox.c.state == SENDING), outbox.c.due <= bindparam("now")),
        ),
    )
    .order_by(outbox.c.id.desc())
    .limit(_LOOKED_BACK)
    .subquery("texts")
)
_cards = (
    select(*(_CARD_AS_TEXT[column.name] for column in _texts.c))
    .where(*here(card), card.c.payload.is_not(None))
    .order_by(card.c.position.desc())
    .limit(_LOOKED_BACK)
    .subquery("cards")
)
_LAST_TEXTS = Prepared(lambda insert: select(*_texts.c))
_LAST_SHOWN = Prepared(lambda insert: union_all(select(*_texts.c), select(*_cards.c)))


def lately(work: Work, channel: str, chat: str, *, group: bool) -> Iterator[Shown]:
    """What this chat saw last, the newest first; what is on its way counts, for people who type ahead.

    Each is opened only when it is asked for. group: cards may hang there.
    """
    found = _LAST_SHOWN if group else _LAST_TEXTS
    rows = found.all(work, tenant=work.tenant, channel=channel, chat=chat, now=work.now)
    rows.sort(key=lambda row: -(row.position or _ON_ITS_WAY + row.id))
    return (_text(work, row) if row.kind == "text" else _card(work, row) for row in rows[:_LOOKED_BACK])


# How far a line is read


@dataclass(frozen=True)
class Reach:
    """newest: the last position given in a line. settled: nothing at or below it can still appear."""

    settled: int
    newest: int


_REACH = Prepared(
    lambda insert: select(
        select(line.c.position).where(*here(line)).scalar_subquery().label("newest"),
        select(func.min(outbox.c.position - 1)).where(*here(outbox), IS_UNSENT).scalar_subquery().label("texts"),
        select(func.min(func.coalesce(card.c.position, 0)))
        .where(*here(card), card.c.lease_until.is_not(None), card.c.wanted > card.c.shown)
        .scalar_subquery()
        .label("cards"),
    )
)


def reach(work: Work, channel: str, chat: str) -> Reach:
    """Ask before `after`, in the same transaction.

    A text keeps its position from the moment it is taken; a card that is being sent has one nobody can see yet, but
    it lies behind the one at which the card was shown last.
    """
    found = _REACH.all(work, tenant=work.tenant, channel=channel, chat=chat)[0]
    newest = found.newest or 0
    return Reach(min([newest, *(end for end in (found.texts, found.cards) if end is not None)]), newest)


@dataclass(frozen=True)
class Mark:
    """What goes with a position: the id of the message there, and when it was sent or last changed."""

    message_id: str
    at: datetime


def _marked(table: Any, at: Any) -> Any:
    of = (*here(table), table.c.position > bindparam("position"))
    marked = select(table.c.position, table.c.message_id, at.label("at"))
    return marked.where(*of, table.c.message_id.is_not(None), at.is_not(None))


_MARKED_TEXTS = Prepared(lambda insert: _marked(outbox, outbox.c.sent_at))
_MARKED_CARDS = Prepared(lambda insert: _marked(card, card.c.due))


def marks(work: Work, channel: str, chat: str, position: int) -> dict[int, Mark]:
    """Position -> mark, for everything after `position`."""
    of = {"tenant": work.tenant, "channel": channel, "chat": chat, "position": position}
    rows = [row for marked in (_MARKED_TEXTS, _MARKED_CARDS) for row in marked.all(work, **of)]
    return {row.position: Mark(row.message_id, row.at) for row in rows}
