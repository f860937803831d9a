"""One-time codes make a group the queue of a unit and a person a member of its staff; and who is heard in a group."""

from datetime import timedelta
from typing import Any

import pytest

from bot.channels.terminal import group_chat, staff_sender
from storage import people
from storage.people import Code
from storage.unit_of_work import Work
from tests.group import LABOUR, STATION, Group, claimed, filed, nothing_is_left_over, open_group, short, state
from tests.town import Town

CLERK = staff_sender(STATION)


@pytest.fixture
async def codes(town: Town) -> None:
    """G-GOOD and S-GOOD for the station, G-OLD and S-OLD that have expired."""

    def make(work: Work) -> None:
        for typed, kind, hours in (
            ("G-GOOD", "group", 24),
            ("S-GOOD", "staff", 24),
            ("G-OLD", "group", -1),
            ("S-OLD", "staff", -1),
        ):
            people.make_code(work, typed, Code(kind, STATION, "staff", "李某"), work.now + timedelta(hours=hours))

    await town.desk.write(make)


async def privately(town: Town, text: str, who: str = CLERK) -> str:
    return await town.hear(who, who, text)


async def is_member(town: Town, who: str = CLERK) -> bool:
    return await town.read(lambda work: people.member(work, town.name, town.id(who))) is not None


async def unit_here(town: Town) -> Any:
    return await town.read(lambda work: people.unit_of_group(work, town.name, town.id(group_chat(STATION))))


@pytest.mark.parametrize(
    ("said", "joins", "answer"),
    [
        ("/start S-GOOD", True, "已加入 水贝社区工作站"),
        ("/start s-good", True, "已加入 水贝社区工作站"),
        ("/start S-OLD", False, "口令不对、已用过或已过期"),
        ("/start S-WRONG", False, "口令不对、已用过或已过期"),
        ("/start G-GOOD", False, "要在单位的工作群里发"),  # of the wrong kind
    ],
)
async def test_a_person_joins_with_a_personal_code(
    town: Town, codes: None, said: str, joins: bool, answer: str
) -> None:
    assert answer in await privately(town, said)
    assert await is_member(town) == joins


@pytest.mark.parametrize(
    ("said", "binds", "answer"),
    [
        ("/bind G-GOOD", True, "本群现在是「水贝社区工作站（示例）」的工作群"),
        ("/绑定 g-good", True, "本群现在是「水贝社区工作站（示例）」的工作群"),
        ("/绑定G-GOOD", True, "本群现在是「水贝社区工作站（示例）」的工作群"),
        ("/bind G-OLD", False, "口令不对、已用过或已过期"),
        ("/bind S-GOOD", False, "请私聊我发"),  # of the wrong kind
        ("/bind", False, "口令不对"),
    ],
)
async def test_a_member_binds_a_group_with_a_group_code(
    town: Town, codes: None, said: str, binds: bool, answer: str
) -> None:
    await privately(town, "/start S-GOOD") if "S-GOOD" not in said else await town.join(LABOUR, CLERK)
    assert answer in await Group(town, STATION).say(said)
    assert await unit_here(town) == (STATION if binds else None)


async def test_each_code_is_taken_once(town: Town, codes: None) -> None:
    await privately(town, "/start S-GOOD")
    assert "已用过" in await privately(town, "/start S-GOOD", "somebody-else")
    await Group(town, STATION).say("/bind G-GOOD")
    other = Group(town, LABOUR)
    assert "已用过" in await other.say("/bind G-GOOD", CLERK)
    assert not await is_member(town, "somebody-else")


async def test_a_code_said_in_the_wrong_chat_is_not_used_up(town: Town, codes: None) -> None:
    await privately(town, "/start S-GOOD")
    assert "要在单位的工作群里发" in await privately(town, "/bind G-GOOD")
    assert "本群现在是" in await Group(town, STATION).say("/bind G-GOOD")


async def test_a_personal_code_said_in_a_group_is_not_used_up(town: Town, codes: None) -> None:
    group = await open_group(town, STATION)
    assert "请私聊我发" in await group.say("/start S-GOOD", "new-colleague")
    assert "已加入" in await privately(town, "/start S-GOOD", "new-colleague")


async def test_who_has_not_joined_is_told_to_join_before_binding(town: Town, codes: None) -> None:
    assert "请先加入单位" in await Group(town, STATION).say("/bind G-GOOD", "nobody")
    assert await unit_here(town) is None


async def test_a_group_that_is_bound_shows_what_waited_for_it(town: Town, codes: None) -> None:
    numbers = [await filed(town) for _ in range(3)]
    await privately(town, "/start S-GOOD")
    said = await Group(town, STATION).say("/bind G-GOOD")
    assert "待办 3 件" in said
    assert all(f"【{number}】已派单" in said for number in numbers)


