"""Taking what is to go out, line by line, and writing down what became of it.

A row is taken only when no earlier row of its line waits or is being sent; a row that is held back on purpose (a staff
reply, for its undo) joins its line when it falls due. A lease says until when a taker may work; after it another may
try again. Cards are taken beside the lines: `storage.cards`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, literal_column, null, or_, select, update

from storage import lines, topics
from storage.hot import Prepared
from storage.outbox import DEAD, IS_UNSENT, IS_WAITING, PARKED, SENDING, SENT, WAITING
from storage.sealed import CannotOpen
from storage.tables import card, group_chat, line, outbox
from storage.topics import GROUP, Place
from storage.unit_of_work import Line, Work


@dataclass(frozen=True)
class Taken:
    """A push whose turn has come. payload: JSON; position: its place in the line, counted from 1.

    doubt: an earlier taker died or lost the line between the request and the answer. place: where in its group.
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
    place: Place = GROUP


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
            *topics.COLUMNS,
        )
        .outerjoin(line, lines.on_line(outbox))
        .outerjoin(card, topics.on_card(outbox))
        .outerjoin(group_chat, topics.on_group(outbox))
        .where(outbox.c.tenant == bindparam("tenant"), outbox.c.channel == bindparam("channel"))
        .where(IS_UNSENT, outbox.c.due <= bindparam("now"))
        .where(or_(IS_WAITING, outbox.c.lease_until <= bindparam("now")), lines.is_open(), ~_is_held_up())
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
    rows = lines.of_channels(work, _TAKEABLE, channels, limit, skip)
    rows.sort(key=lambda row: (row.due, row.id))
    taken = [_lease(work, row, lease) for row in rows[:limit]]
    return [each for each in taken if each is not None]


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
    position = row.position or lines.next_position(work, row.channel, row.chat)
    doubt = row.state == SENDING or row.again
    until = work.now + lease
    _LEASE.change(work, tenant_=work.tenant, id_=row.id, until=until, position_=position, doubt=doubt)
    sent = (row.id, row.channel, row.chat, payload, row.delivery, row.tries + 1, doubt, position, row.complaint)
    return Taken(*sent, topics.place(row))


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


_PUT_BACK = Prepared(
    lambda insert: (
        update(outbox)
        .where(outbox.c.tenant == bindparam("tenant_"), outbox.c.id == bindparam("id_"))
        .values(state=WAITING, tries=outbox.c.tries - 1, error=bindparam("error_"), lease_until=null())
    )
)


def put_back(work: Work, id: int, error: str) -> None:
    """As if it had not been taken: nothing was said about it."""
    _PUT_BACK.change(work, tenant_=work.tenant, id_=id, error_=error)


def say_instead(work: Work, taken: Taken, payload: str) -> None:
    """The platform never takes it as it was: this goes in its place, at once."""
    sealed = work.keys.seal(payload, work.tenant, "outbox", taken.channel, taken.chat)
    mine = (outbox.c.tenant == work.tenant, outbox.c.id == taken.id)
    values = {"payload": sealed, "state": WAITING, "due": work.now, "lease_until": None}
    work.connection.execute(update(outbox).where(*mine).values(values))


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
