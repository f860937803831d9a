"""The review card and filing: what it promises and when, the category, and once however often it is tapped."""

import pytest

from bot.channels.terminal import group_chat
from complaints import numbers
from complaints.workflow import Status
from tests.phone import STORY, Phone, number_in
from tests.town import DESK, at


async def test_the_card_shows_every_answer_the_category_the_unit_and_clock_times(phone: Phone) -> None:
    await phone.say("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好", "同意", "示例物业", "王女士 13800138000")
    card = phone.read()
    for part in (
        "事情：翠竹街道水贝社区3栋楼道漏水",
        "地点：翠竹街道水贝社区",
        "时间：昨天开始",
        "涉及谁：示例物业",
        "希望结果：希望尽快修好",
        "联系方式：王女士 13800138000",
        "分类：城乡建设（95%）",
        "办理：水贝社区工作站",
        "今天 12:00 前首次反馈，今天 18:00 前尽量解决",
    ):
        assert part in card


@pytest.mark.parametrize(
    ("now", "opens", "feedback"),
    [
        ("2026-11-24 20:00", "明天 09:00", "明天 11:00"),  # after work
        ("2026-11-24 12:30", "今天 14:00", "今天 16:00"),  # at noon
        ("2026-11-27 23:00", "周一（11月30日） 09:00", "周一（11月30日） 11:00"),  # Friday night
        ("2026-11-28 10:00", "后天 09:00", "后天 11:00"),  # Saturday
        ("2026-09-30 20:00", "周四（10月8日） 09:00", "周四（10月8日） 11:00"),  # eve of the National Day holiday
    ],
)
async def test_out_of_hours_it_says_when_work_begins_and_who_answers_now(
    phone: Phone, now: str, opens: str, feedback: str
) -> None:
    phone.town.time = at(now)
    for text in (await phone.to_the_card(), await phone.say("确认提交")):
        assert f"不是办公时间，{opens} 开始办理" in text
        assert f"{feedback} 前首次反馈" in text
        assert "12345" in text


async def test_the_receipt_is_a_valid_number_of_a_committed_complaint(phone: Phone) -> None:
    await phone.to_the_card()
    receipt = await phone.say("确认提交")
    number = number_in(receipt)
    assert numbers.parse(number, "LH") == number
    filed = await phone.complaint(number)
    assert filed.status is Status.DISPATCHED
    assert filed.details["what"] == STORY
    assert "已受理（城乡建设），已派给：水贝社区工作站" in receipt
    assert "今天 12:00 前首次反馈" in receipt


