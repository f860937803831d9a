"""A clerk works complaints in the group: claims, replies, notes, transfers, looks up; by command, card and button."""

import asyncio

import pytest

from bot.channels.base import Capabilities
from bot.channels.terminal import TerminalChannel, group_chat, staff_sender
from handlers import dispatch
from handlers.messages import Outgoing
from storage import complaints as stored
from tests.group import (
    ABOVE,
    HOUSING,
    STATION,
    Group,
    alarms,
    claimed,
    filed,
    history,
    id_of,
    nothing_is_left_over,
    open_group,
    short,
    state,
    told,
)
from tests.town import Town

# the same act by every entrance


CLAIMS = """
/claim {short}|/签收 {short}|/接 {short}|/接{short}|接 {short}|接{short}|签收 {number}|/claim {number}|/CLAIM {small}
／接 {short}|/claim@jiesu_bot {short}|/接　{short}|接 {small}
"""


@pytest.mark.parametrize("said", [*CLAIMS.replace("\n", "|").strip("|").split("|"), "/接\n{short}"])
async def test_a_complaint_is_claimed_by_command(town: Town, group: Group, said: str) -> None:
    number = await filed(town)
    text = said.format(short=short(number), number=number, small=short(number).lower())
    assert "已签收" in await group.say(text)
    assert (await state(town, number)).holder == id_of(STATION)
    await nothing_is_left_over(town)


@pytest.mark.parametrize("said", ["接", "签收", "/claim", "/接", " 接 "])
async def test_a_complaint_is_claimed_by_answering_its_card(town: Town, group: Group, said: str) -> None:
    number = await filed(town)
    assert "已签收" in await group.under(number, said)
    assert (await state(town, number)).status == "claimed"


async def test_a_complaint_is_claimed_by_button_by_number_and_by_label(town: Town, group: Group) -> None:
    first = await filed(town)
    assert "已签收" in await group.press("签收")
    second = await filed(town)
    await group.say("1", numbered=True)
    third = await filed(town)
    await group.say("签收", numbered=True)
    assert {(await state(town, n)).status for n in (first, second, third)} == {"claimed"}


@pytest.mark.parametrize(
    "said", ["/reply {short} {words}", "/回 {short} {words}", "/回复 {short}\n{words}", "回{short} {words}"]
)
async def test_a_reply_by_command_reaches_the_resident_after_half_a_minute(town: Town, group: Group, said: str) -> None:
    number = await claimed(town, group)
    preview = await group.say(said.format(short=short(number), words="师傅三点上门"))
    assert "30 秒后发给居民" in preview
    assert "水贝社区工作站（示例） 回复：\n师傅三点上门" in preview
    assert not any("师傅三点上门" in text for text in town.all())
    await town.pass_time(seconds=29)
    assert not any("师傅三点上门" in text for text in town.all())
    await town.pass_time(seconds=2)
    assert "水贝社区工作站（示例） 回复：\n师傅三点上门" in town.heard()
    assert (await state(town, number)).status == "handling"
    await nothing_is_left_over(town)


@pytest.mark.parametrize(
    "words", ["师傅三点上门", "回 师傅三点上门", "/reply 师傅三点上门", "call me at three 师傅三点上门"]
)
async def test_words_under_the_card_are_a_reply(town: Town, group: Group, words: str) -> None:
    number = await claimed(town, group)
    await group.under(number, words)
    await town.pass_time(seconds=31)
    assert "师傅三点上门" in town.heard()


