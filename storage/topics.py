"""Topics: in a group that has them a complaint has a thread of its own, kept with its card.

Which topic, and whether one is to be opened, is read where a text or card is taken, by the same statement. Opening is
the outbox's: nothing here talks to a platform.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, case, literal_column, select, update

from storage import lines
from storage.hot import Prepared
from storage.tables import card, group_chat
from storage.unit_of_work import Work

MOST = 3  # topics opened for one complaint in one group: who deletes them again and again wants none


@dataclass(frozen=True)
class Place:
    """Where in its group a text or card goes. topic: empty: into the group itself.

    opens: a topic is to be opened for it first. made: what the topic was last made, empty if nobody knows.
    """

    topic: str = ""
    opens: bool = False
    made: str = ""


GROUP = Place()  # the group itself
FORGOTTEN: dict[str, Any] = {"topic": None, "topic_as": None, "topics": 0}  # of a card that moves to another chat


class About(Protocol):
    """What is taken from the outbox for a chat: a text or a card."""

    @property
    def channel(self) -> str: ...

    @property
    def chat(self) -> str: ...

    @property
    def complaint(self) -> str | None: ...


COLUMNS = [  # where topics are switched off they are kept, and not used
    case((group_chat.c.forum, card.c.topic)).label("topic"),
    and_(
        group_chat.c.forum,
        card.c.topic.is_(None),
        card.c.message_id.is_(None),  # one that hangs in the group itself stays there
        card.c.topics < literal_column(str(MOST)),
    ).label("opens"),
    card.c.topic_as.label("made"),
]


def on_group(table: Any) -> ColumnElement[bool]:
    """The group a row is for, whether or not it is one."""
    return and_(*(group_chat.c[name] == table.c[name] for name in ("tenant", "channel", "chat")))


def on_card(table: Any) -> ColumnElement[bool]:
    """The card in the same chat of the complaint a row is about."""
    return and_(*(card.c[name] == table.c[name] for name in ("tenant", "channel", "chat", "complaint")))


def place(row: Any) -> Place:
    """From a row with COLUMNS."""
    return Place(row.topic or "", bool(row.opens), row.made or "")


_OF_TOPIC = Prepared(
    lambda insert: select(card.c.complaint).where(*lines.here(card), card.c.topic == bindparam("topic"))
)


def complaint_of(work: Work, channel: str, chat: str, topic: str) -> str | None:
    """None: it is a topic of the people's own."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat}
    return _OF_TOPIC.scalar(work, **here, topic=topic)


def its_card(work: Work, of: About) -> list[ColumnElement[bool]]:
    """The one row."""
    mine = {"tenant": work.tenant, "channel": of.channel, "chat": of.chat, "complaint": of.complaint}
    return [card.c[name] == value for name, value in mine.items()]


def _group(work: Work, channel: str, chat: str) -> list[ColumnElement[bool]]:
    here = {"tenant": work.tenant, "channel": channel, "chat": chat}
    return [group_chat.c[name] == value for name, value in here.items()]


def opened(work: Work, of: About, topic: str, made: str) -> str:
    """The topic of the complaint: this one, unless somebody was faster; empty if the card is gone."""
    values = {"topic": topic, "topic_as": made, "topics": card.c.topics + 1}
    new = update(card).where(*its_card(work, of), card.c.topic.is_(None)).values(values)
    work.connection.execute(new)
    told = (*_group(work, of.channel, of.chat), group_chat.c.topics_refused)
    work.connection.execute(update(group_chat).where(*told).values(topics_refused=False))
    kept = select(card.c.topic).where(*its_card(work, of))
    return work.connection.execute(kept).scalar() or ""


def in_doubt(work: Work, of: About) -> None:
    """One may have been opened that nobody knows: it counts."""
    work.connection.execute(update(card).where(*its_card(work, of)).values(topics=card.c.topics + 1))


def lost(work: Work, of: About, topic: str) -> None:
    """It is gone with all that stood in it: the card is shown anew, in another one or in the group itself."""
    gone = {"topic": None, "topic_as": None, "message_id": None, "stray": None}
    values = {**gone, "wanted": card.c.wanted + 1, "due": work.now}
    work.connection.execute(update(card).where(*its_card(work, of), card.c.topic == topic).values(values))


def made(work: Work, of: About, topic: str, as_: str) -> None:
    """What the topic was made."""
    work.connection.execute(update(card).where(*its_card(work, of), card.c.topic == topic).values(topic_as=as_))


def switched(work: Work, channel: str, chat: str, *, on: bool) -> None:
    """The people of a group have switched topics on or off."""
    values = {"forum": on, "topics_refused": False}
    work.connection.execute(update(group_chat).where(*_group(work, channel, chat)).values(values))


def refused(work: Work, channel: str, chat: str) -> bool:
    """We may open none there. False: the group has been told."""
    untold = (*_group(work, channel, chat), group_chat.c.topics_refused.is_(False))
    row = update(group_chat).where(*untold).values(topics_refused=True).returning(group_chat.c.chat)
    return work.connection.execute(row).first() is not None
