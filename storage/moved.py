"""A group that has become another chat: all that is about it goes along, in the transaction that learns of it.

Messages of the old chat cannot be edited from the new one, so cards are drawn anew. What was sent stays where it was.
"""

from typing import Any

from sqlalchemy import Table, delete, select, update

from storage import cards, people
from storage.outbox import IS_UNSENT
from storage.tables import button, conversation, line, outbox, question
from storage.unit_of_work import News, Work

_WITHIN = "#"  # between a group's chat and who speaks there, in the name of a conversation


def move(work: Work, channel: str, old: str, new: str) -> bool:
    """False: nothing of this group is known, or it has moved already."""
    unit = people.unit_of_group(work, channel, old)
    if old == new or unit is None:
        return False
    people.move_group(work, channel, old, new)
    _move_line(work, channel, old, new)
    _move_texts(work, channel, old, new)
    cards.move(work, channel, old, new)
    _move_conversations(work, channel, old, new)
    for table in (button, question):
        work.connection.execute(update(table).where(*_here(work, table, channel, old)).values(chat=new))
    work.news.add(News.TO_SEND)
    return True


def _here(work: Work, table: Table, channel: str, chat: str) -> list[Any]:
    return [table.c.tenant == work.tenant, table.c.channel == channel, table.c.chat == chat]


def _move_line(work: Work, channel: str, old: str, new: str) -> None:
    """The new chat has its own positions, if it was written to before; what kept the old one from writing is over."""
    work.connection.execute(delete(line).where(*_here(work, line, channel, old)))


def _move_texts(work: Work, channel: str, old: str, new: str) -> None:
    """What has not been sent; a payload is sealed for its chat."""
    rows = select(outbox.c.id, outbox.c.payload).where(*_here(work, outbox, channel, old), IS_UNSENT)
    for row in work.connection.execute(rows).all():
        payload = work.keys.open(row.payload, work.tenant, "outbox", channel, old)
        sealed = work.keys.seal(payload, work.tenant, "outbox", channel, new)
        mine = (outbox.c.tenant == work.tenant, outbox.c.id == row.id)
        work.connection.execute(update(outbox).where(*mine).values(chat=new, payload=sealed, position=None))


def _move_conversations(work: Work, channel: str, old: str, new: str) -> None:
    """Of each member who speaks in the group."""
    begin = f"{old}{_WITHIN}"
    rows = select(conversation.c.chat, conversation.c.state).where(
        conversation.c.tenant == work.tenant,
        conversation.c.channel == channel,
        conversation.c.chat.startswith(begin, autoescape=True),
    )
    for row in work.connection.execute(rows).all():
        place = new + row.chat.removeprefix(old)
        values: dict[str, Any] = {"chat": place}
        if row.state is not None:
            state = work.keys.open(row.state, work.tenant, "conversation", channel, row.chat)
            values["state"] = work.keys.seal(state, work.tenant, "conversation", channel, place)
        work.connection.execute(delete(conversation).where(*_here(work, conversation, channel, place)))
        work.connection.execute(
            update(conversation).where(*_here(work, conversation, channel, row.chat)).values(values)
        )