async def test_a_group_that_becomes_another_units_no_longer_sees_the_first_ones_cards(town: Town, codes: None) -> None:
    group = await open_group(town, STATION)
    number = await claimed(town, group)
    await town.join(LABOUR)  # a second group of the station's clerk takes over the complaint's unit
    await town.desk.write(
        lambda w: people.make_code(w, "G-NEW", Code("group", LABOUR, "", ""), w.now + timedelta(hours=1))
    )
    await group.say("/bind G-NEW")
    before = len(group.heard)
    await town.say(f"补充 {number} 楼上也漏了")
    assert group.heard[before:] == []


@pytest.mark.parametrize(
    ("who", "text", "more"),
    [
        ("stranger", "/claim {short}", {}),
        ("stranger", "/看 {number}", {}),
        ("stranger", "大家好", {}),
        ("clerk of another unit", "/claim {short}", {}),
        ("clerk of another unit", "/queue", {}),
    ],
)
async def test_who_is_not_of_the_unit_is_not_heard_in_its_group(
    town: Town, who: str, text: str, more: dict[str, Any]
) -> None:
    group = await open_group(town, STATION)
    await town.join(LABOUR, "clerk of another unit")
    number = await filed(town)
    assert await group.say(text.format(short=short(number), number=number), who, **more) == ""
    assert (await state(town, number)).holder is None


@pytest.mark.parametrize("who", ["stranger", "clerk of another unit"])
async def test_a_press_by_somebody_else_is_refused_with_a_way_that_works(town: Town, who: str) -> None:
    group = await open_group(town, STATION)
    await town.join(LABOUR, "clerk of another unit")
    number = await filed(town)
    assert "私聊我发 /start 口令" in await group.press("签收", who)
    assert (await state(town, number)).holder is None


async def test_a_button_of_one_group_does_nothing_in_another(town: Town) -> None:
    group, other = await open_group(town, STATION), await open_group(town, LABOUR)
    number = await filed(town)
    assert await other.say("", button=await group.button("签收")) == ""
    assert (await state(town, number)).holder is None


async def test_a_group_that_is_not_bound_gets_nothing(town: Town) -> None:
    await town.join(LABOUR)
    number = await filed(town)
    foreign = Group(town, "nobody's")
    for text in (f"/claim {number}", f"/看 {short(number)}", "/队列", "/帮助", "随便说说"):
        assert await foreign.say(text, staff_sender(LABOUR)) == ""


@pytest.mark.parametrize("odd", ["forwarded", "edited", "via_bot", "anonymous"])
@pytest.mark.parametrize("text", ["/claim {short}", "/接 {short}", "接 {short}"])
async def test_a_command_that_cannot_be_trusted_is_refused_with_a_way_that_works(
    town: Town, odd: str, text: str
) -> None:
    group = await open_group(town, STATION)
    number = await filed(town)
    who = "the group itself" if odd == "anonymous" else None
    assert "请用自己的账号重新发一条" in await group.say(text.format(short=short(number)), who, odd=odd)
    assert (await state(town, number)).holder is None


@pytest.mark.parametrize("odd", ["forwarded", "edited", "via_bot"])
async def test_words_under_a_card_that_cannot_be_trusted_do_not_reach_the_resident(town: Town, odd: str) -> None:
    group = await open_group(town, STATION)
    number = await claimed(town, group)
    assert "请用自己的账号重新发一条" in await group.under(number, "转发来的话", odd=odd)
    await town.pass_time(seconds=31)
    assert not any("转发来的话" in text for text in town.all())
    await nothing_is_left_over(town)


async def test_a_number_of_another_units_queue_gets_the_answer_of_none_at_all(town: Town) -> None:
    group = await open_group(town, STATION)
    theirs = await filed(town, "交通运输")  # the station neither leads nor assists
    for command in ("/claim", "/看", "/回", "/转", "/办结", "/记", "/改类"):
        answers = {
            await group.say(f"{command} {number} 内容")
            for number in (theirs, short(theirs), "LH-0000-0000-0", "LH-7K3M-Q8XW-P", "0000")
        }
        assert len(answers) == 1, command
        assert "没有这个编号" in answers.pop()


async def test_staffs_commands_in_a_residents_chat_are_no_complaint(town: Town) -> None:
    assert "您要反映事情，直接说就行" in await town.say("/claim Q8XW")
    assert "您要反映事情，直接说就行" in await town.say("/接 Q8XW")


async def test_residents_commands_in_a_group_name_the_groups_own(town: Town) -> None:
    group = await open_group(town, STATION)
    assert "/看 编号" in await group.say("/进度 LH-7K3M-Q8XW-P")
    assert await group.say("人工") == ""
