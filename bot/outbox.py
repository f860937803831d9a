"""The outbox: delivers what was committed. Sending happens outside every transaction, under a lease.

Each line (a chat) is sent to by a task of its own, one thing at a time, so a slow one delays nobody else. Answers go
before cards. What nobody can say arrived is sent again and marked, or parked, as its class says. In a group with topics
what is about a complaint goes into its own: `bot.topics`. A card that hangs twice becomes one again: `bot.strays`. A
channel whose key is refused is held as a whole: `bot.held`.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TypeVar

import structlog

from bot.channels.base import (
    CardsLater,
    Channel,
    Gone,
    InDoubt,
    KeyRefused,
    Migrated,
    NoTopic,
    Refused,
    TryLater,
    Unreachable,
)
from bot.desk import Desk
from bot.failpoint import point
from bot.held import Held
from bot.strays import Strays
from bot.topics import Topics
from handlers import dispatch
from handlers.dispatch import Outside, Topic
from handlers.messages import Delivery, Outgoing, outgoing_from_json, outgoing_to_json
from storage import cards, delivery, lines, topics
from storage.cards import TakenCard
from storage.delivery import Taken
from storage.unit_of_work import Line, Work

T = TypeVar("T")
LEASE = timedelta(seconds=30)
LONGEST_SEND = 20.0  # seconds: shorter than the lease, so that nobody takes what is still being sent
AT_ONCE = 32  # lines that are sent to at the same time
MOST_TRIES = 10
LONGEST_BACKOFF = 300.0  # seconds
IDLE = 1.0  # seconds between looks when nobody wakes it
LAST_MOMENT = 5.0  # seconds for what is being sent when the service stops
log = structlog.get_logger()


def _simpler(payload: str, error: Exception) -> str:
    """Without its topic, or, where that was not it, with less beside the words; empty if it is as simple as can be."""
    out = outgoing_from_json(payload)
    simpler = replace(out, topic="") if isinstance(error, NoTopic) else dispatch.simpler(out)
    return outgoing_to_json(simpler) if simpler != out else ""


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@dataclass
class Outbox:
    """Delivers for the channels it is given; rows of other channels stay for other processes."""

    desk: Desk
    channels: Mapping[str, Channel]
    outside: Outside
    random: Random
    _sending: dict[Line, "asyncio.Task[None]"] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._woken, self._topics = asyncio.Event(), Topics(self.desk, self.outside)
        self._strays, self._held = Strays(self.desk), Held()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if _running_loop() is loop:
                self._woken.set()
                return
            with suppress(RuntimeError):  # the loop has ended: nobody is left to look
                loop.call_soon_threadsafe(self._woken.set)

        self.desk.wake = wake

    async def run(self) -> None:
        """Until cancelled; then what is being sent gets a moment to end."""
        try:
            while True:
                self._woken.clear()
                await self._look_safely()
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE):  # wait_for may swallow the cancelling before Python 3.12
                        await self._woken.wait()
        finally:
            await self._finish()

    async def deliver(self) -> int:
        """One round, to its end; how many texts and cards were taken."""
        taken = await self._look()
        if self._sending:
            await asyncio.wait(list(self._sending.values()))
        return taken

    async def _look_safely(self) -> None:
        try:
            await self._look()
        except Exception as error:  # noqa: BLE001 - a store that is away for a moment is asked again
            log.error("outbox.failed", error=type(error).__name__)

    async def _look(self) -> int:
        """Starts to send what is due, in lines that are free; how much."""
        room, busy = AT_ONCE - len(self._sending), list(self._sending)
        if room <= 0:
            return 0
        texts, cards, handed = await self._write(lambda work: self._take(work, room, busy))
        if texts:
            point("after_take")
        for channel, chat in handed:
            await self.channels[channel].notice(chat)
        for text in texts:
            self._start((text.channel, text.chat), self._text(text))
        for card in cards:
            self._start((card.channel, card.chat), self._card(card))
        return len(texts) + len(cards) + len(handed)

    def _take(self, work: Work, room: int, busy: list[Line]) -> tuple[list[Taken], list[TakenCard], list[Line]]:
        """What is to be sent, and the lines of which something was handed over."""
        handed = self._hand_over(work)
        names = self._held.let(self._names(fetched=False), work.now)
        if not names:
            return [], [], handed
        texts = delivery.take(work, names, room, LEASE, busy)
        busy = busy + [(text.channel, text.chat) for text in texts]  # the list stays: this may run twice
        return texts, cards.take(work, names, room - len(texts), LEASE, busy), handed

    def _names(self, *, fetched: bool) -> list[str]:
        return [name for name, channel in self.channels.items() if channel.capabilities.fetched is fetched]

    # what readers fetch

    def _hand_over(self, work: Work) -> list[Line]:
        """To be committed as sent is the delivery where readers fetch by position: all that is due, in this step."""
        names = self._names(fetched=True)
        told: dict[Line, None] = {}
        if not names:
            return []
        for _ in range(AT_ONCE):
            texts = delivery.take(work, names, AT_ONCE, LEASE, [])
            for text in texts:
                delivery.sent(work, text.id, f"m{text.position}", once=True)
            drawn = cards.take(work, names, AT_ONCE, LEASE, [])
            for card in drawn:
                self._hang(work, card)
            if not texts and not drawn:
                return list(told)
            told |= dict.fromkeys([(text.channel, text.chat) for text in texts])
            told |= dict.fromkeys([(card.channel, card.chat) for card in drawn])
        self.desk.wake()  # there may be more; others come first
        return list(told)

    def _hang(self, work: Work, taken: TakenCard) -> None:
        """The card in its present state; one that cannot be drawn now is drawn later."""
        try:
            with work.savepoint():
                out = dispatch.draw(work, self.outside, taken)
                if out is None:
                    cards.drop(work, taken)
                else:
                    shown = taken.message_id or f"m{taken.position}"
                    cards.shown(work, taken, shown, outgoing_to_json(out))
                    if taken.stray:
                        cards.adopt(work, taken, shown, None)
        except Exception as error:  # noqa: BLE001 - the others are shown all the same
            log.info("card.failed", channel=taken.channel, tries=taken.tries, error=type(error).__name__)
            cards.try_again(work, taken, self._wait(taken.tries), type(error).__name__)

    def _start(self, line: Line, sending: Coroutine[None, None, None]) -> None:
        self._sending[line] = task = asyncio.create_task(sending)
        task.add_done_callback(partial(self._ended, line))

    def _ended(self, line: Line, task: "asyncio.Task[None]") -> None:
        """The next of this line may go. What could not even be marked is taken again when its lease ends."""
        del self._sending[line]
        if not task.cancelled() and (error := task.exception()):
            log.error("send.unmarked", channel=line[0], error=type(error).__name__)
        self._woken.set()

    async def _finish(self) -> None:
        if self._sending:
            _, late = await asyncio.wait(list(self._sending.values()), timeout=LAST_MOMENT)
            for task in late:
                task.cancel()

    async def _write(self, function: Callable[[Work], T]) -> T:
        return await self.desk.write(function, wakes=False)

    # texts

    async def _text(self, taken: Taken) -> None:
        channel = self.channels[taken.channel]
        once = channel.capabilities.ordered
        if taken.doubt and taken.delivery == Delivery.ONCE and not once:
            await self._write(lambda work: delivery.park(work, taken.id, "in_doubt"))
            return
        try:
            async with asyncio.timeout(LONGEST_SEND):
                taken = await self._topics.find(channel, taken)
                message_id = await self._send(channel, taken, again=taken.doubt and not once)
        except Exception as error:  # noqa: BLE001 - whatever a platform does, the line goes on
            log.info("send.failed", id=taken.id, channel=taken.channel, tries=taken.tries, error=type(error).__name__)
            await self._note(taken.channel, error, partial(self._mark_failed, taken=taken, error=error))
            return
        point("after_send")
        self._held.answered(taken.channel)
        await self._write(lambda work: delivery.sent(work, taken.id, message_id, once=once))
        await channel.notice(taken.chat)

    async def _send(self, channel: Channel, taken: Taken, *, again: bool) -> str:
        out = outgoing_from_json(taken.payload, again=again)
        out = replace(out, topic=taken.place.topic) if taken.place.topic else out
        step = partial(channel.send, taken.chat, out, taken.position)
        return await self._topics.insist(channel, taken.chat, out.topic, step)

    async def _note(self, channel: str, error: Exception, mark: Callable[[Work], None]) -> None:
        """What failed, and if that is for all of its channel, that too."""

        def marked(work: Work) -> datetime:
            mark(work)
            return work.now

        now = await self._write(marked)
        if isinstance(error, KeyRefused):
            self._held.refused(channel, error.setting, now)

    def _mark_failed(self, work: Work, taken: Taken, error: Exception) -> None:
        name, doubt = type(error).__name__, isinstance(error, InDoubt | TimeoutError)
        if isinstance(error, Unreachable) or self._is_no_more(work, taken, error):
            dispatch.unreachable(work, self.outside, taken.channel, taken.chat, name)
        elif isinstance(error, KeyRefused):
            delivery.put_back(work, taken.id, name)
        elif isinstance(error, Migrated):
            delivery.try_again(work, taken.id, timedelta(0), name)
        elif isinstance(error, TryLater):
            self._hold(work, taken, error)
            delivery.try_again(work, taken.id, timedelta(seconds=error.seconds), name)
        elif doubt and taken.delivery == Delivery.ONCE:
            delivery.park(work, taken.id, name)
        elif isinstance(error, NoTopic) and taken.place.topic:
            topics.lost(work, taken, taken.place.topic)
            delivery.try_again(work, taken.id, timedelta(0), name)
        elif isinstance(error, Refused | NoTopic) and (other := _simpler(taken.payload, error)):
            delivery.say_instead(work, taken, other)
        elif isinstance(error, Refused) or taken.tries >= MOST_TRIES:
            delivery.bury(work, taken.id, name)
            dispatch.undelivered(work, self.outside, taken.complaint)
        else:
            delivery.try_again(work, taken.id, self._wait(taken.tries), name, doubt=doubt)

    def _is_no_more(self, work: Work, taken: Taken | TakenCard, error: Exception) -> bool:
        """A chat that became another, and is no group of ours: nothing goes along."""
        return isinstance(error, Migrated) and not dispatch.migrated(work, taken.channel, taken.chat, error.to)

    def _hold(self, work: Work, taken: Taken | TakenCard, error: TryLater) -> None:
        lines.hold(work, taken.channel, taken.chat, work.now + timedelta(seconds=error.seconds))

    def _wait(self, tries: int) -> timedelta:
        """Full jitter: anything up to the doubled wait."""
        return timedelta(seconds=self.random.uniform(0, min(LONGEST_BACKOFF, 2.0 ** min(tries, 16))))

    # cards

    async def _card(self, taken: TakenCard) -> None:
        channel = self.channels[taken.channel]
        try:
            async with asyncio.timeout(LONGEST_SEND):
                taken = await self._topics.find(channel, taken)
                out, topic = await self._write(partial(self._drawn, taken=taken))
                if out is None:
                    await self._write(lambda work: cards.drop(work, taken))
                    return
                taken = await self._strays.settle(channel, taken)
                if taken.message_id is not None:
                    await self._topics.arrange(channel, taken, topic)
                step = partial(self._show, channel, taken, out)
                message_id = await self._topics.insist(channel, taken.chat, out.topic, step)
        except Exception as error:  # noqa: BLE001 - a card that cannot be shown now is drawn again later
            log.info("card.failed", channel=taken.channel, tries=taken.tries, error=type(error).__name__)
            await self._note(taken.channel, error, partial(self._mark_card_failed, taken=taken, error=error))
            return
        point("after_show")
        self._held.answered(taken.channel)
        drawn, is_over = outgoing_to_json(out), taken.message_id is None and topic is not None and topic.closed
        await self._write(lambda work: self._mark_shown(work, taken, message_id, drawn, is_over=is_over))
        await channel.notice(taken.chat)

    def _drawn(self, work: Work, taken: TakenCard) -> tuple[Outgoing | None, Topic | None]:
        """The card as it is to be shown now, and the topic in which it hangs, if it does."""
        out = dispatch.draw(work, self.outside, taken)
        if out is None or not taken.place.topic:
            return out, None
        return replace(out, topic=taken.place.topic), dispatch.topic(work, self.outside, taken)

    def _mark_shown(self, work: Work, taken: TakenCard, message_id: str, drawn: str, *, is_over: bool) -> None:
        """is_over: its topic, just opened, is to be closed now that the card hangs in it."""
        cards.shown(work, taken, message_id, drawn)
        if is_over:
            cards.draw_again(work, taken)

    def _mark_card_failed(self, work: Work, taken: TakenCard, error: Exception) -> None:
        wait, name = self._wait(taken.tries), type(error).__name__
        if isinstance(error, Unreachable) or self._is_no_more(work, taken, error):
            dispatch.unreachable(work, self.outside, taken.channel, taken.chat, name)
        elif isinstance(error, KeyRefused | CardsLater):
            cards.put_back(work, taken, name)
            self._hold_cards(work, taken, error)
            return
        elif isinstance(error, Migrated):
            return  # its cards have moved and are wanted there
        elif isinstance(error, NoTopic) and taken.place.topic:
            topics.lost(work, taken, taken.place.topic)
            cards.send_anew(work, taken)
            return
        elif isinstance(error, Gone):
            cards.send_anew(work, taken)
            return
        elif isinstance(error, TryLater):
            wait = timedelta(seconds=error.seconds)
            self._hold(work, taken, error)
        cards.try_again(work, taken, wait, name)

    def _hold_cards(self, work: Work, taken: TakenCard, error: Exception) -> None:
        if isinstance(error, CardsLater):
            lines.hold_cards(work, taken.channel, taken.chat, work.now + timedelta(seconds=error.seconds))

    async def _show(self, channel: Channel, taken: TakenCard, out: Outgoing) -> str:
        if taken.message_id is None or not channel.capabilities.edits:
            return await channel.send(taken.chat, replace(out, again=False, card=True), taken.position)
        await channel.edit(taken.chat, taken.message_id, out, taken.position)
        return taken.message_id
