"""How far a line is read: what a page needs beside `outbox.after`, so that it misses nothing and gets nothing twice.

Positions are given when a text or card is taken, and seen when it is sent, so a later one may be seen first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from storage.hot import Prepared
from storage.outbox import IS_UNSENT
from storage.tables import card, line, outbox
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Reach:
    """newest: the last position given in a line. settled: nothing at or below it can still appear."""

    settled: int
    newest: int


def _of_line(table: Any) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(name) for name in ("tenant", "channel", "chat")]


_REACH = Prepared(
    lambda insert: select(
        select(line.c.position).where(*_of_line(line)).scalar_subquery().label("newest"),
        select(func.min(outbox.c.position - 1)).where(*_of_line(outbox), IS_UNSENT).scalar_subquery().label("texts"),
        select(func.min(func.coalesce(card.c.position, 0)))
        .where(*_of_line(card), card.c.lease_until.is_not(None), card.c.wanted > card.c.shown)
        .scalar_subquery()
        .label("cards"),
    )
)


def reach(work: Work, channel: str, chat: str) -> Reach:
    """Ask before `outbox.after`, in the same transaction.

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
    here = (*_of_line(table), table.c.position > bindparam("position"))
    marked = select(table.c.position, table.c.message_id, at.label("at"))
    return marked.where(*here, table.c.message_id.is_not(None), at.is_not(None))


_MARKED_TEXTS = Prepared(lambda insert: _marked(outbox, outbox.c.sent_at))
_MARKED_CARDS = Prepared(lambda insert: _marked(card, card.c.due))


def marks(work: Work, channel: str, chat: str, position: int) -> dict[int, Mark]:
    """Position -> mark, for everything after `position`."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat, "position": position}
    rows = [row for marked in (_MARKED_TEXTS, _MARKED_CARDS) for row in marked.all(work, **here)]
    return {row.position: Mark(row.message_id, row.at) for row in rows}
