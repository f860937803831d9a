"""A resident's phone that sends files, a platform that has their bytes, and the job that fetches them, for tests."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from bot.channels.base import Gone, TooLarge
from bot.evidence import Fetcher
from bot.media import NotTaken
from bot.media.found import Found
from bot.media.images import Picture
from bot.media.store import Store
from handlers.messages import File
from storage import evidence, tables
from storage.evidence import Evidence
from storage.unit_of_work import Work
from tests.town import Town

JPEG = b"\xff\xd8\xff"  # what a platform looks at before it shows one
SHUIBEI = (22.5737, 114.1270)  # near 水贝


def photo(name: str, **more: Any) -> File:
    return File("photo", f"ref-{name}", unique=f"u-{name}", **more)


def voice(name: str, seconds: int = 7) -> File:
    return File("voice", f"ref-{name}", unique=f"u-{name}", seconds=seconds)


def document(name: str, **more: Any) -> File:
    return File("document", f"ref-{name}", unique=f"u-{name}", name=f"{name}.pdf", **more)


@dataclass
class Platform:
    """Gives the bytes of a reference. gone: it does not have them any more; broken: how often it fails first."""

    gone: set[str] = field(default_factory=set)
    broken: dict[str, int] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, ref: str, to: Path, limit: int) -> int:
        self.fetched.append(ref)
        if ref in self.gone:
            raise Gone
        if self.broken.get(ref, 0) > 0:
            self.broken[ref] -= 1
            raise ConnectionError
        data = self.content.get(ref, f"photo {ref}".encode())
        if len(data) > limit:
            raise TooLarge
        to.write_bytes(data)
        return len(data)


def check(data: bytes) -> Found:
    """The first word of the bytes says what they are; a bad one says why they are not taken."""
    kind, _, why = data.decode().partition(" ")
    if kind == "bad":
        raise NotTaken(why)
    types = {"photo": "image/png", "voice": "audio/ogg", "document": "application/pdf"}
    return Found(types[kind], kind, ".x", active=why.startswith("active"))


class Pictures:
    """`at` in the bytes is a place that the camera noted."""

    def __init__(self) -> None:
        self.point: tuple[float, float] | None = SHUIBEI

    async def encode(self, data: bytes) -> Picture:
        point = self.point if b" at" in data else None
        return Picture(JPEG + b"jpeg of " + data, 4, 3, b"thumb of " + data, point)

    async def cover(self, data: bytes, boxes: Sequence[tuple[float, ...]]) -> Picture:
        told = f" less {' '.join(map(str, boxes))}" if boxes else ""
        return Picture(data + told.encode(), 4, 3, b"thumb of " + data + told.encode(), None)

    async def grid(self, data: bytes, columns: str, rows: int) -> Picture:
        return Picture(data + f" with {len(columns)} x {rows}".encode(), 4, 3, b"", None)


class Camera:
    """The resident's phone with files, and all that is behind it."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.store = town.store = Store(folder / "media")
        self.platform, self.pictures = Platform(), Pictures()
        self.job = self.another()

    def another(self) -> Fetcher:
        """A job of another process."""
        outside, clock = self.town.outside, lambda: self.town.time
        parts = (self.store, check, self.pictures, self.folder / "fetching", clock, Random(3))
        return Fetcher(self.town.desk, {self.town.name: self.platform}, outside, *parts)

    async def send(self, *files: File, text: str = "", **more: Any) -> str:
        """One message with these files; what is read last."""
        return await self.town.say(text, files=files, **more)

    async def album(self, *files: File, text: str = "", id: str = "a1") -> str:
        """A message each; the first has the words. Two seconds later they are answered."""
        before = len(self.town.all())
        for place, file in enumerate(files):
            await self.send(file, text="" if place else text, album=id)
        assert self.town.all()[before:] == []
        await self.town.pass_time(seconds=3)
        return self.town.heard()

    async def fetch(self) -> str:
        """The job until nothing is left to do now; what is read last."""
        while await self.job.look():
            pass
        await self.town.deliver()
        return self.town.heard()

    async def rows(self) -> list[Any]:
        """All rows, as they lie in the table."""
        rows = select(tables.evidence).order_by(tables.evidence.c.id)
        return list(await self.town.read(lambda work: work.connection.execute(rows).all()))

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]

    async def of_complaint(self, number: str) -> list[Evidence]:
        def read(work: Work) -> list[Evidence]:
            return evidence.of_complaint(work, number)

        return list(await self.town.read(read))

    def files(self) -> list[bytes]:
        """What lies in the store."""
        found = [path.read_bytes() for path in (self.folder / "media").rglob("*") if path.is_file()]
        return sorted(each.removeprefix(JPEG) for each in found)

    def forget(self) -> None:
        shutil.rmtree(self.folder / "media")
