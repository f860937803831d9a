"""Cards: a complaint as a chat of staff sees it, drawn in the state it has when its turn comes.

A card is a row with the version that is wanted and the one that is shown, so many changes are one edit. Cards are
beside the lines: words that are due to a chat go first, then its cards, one at a time. One whose first sending nobody
could be sure of may hang twice; a press under the one that is not known tells its id, and makes it known as a stray.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, literal_column, null, or_, select, update

from storage import lines, topics
from storage.hot import Prepared
from storage.outbox import IS_UNSENT, IS_WAITING
from storage.tables import card, group_chat, line, outbox
from storage.topics import GROUP, Place
from storage.unit_of_work import Line, News, Work


@dataclass(frozen=True)
class TakenCard:
    channel: str
    chat: str
    complaint: str
    wanted: int
    message_id: str | None
    tries: int
    position: int
    place: Place = GROUP
    stray: str | None = None  # the id of another message in which it hangs


_HANG = Prepared(
    lambda insert: (
        insert(card)
        .values({name: bindparam(name) for name in ("tenant", "channel", "chat", "complaint", "due")})
        .values(wanted=1)
        .on_conflict_do_nothing()
    )
)


def hang(work: Work, channel: str, chat: str, complaint: str) -> None:
    """A card of this complaint in this chat, if none hangs there yet."""
    if _HANG.change(work, tenant=work.tenant, channel=channel, chat=chat, complaint=complaint, due=work.now):
        work.news.add(News.TO_SEND)


def take_down(work: Work, channel: str, chat: str) -> None:
    """No card of this chat is drawn any more: it has become another unit's."""
    mine = (card.c.tenant == work.tenant, card.c.channel == channel, card.c.chat == chat)
    work.connection.execute(delete(card).where(*mine))


def move(work: Work, channel: str, old: str, new: str) -> None:
    """The chat has another name, in which none of its messages can be edited: its cards are shown anew.

    Topics of the old chat are none of the new one.
    """
    here = (card.c.tenant == work.tenant, card.c.channel == channel)
    there = select(card.c.complaint).where(*here, card.c.chat == new)
    work.connection.execute(delete(card).where(*here, card.c.chat == old, card.c.complaint.in_(there)))
    gone = ("message_id", "stray", "position", "payload", "lease_until")
    values = {"chat": new, **dict.fromkeys(gone)}
    moved = update(card).where(*here, card.c.chat == old).values(**values, **topics.FORGOTTEN)
    work.connection.execute(moved.values(wanted=card.c.wanted + 1, due=work.now))


_WANT = Prepared(
    lambda insert: (
        update(card)
        .where(card.c.tenant == bindparam("tenant_"), card.c.complaint == bindparam("complaint_"))
        .values(wanted=card.c.wanted + 1, due=bindparam("now"))
    )
)


def want(work: Work, complaint: str) -> None:
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
    return select(outbox.c.id).where(*here, IS_UNSENT, IS_WAITING, is_due).exists()


_TAKEABLE = Prepared(
    lambda insert: (
        select(
            *(
                card.c[name]
                for name in ("channel", "chat", "complaint", "wanted", "message_id", "tries", "due", "stray")
            ),
            *topics.COLUMNS,
        )
        .outerjoin(line, lines.on_line(card))
        .outerjoin(group_chat, topics.on_group(card))
        .where(card.c.tenant == bindparam("tenant"), card.c.channel == bindparam("channel"), _is_stale(card))
        .where(lines.is_open_for_cards(), line.c.unreachable.is_(None), ~_has_words_due(), ~_is_behind_another())
        .order_by(card.c.due)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=card)
    )
)


def take(
    work: Work, channels: Collection[str], limit: int, lease: timedelta, skip: Collection[Line] = ()
) -> list[TakenCard]:
    """Leases the first stale card of up to `limit` chats; words that are due to a chat go before its cards."""
    rows = lines.of_channels(work, _TAKEABLE, channels, limit, skip)
    rows.sort(key=lambda row: row.due)
    return [_lease(work, row, lease) for row in rows[:limit]]


def _this_card() -> list[ColumnElement[bool]]:
    return [card.c[name] == bindparam(f"{name}_") for name in ("tenant", "channel", "chat", "complaint")]


def _names(work: Work, of: Any) -> dict[str, str]:
    return {"tenant_": work.tenant, "channel_": of.channel, "chat_": of.chat, "complaint_": of.complaint}


_LEASE = Prepared(
    lambda insert: update(card).where(*_this_card()).values(lease_until=bindparam("until"), tries=card.c.tries + 1)
)


