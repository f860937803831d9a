"""The transport under python-telegram-bot's `Bot`: one aiohttp session, and errors that say whether anything was sent.

What fails before the first byte of a request is written raises `Unsent`; every other failure leaves open whether the
platform has done it. The token stands in the addresses only, and these stay in here: a bot made by `connect` knows
stand-ins for them, and no exception of aiohttp, which carries addresses, gets out.
"""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar, cast

import aiohttp
import orjson
from aiohttp import ClientTimeout
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import TooLarge

T = TypeVar("T")
API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"
CONNECTIONS = 64  # above what the outbox sends at once, plus one long poll
KEEP_ALIVE = 15.0  # seconds: shorter than servers keep idle lines, so that a request seldom goes into a closing one
CHUNK = 1 << 16  # bytes
_API, _FILES = "https://api.invalid", "https://files.invalid"  # what the bot knows instead of addresses with the token
_JSON = {"Content-Type": "application/json"}
_KNOWN = frozenset({400, 401, 403, 404, 408, 409, 429})  # refusals python-telegram-bot tells apart; 408: in doubt
_NOT_ON_THE_WAY = frozenset({408, 413, 429})  # as pages, too: in doubt, too large for good, too fast
_BEFORE_WRITING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class Unsent(NetworkError):
    """The request was certainly not written: refused connection, unknown host, TLS, no free connection in time."""


def connect(token: str, api_url: str = API_URL, file_url: str = FILE_URL, proxy: str | None = None) -> Bot:
    """A bot at api_url and file_url, the bases before the token. The bot itself is not told the token.

    Close it by `bot.request.shutdown()`: its own `shutdown` does nothing for a bot that was never initialised.
    """
    hidden = {_API: api_url + token, _FILES: file_url + token}
    return Bot(
        "0:hidden",
        base_url=lambda _: _API,
        base_file_url=lambda _: _FILES,
        request=AiohttpRequest(hidden, proxy=proxy),
        get_updates_request=AiohttpRequest(hidden, proxy=proxy),
    )


class Timeouts(NamedTuple):
    """Seconds, or None. pool: until a connection is free."""

    read: float | None
    write: float | None
    connect: float | None
    pool: float | None

    def of(self, *given: Any) -> "Timeouts":
        """These, where nothing was given."""
        default = BaseRequest.DEFAULT_NONE
        return Timeouts(*(own if other is default else other for own, other in zip(self, given, strict=True)))

    def for_aiohttp(self, *, whole: bool = True) -> ClientTimeout:
        """aiohttp counts waiting for a free connection and connecting as one, and has no bound for writing.

        So writing is bounded by the sum of all. whole=False: only by how long nothing comes.
        """
        opening = None if self.pool is None or self.connect is None else self.pool + self.connect
        bounded = whole and opening is not None and self.read is not None and self.write is not None
        total = (opening or 0) + (self.write or 0) + (self.read or 0) if bounded else None
        return ClientTimeout(total=total, connect=opening, sock_connect=self.connect, sock_read=self.read)


Uploads = dict[str, tuple[str, IO[bytes], str]]  # by name: how the file is called, its content, its MIME type


@dataclass(frozen=True)
class Given:
    """Parameters by name, and files, to which a parameter may point by `attach://`: what is read of a RequestData."""

    parameters: dict[str, Any]
    multipart_data: Uploads = field(default_factory=dict)

    @property
    def contains_files(self) -> bool:
        return bool(self.multipart_data)

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in self.parameters.items()
        }


def _read(payload: bytes) -> Any:
    """None if it is no JSON. Half a surrogate pair, which orjson refuses, must not hold up all that came with it."""
    for read in (orjson.loads, json.loads):
        try:
            return read(payload)
        except ValueError:
            continue
    return None


