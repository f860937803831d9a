"""Words of danger: the numbers first, whatever was asked; then the dialogue goes on and no answer is lost."""

import pytest

from bot.channels.terminal import RESIDENT, group_chat
from tests.phone import Phone
from tests.town import DESK

GAS, JUMP = "水贝社区有煤气泄漏", "我不想活了"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("楼下着火了", "119"),
        ("闻到好大煤气味", "119"),
        ("有人持刀砍人", "110"),
        (JUMP, "12356"),
        ("有人晕倒叫不醒", "120"),
        ("我被困在电梯里了", "119"),
        ("路口发生车祸", "122"),
    ],
)
async def test_the_number_to_call_comes_before_everything_else(phone: Phone, words: str, number: str) -> None:
    heard = await phone.say(words)
    assert heard.startswith("【紧急】请先拨打")
    assert number in heard.split("\n")[0]
    assert "登记之前" in heard


async def test_the_words_of_danger_begin_the_draft(phone: Phone) -> None:
    await phone.say(GAS)
    assert "第 3/6 步" in await phone.say("同意")


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (("/new", "同意"), "第 3/6 步"),  # as what happened, and where
        (("/new", "同意", "漏水"), "第 3/6 步"),  # as where
        (("/new", "同意", "漏水", "水贝社区"), "第 4/6 步"),  # as when
        (("/new", "同意", "漏水", "水贝社区", "昨晚"), "第 5/6 步"),  # as who
        (("/new", "同意", "漏水", "水贝社区", "昨晚", "物业"), "第 6/6 步"),  # as the wish
    ],
)
async def test_danger_at_any_step_is_answered_and_the_answer_is_not_lost(
    phone: Phone, before: tuple[str, ...], step: str
) -> None:
    await phone.say(*before)
    heard = await phone.say("翠竹街道现在着火了")
    assert heard.startswith("【紧急】")
    assert step in heard
    assert "翠竹街道现在着火了" in await phone.readable()


async def test_danger_at_the_card_is_added_to_the_matter(phone: Phone) -> None:
    await phone.to_the_card()
    heard = await phone.say("现在漏电，有人触电了")
    assert heard.startswith("【紧急】")
    assert "有人触电了" in heard.split("事情：")[1]


async def test_danger_in_an_addition_is_added(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("补充")
    assert "已补充到" in await phone.say("现在着火了")
    assert phone.read().startswith("【紧急】")
    assert "现在着火了" in await phone.words(number)


async def test_danger_behind_a_command_is_seen(phone: Phone) -> None:
    number = await phone.file()
    heard = await phone.say(f"补充 {number} 楼道着火了")
    assert heard.startswith("【紧急】")
    assert "已补充到" in heard


async def test_danger_in_why_it_is_not_solved_is_the_reason(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("没解决", "又着火了")
    assert phone.read().startswith("【紧急】")
    assert (await phone.complaint(number)).reopened == 1


async def test_danger_in_an_unknown_command_is_seen(phone: Phone) -> None:
    assert (await phone.say("/着火了快来人")).startswith("【紧急】")


async def test_self_harm_alerts_the_group_of_the_duty_desk(phone: Phone) -> None:
    await phone.town.join(DESK)
    heard = await phone.say(JUMP)
    assert "已经提醒值班人员" in heard
    alert = phone.town.all(group_chat(DESK))[-1]
    assert "轻生" in alert
    assert RESIDENT not in alert  # the account by which the person could be found


async def test_no_alert_is_claimed_where_nobody_could_be_told(phone: Phone) -> None:
    assert "提醒值班人员" not in await phone.say(JUMP)


async def test_self_harm_in_the_middle_of_an_answer_alerts_and_goes_on(phone: Phone) -> None:
    await phone.town.join(DESK)
    await phone.say("/new", "同意", "拖欠工资", "水贝社区", "上个月", "老板")
    heard = await phone.say("不给钱我就跳楼")
    assert "12356" in heard
    assert "第 6/6 步" in heard
    assert len(phone.town.all(group_chat(DESK))) == 1


async def test_refusing_consent_after_danger_still_erases_and_names_the_numbers(phone: Phone) -> None:
    await phone.say(GAS)
    heard = await phone.say("不同意")
    assert all(number in heard for number in ("110", "119", "120", "12345"))
    assert "煤气" not in await phone.readable()
