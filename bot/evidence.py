"""Fetches what messages brought, after their commit: from the platform, through the check, into the store of files.

One process of a tenant does it at a time, under a lease, so that nobody drops what another is just putting; whoever
loses it gives up what is under way, and can neither mark nor drop. Whoever dies between storing and marking leaves a
file that no row speaks of: the sweep takes it, and it is fetched again. What a person erased is dropped here. Nothing
of this runs in a turn.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from secrets import token_hex
from typing import Protocol, runtime_checkable

import structlog

from bot.channels.base import Gone, KeyRefused, Refused, TooLarge, TryLater
from bot.covering import Covering, Drawing, Store
from bot.desk import Busy, Desk
from bot.failpoint import point
from bot.lease import Lease, NotHeld
from bot.media import NotTaken
from bot.media.found import Found
from bot.media.images import Picture
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Outcome
from storage import fetching
from storage.evidence import KEPT, LOST, REFUSED
from storage.fetching import Taken
from storage.unit_of_work import Work

EVERY = 1.0  # seconds between looks
LONGEST = 120.0  # seconds for one file, from the platform into the store
AT_ONCE = 4
MOST_TRIES = 8  # counted when they begin, so that what ends the process is not tried for ever
TRIED = "tries"  # why it is lost: so many failed
LONGEST_BACKOFF = 300.0  # seconds
SWEPT_EVERY = timedelta(hours=1)
YOUNG = timedelta(hours=1)  # what is younger may still get its row
log = structlog.get_logger()


@runtime_checkable
class Fetching(Protocol):
    """A channel that has the bytes of what it brought. Raises TooLarge, TryLater, and Gone or Refused if they are gone
    for ever; what else it raises is tried again."""

    async def fetch(self, ref: str, to: Path, limit: int) -> int: ...


class Files(Store, Protocol):
    """The same, and they go again."""

    def drop(self, sha256: str) -> None: ...
    def sweep(self, known: Container[str], older_than: timedelta, now: datetime) -> int: ...


class Pictures(Drawing, Protocol):
    """Draws a picture anew, without what a camera notes in it. Raises NotTaken."""

    async def encode(self, data: bytes) -> Picture: ...


@dataclass
class Fetcher:
    """check: what bytes really are; raises NotTaken. folder: of half-fetched files, emptied of old ones. clock: aware.

    channels: those that can fetch; what other channels brought waits for other processes.
    """

    desk: Desk
    channels: Mapping[str, Fetching]
    outside: Outside
    store: Files
    check: Callable[[bytes], Found]
    pictures: Pictures
    folder: Path
    clock: Callable[[], datetime]
    random: Random
    _swept: datetime | None = field(default=None, init=False)
    _storing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        self.lease = Lease(self.desk, "evidence", token_hex(8))
        parts = (self.store, self.pictures, self._storing, self._drop, self._backoff)
        self._covering = Covering(self.lease, self.outside, *parts)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def run(self) -> None:
        """Until cancelled. What fails is logged and comes again: all of it is rows."""
        try:
            while True:
                try:
                    await self.look()
                except Busy:
                    pass
                except NotHeld:
                    log.warning("evidence.given_up")  # taken again by who has the lease now
                except Exception as error:  # noqa: BLE001 - the loop outlives a store or disk that is away for a moment
                    log.error("evidence.failed", error=type(error).__name__)
                await asyncio.sleep(EVERY)
        finally:
            with suppress(Busy):
                await self.lease.give_back()

    async def look(self) -> int:
        """One round, to its end; how many files were taken up. Raises NotHeld if the lease was lost on the way."""
        return await self.lease.under(self._round()) if await self._is_at_work() else 0

    async def _round(self) -> int:
        taken = await self.lease.write(self._take)
        ones = map(self._one, taken)
        covered, *done = await asyncio.gather(self._covering.look(), *ones, return_exceptions=True)
        for failed in filter(lambda each: isinstance(each, BaseException), (covered, *done)):
            log.error("evidence.unmarked", error=type(failed).__name__)  # taken again when it is due
        await self._drop_erased()
        await self._sweep()
        return len(taken) + (covered if isinstance(covered, int) else 0)

    async def _is_at_work(self) -> bool:
        """Looks first, because most looks find nothing, and a lease is a write."""
        if not await asyncio.to_thread(self.desk.read, self._has_work) and not self._is_sweeping_due():
            return False
        return await self.lease.take()

    def _has_work(self, work: Work) -> bool:
        return fetching.has_work(work, list(self.channels)) or self._covering.has_work(work)

    def _take(self, work: Work) -> list[Taken]:
        return fetching.take(work, list(self.channels), AT_ONCE, self._backoff)

    def _backoff(self, tries: int) -> timedelta:
        most = min(LONGEST_BACKOFF, 2.0**tries)
        return timedelta(seconds=self.random.uniform(most / 2, most))

    async def _one(self, taken: Taken) -> None:
        """Fetched, checked, stored and marked; or refused, or put off. Raises NotHeld."""
        if taken.tries > MOST_TRIES:
            await self._mark(taken, Outcome(LOST, TRIED))
            return
        try:
            async with asyncio.timeout(LONGEST):
                with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                    await self._fetch_to(taken, Path(folder) / "file")
        except NotTaken as refused:
            await self._mark(taken, Outcome(REFUSED, refused.why))
        except TooLarge:
            await self._mark(taken, Outcome(REFUSED, "too_large"))
        except (Gone, Refused):
            await self._mark(taken, Outcome(LOST))
        except NotHeld:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a platform or a disk does, the others go on
            await self._put_off(taken, error)

    async def _fetch_to(self, taken: Taken, to: Path) -> None:
        await self.channels[taken.channel].fetch(taken.ref, to, self.outside.limits.size(taken.kind))
        point("after_fetch")
        data = await asyncio.to_thread(to.read_bytes)
        found = await asyncio.to_thread(self.check, data)
        files, where = [data], None
        if found.kind == "photo":
            picture = await self.pictures.encode(data)
            files, where = [picture.data, picture.thumb], picture.point
        async with self._storing:
            hashes = [await asyncio.to_thread(self.store.put, each) for each in files]
            point("after_store")
            type = "image/jpeg" if found.kind == "photo" else found.type
            thumb = hashes[1] if len(hashes) > 1 else ""
            if not await self._mark(taken, Outcome(KEPT, "", hashes[0], thumb, found.kind, type, found.active, where)):
                await self._drop(hashes)

    async def _mark(self, taken: Taken, outcome: Outcome) -> bool:
        """False: it was erased meanwhile."""
        told = await self.lease.write(lambda work: dispatch.material(work, self.outside, taken.id, outcome), wakes=True)
        point("after_mark")
        return told

    async def _put_off(self, taken: Taken, error: Exception) -> None:
        log.info("fetch.failed", id=taken.id, channel=taken.channel, tries=taken.tries, error=type(error).__name__)
        wait, tries = self._backoff(taken.tries), taken.tries
        if isinstance(error, TryLater):
            wait, tries = timedelta(seconds=error.seconds), taken.tries - 1  # it says nothing of the file
        if isinstance(error, KeyRefused):
            wait, tries = timedelta(seconds=LONGEST_BACKOFF), taken.tries - 1  # nor does that
        if tries >= MOST_TRIES:
            await self._mark(taken, Outcome(LOST, TRIED))
            return
        await self.lease.write(lambda work: fetching.again(work, taken.id, wait, tries))

    # what nobody has any more

    async def _drop(self, hashes: list[str]) -> None:
        """Of these, what no row has."""
        alone = await self.lease.write(lambda work: [hash for hash in hashes if not fetching.is_kept(work, hash)])
        await self.lease.write(lambda work: self._unlink(alone))

    async def _drop_erased(self) -> None:
        """The files first: who dies before the rows are marked drops them once more."""
        async with self._storing:
            for id, hashes in await self.lease.write(lambda work: fetching.to_drop(work, 100)):
                await self.lease.write(partial(self._drop_row, id=id, hashes=hashes))

    def _drop_row(self, work: Work, id: int, hashes: list[str]) -> None:
        self._unlink(hashes)
        fetching.dropped(work, id)

    def _unlink(self, hashes: list[str]) -> None:
        """Inside a transaction that holds the lease, since it cannot be undone: nobody else puts the same meanwhile.
        That no row has them was read in one before it, which is committed."""
        point("before_drop")
        for hash in hashes:
            self.store.drop(hash)
        point("after_drop")

    def _is_sweeping_due(self) -> bool:
        return self._swept is None or self.clock() - self._swept >= SWEPT_EVERY

    async def _sweep(self) -> None:
        if not self._is_sweeping_due():
            return
        self._swept = now = self.clock()
        known = await asyncio.to_thread(self.desk.read, fetching.known)
        swept = await asyncio.to_thread(self.store.sweep, known, YOUNG, now)
        await asyncio.to_thread(self._sweep_folder, (now - YOUNG).timestamp())
        if swept:
            log.info("evidence.swept", files=swept)

    def _sweep_folder(self, before: float) -> None:
        """What a process that was killed was fetching."""
        for left in self.folder.iterdir():
            if left.stat().st_mtime < before:
                shutil.rmtree(left, ignore_errors=True)