async def test_nothing_is_said_of_a_number_when_the_store_refuses(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.to_the_card()
    with monkeypatch.context() as broken:
        broken.setattr("storage.complaints.identify", _refuse)
        heard = await phone.say("确认提交")
    assert "还没有处理成功，内容已保存，会自动重试" in heard
    assert "编号" not in heard
    assert await phone.mine() == []
    phone.town.time = phone.town.time.replace(minute=5)
    await phone.town.desk.retry()
    await phone.town.deliver()
    assert "已登记" in phone.read()
    assert len(await phone.mine()) == 1


def _refuse(*_: object) -> None:
    raise OSError


@pytest.mark.parametrize("word", ["确认提交", "提交", "確認提交", "好", "没错", "得", "ok", "1"])
async def test_the_card_is_confirmed_in_many_words(phone: Phone, word: str) -> None:
    await phone.to_the_card()
    assert "已登记" in await phone.say(word)


async def test_the_same_button_twice_files_once(phone: Phone) -> None:
    await phone.to_the_card()
    submit = await phone.button("确认提交")
    number = number_in(await phone.press_id(submit))
    again = await phone.press_id(submit)
    assert "没有重复登记" in again
    assert number in again
    assert len(await phone.mine()) == 1


async def test_two_buttons_of_two_cards_file_once(phone: Phone) -> None:
    await phone.to_the_card()
    first = await phone.button("确认提交")
    await phone.say("楼上也漏")
    second = await phone.button("确认提交")
    assert first != second
    await phone.press_id(first)
    assert "没有重复登记" in await phone.press_id(second)
    (filed,) = await phone.mine()
    assert "楼上也漏" in filed.gist


async def test_the_words_twice_file_once(phone: Phone) -> None:
    await phone.to_the_card()
    number = number_in(await phone.say("确认提交"))
    for _ in range(3):
        assert number in await phone.say("确认提交")
    assert len(await phone.mine()) == 1


async def test_the_same_update_twice_is_answered_once(phone: Phone) -> None:
    await phone.to_the_card()
    submit = await phone.button("确认提交")
    await phone.press_id(submit, key="tap")
    heard = len(phone.town.all())
    await phone.press_id(submit, key="tap")
    assert len(phone.town.all()) == heard
    assert len(await phone.mine()) == 1


async def test_an_old_submit_button_does_not_file_the_next_draft(phone: Phone) -> None:
    await phone.to_the_card()
    old = await phone.button("确认提交")
    first = number_in(await phone.press_id(old))
    await phone.say("/new", "同意", "水贝社区噪音扰民", "跳过", "跳过", "跳过", "匿名")
    assert "请核对" in phone.read()
    assert first in await phone.press_id(old)
    assert len(await phone.mine()) == 1


async def test_an_anonymous_complaint_keeps_no_name_and_no_phone(phone: Phone) -> None:
    number = await phone.file()
    assert (await phone.complaint(number)).anonymous
    assert "解决了吗" in await phone.ask_whether_solved(number)
    assert "已办结" in await phone.say("解决了")


async def test_name_and_phone_do_not_reach_the_text_that_staff_see(phone: Phone) -> None:
    await phone.say("水贝社区漏水，找王小明13800138000看过", "同意", "跳过", "跳过", "跳过", "王小明 13800138000")
    number = number_in(await phone.say("确认提交"))
    filed = await phone.complaint(number)
    assert not filed.anonymous
    assert "13800138000" not in filed.gist
    assert "王小明" not in filed.gist


# the category


async def test_an_unsure_model_leaves_it_to_a_person(phone: Phone) -> None:
    card = await phone.to_the_card("水贝社区有件怪事，昨天的，希望有人管")
    assert "拿不准，由人工研判" in card
    assert "今天 10:10 前由工作人员看过并派单" in card
    receipt = await phone.say("确认提交")
    assert "人工研判中" in receipt
    (filed,) = await phone.mine()
    assert (filed.status, filed.lead) == (Status.TRIAGE, DESK)


@pytest.mark.parametrize("by", ["label", "number", "button"])
async def test_the_category_is_corrected_among_the_first_three(phone: Phone, by: str) -> None:
    await phone.to_the_card()
    offered = await phone.press("改分类")
    assert "1. 城乡建设\n2. 交通运输\n3. 商贸旅游\n4. 都不是" in offered
    card = await (phone.press("交通运输") if by == "button" else phone.say("交通运输" if by == "label" else "2"))
    assert "分类：交通运输（您选的）" in card
    await phone.say("确认提交")
    (filed,) = await phone.mine()
    assert (filed.category, filed.category_by) == ("交通运输", "resident")


async def test_none_of_these_goes_to_triage(phone: Phone) -> None:
    await phone.to_the_card()
    await phone.say("改分类")
    assert "由人工研判" in await phone.say("都不是")
    assert "人工研判中" in await phone.say("确认提交")


async def test_without_a_model_intake_goes_on_and_a_person_decides(phone: Phone) -> None:
    phone.town.predict = lambda text: None
    assert "由人工研判" in await phone.to_the_card()
    assert "现在没有可选的分类" in await phone.press("改分类")
    assert "请核对" in await phone.press("‹ 回到核对")
    assert "人工研判中" in await phone.say("确认提交")


async def test_the_complained_about_station_does_not_get_it(phone: Phone) -> None:
    await phone.say(STORY, "同意", "水贝社区工作站不作为", "匿名")
    assert "办理：翠竹街道" in phone.read()
    await phone.say("确认提交")
    (filed,) = await phone.mine()
    assert filed.lead == "440303004"


async def test_the_units_group_gets_a_card(phone: Phone) -> None:
    await phone.town.join("440303004S04")
    number = await phone.file()
    assert number in phone.town.all(group_chat("440303004S04"))[-1]


@pytest.mark.parametrize(
    ("story", "lead"),
    [
        ("我要投诉水贝社区工作站不作为，居民证办不了，漏水没人管", "440303004"),  # the story names whom it is about
        ("水贝社区工作站对面漏水", "440303004S04"),  # only where it is
    ],
)
async def test_a_unit_never_gets_what_complains_about_it_in_the_story(phone: Phone, story: str, lead: str) -> None:
    number = await phone.file(story)
    kept = await phone.complaint(number)
    assert (kept.lead, kept.details["who"]) == (lead, "")


async def test_nor_does_it_when_a_person_says_the_category(phone: Phone) -> None:
    number = await phone.file("我要投诉水贝社区工作站不作为，居民证办不了")
    assert (await phone.complaint(number)).lead == DESK
    await phone.town.join(DESK, role="triage")
    await phone.town.staff(DESK, f"/改类 {number.split('-')[2]} 城乡建设")
    kept = await phone.complaint(number)
    assert (kept.status, kept.lead) == (Status.DISPATCHED, "440303004")
