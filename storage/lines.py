"""How far a line is read: what a page needs beside `outbox.after`, so that it misses nothing and gets nothing twice.

Positions are given when a text or card is taken, and seen when it is sent, so a later one may be seen first.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.outbox import SENDING
from storage.tables import card, line, outbox
from storage.turns import WAITING
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Reach:
    """newest: the last position given in a line. settled: nothing at or below it can still appear."""

    settled: int
    newest: int


def reach(work: Work, channel: str, chat: str) -> Reach:
    """Ask before `outbox.after`, in the same transaction.

    A text keeps its position from the moment it is taken; a card that is being sent has one nobody can see yet, but
    it lies behind the one at which the card was shown last.
    """
    here = (line.c.tenant == work.tenant, line.c.channel == channel, line.c.chat == chat)
    newest = work.connection.execute(select(line.c.position).where(*here)).scalar() or 0
    texts = select(func.min(outbox.c.position) - 1).where(
        outbox.c.tenant == work.tenant,
        outbox.c.channel == channel,
        outbox.c.chat == chat,
        outbox.c.state.in_([WAITING, SENDING]),
    )
    cards = select(func.min(func.coalesce(card.c.position, 0))).where(
        card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat, card.c.lease_until.is_not(None)
    )
    on_their_way = [work.connection.execute(query).scalar() for query in (texts, cards)]
    return Reach(min([newest, *(end for end in on_their_way if end is not None)]), newest)


@dataclass(frozen=True)
class Mark:
    """What goes with a position: the id of the message there, and when it was sent or last changed."""

    message_id: str
    at: datetime


def marks(work: Work, channel: str, chat: str, position: int) -> dict[int, Mark]:
    """Position -> mark, for everything after `position`."""
    found = {}
    for table, at in ((outbox, outbox.c.sent_at), (card, card.c.due)):
        mine = (table.c.tenant == work.tenant, table.c.channel == channel, table.c.chat == chat)
        rows = select(table.c.position, table.c.message_id, at.label("at")).where(*mine, table.c.position > position)
        for row in work.connection.execute(rows.where(table.c.message_id.is_not(None), at.is_not(None))):
            found[row.position] = Mark(row.message_id, row.at)
    return found
