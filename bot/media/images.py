"""Pictures for the desk: re-encoded in a worker process with bounded memory and time, one after the other.

A picture too large by its header is refused before any worker sees it. One that kills the worker, or is late, is
`broken`; the next gets a new worker. Means by default: 1 GB of address space, 10 s of processor and 20 s by the clock
a picture, 100 pictures a worker; 40 million pixels were drawn in less than that, whatever their format.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.media import NotTaken, header
from bot.media.limits import LIMITS, Limits
from bot.media.worker import Died, Worker

log = structlog.get_logger()
MEMORY = 1 << 30  # bytes


@dataclass(frozen=True)
class Picture:
    """data: JPEG of width x height pixels. thumb: JPEG. Neither holds more than pixels.

    point: latitude and longitude in degrees (WGS-84) that the camera had noted, or None.
    """

    data: bytes
    width: int
    height: int
    thumb: bytes
    point: tuple[float, float] | None


class Images:
    """Encodes as `limits` say. lasts: pictures a worker. timeout, cpu: seconds a picture. memory: bytes."""

    def __init__(
        self, limits: Limits = LIMITS, *, lasts: int = 100, timeout: float = 20.0, memory: int = MEMORY, cpu: int = 10
    ) -> None:
        self._limits, self._timeout = limits, timeout
        self.worker = Worker((memory, cpu, limits.pixels, limits.side, limits.thumb), lasts)
        self._line = ThreadPoolExecutor(1, "pictures")

    async def encode(self, data: bytes) -> Picture:
        """Drawn anew. Raises NotTaken: too_many_pixels or broken. A cancelled one is drawn to its end, for nobody."""
        return await self._drawn({"do": "redraw"}, data)

    async def cover(self, data: bytes, boxes: Sequence[tuple[float, ...]]) -> Picture:
        """With these boxes (left, top, right, bottom: fractions) filled with black. Raises as `encode` does."""
        return await self._drawn({"do": "cover", "boxes": boxes}, data)

    async def grid(self, data: bytes, columns: str, rows: int) -> Picture:
        """With a grid over it, each cell called by its column's letter and its row. Raises as `encode` does."""
        return await self._drawn({"do": "grid", "columns": columns, "rows": rows}, data)

    async def _drawn(self, order: dict[str, Any], data: bytes) -> Picture:
        width, height = header.size(data)
        if width * height > self._limits.pixels:
            raise NotTaken("too_many_pixels")
        try:
            ask = partial(self.worker.ask, order, data, self._timeout)
            return _picture(*await asyncio.get_running_loop().run_in_executor(self._line, ask))
        except (Died, KeyError, TypeError, ValueError) as error:
            log.warning("picture.broken", bytes=len(data), width=width, height=height)
            raise NotTaken("broken") from error

    async def close(self) -> None:
        """Ends the worker; who waits gets broken. Nothing can be encoded after."""
        self.worker.close()
        await asyncio.to_thread(self._line.shutdown)
        self.worker.stop()


def _picture(said: dict[str, Any], data: bytes, thumb: bytes) -> Picture:
    """The worker is not trusted: what it says must be of the kinds it may say."""
    if "why" in said:
        raise NotTaken("too_many_pixels" if said["why"] == "too_many_pixels" else "broken")
    point = said["point"]
    where = (float(point[0]), float(point[1])) if point else None
    return Picture(data, int(said["width"]), int(said["height"]), thumb, where)
