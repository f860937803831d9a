"""The outbox: in order within a line, nobody waits for another's line, and each kind of failure as its class says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.base import Capabilities, CardsLater, InDoubt, Refused, TryLater, Unreachable
from bot.outbox import AT_ONCE, LEASE, LONGEST_BACKOFF, LONGEST_SEND, MOST_TRIES, Outbox
from handlers import dispatch
from handlers.messages import Button, Delivery, Media, Outgoing, outgoing_to_json
from storage import cards, delivery, lines, outbox, shown
from storage.tables import card, line
from storage.tables import outbox as table
from storage.unit_of_work import Work
from tests.town import Town

CHANNEL = "plain"


@dataclass
class Plain:
    """A channel whose next sends fail as told; `gates` hold a chat back until they are opened."""

    capabilities: Capabilities = field(default_factory=lambda: Capabilities(buttons=True, edits=True))
    name: str = CHANNEL
    seen: list[tuple[str, str]] = field(default_factory=list)
    edits: list[tuple[str, str]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)
    most: int = 0
    noticed: list[str] = field(default_factory=list)

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        await self._go(chat)
        self.seen.append((chat, ("[重发] " if out.again else "") + out.text))
        self.positions.append(position)
        return f"m{len(self.seen)}"

    async def notice(self, chat: str) -> None:
        self.noticed.append(chat)

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        await self._go(chat)
        self.edits.append((message_id, out.text))

    async def _go(self, chat: str) -> None:
        assert chat not in self.inside, "two at a time in one line"
        self.inside.append(chat)
        self.most = max(self.most, len(self.inside))
        try:
            if chat in self.gates:
                await self.gates[chat].wait()
            if self.errors:
                raise self.errors.pop(0)
        finally:
            self.inside.remove(chat)


class Office:
    """A town whose outbox delivers to `channel`."""

    def __init__(self, town: Town, channel: Plain) -> None:
        self.town, self.channel = town, channel
        self.outbox = Outbox(town.desk, {CHANNEL: channel}, town.outside, Random(1))

    async def put(self, chat: str, *texts: str, wait: float = 0, **more: Any) -> list[int]:
        due = self.town.time + timedelta(seconds=wait)

        def put_all(work: Work) -> list[int]:
            return [
                outbox.put(work, CHANNEL, chat, outgoing_to_json(Outgoing(text)), due=due, **more) for text in texts
            ]

        return await self.town.desk.write(put_all)

    async def deliver(self) -> None:
        while await self.outbox.deliver():
            pass

    async def states(self) -> list[str]:
        rows = select(table.c.state).where(table.c.channel == CHANNEL).order_by(table.c.id)
        found: list[str] = await self.town.read(lambda work: list(work.connection.execute(rows).scalars()))
        return found

    async def column(self, column: Any) -> Any:
        rows = select(column).where(table.c.channel == CHANNEL).order_by(table.c.id)
        return await self.town.read(lambda work: list(work.connection.execute(rows).scalars()))

    def texts(self) -> list[str]:
        return [text for _, text in self.channel.seen]


@pytest.fixture
async def office(town: Town) -> Office:
    return Office(town, Plain())


@pytest.fixture
async def running(office: Office) -> AsyncIterator[Office]:
    task = asyncio.create_task(office.outbox.run())
    yield office
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


# lines


async def test_a_line_is_sent_in_its_order_with_positions_without_gaps(office: Office) -> None:
    await office.put("a", "一", "二", "三")
    await office.put("b", "甲")
    await office.deliver()
    assert [text for chat, text in office.channel.seen if chat == "a"] == ["一", "二", "三"]
    assert await office.column(table.c.position) == [1, 2, 3, 1]


async def test_what_fails_holds_its_own_line_and_no_other(office: Office) -> None:
    office.channel.errors = [OSError()]
    await office.put("a", "一", "二")
    await office.put("b", "甲")
    await office.deliver()
    assert office.texts() == ["甲"]
    office.town.time += timedelta(seconds=3)
    await office.deliver()
    assert office.texts() == ["甲", "一", "二"]
    assert await office.column(table.c.position) == [1, 2, 1]


async def test_what_is_held_back_on_purpose_holds_nothing_up_and_joins_when_it_is_due(office: Office) -> None:
    await office.put("a", "回复", wait=30)
    await office.put("a", "先到")
    await office.deliver()
    assert office.texts() == ["先到"]
    office.town.time += timedelta(seconds=30)
    await office.deliver()
    assert office.texts() == ["先到", "回复"]
    assert await office.column(table.c.position) == [2, 1]


async def test_words_taken_back_in_time_are_never_sent(office: Office) -> None:
    await office.put("a", "说错了", wait=30, word=7)
    assert await office.town.desk.write(lambda work: outbox.take_out(work, 7))
    office.town.time += timedelta(minutes=1)
    await office.deliver()
    assert office.texts() == []
    assert not await office.town.desk.write(lambda work: outbox.take_out(work, 7))


async def test_a_slow_chat_delays_nobody_else(running: Office) -> None:
    slow = running.channel.gates["slow"] = asyncio.Event()
    await running.put("slow", "慢一", "慢二")
    for n in range(5):
        await running.put("quick", f"快{n}")
        await until(lambda n=n: ("quick", f"快{n}") in running.channel.seen)  # type: ignore[misc]
    assert "慢一" not in running.texts()
    slow.set()
    await until(lambda: running.texts()[-2:] == ["慢一", "慢二"])


async def test_many_lines_are_sent_to_at_the_same_time_up_to_a_bound(running: Office) -> None:
    gates = {f"c{n}": asyncio.Event() for n in range(AT_ONCE + 8)}
    running.channel.gates = dict(gates)
    for chat in gates:
        await running.put(chat, "你好")
    await until(lambda: running.channel.most == AT_ONCE)
    await asyncio.sleep(0.05)
    assert running.channel.most == AT_ONCE
    for gate in gates.values():
        gate.set()
    await until(lambda: len(running.channel.seen) == AT_ONCE + 8)


async def test_a_send_that_never_ends_is_given_up_before_its_lease_is_over(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=LONGEST_SEND) < LEASE
    monkeypatch.setattr("bot.outbox.LONGEST_SEND", 0.05)
    office.channel.gates["a"] = asyncio.Event()
    await office.put("a", "一")
    await office.deliver()
    office.channel.gates.clear()
    office.town.time += timedelta(seconds=3)
    await office.deliver()
    assert office.texts() == ["[重发] 一"]  # nobody can say whether the first arrived


async def test_an_outbox_with_nothing_to_do_rests(running: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    take = delivery.take
    monkeypatch.setattr(delivery, "take", lambda *args: looks.append(1) or take(*args))  # type: ignore[func-returns-value]
    await running.put("a", "一")
    await until(lambda: running.texts() == ["一"])
    await asyncio.sleep(0.5)
    assert len(looks) <= 4


async def test_a_store_that_is_away_for_a_moment_does_not_end_the_outbox(
    running: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(delivery, "take", lambda *_: 1 / 0)
        await running.put("a", "一")
        await asyncio.sleep(0.05)
    await running.put("b", "甲")
    await until(lambda: sorted(running.texts()) == sorted(["一", "甲"]))


async def test_at_the_end_what_is_being_sent_gets_a_moment(office: Office) -> None:
    gate = office.channel.gates["a"] = asyncio.Event()
    task = asyncio.create_task(office.outbox.run())
    await office.put("a", "一")
    await until(lambda: office.channel.inside == ["a"])
    task.cancel()
    await asyncio.sleep(0.02)
    gate.set()
    await asyncio.gather(task, return_exceptions=True)
    assert await office.states() == ["sent"]


# failures by class

MUST, ONCE = Delivery.MUST_ARRIVE.value, Delivery.ONCE.value


@pytest.mark.parametrize(
    ("error", "delivery", "state", "then"),
    [
        (OSError("refused"), MUST, "waiting", ["一"]),  # not sent: again, unmarked
        (OSError("refused"), ONCE, "waiting", ["一"]),
        (InDoubt(), MUST, "waiting", ["[重发] 一"]),
        (InDoubt(), ONCE, "parked", []),  # it must not arrive twice: a person decides
        (TimeoutError(), MUST, "waiting", ["[重发] 一"]),
        (TimeoutError(), ONCE, "parked", []),
        (TryLater(7), MUST, "waiting", ["一"]),
        (TryLater(7), ONCE, "waiting", ["一"]),
        (Unreachable(), MUST, "dead", []),
        (Unreachable(), ONCE, "dead", []),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_what_becomes_of_a_text_that_was_not_sent(
    office: Office, error: Exception, delivery: str, state: str, then: list[str]
) -> None:
    office.channel.errors = [error]
    await office.put("a", "一", delivery=delivery)
    await office.deliver()
    assert await office.states() == [state]
    assert await office.column(table.c.error) == [type(error).__name__]
    office.town.time += timedelta(seconds=10)
    await office.deliver()
    assert office.texts() == then


async def test_what_a_platform_never_takes_is_said_with_less_beside_the_words(office: Office) -> None:
    out = Outgoing("现场", ((Button("看", "1"),),), media=(Media("photo", "0" * 64, "", "image/jpeg"),))
    office.channel.errors = [Refused(), Refused()]
    await office.town.desk.write(lambda work: outbox.put(work, CHANNEL, "a", outgoing_to_json(out), due=work.now))
    for _ in range(3):
        await office.deliver()
    assert office.texts() == ["现场\n（另有 1 份材料在这里显示不了，已保存。）"]


async def test_a_platform_that_asks_to_wait_is_waited_for_line_by_line(office: Office) -> None:
    office.channel.errors = [TryLater(7)]
    await office.put("a", "一")
    await office.deliver()
    await office.put("a", "二")
    await office.put("b", "甲")
    office.town.time += timedelta(seconds=6.9)
    await office.deliver()
    assert office.texts() == ["甲"]
    office.town.time += timedelta(seconds=0.2)
    await office.deliver()
    assert office.texts() == ["甲", "一", "二"]


async def test_waiting_for_a_platform_never_buries_a_text(office: Office) -> None:
    office.channel.errors = [TryLater(1) for _ in range(3 * MOST_TRIES)]
    await office.put("a", "一")
    for _ in range(3 * MOST_TRIES + 1):
        await office.deliver()
        office.town.time += timedelta(seconds=1.1)
    assert office.texts() == ["一"]


async def test_doubt_stays_until_it_has_been_said(office: Office) -> None:
    """First nobody knows, then the platform asks to wait: the mark is still owed."""
    office.channel.errors = [InDoubt(), TryLater(1), OSError()]
    await office.put("a", "一")
    for _ in range(4):
        await office.deliver()
        office.town.time += timedelta(seconds=20)
    assert office.texts() == ["[重发] 一"]


async def test_a_text_is_dead_after_its_last_try_and_the_next_goes(office: Office) -> None:
    office.channel.errors = [OSError() for _ in range(MOST_TRIES)]
    await office.put("a", "一", "二")
    for _ in range(MOST_TRIES):
        await office.deliver()
        office.town.time += timedelta(seconds=LONGEST_BACKOFF)
    assert await office.states() == ["dead", "sent"]
    assert await office.column(table.c.tries) == [MOST_TRIES, 1]


@pytest.mark.parametrize(("tries", "longest"), [(1, 2), (2, 4), (5, 32), (8, 256), (9, 300), (5000, 300)])
async def test_waits_are_anything_up_to_the_doubled_wait(office: Office, tries: int, longest: float) -> None:
    waits = [office.outbox._wait(tries).total_seconds() for _ in range(300)]
    assert min(waits) >= 0
    assert longest * 0.9 < max(waits) <= longest
    assert min(waits) < longest * 0.1


async def test_a_chat_that_cannot_be_written_to_is_closed_until_it_speaks(office: Office) -> None:
    office.channel.errors = [Unreachable()]
    await office.put("a", "一", "二")
    await office.deliver()
    assert await office.states() == ["dead", "dead"]
    assert await office.town.read(lambda work: lines.is_unreachable(work, CHANNEL, "a"))
    await office.town.desk.write(lambda work: lines.reopen(work, CHANNEL, "a"))
    await office.put("a", "三")
    await office.deliver()
    assert office.texts() == ["三"]


async def test_a_row_that_cannot_be_read_is_buried_and_holds_nobody_up(office: Office) -> None:
    first, _ = await office.put("a", "坏了", "好的")
    await office.put("b", "甲")

    def spoil(work: Work) -> None:
        sealed = work.keys.seal("x", "another row")
        work.connection.execute(table.update().where(table.c.id == first).values(payload=sealed))

    await office.town.desk.write(spoil)
    await office.deliver()
    assert await office.states() == ["dead", "sent", "sent"]
    assert await office.column(table.c.position) == [None, 1, 1]


# leases


async def take(office: Office) -> list[delivery.Taken]:
    return await office.town.desk.write(lambda work: delivery.take(work, [CHANNEL], 10, LEASE))


async def test_what_another_has_taken_is_left_to_it_until_its_lease_ends(office: Office) -> None:
    await office.put("a", "一", "二")
    first = await take(office)
    assert [taken.doubt for taken in first] == [False]
    office.town.time += LEASE - timedelta(seconds=1)
    assert await take(office) == []
    office.town.time += timedelta(seconds=1)
    await office.deliver()
    assert office.texts() == ["[重发] 一", "二"]
    assert await office.column(table.c.position) == [1, 2]


async def test_the_doubt_of_a_lost_lease_stays_until_it_has_been_said(office: Office) -> None:
    await office.put("a", "一")
    await take(office)
    office.town.time += LEASE
    office.channel.errors = [TryLater(1)]
    await office.deliver()
    office.town.time += timedelta(seconds=2)
    await office.deliver()
    assert office.texts() == ["[重发] 一"]


async def test_a_lost_lease_parks_what_must_not_arrive_twice(office: Office) -> None:
    await office.put("a", "一", delivery=ONCE)
    await office.put("a", "二")
    await take(office)
    office.town.time += LEASE
    await office.deliver()
    assert (await office.states(), office.texts()) == (["parked", "sent"], ["二"])


@pytest.mark.parametrize("delivery", [MUST, ONCE])
async def test_a_reader_who_goes_by_positions_gets_it_again_unmarked(town: Town, delivery: str) -> None:
    office = Office(town, Plain(Capabilities(buttons=True, edits=True, ordered=True)))
    await office.put("a", "一", delivery=delivery)
    await take(office)
    office.town.time += LEASE
    await office.deliver()
    assert (office.texts(), office.channel.positions) == (["一"], [1])
    read = await office.town.read(lambda work: shown.after(work, CHANNEL, "a", 0))
    assert [(each.position, each.again) for each in read] == [(1, False)]


FETCHED = Capabilities(buttons=True, edits=True, ordered=True, fetched=True)


async def test_what_readers_fetch_is_handed_over_in_one_step_and_they_are_told_once(town: Town) -> None:
    office = Office(town, Plain(FETCHED))
    await office.put("a", "一", "二", "三")
    assert await office.outbox.deliver() == 1
    read = await town.read(lambda work: shown.after(work, CHANNEL, "a", 0))
    assert [each.position for each in read] == [1, 2, 3]
    assert (office.texts(), office.channel.noticed) == ([], ["a"])
    assert await office.outbox.deliver() == 0


async def test_a_card_that_cannot_be_drawn_does_not_keep_a_fetched_text_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(town, Plain(FETCHED))
    await town.desk.write(lambda work: cards.hang(work, CHANNEL, "a", "LH-1"))
    await office.put("a", "一")

    def draw(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("handlers.dispatch.draw", draw)
    await office.outbox.deliver()
    assert await office.states() == ["sent"]
    drawn = await town.read(lambda work: work.connection.execute(select(card.c.shown, card.c.error)).all())
    assert [tuple(row) for row in drawn] == [(0, "RuntimeError")]


async def test_rows_of_other_channels_are_left_to_other_processes(office: Office) -> None:
    await office.put("a", "一")
    other = Outbox(office.town.desk, {"web": Plain(name="web")}, office.town.outside, Random(1))
    assert await other.deliver() == 0


# what a reader sees


async def test_a_reader_who_asks_for_what_came_after_misses_and_repeats_nothing(office: Office) -> None:
    """Whatever fails meanwhile: read after each round, from the last position on."""
    chance, read, last = Random(3), [], 0
    await office.put("a", *(str(n) for n in range(30)))
    for _ in range(250):
        office.channel.errors = [OSError()] if chance.random() < 0.5 else []
        await office.outbox.deliver()
        for each in await office.town.read(partial(shown.after, channel=CHANNEL, chat="a", position=last)):
            read.append(each.payload)
            last = each.position
        office.town.time += timedelta(seconds=5)
    assert [text for text in read if text] == [outgoing_to_json(Outgoing(str(n))) for n in range(30)]
    assert last == 30


# cards


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the card of a complaint shows now; one that is not there is gone."""
    states: dict[str, str] = {}

    def draw(work: Work, outside: Any, taken: cards.TakenCard) -> Outgoing | None:
        return Outgoing(states[taken.complaint]) if taken.complaint in states else None

    monkeypatch.setattr(dispatch, "draw", draw)
    return states


