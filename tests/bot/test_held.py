"""A token that the platform refuses holds all of its channel, buries nothing, and everything goes when it is right."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.terminal import RESIDENT
from bot.held import LONGEST, Held
from handlers.messages import Outgoing, outgoing_to_json
from storage import outbox
from storage.tables import card
from storage.tables import outbox as table
from storage.unit_of_work import Work
from tests.group import STATION, Group, filed, open_group
from tests.telegram_town import TELEGRAM, TelegramTown, on_telegram
from tests.town import TUESDAY

OTHER = "123456:" + "B" * 35


@pytest.fixture
async def town(database: str) -> AsyncIterator[TelegramTown]:
    async with on_telegram(database) as opened:
        yield opened


async def put(town: TelegramTown, *texts: str) -> None:
    chat = town.id(RESIDENT)

    def put_all(work: Work) -> None:
        for text in texts:
            outbox.put(work, TELEGRAM, chat, outgoing_to_json(Outgoing(text)), due=town.time)

    await town.desk.write(put_all)


async def states(town: TelegramTown) -> list[tuple[str, int]]:
    """Of all texts: the state, and how many tries were counted."""
    rows = select(table.c.state, table.c.tries).order_by(table.c.id)
    return [tuple(row) for row in await town.read(lambda work: work.connection.execute(rows).all())]


async def test_nothing_is_buried_while_a_token_is_refused_and_all_goes_when_it_is_right(town: TelegramTown) -> None:
    await open_group(town, STATION)
    group, api = Group(town, STATION), town.side.api
    right, api.token = api.token, OTHER
    api.calls.clear()
    with capture_logs() as logs:
        await put(town, "一", "二")
        number = await filed(town)
        asked_at = [town.time] * len(api.calls)
        for _ in range(60 * 60 // 5):
            town.time += timedelta(seconds=5)
            await town.deliver()
            asked_at += [town.time] * (len(api.calls) - len(asked_at))
        assert set(await states(town)) == {("waiting", 0)}
        rows = select(card.c.shown, card.c.tries)
        assert [tuple(row) for row in await town.read(lambda work: work.connection.execute(rows).all())] == [(0, 0)]
        assert {call.status for call in api.calls} == {401}
        looks = sorted(set(asked_at))
        waits = [later - earlier for earlier, later in pairwise(looks)]
        assert waits == sorted(waits)
        assert (waits[0], waits[-1]) == (timedelta(seconds=5), LONGEST)
        api.token = right
        town.time += LONGEST
        await town.deliver()
    assert [town.all()[-2:], await states(town)] == [["一", "二"], [("sent", 1)] * 2]
    assert number in group.card(number)
    told = [line["error"] for line in logs if line["event"] == "channel.held"]
    assert told == ["JIESU_TELEGRAM_TOKEN was refused"]
    assert right not in str(logs)


async def test_what_may_have_arrived_before_the_refusal_says_so_after_it(town: TelegramTown) -> None:
    await put(town, "一")
    api = town.side.api
    api.faults.once("drop_after", "sendMessage")
    await town.deliver()
    right, api.token = api.token, OTHER
    town.time += timedelta(seconds=3)
    await town.deliver()
    api.token = right
    town.time += LONGEST
    await town.deliver()
    assert [kept.json["text"] for kept in town.side.person(RESIDENT).chat.kept.values()][-2:] == ["一", "[重发] 一"]


async def test_a_message_that_was_begun_before_the_refusal_says_so_when_it_comes_again(town: TelegramTown) -> None:
    api = town.side.api
    right, send = api.token, api.methods["sendmessage"]

    def last_one(call: object) -> object:
        api.token = OTHER
        return send(call)  # type: ignore[arg-type]

    await put(town, "长" * 4097)
    api.methods["sendmessage"] = last_one
    await town.deliver()
    api.token, api.methods["sendmessage"] = right, send
    town.time += LONGEST
    await town.deliver()
    read = [kept.json["text"][:6] for kept in town.side.person(RESIDENT).chat.kept.values()]
    assert read == ["长" * 6, "[重发] 长", "长" * 6]


# the rule


@pytest.mark.parametrize(
    ("refusals", "waits"),
    [
        ([0], 5),
        ([0, 5], 10),
        ([0, 5, 15], 20),
        ([0, 5, 15, 35, 75, 155, 315], 300),  # at most
        ([0, 5, 15, 35, 75, 155, 315, 615], 300),
        ([0, 3600], 10),  # nothing was to be sent meanwhile
    ],
)
def test_each_refusal_makes_the_wait_longer_up_to_five_minutes(refusals: list[float], waits: float) -> None:
    held = Held()
    for seconds in refusals:
        held.refused("telegram", "TOKEN", TUESDAY + timedelta(seconds=seconds))
    begun = TUESDAY + timedelta(seconds=refusals[-1])
    assert held.let(["web", "telegram"], begun + timedelta(seconds=waits - 0.1)) == ["web"]
    assert held.let(["web", "telegram"], begun + timedelta(seconds=waits)) == ["web", "telegram"]


def test_what_is_sent_together_is_refused_once() -> None:
    held = Held()
    for seconds in (0, 1, 4.9):
        held.refused("telegram", "TOKEN", TUESDAY + timedelta(seconds=seconds))
    assert held.let(["telegram"], TUESDAY + timedelta(seconds=5)) == ["telegram"]


def test_who_was_let_in_and_is_refused_again_is_told_of_again() -> None:
    held = Held()
    with capture_logs() as logs:
        held.refused("telegram", "TOKEN", TUESDAY)
        held.answered("telegram")
        held.answered("telegram")
        held.refused("telegram", "TOKEN", TUESDAY)
    assert [line["event"] for line in logs] == ["channel.held", "channel.open", "channel.held"]
    assert held.let(["telegram"], TUESDAY + timedelta(seconds=5)) == ["telegram"]
