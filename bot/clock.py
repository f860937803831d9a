"""Lets the handlers see the time: what is due happens, what waits for another try gets it."""

import asyncio

import structlog

from bot.desk import Busy, Desk

EVERY = 1.0  # seconds
log = structlog.get_logger()


async def run(desk: Desk) -> None:
    """Until cancelled. A tick that fails is logged and tried again: the clocks are rows, none is lost."""
    while True:
        try:
            await beat(desk)
        except Busy:
            pass
        except Exception as error:  # noqa: BLE001 - the loop outlives one bad tick
            log.error("tick.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def beat(desk: Desk) -> None:
    await desk.tick()
    await desk.retry()
