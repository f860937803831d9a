"""What Telegram does to a resident's messages: twice, out of order, changed, lost for a while. One effect of each.

And what only its keys can send: where somebody is, and their own number.
"""

from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.terminal import RESIDENT
from handlers import dispatch
from handlers.messages import Button, Outgoing, outgoing_to_json
from storage import inbox, outbox
from storage.tables import identity
from tests.botapi.markup import labels
from tests.botapi.people import Person
from tests.group import SHUIBEI, STATION, open_group, short
from tests.phone import STORY, Phone, number_in
from tests.telegram_town import TelegramTown

WORDS = ["楼道漏水", "从三楼一直漏到一楼", "墙皮都掉了", "老人差点滑倒", "已经两天了"]


@pytest.fixture
def resident(telegram: TelegramTown) -> Person:
    return telegram.side.person(RESIDENT)


async def test_one_press_that_comes_as_several_updates_has_one_effect(telegram: TelegramTown, resident: Person) -> None:
    phone = Phone(telegram)
    await phone.to_the_card()
    press = resident.press("确认提交")
    (update,) = telegram.side.came()
    await telegram.come([{**update, "update_id": number} for number in (7, 8, 9)])
    assert len(await phone.mine()) == 1
    assert [text for text in telegram.all() if "已登记" in text] == [phone.read()]
    await phone.check()
    await telegram.side.api.until(lambda: press.answer is not None)  # the wheel on the key has stopped


@pytest.mark.parametrize("seed", range(5))
async def test_words_that_come_twice_and_out_of_order_are_one_complaint_with_all_of_them(
    telegram: TelegramTown, resident: Person, seed: int
) -> None:
    phone, random = Phone(telegram), Random(seed)
    for text in WORDS:
        resident.write(text)
    updates = spoilt(telegram.side.came(), random)
    await telegram.come(updates)
    resident.press("同意，继续")
    await telegram.come(spoilt(telegram.side.came(), random))
    await file(phone)
    await telegram.come(updates)  # and all of it once more, long after
    (complaint,) = await phone.mine()
    filed = "\n".join(await phone.words(complaint.number))
    assert [text for text in WORDS if text not in filed] == []
    assert [filed.count(text) for text in WORDS] == [1] * len(WORDS)
    counts = await telegram.read(inbox.counts)
    assert (counts["waiting"], counts["quarantined"]) == (0, 0)


async def file(phone: Phone) -> None:
    """What is asked on the way is skipped."""
    for _ in range(6):
        if "请核对" in phone.read():
            break
        await phone.press("匿名" if "怎么联系您" in phone.read() else "跳过")
    await phone.press("确认提交")


def spoilt(updates: list[Any], random: Random) -> list[Any]:
    """Each comes again with 40 %, half of those under another id; two that follow each other swap with 40 %."""
    found = []
    for update in updates:
        found.append(update)
        if random.random() < 0.4:
            found.append(update if random.random() < 0.5 else {**update, "update_id": update["update_id"] + 1000})
    for place in range(1, len(found)):
        if random.random() < 0.4:
            found[place - 1], found[place] = found[place], found[place - 1]
    return found


# changed


async def test_what_is_changed_before_filing_replaces(telegram: TelegramTown, resident: Person) -> None:
    phone = Phone(telegram)
    first = resident.write("翠竹街道水贝社区3栋楼道漏水")
    await telegram.come()
    await phone.say("同意")
    resident.edit(first["message_id"], "翠竹街道水贝社区3栋楼道漏水，还漏电")
    await telegram.come()
    assert phone.read().startswith("已按改过的消息更新")
    await file(phone)
    (complaint,) = await phone.mine()
    filed = "\n".join(await phone.words(complaint.number))
    assert filed.count("楼道漏水") == 1
    assert "还漏电" in filed


async def test_what_is_changed_after_filing_is_an_addition(telegram: TelegramTown, resident: Person) -> None:
    phone = Phone(telegram)
    first = resident.write(STORY)
    await telegram.come()
    await phone.say("同意")
    await file(phone)
    (complaint,) = await phone.mine()
    for _ in range(2):
        resident.edit(first["message_id"], "其实是4栋")
        await telegram.come()
        assert f"已补充到 {complaint.number}" in phone.read()
    assert await phone.words(complaint.number) == [STORY, "其实是4栋"]


# away


async def test_after_an_outage_only_those_in_the_middle_of_something_are_asked_and_once(telegram: TelegramTown) -> None:
    phone = Phone(telegram)
    await phone.say("路灯坏了", "同意")
    await telegram.hear("passer-by", "passer-by", "/start")
    before = len(telegram.all("passer-by"))
    await telegram.desk.write(lambda work: dispatch.away(work, telegram.outside, telegram.name, 600.0))
    await telegram.deliver()
    assert sum("服务刚才中断了" in text for text in telegram.all()) == 1
    assert len(telegram.all("passer-by")) == before
    assert "第 3/6 步" in await phone.say("水贝社区")  # the conversation goes on where it was


