"""A lane of the desk: one thread with one connection, which commits what waits in a bounded queue of its own.

Where the database lets one write at a time, one lane takes at most 128 items or 20 milliseconds of them and commits
them together, each in a savepoint of its own. Where many write side by side, every item is a transaction: several in
one would hold each other's locks. What the database undid for the sake of others, or because the line to it broke, is
done again. After an unclean start a lane works in single steps and counts a try before it is made, so that a message
that kills the process is put aside too. Nothing slow runs here.
"""

import asyncio
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from random import Random
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection, Engine

from bot.failpoint import point
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Message
from storage.engine import is_passing
from storage.unit_of_work import Again, Gathered, Lost, News, Work

LARGEST_BATCH = 128
LONGEST_WAIT = 0.020  # seconds
MOST_REDONE = 6  # times, with waits that grow to about two seconds together
Job = Callable[[Work], Any] | Message
log = structlog.get_logger()


class Busy(Exception):
    """The queue is full, the desk has stopped, or the database is away: the platform is to send it again later."""


class NotKept(Exception):
    """The database gave the transaction up: nothing of it was kept."""


@dataclass
class Item:
    """future: of the event loop that asked."""

    run: Job
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


class Lane:
    """largest: items of a transaction. careful: whether to work in single steps now. wake: something may be due."""

    def __init__(
        self,
        engine: Engine,
        on: Callable[[Connection], Work],
        outside: Callable[[], Outside],
        largest: int,
        careful: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self._engine, self._on, self._outside, self._largest = engine, on, outside, largest
        self._careful, self._wake = careful, wake
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._connection: Connection | None = None  # of the thread, as long as it works
        self._is_committing = False
        self._random = Random()

    def start(self) -> None:
        self._thread.start()

    def put(self, item: Item, room: int) -> None:
        """Raises Busy if so many wait already."""
        if self._queue.qsize() >= room:
            raise Busy
        self._queue.put(item)

    def close(self) -> None:
        """What waits is finished, then the thread ends."""
        self._queue.put(None)

    def join(self) -> None:
        self._thread.join()

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

    def _batch(self) -> tuple[list[Item], bool]:
        """What waits now; True if the lane is to end after it."""
        batch: list[Item] = []
        until = 0.0
        size = 1 if self._careful() else self._largest
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

    def _handle(self, batch: list[Item]) -> None:
        try:
            results, news = self._insist(batch)
        except (Exception, Lost) as error:  # noqa: BLE001 - the transaction failed: everybody is told, nothing is kept
            log.error("desk.failed", error=type(error).__name__, items=len(batch))
            self._tell(batch, [_said(error)] * len(batch), wakes=False)
            return
        if _messages(batch):
            point("after_commit")
        self._tell(batch, results, wakes=News.TO_SEND in news and any(item.wakes for item in batch))

    def _tell(self, batch: list[Item], results: list[Any], *, wakes: bool) -> None:
        """Those who asked, with one call into each of their loops: a call for each item would cost more than a turn's
        reads. A loop that has ended has nobody who waits."""
        for loop in {item.future.get_loop() for item in batch}:
            both = zip(batch, results, strict=True)
            asked = [(item, result) for item, result in both if item.future.get_loop() is loop]
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._settle, asked, wakes)

    def _settle(self, asked: list[tuple[Item, Any]], wakes: bool) -> None:
        for item, result in asked:
            item.settle(result)
        if wakes:
            self._wake()

    # a transaction

    def _insist(self, batch: list[Item]) -> tuple[list[Any], set[News]]:
        """Again, after a moment, as long as what failed passes. A commit that broke off may have been made: a message
        is then found to be kept, but nobody knows it of anything else, so that is not done twice."""
        for tries in itertools.count(1):
            self._is_committing = False
            try:
                return self._carefully(batch) if self._careful() else self._together(batch)
            except (Exception, Lost) as error:
                in_doubt = self._is_committing and len(_messages(batch)) < len(batch)
                if tries == MOST_REDONE or in_doubt or not _is_passing(error):
                    raise
                log.info("desk.again", error=type(error.__cause__ or error).__name__, tries=tries)
            time.sleep(self._random.uniform(0, 0.03 * 2.0**tries))
        raise AssertionError("unreachable")

    def _carefully(self, batch: list[Item]) -> tuple[list[Any], set[News]]:
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
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                yield self._on(self._connection)
                self._is_committing = True
        except BaseException as error:
            if _is_passing(error):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None
            raise

    def _together(self, batch: list[Item]) -> tuple[list[Any], set[News]]:
        """With the last writes of all turns at once; if that fails, nobody can say whose it was, so each by itself."""
        if self._largest == 1:
            return self._commit(batch)
        try:
            return self._commit(batch, gathered=Gathered())
        except Exception as error:  # noqa: BLE001 - whatever it was, it is to hit one message, not its neighbours
            log.warning("desk.apart", error=type(error).__name__, items=len(batch))
            return self._commit(batch)

    def _commit(
        self, batch: list[Item], counted: dispatch.Kept | None = None, gathered: Gathered | None = None
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

    def _do(self, work: Work, item: Item, kept: dispatch.Kept, counted: bool) -> Any:
        if isinstance(item.run, Message):
            return dispatch.answer(work, self._outside(), item.run, kept, counted=counted)
        work.carry_out()
        return _run(replace(work, gathered=None), item.run)


def _messages(batch: list[Item]) -> list[Message]:
    return [item.run for item in batch if isinstance(item.run, Message)]


def _run(work: Work, function: Callable[[Work], Any]) -> Any:
    """Its value, or the error it raised: what it wrote is undone, its neighbours are unharmed."""
    try:
        with work.savepoint():
            return function(work)
    except Exception as error:  # noqa: BLE001 - handed to whoever asked
        return error


def _said(error: BaseException) -> Exception:
    """What those who asked are told."""
    if _is_passing(error):
        return Busy()
    return error if isinstance(error, Exception) else NotKept()


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, Again) or is_passing(error)
