"""Sending to Telegram: the CPU of one message, and the pace when the platform is slow.

    uv run python benchmarks/telegram_send.py [--messages N] [--rounds N] [--seconds N]

Claims: (1) a text with two buttons through the channel costs at most 1.5 times a bare aiohttp POST of the same body;
(2) at most 0.4 times python-telegram-bot over its own transport; (3) with 100 ms an answer and 40 chats at least 0.7 of
30 a second go out, each chat's in order; (4) a chat that is never answered delays the others by less than 10 ms at p95.
The platform is a process of its own on loopback, so its CPU is not counted; TLS is not in it.
"""

import argparse
import asyncio
import socket
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from time import monotonic, perf_counter, process_time

import aiohttp
import orjson
from aiohttp import web
from measure import line, median, verdict
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.base import InDoubt, TryLater
from bot.channels.telegram import markup
from bot.channels.telegram.pace import OVERALL
from bot.channels.telegram.request import AiohttpRequest, connect
from bot.channels.telegram.send import TelegramChannel
from handlers.messages import Button, Outgoing

TOKEN = "7000000001:AAE-benchmark-benchmark-benchmark-00"  # noqa: S105 - nobody's
TEXT = "还有几个问题。\n（第 4 步，共 6 步）是哪个单位或个人造成的？不知道可以跳过。"
OUT = Outgoing(TEXT, ((Button("跳过", "b1f3c7a9e5d24680"),), (Button("取消", "0864d5e9a7c3f1b0"),)))
CHATS, SLOW, STUCK = 40, 0.1, 5_100_999_999
Send = Callable[[int], Awaitable[object]]


# the platform