async def test_a_reply_by_button_is_asked_for(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    assert f"要回复 {number} 的居民什么" in await group.press("回复居民")
    await group.say("师傅三点上门")
    await town.pass_time(seconds=31)
    assert "师傅三点上门" in town.heard()


async def test_a_reminder_is_answered_like_a_card(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await town.say(f"补充 {number} 楼上也漏了")
    assert "居民补充：楼上也漏了" in group.heard[-2] + group.heard[-1]
    await group.say("收到，一起修", reply_to=await group.message_id("居民补充"))
    await town.pass_time(seconds=31)
    assert "收到，一起修" in town.heard()


async def test_a_reply_is_sent_at_once_on_request(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/回 {short(number)} 师傅三点上门")
    assert "已发送" in await group.press("立即发送")
    assert "师傅三点上门" in town.heard()
    assert (await state(town, number)).status == "handling"
    assert "撤不回来" in await group.press("撤回这条回复")
    await town.pass_time(minutes=1)
    assert sum("师傅三点上门" in text for text in town.all()) == 1


@pytest.mark.parametrize("undo", ["撤回这条回复", "/undo {short}", "/撤销 {short}"])
async def test_a_reply_is_taken_back_within_half_a_minute(town: Town, group: Group, undo: str) -> None:
    number = await claimed(town, group)
    await group.say(f"/回 {short(number)} 打错了")
    said = await (group.say(undo.format(short=short(number))) if undo.startswith("/") else group.press(undo))
    assert "居民没有收到" in said
    await town.pass_time(minutes=5)
    assert not any("打错了" in text for text in town.all())
    assert (await state(town, number)).status == "claimed"
    await nothing_is_left_over(town)


# two clerks


async def test_two_people_cannot_both_claim(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    assert f"{number} 已由示例S04签收" in await group.say(f"/接 {short(number)}", "wang")
    assert "您已经签收了" in await group.say(f"/接 {short(number)}")
    assert (await state(town, number)).holder == id_of(STATION)


async def test_two_claims_in_the_same_batch_leave_one_holder(town: Town, group: Group) -> None:
    number = await filed(town)
    messages = [
        town.message(group_chat(STATION), who, f"/接 {short(number)}") for who in ("wang", staff_sender(STATION))
    ]
    await asyncio.gather(*(town.desk.receive(message) for message in messages))
    await town.deliver()
    said = "\n".join(group.heard)
    assert (said.count("请尽快联系居民"), said.count("已由示例S04签收")) == (1, 1)
    assert (await history(town, number)).count("claimed") == 1
    assert sum("已签收" in text for text in town.all()) == 1


@pytest.mark.parametrize("said", ["/回 {short} 我来", "/办结 {short}", "/转 {short} 住建 不归我们", "/撤销 {short}"])
async def test_a_colleague_does_not_act_on_what_somebody_holds(town: Town, group: Group, said: str) -> None:
    number = await claimed(town, group)
    assert "在同事手上" in await group.say(said.format(short=short(number)), "wang")


async def test_a_colleagues_question_is_not_answered_by_another(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.press("回复居民")
    assert await group.say("中午吃什么", "wang") == ""
    await group.say("师傅三点上门")
    await town.pass_time(seconds=31)
    assert not any("中午吃什么" in text for text in town.all())
    assert "师傅三点上门" in town.heard()
    assert (await state(town, number)).status == "handling"


async def test_talk_long_after_a_question_is_talk(town: Town, group: Group) -> None:
    await claimed(town, group)
    await group.press("回复居民")
    await town.pass_time(minutes=31)
    assert await group.say("中午吃什么") == ""


async def test_a_claim_is_undone_within_ten_minutes_before_any_word(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    assert "回到队列" in await group.press("撤销签收")
    assert (await state(town, number)).holder is None
    await group.say(f"/claim {number}", "wang")
    await town.pass_time(minutes=11)
    assert "已经过了" in await group.say(f"/undo {number}", "wang")
    assert (await state(town, number)).holder == "id-wang"


# the card


async def test_there_is_one_card_with_place_terms_and_a_way_that_always_works(town: Town, group: Group) -> None:
    number = await filed(town)
    card = group.card(number)
    for part in (
        "已派单",
        "分类：城乡建设",
        "地点：翠竹街道 · 水贝社区",
        "签收 今天 11:00",
        "首次反馈 今天 12:00",
        "办结 今天 18:00",
    ):
        assert part in card
    assert f"/claim {short(number)}" in card
    for status, way in (("/接", "/reply"), ("/回", "/reply"), ("/办结", "/reply")):
        words = {"/接": "", "/回": "来了", "/办结": "支持 事实：修好 依据：条例"}[status]
        await group.say(f"{status} {short(number)} {words}")
        await town.pass_time(seconds=31)
        assert f"{way} {short(number)}" in group.card(number)


class Editing(TerminalChannel):
    """A terminal that can change what it has shown."""

    capabilities = Capabilities(buttons=False, edits=True)

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        super().__init__(lambda chat, text: None)

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        self.shown[f"{chat}:{position}"] = out.text
        return f"{chat}:{position}"

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        self.shown[message_id] = out.text


async def test_where_a_platform_can_edit_there_is_one_card_that_changes(town: Town, group: Group) -> None:
    channel = Editing()
    town.outbox.channels = {town.name: channel}
    number = await filed(town)
    for said in ("/接 {}", "/记 {} 一条备注", "/回 {} 来了"):
        await group.say(said.format(short(number)))
        await town.pass_time(seconds=31)
    cards = [text for id, text in channel.shown.items() if id.startswith(group.id) and text.startswith(f"【{number}】")]
    assert len(cards) == 1
    assert cards[0].startswith(f"【{number}】办理中")
    assert await group.card_id(number) in channel.shown
    await group.under(number, "师傅走了")
    await town.pass_time(seconds=31)
    assert any("师傅走了" in text for id, text in channel.shown.items() if id.startswith("resident"))


async def test_the_assisting_unit_reads_along_without_buttons_and_may_look(town: Town, group: Group) -> None:
    assists = await open_group(town, HOUSING)
    number = await filed(town)
    card = assists.card(number)
    assert card.splitlines()[-1] == f"只读：发 /show {number} 看全部经过"
    assert "—— 经过 ——" in await assists.say(f"/show {number}")
    assert "没有这个编号" in await assists.say(f"/claim {number}")


async def test_what_the_resident_typed_is_masked_in_the_group(town: Town, group: Group) -> None:
    number = await town.file("翠竹街道水贝社区3栋漏水，打我电话13812345678，身份证11010519491231002X，车牌粤B12345")
    lead = (await state(town, number)).lead
    assert lead == STATION
    await town.say(f"补充 {number} 或者打 13912345678")
    await group.say(f"/接 {short(number)}")
    await group.say(f"/看 {short(number)}")
    said = "\n".join(group.heard)
    for secret in ("13812345678", "13912345678", "11010519491231002X", "粤B12345"):
        assert secret not in said


async def test_a_resident_who_cannot_be_written_to_is_marked(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    complaint = await state(town, number)
    await town.desk.write(lambda work: dispatch.unreachable(work, town.outside, town.name, complaint.chat, "blocked"))
    await town.deliver()
    assert "居民收不到消息" in group.card(number)
    assert "居民可能收不到消息" in await group.say(f"/回 {short(number)} 师傅三点上门")


# notes


@pytest.mark.parametrize(
    "said", ["/note {short} {words}", "/记 {short} {words}", "/备注 {short} {words}", "/回 {short} #{words}"]
)
async def test_a_note_stays_in_the_group(town: Town, group: Group, said: str) -> None:
    number = await claimed(town, group)
    before, status = len(town.all()), (await state(town, number)).status
    assert "居民看不到" in await group.say(said.format(short=short(number), words="物业经理不配合"))
    await town.pass_time(minutes=1)
    assert "备注：物业经理不配合" in group.card(number)
    assert told(town, before) == []
    assert (await state(town, number)).status == status


@pytest.mark.parametrize("mark", ["#", "＃", "# ", "##"])
async def test_marked_words_under_a_card_or_after_a_question_are_a_note(town: Town, group: Group, mark: str) -> None:
    number = await claimed(town, group)
    await group.under(number, f"{mark}物业经理不配合")
    await group.press("回复居民")
    await group.say(f"{mark}还是不配合")
    await town.pass_time(minutes=1)
    assert (await history(town, number)).count("noted") == 2
    assert not any("不配合" in text for text in town.all())


async def test_no_note_is_in_anything_the_resident_ever_reads(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    for n, act in enumerate(
        ["/回 {} 来了", "/记 {} ", "/改类 {} 环境保护", "/办结 {} 支持 事实：修好 依据：条例", "/回 {} 又来了"]
    ):
        await group.say(f"/记 {short(number)} 秘密{n}")
        await group.under(number, f"#秘密旁注{n}")
        await group.say(act.format(short(number)))
        await town.pass_time(seconds=31)
        await town.say(f"进度 {number}")
    await town.say("没解决")
    await town.say("跳过")
    await group.say(f"/记 {short(number)} 秘密9")
    await town.say(f"进度 {number}")
    await town.say("我的")
    assert not any("秘密" in text or "备注" in text for text in town.all())
    assert any("秘密9" in text for text in group.heard)


# transfer


async def test_a_transfer_asks_for_unit_and_reason_and_tells_the_resident_the_new_unit(
    town: Town, group: Group
) -> None:
    housing = await open_group(town, HOUSING)
    number = await filed(town)
    assert "转给哪个单位" in await group.say(f"/转 {short(number)}")
    assert "理由" in await group.say("住建")
    before = len(town.all())
    assert "已转给 住房和建设局" in await group.say("属于房屋质量问题，电话13812345678")
    assert [text for text in told(town, before) if "已转到 住房和建设局" in text] == told(town, before)
    complaint = await state(town, number)
    assert (complaint.lead, complaint.catalogue_row, HOUSING in complaint.assists) == (HOUSING, None, False)
    assert f"/claim {short(number)}" in housing.card(number)
    shown = await housing.say(f"/看 {short(number)}")
    assert "转派理由" in shown
    assert "13812345678" not in shown
    assert await group.say("这是闲聊") == ""  # nothing more is asked


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/转 {short} 住建", "理由"),
        ("/转 {short} 没有的局 不归我们", "没有叫「没有的局」的单位"),
        ("/转 {short} 水贝社区工作站 不归我们", "已经在 水贝社区工作站（示例） 的队列里"),
        ("/转 {short} 街道 不归我们", "是指哪个"),
        ("/转 {short} 440303D01 不归我们", "已转给 住房和建设局"),
        ("/transfer {short} 住建局 不归我们", "已转给 住房和建设局"),
    ],
)
async def test_a_transfer_to(town: Town, group: Group, said: str, answer: str) -> None:
    number = await filed(town)
    assert answer in await group.say(said.format(short=short(number)))


async def test_a_choice_among_several_units_keeps_the_reason_given(town: Town, group: Group) -> None:
    number = await filed(town)
    await group.say(f"/转 {short(number)} 公安 噪音扰民归派出所")
    if (await state(town, number)).status == "dispatched" and (await state(town, number)).lead == STATION:
        await group.press("公安分局")
    assert (await state(town, number)).lead == "440303D08"


@pytest.mark.parametrize("way", ["/转 {short} {unit} 不归我们", "button"])
@pytest.mark.parametrize(("who", "unit"), [("翠竹街道办不作为", ABOVE), ("住房和建设局推诿", HOUSING)])
async def test_it_never_goes_to_the_unit_it_complains_about(
    town: Town, group: Group, way: str, who: str, unit: str
) -> None:
    number = await filed(town, who=who, area=None)
    lead = (await state(town, number)).lead
    assert lead is not None
    assert lead != unit
    centre = await open_group(town, lead)
    name = (await town.read(lambda work: town.outside.rules(work))).directory.get(unit).name
    if way == "button":
        await centre.say(f"/转 {short(number)}")
        said = await centre.say(name)
    else:
        said = await centre.say(way.format(short=short(number), unit=name))
    assert "不能转给被反映的单位" in said
    assert (await state(town, number)).lead == lead


async def test_nor_to_a_unit_beneath_it(town: Town) -> None:
    number = await filed(town, who="翠竹街道办不作为")
    assert (await state(town, number)).lead == "440303"  # the district centre, not the station beneath the respondent
    centre = await open_group(town, "440303")
    assert "不能转给被反映的单位" in await centre.say(f"/转 {short(number)} 水贝社区工作站 就近")


async def test_after_the_first_contact_the_lead_stays(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/回 {short(number)} 师傅三点上门")
    assert "有一条回复正要发给居民" in await group.say(f"/转 {short(number)} 住建 不归我们")
    await town.pass_time(seconds=31)
    assert "首接单位负责到底" in await group.say(f"/转 {short(number)} 住建 不归我们")
    assert (await state(town, number)).lead == STATION


# looking up


@pytest.mark.parametrize("said", ["/queue", "/队列", "/待办", "队列"])
async def test_the_queue_lists_what_is_open(town: Town, group: Group, said: str) -> None:
    numbers = [await filed(town) for _ in range(8)]
    answer = await group.say(said)
    assert "待办：8 件，先列最早的 6 件" in answer
    assert all(short(number) in answer for number in numbers[:6])
    assert f"【{numbers[1]}】" in await group.say("2", numbered=True)


async def test_mine_lists_what_one_holds_and_overdue_what_is_late(town: Town, group: Group) -> None:
    mine, other = await claimed(town, group), await filed(town)
    assert short(mine) in await group.say("/我的")
    assert short(other) not in group.heard[-1]
    assert "我的：没有" in await group.say("/mine", "wang")
    assert "超时：没有" in await group.say("/超时")
    await town.pass_time(hours=1, seconds=1)
    late = await group.say("/overdue")
    assert short(other) in late
    assert short(mine) not in late
    await group.say(f"/接 {short(other)}", "wang")
    assert "超时：没有" in await group.say("/超时")


async def test_a_closed_complaint_is_still_found_by_its_short_number(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    await town.say("解决了")
    assert f"【{number}】已办结" in await group.say(f"/看 {short(number)}")
    assert "没有这个编号" in await group.say(f"/回 {short(number)} 再说一句")


async def test_why_names_the_words_and_the_row(town: Town, group: Group) -> None:
    await filed(town)
    said = await group.press("为什么")
    assert "漏水" in said
    assert "目录 P01-00" in said


# bad input


async def test_two_complaints_with_the_same_short_number_are_told_apart(town: Town, group: Group) -> None:
    first = await filed(town, number="LH-AAAA-Q8XW-0")
    second = await filed(town, number="LH-BBBB-Q8XW-0")
    said = await group.say("/接 Q8XW")
    assert first in said
    assert second in said
    assert {(await state(town, n)).holder for n in (first, second)} == {None}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/", "没有“/”这个命令"),
        ("/ ", "没有“/”这个命令"),
        ("/签", "您是不是想发：/接 Q8XW"),
        ("/clame Q8XW", "您是不是想发：/接 Q8XW"),
        ("/办", "您是不是想发：/办结 Q8XW"),
        ("/xyzzy", "帮助"),
        ("/<b>x</b>", "没有“/<b>x</b>”这个命令"),
        ("/" + "长" * 5000, "没有“/" + "长" * 19 + "”这个命令"),
        ("/接", "请带上编号"),
        ("/办结", "请带上编号"),
        ("/看 Q8XW", "没有这个编号"),
        ("/帮助", "/claim"),
        ("/帮助 转", "/transfer"),
        ("/help claim", "/签收"),
        ("/help xyzzy", "命令"),
    ],
)
async def test_what_is_typed_wrong_is_answered_with_what_would_be_right(
    town: Town, group: Group, said: str, answer: str
) -> None:
    assert answer in await group.say(said)
    await nothing_is_left_over(town)


@pytest.mark.parametrize("words", ["长" * 20000, "<b>&amp;</b>", "{number} {0} %s", "\u202e倒着", "😀" * 100, "a\x00b"])
async def test_any_words_come_through_as_they_are(town: Town, group: Group, words: str) -> None:
    number = await claimed(town, group)
    await group.say(f"/回 {short(number)} {words}")
    await group.say(f"/记 {short(number)} {words}")
    await town.pass_time(seconds=31)
    assert words.replace("\x00", "\ufffd") in town.heard()
    await group.say(f"/看 {short(number)}")
    assert len(group.heard[-1]) < 4000
    await nothing_is_left_over(town)


async def test_what_a_refused_act_has_written_is_undone(town: Town, group: Group) -> None:
    number = await filed(town)
    await group.say(f"/改类 {short(number)} 其他")
    await group.say(f"/claim {number}")
    assert "还没有确定分类" in await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    assert await town.read(lambda work: stored.words(work, number, ["conclusion"])) == []
    assert "take_back" in await alarms(town, number)


async def test_the_group_hears_that_a_complaint_was_withdrawn_or_sent_back(town: Town) -> None:
    withdrawn = await town.file()
    lead = str((await town.read(lambda work: stored.load(work, withdrawn, lock=False))).lead)
    await town.join(lead)
    await town.say(f"撤回 {withdrawn}")
    await town.say("确定撤回")
    assert any(withdrawn in text and "居民撤回了" in text for text in town.group(lead))
    again = await town.file()
    await town.staff(lead, f"/接 {again}")
    await town.staff(lead, f"/办结 {again} 支持 事实：已修好 依据：按职责处理")
    await town.say("没解决")
    await town.say("还在漏")
    assert any(again in text and "第 1 次" in text and "没解决" in text for text in town.group(lead))
