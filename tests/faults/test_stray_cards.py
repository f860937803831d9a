"""A card whose first sending nobody could be sure of hangs twice: both work, and the first press makes it one again."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels.terminal import group_chat, staff_sender
from bot.strays import MOST_TRIES
from complaints import numbers
from storage.tables import card
from tests.botapi.calls import Call
from tests.botapi.chats import Chat
from tests.faults.callers import EMPTIED, is_card, keys, read
from tests.group import STATION, Group, filed, open_group, state
from tests.telegram_town import TelegramTown, on_telegram


@pytest.fixture
async def town(database: str) -> AsyncIterator[TelegramTown]:
    async with on_telegram(database) as opened:
        yield opened


async def doubled(town: TelegramTown, *, again: bool = True) -> tuple[str, Chat, list[int]]:
    """A complaint, the group of its station, and the messages in which its card hangs: one if it was not sent again."""
    await open_group(town, STATION)
    town.side.api.faults.once("drop_after", "sendMessage")
    number = await filed(town)
    if again:
        await town.pass_time(seconds=3)
    place = town.side.group(group_chat(STATION))
    return number, place, [int(kept.json["message_id"]) for kept in read(place) if is_card(kept)]


async def press_first_key(town: TelegramTown, place: Chat, message_id: int) -> None:
    clerk = town.side.person(staff_sender(STATION))
    kept = place.kept[message_id]
    clerk.query(place, kept, keys(kept)[0], False)
    await town.come()


@pytest.mark.parametrize("which", [0, 1], ids=["the stray one", "the one that is known"])
async def test_both_work(town: TelegramTown, which: int) -> None:
    number, place, cards = await doubled(town)
    assert len(cards) == 2
    await press_first_key(town, place, cards[which])
    assert (await state(town, number)).holder is not None


async def row(town: TelegramTown, number: str) -> tuple[str | None, str | None, bool]:
    """The message in which the card hangs, the other one that is known, and whether it is to be drawn."""
    here = (card.c.message_id, card.c.stray, card.c.wanted > card.c.shown)
    rows = select(*here).where(card.c.complaint == number)
    found = await town.read(lambda work: work.connection.execute(rows).one())
    return tuple(found)


async def is_one(town: TelegramTown, number: str, place: Chat, known: int, emptied: int) -> None:
    assert await row(town, number) == (str(known), None, False)
    assert keys(place.kept[known])
    assert number in place.kept[known].json["text"]
    assert (place.kept[emptied].json["text"], keys(place.kept[emptied])) == (EMPTIED, [])


async def test_a_press_under_the_stray_one_leaves_one(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    await press_first_key(town, place, cards[0])
    await is_one(town, number, place, cards[1], cards[0])


async def test_a_press_under_the_known_one_tells_nothing_new(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    await press_first_key(town, place, cards[1])
    assert await row(town, number) == (str(cards[1]), None, False)
    assert keys(place.kept[cards[0]])


async def test_a_press_that_is_refused_tells_too(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    group = await Group(town, STATION).join("another")
    await group.say(f"/claim {number}", "another")
    await press_first_key(town, place, cards[0])
    assert any(text.startswith(f"{number} 已由") for text in group.heard)
    await is_one(town, number, place, cards[1], cards[0])


async def test_a_newer_one_that_is_pressed_is_adopted(town: TelegramTown) -> None:
    """Whoever lost its lease while it sent was overtaken, and marked last."""
    number, place, cards = await doubled(town)
    mine = update(card).where(card.c.complaint == number)
    await town.desk.write(lambda work: work.connection.execute(mine.values(message_id=str(cards[0]))))
    await press_first_key(town, place, cards[1])
    await is_one(town, number, place, cards[1], cards[0])


async def test_one_that_is_pressed_before_it_was_sent_again_is_the_only_one(town: TelegramTown) -> None:
    number, place, cards = await doubled(town, again=False)
    await press_first_key(town, place, cards[0])
    await town.pass_time(seconds=3)
    assert await row(town, number) == (str(cards[0]), None, False)
    assert [int(kept.json["message_id"]) for kept in read(place) if is_card(kept)] == cards


@pytest.mark.parametrize("fault", ["too_many", "drop_before", "drop_after"])
async def test_emptying_is_tried_again(town: TelegramTown, fault: str) -> None:
    number, place, cards = await doubled(town)
    town.side.api.faults.once(fault, "editMessageText")
    await press_first_key(town, place, cards[0])
    assert (await row(town, number))[1] == str(cards[0])
    await town.pass_time(seconds=5)
    await is_one(town, number, place, cards[1], cards[0])


async def test_emptying_that_never_succeeds_does_not_hold_its_card_up(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    edit = town.side.api.methods["editmessagetext"]

    def unwilling(call: Call) -> Any:
        if call.number("message_id") == cards[0]:
            raise RuntimeError
        return edit(call)

    town.side.api.methods["editmessagetext"] = unwilling
    await press_first_key(town, place, cards[0])
    for _ in range(MOST_TRIES):
        await town.pass_time(minutes=6)
    assert await row(town, number) == (str(cards[1]), None, False)
    assert "已签收" in place.kept[cards[1]].json["text"]


async def test_one_that_people_deleted_is_let_go(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    clerk, kept = town.side.person(staff_sender(STATION)), place.kept[cards[0]]
    clerk.query(place, kept, keys(kept)[0], False)
    town.side.world.remove(place, cards[0])
    await town.come()
    assert await row(town, number) == (str(cards[1]), None, False)


async def test_a_key_under_another_text_about_a_complaint_is_no_cards(town: TelegramTown) -> None:
    number, place, cards = await doubled(town)
    group = Group(town, STATION)
    await group.say(f"/claim {number}")
    await group.say(f"/reply {numbers.short(number)} 师傅三点上门")
    await group.press("立即发送")
    assert await row(town, number) == (str(cards[1]), None, False)
    assert keys(place.kept[cards[0]])


async def test_a_card_is_never_taken_for_another_ones_stray(town: TelegramTown) -> None:
    """However a press was forged: under the card of another complaint, or under a text that speaks of one."""
    number, place, cards = await doubled(town)
    other = await filed(town)
    group = Group(town, STATION)
    where = await group.card_id(other)
    clerk, pressed = town.side.person(staff_sender(STATION)), keys(place.kept[cards[1]])[0]
    clerk.query(place, place.kept[int(where)], pressed, False)
    await town.come()
    assert await row(town, number) == (str(cards[1]), None, False)
    assert await row(town, other) == (where, None, False)
