"""Staff in the web chat, outside the demo: who opens which group, how it is bound, and what two colleagues see.

The real desk, outbox and rules behind the real application; only the model and the clock are the town's.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web import NAME, WebChannel
from bot.outbox import Outbox
from bot.web.app import make_app
from bot.web.session import COOKIE, Session
from complaints.workflow import Status
from handlers.messages import outgoing_from_json
from storage import complaints as stored
from storage import people
from storage.people import Code
from storage.shown import after
from storage.unit_of_work import Work
from tests.group import LABOUR, STATION
from tests.town import Town

RESIDENT, ONE, OTHER = Session("a" * 32), Session("b" * 32), Session("c" * 32)
GROUP = f"group:{STATION}"
CODES = {"S-ONE": ("staff", "甲"), "S-OTHER": ("staff", "乙"), "G-GROUP": ("group", "")}
STORY = "翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好"
IDS = itertools.count(1)  # of messages: none is used twice


class Service:
    """The application of a town, with its outbox running."""

    def __init__(self, town: Town, client: TestClient[web.Request, web.Application], stack: AsyncExitStack) -> None:
        self.town, self.client, self._stack = town, client, stack

    async def page(self, path: str, session: Session) -> str:
        answer = await self.client.get(path, headers=self._headers(session))
        assert answer.status == 200
        return await answer.text()

    async def tab(self, session: Session, *chats: str) -> "Tab":
        socket = await self._stack.enter_async_context(self.client.ws_connect("/ws", headers=self._headers(session)))
        opened = Tab(session, socket)
        await socket.send_json({"type": "hello", "chats": dict.fromkeys(chats or (session.sender,), 0)})
        return opened

    def _headers(self, session: Session) -> dict[str, str]:
        return {"Origin": str(self.client.make_url("/")).rstrip("/"), "Cookie": f"{COOKIE}={session.token}"}


class Tab:
    """A page as its socket sees it: all frames it was sent, in order."""

    def __init__(self, session: Session, socket: ClientWebSocketResponse) -> None:
        self.session, self._socket = session, socket
        self.frames: list[dict[str, Any]] = []

    async def say(self, text: str, chat: str = "", **more: Any) -> dict[str, Any]:
        """What the service made of it: acknowledged, or refused."""
        id = f"u-{next(IDS)}"
        await self._socket.send_json(
            {"type": "say", "id": id, "chat": chat or self.session.sender, "text": text, **more}
        )
        return await self.until(lambda frame: frame.get("id") == id)

    async def hear(self, text: str) -> dict[str, Any]:
        """The first text or card, already here or still to come, in which these words stand."""
        return await self.until(lambda frame: text in frame.get("text", ""))

    async def until(self, is_it: Any) -> dict[str, Any]:
        found: dict[str, Any] | None = next(filter(is_it, self.frames), None)
        while found is None:
            try:
                frame = json.loads(await self._socket.receive_str(timeout=10))
            except TimeoutError:
                raise AssertionError([frame.get("text", frame["type"])[:80] for frame in self.frames]) from None
            self.frames.append(frame)
            found = frame if is_it(frame) else None
        return found

    async def everything(self) -> list[tuple[int, str]]:
        """Position and text of all it was sent, once nothing comes any more."""
        with suppress(TimeoutError):
            while True:
                self.frames.append(json.loads(await self._socket.receive_str(timeout=0.3)))
        return [(f["position"], f["text"]) for f in self.frames if f["type"] in {"text", "card"}]


def button(frame: dict[str, Any], label: str) -> str:
    return next(str(each["id"]) for row in frame["buttons"] for each in row if each["label"] == label)


@pytest.fixture
async def service(town: Town) -> AsyncIterator[Service]:
    async with running(town) as started:
        yield started


@asynccontextmanager
async def running(town: Town) -> AsyncIterator[Service]:
    def codes(work: Work) -> None:
        for typed, (kind, name) in CODES.items():
            people.make_code(work, typed, Code(kind, STATION, "staff", name), work.now + timedelta(hours=1))

    await town.desk.write(codes)
    channel = WebChannel()
    sending = asyncio.create_task(Outbox(town.desk, {NAME: channel}, town.outside, Random(3)).run())
    app = make_app(town.desk, channel, demo=False, unit_name=lambda code: f"单位{code}")
    try:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(TestClient(TestServer(app)))
            yield Service(town, client, stack)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def file(tab: Tab, story: str = STORY) -> str:
    """From the first word to the receipt; the number."""
    for words, answer in (
        (story, "登记之前"),
        ("同意，继续", "涉及谁"),
        ("跳过", "怎么联系您"),
        ("匿名", "请核对"),
        ("确认提交", "编号 "),
    ):
        await tab.say(words)
        heard = await tab.hear(answer)
    return str(heard["copy"])


async def staffed(service: Service) -> tuple[Tab, Tab]:
    """Two colleagues, each in a browser of their own, in the group that one of them has bound."""
    for session, code in ((ONE, "S-ONE"), (OTHER, "S-OTHER")):
        private = await service.tab(session)
        await private.say(f"/start {code}")
        await private.hear("已加入")
    one, other = await service.tab(ONE, GROUP), await service.tab(OTHER, GROUP)
    await one.say("/绑定 G-GROUP", GROUP)
    for tab in (one, other):
        await tab.hear("本群现在是")
    return one, other


# becoming staff


async def test_who_is_no_staff_is_told_how_to_become_it(service: Service) -> None:
    text = await service.page("/group", RESIDENT)
    assert 'data-mode="outsider"' in text
    assert "jiesu code staff" in text
    assert "/start 口令" in text
    assert 'id="group-input"' not in text


async def test_a_group_can_be_opened_by_a_member_before_it_is_bound_and_bound_there(service: Service) -> None:
    private = await service.tab(ONE)
    await private.say("/start S-ONE")
    assert (await private.until(lambda frame: frame["type"] == "staff"))["group"] == GROUP
    assert "/绑定 口令" in await service.page("/group", ONE)
    assert f'data-chat="{GROUP}"' in await service.page("/group", ONE)
    group = await service.tab(ONE, GROUP)
    assert (await group.say("/绑定 G-GROUP", GROUP))["type"] == "ack"
    await group.hear("本群现在是")
    assert await service.town.read(lambda work: people.unit_of_group(work, NAME, GROUP)) == STATION
    assert "还没有绑定" not in await service.page("/group", ONE)


async def test_a_page_that_comes_later_knows_at_once_that_its_person_is_staff(service: Service) -> None:
    await staffed(service)
    later = await service.tab(ONE)
    assert (await later.until(lambda frame: frame["type"] == "store"))["group"] == GROUP


@pytest.mark.parametrize(
    ("session", "chat"),
    [
        (RESIDENT, GROUP),  # no staff
        (ONE, f"group:{LABOUR}"),  # another unit's
        (ONE, OTHER.sender),  # a colleague's own conversation
        (ONE, "group:"),
    ],
)
async def test_nobody_opens_or_writes_in_what_is_not_theirs(service: Service, session: Session, chat: str) -> None:
    await staffed(service)
    tab = await service.tab(session, chat)
    assert (await tab.until(lambda frame: frame["type"] == "refused"))["why"] == "not_yours"
    assert (await tab.say("/绑定 G-GROUP", chat))["why"] == "not_yours"


async def test_a_group_that_is_bound_is_not_open_to_another_unit(service: Service) -> None:
    await staffed(service)
    await service.town.desk.write(lambda work: people.join(work, "moved", NAME, OTHER.sender, LABOUR, "staff", "乙"))
    text = await service.page("/group", OTHER)
    assert f'data-chat="group:{LABOUR}"' in text
    assert GROUP not in text


# working together


async def test_two_colleagues_see_the_same_group_and_one_of_them_takes_the_complaint(service: Service) -> None:
    one, other = await staffed(service)
    number = await file(await service.tab(RESIDENT))
    cards = [await tab.hear(f"【{number}】已派单") for tab in (one, other)]
    assert cards[0] == cards[1]
    await one.say("", GROUP, button=button(cards[0], "签收"))
    await other.hear("签收：甲")
    await other.say(f"/claim {number}", GROUP)
    refusal = await other.hear("已由甲签收")
    assert number in refusal["text"]
    assert await one.everything() == await other.everything()
    complaint = await service.town.read(lambda work: stored.load(work, number, lock=False))
    holder = await service.town.read(lambda work: people.member(work, NAME, ONE.sender))
    assert (complaint.status, complaint.holder) == (Status.CLAIMED, holder.id)


async def test_the_resident_hears_from_the_group_but_not_who_of_it(service: Service) -> None:
    one, _ = await staffed(service)
    resident = await service.tab(RESIDENT)
    number = await file(resident)
    card = await one.hear(f"【{number}】已派单")
    await one.say("", GROUP, button=button(card, "签收"))
    await one.hear("签收：甲")
    await one.say("师傅下午到", GROUP, reply_to=card["message_id"])
    preview = await one.hear("师傅下午到")
    await one.say("", GROUP, button=button(preview, "立即发送"))
    await resident.hear("师傅下午到")
    assert not any("甲" in frame.get("text", "") for frame in resident.frames)


# a long letter


@pytest.mark.parametrize("unit", ["水", "😀", "一段\n"])
async def test_a_letter_of_100_000_characters_is_kept_whole(service: Service, unit: str) -> None:
    letter = (STORY + unit * 100_000)[:100_000]
    resident = await service.tab(RESIDENT)
    number = await file(resident, letter)
    kept = await service.town.read(lambda work: stored.last_words(work, number, "filed"))
    assert letter.strip() in kept
    shown = await service.town.read(lambda work: after(work, NAME, RESIDENT.sender, 0))
    assert max(len(outgoing_from_json(row.payload).text) for row in shown) < 1000