async def hang(office: Office, chat: str, number: str) -> None:
    await office.town.desk.write(lambda work: cards.hang(work, CHANNEL, chat, number))


async def want(office: Office, number: str) -> None:
    await office.town.desk.write(lambda work: cards.want(work, number))


async def test_ten_changes_are_one_edit_to_the_present_state(office: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "待签收"
    await hang(office, "g", "LH-1")
    await office.deliver()
    for n in range(10):
        drawn["LH-1"] = f"改 {n}"
        await want(office, "LH-1")
    await office.deliver()
    assert (office.texts(), office.channel.edits) == (["待签收"], [("m1", "改 9")])


async def test_a_change_while_it_is_being_shown_is_shown_after_it(running: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "旧"
    gate = running.channel.gates["g"] = asyncio.Event()
    await hang(running, "g", "LH-1")
    await until(lambda: running.channel.inside == ["g"])
    drawn["LH-1"] = "新"
    await want(running, "LH-1")
    gate.set()
    await until(lambda: running.channel.edits == [("m1", "新")])


async def test_answers_go_before_cards(office: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "卡片"
    await hang(office, "g", "LH-1")
    await office.put("g", "一", "二")
    await office.put("g", "以后", wait=30)
    await office.deliver()
    assert office.texts() == ["一", "二", "卡片"]


async def test_cards_of_one_chat_go_one_by_one_and_do_not_hold_up_another_chats(
    running: Office, drawn: dict[str, str]
) -> None:
    gate = running.channel.gates["slow"] = asyncio.Event()
    for n in range(AT_ONCE + 3):
        drawn[f"LH-{n}"] = f"卡片{n}"
        await hang(running, "slow", f"LH-{n}")
    drawn["LH-x"] = "快"
    await hang(running, "quick", "LH-x")
    await until(lambda: ("quick", "快") in running.channel.seen)
    gate.set()
    await until(lambda: len(running.channel.seen) == AT_ONCE + 4)


@pytest.mark.parametrize(
    ("error", "again_after", "closed"),
    [
        (OSError(), 2.1, False),
        (InDoubt(), 2.1, False),  # a stray card works too: its buttons are rows
        (TryLater(7), 7.1, False),
        (Unreachable(), 3600, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_what_becomes_of_a_card_that_was_not_shown(
    office: Office, drawn: dict[str, str], error: Exception, again_after: float, closed: bool
) -> None:
    drawn["LH-1"] = "卡片"
    office.channel.errors = [error]
    await hang(office, "g", "LH-1")
    await office.deliver()
    assert office.texts() == []
    office.town.time += timedelta(seconds=again_after)
    await office.deliver()
    assert office.texts() == ([] if closed else ["卡片"])
    await office.town.desk.write(lambda work: lines.reopen(work, CHANNEL, "g"))
    await office.deliver()
    assert office.texts() == ["卡片"]


async def test_a_card_that_cannot_be_drawn_holds_nobody_up(
    office: Office, drawn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn["LH-2"] = "好的"
    draw = dispatch.draw

    def broken(work: Work, outside: Any, taken: cards.TakenCard) -> Outgoing | None:
        return Outgoing(str(1 / 0)) if taken.complaint == "LH-1" else draw(work, outside, taken)

    monkeypatch.setattr(dispatch, "draw", broken)
    await hang(office, "g", "LH-1")
    await hang(office, "g", "LH-2")
    await office.put("g", "一")
    await office.deliver()
    assert office.texts() == ["一", "好的"]


async def test_a_card_whose_complaint_is_gone_is_dropped(office: Office, drawn: dict[str, str]) -> None:
    await hang(office, "g", "LH-1")
    await office.deliver()
    left = await office.town.read(lambda work: work.connection.execute(select(card)).all())
    assert (left, office.texts()) == ([], [])


async def test_a_card_taken_by_one_who_died_is_shown_by_the_next(office: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "卡片"
    await hang(office, "g", "LH-1")
    await office.town.desk.write(lambda work: cards.take(work, [CHANNEL], 10, LEASE))
    await office.deliver()
    assert office.texts() == []
    office.town.time += LEASE
    await office.deliver()
    assert office.texts() == ["卡片"]


async def test_cards_that_wait_for_room_hold_up_no_words_and_keep_their_turns(
    office: Office, drawn: dict[str, str]
) -> None:
    for number in ("LH-3", "LH-1", "LH-2"):
        drawn[number] = number
        await hang(office, "g", number)
        office.town.time += timedelta(milliseconds=1)
    office.channel.errors = [CardsLater(20)]
    await office.deliver()
    await office.put("g", "一")
    await office.deliver()
    assert office.texts() == ["一"]
    tries = await office.town.read(lambda work: work.connection.execute(select(card.c.tries)).scalars().all())
    assert tries == [0, 0, 0]
    office.town.time += timedelta(seconds=20)
    await office.deliver()
    assert office.texts() == ["一", "LH-3", "LH-1", "LH-2"]


async def test_where_ids_do_not_grow_nothing_is_taken_for_the_newer_one(office: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "卡片"
    await hang(office, "g", "LH-1")
    await office.deliver()
    await office.town.desk.write(lambda work: cards.pressed_under(work, CHANNEL, "g", "LH-1", "m9"))
    await office.deliver()
    assert office.channel.edits == [("m1", "卡片")]
    row = select(card.c.message_id, card.c.stray, card.c.wanted - card.c.shown)
    assert [tuple(each) for each in await office.town.read(lambda work: work.connection.execute(row).all())] == [
        ("m1", None, 0)
    ]


async def test_a_line_is_one_row(office: Office, drawn: dict[str, str]) -> None:
    drawn["LH-1"] = "卡片"
    await hang(office, "g", "LH-1")
    await office.put("g", "一", "二")
    await office.deliver()
    rows = await office.town.read(lambda work: work.connection.execute(select(line.c.chat, line.c.position)).all())
    assert rows == [("g", 3)]
