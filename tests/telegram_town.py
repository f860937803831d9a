"""The same town on Telegram: its people have the app in hand, and the bot speaks to a Bot API server on the loopback.

What they do becomes an update and goes through the channel's own door; what is read is what stands in the chats, with
the keys under a text written as numbered lines. Time is the town's: nothing waits in real time.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bot.channels.telegram.markup import ASK_LINE, MARK
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.receive import Door
from bot.channels.telegram.request import connect
from bot.channels.telegram.send import TelegramChannel
from bot.covering import Visible
from handlers import dispatch
from handlers.messages import Event, File, Message
from tests.botapi.chats import Chat, Kept
from tests.botapi.people import Person, worded
from tests.botapi.server import BotApi
from tests.town import TUESDAY, Town

Json = dict[str, Any]
TELEGRAM = "telegram"
STICKER: Json = {
    "sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512}
    | {"is_animated": False, "is_video": False}
}  # what is sent where on a terminal one enters nothing


class Unpaced(Pace):
    """Lets everything go at once."""

    def wait(self, chat: str, is_group: bool, now: float, count: int = 1, *, card: bool = False) -> float:
        return 0.0


class Side:
    """Telegram's side: who is who, and how far each chat has been read. The people have all pressed start before."""

    def __init__(self, api: BotApi) -> None:
        self.api, self.world = api, api.world
        self.bot = connect(api.token, api.url, api.file_url)
        self.called: dict[int, str] = {}
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Chat] = {}
        self._read: dict[int, dict[int, str]] = {}

    async def close(self) -> None:
        await self.bot.request.shutdown()

    def person(self, called: str) -> Person:
        if called not in self.people:
            person = self.people[called] = self.world.person(called[:64])
            person.started, self.called[person.id] = True, called
        return self.people[called]

    def group(self, called: str) -> Chat:
        """The bot is an administrator in it, as the setup asks, so that it hears plain words."""
        if called not in self.groups:
            self.put(called, self.world.group(called, bot="administrator"))
        return self.groups[called]

    def put(self, called: str, group: Chat) -> None:
        """From now on this chat has the name."""
        self.groups[called], self.called[group.id] = group, called

    def place(self, chat: str, who: str) -> Chat:
        if chat == who:
            return self.person(who).chat
        group = self.group(chat)
        group.members.setdefault(self.person(who).id, "member")
        return group

    def came(self) -> list[Json]:
        """The updates nobody has taken yet."""
        waiting, self.api.updates.waiting = self.api.updates.waiting, []
        return waiting

    def news(self) -> list[tuple[str, str]]:
        """What is new in the chats since the last look, or stands there changed: the chat's name, and what is read.

        The parts of one text are read as one, without what stood where it was cut. The line that a key in place of the
        letters hangs under is the channel's own and is left out.
        """
        found = []
        for id, called in list(self.called.items()):
            known = self._read.setdefault(id, {})
            kept = self.world.chats[id].kept
            own = {number: kept[number] for number in sorted(kept) if kept[number].own and not _of_a_key(kept[number])}
            new = [read(each) for number, each in own.items() if number not in known]
            changed = [read(each) for number, each in own.items() if known.get(number, _print(each)) != _print(each)]
            known.update({number: _print(each) for number, each in own.items()})
            found += [(called, text) for text in ["".join(new)] * bool(new) + changed]
        return found


def _of_a_key(kept: Kept) -> bool:
    line = str(kept.json.get("text", "")).removeprefix(MARK)
    return kept.keyboard is not None and line in ASK_LINE.values()


def _print(kept: Kept) -> str:
    """Another one whenever it was edited."""
    return json.dumps([kept.json.get("text"), kept.json.get("reply_markup")])


def read(kept: Kept) -> str:
    """A message as a person would read it aloud, its choices numbered."""
    rows = kept.json.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [button["text"] for row in rows for button in row if "callback_data" in button]
    text = str(kept.json.get("text", kept.json.get("caption", "")))
    return "\n".join([text, *(f"{number}. {label}" for number, label in enumerate(labels, start=1))])


