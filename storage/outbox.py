"""Taking what is to go out, line by line, and writing down what became of it.

A line is one chat of one channel: a row is taken only when no earlier row of its line waits or is being sent; a
row that is held back on purpose (a staff reply, for its undo) joins its line when it falls due. A lease says until
when a taker may work; after it another may try again. Cards are taken beside the lines.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, null, or_, select, tuple_, update

from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import card, line, outbox
from storage.turns import WAITING, insert
from storage.unit_of_work import Work

SENDING, SENT, PARKED, DEAD = "sending", "sent", "parked", "dead"


@dataclass(frozen=True)
class Taken:
    """A push whose turn has come. payload: JSON; position: its place in the line, counted from 1.

    doubt: an earlier taker died or lost the line between the request and the answer.
    """

    id: int
    channel: str
    chat: str
    payload: str
    delivery: str
    tries: int
    doubt: bool
    position: int
    complaint: str | None


@dataclass(frozen=True)
class TakenCard:
    channel: str
    chat: str
    complaint: str
    wanted: int
    message_id: str | None
    tries: int
    position: int


Line = tuple[str, str]  # channel and chat


def take(
    work: Work, channels: Collection[str], limit: int, lease: timedelta, skip: Collection[Line] = ()
) -> list[Taken]:
    """Leases the first row of up to `limit` lines; a row keeps the position it was first given.

    skip: lines to leave alone. A row that cannot be read is buried, so that it holds nobody up.
    """
    found = (
        select(outbox)
        .outerjoin(line, _on_line(outbox))
        .where(outbox.c.tenant == work.tenant, outbox.c.channel.in_(channels), _free(work))
        .where(outbox.c.due <= work.now, _open(work), ~_held_up(work), *_but(outbox, skip))
        .order_by(outbox.c.due, outbox.c.id)
        .limit(limit)
    )
    if work.connection.dialect.name != "sqlite":
        found = found.with_for_update(skip_locked=True, of=outbox)
    taken = [_lease(work, row, lease) for row in work.connection.execute(found).all()]
    return [each for each in taken if each is not None]


def _but(table: Any, skip: Collection[Line]) -> list[ColumnElement[bool]]:
    return [tuple_(table.c.channel, table.c.chat).not_in(list(skip))] if skip else []


def _free(work: Work) -> ColumnElement[bool]:
    return or_(outbox.c.state == WAITING, and_(outbox.c.state == SENDING, outbox.c.lease_until <= work.now))


def _open(work: Work) -> ColumnElement[bool]:
    return or_(line.c.not_before.is_(None), line.c.not_before <= work.now)


def _on_line(table: Any) -> ColumnElement[bool]:
    return and_(line.c.tenant == table.c.tenant, line.c.channel == table.c.channel, line.c.chat == table.c.chat)


def _held_up(work: Work) -> ColumnElement[bool]:
    earlier = outbox.alias("earlier")
    held_back = and_(earlier.c.state == WAITING, earlier.c.tries == 0, earlier.c.due > work.now)
    return (
        select(earlier.c.id)
        .where(
            earlier.c.tenant == outbox.c.tenant,
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.state.in_([WAITING, SENDING]),
            earlier.c.id < outbox.c.id,
            ~held_back,
        )
        .exists()
    )


def _lease(work: Work, row: Any, lease: timedelta) -> Taken | None:
    try:
        payload = work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat)
    except CannotOpen as error:
        bury(work, row.id, type(error).__name__)
        return None
    position = row.position or next_position(work, row.channel, row.chat)
    doubt = row.state == SENDING or row.again
    changed = {"state": SENDING, "lease_until": work.now + lease, "tries": row.tries + 1, "position": position}
    _change(work, row.id, again=doubt, **changed)
    return Taken(row.id, row.channel, row.chat, payload, row.delivery, row.tries + 1, doubt, position, row.complaint)


def next_position(work: Work, channel: str, chat: str) -> int:
    new = insert(work, line).values(tenant=work.tenant, channel=channel, chat=chat, position=1)
    counted = new.on_conflict_do_update(
        index_elements=["tenant", "channel", "chat"], set_={"position": line.c.position + 1}
    )
    return int(work.connection.execute(counted.returning(line.c.position)).scalar_one())


def sent(work: Work, id: int, message_id: str, *, once: bool = False) -> None:
    """once: its reader goes by positions, so whatever was in doubt, it is read once."""
    sure = {"again": False} if once else {}
    _change(work, id, state=SENT, sent_at=work.now, message_id=message_id, error=None, lease_until=None, **sure)


def try_again(work: Work, id: int, wait: timedelta, error: str, *, doubt: bool = False) -> None:
    """doubt: it may have arrived; the next send says so."""
    again = {"again": True} if doubt else {}
    _change(work, id, state=WAITING, due=work.now + wait, error=error, lease_until=None, **again)


def park(work: Work, id: int, error: str) -> None:
    """Nobody knows whether it arrived and it must not arrive twice: a person decides."""
    _change(work, id, state=PARKED, error=error, lease_until=None)


def bury(work: Work, id: int, error: str) -> None:
    _change(work, id, state=DEAD, error=error, lease_until=None)


def _change(work: Work, id: int, **values: Any) -> None:
    work.connection.execute(update(outbox).where(outbox.c.tenant == work.tenant, outbox.c.id == id).values(**values))


def blank(work: Work, channel: str, chat: str, since: datetime, payload: str) -> None:
    """What this chat was answered since then says `payload` instead; pushes about complaints stay."""
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    mine = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    answers = (outbox.c.created_at >= since, outbox.c.complaint.is_(None))
    work.connection.execute(update(outbox).where(*mine, *answers).values(payload=sealed))


def hold_line(work: Work, channel: str, chat: str, until: datetime) -> None:
    """The platform asked to wait before the next send to this chat."""
    _change_line(work, channel, chat, not_before=until)


def close_line(work: Work, channel: str, chat: str, reason: str) -> None:
    """The chat cannot be written to: what waits is buried, so that nothing behind it waits for ever."""
    _change_line(work, channel, chat, unreachable=reason)
    mine = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    waits = outbox.c.state.in_([WAITING, SENDING])
    work.connection.execute(update(outbox).where(*mine, waits).values(state=DEAD, error=reason))


_REOPEN = Prepared(
    lambda insert: (
        update(line)
        .where(
            line.c.tenant == bindparam("tenant_"),
            line.c.channel == bindparam("channel_"),
            line.c.chat == bindparam("chat_"),
            line.c.unreachable.is_not(None),
        )
        .values(unreachable=null())
    )
)


def reopen_line(work: Work, channel: str, chat: str) -> None:
    """The chat spoke again."""
    _REOPEN.change(work, tenant_=work.tenant, channel_=channel, chat_=chat)


def _change_line(work: Work, channel: str, chat: str, **values: Any) -> None:
    new = insert(work, line).values(tenant=work.tenant, channel=channel, chat=chat, **values)
    work.connection.execute(new.on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_=values))


# Cards


def hang_card(work: Work, channel: str, chat: str, complaint: str) -> None:
    """A card of this complaint in this chat, if none hangs there yet."""
    new = insert(work, card).values(
        tenant=work.tenant, channel=channel, chat=chat, complaint=complaint, wanted=1, due=work.now
    )
    work.connection.execute(new.on_conflict_do_nothing())


def take_down_cards(work: Work, channel: str, chat: str) -> None:
    """No card of this chat is drawn any more: it has become another unit's."""
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    work.connection.execute(delete(card).where(*mine))


