"""A conclusion needs a typed result, facts and a basis; and what follows when the resident says it is not solved."""

import pytest

from storage import complaints as stored
from tests.group import (
    ABOVE,
    DISTRICT,
    HOUSING,
    STATION,
    Group,
    alarms,
    claimed,
    filed,
    history,
    nothing_is_left_over,
    open_group,
    short,
    state,
    told,
)
from tests.town import Town


async def conclude(group: Group, number: str) -> str:
    return await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("/办结 {short} 支持 事实：已换水管 依据：物业管理条例", "supported"),
        ("/办结 {short} 已解决 事实 已换水管 依据 物业管理条例", "supported"),
        ("/结 {short} 解释 事实:已换水管 依据:物业管理条例", "explained"),
        ("/办结 {short} 不予支持\n事实：已换水管\n依据：物业管理条例", "not_supported"),
        ("/conclude {short} unreachable facts: 已换水管 basis: 物业管理条例", "unreachable"),
        ("办结 {short} 联系不上 事实：已换水管 依据：物业管理条例", "unreachable"),
    ],
)
async def test_all_at_once(town: Town, group: Group, said: str, result: str) -> None:
    number = await claimed(town, group)
    before = len(town.all())
    assert "等居民确认" in await group.say(said.format(short=short(number)))
    complaint = await state(town, number)
    assert (complaint.status, complaint.result) == ("replied", result)
    assert len(told(town, before)) == 1
    assert "事实：已换水管\n依据：物业管理条例" in town.heard()
    assert "解决了吗" in town.heard()
    await nothing_is_left_over(town)


async def test_step_by_step(town: Town, group: Group) -> None:
    await claimed(town, group)
    assert "办理结果是" in await group.press("办结")
    assert "查明的事实" in await group.press("支持（问题已解决）")
    assert "依据" in await group.say("已换水管")
    assert "等居民确认" in await group.say("按职责处理")
    assert "事实：已换水管\n依据：按职责处理" in town.heard()
    assert await group.say("下一件") == ""


