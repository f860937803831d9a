"""What is to go out: put here by the turn that owes it, and sent after the commit by whoever takes it.

A row that is held back on purpose (a staff reply, for its undo) joins its line when it falls due, and can be taken out
until then. An answer that its reader fetches is handed over here at once. Delivery is `storage.delivery`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, literal_column, select, update

from storage import lines
from storage.hot import Prepared
from storage.tables import card, outbox
from storage.unit_of_work import News, Work

WAITING, SENDING, SENT, PARKED, DEAD = "waiting", "sending", "sent", "parked", "dead"

# In clear, so that the partial indexes are used.
IS_WAITING = outbox.c.state == literal_column(f"'{WAITING}'")
IS_UNSENT = outbox.c.state.in_([literal_column(f"'{WAITING}'"), literal_column(f"'{SENDING}'")])


_PUT = Prepared(
    lambda insert: (
        insert(outbox)
        .values(
            {name: bindparam(name) for name in ("tenant", "channel", "chat", "delivery", "created_at", "due")}
            | {name: bindparam(name) for name in ("complaint", "word", "payload")}
            | {"state": WAITING}
        )
        .returning(outbox.c.id)
    )
)


def put(
    work: Work,
    channel: str,
    chat: str,
    payload: str,
    *,
    due: datetime,
    delivery: str = "must_arrive",
    complaint: str | None = None,
    word: int | None = None,
) -> int:
    """For `storage.delivery` to take. payload: the outgoing text with its buttons as JSON. Returns the row's number."""
    work.news.add(News.TO_SEND)
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    row = {"tenant": work.tenant, "channel": channel, "chat": chat, "delivery": delivery, "created_at": work.now}
    id = _PUT.scalar(work, **row, due=due, complaint=complaint, word=word, payload=sealed)
    return int(id or 0)


def take_out(work: Work, word: int) -> bool:
    """Deletes a push that has not been taken yet. False: it is on its way or gone."""
    mine = (outbox.c.tenant == work.tenant, outbox.c.word == word, outbox.c.state == WAITING)
    return work.connection.execute(delete(outbox).where(*mine).returning(outbox.c.id)).first() is not None


@dataclass(frozen=True)
class Handed:
    """An answer that its reader fetches: committed is delivered. at: when."""

    position: int
    payload: str
    message_id: str
    at: datetime


_HAND_OVER = Prepared(
    lambda insert: insert(outbox).values(
        {
            name: bindparam(name)
            for name in ("tenant", "channel", "chat", "delivery", "created_at", "position", "message_id", "payload")
        }
        | {"due": bindparam("created_at"), "sent_at": bindparam("created_at"), "state": SENT, "tries": 1}
    )
)


def hand_over(work: Work, channel: str, chat: str, payload: str, last: int, delivery: str = "must_arrive") -> Handed:
    """An answer to a reader who goes by positions, in a line where nothing waits. last: the position before it."""
    position = lines.position_after(work, channel, chat, last)
    new = Handed(position, payload, f"m{position}", work.now)
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    row = {"tenant": work.tenant, "channel": channel, "chat": chat, "delivery": delivery, "created_at": work.now}
    _HAND_OVER.last(work, (channel, chat), **row, position=position, message_id=new.message_id, payload=sealed)
    return new


_HELD_BACK = Prepared(
    lambda insert: (
        select(outbox.c.word)
        .where(outbox.c.tenant == bindparam("tenant"), outbox.c.complaint == bindparam("complaint"))
        .where(outbox.c.word.is_not(None), outbox.c.state == WAITING, outbox.c.due > bindparam("now"))
        .order_by(outbox.c.id)
    )
)


def held_back(work: Work, complaint: str) -> list[int]:
    """The words about this complaint that wait, oldest first, until they can no longer be taken back."""
    return [row.word for row in _HELD_BACK.all(work, tenant=work.tenant, complaint=complaint, now=work.now)]


def hurry(work: Work, word: int) -> bool:
    """What was held back may go now. False: it is on its way or gone."""
    work.news.add(News.TO_SEND)
    mine = (outbox.c.tenant == work.tenant, outbox.c.word == word, outbox.c.state == WAITING)
    changed = update(outbox).where(*mine).values(due=work.now).returning(outbox.c.id)
    return work.connection.execute(changed).first() is not None


def blank(work: Work, channel: str, chat: str, since: datetime, payload: str) -> None:
    """What this chat was answered since then says `payload` instead; pushes about complaints stay."""
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    mine = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    answers = (outbox.c.created_at >= since, outbox.c.complaint.is_(None))
    work.connection.execute(update(outbox).where(*mine, *answers).values(payload=sealed))


def close_line(work: Work, channel: str, chat: str, reason: str) -> None:
    """The chat cannot be written to: what waits is buried, so that nothing behind it waits for ever."""
    lines.change(work, channel, chat, unreachable=reason)
    mine = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    work.connection.execute(update(outbox).where(*mine, IS_UNSENT).values(state=DEAD, error=reason))


def next_due(work: Work) -> datetime | None:
    """When the next row or card that waits falls due; None if nothing waits."""
    rows = select(func.min(outbox.c.due)).where(outbox.c.tenant == work.tenant, IS_UNSENT, IS_WAITING)
    cards = select(func.min(card.c.due)).where(card.c.tenant == work.tenant, card.c.wanted > card.c.shown)
    found = [work.connection.execute(query).scalar() for query in (rows, cards)]
    return min((due for due in found if due is not None), default=None)


def counts(work: Work) -> dict[str, int]:
    rows = select(outbox.c.state, func.count()).where(outbox.c.tenant == work.tenant).group_by(outbox.c.state)
    return {state: int(number) for state, number in work.connection.execute(rows)}
