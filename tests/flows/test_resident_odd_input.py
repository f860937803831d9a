"""What people and their phones send by mistake or on purpose: nothing raises, nothing is lost, a way on is shown."""

import asyncio

import pytest

from bot.channels.terminal import RESIDENT
from tests.phone import STORY, Phone

EMPTY = ["", "   ", "\n\t", "\u200b\u200d\ufeff", "\u202e\u2066", "。。。", "😀😀", "👍", "!!!", "-"]
ODD = [
    "<b>路灯</b><script>alert(1)</script>坏了 &amp;",
    "**路灯** _坏了_ [点我](http://example.org) `x`",
    "\u202e路灯坏了\u202c\u200f",
    "'; DROP TABLE complaint; --",
    "{slot} %s {0} \\n",
    "路灯\x00坏了\x07",
    "水贝社区的灯坏了\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
]


@pytest.mark.parametrize("text", EMPTY)
async def test_nothing_at_all_is_answered_with_a_way_on(phone: Phone, text: str) -> None:
    await phone.say(text)
    assert "反映诉求" in phone.read()
    assert await phone.mine() == []


@pytest.mark.parametrize("text", EMPTY)
@pytest.mark.parametrize("answers", [0, 1, 2, 3, 4, 5])
async def test_nothing_at_all_is_no_answer_and_the_step_is_asked_again(phone: Phone, text: str, answers: int) -> None:
    await phone.say("/new", "同意", *["漏水", "水贝社区", "昨晚", "物业", "修好"][:answers])
    assert f"第 {answers + 1}/6 步" in await phone.say(text)


@pytest.mark.parametrize("text", EMPTY)
async def test_nothing_at_all_at_consent_and_at_the_card_changes_nothing(phone: Phone, text: str) -> None:
    await phone.say(STORY)
    assert "登记之前" in await phone.say(text)
    await phone.say("同意", "跳过", "匿名")
    card = phone.read()
    assert await phone.say(text) == card


@pytest.mark.parametrize("text", ODD)
async def test_markup_and_signs_are_kept_as_typed(phone: Phone, text: str) -> None:
    await phone.say("/new", "同意", text, "水贝社区", text, text, text, "匿名")
    assert "请核对" in phone.read()
    await phone.say("确认提交")
    (filed,) = await phone.mine()
    kept = text.strip().replace("\x00", "\ufffd")  # no database keeps a NUL in a text
    assert (filed.details["what"], filed.details["wish"]) == (kept, kept)


async def test_signs_that_turn_the_direction_of_text_do_not_reach_a_line_of_a_card(phone: Phone) -> None:
    await phone.say("/new", "同意", "\u202e路灯坏了\u2066", "水贝社区", "昨晚", "跳过", "跳过", "匿名")
    assert "事情：路灯坏了\n" in phone.read()


