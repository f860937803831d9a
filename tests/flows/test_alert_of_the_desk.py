"""Somebody's words suggest self-harm: the duty desk reads them, one member writes, the person answers, it is closed."""

import asyncio
import base64
from functools import partial

import pytest
from sqlalchemy import select

from bot.channels.terminal import RESIDENT
from handlers.texts import alert as texts
from storage import alerts, audit, clocks, conversations, facts, outbox, people
from storage import complaints as stored
from storage.tables import fact, word
from storage.unit_of_work import Work
from tests.bot.test_desk import at_once
from tests.group import STATION, Group, open_group
from tests.phone import Phone
from tests.town import DESK, Town

JUMP = "活着没意思，我想从天台跳下去"
HELLO = "您好，我是值班的，您现在在哪里？安全吗？"
OTHER = "staff:another"
UNDO_IS_OVER = {"seconds": 31}


@pytest.fixture
async def desk(town: Town) -> Group:
    return await open_group(town, DESK, OTHER)


async def alert(phone: Phone) -> str:
    """Raised by somebody who has said nothing else; its number."""
    await phone.say(JUMP)
    found = await phone.town.read(alerts.open_ones)
    assert len(found) == 1
    return str(found[0].number)


async def of_alert(town: Town, number: str) -> list[tuple[str, str]]:
    """What was done and by whom."""
    rows = await town.read(lambda work: stored.events(work, number))
    return [(row.kind, row.actor_id) for row in rows]


async def test_the_desk_reads_the_words_masked_and_not_who(phone: Phone, desk: Group) -> None:
    heard = await phone.say(f"{JUMP}，我电话13912345678")
    assert "值班人员看得到，不显示您是谁" in heard
    assert "登记之前" in heard  # what the person came for goes on
    raised = desk.heard[-1]
    assert JUMP in raised
    assert "12345678" not in raised
    assert phone.me not in raised
    assert "我来联系" in raised


async def test_the_name_given_as_contact_is_masked_in_what_follows(phone: Phone, desk: Group) -> None:
    await phone.to_the_card()
    await phone.say("联系方式改成 欧阳青山 13912345678")
    await phone.press("改其他")
    await phone.press("改联系方式")
    await phone.say("欧阳青山 13912345678")
    await phone.say(f"{JUMP}，记住我欧阳青山")
    assert "跳下去" in desk.heard[-1]
    assert "欧阳青山" not in desk.heard[-1]


