"""The desk: transactions of many, order within a chat, once and only once, and messages that make it stumble."""

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot import clock
from bot.channels.terminal import NAME
from bot.desk import SPARE, Busy, Desk, NotKept
from bot.lane import LARGEST_BATCH
from classifier.prediction import Prediction
from handlers.messages import Choice, Message, Reply
from handlers.texts.resident import kept_for_a_person, tried_again
from storage import clocks, engine, facts, inbox
from storage.tables import inbox as received
from storage.unit_of_work import Work
from tests.town import Town
from tests.town import predict as usual


class Poison(Exception):
    pass


DEAD = 2**22 + 1  # no process has a number so high
POISON = "这句话有毒"


@pytest.fixture
async def town(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """In this town whoever says POISON makes the handler raise, while `town.poisonous`."""
    from handlers import router

    route = router.route

    def stumble(turn: Any) -> Any:
        reply = route(turn)
        if POISON in turn.message.text and town.poisonous:  # type: ignore[attr-defined]
            raise Poison(turn.message.text)
        return reply

    town.poisonous = True  # type: ignore[attr-defined]
    monkeypatch.setattr(router, "route", stumble)
    return town


def said(text: str, key: str, chat: str = "r1") -> Message:
    return Message(NAME, chat, chat, key, text=text)


@contextmanager
def held(desk: Desk) -> Iterator[None]:
    """What is submitted within the block waits together."""
    inside, go, over = threading.Event(), threading.Event(), threading.Event()

    def wait(_: Work) -> None:
        inside.set()
        go.wait(10)
        over.set()

    desk._submit(desk._next_lane(), wait, 10**6, True)
    assert inside.wait(10)
    try:
        yield
    finally:
        go.set()
        assert over.wait(10)


async def at_once(town: Town, *messages: Message) -> list[Any]:
    """All of them wait when the desk looks; what became of each."""
    with held(town.desk):
        tasks = [asyncio.create_task(town.desk.receive(message)) for message in messages]
        await asyncio.sleep(0)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def counts(town: Town) -> dict[str, int]:
    found: dict[str, int] = await town.read(inbox.counts)
    return found


async def rows(town: Town, *columns: Any) -> list[Any]:
    found: list[Any] = await town.read(lambda work: work.connection.execute(select(*columns).order_by("id")).all())
    return found


@contextmanager
def commits(desk: Desk) -> Iterator[list[int]]:
    counted: list[int] = []

    def count(_: Any) -> None:
        counted.append(1)

    event.listen(desk._writing, "commit", count)
    yield counted
    event.remove(desk._writing, "commit", count)


# many together


@pytest.mark.sqlite
async def test_what_waits_is_committed_together(town: Town) -> None:
    messages = [said("你好", f"k{n}", f"r{n}") for n in range(20)]
    with commits(town.desk) as counted:
        assert await at_once(town, *messages) == [None] * 20
    assert len(counted) <= 3  # the one that held them back, then all, unless 20 milliseconds were over before
    assert await counts(town) == {"done": 20, "quarantined": 0, "waiting": 0}


@pytest.mark.sqlite
async def test_a_batch_is_never_larger_than_its_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    (lane,) = town.desk._lanes
    handle = lane._handle

    def count(batch: list[Any]) -> None:
        sizes.append(len(batch))
        handle(batch)

    monkeypatch.setattr(lane, "_handle", count)
    monkeypatch.setattr("bot.lane.LONGEST_WAIT", 60.0)

    async def nothing() -> None:
        await town.desk.write(lambda _: None)

    with held(town.desk):
        tasks = [asyncio.create_task(nothing()) for _ in range(LARGEST_BATCH + 5)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert sizes == [1, LARGEST_BATCH, 5]


@pytest.mark.sqlite
async def test_a_full_queue_says_busy_and_keeps_nothing(town: Town) -> None:
    town.desk._room = 2
    results = await at_once(town, *(said("你好", f"k{n}", f"r{n}") for n in range(4)))
    assert [type(result) for result in results] == [type(None), type(None), Busy, Busy]
    assert await counts(town) == {"done": 2, "quarantined": 0, "waiting": 0}
    await town.desk.receive(said("你好", "k2", "r2"))  # sent again later
    assert (await counts(town))["done"] == 3


async def test_what_the_service_itself_writes_finds_room_beside_a_full_queue(town: Town) -> None:
    town.desk._room = 0
    with pytest.raises(Busy):
        await town.desk.receive(said("你好", "k1"))
    assert await town.desk.write(lambda _: 7) == 7
    town.desk._room = -SPARE
    with pytest.raises(Busy):
        await town.desk.write(lambda _: 7)


async def test_a_chats_lines_are_answered_in_their_order(town: Town) -> None:
    await at_once(town, *(said(text, f"k{n}") for n, text in enumerate(["水管漏水三天了", "/取消", "/帮助"])))
    await town.deliver()
    one_by_one = Town(town.url, seed=9)
    await one_by_one.open()
    for n, text in enumerate(["水管漏水三天了", "/取消", "/帮助"]):
        await one_by_one.desk.receive(said(text, f"other-{n}", "r2"))
    await one_by_one.deliver()
    await one_by_one.close()
    assert town.all("r1") == one_by_one.all("r2")
    assert len(town.all("r1")) == 3


# once


@pytest.mark.parametrize("how", ["in one batch", "in two batches"])
async def test_the_same_update_twice_changes_nothing(town: Town, how: str) -> None:
    twice = [said("楼道漏水", "k1")] * 2
    if how == "in one batch":
        assert await at_once(town, *twice) == [None, None]
    else:
        for message in twice:
            await town.desk.receive(message)
    await town.deliver()
    assert len(town.all("r1")) == 1
    assert await counts(town) == {"done": 1, "quarantined": 0, "waiting": 0}


async def test_the_same_update_at_the_same_moment_from_many_threads_is_one(town: Town) -> None:
    start = threading.Barrier(4)

    def send() -> None:
        start.wait(10)
        asyncio.run(town.desk.receive(said("楼道漏水", "k1")))

    await asyncio.gather(*(asyncio.to_thread(send) for _ in range(4)))
    await town.deliver()
    assert len(town.all("r1")) == 1
    assert await counts(town) == {"done": 1, "quarantined": 0, "waiting": 0}


async def test_the_same_update_from_two_processes_is_one(town: Town) -> None:
    """Two desks on one file, as two processes would have: each waits for the other's transaction."""
    other = await Town(town.url).open()
    desks = [town.desk, other.desk] * 5
    await asyncio.gather(*(desk.receive(said("楼道漏水", "k1")) for desk in desks))
    await other.close()
    await town.deliver()
    assert len(town.all("r1")) == 1


async def test_the_same_key_on_another_channel_is_another_message(town: Town) -> None:
    await town.desk.receive(said("你好", "k1"))
    await town.desk.receive(Message("web", "r1", "r1", "k1", text="你好"))
    assert (await counts(town))["done"] == 2


# poison


async def test_a_poisoned_message_leaves_its_neighbours_unharmed(town: Town) -> None:
    messages = [said("你好", "a", "r1"), said(POISON, "p", "r2"), said("你好", "b", "r3")]
    assert await at_once(town, *messages) == [None] * 3
    await town.deliver()
    assert town.all("r1") == town.all("r3") != town.all("r2")
    assert await counts(town) == {"done": 2, "quarantined": 0, "waiting": 1}


async def test_it_is_tried_again_after_1_2_4_and_8_seconds_then_put_aside_and_its_sender_told_once(town: Town) -> None:
    await town.desk.receive(said(POISON, "p"))
    for tries, wait in enumerate((1, 2, 4, 8), start=1):
        assert await rows(town, received.c.tries, received.c.due, received.c.state) == [
            (tries, town.time + timedelta(seconds=wait), "waiting")
        ]
        await town.pass_time(seconds=wait - 0.1)
        assert await rows(town, received.c.tries) == [(tries,)]
        assert town.all("r1") == [tried_again()]  # said once, not at every try
        await town.pass_time(seconds=0.1)
    assert await rows(town, received.c.tries, received.c.state, received.c.error) == [(5, "quarantined", "Poison")]
    await town.pass_time(hours=1)
    assert town.all("r1")[1:] == [kept_for_a_person()]


async def test_what_cannot_be_written_with_the_others_hits_its_own_message_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last writes of a batch are made together, at its end, where no savepoint holds them apart."""
    from handlers import router

    route = router.route

    def unwritable(turn: Any) -> Any:
        reply = route(turn)
        return Reply("", ((Choice("", "new", {"": object()}),),)) if turn.message.text == "怪" else reply  # type: ignore[dict-item]

    monkeypatch.setattr(router, "route", unwritable)
    results = await at_once(town, said("你好", "k1", "r1"), said("怪", "k2", "r2"), said("你好", "k3", "r3"))
    assert results == [None, None, None]
    assert await counts(town) == {"done": 2, "quarantined": 0, "waiting": 1}


async def test_an_error_no_future_takes_keeps_nobody_waiting(town: Town) -> None:
    def stop(_: Work) -> None:
        raise StopIteration

    with held(town.desk):
        asked = [asyncio.create_task(town.desk.write(stop)), asyncio.create_task(town.desk.receive(said("你好", "k1")))]
        await asyncio.sleep(0)
    first, second = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, RuntimeError)
    assert second is None


async def test_later_messages_of_its_chat_wait_behind_it_and_come_in_their_order(town: Town) -> None:
    await at_once(town, said(POISON, "p"), said("/帮助", "k1"))
    await town.desk.receive(said("你好", "k2"))
    await town.desk.receive(said("你好", "k3", "r2"))
    await town.deliver()
    assert (town.all("r1"), len(town.all("r2"))) == ([tried_again()], 1)
    town.poisonous = False  # type: ignore[attr-defined]
    await town.pass_time(seconds=1)
    done = await rows(town, received.c.update_key, received.c.state, received.c.tries)
    assert done == [("p", "done", 2), ("k1", "done", 1), ("k2", "done", 1), ("k3", "done", 1)]
    assert len(town.all("r1")) == 4
    first, _, last = town.all("r1")[1:]
    assert "登记之前" in first
    assert "上次没说完" in last  # what was said first is known by then


async def test_after_it_is_put_aside_the_chat_goes_on(town: Town) -> None:
    await at_once(town, said(POISON, "p"), said("你好", "k1"))
    for wait in (1, 2, 4, 8):
        await town.pass_time(seconds=wait)
    await town.desk.receive(said("你好", "k2"))
    await town.deliver()
    assert await counts(town) == {"done": 2, "quarantined": 1, "waiting": 0}
    assert town.all("r1")[:2] == [tried_again(), kept_for_a_person()]
    assert len(town.all("r1")) == 4


async def test_in_a_group_nobody_is_told(town: Town) -> None:
    await town.join("440303001")
    await town.staff("440303001", POISON)
    for wait in (1, 2, 4, 8):
        await town.pass_time(seconds=wait)
    assert await counts(town) == {"done": 0, "quarantined": 1, "waiting": 0}
    assert town.group("440303001") == []


async def test_the_words_of_an_error_are_not_kept(town: Town) -> None:
    await town.desk.receive(said(POISON, "p"))
    assert await rows(town, received.c.error) == [("Poison",)]


async def test_nothing_of_a_failed_turn_stays(town: Town) -> None:
    before = await town.read(lambda work: work.connection.exec_driver_sql("SELECT count(*) FROM draft").scalar())
    await town.desk.receive(said(f"楼道漏水 {POISON}", "p"))
    after = await town.read(lambda work: work.connection.exec_driver_sql("SELECT count(*) FROM draft").scalar())
    await town.deliver()
    assert (before, after, town.all("r1")) == (0, 0, [tried_again()])


async def test_a_model_that_raises_is_a_poisoned_message_too(town: Town) -> None:
    def broken(_: str) -> Prediction | None:
        raise Poison

    await town.say("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好")
    await town.say("同意，继续")
    town.predict = broken
    for _ in range(6):
        await town.say("跳过")
    assert (await counts(town))["waiting"] > 0
    town.predict = usual
    await town.pass_time(seconds=1)
    await town.pass_time(seconds=1)
    assert (await counts(town))["waiting"] == 0


# the transaction fails


@contextmanager
def full_disk(town: Town) -> Iterator[None]:
    """No page more: SQLite says that the disk is full."""

    def limit(connection: Any, *_: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    town.desk._writing.dispose()
    event.listen(town.desk._writing, "connect", limit)
    yield
    event.remove(town.desk._writing, "connect", limit)
    town.desk._writing.dispose()


@pytest.mark.sqlite
async def test_a_full_disk_keeps_nothing_answers_everyone_and_is_survived(town: Town) -> None:
    long = [said("楼道漏水" * 2000, f"k{n}", f"r{n}") for n in range(20)]
    with full_disk(town):
        results = await at_once(town, *long)
    assert {type(result) for result in results} <= {OperationalError, sqlite3.OperationalError, NotKept}
    assert await counts(town) == {"done": 0, "quarantined": 0, "waiting": 0}
    await town.desk.receive(long[0])
    assert (await counts(town))["done"] == 1


@pytest.mark.sqlite
async def test_a_database_locked_by_another_process_keeps_nothing(town: Town) -> None:
    town.desk._writing.dispose()
    event.listen(town.desk._writing, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    other = engine.writing(town.url)
    with other.begin():
        results = await asyncio.gather(
            *(town.desk.receive(said("你好", f"k{n}")) for n in range(3)), return_exceptions=True
        )
    other.dispose()
    assert [type(result) for result in results] == [OperationalError] * 3
    await town.desk.receive(said("你好", "k0"))
    assert (await counts(town))["done"] == 1


async def test_a_transaction_the_database_gave_up_is_said_to_have_failed(town: Town) -> None:
    """The driver's COMMIT without a transaction raises nothing: success would be said of what is not there."""

    def given_up(work: Work) -> None:
        work.connection.exec_driver_sql("ROLLBACK")

    with held(town.desk):
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(town.desk.receive(said("你好", "k1"))),
            asyncio.create_task(town.desk.write(given_up)),
            asyncio.create_task(town.desk.receive(said("你好", "k2", "r2"))),
        ]
        await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    beside = 0 if len(town.desk._lanes) == 1 else 2  # messages that were in transactions of their own
    neighbour = type(None) if beside else NotKept
    assert [type(result) for result in results] == [neighbour, NotKept, neighbour]
    assert await counts(town) == {"done": beside, "quarantined": 0, "waiting": 0}


async def test_a_write_that_raises_is_undone_alone(town: Town) -> None:
    def half(work: Work) -> None:
        facts.put(work, "half", "done")
        raise Poison

    with held(town.desk):
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(town.desk.write(half)),
            asyncio.create_task(town.desk.write(lambda work: facts.put(work, "whole", "done"))),
        ]
        await asyncio.sleep(0)
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [Poison, type(None)]
    assert await town.read(lambda work: (facts.get(work, "half"), facts.get(work, "whole"))) == (None, "done")


