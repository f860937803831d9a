"""What a complaint through the web channel is made of, without the service: requests, frames, a commit."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from time import process_time

from aiohttp import ClientSession, WSMsgType, web

from benchmarks import place
from storage.engine import PRAGMAS

ANSWER = "（第 4 步，共 6 步）是哪个单位或个人造成的？不知道可以跳过。" * 4


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Its address on loopback, at any free port."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class BareParts:
    """size: bytes of a commit; times: how often a round does all."""

    def __init__(self, file: Path, size: int, times: int) -> None:
        self._connection, self._size, self._times = sqlite3.connect(file, isolation_level=None), size, times
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body BLOB)")

    def app(self) -> web.Application:
        async def answer(request: web.Request) -> web.Response:
            said = await request.json()
            return web.json_response({"id": said["id"], "text": ANSWER})

        async def echo(request: web.Request) -> web.StreamResponse:
            socket = web.WebSocketResponse(compress=False)
            await socket.prepare(request)
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await socket.send_json({"type": "ack", "id": frame.json()["id"]})
                    await socket.send_json({"type": "text", "text": ANSWER})
            return socket

        app = web.Application()
        app.router.add_post("/say", answer)
        app.router.add_get("/ws", echo)
        return app

    async def requests(self, address: str, spent: list[float]) -> None:
        async with ClientSession() as session:
            await self._post(session, address, place.SAID[0])
            began = process_time()
            for _ in range(self._times):
                for text in place.SAID:
                    await self._post(session, address, text)
            spent.append((process_time() - began) / self._times)

    async def _post(self, session: ClientSession, address: str, text: str) -> None:
        said = {"type": "say", "id": token_hex(8), "chat": "r-0", "text": text}
        async with session.post(f"{address}/say", json=said) as answer:
            await answer.json()

    async def sockets(self, address: str, spent: list[float]) -> None:
        async with ClientSession() as session, session.ws_connect(f"{address}/ws") as socket:
            began = process_time()
            for _ in range(self._times):
                for text in place.SAID:
                    await socket.send_json({"type": "say", "id": token_hex(8), "chat": "r-0", "text": text})
                    await socket.receive_json()
                    await socket.receive_json()
            spent.append((process_time() - began) / self._times)

    def commits(self, spent: list[float]) -> None:
        began = process_time()
        for _ in range(self._times):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO kept (body) VALUES (?)", (b"\0" * self._size,))
            self._connection.execute("COMMIT")
        spent.append((process_time() - began) / self._times)