def want_cards(work: Work, complaint: str) -> None:
    """All cards of this complaint, wherever they hang."""
    mine = (card.c.tenant == work.tenant, card.c.complaint == complaint)
    work.connection.execute(update(card).where(*mine).values(wanted=card.c.wanted + 1, due=work.now))


def take_cards(
    work: Work, channels: Collection[str], limit: int, lease: timedelta, skip: Collection[Line] = ()
) -> list[TakenCard]:
    """Leases the first stale card of up to `limit` chats; words that are due to a chat go before its cards."""
    place = func.row_number().over(partition_by=(card.c.channel, card.c.chat), order_by=(card.c.due, card.c.complaint))
    first = (
        select(card.c.channel, card.c.chat, card.c.complaint, place.label("place"))
        .outerjoin(line, _on_line(card))
        .where(card.c.tenant == work.tenant, card.c.channel.in_(channels), card.c.wanted > card.c.shown)
        .where(card.c.due <= work.now, or_(card.c.lease_until.is_(None), card.c.lease_until <= work.now))
        .where(_open(work), line.c.unreachable.is_(None), ~_words_due(work), *_but(card, skip))
        .subquery()
    )
    same = and_(*(card.c[name] == first.c[name] for name in ("channel", "chat", "complaint")))
    found = select(card).join(first, same).where(card.c.tenant == work.tenant, first.c.place == 1)
    found = found.order_by(card.c.due).limit(limit)
    if work.connection.dialect.name != "sqlite":
        found = found.with_for_update(skip_locked=True, of=card)
    return [_lease_card(work, row, lease) for row in work.connection.execute(found).all()]


