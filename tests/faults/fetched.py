"""A platform with files, and the real job that fetches them, in a process that is to be ended by a test."""

import os
from pathlib import Path
from random import SystemRandom

from bot.channels.terminal import NAME, RESIDENT
from bot.desk import Desk
from bot.evidence import Fetcher
from bot.media.store import Store
from handlers.dispatch import Outside
from handlers.messages import Message
from storage import fetching
from tests.evidence import Pictures, Platform, check

SAME = b"photo of the same"
CONTENT = {"ref-at": b"photo at", "ref-bad": b"bad broken", "ref-same": SAME, "ref-again": SAME}
GONE, KILLS = "ref-gone", "ref-kills"


class Phone(Platform):
    """meanwhile: said by the resident while the first file is fetched. What is asked for KILLS ends the process."""

    def __init__(self, desk: Desk, meanwhile: str) -> None:
        super().__init__(gone={GONE}, content=CONTENT)
        self._desk, self._meanwhile = desk, meanwhile

    async def fetch(self, ref: str, to: Path, limit: int) -> int:
        if ref == KILLS:
            os._exit(139)
        if self._meanwhile and not self.fetched:
            await self._desk.receive(Message(NAME, RESIDENT, RESIDENT, "meanwhile", text=self._meanwhile))
        return await super().fetch(ref, to, limit)


async def fetch_all(desk: Desk, outside: Outside, folder: Path, meanwhile: str) -> None:
    """Until nothing is left to do now."""
    platform = Phone(desk, meanwhile)
    parts = (Store(folder / "media"), check, Pictures(), folder / "fetching", lambda: desk.read(lambda work: work.now))
    job = Fetcher(desk, {NAME: platform}, outside, *parts, SystemRandom())
    while desk.read(lambda work: fetching.has_work(work, [NAME])):
        await job.look()
