"""Where readers fetch by position, being committed as sent delivers an answer: no send, no look of the outbox."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.terminal import NAME, RESIDENT
from handlers.messages import Message, Outgoing, outgoing_to_json
from storage import inbox, outbox, shown
from storage.outbox import Handed
from storage.tables import outbox as table
from storage.unit_of_work import Overtaken, Work
from tests.town import TUESDAY, Town


@pytest.fixture
async def town(database: str) -> AsyncIterator[Town]:
    made = Town(database)
    made.desk._outside = made.outside = replace(made.outside, fetched=frozenset({NAME}))
    yield await made.open()
    await made.close()


async def said(town: Town, text: str, chat: str = RESIDENT) -> Handed | None:
    return await town.desk.receive(Message(NAME, chat, chat, town.key(), text=text))


async def rows(town: Town) -> list[Any]:
    found = select(table.c.state, table.c.position, table.c.message_id, table.c.sent_at).order_by(table.c.id)
    kept: list[Any] = await town.read(lambda work: work.connection.execute(found).all())
    return kept


async def test_an_answer_is_sent_as_it_is_committed_and_told_to_whoever_asked(town: Town) -> None:
    first, second = await said(town, "楼道漏水三天了"), await said(town, "同意，继续")
    assert first is not None
    assert second is not None
    assert (first.position, first.message_id, first.at) == (1, "m1", TUESDAY)
    assert "同意" in first.payload
    assert second.position == 2
    assert await rows(town) == [("sent", 1, "m1", TUESDAY), ("sent", 2, "m2", TUESDAY)]
    read = await town.read(partial(shown.after, channel=NAME, chat=RESIDENT, position=0))
    assert [each.position for each in read] == [1, 2]


async def test_nothing_wakes_the_outbox_when_nothing_waits_for_it(town: Town) -> None:
    woken: list[int] = []
    town.desk.wake = lambda: woken.append(1)
    await said(town, "楼道漏水三天了")
    assert woken == []
    await town.desk.write(partial(_put, due=town.time))
    assert woken == [1]


def _put(work: Work, due: Any) -> None:
    outbox.put(work, NAME, RESIDENT, outgoing_to_json(Outgoing("通知")), due=due)


@pytest.mark.parametrize(
    ("due_in", "handed"),
    [
        (timedelta(0), False),  # something waits: the answer goes behind it
        (timedelta(minutes=1), True),  # held back on purpose: it joins the line when it falls due
    ],
)
async def test_an_answer_never_overtakes_what_waits_in_its_line(town: Town, due_in: timedelta, handed: bool) -> None:
    await town.desk.write(partial(_put, due=town.time + due_in))
    assert (await said(town, "楼道漏水三天了") is not None) is handed
    await town.deliver()
    assert [row.state for row in await rows(town)] == (["waiting", "sent"] if handed else ["sent", "sent"])
    if not handed:
        assert town.all()[0] == "通知"


async def test_the_same_message_again_is_answered_once(town: Town) -> None:
    message = Message(NAME, RESIDENT, RESIDENT, "twice", text="楼道漏水三天了")
    assert await town.desk.receive(message) is not None
    assert await town.desk.receive(message) is None
    assert len(await rows(town)) == 1


async def test_when_the_writes_of_a_batch_cannot_be_made_together_each_is_made_by_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Work.carry_out

    def fail_once(work: Work) -> None:
        monkeypatch.setattr(Work, "carry_out", together)
        raise Overtaken("somebody")

    monkeypatch.setattr(Work, "carry_out", fail_once)
    assert await said(town, "楼道漏水三天了") is not None
    assert await rows(town) == [("sent", 1, "m1", TUESDAY)]
    assert await town.read(inbox.counts) == {"done": 1, "quarantined": 0, "waiting": 0}
