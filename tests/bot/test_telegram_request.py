"""The transport: what certainly was not sent is told from what may have been, and the token never gets out."""

import asyncio
import io
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.base import TooLarge
from bot.channels.telegram.request import AiohttpRequest, Unsent, connect
from tests.botapi.server import BotApi

SECRET = "AAE-this-must-never-be-seen-0123456"
TOKEN = f"7000000001:{SECRET}"
PERSON = 5_100_000_000


@asynccontextmanager
async def platform(answer: bytes | None, read: bool = True) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives every connection this answer to each request (None: none), and what each wrote."""
    heard: list[bytes] = []
    open_: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.append(writer)
        heard.append(b"")
        place = len(heard) - 1
        while read and (got := await reader.read(1 << 16)):
            heard[place] += got
            if answer is not None:
                writer.write(answer)
                if not answer.startswith(b"HTTP"):
                    break
        if read:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot", heard
    finally:
        server.close()
        for writer in open_:
            writer.transport.abort()
        await asyncio.sleep(0.01)


def reply(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def bot(base: str, **given: float) -> AsyncIterator[Bot]:
    """By `connect`, with these time-outs."""
    made = connect(TOKEN, base)
    made._request = (made._request[0], AiohttpRequest({"https://api.invalid": base + TOKEN}, **given))
    try:
        yield made
    finally:
        for request in made._request:
            await request.shutdown()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def failure(doing: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await doing
    return caught.value


def everything_of(error: BaseException) -> str:
    """All that a traceback with the values of its names could print."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format()) + repr(error) + str(error) + repr(error.__dict__) + repr(error.args)


async def refused() -> TelegramError:
    async with bot(f"http://127.0.0.1:{closed_port()}/bot") as made:
        return await failure(made.send_message(PERSON, "x"))


async def unknown_host() -> TelegramError:
    async with bot("http://nobody.invalid/bot") as made:
        return await failure(made.send_message(PERSON, "x"))


async def no_tls() -> TelegramError:
    async with platform(b"SSH-2.0-something\r\n") as (base, _), bot(base.replace("http:", "https:")) as made:
        return await failure(made.send_message(PERSON, "x"))


async def no_free_connection() -> TelegramError:
    async with platform(None) as (base, _), bot(base, connections=1, pool_timeout=0.1, connect_timeout=0.1) as made:
        first = asyncio.create_task(made.send_message(PERSON, "x"))
        await asyncio.sleep(0.05)
        try:
            return await failure(made.send_message(PERSON, "y"))
        finally:
            first.cancel()
            await asyncio.wait([first])


async def no_address() -> TelegramError:
    async with bot("not an address") as made:
        return await failure(made.send_message(PERSON, "x"))


@pytest.mark.parametrize("case", [refused, unknown_host, no_tls, no_free_connection, no_address])
async def test_what_failed_before_the_first_byte_is_unsent(case: Callable[[], Awaitable[TelegramError]]):
    error = await case()
    assert isinstance(error, Unsent)
    assert SECRET not in everything_of(error)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, TimedOut),  # written, and never an answer
        (b"nonsense", NetworkError),  # no HTTP
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n{", NetworkError),  # broken off
        (reply("200 OK", b"<html>"), NetworkError),
        (reply("200 OK", b'{"ok": true}'), NetworkError),
        (reply("200 OK", b'["result"]'), TelegramError),
        (reply("502 Bad Gateway", b"<html>" + TOKEN.encode()), NetworkError),
        (reply("500 Oops", b'{"ok":false,"error_code":500,"description":"Internal"}'), NetworkError),
        (reply("302 Found", b"", "Location: http://127.0.0.1:9/"), NetworkError),
        (reply("408 Request Timeout", b""), NetworkError),
    ],
)
async def test_what_may_have_been_written_is_in_doubt(answer: bytes | None, expected: type[TelegramError]):
    async with platform(answer) as (base, heard), bot(base, read_timeout=0.2) as made:
        error = await failure(made.send_message(PERSON, "x"))
    assert isinstance(error, expected)
    assert not isinstance(error, Unsent | BadRequest)
    assert SECRET not in everything_of(error)
    assert sum(request.count(b"POST") for request in heard) == 1, "it must not be sent again by itself"


