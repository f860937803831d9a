"""Telegram as a channel: what is to be shown goes out, what the platform answers comes back in our words.

Texts are plain, so nothing in them can be wrong. `sendMessage` and its like are put together here and given to the
bot's transport directly: python-telegram-bot's own methods cost as much again as the request. Which chats still show a
key that sends the location is remembered in memory only: after a restart it stays, folded away, until it is asked anew.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import (
    Capabilities,
    CardsLater,
    Gone,
    InDoubt,
    KeyRefused,
    Migrated,
    NoForum,
    NoRight,
    NoTopic,
    Refused,
    TooLarge,
    TopicClosed,
    TryLater,
    Unreachable,
)
from bot.channels.telegram import markup
from bot.channels.telegram.pace import BURST, SECOND, Pace
from bot.channels.telegram.request import AiohttpRequest, Given, Unsent, Uploads
from handlers.messages import Media, Outgoing

NAME = "telegram"
KEY = "JIESU_TELEGRAM_TOKEN"
AT_HAND = 1.1  # seconds that are waited for here before the first message: one turn; the outbox waits longer ones
BETWEEN = 8.0  # seconds that are waited for between the messages of one text
SOON = 5.0  # seconds until a file that is away for a moment is asked for again
LONGEST_ANSWER = 200  # characters above the chat when a key was pressed
MOST_ASKED = 10_000  # chats remembered to show a key
LONGEST_NAME = 128  # characters of a topic
GENERAL = ("", "1")  # the first topic of a forum is none to the platform
_NO_PREVIEW = {"is_disabled": True}  # nobody fetches what a resident's link leads to

Step = tuple[int, Callable[[], Awaitable[str]]]  # how many messages it shows, and what shows them


class Files(Protocol):
    """Where stored files lie."""

    def path(self, sha256: str, /) -> Path: ...


class TelegramChannel:
    """Sends through `bot`, whose transport is an AiohttpRequest, at the platform's pace. For one event loop."""

    name = NAME
    capabilities = Capabilities(buttons=True, edits=True, longest=markup.LONGEST, topics=True, growing=True)

    def __init__(
        self,
        bot: Bot,
        media: Files | None = None,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        if not isinstance(bot.request, AiohttpRequest):
            raise TypeError("the bot's request is not an AiohttpRequest")
        self._bot, self._request, self._media = bot, bot.request, media
        self._clock, self._pace = clock, Pace() if pace is None else pace
        self._asked: dict[str, None] = {}

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        """The id of the message with the buttons. Evidence comes before the text.

        Raises Unreachable, TryLater, KeyRefused, Migrated, NoTopic, Refused, InDoubt, also when only the first messages
        went; other errors: nothing was sent.
        """
        steps, shown = list(self._steps(chat, out)), ""
        await self._turn(chat, sum(count for count, _ in steps), card=out.card)
        for number, (_, step) in enumerate(steps):
            if number >= BURST:
                await asyncio.sleep(SECOND)
            shown = await (_insisting(step) if number else step()) or shown
        return shown

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        """Raises Gone if it is to be sent anew, and what send raises."""
        await self._turn(chat, 1, card=True)
        text, keys = markup.head(markup.text(out)), markup.inline(out)
        given = {"chat_id": int(chat), "message_id": int(message_id), "text": text, "reply_markup": keys}
        await self._to(chat, "editMessageText", given | {"link_preview_options": _NO_PREVIEW})

    async def notice(self, chat: str) -> None:
        """Nobody fetches here."""

    async def answer(self, press_id: str, text: str = "") -> None:
        """Ends the wheel on a pressed key, with a line above the chat if there is one; too late is no error."""
        given = {"callback_query_id": press_id, "text": markup.head(text, LONGEST_ANSWER) or None}
        await self._call("answerCallbackQuery", given)

    async def open_topic(self, chat: str, name: str) -> str:
        """Its id. An answer that was lost, InDoubt, may leave a topic that nobody knows."""
        await self._turn(chat, 1)
        opened = await self._to(chat, "createForumTopic", {"chat_id": int(chat), "name": name[:LONGEST_NAME]})
        return _id(opened, "message_thread_id")

    async def rename_topic(self, chat: str, topic: str, name: str) -> None:
        await self._turn(chat, 1, card=True)
        await self._change(chat, topic, "editForumTopic", name=name[:LONGEST_NAME])

    async def close_topic(self, chat: str, topic: str) -> None:
        await self._turn(chat, 1, card=True)
        await self._change(chat, topic, "closeForumTopic")

    async def reopen_topic(self, chat: str, topic: str) -> None:
        """Words may be waiting for it."""
        await self._turn(chat, 1)
        await self._change(chat, topic, "reopenForumTopic")

    async def _change(self, chat: str, topic: str, method: str, **more: str) -> None:
        await self._to(chat, method, {"chat_id": int(chat), "message_thread_id": int(topic), **more})

    async def fetch(self, ref: str, to: Path, limit: int) -> int:
        """Bytes written to `to`. Raises TooLarge beyond `limit` or what the platform gives, TryLater, Refused."""
        found = await self._call("getFile", {"file_id": ref}, doubtful=False)
        if found.get("file_size", 0) > limit:
            raise TooLarge
        try:
            return await self._request.download(f"{self._bot.base_file_url}/{found['file_path']}", to, limit)
        except BaseException:
            to.unlink(missing_ok=True)
            raise

    # what is sent

    def _steps(self, chat: str, out: Outgoing) -> Iterator[Step]:
        """The messages one after the other; each answers with its id, or with none if it is not the one to be known."""
        topic = None if out.topic in GENERAL else int(out.topic)
        for album in markup.albums(out.media):
            yield len(album), partial(self._show, chat, album, topic)
        texts, keys = markup.parts(markup.text(out)), markup.inline(out)
        if out.media and not out.text.strip():
            texts = []
        ask = out.ask if not _is_group(chat) else ""
        last = keys or (markup.asking(ask) if ask else None)
        for number, text in enumerate(texts, start=1):
            under = last if number == len(texts) else None
            yield 1, partial(self._say, chat, text, under, topic)
        if ask and keys:
            yield 1, partial(self._ask, chat, markup.marked(markup.ASK_LINE[ask], again=out.again), ask, topic)

    async def _say(self, chat: str, text: str, keys: markup.Markup | None, topic: int | None) -> str:
        if keys is None and chat in self._asked:
            keys = markup.NO_KEYS
        given = {"chat_id": int(chat), "text": text, "message_thread_id": topic, "reply_markup": keys}
        message_id = _id(await self._to(chat, "sendMessage", given | {"link_preview_options": _NO_PREVIEW}))
        self._remember(chat, keys)
        return message_id

    async def _ask(self, chat: str, line: str, ask: str, topic: int | None) -> str:
        """A message has one kind of keys: those of choices and this one are under two."""
        await self._say(chat, line, markup.asking(ask), topic)
        return ""

    def _remember(self, chat: str, keys: markup.Markup | None) -> None:
        if keys is markup.NO_KEYS:
            self._asked.pop(chat, None)
        elif keys and "keyboard" in keys:
            self._asked[chat] = None
            if len(self._asked) > MOST_ASKED:
                del self._asked[next(iter(self._asked))]

    async def _show(self, chat: str, album: Sequence[Media], topic: int | None) -> str:
        """What the platform does not take as a picture, voice or film goes as a document.

        Raises Refused if it is not taken so either, or is not there any more.
        """
        try:
            return await self._upload(chat, album, topic)
        except Refused:
            if album[0].kind == "document":
                raise
        shown = ""
        for each in album:
            shown = await self._upload(chat, (replace(each, kind="document"),), topic)
        return shown

    async def _upload(self, chat: str, album: Sequence[Media], topic: int | None) -> str:
        """One file, or several pictures as an album."""
        method, given, names = markup.upload(album)
        with ExitStack() as opened:
            contents = [opened.enter_context(self._open(each)) for each in album]
            files: Uploads = {
                name: (markup.filename(each), content, each.type)
                for name, each, content in zip(names, album, contents, strict=True)
            }
            shown = await self._to(chat, method, given | {"chat_id": int(chat), "message_thread_id": topic}, files)
        return _id(shown[-1] if isinstance(shown, list) and shown else shown)

    def _open(self, media: Media) -> BinaryIO:
        if self._media is None:
            raise Refused("there is no store of files")
        try:
            return self._media.path(media.sha256).open("rb")
        except FileNotFoundError:
            raise Refused("the file is not there any more") from None

    # to the platform

    async def _turn(self, chat: str, count: int, *, card: bool = False) -> None:
        """Waits until `count` messages may go. Raises TryLater if that is long."""
        while (seconds := self._pace.wait(chat, _is_group(chat), self._clock(), count, card=card)) > 0:
            if seconds > AT_HAND:
                raise CardsLater(seconds) if card else TryLater(seconds)
            await asyncio.sleep(seconds)

    async def _to(self, chat: str, method: str, given: dict[str, Any], files: Uploads | None = None) -> Any:
        try:
            return await self._call(method, given, files)
        except TryLater as later:
            self._pace.told(chat, _is_group(chat), later.seconds, self._clock())
            raise

    async def _call(
        self, method: str, given: dict[str, Any], files: Uploads | None = None, *, doubtful: bool = True
    ) -> Any:
        """The result. Raises our errors; what aiohttp and python-telegram-bot had at hand does not come along."""
        parameters = {name: value for name, value in given.items() if value is not None}
        try:
            return await self._request.call(f"{self._bot.base_url}/{method}", Given(parameters, files or {}))
        except TelegramError as error:
            failed = _ours(error, doubtful=doubtful)
        if isinstance(failed, _Done):
            return {}
        raise failed


async def _insisting(step: Callable[[], Awaitable[str]]) -> str:
    """A message after the first: what has begun is better ended, so it waits a while, and then only doubt is left."""
    try:
        return await step()
    except TryLater as later:
        seconds = later.seconds
    except Unsent:
        seconds = SECOND
    except KeyRefused:
        raise InDoubt from None
    if seconds > BETWEEN:
        raise InDoubt
    await asyncio.sleep(seconds)
    try:
        return await step()
    except (TryLater, Unsent, KeyRefused):
        raise InDoubt from None


def _is_group(chat: str) -> bool:
    return chat.startswith("-")


def _id(made: Any, name: str = "message_id") -> str:
    """Of the message that was sent, or of what else was made."""
    if not isinstance(made, dict) or name not in made:
        raise InDoubt
    return str(made[name])


# their errors are ours


class _Done(Exception):
    """It is as it should be, or too late to matter."""


def _ours(error: TelegramError, *, doubtful: bool = True) -> Exception:
    """What to raise instead of `error`, without its traceback. doubtful: asking twice would do it twice."""
    if isinstance(error, RetryAfter):
        return TryLater(_seconds(error.retry_after))
    if isinstance(error, ChatMigrated):
        return Migrated(str(error.new_chat_id))
    if isinstance(error, Forbidden):
        return Unreachable(error.message)
    if isinstance(error, BadRequest):
        return _refusal(error.message)
    if isinstance(error, InvalidToken):
        return KeyRefused(KEY)
    if isinstance(error, Unsent | Conflict) or not doubtful:
        return error.with_traceback(None)  # certainly not done, or no matter
    return InDoubt(error.message)


def _seconds(after: int | timedelta) -> float:
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def _refusal(why: str) -> Exception:
    for pattern, meant in _MEANT:
        if pattern.search(why):
            return TryLater(SOON) if meant is TryLater else meant(why)
    return Refused(why)


_MEANT: tuple[tuple[re.Pattern[str], type[Exception]], ...] = tuple(
    (re.compile(words, re.IGNORECASE), meant)
    for words, meant in (
        ("message is not modified|query is too old|query_id_invalid|TOPIC_NOT_MODIFIED", _Done),
        ("TOPIC_CLOSED", TopicClosed),
        ("message thread not found|TOPIC_DELETED|TOPIC_ID_INVALID", NoTopic),
        ("chat is not a forum|CHANNEL_FORUM_MISSING", NoForum),
        ("rights to .* topic|CHAT_ADMIN_REQUIRED", NoRight),
        ("message to edit not found|message can't be edited|MESSAGE_ID_INVALID|no text in the message to edit", Gone),
        ("file is too big$", TooLarge),
        ("temporarily unavailable", TryLater),
        ("chat not found|user not found|PEER_ID_INVALID|chat was (deactivated|deleted|upgraded)", Unreachable),
        ("rights to send text messages|no rights to send a message|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED", Unreachable),
        ("bot was kicked|bot is not a member|bot was blocked|USER_IS_BLOCKED|DEACTIVATED", Unreachable),
    )
)