def _words_due(work: Work) -> ColumnElement[bool]:
    here = (outbox.c.tenant == card.c.tenant, outbox.c.channel == card.c.channel, outbox.c.chat == card.c.chat)
    return select(outbox.c.id).where(*here, outbox.c.state == WAITING, outbox.c.due <= work.now).exists()


def _lease_card(work: Work, row: Any, lease: timedelta) -> TakenCard:
    position = next_position(work, row.channel, row.chat)
    _change_card(work, row.channel, row.chat, row.complaint, lease_until=work.now + lease, tries=row.tries + 1)
    return TakenCard(row.channel, row.chat, row.complaint, row.wanted, row.message_id, row.tries + 1, position)


def card_shown(work: Work, taken: TakenCard, message_id: str, payload: str) -> None:
    """What was drawn is kept sealed, so that a page that comes back can show it."""
    sealed = work.keys.seal(payload, work.tenant, "card", taken.channel, taken.chat, taken.complaint)
    values = {"shown": taken.wanted, "message_id": message_id, "tries": 0, "lease_until": None, "error": None}
    _change_card(work, taken.channel, taken.chat, taken.complaint, position=taken.position, payload=sealed, **values)


def card_again(work: Work, taken: TakenCard, wait: timedelta, error: str) -> None:
    _change_card(work, taken.channel, taken.chat, taken.complaint, lease_until=None, due=work.now + wait, error=error)


def drop_card(work: Work, taken: TakenCard) -> None:
    """There is nothing to draw: its complaint is gone."""
    mine = (card.c.tenant == work.tenant, card.c.channel == taken.channel, card.c.chat == taken.chat)
    work.connection.execute(delete(card).where(*mine, card.c.complaint == taken.complaint))


def _change_card(work: Work, channel: str, chat: str, complaint: str, **values: Any) -> None:
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    work.connection.execute(update(card).where(*mine, card.c.complaint == complaint).values(**values))


def card_of_message(work: Work, channel: str, chat: str, message_id: str) -> str | None:
    """The complaint whose card this message is, or of which it speaks: a reminder is replied to like a card."""
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    found = select(card.c.complaint).where(*mine, card.c.message_id == message_id)
    here = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    spoken = select(outbox.c.complaint).where(*here, outbox.c.message_id == message_id)
    return work.connection.execute(found).scalar() or work.connection.execute(spoken).scalar()


# What a page asks for when it comes back

_ON_ITS_WAY = 1 << 60  # a text without a position comes after all that have one


@dataclass(frozen=True)
class Shown:
    """kind: text or card. id: the complaint of a card, else empty. payload: JSON."""

    kind: str
    position: int
    payload: str
    id: str = ""
    again: bool = False


