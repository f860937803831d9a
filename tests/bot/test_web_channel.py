"""The web chat's promise: nothing lost, nothing twice, both ways; and nobody reads or writes what is not theirs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot.channels.web import FURTHEST_BACK, NAME, Line, WebChannel, advance, unread
from bot.desk import Busy
from bot.web.app import make_app
from bot.web.session import COOKIE, Session
from bot.web.socket import LARGEST_FRAME, LOOKS_AGAIN
from handlers.messages import Button, Message, Outgoing, outgoing_to_json
from storage import cards, delivery, engine, lines, migrate, outbox, people, reports, runs
from storage.cards import TakenCard
from storage.delivery import Taken
from storage.outbox import Handed
from storage.sealed import Keyring
from storage.shown import reach
from storage.tables import run
from storage.unit_of_work import Work

NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)
KEYS = Keyring({"k1": bytes(32)})
RESIDENT = Session("a" * 32)
OTHER = Session("b" * 32)
GROUP = "group:U1"
LEASE = timedelta(seconds=30)
Client = TestClient[web.Request, web.Application]


class Store:
    """A real store beside which a desk only writes down what it was given."""

    def __init__(self, empty: Path, folder: Path) -> None:
        url = f"sqlite:///{copy(empty, folder)}"
        self._writing, self._reading = engine.writing(url), engine.reading(url)
        self.write(lambda work: runs.begin(work, "desk", lambda _: False))
        self.received: list[Message] = []
        self.full = 0  # how often the next messages find the queue full
        self.handed: list[Handed] = []  # the answers to the next messages

    async def receive(self, message: Message) -> Handed | None:
        if self.full:
            self.full -= 1
            raise Busy
        self.received.append(message)
        return self.handed.pop(0) if self.handed else None

    def write(self, function: Any) -> Any:
        with self._writing.begin() as connection:
            return function(Work(connection, "LH", KEYS, NOW))

    def read(self, function: Any) -> Any:
        with self._reading.begin() as connection:
            return function(Work(connection, "LH", KEYS, NOW))

    # what the outbox does

    def put(self, chat: str, *texts: str) -> None:
        for text in texts:
            out = Outgoing(text, ((Button("好", f"b-{text}"),),), copy=text)
            self.write(lambda work, out=out: outbox.put(work, NAME, chat, outgoing_to_json(out), due=NOW))

    def take(self) -> Taken:
        taken: list[Taken] = self.write(lambda work: delivery.take(work, [NAME], 1, LEASE))
        return taken[0]

    def settle(self, taken: Taken) -> None:
        self.write(lambda work: delivery.sent(work, taken.id, f"m{taken.position}"))

    def take_card(self, chat: str, number: str) -> TakenCard:
        self.write(lambda work: cards.hang(work, NAME, chat, number))
        self.write(lambda work: cards.want(work, number))
        taken: list[TakenCard] = self.write(lambda work: cards.take(work, [NAME], 1, LEASE))
        return taken[0]

    def settle_card(self, taken: TakenCard, text: str) -> None:
        id = taken.message_id or f"m{taken.position}"
        self.write(lambda work: cards.shown(work, taken, id, outgoing_to_json(Outgoing(text))))

    def send(self, chat: str, *texts: str) -> None:
        self.put(chat, *texts)
        for _ in texts:
            self.settle(self.take())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "web.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Store:
    return Store(empty, tmp_path)


@asynccontextmanager
async def served(store: Store, *, demo: bool = True, **more: Any) -> AsyncIterator[tuple[Client, WebChannel]]:
    channel = WebChannel()
    app: web.Application = make_app(store, channel, demo=demo, **more)  # type: ignore[arg-type]
    async with TestClient(TestServer(app)) as client:
        yield client, channel


@asynccontextmanager
async def opened(client: Client, session: Session = RESIDENT, **chats: int) -> AsyncIterator[ClientWebSocketResponse]:
    """The socket of a page that has said how far it has read; `mine` is the resident's own chat."""
    origin = str(client.make_url("/")).rstrip("/")
    headers = {"Origin": origin, "Cookie": f"{COOKIE}={session.token}"}
    async with client.ws_connect("/ws", headers=headers) as socket:
        assert (await socket.receive_json(timeout=5))["type"] == "store"
        if chats:
            positions = {session.sender if chat == "mine" else GROUP: place for chat, place in chats.items()}
            await socket.send_json({"type": "hello", "chats": positions})
        yield socket


