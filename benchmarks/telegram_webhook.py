"""Receiving from Telegram by webhook: the CPU of one update, from its bytes to the 200.

    uv run python benchmarks/telegram_webhook.py [--updates N] [--rounds N] [--only KIND]

Claim: our route, from the body to a Message that is handed to a desk which does nothing, costs at most 0.8 of
python-telegram-bot's, from the body to a handler that does nothing. Theirs is the custom webhook of its documentation:
a route that makes the Update and puts it into the queue of a running Application; its own server needs tornado, which
is not among our dependencies. Both are routes of one aiohttp server on loopback and are posted the same bodies over the
same kept-alive connections by a process whose CPU is not counted; TLS is not in it. A route that reads the body and
answers is given beside them, and ours with the real desk on SQLite, which answers after the commit.
"""

import argparse
import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import process_time
from typing import Any, cast

import aiohttp
import orjson
from aiohttp import web
from telegram import Update
from telegram.ext import Application, TypeHandler

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from benchmarks import measure, place
from benchmarks.telegram_turn import AtOnce
from bot.channels.telegram.receive import HEADER, Door, webhook
from bot.channels.telegram.request import connect
from bot.channels.telegram.translate import Me
from bot.desk import Desk
from handlers.messages import Event, Message

TOKEN = "7000000001:AAE-benchmark-benchmark-benchmark-00"  # noqa: S105 - nobody's
SECRET = "benchmark-benchmark"  # noqa: S105 - nobody's
GROUP, CHATS, LINES = -1_001_900_000_001, 50, 8
BARE, OURS, THEIRS, DURABLE = "bare", "ours", "theirs", "durable"
NAMES = {
    BARE: "a route that reads the body and answers 200",
    OURS: "our route, a desk that does nothing",
    THEIRS: "python-telegram-bot's, a handler that does nothing",
    DURABLE: "our route, the real desk on SQLite",
}
Route = Callable[[web.Request], Any]


# what the platform posts


def bodies(round_: int, count: int, only: str) -> Iterator[bytes]:
    """Words most of all, then presses, pictures, what staff say in their group, and a place. No two are the same."""
    kinds = (
        [KINDS[only]] if only else (_words, _press, _words, _picture, _words, _in_group, _words, _press, _words, _place)
    )
    for number in range(count):
        id = round_ * count + number + 1
        yield orjson.dumps({"update_id": 700_000_000 + id} | kinds[number % len(kinds)](id))


def _person(id: int) -> dict[str, Any]:
    return {"id": 5_100_000_000 + id % CHATS, "is_bot": False, "first_name": "居民", "language_code": "zh-hans"}


def _message(id: int, **more: Any) -> dict[str, Any]:
    person = _person(id)
    chat = {"id": person["id"], "first_name": "居民", "type": "private"}
    return {"message_id": id, "from": person, "chat": chat, "date": 1_795_485_600 + id, **more}


def _words(id: int) -> dict[str, Any]:
    return {"message": _message(id, text=f"翠竹街道水贝社区{id}栋楼道漏水，昨天开始的，希望尽快修好")}


def _press(id: int) -> dict[str, Any]:
    keys = [
        [{"text": "跳过", "callback_data": "b1f3c7a9e5d24680"}, {"text": "取消", "callback_data": "0864d5e9a7c3f1b0"}]
    ]
    us = {"id": 7_000_000_001, "is_bot": True, "first_name": "接诉", "username": "a_bot"}
    asked = _message(id, text="是哪个单位或个人造成的？", reply_markup={"inline_keyboard": keys}) | {"from": us}
    pressed = {"id": str(4_380_000_000_000_000 + id), "from": _person(id), "message": asked}
    return {"callback_query": pressed | {"chat_instance": "-3811700000000000", "data": "b1f3c7a9e5d24680"}}


def _picture(id: int) -> dict[str, Any]:
    sizes = [(90, 67, 1_400), (320, 240, 19_000), (800, 600, 86_000), (1280, 960, 170_000)]
    photo = [
        {
            "file_id": f"AgACAgUAAx{id:044d}{w}",
            "file_unique_id": f"AQAD{id}{w}",
            "width": w,
            "height": h,
            "file_size": size,
        }
        for w, h, size in sizes
    ]
    return {"message": _message(id, photo=photo, caption="楼道里是这样")}


def _in_group(id: int) -> dict[str, Any]:
    chat = {"id": GROUP, "title": "翠竹街道办", "type": "supergroup", "is_forum": False}
    command = [{"type": "bot_command", "offset": 0, "length": 6}]
    return {"message": _message(id, text="/queue", entities=command) | {"chat": chat}}


def _place(id: int) -> dict[str, Any]:
    return {"message": _message(id, location={"latitude": 22.5737, "longitude": 114.127})}


KINDS = {"words": _words, "press": _press, "picture": _picture, "group": _in_group, "place": _place}


