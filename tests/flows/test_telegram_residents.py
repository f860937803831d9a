"""What Telegram does to a resident's messages: twice, out of order, changed, lost for a while. One effect of each."""

from random import Random
from typing import Any

import pytest

from bot.channels.terminal import RESIDENT
from handlers import dispatch
from handlers.messages import Button, Outgoing, outgoing_to_json
from storage import inbox, outbox
from tests.botapi.people import Person
from tests.group import STATION, open_group, short
from tests.phone import STORY, Phone
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
