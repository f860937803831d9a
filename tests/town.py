"""A town for tests: the real desk, outbox and terminal channel on a database of its own, and a clock one can turn.

Nothing runs by itself: after each word what was committed is delivered, and time passes only when told. People and
chats are called by the terminal's names; `id` is what the channel calls them, as the database has it.
"""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Self
from zoneinfo import ZoneInfo

from bot import clock
from bot.channels.base import Channel
from bot.channels.terminal import NAME, RESIDENT, TerminalChannel, group_chat, staff_sender
from bot.desk import Desk
from bot.media.store import Store
from bot.outbox import Outbox
from bot.rulebook import Books
from classifier.prediction import Guess, Prediction
from handlers.dispatch import Outside
from handlers.messages import Message
from storage import engine, people
from storage.sealed import Keyring
from storage.unit_of_work import Work

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
KEYS = "k1:" + "A" * 43 + "="
DESK = "440303"

# a stand-in for the model: which word makes it how sure of what
WORDS = {"漏水": ("城乡建设", 0.95), "工资": ("劳动和社会保障", 0.97), "噪音": ("环境保护", 0.93)}


def predict(text: str) -> Prediction:
    for word, (label, sure) in WORDS.items():
        if word in text:
            rest = (Guess("交通运输", (1 - sure) * 0.7), Guess("商贸旅游", (1 - sure) * 0.3))
            return Prediction((Guess(label, sure), *rest), True, 0.6, 0.2, "test-1", ((word, 1.0),))
    unsure = (Guess("商贸旅游", 0.4), Guess("城乡建设", 0.35), Guess("交通运输", 0.1))
    return Prediction(unsure, False, 0.6, 0.2, "test-1")


class Town:
    name = NAME

    def __init__(self, url: str, at: datetime = TUESDAY, seed: int = 1) -> None:
        self.time = at
        self.url = url
        self.seen: dict[str, list[str]] = {}
        self.store: Store | None = None  # of what a channel shows beside texts
        self.keys = Keyring.parse(KEYS)
        self.predict: Callable[[str], Prediction | None] = predict
        self._seed, self._count = seed, itertools.count(1)
        self.outside = Outside(Books("LH"), lambda text: self.predict(text), Random(seed))
        self.desk = Desk(engine.writing(url), engine.reading(url), "luohu", self.keys, lambda: self.time, self.outside)
        self.channel: Channel = TerminalChannel(self.show)

    async def open(self) -> Self:
        self.desk.start()
        self.outbox = Outbox(self.desk, {self.name: self.channel}, self.outside, Random(2))
        return self

    async def close(self) -> None:
        self.desk.stop()

    def another(self, at: datetime, seed: int = 1) -> "Town":
        """A later run on the same database, or one beside this one; it is to be opened."""
        return Town(self.url, at, seed)

    def id(self, called: str) -> str:
        """What the channel calls this person or chat."""
        return called

    def show(self, chat: str, text: str) -> None:
        self.seen.setdefault(chat, []).append(text)

    async def read(self, function: Callable[[Work], Any]) -> Any:
        return self.desk.read(function)

    # speaking

    async def say(self, text: str, **more: Any) -> str:
        """The resident writes; what they read last."""
        return await self.hear(RESIDENT, RESIDENT, text, **more)

    async def staff(self, unit: str, text: str, sender: str | None = None, **more: Any) -> str:
        """Somebody writes in the group of `unit`; what was last written there."""
        return await self.hear(group_chat(unit), sender or staff_sender(unit), text, **more)

    async def hear(self, chat: str, who: str, text: str = "", key: str = "", **more: Any) -> str:
        """Somebody writes or presses; what was last written there."""
        await self.desk.receive(self.message(chat, who, text, key, **more))
        await self.deliver()
        return self.heard(chat)

    def message(self, chat: str, who: str, text: str = "", key: str = "", **more: Any) -> Message:
        """What somebody says in a chat, as it comes to the desk. The same key: it comes once more."""
        return Message(self.name, chat, who, key or self.key(), text=text, group=chat != who, **more)

    def key(self) -> str:
        return f"key-{self._seed}-{next(self._count)}"  # another seed: a later run on the same database

    async def deliver(self) -> None:
        while await self.outbox.deliver():
            pass

    async def pass_time(self, **length: float) -> None:
        self.time += timedelta(**length)
        await clock.beat(self.desk)
        await self.deliver()

    # hearing

    def heard(self, chat: str = RESIDENT) -> str:
        return self.seen.get(chat, [""])[-1]

    def all(self, chat: str = RESIDENT) -> list[str]:
        return self.seen.get(chat, [])

    def group(self, unit: str) -> list[str]:
        return self.all(group_chat(unit))

    async def join(self, unit: str, sender: str | None = None, role: str = "staff") -> None:
        """A member of staff and the group of their unit."""

        def bind(work: Work) -> None:
            who = sender or staff_sender(unit)
            people.join(work, f"id-{who}", self.name, self.id(who), unit, role, f"示例{unit[-3:]}")
            people.bind_group(work, self.name, self.id(group_chat(unit)), unit, self.id(who))

        await self.desk.write(bind)

    async def file(self, text: str = "翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好") -> str:
        """A complaint from first word to receipt; its number."""
        await self.say(text)
        await self.say("同意，继续")
        for _ in range(6):
            if "确认提交" in self.heard():
                break
            await self.say("跳过" if "匿名" not in self.heard() else "匿名")
        receipt = await self.say("确认提交")
        return receipt.split("编号 ")[1][:14]


def at(text: str) -> datetime:
    """`2026-11-24 17:00` in Shanghai."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'test.db'}"
