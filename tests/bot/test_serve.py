"""`jiesu serve` as whoever runs it sees it: a process of its own, the address it prints, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import aiohttp
import pytest
from sqlalchemy import select

from bot.web.session import COOKIE, Session
from storage import engine, inbox
from storage.sealed import Keyring
from storage.tables import inbox as received
from storage.tables import run
from storage.unit_of_work import Work
from tests.town import KEYS, TUESDAY

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 10.0  # seconds
RESIDENT = Session("a" * 32)
RUBBISH = bytes([0x81, 0x82, 0, 0, 0, 0]) + b"{}"  # a frame of text, masked with zeros, that is refused


@contextmanager
def serving(url: str, folder: Path, **env: str) -> Iterator[subprocess.Popen[str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JIESU_")}
    settings = {"JIESU_DATABASE_URL": url, "JIESU_SECRET_KEYS": KEYS, "JIESU_HTTP_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **settings, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> str:
    """The line with the address, among those of the log."""
    out: IO[str] = process.stdout  # type: ignore[assignment]
    for line in out:
        if line.startswith("http://"):
            return line.strip()
    raise AssertionError(process.stderr.read() if process.stderr else "")


def stop(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
    """The exit code, and how many seconds it took."""
    began = time.monotonic()
    process.send_signal(how)
    code = process.wait(60)
    return code, time.monotonic() - began


def read(url: str, query: object) -> list[object]:
    reading = engine.reading(url)
    with reading.begin() as connection:
        found = list(connection.execute(query).scalars())  # type: ignore[call-overload]
    reading.dispose()
    return found


def say(number: int) -> str:
    return json.dumps({"type": "say", "id": f"u-{number}", "chat": RESIDENT.sender, "text": f"第 {number} 句"})


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_cleanly_and_with_0(database: str, tmp_path: Path, how: signal.Signals) -> None:
    with serving(database, tmp_path) as process:
        address(process)
        code, seconds = stop(process, how)
    assert code == 0
    assert seconds < STOPS_WITHIN
    assert None not in read(database, select(run.c.ended_at))
    assert len(read(database, select(run.c.id))) == 1


async def test_what_was_taken_before_the_signal_is_finished_and_acknowledged(database: str, tmp_path: Path) -> None:
    """By a page that talks without a pause."""
    with serving(database, tmp_path) as process:
        place = address(process)
        headers = {"Origin": place, "Cookie": f"{COOKIE}={RESIDENT.token}"}
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{place}/ws", headers=headers) as page:
            for number in range(200):
                await page.send_str(say(number))
            await page.receive_json(timeout=10)
            code, seconds = stop(process)
            acked = [json.loads(frame.data)["id"] async for frame in page if '"ack"' in str(frame.data)]
            goodbye = page.close_code
    assert (code, goodbye) == (0, 1001)
    assert seconds < STOPS_WITHIN
    assert None not in read(database, select(run.c.ended_at))
    kept = [str(key).rsplit(":", 1)[1] for key in read(database, select(received.c.update_key))]
    assert set(acked) <= set(kept)
    assert _counts(database)["waiting"] == 0


def test_a_page_that_has_stopped_reading_holds_up_nobody(database: str, tmp_path: Path) -> None:
    with serving(database, tmp_path) as process:
        place = address(process)
        with socket.socket() as page:
            page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            page.connect(("127.0.0.1", int(place.rsplit(":", 1)[1])))
            page.sendall(_handshake(place))
            page.settimeout(2)
            with pytest.raises(TimeoutError):  # its answers are not taken, so it is not heard any more
                _pour(page)
            code, seconds = stop(process)
    assert code == 0
    assert seconds < STOPS_WITHIN
    assert None not in read(database, select(run.c.ended_at))


def _pour(page: socket.socket) -> None:
    for _ in range(10_000):
        page.sendall(RUBBISH * 1000)


def _handshake(place: str) -> bytes:
    lines = (
        "GET /ws HTTP/1.1",
        f"Host: {place.removeprefix('http://')}",
        f"Origin: {place}",
        f"Cookie: {COOKIE}={'b' * 32}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _counts(url: str) -> dict[str, int]:
    reading = engine.reading(url)
    with reading.begin() as connection:
        found = inbox.counts(Work(connection, "luohu", Keyring.parse(KEYS), TUESDAY))
    reading.dispose()
    return found


async def test_the_address_it_prints_with_port_0_is_the_one_it_answers_at(database: str, tmp_path: Path) -> None:
    with serving(database, tmp_path) as process:
        place = address(process)
        assert not place.endswith(":0")
        async with aiohttp.ClientSession() as http, http.get(place) as answer:
            assert answer.status == 200


def test_a_port_that_is_taken_is_named_and_the_run_ends_cleanly(database: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving(database, tmp_path, JIESU_HTTP_PORT=port) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert None not in read(database, select(run.c.ended_at))


@pytest.mark.parametrize("path", ["/demo/groups", "/demo/happened"])
async def test_the_demos_doors_are_not_there(database: str, tmp_path: Path, path: str) -> None:
    with serving(database, tmp_path) as process:
        place = address(process)
        async with aiohttp.ClientSession() as http, http.get(place + path) as answer:
            assert answer.status == 404