async def test_an_over_long_reply_of_staff_arrives_whole(telegram: TelegramTown, resident: Person) -> None:
    phone, station = Phone(telegram), await open_group(telegram, STATION)
    number = await phone.file()
    await station.say(f"/接 {short(number)}")
    before = len(resident.chat.from_bot)
    words = "师傅说明天上午九点到三楼，请在家等。" * 300
    await station.say(f"/回 {short(number)} {words}")
    await station.press("立即发送")
    parts = resident.chat.from_bot[before:]
    assert len(parts) == 2
    assert words in "".join(part.text for part in parts)


async def test_the_keys_of_an_over_long_text_hang_under_its_last_part(telegram: TelegramTown, resident: Person) -> None:
    phone = Phone(telegram)
    await phone.say("/start")
    button = Button("反映诉求", await phone.button("反映诉求"))
    out = outgoing_to_json(Outgoing("师傅说明天上午九点到三楼，请在家等。" * 600, ((button,),)))
    before = len(resident.chat.from_bot)
    await telegram.desk.write(lambda work: outbox.put(work, telegram.name, phone.me, out, due=work.now))
    await telegram.deliver()
    parts = resident.chat.from_bot[before:]
    assert [part.labels for part in parts] == [(), (), ("反映诉求",)]
    resident.press("反映诉求")
    await telegram.come()
    assert "登记之前" in phone.read()


# keys that send the location and the own number

PLACE_KEY, PHONE_KEY = (("发送我的位置",),), (("发送我的电话号码",),)


def keys(person: Person) -> tuple[tuple[str, ...], ...]:
    """What stands in place of the letters now."""
    return labels(person.chat.keyboard.get("keyboard", []))


async def asked_where(telegram: TelegramTown) -> Phone:
    phone = Phone(telegram)
    assert "第 2/6 步" in await phone.say("/new", "同意", "楼道漏水")
    return phone


async def asked_how_to_reach(telegram: TelegramTown) -> Phone:
    phone = await asked_where(telegram)
    assert "怎么联系您" in await phone.say("水贝社区", "跳过", "跳过", "跳过")
    return phone


async def sends(telegram: TelegramTown, phone: Phone) -> str:
    """What was done in the app comes to the bot; what is read last."""
    await telegram.come()
    return phone.read()


async def test_the_question_for_the_place_has_a_key_that_sends_it_and_goes_away(
    telegram: TelegramTown, resident: Person
) -> None:
    phone = await asked_where(telegram)
    assert keys(resident) == PLACE_KEY
    resident.press("发送我的位置")
    heard = await sends(telegram, phone)
    assert heard.startswith("地点记为：")
    assert "第 3/6 步" in heard
    assert keys(resident) == ()
    await phone.check()


async def test_the_question_for_the_contact_has_a_key_that_sends_ones_own_number(
    telegram: TelegramTown, resident: Person
) -> None:
    phone = await asked_how_to_reach(telegram)
    assert keys(resident) == PHONE_KEY
    resident.phone = "8613800138000"
    resident.press("发送我的电话号码")
    assert "联系方式：13800138000" in await sends(telegram, phone)
    assert keys(resident) == ()
    number = number_in(await phone.say("确认提交"))
    assert not (await phone.complaint(number)).anonymous
    assert "13800138000" not in "".join(await phone.words(number))
    assert "8613800138000" not in await phone.readable()
    rows = await telegram.read(lambda work: work.connection.execute(select(identity)).all())
    ((name, sealed),) = [(row.name, row.phone) for row in rows]
    assert (name, telegram.keys.open(sealed, "luohu", "identity", number)) == (None, "13800138000")
    await phone.check()


@pytest.mark.parametrize("answer", ["水贝社区", "跳过", "上一步", "取消"])
async def test_however_the_step_ends_its_key_goes(telegram: TelegramTown, resident: Person, answer: str) -> None:
    phone = await asked_where(telegram)
    await phone.say(answer)
    assert keys(resident) == ()


async def test_while_the_place_is_asked_back_its_key_stays(telegram: TelegramTown, resident: Person) -> None:
    phone = await asked_where(telegram)
    for text in ("老王家楼下", "进度", "🙃"):
        await phone.say(text)
        assert keys(resident) == PLACE_KEY


async def test_one_key_takes_the_place_of_another(telegram: TelegramTown, resident: Person) -> None:
    phone = await asked_how_to_reach(telegram)
    await phone.say("匿名")
    await phone.press("改地点")
    assert keys(resident) == PLACE_KEY
    await phone.press("‹ 回到核对")
    assert keys(resident) == ()


async def test_after_a_restart_the_key_goes_all_the_same(telegram: TelegramTown, resident: Person) -> None:
    await asked_where(telegram)
    await telegram.close()
    later = await telegram.another(telegram.time, seed=2).open()
    assert "第 3/6 步" in await Phone(later).say("水贝社区")
    assert keys(resident) == ()
    await later.close()


async def test_a_key_that_was_left_sets_the_place_and_says_so(telegram: TelegramTown, resident: Person) -> None:
    phone = await asked_where(telegram)
    await phone.say("田心社区")
    resident.location(22.573, 114.126)  # as an app may show the key for a while
    heard = await sends(telegram, phone)
    assert "地点记为：翠竹街道 · 水贝社区" in heard
    assert "第 3/6 步" in heard


