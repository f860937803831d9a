"""What waits at Telegram comes to the desk: all of it, once, in order, acknowledged only after the commit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession, web
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.telegram import poll as polling
from bot.channels.telegram.poll import OFFSET, POLL, Poller
from bot.channels.telegram.receive import HEADER, LARGEST, Door, webhook
from bot.channels.telegram.request import connect
from bot.desk import Busy
from handlers.messages import Event, Message
from storage import facts, leases
from storage.tables import inbox
from tests.botapi.server import BotApi
from tests.town import Town

Json = dict[str, Any]
LEASE = timedelta(seconds=0.3)
PATIENCE = 60.0  # seconds
WORDS: dict[str, tuple[str, str]] = {}  # by update key: what is kept is sealed, and blanked in time
SECRET = "a-secret-of-the-webhook"


class Side:
    """Our side of the platform: what was told, how long was waited."""

    def __init__(self, api: BotApi, town: Town, token: str = "") -> None:
        self.bot = connect(token or api.token, api.url, api.file_url)
        self.events: list[Event] = []
        self.pressed: list[str] = []
        self.outages: list[float] = []
        self.pauses: list[float] = []
        self.door = Door(self.bot, town.desk, self._report, self._answered)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.lease = LEASE

    async def _report(self, event: Event) -> None:
        self.events.append(event)

    async def _answered(self, press: str) -> None:
        self.pressed.append(press)

    async def _outage(self, seconds: float) -> None:
        self.outages.append(seconds)

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.002)

    def poller(self) -> Poller:
        return Poller(self.door, self._outage, Random(1), lambda: self.clock(), self._sleep, self.lease)

    @asynccontextmanager
    async def polling(self) -> AsyncIterator[Poller]:
        poller = self.poller()
        task = asyncio.create_task(poller.run())
        try:
            yield poller
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    """What is waited for comes at once, but for a machine that has much else to do."""
    async with BotApi(seed=3) as running:
        monkeypatch.setattr(running, "until", partial(running.until, seconds=PATIENCE))
        yield running


def listen(town: Town) -> None:
    """Remembers the words that are kept. Leases are of real seconds here, so the desk has a real clock."""
    WORDS.clear()
    receive = town.desk.receive

    async def remember(message: Message) -> Any:
        handed = await receive(message)
        WORDS[message.update_key] = message.chat, message.text
        return handed

    town.desk.receive = remember  # type: ignore[method-assign]
    town.desk._clock = lambda: datetime.now(UTC)


@pytest.fixture
async def side(api: BotApi, town: Town) -> AsyncIterator[Side]:
    listen(town)
    made = Side(api, town)
    yield made
    await made.bot.request.shutdown()


def kept(town: Town) -> list[tuple[str, str]]:
    """Chat and text of all the desk has kept, in its order."""
    rows = select(inbox.c.update_key).where(inbox.c.channel == "telegram").order_by(inbox.c.id)
    keys = town.desk.read(lambda work: list(work.connection.execute(rows).scalars()))
    return [WORDS[key] for key in keys]


def position(town: Town) -> Json | None:
    found: Json | None = orjson.loads(town.desk.read(lambda work: facts.get(work, OFFSET)) or "null")
    return found


def polls(api: BotApi) -> list[Json]:
    return [call.params for call in api.calls if call.method == "getUpdates"]


# polling


async def test_all_is_kept_in_the_order_of_its_chat_and_then_acknowledged(api: BotApi, town: Town, side: Side) -> None:
    people = [api.world.person(name) for name in ("张三", "李四")]
    for number in range(5):
        for person in people:
            person.write(f"第 {number} 句，楼道漏水")
    async with side.polling():
        await api.until(api.updates.taken)
    for person in people:
        said = [text for chat, text in kept(town) if chat == str(person.id)]
        assert said == [f"第 {number} 句，楼道漏水" for number in range(5)]
    assert (position(town) or {})["offset"] == api.updates.next_id
    assert polls(api)[0]["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


async def test_what_is_not_committed_is_not_acknowledged(
    api: BotApi, town: Town, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, go, receive = asyncio.Event(), asyncio.Event(), town.desk.receive

    async def hold(message: Message) -> Any:
        came.set()
        await go.wait()
        return await receive(message)

    monkeypatch.setattr(town.desk, "receive", hold)
    api.world.person("张三").write("楼道漏水")
    async with side.polling():
        await came.wait()
        await asyncio.sleep(0.05)
        assert len(polls(api)) == 1
        assert position(town) is None
        go.set()
        await api.until(api.updates.taken)
    assert len(kept(town)) == 1


@pytest.mark.parametrize("error", [Busy(), OSError(28, "disk full")], ids=["the desk is busy", "the disk is full"])
async def test_what_the_desk_does_not_take_waits(
    api: BotApi, town: Town, side: Side, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refusals, receive = iter([error] * 5), town.desk.receive

    async def refuse(message: Message) -> Any:
        if found := next(refusals, None):
            assert not api.updates.taken()
            raise found
        return await receive(message)

    monkeypatch.setattr(town.desk, "receive", refuse)
    person = api.world.person("张三")
    person.write("一，楼道漏水")
    person.write("二，三楼")
    async with side.polling():
        await api.until(api.updates.taken)
    assert [text for _, text in kept(town)] == ["一，楼道漏水", "二，三楼"]
    assert len(side.pauses) == 5


async def test_nothing_is_lost_or_done_twice_on_a_bad_line(town: Town) -> None:
    faults: dict[str, Any] = {
        "drop_before": 0.1,
        "drop_after": 0.1,
        "server_error": 0.1,
        "garbage": 0.1,
        "repeat": 0.3,
        "renumber": 0.3,
    }
    async with BotApi(seed=5, **faults) as api:
        for kind in ("drop_before", "drop_after", "server_error", "garbage"):
            api.faults.once(kind, "getUpdates")  # however few polls it takes
        listen(town)
        side = Side(api, town)
        people = [api.world.person(f"居民{number}") for number in range(4)]
        said = [(str(person.id), f"第 {number} 句，楼道漏水") for number in range(10) for person in people]
        async with side.polling():
            for number in range(10):
                for person in people:
                    person.write(f"第 {number} 句，楼道漏水")
                await asyncio.sleep(0.01)
            await api.until(api.updates.taken)
        await side.bot.request.shutdown()
    assert sorted(kept(town)) == sorted(said)
    assert len(side.pauses) >= 4


async def test_a_restart_goes_on_where_it_was(api: BotApi, town: Town, side: Side) -> None:
    person = api.world.person("张三")
    person.write("一，楼道漏水")
    async with side.polling():
        await api.until(api.updates.taken)
    person.write("二，三楼")
    before = len(polls(api))
    async with side.polling():
        await api.until(api.updates.taken)
    assert polls(api)[before]["offset"] == api.updates.next_id - 1
    assert [text for _, text in kept(town)] == ["一，楼道漏水", "二，三楼"]
    assert side.outages == []


async def test_after_six_quiet_days_the_platform_says_where_to_begin(api: BotApi, town: Town, side: Side) -> None:
    old = datetime.now(UTC) - timedelta(days=6, minutes=1)
    now = datetime.now(UTC)
    noted = polling.Position(999_999_999, old, now).kept()
    await town.desk.write(lambda work: facts.put(work, OFFSET, noted))
    api.world.person("张三").write("楼道漏水")  # its number is below what was noted
    async with side.polling():
        await api.until(api.updates.taken)
    assert "offset" not in polls(api)[0]
    assert len(kept(town)) == 1


@pytest.mark.parametrize(("seconds", "told"), [(149, []), (3600, [3600])], ids=["a pause", "an outage"])
async def test_an_outage_is_told_once(api: BotApi, town: Town, side: Side, seconds: int, told: list[int]) -> None:
    then = datetime.now(UTC) - timedelta(seconds=seconds)
    noted = polling.Position(1, then, then).kept()
    await town.desk.write(lambda work: facts.put(work, OFFSET, noted))
    for _ in range(2):
        async with side.polling():
            await api.until(lambda: len(polls(api)) == 2)  # the second begins when the first is noted
        api.calls.clear()
    assert [round(seconds, -1) for seconds in side.outages] == told


async def test_an_outage_of_the_platform_is_told_when_it_is_over(
    api: BotApi, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "OUTAGE", timedelta(seconds=0.1))
    async with side.polling():
        await api.until(lambda: len(polls(api)) == 2)
        api.faults.server_error = 1.0
        api.world.person("张三").write("楼道漏水")  # ends the open poll, so that the next one fails
        await api.until(lambda: len(side.pauses) > 60)
        assert side.outages == []
        api.faults.server_error = 0.0
        await api.until(lambda: side.outages)
        await api.until(api.updates.taken)
    assert len(side.outages) == 1


async def test_one_of_two_processes_polls_and_the_other_goes_on_when_it_ends(
    api: BotApi, town: Town, side: Side
) -> None:
    other, person = Side(api, town), api.world.person("张三")
    with capture_logs() as logs:
        async with AsyncExitStack() as first:
            await first.enter_async_context(side.polling())
            await api.until(lambda: polls(api))
            async with other.polling():
                person.write("一，楼道漏水")
                await api.until(api.updates.taken)
                await asyncio.sleep(2 * LEASE.total_seconds())
                assert other.door._me is None
                await first.aclose()
                person.write("二，三楼")
                await api.until(api.updates.taken)
                assert other.door._me is not None
    await other.bot.request.shutdown()
    assert len(kept(town)) == 2
    assert not [line for line in logs if line["event"].startswith(("poll", "lease"))]


async def test_who_was_killed_is_followed_within_five_seconds(api: BotApi, town: Town, side: Side) -> None:
    longest = polling.LEASE + polling.LEASE / polling.LOOKS
    assert longest <= timedelta(seconds=5)
    await town.desk.write(lambda work: leases.take(work, POLL, "killed", LEASE))
    api.world.person("张三").write("楼道漏水")
    async with side.polling():
        await api.until(api.updates.taken)
    assert len(kept(town)) == 1


@pytest.mark.parametrize(("since", "noted"), [("", True), ("other", False)], ids=["nobody's", "another's"])
async def test_a_lease_that_ended_while_the_desk_was_busy_is_held_on(
    town: Town, side: Side, since: str, noted: bool
) -> None:
    now = datetime.now(UTC)
    for owner in filter(None, ["me", since]):
        await town.desk.write(partial(leases.take, name=POLL, owner=owner, lasts=timedelta(0)))
    note = partial(polling._note, owner="me", lease=LEASE, position=polling.Position(7, now, now))
    assert await town.desk.write(note) == noted
    assert town.desk.read(lambda work: leases.holds(work, POLL, "me")) == noted
    assert (position(town) is not None) == noted


def looks_of(poller: Poller) -> list[bool]:
    """What it learns of its lease, look by look. The poller has not begun yet."""
    looks, holds = [], poller._holds

    async def remember() -> bool:
        looks.append(await holds())
        return looks[-1]

    poller._holds = remember  # type: ignore[method-assign]
    return looks


async def test_who_loses_the_lease_stops_and_notes_nothing(api: BotApi, town: Town, side: Side) -> None:
    side.lease = timedelta(minutes=10)  # after its first two looks it takes none before it wants to note
    async with side.polling() as poller:
        looks = looks_of(poller)
        await api.until(lambda: len(polls(api)) == len(looks) == 2)
        await town.desk.write(lambda work: facts.put(work, f"lease:{POLL}", "2999-01-01T00:00:00+00:00 other"))
        api.world.person("张三").write("楼道漏水")
        before = position(town)
        await api.until(lambda: WORDS)
        await asyncio.sleep(2 * LEASE.total_seconds())
        assert position(town) == before
        assert len(polls(api)) == 2
    assert town.desk.read(lambda work: leases.holds(work, POLL, "other"))


@pytest.mark.parametrize("webhook_is_set", [True, False], ids=["a webhook", "another process"])
async def test_a_conflict_is_named_and_waited_out(api: BotApi, side: Side, webhook_is_set: bool) -> None:
    said = "a webhook is set" if webhook_is_set else "another process polls with this token"
    with capture_logs() as logs:
        async with connect(api.token, api.url, api.file_url) as stranger:
            if webhook_is_set:
                await stranger.set_webhook("http://127.0.0.1:9/telegram")
            async with side.polling():
                if not webhook_is_set:
                    await api.until(lambda: len(polls(api)) == 2)
                    await stranger.get_updates(timeout=0)
                await api.until(lambda: len(side.pauses) >= (3 if webhook_is_set else 1))
                await stranger.delete_webhook()
                api.world.person("张三").write("楼道漏水")
                await api.until(api.updates.taken)
    assert {line["error"] for line in logs if line["event"] == "poll.conflict"} == {said}
    assert 4 <= side.pauses[0] <= 6
    grown = side.pauses[:3]
    assert grown == sorted(grown)


async def test_a_refused_token_ends_polling_and_names_the_setting(api: BotApi, town: Town, side: Side) -> None:
    token = "123456:" + "B" * 35
    refused = Side(api, town, token)
    with capture_logs() as logs:
        poller = refused.poller()
        async with asyncio.timeout(5):
            await poller.run()
    await refused.bot.request.shutdown()
    assert poller.refused
    assert "JIESU_TELEGRAM_TOKEN" in logs[-1]["error"]
    assert token not in str(logs)
    assert not town.desk.read(lambda work: facts.get(work, f"lease:{POLL}"))


async def test_it_waits_as_long_as_the_platform_asks(api: BotApi, side: Side) -> None:
    api.faults.retry_after = 17
    api.faults.once("too_many", "getUpdates")
    async with side.polling():
        await api.until(lambda: len(polls(api)) > 1)
    assert side.pauses == [17.0]


async def test_an_update_nobody_can_read_holds_up_no_other(api: BotApi, town: Town, side: Side) -> None:
    person = api.world.person("张三")
    api.updates.add("message", {"message_id": "words", "chat": 5})
    person.write("楼道漏水")
    with capture_logs() as logs:
        async with side.polling():
            await api.until(api.updates.taken)
    assert [text for _, text in kept(town)] == ["楼道漏水"]
    assert [line["id"] for line in logs if line["event"] == "update.unreadable"] == [api.updates.next_id - 2]


async def test_a_press_is_answered_after_its_commit(api: BotApi, town: Town, side: Side) -> None:
    person = api.world.person("张三")
    person.start()
    button = {"inline_keyboard": [[{"text": "同意", "callback_data": "b-1"}]]}
    await side.bot.send_message(person.id, "同意吗？", reply_markup=button)  # type: ignore[arg-type]
    press = person.press("同意")
    async with side.polling():
        await api.until(lambda: side.pressed)
        assert len(kept(town)) == 2
    assert side.pressed == [press.id]


async def test_a_press_that_cannot_be_answered_is_done_all_the_same(api: BotApi, town: Town, side: Side) -> None:
    async def fail(press: str) -> None:
        raise OSError(press)

    side.door._answered = fail
    await side.door.keep(Message("telegram", "5", "5", "press:9", button="b-1"))
    with capture_logs() as logs:
        await asyncio.sleep(0.01)
    assert logs[0]["event"] == "press.unanswered"
    assert len(kept(town)) == 1


async def test_what_happens_to_chats_is_reported_and_a_move_first(api: BotApi, town: Town, side: Side) -> None:
    person = api.world.person("张三")
    group = api.world.group("城管科", [person], kind="group", privacy=False)
    person.write("接", group)
    person.start()
    person.block()
    new = api.world.migrate(group, person)
    async with side.polling():
        await api.until(api.updates.taken)
    assert [(event.kind, event.chat, event.to) for event in side.events] == [
        ("migrated", str(group.id), str(new.id)),
        ("migrated", str(group.id), str(new.id)),
        ("blocked", str(person.id), ""),
    ]
    assert len({event.key for event in side.events}) == 2


# the webhook


@asynccontextmanager
async def listening(side: Side) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/telegram", webhook(side.door, SECRET))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    finally:
        await runner.cleanup()


async def test_the_platform_calls_and_all_is_kept(api: BotApi, town: Town, side: Side) -> None:
    people = [api.world.person(name) for name in ("张三", "李四")]
    async with listening(side) as url:
        await side.bot.set_webhook(url, secret_token=SECRET)
        for number in range(5):
            for person in people:
                person.write(f"第 {number} 句，楼道漏水")
        await api.until(api.updates.taken)
        await side.bot.delete_webhook()
    for person in people:
        said = [text for chat, text in kept(town) if chat == str(person.id)]
        assert said == [f"第 {number} 句，楼道漏水" for number in range(5)]


async def test_while_the_desk_is_busy_the_platform_is_to_come_again(
    api: BotApi, town: Town, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals, receive = iter([Busy()] * 2), town.desk.receive

    async def refuse(message: Message) -> Any:
        if found := next(refusals, None):
            raise found
        return await receive(message)

    monkeypatch.setattr(town.desk, "receive", refuse)
    async with listening(side) as url:
        await side.bot.set_webhook(url, secret_token=SECRET)
        api.world.person("张三").write("楼道漏水")
        await api.until(lambda: api.updates.last_error)
        assert "503" in (api.updates.last_error or (0, ""))[1]
        await api.until(api.updates.taken)
        await side.bot.delete_webhook()
    assert len(kept(town)) == 1


GOOD = b'{"update_id": 1, "message": {"message_id": 9, "date": 1795000000, "text": "a", "chat": {"id": 5, "type":' + (
    b' "private"}, "from": {"id": 5, "is_bot": false, "first_name": "Z"}}}'
)


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        pytest.param(SECRET, GOOD, 200, id="an update"),
        pytest.param(SECRET, b'{"update_id": 1, "message": {"message_id": []}}', 200, id="nobody can read it: done"),
        pytest.param(SECRET, b'{"update_id": 1}', 200, id="nothing in it"),
        pytest.param("", GOOD, 403, id="no secret"),
        pytest.param(SECRET[:-1], GOOD, 403, id="a part of the secret"),
        pytest.param("geheim-é", GOOD, 403, id="signs no secret has"),
        pytest.param("", b"x" * (LARGEST + 1), 403, id="no secret: the size is not even looked at"),
        pytest.param(SECRET, b"{}", 400, id="no update"),
        pytest.param(SECRET, b"[1]", 400, id="a list"),
        pytest.param(SECRET, b"", 400, id="nothing"),
        pytest.param(SECRET, b"\xff\xfe", 400, id="no UTF-8"),
        pytest.param(SECRET, b"[" * 100_000, 400, id="deep"),
        pytest.param(SECRET, b'{"update_id": "1"}', 400, id="a number in words"),
        pytest.param(SECRET, b"x" * (LARGEST + 1), 413, id="too large"),
    ],
)
async def test_who_calls_is_checked_before_what_they_say(
    town: Town, side: Side, secret: str, body: bytes, status: int
) -> None:
    async with listening(side) as url, ClientSession() as session:
        headers = {HEADER: secret} if secret else {}
        async with session.post(url, data=body, headers=headers) as response:
            assert response.status == status
            assert await response.read() == b""
    assert len(kept(town)) == (body == GOOD and status == 200)


async def test_a_body_without_a_length_is_measured_as_it_comes(town: Town, side: Side) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1024 + 64):
            yield b"x" * 1024

    async with (
        listening(side) as url,
        ClientSession() as session,
        session.post(url, data=endless(), headers={HEADER: SECRET}) as response,
    ):
        assert response.status == 413


def test_a_webhook_without_a_secret_is_not_made(side: Side) -> None:
    with pytest.raises(ValueError, match="open to everybody"):
        webhook(side.door, "")
