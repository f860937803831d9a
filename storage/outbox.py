"""Taking what is to go out, line by line, and writing down what became of it.

A line is one chat of one channel: a row is taken only when no earlier row of its line waits or is being sent; a
row that is held back on purpose (a staff reply, for its undo) joins its line when it falls due. A lease says until
when a taker may work; after it another may try again. Cards are taken beside the lines.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
    update,
)

from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import card, line, outbox
from storage.turns import WAITING, insert
from storage.unit_of_work import Line, News, Work

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


# In clear, so that the partial indexes are used.
_IS_WAITING = outbox.c.state == literal_column(f"'{WAITING}'")
IS_UNSENT = outbox.c.state.in_([literal_column(f"'{WAITING}'"), literal_column(f"'{SENDING}'")])


def _on_line(table: Any) -> ColumnElement[bool]:
    return and_(line.c.tenant == table.c.tenant, line.c.channel == table.c.channel, line.c.chat == table.c.chat)


def _is_open() -> ColumnElement[bool]:
    return or_(line.c.not_before.is_(None), line.c.not_before <= bindparam("now"))


def _is_held_up() -> ColumnElement[bool]:
    """By an earlier row of its line that is not held back itself."""
    earlier = outbox.alias("earlier")
    is_waiting = earlier.c.state == literal_column(f"'{WAITING}'")
    held_back = and_(is_waiting, earlier.c.tries == 0, earlier.c.due > bindparam("now"))
    return (
        select(earlier.c.id)
        .where(
            earlier.c.tenant == outbox.c.tenant,
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.state.in_([literal_column(f"'{WAITING}'"), literal_column(f"'{SENDING}'")]),
            earlier.c.id < outbox.c.id,
            ~held_back,
        )
        .exists()
    )


_TAKEABLE = Prepared(
    lambda insert: (
        select(
            *(outbox.c[name] for name in ("id", "channel", "chat", "payload", "delivery", "state", "tries", "again")),
            *(outbox.c[name] for name in ("position", "complaint", "due")),
        )
        .outerjoin(line, _on_line(outbox))
        .where(outbox.c.tenant == bindparam("tenant"), outbox.c.channel == bindparam("channel"))
        .where(IS_UNSENT, outbox.c.due <= bindparam("now"))
        .where(or_(_IS_WAITING, outbox.c.lease_until <= bindparam("now")), _is_open(), ~_is_held_up())
        .order_by(outbox.c.due, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )
)


def take(
    work: Work, channels: Collection[str], limit: int, lease: timedelta, skip: Collection[Line] = ()
) -> list[Taken]:
    """Leases the first row of up to `limit` lines; a row keeps the position it was first given.

    skip: lines to leave alone. A row that cannot be read is buried, so that it holds nobody up.
    """
    rows = _of_channels(work, _TAKEABLE, channels, limit, skip)
    rows.sort(key=lambda row: (row.due, row.id))
    taken = [_lease(work, row, lease) for row in rows[:limit]]
    return [each for each in taken if each is not None]


def _of_channels(
    work: Work, found: Prepared, channels: Collection[str], limit: int, skip: Collection[Line]
) -> list[Any]:
    """Channel by channel, so that the text stays the same; of a line to skip there is at most one row to leave out."""
    if limit <= 0:
        return []
    out = set(skip)
    here = {"tenant": work.tenant, "now": work.now, "most": limit + len(out)}
    rows = [row for channel in channels for row in found.all(work, channel=channel, **here)]
    return [row for row in rows if (row.channel, row.chat) not in out]


_LEASE = Prepared(
    lambda insert: (
        update(outbox)
        .where(outbox.c.tenant == bindparam("tenant_"), outbox.c.id == bindparam("id_"))
        .values(
            state=SENDING,
            lease_until=bindparam("until"),
            tries=outbox.c.tries + 1,
            position=bindparam("position_"),
            again=bindparam("doubt"),
        )
    )
)


def _lease(work: Work, row: Any, lease: timedelta) -> Taken | None:
    try:
        payload = work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat)
    except CannotOpen as error:
        bury(work, row.id, type(error).__name__)
        return None
    position = row.position or next_position(work, row.channel, row.chat)
    doubt = row.state == SENDING or row.again
    until = work.now + lease
    _LEASE.change(work, tenant_=work.tenant, id_=row.id, until=until, position_=position, doubt=doubt)
    return Taken(row.id, row.channel, row.chat, payload, row.delivery, row.tries + 1, doubt, position, row.complaint)


_NEXT_POSITION = Prepared(
    lambda insert: (
        insert(line)
        .values(tenant=bindparam("tenant"), channel=bindparam("channel"), chat=bindparam("chat"), position=1)
        .on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_={"position": line.c.position + 1})
        .returning(line.c.position)
    )
)


def next_position(work: Work, channel: str, chat: str) -> int:
    return int(_NEXT_POSITION.scalar(work, tenant=work.tenant, channel=channel, chat=chat) or 0)


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


_REACHED = Prepared(
    lambda insert: (
        insert(line)
        .values({name: bindparam(name) for name in ("tenant", "channel", "chat", "position")})
        .on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_={"position": bindparam("position")})
    )
)


def _position_after(work: Work, channel: str, chat: str, last: int) -> int:
    if not work.is_alone:
        return next_position(work, channel, chat)
    _REACHED.last(work, (channel, chat), tenant=work.tenant, channel=channel, chat=chat, position=last + 1)
    return last + 1


def hand_over(work: Work, channel: str, chat: str, payload: str, last: int, delivery: str = "must_arrive") -> Handed:
    """An answer to a reader who goes by positions, in a line where nothing waits. last: the position before it."""
    position = _position_after(work, channel, chat, last)
    new = Handed(position, payload, f"m{position}", work.now)
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    row = {"tenant": work.tenant, "channel": channel, "chat": chat, "delivery": delivery, "created_at": work.now}
    _HAND_OVER.last(work, (channel, chat), **row, position=position, message_id=new.message_id, payload=sealed)
    return new


_SENT = Prepared(
    lambda insert: (
        update(outbox)
        .where(outbox.c.tenant == bindparam("tenant_"), outbox.c.id == bindparam("id_"))
        .values(
            state=SENT,
            sent_at=bindparam("now"),
            message_id=bindparam("message_id_"),
            error=null(),
            lease_until=null(),
            again=and_(outbox.c.again, bindparam("may_be_second", type_=Boolean)),
        )
    )
)


def sent(work: Work, id: int, message_id: str, *, once: bool = False) -> None:
    """once: its reader goes by positions, so whatever was in doubt, it is read once."""
    mine = {"tenant_": work.tenant, "id_": id}
    _SENT.change(work, **mine, now=work.now, message_id_=message_id, may_be_second=not once)


_TRY_AGAIN = Prepared(
    lambda insert: (
        update(outbox)
        .where(outbox.c.tenant == bindparam("tenant_"), outbox.c.id == bindparam("id_"))
        .values(
            state=WAITING,
            due=bindparam("due_"),
            error=bindparam("error_"),
            lease_until=null(),
            again=or_(outbox.c.again, bindparam("doubt", type_=Boolean)),
        )
    )
)


def try_again(work: Work, id: int, wait: timedelta, error: str, *, doubt: bool = False) -> None:
    """doubt: it may have arrived; the next send says so."""
    _TRY_AGAIN.change(work, tenant_=work.tenant, id_=id, due_=work.now + wait, error_=error, doubt=doubt)


_GIVE_UP = Prepared(
    lambda insert: (
        update(outbox)
        .where(outbox.c.tenant == bindparam("tenant_"), outbox.c.id == bindparam("id_"))
        .values(state=bindparam("state_"), error=bindparam("error_"), lease_until=null())
    )
)


def park(work: Work, id: int, error: str) -> None:
    """Nobody knows whether it arrived and it must not arrive twice: a person decides."""
    _GIVE_UP.change(work, tenant_=work.tenant, id_=id, state_=PARKED, error_=error)


def bury(work: Work, id: int, error: str) -> None:
    _GIVE_UP.change(work, tenant_=work.tenant, id_=id, state_=DEAD, error_=error)


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
    work.connection.execute(update(outbox).where(*mine, IS_UNSENT).values(state=DEAD, error=reason))


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


_HANG = Prepared(
    lambda insert: (
        insert(card)
        .values({name: bindparam(name) for name in ("tenant", "channel", "chat", "complaint", "due")})
        .values(wanted=1)
        .on_conflict_do_nothing()
    )
)


def hang_card(work: Work, channel: str, chat: str, complaint: str) -> None:
    """A card of this complaint in this chat, if none hangs there yet."""
    if _HANG.change(work, tenant=work.tenant, channel=channel, chat=chat, complaint=complaint, due=work.now):
        work.news.add(News.TO_SEND)


def take_down_cards(work: Work, channel: str, chat: str) -> None:
    """No card of this chat is drawn any more: it has become another unit's."""
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    work.connection.execute(delete(card).where(*mine))


