"""Topics: in a group that has them a complaint has one of its own, in which its card hangs and all about it is said.

One is opened outside every transaction and written down before anything is sent in it: who dies between the two leaves
an empty topic behind, and the next one opens another. Without the right to open any, and where that fails, all goes to
the group itself. A topic is closed, opened again and renamed before its card is drawn anew, as far as the platform
lets us and once for each state.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from bot.channels.base import (
    OF_THE_CHAT,
    Channel,
    Forum,
    InDoubt,
    NoForum,
    NoRight,
    Refused,
    TopicClosed,
    has_topics,
)
from bot.desk import Desk
from handlers import dispatch
from handlers.dispatch import Outside, Topic
from storage import topics
from storage.cards import TakenCard
from storage.delivery import Taken
from storage.topics import GROUP, Place
from storage.unit_of_work import Work

T = TypeVar("T")
Some = TypeVar("Some", Taken, TakenCard)
LONGEST = 8.0  # seconds: of what a send may take
log = structlog.get_logger()


@dataclass(frozen=True)
class Topics:
    desk: Desk
    outside: Outside

    async def _write(self, function: Callable[[Work], T]) -> T:
        return await self.desk.write(function, wakes=False)

    async def find(self, channel: Channel, taken: Some) -> Some:
        """With the place where it goes; a topic that is to be opened is open. Raises what `send` raises."""
        if not has_topics(channel):
            return replace(taken, place=GROUP)
        if not taken.place.opens:
            return taken
        wanted = await self._write(lambda work: dispatch.topic(work, self.outside, taken))
        place = await self._open(channel, taken, wanted) if wanted is not None else GROUP
        return replace(taken, place=place)

    async def _open(self, channel: Forum, taken: Taken | TakenCard, wanted: Topic) -> Place:
        try:
            async with asyncio.timeout(LONGEST):
                topic = await channel.open_topic(taken.chat, wanted.name)
        except (InDoubt, TimeoutError):
            await self._write(lambda work: topics.in_doubt(work, taken))
            raise
        except (NoForum, NoRight) as error:
            is_forum = isinstance(error, NoRight)
            await self._write(lambda work: dispatch.no_topic(work, self.outside, taken, is_forum=is_forum))
            return GROUP
        except Refused as error:
            log.warning("topic.refused", error=str(error))
            return GROUP
        made = replace(wanted, closed=False).as_made
        kept = await self._write(lambda work: topics.opened(work, taken, topic, made))
        return Place(kept, made=made)

    async def insist(self, channel: Channel, chat: str, topic: str, step: Callable[[], Awaitable[T]]) -> T:
        """The step once more if the topic was closed and lets itself be opened again. Raises what the step raises."""
        try:
            return await step()
        except TopicClosed:
            if not has_topics(channel) or not topic or not await self._reopened(channel, chat, topic):
                raise
        return await step()

    async def _reopened(self, channel: Forum, chat: str, topic: str) -> bool:
        try:
            await channel.reopen_topic(chat, topic)
        except NoRight:
            return False
        return True

    async def arrange(self, channel: Channel, taken: TakenCard, wanted: Topic | None) -> None:
        """Names, closes or opens the topic of a card, if it is not as it should be.

        Raises TryLater, KeyRefused, Unreachable, Migrated.
        """
        place = taken.place
        if not has_topics(channel) or wanted is None or not place.topic or place.made == wanted.as_made:
            return
        try:
            await self._change(channel, taken, wanted)
        except OF_THE_CHAT:
            raise
        except Exception as error:  # noqa: BLE001 - how a topic looks is worth one try, and must not hold up its card
            log.info("topic.unchanged", error=type(error).__name__)
        await self._write(lambda work: topics.made(work, taken, place.topic, wanted.as_made))

    async def _change(self, channel: Forum, taken: TakenCard, wanted: Topic) -> None:
        was, _, name = taken.place.made.partition(" ")
        if name != wanted.name_hash:
            await channel.rename_topic(taken.chat, taken.place.topic, wanted.name)
        if was == "open" and wanted.closed:
            await channel.close_topic(taken.chat, taken.place.topic)
        elif was == "closed" and not wanted.closed:
            await channel.reopen_topic(taken.chat, taken.place.topic)