async def _platform(port: int) -> None:
    numbers = count(1)

    async def answer(request: web.Request) -> web.Response:
        given = orjson.loads(await request.read()) if request.content_type == "application/json" else {}
        chat = int(given.get("chat_id", 1))
        if chat == STUCK:
            await asyncio.Event().wait()
        if "slow" in request.match_info["token"]:
            await asyncio.sleep(SLOW)
        person = {"id": chat, "type": "private", "first_name": "居民"}
        me = {"id": 7000000001, "is_bot": True, "first_name": "接诉", "username": "a_bot"}
        sent = {"message_id": next(numbers), "date": 1, "chat": person, "from": me, "text": given.get("text", TEXT)}
        sent["reply_markup"] = KEYS
        return web.Response(body=orjson.dumps({"ok": True, "result": sent}), content_type="application/json")

    app = web.Application()
    app.router.add_post("/{token}/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


KEYS = markup.inline(OUT)


class Platform:
    """The process, while in use."""

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen([sys.executable, __file__, "--serve", str(port)])
        deadline = perf_counter() + 20
        while perf_counter() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return f"http://127.0.0.1:{port}"
        raise TimeoutError("the platform did not start")

    def __exit__(self, *reason: object) -> None:
        self._process.terminate()
        self._process.wait()


# the CPU of one message


def _bot(base: str, request: BaseRequest) -> Bot:
    return Bot(TOKEN, base_url=f"{base}/bot", request=request, get_updates_request=AiohttpRequest())


async def _cost(send: Send, messages: int) -> float:
    """Seconds of CPU of this process for one message, one after the other."""
    for chat in range(1, 20):
        await send(chat)
    began = process_time()
    for chat in range(1, messages + 1):
        await send(chat)
    return (process_time() - began) / messages


async def cpu(base: str, messages: int, rounds: int) -> dict[str, float]:
    """By way of sending, the median of the rounds."""
    buttons = [[InlineKeyboardButton(each.label, callback_data=each.id) for each in row] for row in OUT.buttons]
    keys, hours = InlineKeyboardMarkup(buttons), count(0, 3600)
    over_aiohttp, over_httpx = _bot(base, AiohttpRequest()), _bot(base, HTTPXRequest())
    ours = connect(TOKEN, f"{base}/bot")
    channel = TelegramChannel(ours, clock=lambda: next(hours))
    bare = aiohttp.ClientSession()

    async def post(chat: int) -> None:
        given = {"chat_id": chat, "text": TEXT, "reply_markup": KEYS, "link_preview_options": {"is_disabled": True}}
        body, headers = orjson.dumps(given), {"Content-Type": "application/json"}
        async with bare.post(f"{base}/bot{TOKEN}/sendMessage", data=body, headers=headers) as response:
            await response.read()

    ways: dict[str, Send] = {
        "bare aiohttp POST": post,
        "the channel": lambda chat: channel.send(str(chat), OUT, 1),
        "python-telegram-bot over our transport": lambda chat: over_aiohttp.send_message(chat, TEXT, reply_markup=keys),
        "python-telegram-bot over its own (httpx)": lambda chat: over_httpx.send_message(chat, TEXT, reply_markup=keys),
    }
    for bot in (over_aiohttp, over_httpx, ours):
        await bot.request.initialize()
    spent = defaultdict(list)
    for _ in range(rounds):
        for name, send in ways.items():
            spent[name].append(await _cost(send, messages))
    await bare.close()
    for bot in (over_aiohttp, over_httpx, ours):
        await bot.request.shutdown()
    return {name: median(values) for name, values in spent.items()}


# a slow platform


async def _chat(channel: TelegramChannel, chat: int, until: float, went: list[tuple[int, int, float, int]]) -> None:
    """One line, a text after the other, as the outbox sends it; noted: chat, number, seconds, id of the message."""
    number = 0
    while monotonic() < until:
        began = monotonic()
        try:
            shown = await channel.send(str(chat), Outgoing(f"{number}"), number)
        except TryLater as later:
            await asyncio.sleep(later.seconds)
        else:
            went.append((chat, number, monotonic() - began, int(shown)))
            number += 1


async def _stuck(channel: TelegramChannel, until: float) -> None:
    while monotonic() < until:
        with suppress(InDoubt, TryLater):
            await channel.send(str(STUCK), Outgoing("?"), 1)


async def slow(base: str, seconds: float, stuck: bool) -> list[tuple[int, int, float, int]]:
    """What went, in the order of its answers."""
    bot = connect("slow" + TOKEN, f"{base}/")
    channel, went = TelegramChannel(bot), list[tuple[int, int, float, int]]()
    until = monotonic() + seconds
    lines = [_chat(channel, chat, until, went) for chat in range(1, CHATS + 1)]
    await asyncio.gather(*lines, *([_stuck(channel, until)] if stuck else []))
    await bot.request.shutdown()
    return went


async def latency(base: str, stuck: bool, messages: int = 300) -> float:
    """p95 of a send in seconds, at 20 a second over 20 chats, within every budget."""
    bot = connect("slow" + TOKEN, f"{base}/")
    channel, took = TelegramChannel(bot), list[float]()

    async def one(chat: int) -> None:
        began = perf_counter()
        await channel.send(str(chat), OUT, 1)
        took.append(perf_counter() - began)

    until = monotonic() + messages / 20
    other = asyncio.create_task(_stuck(channel, until)) if stuck else None
    sending = []
    for number in range(messages):
        sending.append(asyncio.create_task(one(1 + number % 20)))
        await asyncio.sleep(1 / 20)
    await asyncio.gather(*sending)
    if other:
        other.cancel()
    await bot.request.shutdown()
    return statistics.quantiles(took, n=20)[-1]


def in_order(went: list[tuple[int, int, float, int]]) -> bool:
    """Whether in each chat a later text has a later message id."""
    shown = defaultdict(list)
    for chat, _, _, id in sorted(went):
        shown[chat].append(id)
    return all(ids == sorted(ids) for ids in shown.values())


async def measure(base: str, given: argparse.Namespace) -> None:
    costs = await cpu(base, given.messages, given.rounds)
    for name, seconds in costs.items():
        line(name, seconds, f"{seconds / costs['bare aiohttp POST']:.2f} times bare")
    went = await slow(base, given.seconds, stuck=True)
    share = len(went) / (OVERALL * given.seconds)
    print(f"  slow platform, {CHATS} chats and a stuck one: {len(went) / given.seconds:.1f} messages a second")
    before, beside = await latency(base, stuck=False), await latency(base, stuck=True)
    print(f"  p95 of a send: {before * 1e3:.1f} ms, beside a stuck chat {beside * 1e3:.1f} ms")
    if not in_order(went):
        raise SystemExit("a chat's texts came out of order")
    ours, httpx = costs["the channel"], costs["python-telegram-bot over its own (httpx)"]
    verdict("(1) the channel against a bare aiohttp POST", ours / costs["bare aiohttp POST"], 1.5)
    verdict("(2) the channel against python-telegram-bot over httpx", ours / httpx, 0.4)
    verdict("(3) the ideal rate against what went out", 1 / share, 1 / 0.7)
    verdict("(4) what a stuck chat adds for the others at p95, against 10 ms", max(0.0, beside - before) / 0.01, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--serve", type=int)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(_platform(chosen.serve))
    else:
        with Platform() as address:
            asyncio.run(measure(address, chosen))