async def test_somebody_who_goes_away_while_waiting_does_not_stop_the_desk(town: Town) -> None:
    with held(town.desk):
        task = asyncio.create_task(town.desk.receive(said("你好", "k1")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await town.desk.write(lambda _: 7) == 7


# starting and stopping


async def test_stopping_finishes_what_waits_and_takes_nothing_more(database: str) -> None:
    town = await Town(database).open()
    with held(town.desk):
        tasks = [asyncio.create_task(town.desk.receive(said("你好", f"k{n}", f"r{n}"))) for n in range(50)]
        await asyncio.sleep(0)
        stopping = asyncio.create_task(asyncio.to_thread(town.desk.stop))
        await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            await town.desk.receive(said("你好", "late"))
    assert await asyncio.gather(*tasks) == [None] * 50
    await stopping
    assert (await counts(town))["done"] == 50


def died(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is opened now is taken for a process that is not there any more by those that come later."""
    monkeypatch.setattr("bot.process.name", lambda: f"{socket.gethostname()}:{DEAD}:1")


async def test_after_a_clean_end_the_desk_works_in_batches_after_a_crash_in_single_steps(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await Town(database).open()
    assert not first.desk._is_careful()
    await first.close()
    with monkeypatch.context() as now:
        died(now)
        second = await Town(database).open()
    assert not second.desk._is_careful()
    third = await Town(database).open()
    assert third.desk._is_careful()
    await at_once(third, *(said("你好", f"k{n}", f"r{n}") for n in range(3)))
    assert await rows(third, received.c.tries, received.c.state) == [(1, "done")] * 3
    third.time += timedelta(minutes=6)
    assert not third.desk._is_careful()
    await third.close()
    await second.close()


async def test_in_single_steps_what_waits_behind_another_is_not_counted_as_tried(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as now:
        died(now)
        crashed = await Town(database).open()
    town = await Town(database).open()
    town.outside = town.desk._outside = type(town.outside)(_no_rules, town.outside.predict, town.outside.random)
    for key in ("p", "k1", "k2"):
        await town.desk.receive(said("你好", key))
    assert await rows(town, received.c.tries) == [(1,), (0,), (0,)]
    for each in (town, crashed):
        await each.close()


def _no_rules(_: Work) -> Any:
    raise Poison


async def test_rules_that_cannot_be_read_hold_up_and_lose_nothing(town: Town) -> None:
    """Not even the words that say a message was put aside can be made then."""
    rules = town.outside.rules
    town.desk._outside = type(town.outside)(_no_rules, town.outside.predict, town.outside.random)
    await at_once(town, said("你好", "k1"), said("你好", "k2", "r2"))
    for wait in (1, 2, 4, 8):
        town.time += timedelta(seconds=wait)
        await town.desk.retry()
    assert await counts(town) == {"done": 0, "quarantined": 2, "waiting": 0}
    town.desk._outside = type(town.outside)(rules, town.outside.predict, town.outside.random)
    await town.desk.receive(said("你好", "k3"))
    assert (await counts(town))["done"] == 1


async def test_a_clock_that_cannot_be_read_does_not_stop_the_others(town: Town) -> None:
    await town.desk.write(lambda work: clocks.start(work, "nobody knows", "x", town.time))
    await town.say("楼道漏水")
    heard = len(town.all())
    await town.pass_time(days=2)
    assert len(town.all()) > heard


async def test_clocks_that_cannot_be_looked_at_do_not_keep_messages_from_their_next_try(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> int:
        raise Poison

    await town.desk.receive(said(POISON, "p"))
    town.poisonous = False  # type: ignore[attr-defined]
    town.time += timedelta(seconds=1)
    monkeypatch.setattr(town.desk, "tick", broken)
    task = asyncio.create_task(clock.run(town.desk))
    async with asyncio.timeout(5):
        while (await counts(town))["done"] == 0:
            await asyncio.sleep(0.01)
    task.cancel()


async def test_messages_wait_for_their_next_try_while_the_queue_is_full(town: Town) -> None:
    town.desk._room = -SPARE
    task = asyncio.create_task(clock.run(town.desk))
    await asyncio.sleep(0.05)
    assert not task.done()
    task.cancel()


async def test_what_cannot_be_written_as_utf8_harms_nobody(town: Town) -> None:
    """A page can send half of a surrogate pair, or a NUL."""
    results = await at_once(town, said("漏水\ud83d\x00了", "k\ud800", "r1"), said("你好", "k2", "r2"))
    assert results == [None, None]
    await at_once(town, said("漏水\ud83d\x00了", "k\ud800", "r1"))
    assert await counts(town) == {"done": 2, "quarantined": 0, "waiting": 0}
    kept = await town.read(
        lambda work: work.connection.execute(select(func.count()).select_from(received)).scalar_one()
    )
    assert kept == 2