@pytest.mark.parametrize("length", [4_001, 100_000])
async def test_a_very_long_text_is_kept_whole(phone: Phone, length: int) -> None:
    text = ("水贝社区楼道漏水没人管，" * (length // 12 + 1))[:length]
    await phone.say("/new", "同意", text)
    assert "第 3/6 步" in phone.read()
    await phone.say("昨晚", "跳过", "跳过", "匿名", "确认提交")
    (filed,) = await phone.mine()
    assert filed.details["what"] == text
    assert len(filed.gist) > length


async def test_a_long_text_in_many_pieces_before_consent_is_kept_whole(phone: Phone) -> None:
    pieces = [f"第{piece}段：水贝社区漏水" for piece in range(1, 8)]
    await phone.say(*pieces)
    await phone.say("同意")
    await phone.say("昨晚", "跳过", "跳过", "匿名", "确认提交")
    (filed,) = await phone.mine()
    assert filed.details["what"] == "\n".join(pieces)


# buttons


@pytest.mark.parametrize("id", ["", "x", "garbage" * 20, "0" * 64, "'; --", "\x00"])
async def test_a_garbage_button_offers_the_live_step(phone: Phone, id: str) -> None:
    assert "此步骤已过期" in await phone.press_id(id) or id == ""
    await phone.say("/new", "同意")
    heard = await phone.press_id(id)
    assert "第 1/6 步" in heard


async def test_a_button_of_another_chat_does_nothing(phone: Phone) -> None:
    await phone.say("路灯坏了")
    agree = await phone.button("同意，继续")
    assert "此步骤已过期" in await phone.town.hear("stranger", "stranger", button=agree)
    assert "登记之前" in phone.read()


async def test_a_button_older_than_a_month_is_stale(phone: Phone) -> None:
    number = await phone.file()
    status = await phone.button("查进度")
    await phone.town.pass_time(days=31)
    assert "此步骤已过期" in await phone.press_id(status)
    assert number in await phone.say("我的")


async def test_a_button_of_a_step_that_is_over_offers_the_live_one(phone: Phone) -> None:
    await phone.say("/new", "同意", "漏水")
    skip = await phone.button("跳过")
    assert "第 3/6 步" in await phone.press_id(skip)
    heard = await phone.press_id(skip)
    assert "此步骤已过期" in heard
    assert "第 3/6 步" in heard


async def test_every_button_of_a_whole_dialogue_can_be_pressed_again(phone: Phone) -> None:
    await phone.say("东门漏水", "同意", "东门翠竹")
    await phone.press("‹ 上一步")
    await phone.say("不改", "水贝社区", "昨晚", "跳过", "修好", "匿名")
    await phone.press("改其他")
    await phone.press("改分类")
    await phone.say("都不是", "确认提交", "撤回", "不撤回", "我的")
    ids = [button.id for out in await phone.shown() for row in out.buttons for button in row]
    for id in dict.fromkeys(ids):
        await phone.press_id(id)
    assert len(await phone.mine()) == 1


# commands


@pytest.mark.parametrize(
    ("typed", "guess"),
    [
        ("/statu", "/进度"),
        ("/进渡", "/进度"),
        ("/star", "/start"),
        ("/mien", "/我的"),
        ("/撤会", "/撤回"),
        ("/补冲", "/补充"),
        ("/halp", "/帮助"),
    ],
)
async def test_an_unknown_command_is_answered_with_the_nearest_and_an_example(
    phone: Phone, typed: str, guess: str
) -> None:
    heard = await phone.say(typed)
    assert "没有" in heard
    assert guess in heard


@pytest.mark.parametrize("typed", ["/", "//", "/😀", "/xyzzy", "/" + "很长" * 500, "/@", "/ 进度"])
async def test_what_only_looks_like_a_command_is_answered(phone: Phone, typed: str) -> None:
    assert "帮助" in await phone.say(typed) or "还没有登记过" in phone.read()


async def test_an_unknown_command_in_the_middle_keeps_the_step(phone: Phone) -> None:
    await phone.say("/new", "同意", "漏水", "/xyzzy")
    assert "第 3/6 步" in await phone.say("水贝社区")


@pytest.mark.parametrize("typed", ["/claim", "/接 Q8XW", "/办结", "/队列", "/category"])
async def test_a_command_of_staff_is_not_for_residents(phone: Phone, typed: str) -> None:
    await phone.say(typed)
    assert await phone.mine() == []


@pytest.mark.parametrize("odd", ["forwarded", "edited", "via_bot"])
async def test_a_forwarded_command_is_refused_with_a_hint(phone: Phone, odd: str) -> None:
    assert "不能执行" in await phone.say("/我的", odd=odd)


async def test_an_edited_message_is_no_answer_to_the_next_question(phone: Phone) -> None:
    await phone.say("/new", "同意", "楼道灯坏了")
    heard = await phone.say("楼道的灯坏了", odd="edited")
    assert "要更正，请直接再说一遍" in heard
    assert "第 2/6 步" in heard


@pytest.mark.parametrize("number", ["7", "9", "99", "０", "12"])
async def test_a_number_that_nothing_has_is_no_answer(phone: Phone, number: str) -> None:
    await phone.say("/start")
    await phone.say(number)
    assert await phone.mine() == []
    await phone.to_the_card()
    card = phone.read()
    assert await phone.say(number) == card


async def test_full_width_numbers_choose(phone: Phone) -> None:
    await phone.say("路灯坏了")
    assert "第 2/6 步" in await phone.say("１")


async def test_everything_at_once_is_answered_in_order(phone: Phone) -> None:
    texts = ["路灯坏了", "同意", "水贝社区", "昨晚"]
    keys = [phone.town.key() for _ in texts]
    await asyncio.gather(
        *(
            phone.town.desk.receive(phone.town.message(RESIDENT, RESIDENT, text, key))
            for key, text in zip(keys, texts, strict=True)
        )
    )
    await phone.town.deliver()
    assert "第 4/6 步" in phone.read()
