"""The outbox: delivers what was committed. Sending happens outside every transaction, under a lease.

Answers go before cards. What nobody can say arrived is sent again and marked, or parked, as its class says.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import structlog

from bot.channels.base import Channel, InDoubt, TryLater, Unreachable
from bot.desk import Desk
from bot.failpoint import point
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Delivery, Outgoing, outgoing_from_json, outgoing_to_json
from storage import outbox
from storage.outbox import Taken, TakenCard
from storage.unit_of_work import Work

LEASE = timedelta(seconds=30)
AT_ONCE = 32
MOST_TRIES = 10
LONGEST_BACKOFF = 300.0  # seconds
IDLE = 1.0  # seconds between looks when nobody wakes it
log = structlog.get_logger()


@dataclass
class Outbox:
    """Delivers for the channels it is given; rows of other channels stay for other processes."""

    desk: Desk
    channels: Mapping[str, Channel]
    outside: Outside
    random: Random

    def __post_init__(self) -> None:
        self._woken = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._woken.set)

        self.desk.wake = wake

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            if not await self.deliver():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), IDLE)

    async def deliver(self) -> int:
        """One round; how many texts and cards were taken."""
        names = list(self.channels)
        texts = await self.desk.write(lambda work: outbox.take(work, names, AT_ONCE, LEASE))
        point("after_take")
        await asyncio.gather(*(self._text(taken) for taken in texts))
        cards = await self.desk.write(lambda work: outbox.take_cards(work, names, AT_ONCE, LEASE))
        await asyncio.gather(*(self._card(taken) for taken in cards))
        return len(texts) + len(cards)

    # texts

    async def _text(self, taken: Taken) -> None:
        channel = self.channels[taken.channel]
        harmless = channel.capabilities.ordered
        if taken.doubt and taken.delivery == Delivery.ONCE and not harmless:
            await self.desk.write(lambda work: outbox.park(work, taken.id, "in_doubt"))
            return
        out = outgoing_from_json(taken.payload, again=taken.doubt and not harmless)
        try:
            message_id = await channel.send(taken.chat, out, taken.position)
        except Exception as error:  # noqa: BLE001 - whatever a platform does, the line goes on
            await self._text_failed(taken, error)
            return
        point("after_send")
        await self.desk.write(lambda work: outbox.sent(work, taken.id, message_id))
        await self._told(channel, taken.chat)

    async def _told(self, channel: Channel, chat: str) -> None:
        """Channels whose readers ask for positions hear that there is something to ask for."""
        notice = getattr(channel, "notice", None)
        if notice is not None:
            await notice(chat)

    async def _text_failed(self, taken: Taken, error: Exception) -> None:
        log.info("send.failed", id=taken.id, channel=taken.channel, tries=taken.tries, error=type(error).__name__)
        await self.desk.write(lambda work: self._mark_failed(work, taken, error))

    def _mark_failed(self, work: Work, taken: Taken, error: Exception) -> None:
        name = type(error).__name__
        if isinstance(error, Unreachable):
            dispatch.unreachable(work, taken.channel, taken.chat, name)
        elif isinstance(error, TryLater):
            outbox.hold_line(work, taken.channel, taken.chat, work.now + timedelta(seconds=error.seconds))
            outbox.try_again(work, taken.id, timedelta(seconds=error.seconds), name)
        elif isinstance(error, InDoubt) and taken.delivery == Delivery.ONCE:
            outbox.park(work, taken.id, name)
        elif taken.tries >= MOST_TRIES:
            outbox.bury(work, taken.id, name)
        else:
            outbox.try_again(work, taken.id, self._wait(taken.tries), name, doubt=isinstance(error, InDoubt))

    def _wait(self, tries: int) -> timedelta:
        """Full jitter: anything up to the doubled wait."""
        return timedelta(seconds=self.random.uniform(0, min(LONGEST_BACKOFF, 2.0**tries)))

    # cards

    async def _card(self, taken: TakenCard) -> None:
        channel = self.channels[taken.channel]
        out = await self.desk.write(lambda work: dispatch.draw(work, self.outside, taken))
        if out is None:
            return
        try:
            message_id = await self._show(channel, taken, out)
        except Exception as error:  # noqa: BLE001 - a card that cannot be shown now is drawn again later
            wait, name = self._wait(taken.tries), type(error).__name__
            log.info("card.failed", channel=taken.channel, tries=taken.tries, error=name)
            await self.desk.write(lambda work: outbox.card_again(work, taken, wait, name))
            return
        await self.desk.write(lambda work: outbox.card_shown(work, taken, message_id, outgoing_to_json(out)))
        await self._told(channel, taken.chat)

    async def _show(self, channel: Channel, taken: TakenCard, out: Outgoing) -> str:
        if taken.message_id is None or not channel.capabilities.edits:
            return await channel.send(taken.chat, replace(out, again=False), taken.position)
        await channel.edit(taken.chat, taken.message_id, out, taken.position)
        return taken.message_id