async def _post(url: str, waiting: Iterator[bytes], session: aiohttp.ClientSession) -> None:
    headers = {"Content-Type": "application/json", HEADER: SECRET}
    for body in waiting:
        async with session.post(url, data=body, headers=headers) as answer:
            if answer.status != 200:
                raise SystemExit(f"{url} answered {answer.status}")
            await answer.read()


async def _platform(only: str) -> None:
    """Posts what each line of standard input says, `URL ROUND COUNT`, and says when all is answered."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=LINES)) as session:
        while said := await asyncio.to_thread(sys.stdin.readline):
            url, round_, count = said.split()
            waiting = iter(list(bodies(int(round_), int(count), only)))
            await asyncio.gather(*(_post(url, waiting, session) for _ in range(LINES)))
            print("answered", flush=True)


# the routes


class Idle:
    """A desk that does nothing, and keeps nothing: what is kept, the collector of garbage looks at again and again."""

    def __init__(self) -> None:
        self.handed = 0

    async def receive(self, message: Message) -> None:
        self.handed += 1


def _ours(desk: Desk) -> Route:
    async def report(event: Event) -> None:
        raise AssertionError(f"no body is an event: {event.kind}")

    async def answered(press: str) -> None: ...

    door = Door(connect(TOKEN), desk, report, answered)
    door._me = Me(7_000_000_001, "a_bot")  # what is asked of the platform once
    return webhook(door, SECRET)


@asynccontextmanager
async def _theirs(handled: Counter[str]) -> AsyncIterator[Route]:
    """As python-telegram-bot's example of a custom webhook has it."""
    built = Application.builder().token(TOKEN).updater(None).request(AtOnce()).get_updates_request(AtOnce()).build()

    async def nothing(update: Update, _context: Any) -> None:
        handled[THEIRS] += 1

    async def route(request: web.Request) -> web.Response:
        await built.update_queue.put(Update.de_json(data=await request.json(), bot=built.bot))
        return web.Response()

    built.add_handler(TypeHandler(Update, nothing))
    async with built:
        await built.start()
        yield route
        await built.stop()


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


@asynccontextmanager
async def _serving(routes: dict[str, Route]) -> AsyncIterator[str]:
    app = web.Application()
    for name, route in routes.items():
        app.router.add_post(f"/{name}", route)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


# measuring


class Posting:
    """The platform's process, while in use."""

    def __init__(self, only: str) -> None:
        self._only = ["--only", only] if only else []

    async def __aenter__(self) -> "Posting":
        pipe, of = asyncio.subprocess.PIPE, (sys.executable, __file__, "--post", *self._only)
        self._process = await asyncio.create_subprocess_exec(*of, stdin=pipe, stdout=pipe)
        return self

    async def __call__(self, url: str, round_: int, count: int) -> float:
        """Seconds of CPU of this process for one update."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{url} {round_} {count}\n".encode())
        began = process_time()
        async with asyncio.timeout(120):
            if not await self._process.stdout.readline():
                raise SystemExit("the platform's process ended")
        return (process_time() - began) / count

    async def __aexit__(self, *reason: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


async def costs(desk: Desk, updates: int, rounds: int, only: str) -> dict[str, float]:
    """Seconds of CPU of one update, by route: the median of the rounds."""
    idle, handled = Idle(), Counter[str]()
    spent = defaultdict(list)
    async with _theirs(handled) as theirs, Posting(only) as post:
        routes = {BARE: _bare, OURS: _ours(cast(Desk, idle)), THEIRS: theirs, DURABLE: _ours(desk)}
        async with _serving(routes) as base:
            for name in routes:
                await post(f"{base}/{name}", 0, updates)
            for round_ in range(1, rounds + 1):
                for name in list(routes) if round_ % 2 else reversed(routes):
                    spent[name].append(await post(f"{base}/{name}", round_, updates))
    _check([idle.handed, handled[THEIRS]], updates * (rounds + 1))
    return {name: measure.median(values) for name, values in spent.items()}


def _check(counts: Sequence[int], expected: int) -> None:
    if any(count != expected for count in counts):
        raise SystemExit(f"of {expected} updates {counts} were handed on")


async def main(given: argparse.Namespace) -> None:
    with place.folder() as folder:
        of = place.settings(folder / "webhook.db")
        place.prepare(of)
        desk, outside = place.desk(of)
        desk.start()
        await desk.write(outside.rules)
        found = await costs(desk, given.updates, given.rounds, given.only)
        place.check(desk, inbox=given.updates * (given.rounds + 1))
        desk.stop()
    for name, seconds in found.items():
        measure.line(NAMES[name], seconds, f"{(seconds - found[BARE]) * 1e6:,.0f} us without the server's part")
    if given.only:
        print(f"{given.only} alone: ratio {found[OURS] / found[THEIRS]:.2f}")
        return
    measure.verdict("our route against python-telegram-bot's", found[OURS] / found[THEIRS], 0.8)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=KINDS, default="", help="not the mix, and no claim")
    parser.add_argument("--post", action="store_true")
    chosen = parser.parse_args()
    asyncio.run(_platform(chosen.only) if chosen.post else main(chosen))
