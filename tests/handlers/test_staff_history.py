"""The stored history of a complaint: whoever edits, deletes or adds an event is found out."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from storage import reports
from storage.tables import complaint_event as events
from storage.unit_of_work import Work
from tests.group import STATION, claimed, open_group, short
from tests.town import Town


async def worked(town: Town) -> str:
    group = await open_group(town, STATION)
    number = await claimed(town, group)
    await group.say(f"/记 {short(number)} 一条备注")
    await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    await town.say("解决了")
    return number


async def is_intact(town: Town, number: str) -> bool:
    found = await town.read(lambda work: reports.happened(work, number))
    return bool(found["intact"])


def edit(**values: Any) -> Any:
    return lambda work, mine: work.connection.execute(update(events).where(*mine, events.c.seq == 4).values(**values))


def drop(seq: int) -> Any:
    return lambda work, mine: work.connection.execute(delete(events).where(*mine, events.c.seq == seq))


@pytest.mark.parametrize(
    ("what", "act", "intact"),
    [
        ("nothing", lambda work, mine: None, True),
        ("another clerk", edit(actor_id="somebody"), False),
        ("another kind", edit(kind="noted"), False),
        ("another status", edit(after="closed"), False),
        ("another unit", edit(facts={"unit": "440303D01"}), False),
        ("another text", edit(text_hash="00"), False),
        ("another hash", edit(hash="00"), False),
        ("the first event is gone", drop(1), False),
        ("one in the middle is gone", drop(5), False),
    ],
)
async def test_a_change_of_the_history_is_found(town: Town, what: str, act: Any, intact: bool) -> None:
    number = await worked(town)

    def change(work: Work) -> None:
        act(work, (events.c.tenant == work.tenant, events.c.complaint == number))

    await town.desk.write(change)
    assert await is_intact(town, number) == intact


async def test_the_history_holds_no_words_of_anybody(town: Town) -> None:
    number = await worked(town)
    found = await town.read(lambda work: reports.happened(work, number))
    said = str(found["events"])
    for words in ("一条备注", "修好", "条例", "漏水"):
        assert words not in said
