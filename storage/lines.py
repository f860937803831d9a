"""The line of a chat: its positions, and whether it can be written to now.

A line is one chat of one channel. What waits in it is `storage.outbox`; cards (`storage.cards`) are beside it, with
positions of the same count.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, null, or_, select, update

from storage.hot import Prepared, insert
from storage.tables import line
from storage.unit_of_work import Line, News, Work


def here(table: Any) -> list[ColumnElement[bool]]:
    """The rows of one chat."""
    return [table.c[name] == bindparam(name) for name in ("tenant", "channel", "chat")]


def on_line(table: Any) -> ColumnElement[bool]:
    return and_(line.c.tenant == table.c.tenant, line.c.channel == table.c.channel, line.c.chat == table.c.chat)


def is_open() -> ColumnElement[bool]:
    return or_(line.c.not_before.is_(None), line.c.not_before <= bindparam("now"))


def is_open_for_cards() -> ColumnElement[bool]:
    return and_(is_open(), or_(line.c.cards_not_before.is_(None), line.c.cards_not_before <= bindparam("now")))


def of_channels(
    work: Work, found: Prepared, channels: Collection[str], limit: int, skip: Collection[Line]
) -> list[Any]:
    """The rows that `found` finds in these channels, but for lines to skip: of those there is at most one row.

    Channel by channel, so that the text stays the same.
    """
    if limit <= 0:
        return []
    out = set(skip)
    given = {"tenant": work.tenant, "now": work.now, "most": limit + len(out)}
    rows = [row for channel in channels for row in found.all(work, channel=channel, **given)]
    return [row for row in rows if (row.channel, row.chat) not in out]


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


_REACHED = Prepared(
    lambda insert: (
        insert(line)
        .values({name: bindparam(name) for name in ("tenant", "channel", "chat", "position")})
        .on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_={"position": bindparam("position")})
    )
)


def position_after(work: Work, channel: str, chat: str, last: int) -> int:
    """The next one, by one who has read `last` in this transaction: its row may be written with the batch."""
    if not work.is_alone:
        return next_position(work, channel, chat)
    _REACHED.last(work, (channel, chat), tenant=work.tenant, channel=channel, chat=chat, position=last + 1)
    return last + 1


def hold(work: Work, channel: str, chat: str, until: datetime) -> None:
    """The platform asked to wait before the next send to this chat."""
    change(work, channel, chat, not_before=until)


def hold_cards(work: Work, channel: str, chat: str, until: datetime) -> None:
    """Its cards wait, so that there is room for words."""
    change(work, channel, chat, cards_not_before=until)


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


def reopen(work: Work, channel: str, chat: str) -> None:
    """The chat spoke again."""
    work.news.add(News.TO_SEND)
    _REOPEN.change(work, tenant_=work.tenant, channel_=channel, chat_=chat)


def change(work: Work, channel: str, chat: str, **values: Any) -> None:
    """Makes the line if it is new."""
    new = insert(work, line).values(tenant=work.tenant, channel=channel, chat=chat, **values)
    work.connection.execute(new.on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_=values))


def is_unreachable(work: Work, channel: str, chat: str) -> bool:
    row = select(line.c.unreachable).where(line.c.tenant == work.tenant, line.c.channel == channel, line.c.chat == chat)
    return bool(work.connection.execute(row).scalar())
