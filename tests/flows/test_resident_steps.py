"""One question at a time; skip, back, keep and cancel; drafts that wait, are reminded of, and expire."""

from datetime import timedelta

import pytest

from tests.phone import STORY, Phone
from tests.town import Town


async def test_each_question_says_which_step_it_is(phone: Phone) -> None:
    await phone.say("/new", "同意")
    answers = ["路灯坏了", "水贝社区", "昨晚", "物业", "修好", "匿名"]
    for step, answer in enumerate(answers, start=1):
        assert f"第 {step}/6 步" in phone.read()
        await phone.say(answer)
    assert "请核对" in phone.read()


async def test_one_long_text_leaves_only_what_it_does_not_say(phone: Phone) -> None:
    heard = await phone.say(STORY, "同意")
    assert "第 4/6 步" in heard
    assert "第 6/6 步" in await phone.say("水贝花园物业")
    card = await phone.say("匿名")
    assert "地点：翠竹街道水贝社区" in card
    assert "时间：昨天开始" in card
    assert "希望结果：希望尽快修好" in card


async def test_the_first_question_cannot_be_skipped_and_says_why(phone: Phone) -> None:
    await phone.say("/new", "同意")
    heard = await phone.say("跳过")
    assert "不能跳过" in heard
    assert "第 1/6 步" in heard


