"""One of several processes at a time: a lease of seconds, held longer again and again while something is done under it.

Who dies is followed after those seconds. Who was stopped for longer and goes on writes nothing: each write holds the
lease longer in its own transaction, and fails if somebody else has had it meanwhile. What is done beside the database
is not stopped by that, so it must do no harm.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from bot.desk import Desk
from storage import leases
from storage.unit_of_work import Work

T = TypeVar("T")
log = structlog.get_logger()


class NotHeld(Exception):
    """Somebody else has had the lease since we took it."""


@dataclass
class Lease:
    """owner: nobody else's. lasts: after the last word of who holds it; every: seconds between the words."""

    desk: Desk
    name: str
    owner: str
    lasts: timedelta = timedelta(seconds=10)
    every: float = 3.0

    async def take(self) -> bool:
        """False: somebody else holds it."""
        return await self.desk.write(lambda work: leases.take(work, self.name, self.owner, self.lasts), wakes=False)

    async def give_back(self) -> None:
        await self.desk.write(lambda work: leases.give_back(work, self.name, self.owner), wakes=False)

    async def write(self, function: Callable[[Work], T], *, wakes: bool = False) -> T:
        """As the desk does, and holds the lease longer with it. Raises NotHeld: then nothing was written."""

        def held(work: Work) -> T:
            if not leases.renew(work, self.name, self.owner, self.lasts):
                raise NotHeld
            return function(work)

        return await self.desk.write(held, wakes=wakes)

    async def under(self, doing: Coroutine[Any, Any, T]) -> T:
        """Does it to its end, and says again and again that we do. Raises NotHeld: it was given up."""
        task = asyncio.create_task(doing)
        try:
            while not (await asyncio.wait({task}, timeout=self.every))[0]:
                await self._hold()
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _hold(self) -> None:
        """Raises NotHeld. If nobody can tell, it goes on: what it writes will tell."""
        try:
            await self.write(lambda work: None)
        except NotHeld:
            raise
        except Exception as error:  # noqa: BLE001 - a busy desk or a database that is away for a moment
            log.warning("lease.unknown", error=type(error).__name__)
