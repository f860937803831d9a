"""Lets the handlers see the time: what is due happens, what waits gets another try, histories are sealed."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.desk import Busy, Desk
from storage import seal

EVERY = 1.0  # seconds
SEALED_EVERY = 60  # beats
log = structlog.get_logger()


async def run(desk: Desk) -> None:
    """Until cancelled. What fails is logged and comes again: clocks and messages are rows, none is lost."""
    for count in itertools.count():
        acts: list[Callable[[], Awaitable[object]]] = [desk.tick, desk.retry]
        if count % SEALED_EVERY == 0:
            acts.append(partial(_seal, desk))
        for act in acts:
            await _safely(act)
        await asyncio.sleep(EVERY)


async def _safely(act: Callable[[], Awaitable[object]]) -> None:
    """One that fails does not keep the others from their turn."""
    try:
        await act()
    except Busy:
        pass
    except Exception as error:  # noqa: BLE001 - the loop outlives one bad beat
        log.error("beat.failed", error=type(error).__name__)


async def _seal(desk: Desk) -> None:
    await desk.write(seal.seal, wakes=False)


async def beat(desk: Desk) -> None:
    """Once, for whoever keeps the time."""
    await desk.tick()
    await desk.retry()
