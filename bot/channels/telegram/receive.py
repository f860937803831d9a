"""What Telegram has for us is given to the desk and acknowledged only after its commit; here also by its webhook.

An update that comes twice is the same message to the desk, so whatever fails is asked for again. Only what nobody can
read is passed over, since it would hold up all others for ever.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from telegram import Bot, Update

from bot.channels.telegram.plain import plain
from bot.channels.telegram.translate import Me, translate
from bot.desk import Busy, Desk
from handlers.messages import Event, Message

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
LARGEST = 256 * 1024  # bytes of one update
HEADER = "X-Telegram-Bot-Api-Secret-Token"
log = structlog.get_logger()


class Door:
    """What is done with an update, whichever way it came.

    report: told of an event, returns after its commit. answered: told of a press once its turn is committed.
    """

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        report: Callable[[Event], Awaitable[None]],
        answered: Callable[[str], Awaitable[None]],
    ) -> None:
        self.bot, self.desk = bot, desk
        self._report, self._answered = report, answered
        self._me: Me | None = None
        self._answering: set[asyncio.Task[None]] = set()

    async def me(self) -> Me:
        """Asked once. Raises TelegramError."""
        if self._me is None:
            user = await self.bot.get_me()
            self._me = Me(user.id, user.username or "")
        return self._me

    def read(self, update: dict[str, Any], me: Me) -> list[Message | Event]:
        """Nothing, but a line in the log, if nobody can read it."""
        try:
            said = plain(update, me)
            return [*said] if said is not None else translate(Update.de_json(update, None), me)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one update, the others come
            log.error("update.unreadable", id=update.get("update_id"), error=type(error).__name__)
            return []

    async def keep(self, each: Message | Event) -> None:
        """Returns after the commit. Raises Busy, or what the database raised: it is to be tried again."""
        if isinstance(each, Event):
            await self._report(each)
            return
        await self.desk.receive(each)
        if each.button is not None:
            task = asyncio.create_task(self._answer(each.update_key.removeprefix("press:")))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, press: str) -> None:
        """The wheel on the button stops; if that fails, it stops by itself."""
        try:
            await self._answered(press)
        except Exception as error:  # noqa: BLE001 - the press is done, whatever becomes of its wheel
            log.warning("press.unanswered", error=type(error).__name__)


# webhook


def webhook(door: Door, secret: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The route for POST: 200 after the commit, 503 if it is to be sent again. Raises ValueError without a secret."""
    if not secret:
        raise ValueError("a webhook without a secret is open to everybody")

    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        update = _update(body)
        return web.Response(status=400 if update is None else await _handled(door, update))

    return handle


async def _body(request: web.Request) -> bytes | None:
    """None if it is too large."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


async def _handled(door: Door, update: dict[str, Any]) -> int:
    """The status: 503 makes the platform send it again."""
    try:
        for each in door.read(update, await door.me()):
            await door.keep(each)
    except Exception as error:  # noqa: BLE001 - not kept, so not acknowledged
        if not isinstance(error, Busy):
            log.error("update.waits", id=update["update_id"], error=type(error).__name__)
        return 503
    return 200
