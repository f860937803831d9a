"""A whole complaint, played through the web channel's own code: sockets on loopback, as two pages would.

Every status is read back from the database. A step that is not reached ends the story with exit code 1 and its name.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, web

from bot import app as wiring
from bot import demo
from bot.channels.web import WebChannel
from bot.settings import Settings
from bot.web.app import make_app
from complaints.complaint import Complaint
from complaints.numbers import find_all
from storage import complaints as stored

TEXT = "翠竹街道水贝社区 3 栋楼道的水管爆了，从昨天晚上一直流到现在，希望尽快修好"
PATIENCE = 20.0  # seconds for one step

Tell = Callable[[str], object]


class NotReached(Exception):
    """The step that did not come."""


class MovedClock:
    """The real time, moved ahead: nobody waits for the 30 seconds in which a reply can be taken back."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return wiring.now() + self.ahead


@dataclass
class Page:
    """One chat as a page has it: what it was shown, the newest last."""

    socket: ClientWebSocketResponse
    chat: str
    shown: list[dict[str, Any]] = field(default_factory=list)

    async def hello(self) -> None:
        await self.socket.send_json({"type": "hello", "chats": {self.chat: 0}})

    async def say(self, text: str = "", button: str | None = None) -> None:
        frame = {"type": "say", "id": str(uuid4()), "chat": self.chat, "text": text}
        await self.socket.send_json(frame | ({"button": button} if button else {}))

    async def press(self, label: str) -> None:
        """The newest button whose label begins so."""
        frame = await self.see(lambda frame: _button(frame, label) is not None, f"按钮「{label}」")
        await self.say(button=_button(frame, label))

    async def see(self, wanted: Callable[[dict[str, Any]], bool], name: str) -> dict[str, Any]:
        """The newest frame that is wanted, waited for. Raises NotReached with `name`."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = [frame for frame in self.shown if wanted(frame)]
                    if found:
                        return found[-1]
                    await self._read()
        except TimeoutError:
            raise NotReached(name) from None

    async def _read(self) -> None:
        frame = await self.socket.receive_json()
        if frame["type"] in {"text", "card"} and frame["chat"] == self.chat:
            self.shown.append(frame)

    def forget(self) -> None:
        """What was shown so far does not count for the next step."""
        self.shown.clear()


def _button(frame: dict[str, Any], label: str) -> str | None:
    buttons = [button for row in frame["buttons"] for button in row]
    return next((b["id"] for b in buttons if b["label"].startswith(label)), None)


async def play(settings: Settings, text: str, tell: Tell) -> int:
    """Tells the story with `text` as the resident's words; the exit code."""
    clock = MovedClock()
    built = wiring.parts(settings, settings.keyring(), at=clock, demo=True)
    channel = WebChannel()
    async with wiring.running(built, [channel]):
        runner = web.AppRunner(make_app(built.desk, channel, demo=True))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            story = Story(built, clock, f"http://127.0.0.1:{runner.addresses[0][1]}", tell)
            await story.tell_it(text)
        except NotReached as missing:
            tell(f"✗ 没有走到这一步：{missing}")
            return 1
        finally:
            await runner.cleanup()
    return 0


@dataclass
class Story:
    built: wiring.Parts
    clock: MovedClock
    address: str
    tell: Tell

    async def tell_it(self, text: str) -> None:
        async with (
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as resident,
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as staff,
        ):
            me = await self._open(resident)
            number = await self._file(me, text)
            unit = await self._through_triage(staff, number)
            await self._work(me, await self._open(staff, demo.group_chat(unit)), number)
            await self._last_word(me, number)

    async def _open(self, session: ClientSession, chat: str = "") -> Page:
        async with session.get(self.address) as page:
            own = (await page.text()).split('data-chat="')[1].split('"')[0]
        socket = await session.ws_connect(f"{self.address}/ws", headers={"Origin": self.address})
        page_ = Page(socket, chat or own)
        await page_.hello()
        return page_

    # the steps

    async def _file(self, me: Page, text: str) -> str:
        self.tell(f"居民：{text}")
        await me.say(text)
        await me.press("同意")
        while not _button(await me.see(_asks, "核对卡片"), "确认提交"):
            frame = me.shown[-1]
            me.forget()
            label = "匿名" if _button(frame, "匿名") else "跳过"
            if _button(frame, label):
                await me.say(button=_button(frame, label))
            else:
                await me.say(text)
        await me.press("确认提交")
        receipt = await me.see(lambda frame: "已登记" in frame["text"], "回执编号")
        number = find_all(receipt["text"], "LH")[0]
        complaint = await self._read(number, {"dispatched", "triage"}, "登记")
        self.tell(f"  编号 {number}，分类 {complaint.category}（{complaint.category_by}），队列 {complaint.lead}")
        me.forget()
        return number

    async def _through_triage(self, staff: ClientSession, number: str) -> str:
        """The unit that leads; at the triage desk a person decides first."""
        complaint = await self._read(number, {"dispatched", "triage"}, "派单")
        if complaint.status == "triage":
            desk = await self._open(staff, demo.group_chat(str(complaint.lead)))
            card = await desk.see(lambda f: f["type"] == "card" and number in f["text"], "研判席的卡片")
            self.tell("研判席：拿不准，由人来定")
            await desk.say(button=_button(card, "改分类"))
            await desk.say("城乡建设")
            complaint = await self._read(number, {"dispatched"}, "研判后派单")
            await desk.socket.close()
        self.tell(f"  派给 {complaint.lead}（目录 {complaint.catalogue_row} 版本 {complaint.catalogue_version}）")
        return str(complaint.lead)

    async def _work(self, me: Page, group: Page, number: str) -> None:
        await group.see(lambda f: f["type"] == "card" and number in f["text"], "工作群的卡片")
        short = number.split("-")[2]
        for said, status in (
            (f"/接 {number}", "claimed"),
            (f"/回 {number} 已安排人员今天下午到现场", "claimed"),
            ("", "handling"),
            (f"/办结 {number} 支持 事实：已到现场处理 依据：按职责办理", "replied"),
        ):
            self.tell(f"工作群：{said}" if said else "（过了可以撤回的 30 秒）")
            if said:
                group.forget()
                await group.say(said)
                await group.see(lambda frame: frame["type"] == "text", said)
            else:
                self.clock.ahead += timedelta(seconds=31)
            await self._read(number, {status}, f"{short} {status}")
        await me.see(lambda f: "已安排人员" in f["text"], "居民收到回复")

    async def _last_word(self, me: Page, number: str) -> None:
        await me.press("解决了")
        self.tell("居民：解决了")
        await self._read(number, {"closed"}, "办结")
        await me.press("满意")
        await self._until(number, lambda c: c.satisfied == "yes", "评价")
        self.tell("居民：满意")
        history = self.built.desk.read(lambda work: stored.events(work, number))
        self.tell("从数据库读回：" + " → ".join(row.kind for row in history))

    # reading back

    async def _read(self, number: str, wanted: set[str], name: str) -> Complaint:
        complaint = await self._until(number, lambda c: c.status.value in wanted, name)
        self.tell(f"  数据库：{number} {complaint.status.value}")
        return complaint

    async def _until(self, number: str, wanted: Callable[[Complaint], bool], name: str) -> Complaint:
        for _ in range(int(PATIENCE * 20)):
            found = await asyncio.to_thread(self.built.desk.read, lambda work: stored.load(work, number, lock=False))
            if found is not None and wanted(found):
                return found
            await asyncio.sleep(0.05)
        raise NotReached(name)


def _asks(frame: dict[str, Any]) -> bool:
    return bool(frame["buttons"])