async def frames(
    socket: ClientWebSocketResponse, until: str, times: int = 1, within: float = 5
) -> list[dict[str, Any]]:
    """What arrives, up to and with the `times`-th frame of a kind."""
    found: list[dict[str, Any]] = []
    while sum(frame["type"] == until for frame in found) < times:
        found.append(json.loads(await socket.receive_str(timeout=within)))
    return found


async def silence(socket: ClientWebSocketResponse, seconds: float = 0.2) -> bool:
    try:
        await socket.receive(timeout=seconds)
    except TimeoutError:
        return True
    return False


def shown(found: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(frame["position"], frame["text"]) for frame in found if frame["type"] in {"text", "card"}]


def say(text: str = "楼下水管爆了", **more: Any) -> dict[str, Any]:
    return {"type": "say", "id": "u-1", "chat": RESIDENT.sender, "text": text} | more


# out: what the page is told


async def test_a_page_that_knows_nothing_gets_everything_with_buttons_and_what_to_copy(store: Store) -> None:
    store.send(RESIDENT.sender, "您好", "请说")
    async with served(store) as (client, _), opened(client, mine=0) as socket:
        first, second, upto = await frames(socket, "upto")
    assert shown([first, second]) == [(1, "您好"), (2, "请说")]
    assert first["buttons"] == [[{"label": "好", "id": "b-您好"}]]
    assert (first["copy"], first["again"], first["message_id"], first["chat"]) == ("您好", False, "m1", RESIDENT.sender)
    assert first["at"] == NOW.isoformat()
    assert upto == {"type": "upto", "chat": RESIDENT.sender, "position": 2}


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (0, [(1, "一"), (2, "二"), (3, "三")]),
        (2, [(3, "三")]),  # away while the third was sent
        (3, []),  # missed nothing
    ],
)
async def test_a_page_that_comes_back_gets_what_came_after(
    store: Store, read: int, expected: list[tuple[int, str]]
) -> None:
    store.send(RESIDENT.sender, "一", "二", "三")
    async with served(store) as (client, _), opened(client, mine=read) as socket:
        assert shown(await frames(socket, "upto")) == expected


async def test_a_hint_that_comes_before_the_commit_loses_nothing(store: Store) -> None:
    async with served(store) as (client, channel), opened(client, mine=0) as socket:
        await frames(socket, "upto")
        store.put(RESIDENT.sender, "水管")
        taken = store.take()
        assert await channel.send(RESIDENT.sender, Outgoing("水管"), taken.position) == "m1"
        await channel.notice(RESIDENT.sender)
        assert await silence(socket)
        store.settle(taken)
        assert shown(await frames(socket, "upto", within=LOOKS_AGAIN / 2)) == [(1, "水管")]
        assert await silence(socket)


async def answered(store: Store, socket: ClientWebSocketResponse, text: str, id: str) -> list[dict[str, Any]]:
    """What the page is told until it is up to date, after a message whose answer its commit delivers."""
    payload = outgoing_to_json(Outgoing(text))
    last = store.read(lambda work: reach(work, NAME, RESIDENT.sender)).newest
    store.handed.append(store.write(lambda work: outbox.hand_over(work, NAME, RESIDENT.sender, payload, last)))
    await socket.send_json(say("在吗", id=id))
    found: list[dict[str, Any]] = []
    while not any(frame["type"] == "upto" or "upto" in frame for frame in found):
        found.append(await socket.receive_json(timeout=5))
    return found


async def test_an_answer_that_is_next_is_told_at_once_with_how_far_that_is(store: Store) -> None:
    store.send(RESIDENT.sender, "您好")
    async with served(store) as (client, _), opened(client, mine=0) as socket:
        await frames(socket, "upto")
        answer = next(frame for frame in await answered(store, socket, "请说", "u-1") if frame["type"] == "text")
        assert (answer["text"], answer["position"], answer["upto"]) == ("请说", 2, 2)
        assert (answer["message_id"], answer["at"]) == ("m2", NOW.isoformat())
        store.send(RESIDENT.sender, "还有")  # read as usual, behind it
        async with opened(client, mine=2) as other:
            assert shown(await frames(other, "upto")) == [(3, "还有")]


async def test_an_answer_behind_something_unread_is_read_with_it(store: Store) -> None:
    async with served(store) as (client, _), opened(client, mine=0) as socket:
        await frames(socket, "upto")
        store.send(RESIDENT.sender, "先来的")
        assert shown(await answered(store, socket, "请说", "u-1")) == [(1, "先来的"), (2, "请说")]


