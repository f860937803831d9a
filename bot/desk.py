"""The desk: what comes in is handled in transactions, and nobody is answered before the commit.

On SQLite the desk is the only writer of its process and has one lane (bot/lane.py). On PostgreSQL it has several, and
any number of processes has a desk: a chat always goes by the same lane, so that its quick second line does not
overtake the first.
"""

import asyncio
import itertools
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot import process
from bot.failpoint import point
from bot.lane import LARGEST_BATCH, Item, Job, Lane
from bot.lane import Busy as Busy
from bot.lane import NotKept as NotKept
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Message
from storage import runs
from storage.engine import LANES
from storage.outbox import Handed
from storage.sealed import Keyring
from storage.unit_of_work import Work

T = TypeVar("T")
CAREFUL_FOR = timedelta(minutes=5)  # within it the platforms have sent again what was not acknowledged
MOST_AGAIN = 16  # messages that get another try in one beat
SPARE = 200  # places for what the service itself writes when the queue is full of messages
_STRANGE = re.compile("[\x00\ud800-\udfff]")


class Desk:
    """Writes to one database for one tenant. `clock` gives the time, aware. room: messages that may wait."""

    def __init__(
        self,
        writing: Engine,
        reading: Engine,
        tenant: str,
        keys: Keyring,
        clock: Callable[[], datetime],
        outside: Outside,
        room: int = 1000,
    ) -> None:
        self._writing, self._reading = writing, reading
        self._tenant, self._keys, self._clock, self._outside = tenant, keys, clock, outside
        self._open = True
        self._careful_until: datetime | None = None
        self._run = 0
        self.wake: Callable[[], None] = lambda: None  # the outbox: something may be due
        alone = writing.dialect.name == "sqlite"
        lanes, largest = (1, LARGEST_BATCH) if alone else (LANES, 1)
        self._lanes = [
            Lane(writing, self._on, lambda: self._outside, largest, self._is_careful, lambda: self.wake())
            for _ in range(lanes)
        ]
        self._room, self._spare = room // lanes, SPARE // lanes
        self._turns = itertools.count()

    def start(self) -> None:
        """Begins to take. A run before this one that did not end by itself makes the desk careful for a while."""
        with self._writing.begin() as connection:
            self._run, clean = runs.begin(self._on(connection), process.name(), process.has_died)
        if not clean:
            self._careful_until = self._clock() + CAREFUL_FOR
        for lane in self._lanes:
            lane.start()

    def stop(self) -> None:
        """Finishes what waits, then ends the run cleanly. What comes later is refused as Busy."""
        self._open = False
        for lane in self._lanes:
            lane.close()
        for lane in self._lanes:
            lane.join()
        with self._writing.begin() as connection:
            runs.end(self._on(connection), self._run)
        for engine in (self._writing, self._reading):
            engine.dispose()

    async def receive(self, message: Message) -> Handed | None:
        """Returns after the commit, with the answer if that was its delivery: whoever listens may be told at once.

        Raises Busy when the queue is full; the message is then not kept.
        """
        handed: Handed | None = await self._submit(self._lane_of(message), _storable(message), self._room, True)
        return handed

    async def write(self, function: Callable[[Work], T], *, wakes: bool = True) -> T:
        """Runs `function` in a savepoint of the next transaction; returns its value after the commit.

        wakes: the outbox is to look at once if there is something to send; its own marks and looks must not wake it.
        """
        value: T = await self._submit(self._next_lane(), function, self._room + self._spare, wakes)
        return value

    async def retry(self) -> None:
        """Another try for messages that wait for one, one by one: counted and committed first, then made.

        None is counted before its turn: if the one before it ends the process, it has not been tried.
        """
        for _ in range(MOST_AGAIN):
            rows = await self.write(lambda work: dispatch.waiting(work, 1), wakes=False)
            if not rows:
                return
            await self.write(partial(dispatch.again, outside=self._outside, rows=rows))

    async def tick(self) -> int:
        """Lets what is due happen, each by itself; how many clocks were found due."""
        found = await self.write(dispatch.due, wakes=False)
        if found:
            acts = (partial(self._fire, clock=clock) for clock in found)
            await asyncio.gather(*(self.write(act, wakes=False) for act in acts))
            point("after_tick")
            self.wake()
        return len(found)

    def _fire(self, work: Work, clock: dispatch.Due) -> None:
        dispatch.fire(work, self._outside, clock)
        point("before_tick_commit")

    def read(self, function: Callable[[Work], T]) -> T:
        """Runs `function` beside the desk, in a transaction that cannot write. Blocks: call it in a thread."""
        with self._reading.begin() as connection:
            return function(self._on(connection))

    def _submit(self, lane: Lane, run: Job, room: int, wakes: bool) -> "asyncio.Future[Any]":
        item = Item(run, asyncio.get_running_loop().create_future(), wakes)
        if not self._open:
            raise Busy
        lane.put(item, room)
        return item.future

    def _lane_of(self, message: Message) -> Lane:
        line = f"{message.channel}\x1f{message.chat}".encode()
        return self._lanes[zlib.crc32(line) % len(self._lanes)]

    def _next_lane(self) -> Lane:
        return self._lanes[next(self._turns) % len(self._lanes)]

    def _on(self, connection: Connection) -> Work:
        return Work(connection, self._tenant, self._keys, self._clock())

    def _is_careful(self) -> bool:
        if self._careful_until and self._clock() > self._careful_until:
            self._careful_until = None
        return self._careful_until is not None


def _storable(message: Message) -> Message:
    """Halves of surrogate pairs cannot be written as UTF-8, PostgreSQL takes no NUL; a page can send both."""
    strange = {name: value for name, value in vars(message).items() if isinstance(value, str) and _is_strange(value)}
    if not strange:
        return message
    changed: dict[str, Any] = {name: _STRANGE.sub("\ufffd", value) for name, value in strange.items()}
    return replace(message, **changed)


def _is_strange(text: str) -> bool:
    return "\0" in text or not (text.isascii() or _STRANGE.search(text) is None)