async def test_an_upload_that_is_not_read_ends_in_time_and_in_doubt():
    async with (
        platform(None, read=False) as (base, _),
        bot(base, read_timeout=0.2, connect_timeout=0.3, pool_timeout=0.1) as made,
    ):
        file = InputFile(io.BytesIO(bytes(40 << 20)), "a.pdf", read_file_handle=False)
        error = await failure(made.send_document(PERSON, file, write_timeout=0.3))
    assert isinstance(error, TimedOut)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (reply("400 Bad Request", b'{"ok":false,"description":"Bad Request: no"}'), BadRequest),
        (reply("413 Request Entity Too Large", b"<html>"), BadRequest),  # certainly not done
        (reply("429 Too Many Requests", b"<html>"), RetryAfter),  # of a proxy
        (reply("403 Forbidden", b"<html>"), Unsent),  # of a firewall: it says nothing of the chat
        (reply("403 Forbidden", b'{"ok":false,"description":"Forbidden: no"}'), Forbidden),
        (reply("407 Proxy Authentication Required", b""), Unsent),
        (reply("401 Unauthorized", b'{"ok":false,"description":"Unauthorized"}'), InvalidToken),
    ],
)
async def test_refusals_are_told_apart(answer: bytes, expected: type[TelegramError]):
    async with platform(answer) as (base, _), bot(base) as made:
        error = await failure(made.send_message(PERSON, "x"))
    assert type(error) is expected


async def test_the_token_is_in_no_log_and_in_no_repr_but_in_the_request(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    async with platform(reply("200 OK", b"<html>")) as (base, heard), bot(base) as made:
        await failure(made.send_message(PERSON, "x"))
        assert SECRET not in repr(made) + repr(made.request) + made.base_url + made.token
    assert SECRET not in caplog.text
    assert SECRET.encode() in heard[0]


async def test_one_connection_serves_many_requests():
    told = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"b","username":"a_bot"}}'
    async with platform(reply("200 OK", told)) as (base, heard), bot(base) as made:
        for _ in range(5):
            await made.get_me()
    assert len(heard) == 1


async def test_a_file_goes_as_multipart_under_its_name():
    async with BotApi() as api:
        person = api.world.person("张三")
        person.start()
        made = connect(api.token, api.url)
        file = InputFile(io.BytesIO(b"%PDF-1.7"), "收据 (1).pdf", read_file_handle=False)
        await made.send_document(person.id, file, caption="说明")
        await made.request.shutdown()
        assert api.calls[-1].uploads["document"] == (b"%PDF-1.7", "收据 (1).pdf", "application/pdf")
        assert person.last.text == "说明"


async def test_a_session_that_was_shut_down_opens_again():
    async with BotApi() as api:
        made = connect(api.token, api.url)
        assert (await made.get_me()).username == "JiesuTestBot"
        await made.request.shutdown()
        await made.request.shutdown()
        assert (await made.get_me()).username == "JiesuTestBot"
        await made.request.shutdown()


def test_a_bot_is_made_where_no_loop_runs():
    assert connect(TOKEN).request.read_timeout == 8


@pytest.mark.parametrize(("limit", "fits"), [(200_000, True), (199_999, False)])
async def test_a_download_ends_at_its_limit(tmp_path: Path, limit: int, fits: bool):
    async with platform(reply("200 OK", b"x" * 200_000)) as (base, _):
        request = AiohttpRequest()
        if fits:
            assert await request.download(base, tmp_path / "a", limit) == 200_000
            assert (tmp_path / "a").read_bytes() == b"x" * 200_000
        else:
            with pytest.raises(TooLarge):
                await request.download(base, tmp_path / "a", limit)
        await request.shutdown()


async def test_a_download_that_is_not_there_is_an_error(tmp_path: Path):
    async with platform(reply("404 Not Found", b"gone")) as (base, _):
        request = AiohttpRequest({"https://files.invalid": base + TOKEN})
        error = await failure(request.download("https://files.invalid/x", tmp_path / "a", 9))
        await request.shutdown()
    assert isinstance(error, NetworkError)
    assert SECRET not in everything_of(error)
    assert not (tmp_path / "a").exists()
