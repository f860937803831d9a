"""The desk: what comes in is handled in transactions, and nobody is answered before the commit.

On SQLite the desk is the only writer of its process: one thread takes what waits in a bounded queue, at most 128
items or 20 milliseconds of them, and commits them together, each in a savepoint of its own. After an unclean start
it works in single steps and counts a try before it is made, so that a message that kills the process is put aside
too. Nothing slow runs here.
"""

import asyncio
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from bot.failpoint import point
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Message
from storage import runs
from storage.outbox import Handed
from storage.sealed import Keyring
from storage.unit_of_work import Gathered, Lost, News, Work

T = TypeVar("T")
LARGEST_BATCH = 128
LONGEST_WAIT = 0.020  # seconds
CAREFUL_FOR = timedelta(minutes=5)  # within it the platforms have sent again what was not acknowledged
MOST_AGAIN = 16  # messages that get another try in one beat
SPARE = 200  # places for what the service itself writes when the queue is full of messages
_STRANGE = re.compile("[\x00\ud800-\udfff]")
log = structlog.get_logger()


class Busy(Exception):
    """The queue is full, or the desk has stopped: the platform is to send it again later."""


class NotKept(Exception):
    """The database gave the transaction up: nothing of it was kept."""


@dataclass
class _Item:
    """future: of the event loop that asked."""

    run: Callable[[Work], Any] | Message
    future: "asyncio.Future[Any]"
    wakes: bool = True

    def settle(self, result: Any) -> None:
        """Tells whoever asked, unless they have gone away. In their event loop."""
        if self.future.done():
            return
        if isinstance(result, StopIteration):  # a future takes none, and the others of the batch wait behind it
            self.future.set_exception(RuntimeError("StopIteration"))
        elif isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class Desk:
    """One writer of one database for one tenant. `clock` gives the time, aware."""

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
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._room, self._door, self._open = room, threading.Lock(), True
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._careful_until: datetime | None = None
        self._connection: Connection | None = None  # of the thread, as long as it works
        self._run = 0
        self.wake: Callable[[], None] = lambda: None  # the outbox: something may be due

    def start(self) -> None:
        """Begins to take. A run before this one that did not end by itself makes the desk careful for a while."""
        with self._writing.begin() as connection:
            self._run, clean = runs.begin(self._on(connection), "desk")
        if not clean:
            self._careful_until = self._clock() + CAREFUL_FOR
        self._thread.start()

    def stop(self) -> None:
        """Finishes what waits, then ends the run cleanly. What comes later is refused as Busy."""
        with self._door:
            self._open = False
            self._queue.put(None)
        self._thread.join()
        with self._writing.begin() as connection:
            runs.end(self._on(connection), self._run)
        for engine in (self._writing, self._reading):
            engine.dispose()

    async def receive(self, message: Message) -> Handed | None:
        """Returns after the commit, with the answer if that was its delivery: whoever listens may be told at once.

        Raises Busy when the queue is full; the message is then not kept.
        """
        handed: Handed | None = await self._submit(_storable(message), self._room)
        return handed

    async def write(self, function: Callable[[Work], T], *, wakes: bool = True) -> T:
        """Runs `function` in a savepoint of the next transaction; returns its value after the commit.

        wakes: the outbox is to look at once if there is something to send; its own marks and looks must not wake it.
        """
        value: T = await self._submit(function, self._room + SPARE, wakes)
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
        """Lets what is due happen; how many clocks were found due."""
        found = await self.write(self._tick, wakes=False)
        if found:
            point("after_tick")
            self.wake()
        return found

    def _tick(self, work: Work) -> int:
        found = dispatch.tick(work, self._outside)
        if found:
            point("before_tick_commit")
        return found

    def read(self, function: Callable[[Work], T]) -> T:
        """Runs `function` beside the desk, in a transaction that cannot write. Blocks: call it in a thread."""
        with self._reading.begin() as connection:
            return function(self._on(connection))

    def _submit(self, run: Callable[[Work], Any] | Message, room: int, wakes: bool = True) -> "asyncio.Future[Any]":
        item = _Item(run, asyncio.get_running_loop().create_future(), wakes)
        with self._door:
            if not self._open or self._queue.qsize() >= room:
                raise Busy
            self._queue.put(item)
        return item.future

    def _on(self, connection: Any) -> Work:
        return Work(connection, self._tenant, self._keys, self._clock())

    # the thread

    def _work(self) -> None:
        while True:
            batch, last = self._batch()
            if batch:
                self._handle(batch)
            if last:
                break
        if self._connection is not None:
            self._connection.close()

    def _batch(self) -> tuple[list[_Item], bool]:
        """What waits now; True if the desk is to stop after it."""
        batch: list[_Item] = []
        until = 0.0
        size = 1 if self._is_careful() else LARGEST_BATCH
        while len(batch) < size:
            try:
                item = self._queue.get(block=not batch)
            except queue.Empty:
                break
            if item is None:
                return batch, True
            until = until or monotonic() + LONGEST_WAIT
            batch.append(item)
            if monotonic() > until:
                break
        return batch, False

    def _is_careful(self) -> bool:
        if self._careful_until and self._clock() > self._careful_until:
            self._careful_until = None
        return self._careful_until is not None

    def _handle(self, batch: list[_Item]) -> None:
        try:
            results, news = self._carefully(batch) if self._is_careful() else self._together(batch)
        except (Exception, Lost) as error:  # noqa: BLE001 - the transaction failed: everybody is told, nothing is kept
            log.error("desk.failed", error=type(error).__name__, items=len(batch))
            self._tell(batch, [error if isinstance(error, Exception) else NotKept()] * len(batch), wakes=False)
            return
        if _messages(batch):
            point("after_commit")
        self._tell(batch, results, wakes=News.TO_SEND in news and any(item.wakes for item in batch))

    def _tell(self, batch: list[_Item], results: list[Any], *, wakes: bool) -> None:
        """Those who asked, with one call into each of their loops: a call for each item would cost more than a turn's
        reads. A loop that has ended has nobody who waits."""
        for loop in {item.future.get_loop() for item in batch}:
            both = zip(batch, results, strict=True)
            asked = [(item, result) for item, result in both if item.future.get_loop() is loop]
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._settle, asked, wakes)

    def _settle(self, asked: list[tuple[_Item, Any]], wakes: bool) -> None:
        for item, result in asked:
            item.settle(result)
        if wakes:
            self.wake()

    def _carefully(self, batch: list[_Item]) -> tuple[list[Any], set[News]]:
        """The message, and the count of its tries, are committed before it is handled."""
        if not _messages(batch):
            return self._commit(batch)
        with self._transaction() as work:
            kept = dispatch.keep(work, _messages(batch), count=True)
        return self._commit(batch, kept)

    @contextmanager
    def _transaction(self) -> Iterator[Work]:
        """On the thread's connection. One that failed is given back, which ends or mends it, and the next is new."""
        if self._connection is None:
            self._connection = self._writing.connect()
        try:
            with self._connection.begin():
                yield self._on(self._connection)
        except BaseException:
            self._connection.close()
            self._connection = None
            raise

    def _together(self, batch: list[_Item]) -> tuple[list[Any], set[News]]:
        """With the last writes of all turns at once; if that fails, nobody can say whose it was, so each by itself."""
        try:
            return self._commit(batch, gathered=Gathered())
        except Exception as error:  # noqa: BLE001 - whatever it was, it is to hit one message, not its neighbours
            log.warning("desk.apart", error=type(error).__name__, items=len(batch))
            return self._commit(batch)

    def _commit(
        self, batch: list[_Item], counted: dispatch.Kept | None = None, gathered: Gathered | None = None
    ) -> tuple[list[Any], set[News]]:
        with self._transaction() as work:
            messages, work = _messages(batch), replace(work, gathered=gathered)
            kept = dispatch.keep(work, messages) if counted is None else counted
            if messages:
                point("after_keep")
            results = [self._do(work, item, kept, counted is not None) for item in batch]
            work.carry_out()
            if messages:
                point("before_commit")
        return results, work.news

    def _do(self, work: Work, item: _Item, kept: dispatch.Kept, counted: bool) -> Any:
        if isinstance(item.run, Message):
            return dispatch.answer(work, self._outside, item.run, kept, counted=counted)
        work.carry_out()
        return _run(replace(work, gathered=None), item.run)


def _storable(message: Message) -> Message:
    """Halves of surrogate pairs cannot be written as UTF-8, PostgreSQL takes no NUL; a page can send both."""
    strange = {name: value for name, value in vars(message).items() if isinstance(value, str) and _is_strange(value)}
    if not strange:
        return message
    changed: dict[str, Any] = {name: _STRANGE.sub("\ufffd", value) for name, value in strange.items()}
    return replace(message, **changed)


def _is_strange(text: str) -> bool:
    return "\0" in text or not (text.isascii() or _STRANGE.search(text) is None)


def _messages(batch: list[_Item]) -> list[Message]:
    return [item.run for item in batch if isinstance(item.run, Message)]


def _run(work: Work, function: Callable[[Work], Any]) -> Any:
    """Its value, or the error it raised: what it wrote is undone, its neighbours are unharmed."""
    try:
        with work.savepoint():
            return function(work)
    except Exception as error:  # noqa: BLE001 - handed to whoever asked
        return error