def _lease(work: Work, row: Any, lease: timedelta) -> TakenCard:
    position = lines.next_position(work, row.channel, row.chat)
    _LEASE.change(work, **_names(work, row), until=work.now + lease)
    drawn = (row.channel, row.chat, row.complaint, row.wanted, row.message_id, row.tries + 1, position)
    return TakenCard(*drawn, topics.place(row), row.stray)


_SHOWN = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card())
        .values({name: bindparam(f"new_{name}") for name in ("shown", "message_id", "position", "payload")})
        .values(tries=0, lease_until=null(), error=null())
    )
)


def shown(work: Work, taken: TakenCard, message_id: str, payload: str) -> None:
    """What was drawn is kept sealed, so that a page that comes back can show it."""
    sealed = work.keys.seal(payload, work.tenant, "card", taken.channel, taken.chat, taken.complaint)
    new = {"new_shown": taken.wanted, "new_message_id": message_id, "new_position": taken.position}
    _SHOWN.change(work, **_names(work, taken), **new, new_payload=sealed)


_TRY_AGAIN = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card())
        .values(lease_until=null(), due=bindparam("new_due"), error=bindparam("new_error"))
    )
)


def try_again(work: Work, taken: TakenCard, wait: timedelta, error: str) -> None:
    _TRY_AGAIN.change(work, **_names(work, taken), new_due=work.now + wait, new_error=error)


_PUT_BACK = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card())
        .values(lease_until=null(), tries=card.c.tries - 1, error=bindparam("new_error"))
    )
)


def put_back(work: Work, taken: TakenCard, error: str) -> None:
    """As if it had not been taken: it keeps its turn."""
    _PUT_BACK.change(work, **_names(work, taken), new_error=error)


def send_anew(work: Work, taken: TakenCard) -> None:
    """Its message is gone: the card is shown in a new one."""
    values = {"message_id": None, "lease_until": None, "due": work.now}
    work.connection.execute(update(card).where(*topics.its_card(work, taken)).values(values))


def draw_again(work: Work, taken: TakenCard) -> None:
    """Something else about it is to be put right."""
    values = {"wanted": card.c.wanted + 1, "due": work.now}
    work.connection.execute(update(card).where(*topics.its_card(work, taken)).values(values))


def drop(work: Work, taken: TakenCard) -> None:
    """There is nothing to draw: its complaint is gone."""
    work.connection.execute(delete(card).where(*topics.its_card(work, taken)))


_CARD_OF_MESSAGE = Prepared(
    lambda insert: select(card.c.complaint).where(*lines.here(card), card.c.message_id == bindparam("message_id"))
)
_SPOKEN_OF = Prepared(
    lambda insert: select(outbox.c.complaint).where(
        *lines.here(outbox), outbox.c.message_id == bindparam("message_id"), outbox.c.complaint.is_not(None)
    )
)


def of_message(work: Work, channel: str, chat: str, message_id: str) -> str | None:
    """The complaint whose card this message is, or of which it speaks: a reminder is replied to like a card."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat, "message_id": message_id}
    return _CARD_OF_MESSAGE.scalar(work, **here) or _SPOKEN_OF.scalar(work, **here)


# Cards that hang twice


_HANGS_ALSO = Prepared(
    lambda insert: (
        update(card)
        .where(*_this_card(), card.c.stray.is_(None))
        .where(card.c.message_id.is_distinct_from(bindparam("new_stray")))
        .values(stray=bindparam("new_stray"), wanted=card.c.wanted + 1, due=bindparam("now"))
    )
)


def pressed_under(work: Work, channel: str, chat: str, complaint: str, message_id: str) -> None:
    """A key of this card was pressed under this message: if it is not the one that is known, the card hangs twice.

    One stray is known at a time: another one's next press tells of it. What is known as something else is none.
    """
    if of_message(work, channel, chat, message_id) is not None:
        return
    mine = {"tenant_": work.tenant, "channel_": channel, "chat_": chat, "complaint_": complaint}
    if _HANGS_ALSO.change(work, **mine, new_stray=message_id, now=work.now):
        work.news.add(News.TO_SEND)


def adopt(work: Work, taken: TakenCard, message_id: str | None, stray: str | None) -> None:
    """In which message it hangs, and in which other one still, unless that has changed since it was taken."""
    row = update(card).where(*topics.its_card(work, taken), card.c.stray == taken.stray)
    work.connection.execute(row.values(message_id=message_id, stray=stray))