class AiohttpRequest(BaseRequest):
    """Bodies go as JSON, or as multipart when files are in them. Time-outs in seconds; None: for ever.

    hidden: what stands for the beginning of an address, and that beginning. The time-outs together are below the
    longest send of the outbox, so that what was not sent is told as such.
    """

    __slots__ = ("_connections", "_hidden", "_proxy", "_session", "_timeouts")

    def __init__(
        self,
        hidden: Mapping[str, str] | None = None,
        *,
        read_timeout: float | None = 8.0,
        write_timeout: float | None = 4.0,
        connect_timeout: float | None = 4.0,
        pool_timeout: float | None = 1.0,
        connections: int = CONNECTIONS,
        proxy: str | None = None,
    ) -> None:
        self._hidden = dict(hidden or {})
        self._timeouts = Timeouts(read_timeout, write_timeout, connect_timeout, pool_timeout)
        self._connections, self._proxy = connections, proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts.read

    async def initialize(self) -> None:
        """Nothing: the session begins with the first request, in the loop that makes it."""

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer.

        Raises Unsent, or TimedOut or NetworkError: then nobody knows whether it was done.
        """
        timeouts = self._timeouts.of(read_timeout, write_timeout, connect_timeout, pool_timeout)
        exchange = self._exchange(url, method, _body(request_data), timeouts.for_aiohttp())
        status, payload = await _without_addresses(exchange)
        if status >= 300:
            return _refusal(status, payload)
        if method == "POST" and b'"result"' not in payload:
            raise NetworkError("Invalid server response")
        return status, payload

    async def call(self, url: str, given: Given) -> Any:
        """The result of a method, without python-telegram-bot's way of putting its parameters together."""
        return await self.post(url, cast(RequestData, given))

    async def download(self, url: str, to: Path, limit: int) -> int:
        """Writes what is at `url` into `to`; how many bytes. Raises TooLarge beyond `limit`, else as do_request."""
        status, size = await _without_addresses(self._stream(url, to, limit))
        if status != 200:
            raise NetworkError(f"HTTP {status}")
        if size > limit:
            raise TooLarge
        return size

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As python-telegram-bot's, but faster, and without writing what it cannot read to the log."""
        answer = _read(payload)
        if not isinstance(answer, dict) or answer.keys().isdisjoint(("result", "description")):
            raise TelegramError("Invalid server response")
        return answer

    # one exchange

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )
        return self._session

    def _address(self, url: str) -> str:
        for shown, real in self._hidden.items():
            if url.startswith(shown):
                return real + url[len(shown) :]
        return url

    async def _exchange(self, url: str, method: str, body: Any, timeout: ClientTimeout) -> tuple[int, bytes]:
        address, headers = self._address(url), _JSON if isinstance(body, bytes) else None
        request = self._open().request(
            method, address, data=body, headers=headers, timeout=timeout, allow_redirects=False
        )
        async with request as response:
            return response.status, await response.read()

    async def _stream(self, url: str, to: Path, limit: int) -> tuple[int, int]:
        """Status, and bytes that came; it ends beyond `limit`."""
        size, timeout = 0, self._timeouts.for_aiohttp(whole=False)
        async with self._open().get(self._address(url), timeout=timeout, allow_redirects=False) as response:
            if response.status != 200:
                return response.status, 0
            with to.open("wb") as file:
                async for chunk in response.content.iter_chunked(CHUNK):
                    if (size := size + len(chunk)) > limit:
                        break
                    file.write(chunk)
        return 200, size


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return orjson.dumps(request_data.parameters)
    form = aiohttp.FormData(quote_fields=False)  # names in UTF-8 as they are, which the platform understands
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, type_) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=type_)
    return form


async def _without_addresses(doing: Awaitable[T]) -> T:
    """What aiohttp raises comes out as ours, and nothing with its frames, in which the addresses are, or as context."""
    failed: BaseException
    try:
        return await doing
    except asyncio.CancelledError as error:
        failed = asyncio.CancelledError(*error.args)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        failed = _translated(error)
    except OSError as error:  # of a file
        failed = error.with_traceback(None)
    raise failed


def _translated(error: Exception) -> NetworkError:
    """The same without aiohttp's text, which has the address in it."""
    name = type(error).__name__
    if isinstance(error, _BEFORE_WRITING):
        return Unsent(name)
    return TimedOut(name) if isinstance(error, TimeoutError) else NetworkError(name)


def _refusal(code: int, payload: bytes) -> tuple[int, bytes]:
    """What python-telegram-bot can tell apart. Pages that the platform did not write are dropped.

    Raises Unsent for those that refuse: something on the way did, and it says nothing of the chat.
    """
    try:
        AiohttpRequest.parse_json_payload(payload)
    except TelegramError:
        if 400 <= code < 500 and code not in _NOT_ON_THE_WAY:
            raise Unsent(f"HTTP {code}") from None
        payload = b'{"description":"","parameters":{"retry_after":1}}' if code == 429 else b'{"description":""}'
    if 400 <= code < 500 and code not in _KNOWN:
        code = 400
    return code, payload
