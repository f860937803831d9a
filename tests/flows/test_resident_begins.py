"""The first message, consent, and what is left of a draft that nobody files."""

import pytest

from tests.phone import Phone

MENU = ("反映诉求", "查进度", "找人调解", "咨询")


@pytest.mark.parametrize("text", ["/start", "你好", "在吗", "Hello", "開始", "早晨", "", "   "])
async def test_a_greeting_is_answered_with_the_four_choices(phone: Phone, text: str) -> None:
    heard = await phone.say(text)
    assert "说出您的事就行" in heard
    assert all(choice in heard for choice in MENU)


@pytest.mark.parametrize("text", ["路灯坏了", "/new", "反映诉求", "反映", "漏水", "Street light broken"])
async def test_any_first_words_lead_to_the_consent_card(phone: Phone, text: str) -> None:
    heard = await phone.say(text)
    assert "登记之前请您同意" in heard
    assert "同意，继续" in heard


async def test_the_consent_card_names_purpose_readers_and_how_long(phone: Phone) -> None:
    heard = await phone.say("路灯坏了")
    assert all(part in heard for part in ("用途", "谁能看到", "多久", "7 天", "匿名", "撤回"))


@pytest.mark.parametrize("choice", ["找人调解", "咨询", "反映诉求"])
async def test_each_choice_of_the_menu_begins_a_draft(phone: Phone, choice: str) -> None:
    await phone.say("/start")
    assert "同意吗" in await phone.press(choice)
    assert "第 1/6 步" in await phone.say("同意")


async def test_what_was_written_before_consent_is_not_asked_again(phone: Phone) -> None:
    await phone.say("翠竹街道水贝社区的路灯坏了", "已经坏了三天了")
    heard = await phone.say("同意")
    assert "第 4/6 步" in heard


@pytest.mark.parametrize("no", ["不同意", "不", "唔同意", "no", "拒绝"])
async def test_without_consent_no_word_can_be_read_again(phone: Phone, no: str) -> None:
    await phone.say("水贝社区的张三欠我工资", "电话13800138000")
    assert "张三" in await phone.readable()
    heard = await phone.say(no)
    readable = await phone.readable()
    assert "张三" not in readable
    assert "13800138000" not in readable
    assert all(number in heard for number in ("110", "119", "120", "12345"))


async def test_refusing_erases_too_while_it_is_asked_whether_it_is_new(phone: Phone) -> None:
    await phone.file()
    await phone.say("水贝社区的张三又来了")
    assert "已经删除" in await phone.say("不同意")
    assert "张三" not in await phone.readable()


async def test_a_story_that_begins_with_disagree_is_no_refusal(phone: Phone) -> None:
    await phone.say("不同意涨价，物业强行收费")
    await phone.say("还是不同意涨价")
    assert "第 2/6 步" in await phone.say("同意")


async def test_refusing_by_button_erases_too(phone: Phone) -> None:
    await phone.say("水贝社区的张三欠我工资")
    await phone.press("不同意")
    assert "张三" not in await phone.readable()
    assert await phone.mine() == []


@pytest.mark.parametrize("word", ["/cancel", "取消", "不说了", "/取消"])
async def test_cancel_leaves_nothing_of_a_draft_not_even_in_what_was_answered(phone: Phone, word: str) -> None:
    await phone.to_the_card("水贝社区的张三欠我工资")
    assert "张三" in await phone.readable()
    assert "草稿已删除" in await phone.say(word)
    assert "张三" not in await phone.readable()


async def test_refusing_twice_is_answered_calmly(phone: Phone) -> None:
    await phone.say("路灯坏了", "不同意")
    assert "没有没说完的事" in await phone.say("不同意")


async def test_a_button_of_an_earlier_draft_does_nothing_to_the_next(phone: Phone) -> None:
    await phone.say("路灯坏了")
    refuse, cancel = await phone.button("不同意"), ""
    await phone.say("同意")
    cancel = await phone.button("取消")
    await phone.say("取消", "水管坏了", "同意")
    for id in (refuse, cancel):
        heard = await phone.press_id(id)
        assert "此步骤已过期" in heard
        assert "第 2/6 步" in heard
    assert "水管坏了" in await phone.readable()


async def test_start_in_the_middle_goes_on_or_begins_afresh(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    heard = await phone.say("/start")
    assert "接着上次没说完的事" in heard
    assert "第 2/6 步" in heard
    assert "登记之前" in await phone.press("删掉，重新说")
    assert "路灯" not in await phone.readable()