def after(work: Work, channel: str, chat: str, position: int, limit: int = 200) -> list[Shown]:
    """What this chat was sent after `position`, in order: texts, and each card in its latest state."""
    here = (outbox.c.tenant == work.tenant, outbox.c.channel == channel, outbox.c.chat == chat)
    texts = select(outbox).where(*here, outbox.c.state == SENT, outbox.c.position > position)
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    cards = select(card).where(*mine, card.c.position > position, card.c.payload.is_not(None))
    found = [_text(work, row) for row in work.connection.execute(texts.order_by(outbox.c.position).limit(limit))]
    found += [_card(work, row) for row in work.connection.execute(cards.order_by(card.c.position).limit(limit))]
    return sorted(found, key=lambda shown: shown.position)[:limit]


def _text(work: Work, row: Any) -> Shown:
    payload = work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat)
    return Shown("text", row.position or _ON_ITS_WAY + row.id, payload, again=row.again)


def _card(work: Work, row: Any) -> Shown:
    payload = work.keys.open(row.payload, work.tenant, "card", row.channel, row.chat, row.complaint)
    return Shown("card", row.position, payload, row.complaint)


_LOOKED_BACK = 5  # messages

_LAST_TEXTS = Prepared(
    lambda insert: (
        select(outbox)
        .where(
            outbox.c.tenant == bindparam("tenant"),
            outbox.c.channel == bindparam("channel"),
            outbox.c.chat == bindparam("chat"),
            or_(
                outbox.c.state == SENT,
                and_(or_(outbox.c.state == WAITING, outbox.c.state == SENDING), outbox.c.due <= bindparam("now")),
            ),
        )
        .order_by(outbox.c.id.desc())
        .limit(_LOOKED_BACK)
    )
)
_LAST_CARDS = Prepared(
    lambda insert: (
        select(card)
        .where(
            card.c.tenant == bindparam("tenant"),
            card.c.channel == bindparam("channel"),
            card.c.chat == bindparam("chat"),
            card.c.payload.is_not(None),
        )
        .order_by(card.c.position.desc())
        .limit(_LOOKED_BACK)
    )
)


def last_shown(work: Work, channel: str, chat: str) -> list[Shown]:
    """What this chat saw last, the newest first; what is on its way counts, for people who type ahead."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat}
    found = [_text(work, row) for row in _LAST_TEXTS.all(work, **here, now=work.now)]
    found += [_card(work, row) for row in _LAST_CARDS.all(work, **here)]
    return sorted(found, key=lambda shown: -shown.position)[:_LOOKED_BACK]


def next_due(work: Work) -> datetime | None:
    """When the next row or card that waits falls due; None if nothing waits."""
    rows = select(func.min(outbox.c.due)).where(outbox.c.tenant == work.tenant, outbox.c.state == WAITING)
    cards = select(func.min(card.c.due)).where(card.c.tenant == work.tenant, card.c.wanted > card.c.shown)
    found = [work.connection.execute(query).scalar() for query in (rows, cards)]
    return min((due for due in found if due is not None), default=None)


def counts(work: Work) -> dict[str, int]:
    rows = select(outbox.c.state, func.count()).where(outbox.c.tenant == work.tenant).group_by(outbox.c.state)
    return {state: int(number) for state, number in work.connection.execute(rows)}


def held_back(work: Work, complaint: str) -> list[int]:
    """The words about this complaint that wait, oldest first, until they can no longer be taken back."""
    mine = (outbox.c.tenant == work.tenant, outbox.c.complaint == complaint, outbox.c.word.is_not(None))
    rows = select(outbox.c.word).where(*mine, outbox.c.state == WAITING, outbox.c.due > work.now)
    return list(work.connection.execute(rows.order_by(outbox.c.id)).scalars())


def hurry(work: Work, word: int) -> bool:
    """What was held back may go now. False: it is on its way or gone."""
    mine = (outbox.c.tenant == work.tenant, outbox.c.word == word, outbox.c.state == WAITING)
    changed = update(outbox).where(*mine).values(due=work.now).returning(outbox.c.id)
    return work.connection.execute(changed).first() is not None
