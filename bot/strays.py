"""Cards that hang twice become one again: the newer message is the card, the other one is emptied.

It happens where a first sending came through though nobody could say so. Which one a person has pressed is written
with the press (`storage.cards.pressed_under`); here it is put right, before the card is drawn anew. Whoever dies in
between leaves a row that says what is still to be done. Emptying is tried a few times: one that stays shows an older
state, and its keys work.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import structlog

from bot.channels.base import OF_THE_CHAT, Channel, Gone, NoTopic, Refused
from bot.desk import Desk
from handlers import dispatch
from storage import cards
from storage.cards import TakenCard
from storage.unit_of_work import Work

T = TypeVar("T")
MOST_TRIES = 5
log = structlog.get_logger()


@dataclass(frozen=True)
class Strays:
    desk: Desk

    async def settle(self, channel: Channel, taken: TakenCard) -> TakenCard:
        """With the message in which it hangs from now on. Raises what `edit` raises, if it is worth another try."""
        if taken.stray is None:
            return taken
        if not channel.capabilities.growing:
            return await self._adopt(taken, taken.message_id, None)
        known = {taken.stray, taken.message_id or taken.stray}
        newer, older = max(known, key=int), min(known, key=int)
        if newer != older:
            taken = await self._adopt(taken, newer, older)  # first: who dies here has not emptied the wrong one
            await self._empty(channel, taken, older)
        return await self._adopt(taken, newer, None)

    async def _adopt(self, taken: TakenCard, message_id: str | None, stray: str | None) -> TakenCard:
        await self._write(partial(cards.adopt, taken=taken, message_id=message_id, stray=stray))
        return replace(taken, message_id=message_id, stray=stray)

    async def _empty(self, channel: Channel, taken: TakenCard, stray: str) -> None:
        try:
            await channel.edit(taken.chat, stray, dispatch.emptied(), taken.position)
        except OF_THE_CHAT:
            raise
        except Exception as error:  # whatever else a platform says of a stray must not hold up its card for ever
            if not isinstance(error, Gone | Refused | NoTopic) and taken.tries < MOST_TRIES:
                raise
            log.info("stray.left", channel=taken.channel, error=type(error).__name__)

    async def _write(self, function: Callable[[Work], T]) -> T:
        return await self.desk.write(function, wakes=False)
