"""After filing: where it stands, adding, withdrawing, solved or not, and numbers of other people."""

import pytest

from bot.channels.terminal import group_chat
from complaints import numbers
from complaints.complaint import Solved
from complaints.workflow import Status
from tests.phone import STORY, Phone
from tests.town import Town

UNKNOWN = "LH-0000-0000-0"


async def another_resident_files(town: Town) -> str:
    """Another account; its number."""
    for text in (STORY, "同意", "跳过", "匿名", "确认提交"):
        await town.hear("neighbour", "neighbour", text)
    return town.heard("neighbour").split("编号 ")[1][:14]


# where it stands


@pytest.mark.parametrize(
    "ask",
    ["/status {}", "进度 {}", "/进度 {}", "{}", "查 {}", "进度", "查进度", "／进度　{}", "進度", "查進度", "進度{}"],
)
async def test_status_tells_the_dated_timeline(phone: Phone, ask: str) -> None:
    number = await phone.file()
    heard = await phone.say(ask.format(number))
    for part in (
        number,
        "已派单",
        "承办：水贝社区工作站",
        "今天 18:00 前",
        "11月24日 10:00  登记",
        "派单：水贝社区工作站",
    ):
        assert part in heard


async def test_a_number_is_understood_as_people_type_it(phone: Phone) -> None:
    number = await phone.file()
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " "), f" {number} "):
        assert "承办：" in await phone.say(typed)


async def test_status_is_asked_for_one_of_several(phone: Phone) -> None:
    first = await phone.file()
    await phone.town.pass_time(minutes=5)
    second = await phone.file("/new 水贝社区噪音扰民，昨晚的，希望安静")
    heard = await phone.say("进度")
    assert first in heard
    assert second in heard
    assert f"{second}　" in await phone.say("1")


async def test_mine_lists_the_newest_first(phone: Phone) -> None:
    first = await phone.file()
    await phone.town.pass_time(minutes=5)
    second = await phone.file("/new 水贝社区噪音扰民，昨晚的，希望安静")
    heard = await phone.say("我的")
    assert heard.index(second) < heard.index(first)


async def test_who_has_filed_nothing_is_told_how_to_begin(phone: Phone) -> None:
    assert "还没有登记过" in await phone.say("我的")


@pytest.mark.parametrize(
    "ask", ["/status {}", "进度 {}", "{}", "/add {} 楼上也漏", "补充 {} 楼上也漏", "/withdraw {}", "撤回 {}"]
)
async def test_the_number_of_somebody_else_is_as_unknown_as_nobodys(phone: Phone, ask: str) -> None:
    theirs = await another_resident_files(phone.town)
    await phone.file()
    mistyped = theirs[:-1] + ("A" if theirs[-1] != "A" else "B")
    heard = {await phone.say(ask.format(number)) for number in (theirs, UNKNOWN, mistyped)}
    assert len(heard) == 1
    assert "没有查到这个编号" in heard.pop()
    assert numbers.parse(UNKNOWN, "LH") == UNKNOWN


# adding


@pytest.mark.parametrize(
    "say",
    ["/补充 {} 楼上也漏了", "补充 {} 楼上也漏了", "/add {}\n楼上也漏了", "/补充 楼上也漏了", "補充 {} 楼上也漏了"],
)
async def test_words_are_added_by_command(phone: Phone, say: str) -> None:
    number = await phone.file()
    assert "已补充到" in await phone.say(say.format(number))
    assert "楼上也漏了" in await phone.words(number)


async def test_words_are_added_by_button_and_staff_are_told(phone: Phone) -> None:
    await phone.town.join("440303004S04")
    number = await phone.file()
    await phone.press("补充")
    assert "已补充到" in await phone.say("楼上也漏了")
    assert any("楼上也漏了" in text for text in phone.town.all(group_chat("440303004S04")))
    assert await phone.words(number) == [(await phone.complaint(number)).gist, "楼上也漏了"]