_WANT = Prepared(
    lambda insert: (
        update(card)
        .where(card.c.tenant == bindparam("tenant_"), card.c.complaint == bindparam("complaint_"))
        .values(wanted=card.c.wanted + 1, due=bindparam("now"))
    )
)


def want_cards(work: Work, complaint: str) -> None:
    """All cards of this complaint, wherever they hang."""
    if _WANT.change(work, tenant_=work.tenant, complaint_=complaint, now=work.now):
        work.news.add(News.TO_SEND)


def _is_stale(of: Any) -> ColumnElement[bool]:
    """Not what is shown, due, and nobody is drawing it."""
    is_free = or_(of.c.lease_until.is_(None), of.c.lease_until <= bindparam("now"))
    return and_(of.c.wanted > of.c.shown, of.c.due <= bindparam("now"), is_free)


def _is_behind_another() -> ColumnElement[bool]:
    """That of the same chat, so that one card of a chat is drawn at a time."""
    first = card.alias("first")
    here = [first.c[name] == card.c[name] for name in ("tenant", "channel", "chat")]
    is_before = or_(first.c.due < card.c.due, and_(first.c.due == card.c.due, first.c.complaint < card.c.complaint))
    return select(first.c.complaint).where(*here, _is_stale(first), first.c.due <= card.c.due, is_before).exists()


