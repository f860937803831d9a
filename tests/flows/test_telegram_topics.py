"""A group with topics: each complaint has one of its own, in which its card hangs and all about it is said."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.terminal import group_chat
from storage import cards, people, topics
from storage.people import Code
from storage.tables import card
from storage.tables import group_chat as groups
from storage.unit_of_work import Work
from tests.botapi.chats import Chat, Shown, Topic
from tests.botapi.world import RIGHTS
from tests.group import HOUSING, STATION, Group, claimed, filed, nothing_is_left_over, open_group, short, state
from tests.phone import Phone
from tests.telegram_town import TelegramTown

CLERK = f"staff:{STATION}"
GENERAL = 0
WITHOUT = RIGHTS - {"can_manage_topics"}


async def bound(town: TelegramTown, unit: str = STATION, rights: frozenset[str] = RIGHTS) -> Group:
    """A group with topics, bound by its clerk as people do it."""

    def make(work: Work) -> None:
        for typed, kind in ((f"G-{unit}", "group"), (f"S-{unit}", "staff")):
            people.make_code(work, typed, Code(kind, unit, "staff", "李某"), work.now + timedelta(hours=1))

    await town.desk.write(make)
    clerk = f"staff:{unit}"
    town.side.put(group_chat(unit), town.side.world.group("工作群", forum=True, bot="administrator", rights=rights))
    await town.hear(clerk, clerk, f"/start S-{unit}")
    await town.staff(unit, f"/bind G-{unit}")
    return Group(town, unit)


@pytest.fixture
async def station(telegram: TelegramTown) -> Group:
    return await bound(telegram)


def chat(group: Group) -> Chat:
    town = group.town
    assert isinstance(town, TelegramTown)
    return town.side.group(group.chat)


def topics_of(group: Group) -> list[Topic]:
    """But for the general one, in the order in which they were opened."""
    return [topic for thread, topic in sorted(chat(group).topics.items()) if thread > 1]


def said(group: Group, topic: int) -> list[Shown]:
    """What the bot wrote in one topic, without the line that opened it."""
    return [each for each in chat(group).from_bot if each.topic == topic and each.kind != "service"]


def hung(group: Group, number: str) -> list[Shown]:
    """The cards of the complaint that stand in the group."""
    return [each for each in chat(group).from_bot if f"【{number}】" in each.text and "\n分类：" in each.text]


def calls(group: Group, method: str) -> int:
    town = group.town
    assert isinstance(town, TelegramTown)
    return sum(call.method == method for call in town.side.api.calls)


async def test_who_binds_a_group_with_topics_is_told_what_it_takes(telegram: TelegramTown, station: Group) -> None:
    assert "每件诉求单开一个话题" in station.heard[-1]
    assert "「管理话题」" in station.heard[-1]
    assert topics_of(station) == []


async def test_a_new_complaint_opens_a_topic_named_by_number_and_title(telegram: TelegramTown, station: Group) -> None:
    phone = Phone(telegram)
    number = await phone.file("翠竹街道水贝社区3栋楼道漏水，" + "很久了" * 60 + "，电话13812345678")
    (topic,) = topics_of(station)
    assert topic.name.startswith(f"{number} 翠竹街道水贝社区3栋楼道漏水")
    assert len(topic.name) <= 128
    assert "13812345678" not in topic.name
    (hangs,) = hung(station, number)
    assert hangs.topic == topic.thread
    assert await station.card_id(number) == str(hangs.message_id)


async def test_what_waited_for_the_group_gets_its_topics_when_it_is_bound(telegram: TelegramTown) -> None:
    numbers = [await filed(telegram, gist=f"水贝社区{n}栋楼道漏水") for n in range(3)]
    station = await bound(telegram)
    assert sorted(topic.name[:14] for topic in topics_of(station)) == sorted(numbers)
    assert all(len(said(station, topic.thread)) == 1 for topic in topics_of(station))


@pytest.mark.parametrize("typed", ["/claim", "/签收", "签收", "接", "/接"])
async def test_a_command_in_a_topic_is_about_its_complaint(telegram: TelegramTown, station: Group, typed: str) -> None:
    first, second = await filed(telegram), await filed(telegram, gist="水贝社区电梯坏了")
    one, other = topics_of(station)
    assert "已签收" in await station.say(typed, topic=one.thread)
    assert f"【{first}】已签收" in said(station, one.thread)[0].text
    assert "已签收" in said(station, one.thread)[1].text  # the answer comes where it was asked
    (untouched,) = said(station, other.thread)
    assert untouched.text.startswith(f"【{second}】已派单")


async def test_a_number_says_more_than_the_topic(telegram: TelegramTown, station: Group) -> None:
    first, second = await filed(telegram), await filed(telegram, gist="水贝社区电梯坏了")
    one, other = topics_of(station)
    await station.say(f"/接 {short(second)}", topic=one.thread)
    assert (await state(telegram, first)).holder is None
    assert (await state(telegram, second)).holder is not None
    await station.under(first, "/接", topic=other.thread)
    assert (await state(telegram, first)).holder is not None


async def test_outside_a_topic_and_in_one_of_the_peoples_own_a_number_is_needed(
    telegram: TelegramTown, station: Group
) -> None:
    number = await filed(telegram)
    own = telegram.side.world.topic(chat(station), "午饭", telegram.side.person(CLERK))
    for topic in (GENERAL, own.thread):
        assert "编号" in await station.say("/接", topic=topic)
        assert said(station, topic)[-1].text == station.heard[-1]
    assert (await state(telegram, number)).holder is None


async def test_only_words_under_the_card_or_after_the_command_go_to_the_resident(
    telegram: TelegramTown, station: Group
) -> None:
    number = await claimed(telegram, station)
    (topic,) = topics_of(station)
    for talk in ("居民说的是哪一栋？", "回复 居民了吗", "call tomorrow"):
        assert await station.say(talk, topic=topic.thread) == ""
    await station.under(number, "师傅三点上门", topic=topic.thread)
    await station.say("/reply call tomorrow at nine", topic=topic.thread)
    await telegram.pass_time(seconds=31)
    heard = "\n".join(telegram.all())
    assert "师傅三点上门" in heard
    assert "call tomorrow at nine" in heard
    assert "哪一栋" not in heard
    assert "居民了吗" not in heard


async def test_what_is_asked_in_one_topic_is_not_answered_in_another(telegram: TelegramTown, station: Group) -> None:
    first = await claimed(telegram, station)
    await claimed(telegram, station, gist="水贝社区电梯坏了")
    one, other = topics_of(station)
    (hangs,) = hung(station, first)
    telegram.side.person(CLERK).press("回复居民", chat(station), hangs.message_id)
    await telegram.come()
    assert "直接写" in said(station, one.thread)[-1].text
    assert await station.say("中午吃什么", topic=other.thread) == ""
    assert "师傅三点上门" in await station.say("师傅三点上门", topic=one.thread)
    await telegram.pass_time(seconds=31)
    assert "中午吃什么" not in "\n".join(telegram.all())
    assert "师傅三点上门" in telegram.heard()


async def test_a_label_that_is_typed_is_the_one_that_hangs_in_the_same_topic(
    telegram: TelegramTown, station: Group
) -> None:
    first, second = await filed(telegram), await filed(telegram, gist="水贝社区电梯坏了")
    one, _ = topics_of(station)
    await station.say("为什么", topic=one.thread)
    assert first in station.heard[-1] or short(first) in station.heard[-1]
    assert second not in station.heard[-1]
    assert said(station, one.thread)[-1].text == station.heard[-1]


async def test_what_the_resident_adds_lands_in_the_topic(telegram: TelegramTown, station: Group) -> None:
    phone = Phone(telegram)
    number = await phone.file()
    await filed(telegram, gist="水贝社区电梯坏了", sender="resident:2")
    one, other = topics_of(station)
    await phone.say(f"/add {number} 楼上也漏了")
    assert any("楼上也漏了" in each.text and number[3:7] in each.text for each in said(station, one.thread)[1:])
    assert "楼上也漏了" not in "\n".join(each.text for each in said(station, other.thread) + said(station, GENERAL))


async def test_reminders_come_in_the_topic(telegram: TelegramTown, station: Group) -> None:
    await filed(telegram)
    (topic,) = topics_of(station)
    before = len(said(station, topic.thread))
    await telegram.pass_time(hours=30)
    assert len(said(station, topic.thread)) > before
    assert len(said(station, GENERAL)) == 1  # what was said to who bound it


# topics that go


async def test_who_deletes_a_topic_finds_the_card_in_a_new_one(telegram: TelegramTown, station: Group) -> None:
    number = await filed(telegram)
    (old,) = topics_of(station)
    telegram.side.world.delete_topic(chat(station), old.thread)
    assert "已签收" in await station.say(f"/接 {short(number)}")
    (new,) = topics_of(station)
    assert new.name == old.name
    (hangs,) = hung(station, number)
    assert (hangs.topic, await station.card_id(number)) == (new.thread, str(hangs.message_id))
    await nothing_is_left_over(telegram)


async def test_a_text_that_finds_no_topic_opens_another_and_brings_the_card(
    telegram: TelegramTown, station: Group
) -> None:
    phone = Phone(telegram)
    number = await phone.file()
    (old,) = topics_of(station)
    telegram.side.world.delete_topic(chat(station), old.thread)
    await phone.say(f"/add {number} 楼上也漏了")
    (new,) = topics_of(station)
    assert len([each for each in said(station, new.thread) if "】居民补充" in each.text]) == 1
    (hangs,) = hung(station, number)
    assert hangs.topic == new.thread
    await nothing_is_left_over(telegram)


async def test_who_deletes_it_again_and_again_has_it_in_the_group_itself(
    telegram: TelegramTown, station: Group
) -> None:
    number = await filed(telegram)
    for _ in range(topics.MOST):
        (topic,) = topics_of(station)
        telegram.side.world.delete_topic(chat(station), topic.thread)
        await telegram.desk.write(lambda work: cards.want(work, number))
        await telegram.deliver()
    assert topics_of(station) == []
    (hangs,) = hung(station, number)
    assert hangs.topic == GENERAL
    await nothing_is_left_over(telegram)


@pytest.mark.parametrize("right", [True, False], ids=["an administrator writes in it", "else it is opened again"])
async def test_a_topic_that_people_closed_is_written_to(telegram: TelegramTown, station: Group, right: bool) -> None:
    phone, clerk = Phone(telegram), telegram.side.person(CLERK)
    number = await phone.file()
    (topic,) = topics_of(station)
    if not right:
        telegram.side.world.add(chat(station), clerk, "member")
    telegram.side.world.close_topic(chat(station), topic.thread, clerk)
    await telegram.come()
    await phone.say(f"/add {number} 楼上也漏了")
    assert any("楼上也漏了" in each.text for each in said(station, topic.thread)[1:])
    assert topic.closed is right
    await nothing_is_left_over(telegram)


async def test_a_topic_that_cannot_be_opened_again_is_given_up(telegram: TelegramTown, station: Group) -> None:
    phone, clerk = Phone(telegram), telegram.side.person(CLERK)
    number = await phone.file()
    (topic,) = topics_of(station)
    topic.created["from"] = clerk.shape()  # not ours to open
    telegram.side.world.add(chat(station), clerk, "member")
    telegram.side.world.close_topic(chat(station), topic.thread, clerk)
    await telegram.come()
    await phone.say(f"/add {number} 楼上也漏了")
    assert any("楼上也漏了" in each.text for each in said(station, GENERAL))
    assert await station.card_id(number) == str(hung(station, number)[-1].message_id)
    assert hung(station, number)[-1].topic == GENERAL
    await nothing_is_left_over(telegram)


# rights, and topics switched on and off


async def test_without_the_right_all_is_in_the_group_itself_and_it_is_told_once(telegram: TelegramTown) -> None:
    station = await bound(telegram, rights=WITHOUT)
    first, second = await filed(telegram), await filed(telegram, gist="水贝社区电梯坏了")
    assert topics_of(station) == []
    assert [hung(station, number)[0].topic for number in (first, second)] == [GENERAL, GENERAL]
    assert sum("打开「管理话题」权限" in text for text in station.heard) == 1
    assert "已签收" in await station.under(first, "/接")
    chat(station).rights = set(RIGHTS)
    third = await filed(telegram, gist="水贝社区路灯不亮")
    (topic,) = topics_of(station)
    assert topic.name.startswith(third)
    await telegram.desk.write(lambda work: cards.want(work, first))
    await telegram.deliver()
    assert hung(station, first)[0].topic == GENERAL  # it stays where it hangs
    chat(station).rights = set(WITHOUT)
    await filed(telegram, gist="水贝社区水管爆了")
    assert sum("打开「管理话题」权限" in text for text in station.heard) == 2  # it was given, and taken again


async def is_forum(station: Group) -> bool:
    mine = groups.c.chat == station.id
    return bool(
        await station.town.read(lambda work: work.connection.execute(select(groups.c.forum).where(mine)).scalar())
    )


async def test_topics_may_be_switched_on_and_off(telegram: TelegramTown) -> None:
    station = await open_group(telegram, STATION)
    first = await filed(telegram)
    world = telegram.side.world
    world.switch_topics(chat(station), True)
    await station.say("/队列")
    assert await is_forum(station)
    second = await filed(telegram, gist="水贝社区电梯坏了")
    assert [hung(station, number)[0].topic for number in (first, second)] == [GENERAL, topics_of(station)[0].thread]
    world.switch_topics(chat(station), False)
    third = await filed(telegram, gist="水贝社区路灯不亮")  # nobody has told
    assert not await is_forum(station)
    assert hung(station, third)[0].topic == GENERAL
    await station.say(f"/接 {short(second)}")
    await nothing_is_left_over(telegram)
    assert len(hung(station, second)) == 1


async def test_a_group_without_topics_is_asked_for_none(telegram: TelegramTown) -> None:
    station = await open_group(telegram, STATION)
    number = await claimed(telegram, station)
    await station.under(number, "师傅三点上门")
    await telegram.pass_time(seconds=31)
    assert "话题" not in "\n".join(station.heard)
    assert not [call for call in telegram.side.api.calls if "Topic" in call.method]


# what a topic is made


async def test_the_topic_of_what_is_over_is_closed_once_and_opened_again(
    telegram: TelegramTown, station: Group
) -> None:
    phone = Phone(telegram)
    number = await phone.file()
    (topic,) = topics_of(station)
    await phone.ask_whether_solved(number)
    assert not topic.closed
    await phone.say("解决了")
    assert topic.closed
    for _ in range(3):
        await telegram.desk.write(lambda work: cards.want(work, number))
        await telegram.deliver()
    assert (calls(station, "closeForumTopic"), calls(station, "reopenForumTopic")) == (1, 0)
    await phone.say("没解决", "还在漏")
    assert not topic.closed
    assert (calls(station, "closeForumTopic"), calls(station, "reopenForumTopic")) == (1, 1)
    assert calls(station, "editForumTopic") == 0


async def test_what_was_over_before_it_was_shown_has_a_closed_topic(telegram: TelegramTown, station: Group) -> None:
    phone = Phone(telegram)
    telegram.side.api.faults.once("too_many", "createForumTopic")
    number = await phone.file()
    await phone.say(f"/withdraw {number}", "确定撤回")
    await telegram.pass_time(minutes=1)
    (topic,) = topics_of(station)
    assert topic.closed
    assert [each.topic for each in hung(station, number)] == [topic.thread]
    await nothing_is_left_over(telegram)


async def test_the_topic_of_what_goes_to_another_unit_is_closed_there(telegram: TelegramTown, station: Group) -> None:
    housing = await bound(telegram, HOUSING)
    number = await claimed(telegram, station)
    (here,) = topics_of(station)
    await station.say("/转 住建 不归我们", topic=here.thread)
    assert (await state(telegram, number)).lead == HOUSING
    assert here.closed
    (there,) = topics_of(housing)
    assert there.name == here.name
    assert not there.closed


async def test_a_word_that_is_masked_goes_from_the_name_too(telegram: TelegramTown, station: Group) -> None:
    number = await filed(telegram, gist="水贝社区3栋王小明家漏水")
    (topic,) = topics_of(station)
    assert "王小明" in topic.name
    await station.say("/遮 王小明", topic=topic.thread)
    assert "王小明" not in topic.name
    assert topic.name.startswith(number)
    kept = await telegram.read(lambda work: work.connection.execute(select(card.c.topic_as)).scalar())
    assert "王小明" not in kept


# who dies on the way


async def test_who_dies_before_the_topic_is_written_down_leaves_an_empty_one(
    telegram: TelegramTown, station: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(topics, "opened", lambda *_: 1 / 0)
        number = await filed(telegram)
    await telegram.pass_time(minutes=1)
    empty, used = topics_of(station)
    assert said(station, empty.thread) == []
    assert [each.topic for each in hung(station, number)] == [used.thread]


async def test_who_dies_after_it_was_written_down_finds_it_again(
    telegram: TelegramTown, station: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(telegram.channel, "send", lambda *_: 1 / 0)
        number = await filed(telegram)
    await telegram.pass_time(minutes=1)
    (topic,) = topics_of(station)
    assert [each.topic for each in hung(station, number)] == [topic.thread]


async def test_an_answer_that_is_lost_again_and_again_leaves_a_few_topics(
    telegram: TelegramTown, station: Group
) -> None:
    telegram.side.api.faults.once("drop_after", "createForumTopic", times=9)
    number = await filed(telegram)
    await telegram.pass_time(minutes=10)
    for _ in range(9):
        await telegram.pass_time(minutes=10)
    assert len(topics_of(station)) == topics.MOST
    assert [each.topic for each in hung(station, number)] == [GENERAL]
