"""What happens to chats outside of messages, told by the platform or learnt from a send that fails."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.base import Gone, Migrated, NoTopic, Refused, Unreachable
from bot.channels.terminal import NAME, RESIDENT
from handlers import dispatch
from handlers.messages import Button, Event, Outgoing, outgoing_to_json
from storage import cards, lines, outbox, people
from storage.tables import card, conversation
from tests.bot.test_outbox import CHANNEL, Office, Plain
from tests.group import STATION, open_group
from tests.town import Town

OLD, NEW = "-100", "-100200"


@pytest.fixture
async def office(town: Town) -> Office:
    return Office(town, Plain())


async def tell(town: Town, kind: str, chat: str = RESIDENT, key: str = "e1", to: str = "", channel: str = NAME) -> None:
    event = Event(channel, chat, kind, key, to)
    await town.desk.write(lambda work: dispatch.report(work, town.outside, event))
    await town.deliver()


async def bound(office: Office) -> None:
    """A group of the other channel, with a text and a card that wait for it."""

    def bind(work: Any) -> None:
        people.bind_group(work, CHANNEL, OLD, STATION, "test")
        cards.hang(work, CHANNEL, OLD, "LH-NONE")

    await office.town.desk.write(bind)
    await office.put(OLD, "一", "二")


# a group becomes another chat


async def test_a_group_that_moved_takes_its_unit_its_texts_and_its_cards_along(office: Office) -> None:
    await bound(office)
    await tell(office.town, "migrated", OLD, to=NEW, channel=CHANNEL)
    unit = await office.town.read(lambda work: people.unit_of_group(work, CHANNEL, NEW))
    assert unit == STATION
    assert await office.town.read(lambda work: people.unit_of_group(work, CHANNEL, OLD)) is None
    await office.deliver()
    assert office.channel.seen == [(NEW, "一"), (NEW, "二")]
    hung = await office.town.read(lambda work: list(work.connection.execute(select(card.c.chat)).scalars()))
    assert OLD not in hung


async def test_that_it_moved_is_learnt_from_a_send_as_well_and_nothing_is_lost_or_doubled(office: Office) -> None:
    await bound(office)
    office.channel.errors = [Migrated(NEW)]
    await office.deliver()
    assert office.channel.seen == [(NEW, "一"), (NEW, "二")]
    assert set(await office.states()) == {"sent"}


async def test_a_chat_of_nobody_that_moved_is_closed(office: Office) -> None:
    await office.put("-7", "一")
    office.channel.errors = [Migrated(NEW)]
    await office.deliver()
    assert await office.states() == ["dead"]
    assert await office.town.read(lambda work: lines.is_unreachable(work, CHANNEL, "-7"))


async def test_what_a_member_was_asked_goes_along(town: Town) -> None:
    group = await open_group(town, STATION)
    number = await town.file()
    await group.say("/claim " + number)
    await group.say("/conclude " + number)  # asks for the result
    await tell(town, "migrated", group.chat, to=NEW)
    rows = select(conversation.c.chat).where(conversation.c.chat.startswith(NEW))
    moved = await town.read(lambda work: list(work.connection.execute(rows).scalars()))
    assert moved == [f"{NEW}#staff:{STATION}"]


# what is never taken, gone messages, closed topics


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("no"), "text"),  # the buttons may be the reason: the words alone
        (NoTopic("gone"), "text"),  # the topic was deleted: the group itself
    ],
)
async def test_what_the_platform_does_not_take_is_said_more_simply(office: Office, error: Exception, said: str) -> None:
    out = outgoing_to_json(Outgoing(said, ((Button("好", "b.0"),),), topic="7"))
    await office.town.desk.write(lambda work: outbox.put(work, CHANNEL, "1", out, due=work.now))
    office.channel.errors = [error]
    await office.deliver()
    assert office.texts() == [said]


async def test_words_that_are_refused_even_alone_are_buried_and_somebody_is_to_call(office: Office) -> None:
    town = office.town
    group = await open_group(town, STATION)
    number = await town.file()
    await office.put("1", "进度", complaint=number)
    office.channel.errors = [Refused("no")]
    await office.deliver()
    await town.deliver()
    assert (await office.states())[-1] == "dead"
    assert "送不到居民那里" in group.heard[-1]
    assert number in group.heard[-1]


async def test_a_card_whose_message_is_gone_is_shown_in_a_new_one(office: Office) -> None:
    town = office.town
    number = await town.file()
    await town.desk.write(lambda work: cards.hang(work, CHANNEL, OLD, number))
    await office.deliver()
    office.channel.errors = [Gone("deleted")]
    await town.desk.write(lambda work: cards.want(work, number))
    await office.deliver()
    assert len(office.channel.seen) == 2
    assert office.channel.edits == []


# a resident who cannot be written to


@pytest.mark.parametrize("learnt", ["told", "from a send"])
async def test_of_a_resident_who_blocked_us_the_card_tells_and_the_unit_is_to_call(town: Town, learnt: str) -> None:
    group = await open_group(town, STATION)
    number = await town.file()
    if learnt == "told":
        await tell(town, "blocked")
    else:
        await town.desk.write(lambda work: dispatch.unreachable(work, town.outside, NAME, RESIDENT, "Unreachable"))
        await town.deliver()
    said = [text for text in group.heard if "送不到居民那里" in text]
    assert len(said) == 1
    assert number in said[0]
    assert "消息未送达" in group.heard[-1] + group.heard[-2]
    await tell(town, "blocked", key="e2")  # said once
    assert len([text for text in group.heard if "送不到居民那里" in text]) == 1
    await tell(town, "unblocked", key="e3")
    assert not await town.read(lambda work: lines.is_unreachable(work, NAME, RESIDENT))


async def test_the_same_event_twice_has_one_effect(town: Town) -> None:
    await tell(town, "added", OLD)
    await tell(town, "added", OLD)
    assert len(town.all(OLD)) == 1
    assert "/bind" in town.all(OLD)[0]


async def test_a_group_we_were_let_back_into_is_greeted_as_a_known_one(town: Town) -> None:
    group = await open_group(town, STATION)
    await tell(town, "kicked", group.chat)
    await tell(town, "added", group.chat, key="e2")
    assert "我回来了" in group.heard[-1]


# we were away


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (149.0, ""),  # presses are kept so long
        (150.0, "如果按过按钮没有反应"),
        (86399.0, "如果按过按钮没有反应"),
        (86400.0, "没有回应的那句请再说一次"),  # messages are kept for a day
    ],
)
async def test_who_was_in_the_middle_of_something_is_asked_to_say_it_again(
    town: Town, seconds: float, said: str
) -> None:
    await town.say("楼道漏水三天了")
    before = len(town.all())
    await town.desk.write(partial(dispatch.away, outside=town.outside, channel=NAME, seconds=seconds))
    await town.deliver()
    told = town.all()[before:]
    assert len(told) == bool(said)
    assert all(said in text for text in told)


async def test_who_has_nothing_open_is_left_alone(town: Town) -> None:
    await town.file()
    before = len(town.all())
    await town.desk.write(partial(dispatch.away, outside=town.outside, channel=NAME, seconds=3600.0))
    await town.deliver()
    assert town.all()[before:] == []


async def test_a_failed_send_to_somebody_who_is_gone_marks_the_card_too(office: Office) -> None:
    await office.put("1", "一")
    office.channel.errors = [Unreachable("blocked")]
    await office.deliver()
    assert await office.states() == ["dead"]