def _has_words_due() -> ColumnElement[bool]:
    here = [outbox.c[name] == card.c[name] for name in ("tenant", "channel", "chat")]
    # a CASE, so that SQLite looks among the rows of the chat, not among all that are due
    is_due = case((outbox.c.due <= bindparam("now"), literal_column("1"))) == literal_column("1")
    return select(outbox.c.id).where(*here, IS_UNSENT, _IS_WAITING, is_due).exists()


_TAKEABLE_CARDS = Prepared(
    lambda insert: (
        select(*(card.c[name] for name in ("channel", "chat", "complaint", "wanted", "message_id", "tries", "due")))
        .outerjoin(line, _on_line(card))
        .where(card.c.tenant == bindparam("tenant"), card.c.channel == bindparam("channel"), _is_stale(card))
        .where(_is_open(), line.c.unreachable.is_(None), ~_has_words_due(), ~_is_behind_another())
        .order_by(card.c.due)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=card)
    )
)


def take_cards(
    work: Work, channels: Collection[str], limit: int, lease: timedelta, skip: Collection[Line] = ()
) -> list[TakenCard]:
    """Leases the first stale card of up to `limit` chats; words that are due to a chat go before its cards."""
    rows = _of_channels(work, _TAKEABLE_CARDS, channels, limit, skip)
    rows.sort(key=lambda row: row.due)
    return [_lease_card(work, row, lease) for row in rows[:limit]]


def _this_card() -> list[ColumnElement[bool]]:
    return [card.c[name] == bindparam(f"{name}_") for name in ("tenant", "channel", "chat", "complaint")]


def _names(work: Work, of: Any) -> dict[str, str]:
    return {"tenant_": work.tenant, "channel_": of.channel, "chat_": of.chat, "complaint_": of.complaint}


_LEASE_CARD = Prepared(
    lambda insert: update(card).where(*_this_card()).values(lease_until=bindparam("until"), tries=card.c.tries + 1)
)


def _lease_card(work: Work, row: Any, lease: timedelta) -> TakenCard:
    position = next_position(work, row.channel, row.chat)
    _LEASE_CARD.change(work, **_names(work, row), until=work.now + lease)
    return TakenCard(row.channel, row.chat, row.complaint, row.wanted, row.message_id, row.tries + 1, position)


_SHOWN = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card())
        .values({name: bindparam(f"new_{name}") for name in ("shown", "message_id", "position", "payload")})
        .values(tries=0, lease_until=null(), error=null())
    )
)


def card_shown(work: Work, taken: TakenCard, message_id: str, payload: str) -> None:
    """What was drawn is kept sealed, so that a page that comes back can show it."""
    sealed = work.keys.seal(payload, work.tenant, "card", taken.channel, taken.chat, taken.complaint)
    new = {"new_shown": taken.wanted, "new_message_id": message_id, "new_position": taken.position}
    _SHOWN.change(work, **_names(work, taken), **new, new_payload=sealed)