async def test_back_keeps_the_answer_and_can_change_it(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意", "水贝社区", "昨晚")
    heard = await phone.say("上一步")
    assert "第 3/6 步" in heard
    assert "现在写的是：昨晚" in heard
    await phone.say("上一步")
    assert "第 2/6 步" in phone.read()
    assert "第 4/6 步" in await phone.press("不改")
    await phone.say("返回", "今早")
    assert "第 4/6 步" in phone.read()
    await phone.say("跳过", "跳过", "匿名")
    assert "时间：今早" in phone.read()


async def test_a_skipped_answer_is_shown_as_empty(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意", "唔知", "跳過", "不清楚", "没有")
    card = await phone.say("匿名")
    assert "地点：（未填）" in card
    assert "联系方式：匿名" in card


@pytest.mark.parametrize(
    ("button", "label", "answer"),
    [
        ("改事情", "事情", "楼道灯坏了"),
        ("改地点", "地点", "田心社区"),
        ("改时间", "时间", "上周三"),
        ("改涉及谁", "涉及谁", "示例物业"),
        ("改希望结果", "希望结果", "换新的"),
        ("改联系方式", "联系方式", "王女士 13800138000"),
    ],
)
async def test_any_answer_can_be_changed_from_the_card_and_comes_back_to_it(
    phone: Phone, button: str, label: str, answer: str
) -> None:
    await phone.to_the_card()
    if button not in ("改事情", "改地点"):
        await phone.press("改其他")
    await phone.press(button)
    assert "现在写的是" in phone.read()
    card = await phone.say(answer)
    assert "请核对" in card
    assert f"{label}：{answer}" in card


@pytest.mark.parametrize("way", ["‹ 回到核对", "回到核对", "上一步", "不改"])
async def test_an_edit_can_be_left_without_a_change(phone: Phone, way: str) -> None:
    await phone.to_the_card()
    await phone.press("改事情")
    card = await phone.say(way)
    assert "请核对" in card
    assert "楼道漏水" in card


async def test_words_at_the_card_are_added_to_the_matter(phone: Phone) -> None:
    await phone.to_the_card()
    card = await phone.say("楼上也在漏")
    assert "已补充到“事情”里" in card
    assert "楼上也在漏" in card


@pytest.mark.parametrize("word", ["进度", "我的", "帮助", "人工", "/status", "撤回", "查"])
async def test_a_command_in_the_middle_of_an_answer_is_answered_and_the_draft_goes_on(phone: Phone, word: str) -> None:
    await phone.say("路灯坏了", "同意")
    heard = await phone.say(word)
    assert "接着说没说完的事" in heard
    assert "第 2/6 步" in await phone.press("接着说没说完的事")
    assert "第 3/6 步" in await phone.say("水贝社区")


async def test_a_sentence_that_begins_like_a_command_is_an_answer(phone: Phone) -> None:
    await phone.say("/new", "同意")
    assert "第 2/6 步" in await phone.say("进度 一直没有人来修路灯")
    assert "进度 一直没有人来修路灯" in await phone.readable()


@pytest.mark.parametrize("days", [0, 1, 5])
async def test_a_draft_goes_on_after_a_restart_and_days_later(town: Town, days: int) -> None:
    await Phone(town).say("路灯坏了", "同意", "水贝社区")
    await town.close()
    later = await town.another(town.time + timedelta(days=days, hours=1), seed=7).open()
    try:
        phone = Phone(later)
        heard = await phone.say("昨晚")
        assert "接着上次没说完的事" in heard
        assert "第 4/6 步" in heard
        await phone.say("跳过", "跳过", "匿名")
        assert "时间：昨晚" in phone.read()
        assert "已登记" in await phone.say("确认提交")
        await phone.check()
    finally:
        await later.close()


async def test_an_idle_draft_is_reminded_of_once(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    before = len(phone.town.all())
    await phone.town.pass_time(hours=24, minutes=1)
    assert "还没说完" in phone.read()
    for _ in range(5):
        await phone.town.pass_time(hours=24)
    assert len(phone.town.all()) == before + 1
    assert "第 2/6 步" in await phone.press("接着说")


async def test_an_expired_draft_is_erased_and_the_person_told(phone: Phone) -> None:
    await phone.say("水贝社区的张三欠我工资", "同意")
    await phone.town.pass_time(days=7, minutes=1)
    assert "已到期删除" in phone.read()
    assert "张三" not in await phone.readable()
    assert "登记之前" in await phone.say("水管爆了没人修")
    assert "张三" not in await phone.readable()


async def test_an_expired_draft_takes_no_answer(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    skip = await phone.button("跳过")
    await phone.town.pass_time(days=8)
    assert "此步骤已过期" in await phone.press_id(skip)


async def test_no_reminder_comes_for_a_filed_draft(phone: Phone) -> None:
    await phone.file()
    for _ in range(9):
        await phone.town.pass_time(days=1)
    assert not [text for text in phone.town.all() if "还没说完" in text or "到期删除" in text]


async def test_a_contact_in_the_first_text_is_not_asked_again_and_is_masked(phone: Phone) -> None:
    card = await phone.to_the_card("我叫张小伟，电话13812345678，水贝社区3栋楼道漏水，昨天开始的，希望尽快修好")
    assert not any("怎么联系您" in text for text in phone.town.all())
    assert "联系方式：张小伟 13812345678" in card
    number = (await phone.say("确认提交")).split("编号 ")[1][:14]
    (kept,) = await phone.words(number)
    assert "张小伟" not in kept
    assert "13812345678" not in kept
    assert not (await phone.complaint(number)).anonymous


async def test_a_contact_from_the_first_text_can_be_taken_away(phone: Phone) -> None:
    await phone.to_the_card("我叫张小伟，电话13812345678，水贝社区3栋楼道漏水，昨天开始的，希望尽快修好")
    await phone.say("改其他", "改联系方式")
    assert "联系方式：匿名" in await phone.say("匿名")


async def test_a_contact_typed_at_the_card_is_the_contact(phone: Phone) -> None:
    await phone.to_the_card()
    card = await phone.say("张伟 13812345678")
    assert "联系方式：张伟 13812345678" in card
    assert "13812345678" not in card.split("地点：")[0]
    assert "联系方式：张伟 13900001111" in await phone.say("13900001111")


async def test_a_label_is_understood_in_traditional_characters(phone: Phone) -> None:
    await phone.to_the_card()
    assert "事情发生在哪里" in await phone.say("改地點")
