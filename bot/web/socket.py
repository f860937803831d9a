"""One page's connection: what it says is acknowledged after the commit, what its chats were sent is read and passed on.

Nothing is kept here that matters: a page that loses its connection opens another and says how far it has read.
A frame that makes no sense is refused and the connection lives on.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import WSMsgType, web

from bot.channels.web import NAME, Frame, Line, Unread, WebChannel, advance, unread
from bot.desk import Busy, Desk
from bot.web import session as sessions
from bot.web.session import Session
from handlers.messages import Message
from storage import reports
from storage.unit_of_work import Work

LARGEST_FRAME = 32 * 1024  # bytes
LONGEST_TEXT = 2000  # characters
MOST_CHATS = 30
LOOKS_AGAIN = 5.0  # seconds: another process may have sent, and its hint is not heard here
SOONEST, LATEST = 0.01, 0.5  # seconds between two looks at what is on its way
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
log = structlog.get_logger()


class Refused(Exception):
    """A frame is not taken: `why` is a word the page knows."""

    def __init__(self, why: str, id: str | None = None) -> None:
        super().__init__(why)
        self.why, self.id = why, id


@dataclass(frozen=True)
class Said:
    """A message as the page gives it. id: made by the page, the same at every repetition."""

    id: str
    chat: str
    text: str
    button: str | None
    reply_to: str | None


class Connection:
    def __init__(
        self, socket: web.WebSocketResponse, desk: Desk, channel: WebChannel, session: Session, *, demo: bool
    ) -> None:
        self._socket, self._desk, self._channel = socket, desk, channel
        self._session, self._demo = session, demo
        self._lines: dict[str, Line] = {}
        self._hinted = asyncio.Event()

    async def run(self) -> None:
        """Until the page is gone. It is told first which store it talks to, for what it remembers is of one."""
        await self._send([{"type": "store", "store": await asyncio.to_thread(self._desk.read, reports.store)}])
        reading = asyncio.create_task(self._read())
        try:
            async for frame in self._socket:
                await self._take(frame.data if frame.type is WSMsgType.TEXT else "")
        finally:
            reading.cancel()
            for chat in self._lines:
                self._channel.forget(chat, self._hinted.set)

    # what the page says

    async def _take(self, raw: str) -> None:
        try:
            frame = _parse(raw)
            if frame["type"] == "hello":
                await self._hello(_positions(frame))
            else:
                await self._say(_said(frame))
        except Refused as refused:
            await self._send([{"type": "refused", "id": refused.id, "why": refused.why}])

    async def _hello(self, positions: dict[str, int]) -> None:
        """Opens chats, or begins again at the given position."""
        for chat, position in positions.items():
            if await self._speaker(chat) is None:
                raise Refused("not_yours")
            if chat not in self._lines and len(self._lines) >= MOST_CHATS:
                raise Refused("too_many")
            self._lines[chat] = Line(chat, position)
            self._channel.listen(chat, self._hinted.set)
        self._hinted.set()

    async def _speaker(self, chat: str) -> str | None:
        if chat == self._session.sender:
            return chat
        return await asyncio.to_thread(
            self._desk.read, lambda work: sessions.speaker(work, self._session, chat, demo=self._demo)
        )

    async def _say(self, said: Said) -> None:
        sender = await self._speaker(said.chat)
        if sender is None:
            raise Refused("not_yours", said.id)
        message = Message(
            channel=NAME,
            chat=said.chat,
            sender=sender,
            update_key=f"{sender}:{said.id}",
            text=said.text,
            button=said.button,
            reply_to=said.reply_to,
            group=said.chat != self._session.sender,
        )
        await self._send([{"type": await self._receive(message), "id": said.id}])

    async def _receive(self, message: Message) -> str:
        """ack: it is committed. busy: it is not kept, the page says it again later."""
        try:
            await self._desk.receive(message)
        except Busy:
            return "busy"
        except Exception as error:  # noqa: BLE001 - the transaction failed: the page keeps its message
            log.warning("web.not_kept", error=type(error).__name__)
            return "busy"
        return "ack"

    # what the page is told

    async def _read(self) -> None:
        """Reads what is new when hinted, again and again while something is on its way, else now and then."""
        wait = LOOKS_AGAIN
        while True:
            hinted = await self._hint_within(wait)
            try:
                on_the_way = await self._pass_on()
            except ConnectionError:
                return  # the page is gone; `run` ends by itself
            except Exception as error:  # noqa: BLE001 - a store that is away for a moment is asked again
                log.warning("web.not_read", error=type(error).__name__)
                on_the_way = True
            wait = _next_wait(SOONEST if hinted else wait * 2, on_the_way)

    async def _hint_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._hinted.wait(), seconds)
        except TimeoutError:
            return False
        self._hinted.clear()
        return True

    async def _pass_on(self) -> bool:
        """Whether something is still on its way in one of the chats."""
        lines = list(self._lines.values())
        if not lines:
            return False
        on_the_way = False
        for line, found in zip(lines, await asyncio.to_thread(self._desk.read, self._unread(lines)), strict=True):
            if self._lines.get(line.chat) is not line:
                continue  # the page has said hello again meanwhile
            if found is None:
                self._lines.pop(line.chat)
                self._channel.forget(line.chat, self._hinted.set)
                continue
            advance(line, found)
            await self._send(found.frames)
            on_the_way |= found.waits
        return on_the_way

    def _unread(self, lines: list[Line]) -> Any:
        """What is new in each line; None for one that this person may no longer read."""

        def read(work: Work) -> list[Unread | None]:
            mine = [sessions.speaker(work, self._session, line.chat, demo=self._demo) for line in lines]
            return [unread(work, line) if who else None for line, who in zip(lines, mine, strict=True)]

        return read

    async def _send(self, frames: list[Frame]) -> None:
        for frame in frames:
            await self._socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def _next_wait(wait: float, on_the_way: bool) -> float:
    return min(max(wait, SOONEST), LATEST) if on_the_way else LOOKS_AGAIN


def _parse(raw: str) -> dict[str, Any]:
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("rubbish") from None
    if not isinstance(frame, dict) or frame.get("type") not in {"hello", "say"}:
        raise Refused("rubbish", _id(frame) if isinstance(frame, dict) else None)
    return frame


def _id(frame: dict[str, Any]) -> str | None:
    id = frame.get("id")
    return id if isinstance(id, str) and _ID.fullmatch(id) else None


def _positions(frame: dict[str, Any]) -> dict[str, int]:
    chats = frame.get("chats")
    if not isinstance(chats, dict) or len(chats) > MOST_CHATS:
        raise Refused("rubbish")
    if not all(type(position) is int and 0 <= position < 2**53 for position in chats.values()):
        raise Refused("rubbish")
    return chats


def _said(frame: dict[str, Any]) -> Said:
    id, chat, text = _id(frame), frame.get("chat"), frame.get("text", "")
    names = [frame.get("button"), frame.get("reply_to")]
    if id is None or not isinstance(chat, str) or not isinstance(text, str) or not all(map(_is_name, names)):
        raise Refused("rubbish", id)
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", id)
    if not text.strip() and not names[0]:
        raise Refused("empty", id)
    return Said(id, chat, _clean(text), *names)


def _is_name(value: object) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 64)


def _clean(text: str) -> str:
    """Half a surrogate pair, which JSON allows, is no text the store could keep."""
    return text.encode("utf-8", "replace").decode()