async def test_a_place_far_away_at_another_question_is_said_not_to_count(
    telegram: TelegramTown, resident: Person
) -> None:
    phone = await asked_where(telegram)
    await phone.say("田心社区")
    resident.location(39.9, 116.4)
    heard = await sends(telegram, phone)
    assert "没有记为地点" in heard
    assert "第 3/6 步" in heard
    assert keys(resident) == ()


async def test_a_place_that_moves_on_is_one_place(telegram: TelegramTown, resident: Person) -> None:
    phone = await asked_where(telegram)
    live = resident.post(None, {"location": {"latitude": 22.573, "longitude": 114.126, "live_period": 900}})
    assert "第 3/6 步" in await sends(telegram, phone)
    before = len(telegram.all())
    for step in range(1, 4):
        moved = {"latitude": 22.573 + step / 100, "longitude": 114.126, "live_period": 900}
        world = telegram.side.world
        world.tell(resident.chat, "edited_message", {**live, "location": moved, "edit_date": world.date() + step})
    world.tell(resident.chat, "edited_message", {**live, "location": {"latitude": 22.6, "longitude": 114.126}})
    await telegram.come()
    assert len(telegram.all()) == before
    await file(phone)
    (complaint,) = await phone.mine()
    assert complaint.area == SHUIBEI


# contacts


async def test_somebody_elses_contact_is_no_way_to_reach_the_teller(telegram: TelegramTown, resident: Person) -> None:
    phone = await asked_how_to_reach(telegram)
    resident.contact("8613900139000")
    heard = await sends(telegram, phone)
    assert "这是别人的名片" in heard
    assert keys(resident) == PHONE_KEY
    assert "联系方式：13900139000" in await phone.say("13900139000")  # typed, it is taken


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ([], ["同意", "楼道漏水"]),  # the first word of all
        (["楼道漏水"], ["同意"]),  # before consent
        (["/new", "同意"], ["楼道漏水"]),  # while it is asked what happened
        (["/new", "同意", "楼道漏水", "水贝社区", "跳过"], []),  # while it is asked who is involved
    ],
)
async def test_ones_own_number_is_never_lost_nor_taken_for_another_answer(
    telegram: TelegramTown, resident: Person, before: list[str], then: list[str]
) -> None:
    phone = Phone(telegram)
    await phone.say(*before)
    resident.phone = "8613800138000"
    resident.contact()
    await sends(telegram, phone)
    await phone.say(*then)
    for _ in range(6):
        if "请核对" in phone.read():
            break
        await phone.say("跳过")
    assert "联系方式：13800138000" in phone.read()
    assert "事情：楼道漏水" in phone.read()
    assert "涉及谁：（未填）" in phone.read()
    await phone.check()


async def test_ones_own_number_at_the_card_is_the_contact(telegram: TelegramTown, resident: Person) -> None:
    phone = Phone(telegram)
    await phone.to_the_card()
    resident.phone = "85291234567"
    resident.contact()
    heard = await sends(telegram, phone)
    assert heard.startswith("已记为“联系方式”")
    assert "联系方式：+85291234567" in heard


@pytest.mark.parametrize("asked", ["涉及谁", "您希望怎么解决", "请核对"])
async def test_somebody_elses_contact_is_kept_as_words(telegram: TelegramTown, resident: Person, asked: str) -> None:
    phone = Phone(telegram)
    await phone.say("/new", "同意", "楼道漏水", "水贝社区", "跳过")
    while asked not in phone.read():
        await phone.say("匿名" if "怎么联系您" in phone.read() else "跳过")
    resident.contact("8613900139000")
    await sends(telegram, phone)
    await file(phone)
    (complaint,) = await phone.mine()
    filed = "\n".join(await phone.words(complaint.number))
    assert "9000 某人" in filed
    assert "13900139000" not in filed
    assert complaint.anonymous


async def test_what_is_shared_when_more_is_asked_for_goes_to_the_complaint(
    telegram: TelegramTown, resident: Person
) -> None:
    phone = Phone(telegram)
    number = await phone.file()
    for share, told in (
        (lambda: resident.contact("8613900139000"), "9000 某人"),
        (resident.contact, resident.phone[-4:]),
        (lambda: resident.location(22.573, 114.126), "北纬 22.5730 度"),
    ):
        await phone.press("补充")
        share()
        assert f"已补充到 {number}" in await sends(telegram, phone)
        assert told in (await phone.words(number))[-1]
    assert len(await phone.mine()) == 1


async def test_a_contact_when_a_complaint_is_open_is_asked_where_it_belongs(
    telegram: TelegramTown, resident: Person
) -> None:
    phone = Phone(telegram)
    number = await phone.file()
    resident.contact()
    assert "新的事，还是补充" in await sends(telegram, phone)
    await phone.press(f"补充到 {number}")
    assert resident.phone[-4:] in (await phone.words(number))[-1]
