"""POST /upload: the bytes of one file, before the message that brings it is said.

Whoever has a session may upload, from our own page (the guard of the application has looked at Origin and Host). The
body is the file itself; X-File-Name is its name, percent-encoded, Content-Type what the device takes it for: both are
looked at to refuse early, what it really is shows the check after the commit. Refusals are JSON: {"why": a word}.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import structlog
from aiohttp import web

from bot.channels.incoming import Incoming, NoRoom
from bot.channels.web import NAME
from bot.desk import Desk
from bot.web import session as sessions
from bot.web.frames import file_name
from complaints.material import Limits
from storage import uploads

WITHIN = 900.0  # seconds for one file: 20 MB over a slow phone line
SWEPT_EVERY = 60.0  # seconds
PIECE = 1 << 20  # bytes written at a time
KINDS = {"image": "photo", "audio": "voice", "video": "video"}
STATUS = {"too_large": 413, "too_many": 429, "full": 503, "empty": 400, "broken_off": 400, "length_needed": 411}
# of names: what is never taken, whatever is in it; the check knows far more
NEVER = {
    "executable": ("exe", "dll", "msi", "com", "scr", "apk", "ipa", "dmg", "pkg", "deb", "rpm", "jar", "app", "lnk"),
    "archive": ("zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "iso", "cab", "zst"),
    "script": ("bat", "cmd", "ps1", "vbs", "js", "mjs", "sh", "py", "php", "hta", "wsf", "docm", "xlsm", "pptm"),
    "markup": ("svg", "html", "htm", "xhtml", "xml", "mht", "mhtml"),
}
_WHY = {f".{extension}": why for why, extensions in NEVER.items() for extension in extensions}
log = structlog.get_logger()


class Refusal(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Uploads:
    """The route, and the sweep of what nobody waits for any more, which runs as long as the application."""

    def __init__(self, incoming: Incoming, desk: Desk, limits: Limits) -> None:
        self._incoming, self._desk, self._limits = incoming, desk, limits

    async def post(self, request: web.Request) -> web.Response:
        session = sessions.of(request)
        if session is None:
            raise web.HTTPForbidden
        try:
            async with asyncio.timeout(WITHIN):
                id = await self._take(request, session.sender)
        except (Refusal, NoRoom) as refused:
            return _refused(refused.why)
        except (TimeoutError, ConnectionError, web.PayloadAccessError, asyncio.IncompleteReadError):
            return _refused("broken_off")
        except OSError as error:
            log.error("upload.not_kept", error=type(error).__name__, number=error.errno)
            return _refused("full")
        return web.json_response({"id": id}, status=201, headers={"Cache-Control": "no-store"})

    async def _take(self, request: web.Request, sender: str) -> str:
        size = self._size(request)
        part = await asyncio.to_thread(self._incoming.begin, sender, size)
        try:
            sha256 = await _write(request, part, size)
            return await asyncio.to_thread(self._incoming.finish, part, sha256)
        finally:
            with suppress(FileNotFoundError):
                await asyncio.to_thread(part.unlink)

    def _size(self, request: web.Request) -> int:
        """Bytes, as announced: without that nothing is begun. Raises Refusal."""
        name = file_name(unquote(request.headers.get("X-File-Name", "")))
        if why := _WHY.get(Path(name.lower()).suffix):
            raise Refusal(why)
        if "Content-Encoding" in request.headers:
            raise Refusal("packed")  # it would be unpacked while it is read: no page of ours packs
        size = request.content_length
        if size is None:
            raise Refusal("length_needed")
        if size == 0:
            raise Refusal("empty")
        if size > self._limits.size(KINDS.get(request.content_type.split("/")[0], "document")):
            raise Refusal("too_large")
        return size

    async def sweeping(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._sweep())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _sweep(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except Exception as error:  # noqa: BLE001 - the loop outlives a store or disk that is away for a moment
                log.error("uploads.not_swept", error=type(error).__name__)
            await asyncio.sleep(SWEPT_EVERY)

    def sweep(self, now: datetime | None = None) -> int:
        """How many files went. now: aware; by default that of the machine, whose files it compares."""

        def is_wanted(sender: str, message: str) -> bool | None:
            wanted: bool | None = self._desk.read(lambda work: uploads.is_wanted(work, NAME, f"{sender}:{message}"))
            return wanted

        return self._incoming.sweep(now or datetime.now(UTC), is_wanted)


async def _write(request: web.Request, part: Path, size: int) -> str:
    """The bytes into `part`, and to the disk; their SHA-256. Raises Refusal if they are not `size` bytes."""
    digest, written = hashlib.sha256(), 0
    with await asyncio.to_thread(part.open, "r+b") as file:
        async for piece in _pieces(request):
            written += len(piece)
            if written > size:
                raise Refusal("too_large")
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
        if written < size:
            raise Refusal("broken_off")
        await asyncio.to_thread(_to_disk, file)
    return digest.hexdigest()


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    """What has come so far, in pieces worth a write."""
    gathered = bytearray()
    async for piece in request.content.iter_any():
        gathered += piece
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _refused(why: str) -> web.Response:
    return web.json_response({"why": why}, status=STATUS.get(why, 415), headers={"Cache-Control": "no-store"})
