"""Long polling: how far we are stands in the database and moves only when all before it is committed.

Of several processes one polls, under a lease; two that do for a moment, or one that forgets where it was, fetch some
updates twice, which is the same message to the desk.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from secrets import token_hex
from typing import Any, cast

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import RequestData

from bot.channels.telegram.receive import ALLOWED, Door
from bot.channels.telegram.request import Given
from bot.desk import Busy
from handlers.messages import Event, Message
from storage import facts, leases
from storage.unit_of_work import Work

HOLD = 50  # seconds the platform may hold a poll open
ANSWERS_WITHIN = 10.0  # seconds beyond that
# A process that was killed cannot give its lease back: until it ends, and another look is taken, no resident is heard.
# Five seconds of that are short beside a restart. It is held longer four times as often as it must be, each time by
# one small write; what is fetched under a lease that has ended all the same is only fetched twice.
LEASE = timedelta(seconds=4)
LOOKS = 4  # in the time of a lease
OUTAGE = timedelta(seconds=150)  # a poll and its pauses are shorter
STALE = timedelta(days=6)  # after a week without updates the platform numbers them anew
MOST_REFUSALS = 3  # of the token: one may be a slip of something between
MOST_TRIES = 8  # of an event: what it tells is learnt from the next send as well
OFFSET = "telegram.offset"
POLL = "telegram.poll"  # the lease
log = structlog.get_logger()


@dataclass(frozen=True)
class Position:
    """offset: the first update that is not kept yet; 0: as the platform thinks. seen: when one last came.

    polled: when the last poll ended well; None: never.
    """

    offset: int
    seen: datetime
    polled: datetime | None = None

    def after(self, updates: Sequence[dict[str, Any]], now: datetime) -> "Position":
        ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
        return Position(max(ids) + 1, now, now) if ids else replace(self, polled=now)

    def kept(self) -> str:
        times = {"seen": self.seen.isoformat(), "polled": (self.polled or self.seen).isoformat()}
        return json.dumps({"offset": self.offset, **times})


def _position(work: Work) -> Position:
    kept = json.loads(facts.get(work, OFFSET) or "null")
    if kept is None:
        return Position(0, work.now)
    return Position(kept["offset"], datetime.fromisoformat(kept["seen"]), datetime.fromisoformat(kept["polled"]))


def _note(work: Work, owner: str, lease: timedelta, position: Position) -> bool:
    """False: somebody else polls now. A lease that only ended, because the desk was busy, is held on."""
    if not leases.renew(work, POLL, owner, lease):
        return False
    facts.put(work, OFFSET, position.kept())
    return True


class Poller:
    """One long poll after the other, as long as this process has the lease.

    outage: told, after the first poll that ends well, for how many seconds none did. It may be told again if the
    process dies before that is noted.
    """

    def __init__(
        self,
        door: Door,
        outage: Callable[[float], Awaitable[None]],
        random: Random,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        lease: timedelta = LEASE,
    ) -> None:
        self._door, self._desk, self._outage = door, door.desk, outage
        self._random, self._clock, self._sleep, self._lease = random, clock, sleep, lease
        self._owner = token_hex(8)
        self._ours_until: datetime | None = None
        self.refused = False

    async def run(self) -> None:
        """Until cancelled, or until the token has been refused."""
        try:
            while not self.refused:
                if await self._holds():
                    await self._lead()
                if not self.refused:
                    await asyncio.sleep(self._lease.total_seconds() / LOOKS)
        finally:
            await self._give_back()

    # the lease

    async def _lead(self) -> None:
        """Polls, and says again and again that it does, until the lease is lost or polling ends."""
        polling = asyncio.create_task(self._poll())
        try:
            while not polling.done() and await self._holds():
                await asyncio.wait({polling}, timeout=self._lease.total_seconds() / LOOKS)
        finally:
            polling.cancel()
            for error in await asyncio.gather(polling, return_exceptions=True):
                if isinstance(error, Exception):
                    log.error("poll.failed", error=type(error).__name__)

    async def _holds(self) -> bool:
        """Asks for the lease, or to hold it longer. If nobody can tell, it lasts as long as it was given for."""
        now = self._clock()
        try:
            ours = await self._desk.write(lambda work: leases.take(work, POLL, self._owner, self._lease), wakes=False)
        except Exception as error:  # noqa: BLE001 - a busy desk or a database that is away for a moment
            log.warning("lease.unknown", error=type(error).__name__)
            return self._ours_until is not None and now < self._ours_until
        self._ours_until = now + self._lease if ours else None
        return ours

    async def _give_back(self) -> None:
        if self._ours_until is None:
            return
        try:
            await self._desk.write(lambda work: leases.give_back(work, POLL, self._owner), wakes=False)
        except Exception as error:  # noqa: BLE001 - it ends by itself
            log.warning("lease.kept", error=type(error).__name__)

    # the loop

    async def _poll(self) -> None:
        position, tries, hold = await self._desk.write(_position, wakes=False), 0, 0
        while True:
            try:
                updates = await self._ask(position, hold)
            except TelegramError as error:
                tries, hold = tries + 1, 0  # the next one tells at once whether all is well again
                if self._is_refused(error, tries):
                    return
                await self._sleep(self._pause(error, tries))
                continue
            gap = self._clock() - position.polled if position.polled else timedelta()
            await self._take(updates)
            position, tries, hold = position.after(updates, self._clock()), 0, HOLD
            if not await self._noted(position, gap):
                return

    async def _ask(self, position: Position, hold: int) -> list[dict[str, Any]]:
        await self._door.me()
        fresh = self._clock() - position.seen < STALE
        asked = {"timeout": hold, "allowed_updates": ALLOWED, **({"offset": position.offset} if fresh else {})}
        url, given = f"{self._door.bot.base_url}/getUpdates", cast(RequestData, Given(asked))
        found: Any = await self._door.bot.request.post(url, given, read_timeout=hold + ANSWERS_WITHIN)
        return [update for update in found if isinstance(update, dict)]

    def _is_refused(self, error: TelegramError, tries: int) -> bool:
        """Says why the poll failed. True: it is no use to go on."""
        if isinstance(error, InvalidToken) and tries >= MOST_REFUSALS:
            self.refused = True
            log.error("poll.stopped", error="JIESU_TELEGRAM_TOKEN was refused")
        elif isinstance(error, Conflict):
            why = "a webhook is set" if "webhook" in error.message else "another process polls with this token"
            log.warning("poll.conflict", error=why, tries=tries)
        else:
            log.warning("poll.failed", error=type(error).__name__, tries=tries)
        return self.refused

    def _pause(self, error: TelegramError, tries: int) -> float:
        """Seconds. Who polls beside us is given time to end; otherwise any moment up to a bound that grows."""
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        if isinstance(error, Conflict):
            return min(60.0, 5.0 * 2.0 ** min(tries - 1, 8)) * self._random.uniform(0.8, 1.2)
        return self._jitter(tries, 30.0)

    def _jitter(self, tries: int, most: float) -> float:
        return self._random.uniform(0, min(most, 2.0 ** min(tries - 1, 8)))

    # a batch

    async def _take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Returns when all is committed: within a chat in order, chats side by side, after the groups that moved."""
        me = await self._door.me()
        lines: dict[str, list[Message | Event]] = {}
        for each in (each for update in updates for each in self._door.read(update, me)):
            if isinstance(each, Event) and each.kind == "migrated":
                await self._kept(each)
            else:
                lines.setdefault(each.chat, []).append(each)
        async with asyncio.TaskGroup() as together:
            for line in lines.values():
                together.create_task(self._in_order(line))

    async def _in_order(self, line: Sequence[Message | Event]) -> None:
        for each in line:
            await self._kept(each)

    async def _kept(self, each: Message | Event) -> None:
        most = MOST_TRIES if isinstance(each, Event) else None
        await self._insist(partial(self._door.keep, each), most)

    async def _noted(self, position: Position, gap: timedelta) -> bool:
        """Tells of an outage, then notes how far we are. False: somebody else polls now."""
        if gap > OUTAGE:
            log.warning("poll.outage", items=int(gap.total_seconds()))
            await self._insist(partial(self._outage, gap.total_seconds()), MOST_TRIES)
        note = partial(_note, owner=self._owner, lease=self._lease, position=position)
        return bool(await self._insist(lambda: self._desk.write(note, wakes=False)))

    async def _insist(self, act: Callable[[], Awaitable[Any]], most: int | None = None) -> Any:
        """Until it succeeds; most: tries after which it is given up, a busy desk not counted."""
        failed = 0
        for tries in count(1):
            try:
                return await act()
            except Busy:
                pass
            except Exception as error:  # noqa: BLE001 - nothing is acknowledged before it is kept
                failed += 1
                log.error("update.waits", error=type(error).__name__, tries=failed)
                if failed == most:
                    return None
            await self._sleep(0.05 + self._jitter(tries, 10.0))
        return None