async def test_a_new_draft_takes_its_own_answers_not_an_addition_left_open(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("补充", "/new", "同意", "路灯坏了")
    assert "第 2/6 步" in phone.read()
    assert len(await phone.words(number)) == 1


async def test_an_addition_can_be_left(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("补充")
    await phone.say("取消")
    await phone.say("路灯坏了")
    assert len(await phone.words(number)) == 1


async def test_plain_words_while_a_complaint_is_open_are_asked_about(phone: Phone) -> None:
    number = await phone.file()
    heard = await phone.say("楼上也漏了")
    assert "新的事，还是补充" in heard
    assert f"补充到 {number}" in heard
    assert "已补充到" in await phone.press("补充到")
    assert "楼上也漏了" in await phone.words(number)
    assert "楼上也漏了" not in await phone.readable()


@pytest.mark.parametrize("word", ["补充", "2"])
async def test_what_was_asked_about_is_added_by_word_or_number(phone: Phone, word: str) -> None:
    number = await phone.file()
    await phone.say("楼上也漏了", "水很大")
    assert "已补充到" in await phone.say(word)
    assert "楼上也漏了\n水很大" in await phone.words(number)


@pytest.mark.parametrize("word", ["这是新的诉求", "新的", "新诉求", "1"])
async def test_what_was_asked_about_is_a_new_matter(phone: Phone, word: str) -> None:
    number = await phone.file()
    await phone.say("路灯坏了")
    assert "登记之前" in await phone.say(word)
    assert "第 2/6 步" in await phone.say("同意")
    assert len(await phone.words(number)) == 1


async def test_nothing_is_added_to_what_is_over(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("撤回", "确定撤回")
    assert "不能再补充" in await phone.say(f"/补充 {number} 楼上也漏了")


# withdrawing


@pytest.mark.parametrize("sure", ["确定撤回", "确定", "是的", "係", "1"])
async def test_withdrawing_is_asked_once_more(phone: Phone, sure: str) -> None:
    number = await phone.file()
    assert "确定吗" in await phone.say("撤回")
    assert "已撤回" in await phone.say(sure)
    assert (await phone.complaint(number)).status is Status.WITHDRAWN


@pytest.mark.parametrize("word", ["不撤回", "不", "唔好", "2"])
async def test_withdrawing_can_be_left(phone: Phone, word: str) -> None:
    number = await phone.file()
    await phone.say("撤回")
    assert "承办：" in await phone.say(word)
    assert (await phone.complaint(number)).status is Status.DISPATCHED


async def test_other_words_withdraw_nothing(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("撤回", "楼上也漏了")
    assert "新的事，还是补充" in phone.read()
    assert (await phone.complaint(number)).status is Status.DISPATCHED


async def test_withdrawing_twice_changes_nothing_more(phone: Phone) -> None:
    await phone.file()
    await phone.say("撤回")
    sure = await phone.button("确定撤回")
    await phone.press_id(sure)
    assert "已撤回" in await phone.press_id(sure)


# solved, satisfied


@pytest.mark.parametrize("solved", ["解决了", "解决拉", "搞掂咗", "已經解決", "好啦", "是", "1"])
async def test_solved_and_satisfied_are_asked_apart(phone: Phone, solved: str) -> None:
    number = await phone.file()
    assert "解决了吗" in await phone.ask_whether_solved(number)
    assert "满意吗" in await phone.say(solved)
    assert (await phone.complaint(number)).satisfied is None
    assert "不满意" in await phone.say("唔满意")
    kept = await phone.complaint(number)
    assert (kept.status, kept.solved, kept.satisfied) == (Status.CLOSED, Solved.YES, "no")


async def test_a_word_that_is_no_rating_rates_nothing(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("解决了", "水贝社区路灯坏了")
    assert "登记之前" in phone.read()
    assert (await phone.complaint(number)).satisfied is None


async def test_not_solved_goes_back_to_the_same_lead_with_the_reason_and_its_clock(phone: Phone) -> None:
    number = await phone.file()
    before = await phone.complaint(number)
    await phone.ask_whether_solved(number)
    assert "还有什么没解决" in await phone.say("冇解决")
    heard = await phone.say("还在滴水")
    assert "第 1 次" in heard
    assert "今天 12:00 前会联系您" in heard
    kept = await phone.complaint(number)
    assert (kept.status, kept.lead, kept.reopened) == (Status.HANDLING, before.lead, 1)
    assert "还在滴水" in await phone.words(number)


async def test_the_reason_may_come_with_the_word(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    assert "第 1 次" in await phone.say("没解决，还在滴水")
    assert "还在滴水" in await phone.words(number)


@pytest.mark.parametrize("reason", ["跳过", "唔知", "没有"])
async def test_the_reason_may_be_skipped(phone: Phone, reason: str) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("没解决", reason)
    assert (await phone.complaint(number)).reopened == 1
    assert len(await phone.words(number)) == 1


async def test_the_third_time_it_goes_one_level_up_and_is_supervised(phone: Phone) -> None:
    number = await phone.file()
    for time in (1, 2, 3):
        await phone.ask_whether_solved(number)
        await phone.say("没解决", f"第{time}次还在漏")
    assert "已提级到 翠竹街道 办理并督办" in phone.read()
    kept = await phone.complaint(number)
    assert (kept.lead, kept.status, kept.flags["supervised"]) == ("440303004", Status.DISPATCHED, True)
    timeline = await phone.say("进度")
    assert [f"退回重办（第 {time} 次）" in timeline for time in (1, 2, 3)] == [True] * 3


async def test_a_mere_yes_later_on_is_not_taken_for_solved(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("进度", "好的")
    assert (await phone.complaint(number)).status is Status.REPLIED
    await phone.say("解决了")
    assert (await phone.complaint(number)).status is Status.CLOSED


async def test_silence_closes_as_no_answer_and_can_be_reopened_within_the_grace(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.town.pass_time(days=7, minutes=1)
    assert "先按“未答复”办结" in phone.read()
    kept = await phone.complaint(number)
    assert (kept.status, kept.solved, kept.satisfied) == (Status.CLOSED, Solved.NO_ANSWER, None)
    await phone.town.pass_time(days=14)
    await phone.say("没解决", "还在漏")
    assert (await phone.complaint(number)).status is Status.HANDLING


@pytest.mark.parametrize("by", ["words", "button"])
async def test_after_the_grace_it_is_not_reopened_and_the_way_on_is_shown(phone: Phone, by: str) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.town.pass_time(days=7, minutes=1)
    button = await phone.button("没解决")
    await phone.town.pass_time(days=15, minutes=1)
    if by == "button":
        assert "已超过 15 天" in await phone.press_id(button)
    else:
        assert "登记之前" in await phone.say("没解决，还在漏")
    assert (await phone.complaint(number)).status is Status.CLOSED


async def test_of_two_answers_it_is_asked_which_one_is_meant(phone: Phone) -> None:
    first, second = await phone.file(), await phone.file("/new 水贝社区漏水严重，昨晚的，希望修好")
    await phone.ask_whether_solved(first)
    await phone.ask_whether_solved(second)
    await phone.say("我的")
    heard = await phone.say("搞掂")
    assert "哪一件" in heard
    assert first in heard
    await phone.press(first)
    assert (await phone.complaint(first)).solved is Solved.YES
    assert (await phone.complaint(second)).solved is None


async def test_an_answer_that_comes_while_a_draft_is_open_can_be_given(phone: Phone) -> None:
    number = await phone.file()
    await phone.say("/new 路灯坏了", "同意")
    await phone.ask_whether_solved(number)
    assert "已办结" in await phone.say("解决了")
    await phone.say("满意")
    assert (await phone.complaint(number)).satisfied == "yes"
    assert "第 3/6 步" in await phone.say("水贝社区")


# the last word in plain words


@pytest.mark.parametrize("said", ["还没有完全解决", "仲未搞掂", "没有啊", "還沒有", "没有"])
async def test_not_solved_is_understood_as_people_say_it(phone: Phone, said: str) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    assert "还有什么没解决" in await phone.say(said)


async def test_a_mere_no_later_on_is_not_taken_for_not_solved(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("进度", "没有啊")
    assert "还有什么没解决" not in phone.read()
    assert (await phone.complaint(number)).status is Status.REPLIED


async def test_unclear_words_under_the_question_may_be_the_last_word(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("师傅来看了一下又走了")
    shown = (await phone.shown())[0]
    assert [button.label for button in shown.buttons[0]] == ["解决了", "没解决"]
    assert "第 1 次" in await phone.say("没解决")
    assert "师傅来看了一下又走了" in await phone.words(number)
    assert "师傅来看了一下又走了" not in await phone.readable()


async def test_unclear_words_are_kept_when_it_is_solved(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("师傅昨天来看过")
    assert "满意吗" in await phone.say("解决了")
    assert (await phone.complaint(number)).status is Status.CLOSED
    assert "师傅昨天来看过" in await phone.words(number)
    await phone.say("满意")
    assert (await phone.complaint(number)).satisfied == "yes"


async def test_words_added_to_an_answered_complaint_put_silence_off(phone: Phone) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.town.pass_time(days=6)
    await phone.say(f"补充 {number} 晚上再看看")
    await phone.town.pass_time(days=6)
    assert (await phone.complaint(number)).status is Status.REPLIED
    await phone.town.pass_time(days=1, minutes=1)
    assert (await phone.complaint(number)).solved is Solved.NO_ANSWER


@pytest.mark.parametrize(
    ("said", "satisfied"), [("不满意，师傅态度很差", "no"), ("满意 来得很快", "yes"), ("一般。等太久了", "so_so")]
)
async def test_a_rating_may_open_a_sentence_and_its_words_are_kept(phone: Phone, said: str, satisfied: str) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.say("解决了", said)
    assert (await phone.complaint(number)).satisfied == satisfied
    assert said in await phone.words(number)