async def test_another_page_of_the_same_person_is_told_too(store: Store) -> None:
    async with served(store) as (client, _), opened(client, mine=0) as one, opened(client, mine=0) as other:
        for socket in (one, other):
            await frames(socket, "upto")
        await answered(store, one, "请说", "u-1")
        told = await other.receive_json(timeout=LOOKS_AGAIN / 2)
        assert (told["text"], told["upto"]) == ("请说", 1)


async def test_a_card_that_overtakes_a_text_neither_hides_nor_repeats_it(store: Store) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    async with served(store) as (client, channel), opened(client) as socket:
        await socket.send_json({"type": "hello", "chats": {GROUP: 0}})
        await frames(socket, "upto")
        store.put(GROUP, "群里好")
        text = store.take()
        store.settle_card(store.take_card(GROUP, "LH-1"), "待签收")
        await channel.notice(GROUP)
        card = json.loads(await socket.receive_str(timeout=5))
        assert (card["type"], card["position"], card["card"]) == ("card", 2, "LH-1")
        await channel.notice(GROUP)
        assert await silence(socket)
        store.settle(text)
        await channel.notice(GROUP)
        late, upto = await frames(socket, "upto")
    assert (late["text"], late["position"], upto["position"]) == ("群里好", 1, 2)


async def test_a_page_that_left_between_the_two_still_gets_the_late_one(store: Store) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    store.put(GROUP, "群里好")
    text = store.take()
    store.settle_card(store.take_card(GROUP, "LH-1"), "待签收")
    async with served(store) as (client, _):
        async with opened(client, group=0) as socket:
            found = await frames(socket, "upto")
            remembered = found[-1]["position"]
        store.settle(text)
        async with opened(client, group=remembered) as socket:
            again = await frames(socket, "upto")
    assert shown(found) == [(2, "待签收")]
    assert (1, "群里好") in shown(again)


async def test_a_card_that_is_being_drawn_holds_the_place_it_will_take(store: Store) -> None:
    """Its position is nowhere to be read until it is shown, and a text behind it may be sent before."""
    drawn = store.take_card(RESIDENT.sender, "LH-1")
    store.send(RESIDENT.sender, "后来的")
    line = Line(RESIDENT.sender, 0)
    first = store.read(lambda work: unread(work, line))
    advance(line, first)
    store.settle_card(drawn, "待签收")
    second = store.read(lambda work: unread(work, line))
    assert (shown(first.frames), first.upto, first.waits) == ([(2, "后来的")], 0, True)
    assert (shown(second.frames), second.upto, second.waits) == ([(1, "待签收")], 2, False)


async def test_a_card_drawn_again_keeps_its_message_and_tells_its_complaint(store: Store) -> None:
    store.settle_card(store.take_card(RESIDENT.sender, "LH-1"), "待签收")
    async with served(store) as (client, channel), opened(client, mine=0) as socket:
        first = (await frames(socket, "upto"))[0]
        taken = store.take_card(RESIDENT.sender, "LH-1")
        await channel.edit(RESIDENT.sender, "m1", Outgoing("已签收"), taken.position)
        store.settle_card(taken, "已签收")
        await channel.notice(RESIDENT.sender)
        second = (await frames(socket, "upto"))[0]
    assert [(c["text"], c["position"], c["message_id"], c["card"]) for c in (first, second)] == [
        ("待签收", 1, "m1", "LH-1"),
        ("已签收", 2, "m1", "LH-1"),
    ]


async def test_a_text_sent_in_doubt_is_marked(store: Store) -> None:
    store.put(RESIDENT.sender, "可能发过")
    taken = store.take()
    store.write(lambda work: delivery.try_again(work, taken.id, timedelta(0), "InDoubt", doubt=True))
    again = store.take()
    store.settle(again)
    async with served(store) as (client, _), opened(client, mine=0) as socket:
        found = await frames(socket, "upto")
    assert (found[0]["again"], taken.position, again.position) == (True, 1, 1)


async def test_two_pages_of_one_person_both_get_it_once(store: Store) -> None:
    async with served(store) as (client, channel), opened(client, mine=0) as here, opened(client, mine=0) as there:
        for socket in (here, there):
            await frames(socket, "upto")
        store.send(RESIDENT.sender, "两边都有")
        await channel.notice(RESIDENT.sender)
        for socket in (here, there):
            assert shown(await frames(socket, "upto")) == [(1, "两边都有")]
            assert await silence(socket, 0.05)


