"""Covers parts of pictures, and draws grids over them, as was asked for: after the commit, for the job that fetches.

The sealed original is on the disk before a row speaks of it, and the plain one goes after the row does not: who dies in
between leaves files that no row speaks of, for the sweep, and it is drawn again. It is always drawn from the original,
with all its boxes. Keys that seal an original must stay among the keys of the settings.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

from bot.desk import Desk
from bot.lease import Lease, NotHeld
from bot.media.images import Picture
from complaints.cells import COLUMNS, ROWS
from handlers import dispatch
from handlers.dispatch import Outside
from storage import covering
from storage.covering import COVER, GRID, Files, Wanted
from storage.sealed import Keyring
from storage.unit_of_work import Work

AT_ONCE = 4  # in a round: one after the other, as the worker draws
MOST_TRIES = 6
LONGEST = 60.0  # seconds for one
log = structlog.get_logger()


class Store(Protocol):
    """Where the bytes lie, under their hash."""

    def put(self, data: bytes | Path) -> str: ...
    def open(self, sha256: str) -> BinaryIO: ...


class Shelf(Protocol):
    """Where a file of this hash lies."""

    def path(self, sha256: str) -> Path: ...


class Drawing(Protocol):
    """Draws pictures. Raises NotTaken."""

    async def cover(self, data: bytes, boxes: Sequence[tuple[float, ...]]) -> Picture: ...
    async def grid(self, data: bytes, columns: str, rows: int) -> Picture: ...


@dataclass
class Covering:
    """lease: held by who calls. storing: nobody else puts or drops a file while it is held. drop: of these files those
    that no row has. wait: until the next try, after so many."""

    lease: Lease
    outside: Outside
    store: Store
    pictures: Drawing
    storing: asyncio.Lock
    drop: Callable[[list[str]], Awaitable[None]]
    wait: Callable[[int], timedelta]

    def has_work(self, work: Work) -> bool:
        return bool(covering.wanted(work, 1))

    async def look(self) -> int:
        """One round, to its end; how many pictures were taken up. Raises NotHeld."""
        wanted = await asyncio.to_thread(self.lease.desk.read, lambda work: covering.wanted(work, AT_ONCE))
        for each in wanted:
            await self._one(each)
        return len(wanted)

    async def _one(self, wanted: Wanted) -> None:
        """Drawn, stored and marked; or put off, or given up."""
        try:
            async with asyncio.timeout(LONGEST):
                files = await self._drawn(wanted)
            await self._keep(wanted, files)
        except NotHeld:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a worker or a disk does, the others go on
            log.warning("cover.failed", id=wanted.id, tries=wanted.tries + 1, error=type(error).__name__)
            await self._put_off(wanted)

    async def _put_off(self, wanted: Wanted) -> None:
        tries = wanted.tries + 1
        if tries >= MOST_TRIES:
            await self._mark(wanted, None)
            return
        await self.lease.write(lambda work: covering.again(work, wanted, self.wait(tries)))

    async def _mark(self, wanted: Wanted, now: Files | None) -> bool:
        return await self.lease.write(lambda work: dispatch.drawn(work, self.outside, wanted, now), wakes=True)

    async def _drawn(self, wanted: Wanted) -> dict[str, bytes]:
        """What its files are to be; those that stay are not among them."""
        has = wanted.has
        if wanted.do == GRID:
            picture = await self.pictures.grid(await self._read(has.sha256), COLUMNS, ROWS)
            return {"grid": picture.data}
        keys, tenant = await asyncio.to_thread(self.lease.desk.read, _keys)
        if wanted.do == COVER:
            plain = await self._plain(wanted, keys, tenant)
            picture = await self.pictures.cover(plain, wanted.boxes)
            files = {"sha256": picture.data, "thumb": picture.thumb}
            return files if has.original else files | {"original": covering.seal(keys, tenant, wanted.id, plain)}
        if not has.original:
            return {}  # it was not covered yet
        plain = await self._plain(wanted, keys, tenant)
        return {"sha256": plain, "thumb": (await self.pictures.cover(plain, ())).thumb}

    async def _plain(self, wanted: Wanted, keys: Keyring, tenant: str) -> bytes:
        """As it came. Raises FileNotFoundError, CannotOpen."""
        if not wanted.has.original:
            return await self._read(wanted.has.sha256)
        sealed = await self._read(wanted.has.original)
        return await asyncio.to_thread(covering.unseal, keys, tenant, wanted.id, sealed)

    async def _read(self, sha256: str) -> bytes:
        def read() -> bytes:
            with self.store.open(sha256) as file:
                return file.read()

        return await asyncio.to_thread(read)

    async def _keep(self, wanted: Wanted, files: dict[str, bytes]) -> None:
        """The files first, then the row, then what nobody has any more."""
        async with self.storing:
            put = {name: await asyncio.to_thread(self.store.put, data) for name, data in files.items()}
            now = _now(wanted, put)
            left = wanted.has.every - now.every if await self._mark(wanted, now) else set(put.values())
            await self.drop(sorted(left))


@dataclass(frozen=True)
class Visible:
    """The store, for a channel that sends files: what was written before may have been covered before it is sent."""

    desk: Desk
    store: Shelf

    def path(self, sha256: str) -> Path:
        """Where it lies. Raises FileNotFoundError for what nobody but its sender may see now. A short read, and it
        blocks."""
        if self.desk.read(lambda work: covering.hidden(work, [sha256])):
            raise FileNotFoundError("it is not to be seen")
        return self.store.path(sha256)


def _now(wanted: Wanted, put: dict[str, str]) -> Files:
    """A grid shows what was shown before, so it goes with that; without its cover a picture needs no other original."""
    has = vars(wanted.has)
    if wanted.do == GRID:
        return Files(**(has | put))
    if wanted.do == COVER:
        return Files(**(has | put | {"grid": ""}))
    return Files(**(has | put | {"original": "", **({"grid": ""} if put else {})}))


def _keys(work: Work) -> tuple[Keyring, str]:
    return work.keys, work.tenant
