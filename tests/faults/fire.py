"""`jiesu serve` under fire: residents and a clerk talk to it over Telegram while the platform and the power fail.

The service is a process of its own, killed and started again; the platform is the Bot API server in this process. The
seed decides what goes wrong and when a kill comes, but not what is going on at that moment. By hand, for longer:

    uv run python -m tests.faults.fire --minutes 5 --seed 1 --mode polling
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bot import rulebook
from bot.channels.telegram.receive import ALLOWED
from bot.directory import LUOHU
from storage import engine, migrate, people
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests.botapi.server import BotApi
from tests.faults.callers import LOOKS, SCRIPTS, Clerk, Resident
from tests.faults.counting import TELEGRAM, Found, count, in_flight, is_settled
from tests.page import Database, Service, free_port
from tests.town import DESK, KEYS, sqlite_url

MODES = ("polling", "webhook")
SECRET = "the-secret-of-the-webhook"
LIFE = (2.5, 5.0)  # seconds from its answering to its kill
WHAT_FAILS = {"repeat": 0.4, "mix": 1.0, "too_many": 0.02, "drop_before": 0.03, "drop_after": 0.03}


@dataclass(frozen=True)
class Plan:
    """comes: seconds within which the residents begin. handled: how many, the first, the clerk sees to.

    within: seconds it may take in all. whole: whether it waits for what a group takes in its next minutes only.
    """

    mode: str
    seed: int
    residents: int
    kills: int
    comes: float
    handled: int
    within: float
    whole: bool = False
    fails: dict[str, Any] = field(default_factory=lambda: dict(WHAT_FAILS))


def address(port: int) -> str:
    """Where the platform calls us."""
    return f"http://127.0.0.1:{port}/telegram"


def environment(folder: Path, port: int, api: BotApi, mode: str) -> dict[str, str]:
    """Of `jiesu serve` on the database in this folder, with this platform."""
    telegram = {"TOKEN": api.token, "API_URL": api.url, "FILE_URL": api.file_url, "MODE": mode}
    if mode == "webhook":
        telegram |= {"WEBHOOK_URL": address(port), "WEBHOOK_SECRET": SECRET}
    return {
        "JIESU_DATABASE_URL": sqlite_url(folder),
        "JIESU_SECRET_KEYS": KEYS,
        "JIESU_HTTP_PORT": str(port),
        "JIESU_MEDIA_DIR": str(folder / "media"),
        **{f"JIESU_TELEGRAM_{name}": value for name, value in telegram.items()},
    }


def calm() -> Plan:
    """One resident of each kind, and nothing fails: what the others are compared with."""
    return Plan("polling", 0, len(SCRIPTS), 0, 0.0, 0, 60.0, fails={})


@dataclass
class Fire:
    """One run. folder: holds the database, already loaded, and one folder of each life of the service."""

    folder: Path
    plan: Plan
    lives: int = 0
    doubts: int = 0
    residents: list[Resident] = field(default_factory=list)

    async def run(self) -> Found:
        """Whatever is not settled in time is found unsettled."""
        began, plan = time.monotonic(), self.plan
        self._database, self._port = Database(sqlite_url(self.folder), KEYS), free_port()
        async with BotApi(plan.seed, **plan.fails) as api:
            clerk, late = self._people(api), False
            try:
                async with asyncio.timeout(plan.within):
                    await self._until_settled(api, clerk)
            except TimeoutError:
                late = True
            found: Found = self._database.read(lambda work: count(work, api, self.residents, clerk, self.doubts))
        self._database.close()
        found.check("unsettled", late)
        more = {"residents": len(self.residents), "kills": self.lives - 1, "seconds": int(time.monotonic() - began)}
        found.figures = more | found.figures
        return found

    async def _until_settled(self, api: BotApi, clerk: Clerk) -> None:
        async with self._serving(api):
            first = [each for each in self.residents if each.has_no_place][: self.plan.handled]
            lives = [self._comes(each, each in first) for each in self.residents]
            pressing = asyncio.create_task(clerk.press_strays())
            await _together([*lives, *(clerk.handle(each) for each in first), self._kills()])
            while not self._is_over(api):
                await asyncio.sleep(LOOKS)
            pressing.cancel()

    def _is_over(self, api: BotApi) -> bool:
        waits = api.updates.waiting or api.updates.again
        return not waits and bool(self._database.read(partial(is_settled, whole=self.plan.whole)))

    # the people

    def _people(self, api: BotApi) -> Clerk:
        random = Random(f"people {self.plan.seed}")
        for n in range(self.plan.residents):
            self.residents.append(Resident(api.world.person(f"居民{n}"), 100 + n, Random(random.random())))
        person = api.world.person("办事员")
        group = api.world.group("示例工作群", [person], bot="administrator")
        self._bind(str(group.id), str(person.id))
        return Clerk(person, group)

    def _bind(self, group: str, person: str) -> None:
        writing = engine.writing(sqlite_url(self.folder))
        with writing.begin() as connection:
            work = Work(connection, "luohu", Keyring.parse(KEYS), datetime.now(UTC))
            people.join(work, "clerk", TELEGRAM, person, DESK, "staff", "示例")
            people.bind_group(work, TELEGRAM, group, DESK, "clerk")
        writing.dispose()

    async def _comes(self, resident: Resident, at_once: bool) -> None:
        await asyncio.sleep(0 if at_once else resident.random.uniform(0, self.plan.comes))
        await resident.live()

    # the service

    @asynccontextmanager
    async def _serving(self, api: BotApi) -> AsyncIterator[None]:
        """Ends it cleanly if all went well."""
        self._env = environment(self.folder, self._port, api, self.plan.mode)
        await self._start()
        if self.plan.mode == "webhook":
            api.updates.set_webhook(address(self._port), SECRET, 40, list(ALLOWED), False)
        try:
            yield
            assert await asyncio.to_thread(self._service.end, signal.SIGTERM) == 0
        finally:
            await asyncio.to_thread(self._service.end, signal.SIGKILL)

    async def _start(self) -> None:
        """Each life writes its log into a folder of its own."""
        self.lives += 1
        home = self.folder / f"life-{self.lives}"
        home.mkdir()
        self._service = Service(home, ["serve"], self._env)
        await asyncio.to_thread(self._service.start, self._port)

    async def _kills(self) -> None:
        random = Random(f"kills {self.plan.seed}")
        for _ in range(self.plan.kills):
            await asyncio.sleep(random.uniform(*LIFE))
            await asyncio.to_thread(self._service.end, signal.SIGKILL)
            self.doubts += self._database.read(in_flight)
            await self._start()


async def _together(all_of_them: Sequence[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for each in all_of_them:
            group.create_task(each)


def against(found: Found, residents: Sequence[Resident], undisturbed: Sequence[Resident]) -> None:
    """Each read the same questions in the same order as one of its kind did in a run without faults."""
    expected = {each.script.first: each.dialogue() for each in undisturbed}
    found.check(
        "another dialogue", [each.dialogue() for each in residents if each.dialogue() != expected[each.script.first]]
    )


# by hand


def loaded(folder: Path) -> Path:
    """A folder with a migrated and loaded database."""
    folder.mkdir()
    url = sqlite_url(folder)
    migrate.upgrade(url)
    writing = engine.writing(url)
    with writing.begin() as connection:
        rulebook.load(Work(connection, "luohu", Keyring.parse(KEYS), datetime.now(UTC)), LUOHU, "tests")
    writing.dispose()
    return folder


def longer(minutes: float, seed: int, mode: str) -> Plan:
    """Forty residents and eight kills a minute; a group takes fifteen cards a minute, so it goes on after them."""
    residents = max(3, int(minutes * 40))
    within = minutes * 60 + 120 + residents * 4.0
    return Plan(mode, seed, residents, int(minutes * 8), minutes * 60, max(1, residents // 10), within, whole=True)


def main(given: argparse.Namespace) -> int:
    """The counts on standard output; 1 if anything is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        quiet = Fire(loaded(Path(folder) / "calm"), calm())
        asyncio.run(quiet.run())
        fire = Fire(loaded(Path(folder) / "fire"), longer(given.minutes, given.seed, given.mode))
        found = asyncio.run(fire.run())
        against(found, fire.residents, quiet.residents)
    sys.stdout.write(json.dumps(found.figures, ensure_ascii=False, indent=2) + "\n")
    if found.wrong:
        sys.stdout.write(f"WRONG: {found.wrong}\n")
    return int(bool(found.wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=MODES, default="polling")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main(_arguments()))