class TelegramTown(Town):
    name = TELEGRAM

    def __init__(self, url: str, side: Side, at: datetime = TUESDAY, seed: int = 1) -> None:
        super().__init__(url, at, seed)
        self.side = side
        self.channel: TelegramChannel = TelegramChannel(side.bot, self, pace=Unpaced())
        self.door = Door(side.bot, self.desk, self.report, self.channel.answer)
        self._said: dict[str, list[Json]] = {}

    async def open(self) -> Self:
        await super().open()
        self.me = await self.door.me()
        return self

    def another(self, at: datetime, seed: int = 1) -> Town:
        return TelegramTown(self.url, self.side, at, seed)

    def id(self, called: str) -> str:
        return str((self.side.group(called) if called.startswith("group:") else self.side.person(called)).id)

    def path(self, sha256: str, /) -> Path:
        """Where a stored file lies."""
        assert self.store is not None
        return Visible(self.desk, self.store).path(sha256)

    # what comes

    async def report(self, event: Event) -> None:
        await self.desk.write(lambda work: dispatch.report(work, self.outside, event))

    async def come(self, updates: Sequence[Json] | None = None) -> None:
        """These updates, or all that wait, are given to the bot, one after the other, and it is heard out."""
        for update in self.side.came() if updates is None else updates:
            await self._keep(update)
        await self.deliver()

    async def _keep(self, update: Json) -> None:
        for each in self.door.read(update, self.me):
            await self.door.keep(each)

    async def hear(self, chat: str, who: str, text: str = "", key: str = "", **more: Any) -> str:
        await self.come(self.updates(chat, who, text, key, **more))
        return self.heard(chat)

    def message(self, chat: str, who: str, text: str = "", key: str = "", **more: Any) -> Message:
        (update,) = self.updates(chat, who, text, key, **more)
        (message,) = self.door.read(update, self.me)
        assert isinstance(message, Message)
        return message

    def updates(self, chat: str, who: str, text: str = "", key: str = "", **more: Any) -> list[Json]:
        """Somebody acts; what Telegram tells of it. The same key: once more the same."""
        if key in self._said:
            return self._said[key]
        self.side.api.clock.stop(self.time.timestamp())
        self.side.came()
        self._act(self.side.place(chat, who), self.side.person(who), text, **more)
        updates = self.side.came()
        if key:
            self._said[key] = updates
        return updates

    def _act(
        self,
        place: Chat,
        person: Person,
        text: str,
        *,
        button: str | None = None,
        reply_to: str | None = None,
        point: tuple[float, float] | None = None,
        odd: str = "",
        numbered: bool = False,
        files: Sequence[File] = (),
        album: str = "",
        replaces: str = "",
        topic: int = 0,
    ) -> None:
        answered = int(reply_to or 0)
        if numbered and (under := _numbered(place, text)):  # what a number is typed for elsewhere is a key here
            person.query(place, *under, False)
        elif button is not None:
            person.query(place, *_key(place, button))
        elif point is not None and not text:
            person.location(*point, chat=place)
        elif replaces:
            number = self._said[replaces][-1]["message"]["message_id"]
            for file in files:
                place.kept[number].json.update(sent(file))
            person.edit(number, text, place)
        elif files:
            together = {"media_group_id": album} if album else {}
            for file in files:
                person.post(place, {**sent(file), **worded("caption", text), **together}, answered)
        elif not text:
            person.post(place, STICKER, answered)
        elif odd == "forwarded":  # with what it answers, though no app can do that
            origin = {"type": "hidden_user", "date": self.side.world.date(), "sender_user_name": "某人"}
            person.post(place, {**worded("text", text), "forward_origin": origin}, answered)
        elif odd == "edited":
            old = person.write("……", place, reply_to=answered)
            self.side.came()  # that one was long ago
            person.edit(old["message_id"], text, place)
        else:
            via, as_chat = "another_bot" if odd == "via_bot" else "", place if odd == "anonymous" else None
            person.write(text, place, reply_to=answered, topic=topic, via=via, as_chat=as_chat)

    # what is read

    async def deliver(self) -> None:
        """One thing in each chat at a time, so that it is read in the order in which it was shown."""
        self.side.api.clock.stop(self.time.timestamp())
        while await self.outbox.deliver():
            for called, text in self.side.news():
                self.show(called, text)


def sent(file: File) -> Json:
    """What the API tells of a file that was sent: its bytes are wherever `ref` says."""
    shape: Json = {"file_id": file.ref, "file_unique_id": file.unique or file.ref, "file_size": file.size}
    if file.kind == "photo":
        return {"photo": [{**shape, "width": 800, "height": 600}]}
    if file.kind == "video":
        shape |= {"width": 800, "height": 600}
    return {file.kind: {**shape, "file_name": file.name, "duration": file.seconds}}


def _numbered(place: Chat, text: str) -> tuple[Kept, Json] | None:
    """The key with this number, or this label, under the newest message that has any."""
    for kept in reversed(place.kept.values()):
        rows = kept.json.get("reply_markup", {}).get("inline_keyboard", [])
        keys = [button for row in rows for button in row if "callback_data" in button]
        found = [button for n, button in enumerate(keys, start=1) if text in (str(n), button["text"])]
        if keys:
            return (kept, found[0]) if found else None
    return None


def _key(place: Chat, id: str) -> tuple[Kept, Json, bool]:
    """The message it hangs under, what it carries, and whether the API cannot tell any more under which.

    An id that hangs nowhere can be pressed all the same: on a phone that has not heard yet, or by a forged client.
    """
    for kept in reversed(place.kept.values()):
        for row in kept.json.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if button.get("callback_data") == id:
                    return kept, button, False
    return Kept({"message_id": 1}), {"callback_data": id}, True


@asynccontextmanager
async def on_telegram(database: str) -> AsyncIterator[TelegramTown]:
    """With a server of its own; the database is there."""
    async with BotApi(seed=1, username="jiesu_bot") as api:
        side = Side(api)
        opened = await TelegramTown(database, side).open()
        yield opened
        await opened.close()
        await side.close()