async def test_a_page_that_remembers_another_store_begins_again(store: Store) -> None:
    store.send(RESIDENT.sender, "新的")
    async with served(store) as (client, _), opened(client, mine=40) as socket:
        found = await frames(socket, "upto")
    assert found[0] == {"type": "reset", "chat": RESIDENT.sender}
    assert shown(found) == [(1, "新的")]


def test_a_line_longer_than_one_read_comes_whole_and_in_order(store: Store) -> None:
    many = [str(number) for number in range(1, 451)]
    store.send(RESIDENT.sender, *many)
    found = store.read(lambda work: unread(work, Line(RESIDENT.sender, 0)))
    assert [text for _, text in shown(found.frames)] == many


def test_a_page_that_knows_nothing_of_a_very_long_line_gets_its_end(store: Store) -> None:
    newest = FURTHEST_BACK + 7
    store.write(lambda work: lines.next_position(work, NAME, RESIDENT.sender))
    store.write(lambda work: lines.change(work, NAME, RESIDENT.sender, position=newest - 1))
    store.send(RESIDENT.sender, "最新")
    found = store.read(lambda work: unread(work, Line(RESIDENT.sender, 0)))
    assert (shown(found.frames), found.upto) == ([(newest, "最新")], newest)


async def test_a_store_that_is_away_for_a_moment_delays_and_loses_nothing(store: Store) -> None:
    async with served(store) as (client, channel), opened(client, mine=0) as socket:
        await frames(socket, "upto")
        store.send(RESIDENT.sender, "迟到")
        read = store.read
        store.read = _broken  # type: ignore[method-assign,assignment]
        await channel.notice(RESIDENT.sender)
        assert await silence(socket, 0.1)
        store.read = read  # type: ignore[method-assign]
        assert shown(await frames(socket, "upto")) == [(1, "迟到")]


def _broken(_function: Any) -> Any:
    raise OSError("away")


# in: what the page says


async def test_a_message_is_acknowledged_once_it_is_kept(store: Store) -> None:
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_json(say())
        assert await socket.receive_json(timeout=5) == {"type": "ack", "id": "u-1"}
    assert store.received == [Message(NAME, RESIDENT.sender, RESIDENT.sender, f"{RESIDENT.sender}:u-1", "楼下水管爆了")]


async def test_a_pin_reaches_the_desk_and_the_same_again_has_the_same_key(store: Store) -> None:
    pin = say("", point={"latitude": 22.573, "longitude": 114.126})
    async with served(store) as (client, _):
        for _ in range(2):  # the line broke before it was acknowledged
            async with opened(client) as socket:
                await socket.send_json(pin)
                assert (await socket.receive_json(timeout=5))["type"] == "ack"
    key = f"{RESIDENT.sender}:u-1"
    assert store.received == [Message(NAME, RESIDENT.sender, RESIDENT.sender, key, point=(22.573, 114.126))] * 2


async def test_a_pin_in_a_group_answers_nothing_and_is_refused(store: Store) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_json(say("", chat=GROUP, point={"latitude": 22.573, "longitude": 114.126}))
        assert (await socket.receive_json(timeout=5))["why"] == "rubbish"
        await socket.send_json(say("群里好", chat=GROUP))
        assert (await socket.receive_json(timeout=5))["type"] == "ack"
    assert [message.text for message in store.received] == ["群里好"]


async def test_the_same_message_again_has_the_same_key_and_another_persons_has_another(store: Store) -> None:
    async with served(store) as (client, _):
        for session in (RESIDENT, RESIDENT, OTHER):
            async with opened(client, session) as socket:
                await socket.send_json(say(chat=session.sender))
                await socket.receive_json(timeout=5)
    first, again, other = [message.update_key for message in store.received]
    assert first == again != other


async def test_a_full_queue_says_busy_and_keeps_nothing_until_it_is_said_again(store: Store) -> None:
    store.full = 1
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_json(say())
        assert await socket.receive_json(timeout=5) == {"type": "busy", "id": "u-1"}
        assert store.received == []
        await socket.send_json(say())
        assert await socket.receive_json(timeout=5) == {"type": "ack", "id": "u-1"}
    assert len(store.received) == 1


async def test_a_transaction_that_fails_is_not_acknowledged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_message: Message) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store, "receive", fail)
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_json(say())
        assert await socket.receive_json(timeout=5) == {"type": "busy", "id": "u-1"}


