"""A process of the real desk, outbox and clock, to be killed by a test: `python -m tests.faults.child CONFIG`.

CONFIG is JSON: url, seen (the file that what is shown is appended to, with fsync), later (seconds by which its clock
is ahead), ordered (its reader knows each text by its position), kill (words that end the process when handled), and,
if files are to be fetched before anything is shown, files (the folder for them) and meanwhile (what the resident says
while the first one is fetched).
It reads messages from standard input, one JSON a line, and answers each with its key after the commit; when there
are no more it delivers until nothing is left to do, and ends.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from sqlalchemy import select

from bot import clock
from bot.channels.base import Capabilities, numbered
from bot.channels.terminal import NAME
from bot.desk import Desk
from bot.outbox import Outbox
from bot.rulebook import Books
from handlers import router
from handlers.dispatch import Outside
from handlers.messages import Message, Outgoing
from storage import clocks, engine, inbox, outbox
from storage.sealed import Keyring
from storage.tables import card
from storage.tables import outbox as table
from storage.unit_of_work import Work
from tests.faults import fetched
from tests.town import KEYS, TUESDAY

LONGEST = 15.0  # seconds


@dataclass
class Written:
    """Shows by appending to a file, so that what was seen survives the process."""

    path: str
    capabilities: Capabilities
    name: str = NAME

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        self._write({"chat": chat, "text": numbered(out), "again": out.again, "position": position})
        return f"m{position}"

    async def notice(self, chat: str) -> None: ...

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        await self.send(chat, out, position)

    def _write(self, shown: dict[str, Any]) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(shown, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def build(config: dict[str, Any]) -> tuple[Desk, Written, Outside]:
    start = time.monotonic()

    def now() -> datetime:
        return TUESDAY + timedelta(seconds=config["later"] + time.monotonic() - start)

    outside = Outside(Books("LH"), lambda _: None, SystemRandom())
    url = config["url"]
    desk = Desk(engine.writing(url), engine.reading(url), "luohu", Keyring.parse(KEYS), now, outside)
    return desk, Written(config["seen"], Capabilities(False, True, ordered=config["ordered"])), outside


def kill_at(words: str) -> None:
    route = router.route

    def dangerous(turn: Any) -> Any:
        if words in turn.message.text:
            os._exit(139)
        return route(turn)

    router.route = dangerous


def is_settled(work: Work) -> bool:
    """Nothing is due, nothing is on its way."""
    soon, waits = outbox.next_due(work), inbox.counts(work)["waiting"]
    sending = select(table.c.id).where(table.c.state == "sending")
    stale = select(card.c.chat).where(card.c.wanted > card.c.shown)
    left = [work.connection.execute(rows.limit(1)).first() for rows in (sending, stale)]
    return not any(left) and not clocks.due(work, 1) and not waits and not _due(work, soon)


def _due(work: Work, soon: datetime | None) -> bool:
    return soon is not None and soon <= work.now


async def main(config: dict[str, Any]) -> None:
    if config["kill"]:
        kill_at(config["kill"])
    desk, channel, outside = build(config)
    desk.start()
    for said in map(json.loads, sys.stdin):
        await desk.receive(Message(NAME, said["chat"], said["chat"], said["key"], text=said["text"]))
        print(said["key"], flush=True)
    if config["files"]:
        await fetched.fetch_all(desk, outside, Path(config["files"]), config["meanwhile"])
    tasks = [
        asyncio.create_task(run) for run in (clock.run(desk), Outbox(desk, {NAME: channel}, outside, Random(1)).run())
    ]
    async with asyncio.timeout(LONGEST):
        await asyncio.sleep(0.1)
        while not await asyncio.to_thread(desk.read, is_settled):
            await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    desk.stop()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