async def test_who_takes_it_over_is_told_to_the_person_by_the_units_name(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    assert "示例303在联系" in await desk.press("我来联系")
    heard = phone.read()
    assert "值班人员看到了您的话，正在联系您" in heard
    assert "12356" in heard
    assert "示例303" not in heard
    assert await of_alert(phone.town, number) == [("alert_raised", ""), ("alert_taken", f"id-staff:{DESK}")]


async def test_two_who_press_at_once_do_not_both_write(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    town, press = phone.town, await desk.button("我来联系")
    both = [town.message(desk.chat, who, button=press) for who in (f"staff:{DESK}", OTHER)]
    before = len(town.all())
    await asyncio.gather(*map(town.desk.receive, both))
    await town.deliver()
    assert [kind for kind, _ in await of_alert(town, number)] == ["alert_raised", "alert_taken"]
    assert "两个人不要同时写" in desk.heard[-1]
    assert len(town.all()) == before + 1  # the person reads it once
    assert "两个人不要同时写" in await desk.say("", OTHER, button=await desk.button("写给对方"))
    assert "两个人不要同时写" in await desk.say(f"/alert {number} 您好", OTHER)
    assert "两个人不要同时写" in await desk.say("", OTHER, button=await desk.button("已联系，关闭"))


async def test_a_colleague_takes_over_from_one_who_has_gone(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.press("我来联系")
    await desk.press("我来联系", OTHER)
    before = len(phone.town.all())
    await desk.press("换我来联系", OTHER)
    assert (await of_alert(phone.town, number))[-1] == ("alert_taken", f"id-{OTHER}")
    assert len(phone.town.all()) == before  # to the person it is the same unit
    assert "秒后发给对方" in await desk.say(f"/alert {number} 您好", OTHER)


async def test_the_next_line_of_who_pressed_goes_to_the_person_and_nobody_elses(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await desk.press("写给对方")
    assert await desk.say("这个我来问问派出所", OTHER) == ""
    assert "30 秒后发给对方" in await desk.say(HELLO)
    assert HELLO not in "".join(phone.town.all())
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert HELLO in phone.read()
    assert "值班人员：" in phone.read()
    assert "示例" not in phone.read().split(HELLO)[0].replace("（示例）", "")


@pytest.mark.parametrize("text", [HELLO, f"/reply {HELLO}", f"回复 {HELLO}", f"我的 {HELLO}"])
async def test_an_answer_to_the_alert_goes_to_the_person(phone: Phone, desk: Group, text: str) -> None:
    await alert(phone)
    await desk.say(text, reply_to=await desk.message_id("轻生"))
    await desk.press("立即发送")
    assert HELLO in phone.read()


async def test_an_answer_to_a_line_of_the_person_goes_to_the_person(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await phone.say("没有人管我")
    await desk.say(HELLO, reply_to=await desk.message_id("没有人管我"))
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert HELLO in phone.read()


@pytest.mark.parametrize("way", ["撤回这条回复", "/undo"])
async def test_words_are_taken_back_before_they_go(phone: Phone, desk: Group, way: str) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} 打错了的话")
    if way == "/undo":
        answer = await desk.say(way, reply_to=await desk.message_id("轻生"))
    else:
        answer = await desk.press(way)
    assert "对方没有收到" in answer
    await phone.town.pass_time(minutes=1)
    assert "打错了的话" not in "".join(phone.town.all())
    assert "alert_written" not in dict(await of_alert(phone.town, number))
    assert (await phone.town.read(audit.verify)).intact


@pytest.mark.parametrize("how", ["under", "asked"])
async def test_a_note_stays_inside(phone: Phone, desk: Group, how: str) -> None:
    number = await alert(phone)
    if how == "asked":
        await desk.press("写给对方")
        said = await desk.say("# 已打 110")
    else:
        said = await desk.say("# 已打 110", reply_to=await desk.message_id("轻生"))
    assert "对方看不到" in said
    await phone.town.pass_time(minutes=1)
    assert "已打 110" not in "".join(phone.town.all())
    assert "备注" in await desk.say(f"/alert {number}")


@pytest.mark.parametrize("odd", ["forwarded", "edited"])
async def test_forwarded_words_go_nowhere(phone: Phone, desk: Group, odd: str) -> None:
    await alert(phone)
    assert "不能执行" in await desk.say("转来的话", reply_to=await desk.message_id("轻生"), odd=odd)
    await phone.town.pass_time(minutes=1)
    assert "转来的话" not in "".join(phone.town.all())


async def test_a_command_alone_under_the_alert_is_a_command(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await desk.press("写给对方")
    assert "什么都没有发出" in await desk.say("取消", reply_to=await desk.message_id("轻生"))
    await phone.town.pass_time(minutes=1)
    assert "取消" not in [line for text in phone.town.all() for line in text.split("\n")]


async def test_what_the_person_answers_reaches_the_desk_and_no_form(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    for answer in ("我在水贝社区天台", "好", "1", "不同意"):
        before = len(desk.heard)
        assert "已转给" in await phone.say(answer)
        assert f"对方说：{answer}" in "\n".join(desk.heard[before:])
    assert (await of_alert(phone.town, number))[-1] == ("alert_heard", "")


async def test_a_pin_of_who_talks_with_the_desk_reaches_it(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await desk.press("我来联系")
    assert "已转给" in await phone.say("", point=(22.5712, 114.1234))
    assert "北纬 22.5712 度，东经 114.1234 度" in desk.heard[-1]


async def test_all_groups_of_the_desk_see_who_looks_after_it(phone: Phone, desk: Group) -> None:
    bind = partial(people.bind_group, channel=phone.town.name, chat=phone.town.id("group:night"), unit=DESK, by="id")
    await phone.town.desk.write(bind)
    await alert(phone)
    await desk.press("我来联系")
    assert "示例303在联系" in phone.town.heard("group:night")
    await desk.press("已联系，关闭")
    await desk.press("没写过也关闭")
    assert "示例303关闭" in phone.town.heard("group:night")


async def test_whom_an_alert_is_about_does_not_stand_beside_it_in_clear(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    kept = await phone.town.read(lambda work: facts.get(work, f"alert:{number}"))
    assert phone.me not in base64.b64decode(kept).decode("latin-1")
    await desk.press("已联系，关闭")
    await desk.press("没写过也关闭")
    names = await phone.town.read(lambda work: list(work.connection.execute(select(fact.c.name)).scalars()))
    assert [name for name in names if name.startswith("alert")] == []


async def test_before_anybody_writes_the_form_goes_on_and_the_desk_reads_along(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await phone.say("同意")
    assert "第 3/6 步" in await phone.say("水贝社区")
    assert "对方说：水贝社区" in desk.heard[-1]


async def test_the_person_goes_on_with_the_form_when_they_wish(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await desk.press("我来联系")
    assert "已转给" in await phone.say("我没事了")
    assert "登记之前" in await phone.press("接着说没说完的事")
    assert "第 2/6 步" in await phone.say("同意")


async def test_somebody_without_a_draft_is_talked_with(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await phone.say("取消")
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert "已转给" in await phone.say("我在家里")
    assert "我在家里" in desk.heard[-1]
    assert await phone.mine() == []


async def test_a_solved_complaint_is_not_confirmed_by_words_for_the_desk(phone: Phone, desk: Group) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    code = await alert(phone)
    await desk.say(f"/alert {code} 您现在好些了吗")
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert "已转给" in await phone.say("好了")
    assert (await phone.complaint(number)).solved is None


@pytest.mark.parametrize("refusal", ["不同意", "取消"])
async def test_who_has_the_draft_erased_hears_what_the_desk_keeps(phone: Phone, desk: Group, refusal: str) -> None:
    await alert(phone)
    assert "值班人员已经看到" in await phone.say(refusal)


async def test_more_words_of_danger_are_no_second_alert(phone: Phone, desk: Group) -> None:
    await alert(phone)
    heard = await phone.say("我真的想死")
    assert "12356" in heard
    assert "值班人员看得到" in heard
    assert "又说到轻生：我真的想死" in desk.heard[-1]
    assert len(await phone.town.read(alerts.open_ones)) == 1


async def test_a_flood_of_lines_stops_in_the_group_and_is_kept(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await phone.say(*(f"第{count}句" for count in range(1, 24)))
    assert "第20句" in desk.heard[-1]
    assert f"/alert {number[2:]} 看" in desk.heard[-1]
    assert "第23句" in await desk.say(f"/alert {number}")


async def test_commands_of_the_person_are_not_read_by_the_desk(phone: Phone, desk: Group) -> None:
    await alert(phone)
    before = len(desk.heard)
    await phone.say("/进度 LH-7K3M-Q8XW-P")
    assert len(desk.heard) == before


async def test_a_stranger_presses_and_writes_in_vain(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await phone.town.join(STATION, "staff:stranger")
    for label in ("我来联系", "写给对方", "已联系，关闭"):
        assert "只有本单位的工作人员能用" in await desk.press(label, "staff:stranger")
        assert "只有本单位的工作人员能用" in await desk.press(label, "nobody")
    under = await desk.message_id("轻生")
    assert await desk.say("别想不开", "staff:stranger", reply_to=under) == ""
    assert [kind for kind, _ in await of_alert(phone.town, number)] == ["alert_raised"]


async def test_another_units_group_has_no_way_to_it(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    station = await open_group(phone.town, STATION)
    said = await station.say(f"/alert {number} 您好")
    assert JUMP not in said
    await phone.town.pass_time(minutes=1)
    assert [kind for kind, _ in await of_alert(phone.town, number)] == ["alert_raised"]


async def test_nobody_takes_it_over_and_the_desk_is_reminded(phone: Phone, desk: Group) -> None:
    await alert(phone)
    before = len(desk.heard)
    await phone.town.pass_time(minutes=4)
    assert len(desk.heard) == before
    await phone.town.pass_time(minutes=1)
    assert "5 分钟了，还没有人联系" in desk.heard[-1]
    await phone.town.pass_time(minutes=10)
    assert "15 分钟了，还没有人联系" in desk.heard[-1]
    assert "我来联系" in desk.heard[-1]


async def test_who_takes_it_over_and_does_not_write_is_reminded(phone: Phone, desk: Group) -> None:
    await alert(phone)
    await desk.press("我来联系")
    await phone.town.pass_time(minutes=5)
    assert "示例303接了还没有写" in desk.heard[-1]


async def test_a_person_who_never_answers_is_not_forgotten(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    before = len(phone.town.all())
    await phone.town.pass_time(minutes=6)
    assert "还没有回音" in desk.heard[-1]
    assert "110" in desk.heard[-1]
    for _ in range(12):
        await phone.town.pass_time(hours=1)
    assert len(phone.town.all()) == before  # the bot does not press the person
    assert len(await phone.town.read(alerts.open_ones)) == 1


async def test_an_answer_that_waits_is_said_in_the_reminder(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    await phone.say("不安全")
    await phone.town.pass_time(minutes=5)
    assert "1 句话还没有人回" in desk.heard[-1]


async def test_closed_it_is_said_to_both_and_nothing_more_is_passed_on(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert "示例303关闭" in await desk.press("已联系，关闭")
    assert "不再转给值班人员" in phone.read()
    before = len(desk.heard)
    await phone.say("同意")
    assert "第 2/6 步" in phone.read()
    await phone.town.pass_time(hours=5)
    assert len(desk.heard) == before
    assert await phone.town.read(alerts.open_ones) == []
    assert await phone.town.read(lambda work: clocks.of(work, number)) == {}


async def test_nothing_is_written_to_who_is_no_longer_listened_to(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    under, button = await desk.message_id("轻生"), await desk.button("写给对方")
    await desk.press("已联系，关闭")
    await desk.press("没写过也关闭")
    before = len(phone.town.all())
    assert "已经关闭，什么都没有发出" in await desk.say(HELLO, reply_to=under)
    assert "已经关闭" in await desk.say("", button=button)
    assert "已经关闭" in await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(minutes=1)
    assert len(phone.town.all()) == before


async def test_closing_without_a_word_is_asked_again(phone: Phone, desk: Group) -> None:
    await alert(phone)
    assert "还没有人在这里写给对方" in await desk.press("已联系，关闭")
    assert len(await phone.town.read(alerts.open_ones)) == 1


async def test_words_on_their_way_are_read_before_the_close(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.say(f"/alert {number} {HELLO}")
    await desk.press("已联系，关闭")
    assert [HELLO in phone.town.all()[-2], "不再转给" in phone.read()] == [True, True]
    assert [kind for kind, _ in await of_alert(phone.town, number)][-2:] == ["alert_written", "alert_closed"]


async def test_danger_after_the_close_is_a_new_alert(phone: Phone, desk: Group) -> None:
    first = await alert(phone)
    await desk.press("已联系，关闭")
    await desk.press("没写过也关闭")
    assert await alert(phone) != first
    assert "有居民的话里有轻生的意思" in desk.heard[-1]


async def test_the_open_ones_are_listed_and_acted_on_by_word(phone: Phone, desk: Group) -> None:
    assert "没有开着的紧急提醒" in await desk.say("/求助")
    number = await alert(phone)
    assert f"{number} 今天 10:00 还没有人联系" in await desk.say("求助")
    assert JUMP in await desk.press(number)
    assert "在联系" in await desk.say(f"/求助 {number[2:].lower()} 接")
    assert "示例303在联系" in await desk.say("/求助")
    assert "没写过也关闭" in await desk.say(f"/求助 {number} 关闭")
    assert "关闭，已告诉对方" in await desk.say(f"/求助 {number} 没写过也关闭")
    assert "没有开着的提醒" in await desk.say("/求助 ZZZZ")


async def test_a_person_who_cannot_be_written_to_is_known_before(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await phone.town.desk.write(lambda work: outbox.close_line(work, phone.town.name, phone.me, "blocked"))
    assert "对方可能收不到消息" in await desk.say(f"/alert {number} {HELLO}")


async def test_what_was_done_stands_in_the_history_that_is_verified(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.press("我来联系")
    await desk.say(f"/alert {number} {HELLO}")
    await phone.town.pass_time(**UNDO_IS_OVER)
    await phone.say("我在家")
    await desk.press("已联系，关闭")
    kinds = [kind for kind, _ in await of_alert(phone.town, number)]
    assert kinds == ["alert_raised", "alert_taken", "alert_written", "alert_heard", "alert_closed"]
    verdict = await phone.town.read(audit.verify)
    assert verdict.intact
    assert verdict.events >= len(kinds)

    def change(work: Work) -> None:
        work.connection.execute(word.delete().where(word.c.complaint == number))

    await phone.town.desk.write(change)
    assert {broken.what for broken in (await phone.town.read(audit.verify)).broken} == {"text"}


async def test_every_name_the_person_has_given_is_masked_not_the_first_alone(phone: Phone, desk: Group) -> None:
    await phone.say(JUMP)
    await phone.to_the_card()
    for name in ("欧阳青山", "李小红"):
        await phone.press("改其他")
        await phone.press("改联系方式")
        await phone.say(f"{name} 13912345678")
        assert name not in desk.heard[-1]
    await phone.say("记住我李小红，也叫欧阳青山")
    assert "李小红" not in desk.heard[-1]
    assert "欧阳青山" not in desk.heard[-1]


async def test_who_is_refused_neither_sends_nor_takes_back_what_a_colleague_holds(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await desk.press("已联系，关闭", OTHER)  # nothing was written: it is asked whether they are sure
    sure = await desk.button(texts.CLOSE_SURE)
    await desk.press("我来联系")
    await desk.say(f"/alert {number} {HELLO}")
    before = len(phone.town.all())
    assert "不要同时写" in await desk.say("", OTHER, button=sure)
    await desk.say("/undo", OTHER, reply_to=await desk.message_id("30 秒"))
    assert phone.town.all()[before:] == []
    await phone.town.pass_time(**UNDO_IS_OVER)
    assert HELLO in phone.town.all()[-1]


async def test_an_alert_that_cannot_be_read_holds_nobody_up_and_a_cry_raises_another(phone: Phone, desk: Group) -> None:
    number = await alert(phone)
    await phone.town.desk.write(lambda work: facts.put(work, f"alert:{number}", base64.b64encode(b"rubbish").decode()))
    heard = await phone.say(JUMP)
    assert "110" in heard
    assert "没有处理成功" not in heard
    assert [found.number for found in await phone.town.read(alerts.open_ones)] != [number]
    assert "A-" in await desk.say("/alert")


async def test_a_cry_that_stumbles_gets_its_numbers_all_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(turn: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("handlers.router.route", stumble)
    heard = await town.say(JUMP)
    assert heard.startswith("【紧急】")
    assert "12356" in heard


@pytest.mark.parametrize("together", [True, False])
async def test_staff_who_write_in_the_same_moment_find_the_person_where_they_are(
    phone: Phone, desk: Group, together: bool
) -> None:
    """In one batch what the person's turn leaves is written last; a turn of staff that needs it is done after it."""
    town, number = phone.town, await alert(phone)
    await phone.say("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好", "同意")
    await desk.press("我来联系")
    back = town.message(RESIDENT, RESIDENT, button=await phone.button("接着"))
    written = town.message(desk.chat, f"staff:{DESK}", f"/alert {number} 您好")
    if together:
        await at_once(town, back, written)
    else:
        await town.desk.receive(back)
        await town.desk.receive(written)
    kept = await town.desk.write(lambda work: conversations.lock(work, town.name, phone.me))
    assert kept.asking == "talk"