async def test_a_press_and_a_reply_to_a_card_come_through(store: Store) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_json(say("", button="B1"))
        await socket.send_json(say("已派人", id="u-2", chat=GROUP, reply_to="m4"))
        await frames(socket, "ack", times=2)
    press, reply = store.received
    assert (press.button, press.text, press.group) == ("B1", "", False)
    assert (reply.reply_to, reply.chat, reply.sender, reply.group) == ("m4", GROUP, "demo-U1", True)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("}{", "rubbish"),  # not JSON
        ("[1]", "rubbish"),  # not an object
        ("[" * 5000, "rubbish"),  # nested deeper than anybody reads
        ('{"type":"dance"}', "rubbish"),
        ('{"type":"hello"}', "rubbish"),  # no chats
        ('{"type":"hello","chats":{"x":-1}}', "rubbish"),
        ('{"type":"hello","chats":{"x":true}}', "rubbish"),
        ('{"type":"hello","chats":{"r-00000000000000000000":0}}', "not_yours"),  # somebody else's chat
        ('{"type":"say","id":"u","chat":7,"text":"x"}', "rubbish"),
        ('{"type":"say","id":"u u","chat":"x","text":"x"}', "rubbish"),  # an id no page makes
        ('{"type":"say","id":"u","chat":"x","text":"x","button":""}', "rubbish"),
        (json.dumps(say("长" * 100_001)), "too_long"),
        (json.dumps(say(" \n")), "empty"),
        (json.dumps(say("", point={"latitude": 114.1, "longitude": 22.5})), "no_place"),  # the wrong way round
        ('{"type":"say","id":"u","chat":"x","point":{"latitude":NaN,"longitude":0}}', "no_place"),
        (json.dumps(say(chat="r-00000000000000000000")), "not_yours"),
        (json.dumps(say(chat="group:NOWHERE")), "not_yours"),  # no such group
    ],
)
async def test_a_frame_that_makes_no_sense_is_refused_and_the_socket_lives_on(
    store: Store, frame: str, why: str
) -> None:
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_str(frame)
        refused = await socket.receive_json(timeout=5)
        assert (refused["type"], refused["why"]) == ("refused", why)
        await socket.send_bytes(b"\x00")
        assert (await socket.receive_json(timeout=5))["why"] == "rubbish"
        await socket.send_json(say())
        assert (await socket.receive_json(timeout=5))["type"] == "ack"
    assert len(store.received) == 1


async def test_half_a_character_does_not_reach_the_store(store: Store) -> None:
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_str(json.dumps(say("坏\ud800字")))
        await socket.receive_json(timeout=5)
    assert store.received[0].text == "坏?字"


async def test_a_frame_that_no_page_sends_is_not_read_to_its_end(store: Store) -> None:
    async with served(store) as (client, _), opened(client) as socket:
        await socket.send_str("x" * (LARGEST_FRAME + 1))
        await socket.receive(timeout=5)
        assert socket.close_code == 1009
    assert store.received == []


# who may


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", None),
        ("null", None),
        ("", None),  # not a browser, or one that hides where it comes from
        ("http://127.0.0.1:1", None),  # another port of this machine
        ("http://evil.example", "evil.example"),  # a name that was made to point here
    ],
)
async def test_a_page_of_another_site_cannot_open_a_socket(store: Store, origin: str, host: str | None) -> None:
    headers = {"Origin": origin, "Cookie": f"{COOKIE}={RESIDENT.token}"} | ({"Host": host} if host else {})
    async with served(store) as (client, _):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws", headers=headers)


@pytest.mark.parametrize("path", ["/", "/demo/groups", "/demo/happened", "/static/page.js"])
async def test_the_demo_answers_under_the_names_of_this_machine_only(store: Store, path: str) -> None:
    async with served(store) as (client, _):
        assert (await client.get(path, headers={"Host": "evil.example"})).status == 403
        assert (await client.get(path)).status == 200


async def test_a_socket_without_a_session_is_refused(store: Store) -> None:
    async with served(store) as (client, _):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await client.ws_connect("/ws", headers={"Origin": str(client.make_url("/")).rstrip("/")})


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("U1", "ack"),  # the group's own staff
        ("U2", "refused"),  # staff of another unit
        (None, "refused"),  # a resident
    ],
)
async def test_outside_the_demo_a_group_is_for_the_staff_of_its_unit(
    store: Store, unit: str | None, expected: str
) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    if unit:
        store.write(lambda work: people.join(work, "s1", NAME, RESIDENT.sender, unit, "staff", "某"))
    async with served(store, demo=False) as (client, _), opened(client) as socket:
        await socket.send_json(say(chat=GROUP))
        assert (await socket.receive_json(timeout=5))["type"] == expected
    assert [message.sender for message in store.received] == ([RESIDENT.sender] if expected == "ack" else [])


