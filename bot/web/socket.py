"""One page's connection: what it says is acknowledged after the commit, what its chats were sent is read and passed on.

Nothing is kept here that matters: a page that loses its connection opens another and says how far it has read.
A frame that makes no sense is refused and the connection lives on.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from aiohttp import WSMsgType, web

from bot.channels.web import NAME, Frame, Line, Unread, WebChannel, advance, next_of, unread
from bot.desk import Busy, Desk
from bot.web import frames
from bot.web import session as sessions
from bot.web.frames import LONGEST_NAME, LONGEST_TEXT, MOST_CHATS, MOST_FILES, Attached, Refused, Said
from bot.web.session import Session
from handlers.messages import File, Message
from storage import reports, uploads
from storage.outbox import Handed
from storage.unit_of_work import Work

# bytes: a text of that length and all its files, even with every character escaped
LARGEST_FRAME = 12 * LONGEST_TEXT + MOST_FILES * (12 * LONGEST_NAME + 512) + 4096
LOOKS_AGAIN = 5.0  # seconds: another process may have sent, and its hint is not heard here
SOONEST, LATEST = 0.01, 0.5  # seconds between two looks at what is on its way
log = structlog.get_logger()


class Connection:
    def __init__(
        self, socket: web.WebSocketResponse, desk: Desk, channel: WebChannel, session: Session, *, demo: bool
    ) -> None:
        self._socket, self._desk, self._channel = socket, desk, channel
        self._session, self._demo = session, demo
        self._lines: dict[str, Line] = {}
        self._hinted = asyncio.Event()
        self._handed: list[Handed] = []  # new in the person's own chat, and known without reading
        self._must_read = True  # something else may be new
        self._on_the_way = False
        self._group: str | None = None  # the group of the unit this session is staff of, as the page knows it

    async def run(self) -> None:
        """Until the page is gone. It is told first which store it talks to, for what it remembers is of one."""
        store, self._group = await asyncio.to_thread(
            self._desk.read, lambda work: (reports.store(work), self._group_of(work))
        )
        await self._send([{"type": "store", "store": store, "group": self._group}])
        reading = asyncio.create_task(self._read())
        try:
            async for frame in self._socket:
                if frame.type is WSMsgType.ERROR:
                    break
                await self._take(frame.data if frame.type is WSMsgType.TEXT else "")
        except ConnectionError:
            pass  # the page has gone while it was answered: it comes back and says it again
        finally:
            reading.cancel()
            for chat in self._lines:
                self._channel.forget(chat, self._heard)

    # what the page says

    async def _take(self, raw: str) -> None:
        try:
            frame = frames.parse(raw)
            if frame["type"] == "hello":
                await self._hello(frames.positions(frame))
            else:
                await self._say(frames.said(frame))
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
            self._channel.listen(chat, self._heard)
            self._heard(chat, None)

    def _heard(self, chat: str, handed: Handed | None) -> None:
        """Of another's chat the right to read is asked again, which takes reading."""
        if handed is not None and chat == self._session.sender:
            self._handed.append(handed)
        else:
            self._must_read = True
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
        group = said.chat != self._session.sender
        if group and (said.point or said.files):
            raise Refused("rubbish", said.id)  # a pin and files are a resident's
        await self._send([{"type": await self._keep(said, sender, group=group), "id": said.id}])

    async def _keep(self, said: Said, sender: str, *, group: bool) -> str:
        try:
            files = await self._claimed(said, sender)
        except OSError as error:
            log.warning("upload.not_claimed", error=type(error).__name__)
            return "busy"
        message = Message(
            channel=NAME,
            chat=said.chat,
            sender=sender,
            update_key=f"{sender}:{said.id}",
            text=said.text,
            button=said.button,
            reply_to=said.reply_to,
            group=group,
            point=said.point,
            files=files,
        )
        return await self._receive(message)

    async def _claimed(self, said: Said, sender: str) -> tuple[File, ...]:
        """Its uploads, which nobody else can have any more; of a message that came before they may be fetched already.

        Raises Refused if one is not there (any more): the page sends its bytes again.
        """
        claimed = [await self._claim(each, said, sender) for each in said.files]
        if None in claimed and not await asyncio.to_thread(self._desk.read, _came(f"{sender}:{said.id}")):
            raise Refused("upload_gone", said.id)
        return tuple(filter(None, claimed))

    async def _claim(self, attached: Attached, said: Said, sender: str) -> File | None:
        if self._channel.incoming is None:
            raise Refused("rubbish", said.id)
        claimed = await asyncio.to_thread(self._channel.incoming.claim, sender, said.id, attached.id)
        if claimed is None:
            return None
        return File(attached.kind, claimed.ref, claimed.unique, claimed.size, attached.name)

    async def _receive(self, message: Message) -> str:
        """ack: it is committed. busy: it is not kept, the page says it again later."""
        try:
            handed = await self._desk.receive(message)
        except Busy:
            return "busy"
        except Exception as error:  # noqa: BLE001 - the transaction failed: the page keeps its message
            log.warning("web.not_kept", error=type(error).__name__)
            return "busy"
        self._channel.tell(message.chat, handed)
        return "ack"

    # what the page is told

    async def _read(self) -> None:
        """Reads what is new when hinted, again and again while something is on its way, else now and then."""
        wait = LOOKS_AGAIN
        while True:
            hinted = await self._hint_within(wait)
            try:
                if not await self._pass_on_handed() or not hinted:
                    self._must_read = False
                    self._on_the_way = await self._pass_on()
            except ConnectionError:
                return  # the page is gone; `run` ends by itself
            except Exception as error:  # noqa: BLE001 - a store that is away for a moment is asked again
                log.warning("web.not_read", error=type(error).__name__)
                self._must_read = self._on_the_way = True
            wait = _next_wait(SOONEST if hinted else wait * 2, self._on_the_way)

    async def _hint_within(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        late = loop.call_later(seconds, self._hinted.set)  # a fifth of what a timeout around the wait costs
        try:
            await self._hinted.wait()
        finally:
            late.cancel()
        self._hinted.clear()
        return loop.time() < late.when()

    async def _pass_on_handed(self) -> bool:
        """What needs no reading. False: the rest is to be read."""
        handed, self._handed = self._handed, []
        line = self._lines.get(self._session.sender)
        for each in handed:
            if line is not None and each.position <= line.upto:
                continue  # it was read meanwhile
            found = next_of(line, each) if line is not None and not self._must_read else None
            if line is None or found is None:
                self._must_read = True
                continue
            advance(line, found)
            await self._send(found.frames)
        return not self._must_read

    async def _pass_on(self) -> bool:
        """Reads: whether something is still on its way in one of the chats."""
        lines = list(self._lines.values())
        if not lines:
            return False
        on_the_way = False
        group, new = await asyncio.to_thread(self._desk.read, self._unread(lines))
        if group != self._group:  # who has just become staff is shown the way to the group
            self._group = group
            await self._send([{"type": "staff", "group": group}])
        for line, found in zip(lines, new, strict=True):
            if self._lines.get(line.chat) is not line:
                continue  # the page has said hello again meanwhile
            if found is None:
                self._lines.pop(line.chat)
                self._channel.forget(line.chat, self._heard)
                continue
            advance(line, found)
            await self._send(found.frames)
            on_the_way |= found.waits
        return on_the_way

    def _unread(self, lines: list[Line]) -> Any:
        """The person's group, and what is new in each line; None for one that this person may no longer read."""

        def read(work: Work) -> tuple[str | None, list[Unread | None]]:
            mine = [sessions.speaker(work, self._session, line.chat, demo=self._demo) for line in lines]
            new = [unread(work, line) if who else None for line, who in zip(lines, mine, strict=True)]
            return self._group_of(work), new

        return read

    def _group_of(self, work: Work) -> str | None:
        return None if self._demo else sessions.group_of(work, self._session)

    async def _send(self, told: list[Frame]) -> None:
        for frame in told:
            await self._socket.send_str(orjson.dumps(frame).decode())


def _came(update_key: str) -> Callable[[Work], bool]:
    return lambda work: uploads.came(work, NAME, update_key)


def _next_wait(wait: float, on_the_way: bool) -> float:
    return min(max(wait, SOONEST), LATEST) if on_the_way else LOOKS_AGAIN