_CARD_AGAIN = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card())
        .values(lease_until=null(), due=bindparam("new_due"), error=bindparam("new_error"))
    )
)


def card_again(work: Work, taken: TakenCard, wait: timedelta, error: str) -> None:
    _CARD_AGAIN.change(work, **_names(work, taken), new_due=work.now + wait, new_error=error)


def drop_card(work: Work, taken: TakenCard) -> None:
    """There is nothing to draw: its complaint is gone."""
    mine = (card.c.tenant == work.tenant, card.c.channel == taken.channel, card.c.chat == taken.chat)
    work.connection.execute(delete(card).where(*mine, card.c.complaint == taken.complaint))


_CARD_OF_MESSAGE = Prepared(
    lambda insert: select(card.c.complaint).where(*_here(card), card.c.message_id == bindparam("message_id"))
)
_SPOKEN_OF = Prepared(
    lambda insert: select(outbox.c.complaint).where(
        *_here(outbox), outbox.c.message_id == bindparam("message_id"), outbox.c.complaint.is_not(None)
    )
)


def card_of_message(work: Work, channel: str, chat: str, message_id: str) -> str | None:
    """The complaint whose card this message is, or of which it speaks: a reminder is replied to like a card."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat, "message_id": message_id}
    return _CARD_OF_MESSAGE.scalar(work, **here) or _SPOKEN_OF.scalar(work, **here)


def _here(table: Any) -> list[ColumnElement[bool]]:
    """The rows of one chat."""
    return [table.c[name] == bindparam(name) for name in ("tenant", "channel", "chat")]


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


_TEXT = [outbox.c[name] for name in ("id", "channel", "chat", "position", "payload", "again")]
_CARD = [card.c[name] for name in ("channel", "chat", "complaint", "position", "payload")]

_TEXTS_AFTER = Prepared(
    lambda insert: (
        select(*_TEXT)
        .where(*_here(outbox), outbox.c.state == SENT, outbox.c.position > bindparam("position"))
        .order_by(outbox.c.position)
        .limit(bindparam("most"))
    )
)
_CARDS_AFTER = Prepared(
    lambda insert: (
        select(*_CARD)
        .where(*_here(card), card.c.position > bindparam("position"), card.c.payload.is_not(None))
        .order_by(card.c.position)
        .limit(bindparam("most"))
    )
)


def after(work: Work, channel: str, chat: str, position: int, limit: int = 200) -> list[Shown]:
    """What this chat was sent after `position`, in order: texts, and each card in its latest state."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat, "position": position, "most": limit}
    found = [_text(work, row) for row in _TEXTS_AFTER.all(work, **here)]
    found += [_card(work, row) for row in _CARDS_AFTER.all(work, **here)]
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
        *_here(outbox),
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
    .where(*_here(card), card.c.payload.is_not(None))
    .order_by(card.c.position.desc())
    .limit(_LOOKED_BACK)
    .subquery("cards")
)
_LAST_TEXTS = Prepared(lambda insert: select(*_texts.c))
_LAST_SHOWN = Prepared(lambda insert: union_all(select(*_texts.c), select(*_cards.c)))


def shown_lately(work: Work, channel: str, chat: str, *, group: bool) -> Iterator[Shown]:
    """What this chat saw last, the newest first; what is on its way counts, for people who type ahead.

    Each is opened only when it is asked for. group: cards may hang there.
    """
    found = _LAST_SHOWN if group else _LAST_TEXTS
    rows = found.all(work, tenant=work.tenant, channel=channel, chat=chat, now=work.now)
    rows.sort(key=lambda row: -(row.position or _ON_ITS_WAY + row.id))
    return (_text(work, row) if row.kind == "text" else _card(work, row) for row in rows[:_LOOKED_BACK])


def next_due(work: Work) -> datetime | None:
    """When the next row or card that waits falls due; None if nothing waits."""
    rows = select(func.min(outbox.c.due)).where(outbox.c.tenant == work.tenant, IS_UNSENT, _IS_WAITING)
    cards = select(func.min(card.c.due)).where(card.c.tenant == work.tenant, card.c.wanted > card.c.shown)
    found = [work.connection.execute(query).scalar() for query in (rows, cards)]
    return min((due for due in found if due is not None), default=None)


def counts(work: Work) -> dict[str, int]:
    rows = select(outbox.c.state, func.count()).where(outbox.c.tenant == work.tenant).group_by(outbox.c.state)
    return {state: int(number) for state, number in work.connection.execute(rows)}


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