async def test_staff_who_leave_read_no_further(store: Store) -> None:
    store.write(lambda work: people.bind_group(work, NAME, GROUP, "U1", "test"))
    store.write(lambda work: people.join(work, "s1", NAME, RESIDENT.sender, "U1", "staff", "某"))
    async with served(store, demo=False) as (client, channel), opened(client, group=0) as socket:
        await frames(socket, "upto")
        store.write(lambda work: people.join(work, "s1", NAME, RESIDENT.sender, "U2", "staff", "某"))
        store.send(GROUP, "内部")
        await channel.notice(GROUP)
        assert await socket.receive_json(timeout=5) == {"type": "staff", "group": "group:U2"}
        assert await silence(socket)


# the page


async def test_a_new_resident_gets_a_cookie_that_scripts_and_other_sites_cannot_use(store: Store) -> None:
    async with served(store, demo=False) as (client, _):
        answer = await client.get("/")
        text = await answer.text()
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert f'data-chat="{Session(cookie.value).sender}"' in text
    assert cookie.value not in text


async def test_a_resident_who_comes_back_is_the_same(store: Store) -> None:
    async with served(store) as (client, _):
        answer = await client.get("/", headers={"Cookie": f"{COOKIE}={RESIDENT.token}"})
        assert f'data-chat="{RESIDENT.sender}"' in await answer.text()


async def test_the_demos_routes_and_columns_are_in_the_demo_only(store: Store) -> None:
    async with served(store, demo=False) as (client, _):
        assert [(await client.get(f"/demo/{name}")).status for name in ("groups", "happened")] == [404, 404]
        assert 'id="happened"' not in await (await client.get("/")).text()
    async with served(store) as (client, _):
        assert 'id="happened"' in await (await client.get("/")).text()


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/static/page.css", "/demo/groups"])
async def test_every_answer_forbids_guessing_types_and_foreign_scripts(store: Store, path: str) -> None:
    async with served(store) as (client, _):
        headers = (await client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


async def test_a_post_from_another_site_is_refused_except_at_doors_that_prove_themselves_otherwise(
    store: Store,
) -> None:
    async with served(store, open_paths=("/telegram/",)) as (client, _):
        foreign = {"Origin": "https://evil.example"}
        assert (await client.post("/demo/groups", headers=foreign)).status == 403
        assert (await client.post("/telegram/hook")).status == 404  # passed on: this application has no such door


# what a page remembers is of one store


async def test_a_page_is_told_which_store_it_talks_to(store: Store) -> None:
    async with served(store) as (client, _):
        text = await (await client.get("/", headers={"Cookie": f"{COOKIE}={RESIDENT.token}"})).text()
        headers = {"Origin": str(client.make_url("/")).rstrip("/"), "Cookie": f"{COOKIE}={RESIDENT.token}"}
        async with client.ws_connect("/ws", headers=headers) as socket:
            first = await socket.receive_json(timeout=5)
    assert first == {"type": "store", "store": store.read(reports.store), "group": None}
    assert f'data-store="{first["store"]}"' in text


def test_another_store_has_another_name(store: Store, empty: Path, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    other = Store(empty, tmp_path / "two")
    later = NOW + timedelta(days=1)
    other.write(lambda work: work.connection.execute(update(run).values(began_at=later)))
    assert store.read(reports.store) != other.read(reports.store)


async def test_many_quick_messages_are_kept_in_the_order_they_were_typed(store: Store) -> None:
    async with served(store) as (client, _), opened(client) as socket:
        for number in range(20):
            await socket.send_json(say(str(number), id=f"u-{number}"))
        await frames(socket, "ack", times=20)
    assert [message.text for message in store.received] == [str(number) for number in range(20)]


async def test_closing_the_service_tells_the_pages_to_come_back(store: Store) -> None:
    async with served(store) as (client, _), opened(client, mine=0) as socket:
        await frames(socket, "upto")
        closing = asyncio.create_task(client.server.app.shutdown())  # type: ignore[attr-defined]
        await socket.receive(timeout=5)
        await closing
        assert socket.close_code == 1001