async def test_step_by_step_by_words_and_numbers(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/办结 {short(number)}")
    await group.say("3", numbered=True)
    await group.say("经查不属实")
    await group.say("条例第九条")
    assert (await state(town, number)).result == "not_supported"


@pytest.mark.parametrize(
    "said", ["乱写", "支持 修好了", "支持 事实：修好", "支持 依据：条例", "满意 事实：修好 依据：条例"]
)
async def test_an_incomplete_one_is_not_sent(town: Town, group: Group, said: str) -> None:
    number = await claimed(town, group)
    assert "结果、事实、依据都要写" in await group.say(f"/办结 {short(number)} {said}")
    assert (await state(town, number)).status == "claimed"


@pytest.mark.parametrize("empty", ["。", "……", "！？", "👍"])
async def test_facts_and_basis_must_say_something(town: Town, group: Group, empty: str) -> None:
    number = await claimed(town, group)
    await group.say(f"/办结 {short(number)} 支持")
    assert "查明的事实" in await group.say(empty)
    await group.say("已换水管")
    assert "依据" in await group.say(empty)
    assert (await state(town, number)).status == "claimed"


async def test_what_was_written_half_way_is_not_lost_when_another_card_comes_between(town: Town, group: Group) -> None:
    first = await claimed(town, group)
    await group.say(f"/办结 {short(first)} 支持")
    await group.say("已换水管，五点恢复供水")
    second = await claimed(town, group)  # a card comes and is claimed
    await group.press("回复居民")
    said = await group.say("这边也马上来")
    assert f"刚才 {first} 还没写完：请接着写依据" in said
    await group.say("物业管理条例")
    await town.pass_time(seconds=31)
    assert ((await state(town, first)).status, (await state(town, second)).status) == ("replied", "handling")
    assert any("事实：已换水管，五点恢复供水\n依据：物业管理条例" in text for text in town.all())


async def test_it_goes_on_where_it_was_left_even_hours_later(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/办结 {short(number)} 支持")
    await group.say("已换水管")
    await town.pass_time(hours=2)
    assert await group.say("闲聊一句") == ""
    said = await group.say(f"/办结 {short(number)}")
    assert "事实：已换水管\n依据" in said
    await group.say("物业管理条例")
    assert "事实：已换水管\n依据：物业管理条例" in town.heard()


@pytest.mark.parametrize("cancel", ["取消", "/cancel", "/取消"])
async def test_cancelled_half_way_nothing_is_sent(town: Town, group: Group, cancel: str) -> None:
    number = await claimed(town, group)
    await group.say(f"/办结 {short(number)} 支持")
    assert "什么都没有发出" in await group.say(cancel)
    assert await group.say("闲聊一句") == ""
    assert (await state(town, number)).status == "claimed"


async def test_a_reply_that_still_waits_is_read_before_the_conclusion(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/回 {short(number)} 师傅到了")
    await conclude(group, number)
    texts = "\n".join(town.all())
    assert texts.index("师傅到了") < texts.index("解决了吗")
    await town.pass_time(minutes=1)
    assert sum("师傅到了" in text for text in town.all()) == 1
    assert [kind for kind in await history(town, number) if kind in {"first_contact", "replied", "concluded"}] == [
        "first_contact",
        "concluded",
    ]


@pytest.mark.parametrize("said", ["/办结 {short}", "/办结 {short} 支持 事实：修好 依据：条例"])
async def test_nothing_is_concluded_before_it_is_claimed_or_twice(town: Town, group: Group, said: str) -> None:
    number = await filed(town)
    text = said.format(short=short(number))
    assert f"先发 /接 {short(number)}" in await group.say(text)
    await group.say(f"/接 {short(number)}")
    await conclude(group, number)
    assert "等居民确认" in await group.say(text)
    assert (await history(town, number)).count("concluded") == 1


async def test_not_solved_goes_back_twice_to_the_same_lead_and_then_up_under_supervision(
    town: Town, group: Group
) -> None:
    above = await open_group(town, ABOVE)
    number = await claimed(town, group)
    for time in (1, 2):
        await conclude(group, number)
        await town.say("没解决")
        await town.say(f"还在漏 {time}")
        complaint = await state(town, number)
        assert (complaint.status, complaint.lead, complaint.reopened) == ("handling", STATION, time)
        assert complaint.holder is not None
        assert set(await alarms(town, number)) == {"feedback", "resolve"}
        assert f"办理中（重办第 {time} 次）" in group.card(number)
        assert f"居民补充：还在漏 {time}" in group.card(number)
    assert above.card(number) == ""
    await conclude(group, number)
    await town.say("没解决")
    await town.say("跳过")
    complaint = await state(town, number)
    assert (complaint.status, complaint.lead, complaint.holder) == ("dispatched", ABOVE, None)
    assert set(await alarms(town, number)) == {"claim", "feedback", "resolve"}
    assert "重办第 3 次）〔督办〕" in above.card(number)
    assert f"/claim {short(number)}" in above.card(number)
    assert group.card(number).splitlines()[-1].startswith("只读")
    assert "翠竹街道" in town.heard()
    await above.say(f"/接 {short(number)}")
    await conclude(above, number)
    await town.say("解决了")
    assert (await state(town, number)).status == "closed"
    await nothing_is_left_over(town)


async def test_a_department_is_raised_to_the_district(town: Town) -> None:
    housing, centre = await open_group(town, HOUSING), await open_group(town, DISTRICT)
    number = await filed(town)
    await town.join(STATION)
    await Group(town, STATION).say(f"/转 {short(number)} 住建 房屋质量")
    await housing.say(f"/接 {short(number)}")
    for _ in range(3):
        await conclude(housing, number)
        await town.say("没解决")
        await town.say("跳过")
    assert (await state(town, number)).lead == DISTRICT
    assert "督办" in centre.card(number)


async def test_silence_closes_as_no_answer_and_can_still_be_reopened(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await conclude(group, number)
    await town.pass_time(days=7, seconds=1)
    complaint = await state(town, number)
    assert (complaint.status, complaint.solved, complaint.satisfied) == ("closed", "no_answer", None)
    assert "未答复" in town.heard()
    assert await alarms(town, number) == {}
    await town.say("没解决")
    await town.say("跳过")
    assert (await state(town, number)).status == "handling"


async def test_a_phone_number_in_the_result_reaches_the_resident_and_no_card(town: Town) -> None:
    number = await town.file()
    lead = str((await town.read(lambda work: stored.load(work, number, lock=False))).lead)
    await town.join(lead)
    await town.staff(lead, f"/接 {number}")
    await town.staff(lead, f"/办结 {number} 支持 事实：有问题打 13800001234 找值班 依据：按职责处理")
    assert "13800001234" in town.heard()
    assert all("13800001234" not in text for text in town.group(lead))
