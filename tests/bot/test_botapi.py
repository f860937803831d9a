"""The Bot API test server refuses what Telegram refuses, and tells a bot what Telegram tells it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
    constants,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)  # fmt: skip
from telegram.request import HTTPXRequest

from tests.botapi.rules import TABLE, Refused, Rule, limit
from tests.botapi.server import BotApi
from tests.botapi.trials import PICTURE, TRIALS

CLASSES: dict[int, type[TelegramError]] = {
    400: BadRequest, 401: InvalidToken, 403: Forbidden, 404: InvalidToken, 409: Conflict, 413: NetworkError,
    429: RetryAfter,
}  # fmt: skip
CERTIFICATES = ssl.create_default_context()  # read once: each request class would read them anew
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("认领", callback_data="c:1")]])


@asynccontextmanager
async def telegram(**options: Any) -> AsyncIterator[tuple[BotApi, Bot]]:
    """A server and a plain bot that talks to it."""
    requests = [HTTPXRequest(httpx_kwargs={"verify": CERTIFICATES}) for _ in range(2)]
    async with (
        BotApi(seed=1, **options) as api,
        Bot(api.token, api.url, api.file_url, request=requests[0], get_updates_request=requests[1]) as bot,
    ):
        yield api, bot


async def updates(bot: Bot, **wanted: Any) -> list[Any]:
    """What a poll gives: Updates, read here without asking each time whether a field is there."""
    return list(await bot.get_updates(**wanted))


async def texts(bot: Bot, offset: int = 0) -> list[str]:
    return [update.message.text for update in await updates(bot, offset=offset) if update.message]


@pytest.fixture(autouse=True)
def waits_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the library warns whenever it is told to wait."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


# the table


@pytest.mark.parametrize("rule", TABLE, ids=[rule.key for rule in TABLE])
async def test_what_telegram_refuses_is_refused_in_its_words(rule: Rule) -> None:
    trial = TRIALS[rule.key]
    async with telegram(**trial.options) as (api, bot):
        with pytest.raises((TelegramError, Refused)) as caught:
            await trial.act(api, bot)
        said = rule.text.format(**trial.facts) if trial.facts else rule.text
        if isinstance(caught.value, Refused):  # the person's side: a link is no call of the bot
            assert caught.value.description == said
            return
        assert (rule.code, said) in [(call.status, call.description) for call in api.calls]
        check_error(caught.value, rule, said, trial.parameters)


def check_error(error: Exception, rule: Rule, said: str, parameters: dict[str, int]) -> None:
    """The very class and text python-telegram-bot makes of the answer."""
    if rule.key == "method_unknown":
        assert type(error) is EndPointNotFound
    elif "migrate_to_chat_id" in parameters:
        assert isinstance(error, ChatMigrated)
        assert error.new_chat_id == parameters["migrate_to_chat_id"]
    elif isinstance(error, RetryAfter):
        assert rule.code == 429
        assert error.retry_after == timedelta(seconds=parameters["retry_after"])
    else:
        assert type(error) is CLASSES[rule.code]
        assert error.message == CLASSES[rule.code](said).message


def test_every_trial_has_a_row_and_every_row_a_source() -> None:
    assert sorted(TRIALS) == sorted(rule.key for rule in TABLE)
    assert all(rule.source for rule in TABLE)


@pytest.mark.parametrize(("key", "constant"), [
    ("text_long", constants.MessageLimit.MAX_TEXT_LENGTH),
    ("caption_long", constants.MessageLimit.CAPTION_LENGTH),
    ("start_long", constants.MessageLimit.DEEP_LINK_LENGTH),
    ("data_empty", constants.InlineKeyboardButtonLimit.MIN_CALLBACK_DATA),
    ("data_long", constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
    ("copy_long", constants.InlineKeyboardButtonLimit.MAX_COPY_TEXT),
    ("buttons_many", constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
    ("answer_long", constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
    ("album_many", constants.MediaGroupLimit.MAX_MEDIA_LENGTH),
    ("commands_many", constants.BotCommandLimit.MAX_COMMAND_NUMBER),
    ("command_long", constants.BotCommandLimit.MAX_COMMAND),
    ("description_long", constants.BotCommandLimit.MAX_DESCRIPTION),
    ("secret_long", constants.WebhookLimit.MAX_SECRET_TOKEN_LENGTH),
    ("flood_all", constants.FloodLimit.MESSAGES_PER_SECOND),
    ("flood_chat", constants.FloodLimit.MESSAGES_PER_SECOND_PER_CHAT),
    ("flood_group", constants.FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
])  # fmt: skip
def test_the_figures_are_those_of_the_library(key: str, constant: int) -> None:
    assert limit(key) == constant


# updates


async def test_an_update_comes_until_its_offset_confirms_it() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.write("一")
        person.write("二")
        assert await texts(bot) == ["一", "二"]
        first = (await updates(bot))[0].update_id
        assert await texts(bot, first + 1) == ["二"]
        assert await texts(bot, first + 2) == []
        assert await texts(bot) == []


async def test_a_poll_waits_for_what_happens_next() -> None:
    async with telegram() as (api, bot):
        poll = asyncio.create_task(updates(bot, timeout=5))
        await api.until(lambda: api.updates.poll)
        api.world.person("张三").start("u1")
        (update,) = await poll
        assert update.message.text == "/start u1"
        assert update.message.entities[0].type == "bot_command"


async def test_only_the_kinds_asked_for_come() -> None:
    async with telegram() as (api, bot):
        await updates(bot, allowed_updates=["callback_query"])
        person = api.world.person("张三")
        person.start()
        await bot.send_message(person.id, "一", reply_markup=KEYS)
        person.press("认领")
        assert [update.callback_query.data for update in await updates(bot)] == ["c:1"]


async def test_repeated_renumbered_and_shuffled_updates_lose_nothing() -> None:
    async with telegram(repeat=0.5, renumber=0.3, shuffle=1.0) as (api, bot):
        person = api.world.person("张三")
        sent = [person.write(str(number))["message_id"] for number in range(40)]
        came: list[tuple[int, int]] = []
        offset = 0
        while batch := await updates(bot, offset=offset):
            came += [(update.update_id, update.message.message_id) for update in batch]
            offset = max(offset, *(update.update_id + 1 for update in batch))
        messages = [message for _, message in came]
        assert set(messages) == set(sent)
        assert len(set(came)) < len(came)  # the same update again
        assert len(set(came)) > len(sent)  # the same message under a new id
        assert messages[:40] != sorted(messages[:40])


async def test_the_same_seed_gives_the_same_faults() -> None:
    drawn = []
    for _ in range(2):
        async with telegram(too_many=0.5) as (api, bot):
            person = api.world.person("张三")
            person.start()
            for number in range(20):
                try:
                    await bot.send_message(person.id, str(number))
                except RetryAfter:
                    continue
            drawn.append([call.fault for call in api.calls])
    assert drawn[0] == drawn[1]
    assert {"", "too_many"} == set(drawn[0])


# webhook


@asynccontextmanager
async def listener(answers: list[int]) -> AsyncIterator[tuple[str, list[tuple[str, Any]]]]:
    """A web server that answers as told, then 200; what it heard: secret and update."""
    heard: list[tuple[str, Any]] = []

    async def hook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        heard.append((secret, Update.de_json(await request.json(), None)))
        return web.Response(status=answers.pop(0) if answers else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook")), heard


async def test_a_webhook_gets_each_update_until_it_is_taken() -> None:
    async with telegram() as (api, bot), listener([503, 500]) as (url, heard):
        person = api.world.person("张三")
        person.write("之前")
        await bot.set_webhook(url, secret_token="s-1", max_connections=5)
        person.write("之后")
        await api.until(lambda: len(heard) == 4)
        assert [update.message.text for _, update in heard] == ["之前", "之前", "之前", "之后"]
        assert {secret for secret, _ in heard} == {"s-1"}
        await api.until(lambda: not api.updates.waiting)
        info = await bot.get_webhook_info()
        assert (info.url, info.max_connections, info.pending_update_count) == (url, 5, 0)
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""
        person.write("以后")
        assert await texts(bot) == ["以后"]


async def test_a_deleted_webhook_may_drop_what_waits() -> None:
    async with telegram() as (api, bot):
        api.world.person("张三").write("一")
        await bot.delete_webhook(drop_pending_updates=True)
        assert await texts(bot) == []


async def test_a_webhook_nobody_answers_is_tried_until_somebody_does() -> None:
    async with telegram(repeat=1.0) as (api, bot):
        await bot.set_webhook("http://127.0.0.1:9/hook")
        person = api.world.person("张三")
        person.write("一")
        await api.until(lambda: api.updates.last_error)
        assert (await bot.get_webhook_info()).last_error_message == "Connection failed"
        async with listener([]) as (url, heard):
            await bot.set_webhook(url)
            person.write("二")
            await api.until(lambda: len(heard) == 4)
            assert sorted(update.message.text for _, update in heard) == ["一", "一", "二", "二"]
        await bot.delete_webhook()


# faults


async def test_updates_whose_answer_was_lost_come_again() -> None:
    async with telegram() as (api, bot):
        api.world.person("张三").write("一")
        api.faults.once("drop_after", "getUpdates")
        with pytest.raises(NetworkError):
            await updates(bot)
        assert await texts(bot) == ["一"]


@pytest.mark.parametrize(("fault", "error", "taken"), [
    ("drop_before", NetworkError, 0),
    ("drop_after", NetworkError, 1),
    ("hang_after", TimedOut, 1),  # the client gives up, the message is there
    ("too_many", RetryAfter, 0),
    ("server_error", NetworkError, 0),
    ("garbage", TelegramError, 1),
])  # fmt: skip
async def test_a_fault_hides_what_was_done(fault: str, error: type[TelegramError], taken: int) -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.start()
        api.faults.once(fault, "sendMessage")
        with pytest.raises(error):
            await bot.send_message(person.id, "回执", read_timeout=0.2)
        assert api.texts[person.id, "回执"] == taken
        await bot.send_message(person.id, "回执")
        assert api.doubles == ({(person.id, "回执"): 2} if taken else {})
        assert [one.text for one in person.chat.from_bot] == ["回执"] * (taken + 1)


async def test_one_stuck_chat_does_not_hold_the_others() -> None:
    async with telegram() as (api, bot):
        stuck, free = api.world.person("张三"), api.world.person("李四")
        stuck.start()
        free.start()
        api.faults.stuck = frozenset({stuck.id})
        with pytest.raises(TimedOut):
            await bot.send_message(stuck.id, "一", read_timeout=0.2)
        await bot.send_message(free.id, "一")
        assert not stuck.chat.from_bot
        assert free.last.text == "一"


async def test_slow_answers_take_their_time() -> None:
    async with telegram(slow_ms=150) as (_, bot):
        begun = asyncio.get_running_loop().time()
        await bot.get_me()
        assert asyncio.get_running_loop().time() - begun >= 0.15


async def test_rates_are_kept_by_the_clock() -> None:
    async with telegram(limits=True) as (api, bot):
        api.clock.stop(1_700_000_000)
        person = api.world.person("张三")
        person.start()
        for number in range(3):
            sent = await bot.send_message(person.id, str(number))
            assert sent.date.timestamp() == 1_700_000_000 + number
            with pytest.raises(RetryAfter):
                await bot.send_message(person.id, "早")
            api.clock.move(1)
        assert [one.text for one in person.chat.from_bot] == ["0", "1", "2"]


# the world


async def test_a_press_is_answered_and_the_message_changed() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.start()
        await bot.send_message(person.id, "新诉求", reply_markup=KEYS)
        press = person.press("认领")
        query = (await updates(bot))[-1].callback_query
        assert (query.data, query.from_user.id, query.message.text) == ("c:1", person.id, "新诉求")
        await query.answer("已认领")
        await query.edit_message_text("已由张三认领")
        assert press.answer == "已认领"
        assert (person.last.text, person.last.edits, person.last.buttons) == ("已由张三认领", ("新诉求",), ())
        with pytest.raises(LookupError):
            person.press("认领")


async def test_a_press_on_what_is_too_old_brings_no_message() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.start()
        await bot.send_message(person.id, "新诉求", reply_markup=KEYS)
        person.press("认领", gone=True)
        query = (await updates(bot))[-1].callback_query
        assert (query.data, query.message.is_accessible) == ("c:1", False)


async def test_an_edit_takes_the_old_entities_with_it() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        said = person.start()
        person.edit(said["message_id"], "路灯坏了")
        assert [len(update.effective_message.entities) for update in await updates(bot)] == [1, 0]


async def test_keys_of_a_keyboard_send_place_contact_and_words() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三", phone="8613800000000")
        person.start()
        keys: list[list[str | KeyboardButton]] = [
            [KeyboardButton("位置", request_location=True), KeyboardButton("电话", request_contact=True), "跳过"]
        ]
        await bot.send_message(person.id, "在哪里？", reply_markup=ReplyKeyboardMarkup(keys))
        for label in ("位置", "电话", "跳过"):
            person.press(label)
        place, contact, words = [update.message for update in (await updates(bot))[1:]]
        assert (place.location.latitude, place.location.longitude) == api.world.here
        assert (contact.contact.phone_number, contact.contact.user_id) == ("8613800000000", person.id)
        assert words.text == "跳过"


async def test_an_album_is_messages_of_one_group_and_files_can_be_fetched() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.album([PICTURE, PICTURE + b"2"], "路灯坏了")
        first, second = [update.message for update in await updates(bot)]
        assert first.media_group_id == second.media_group_id
        assert (first.caption, second.caption) == ("路灯坏了", None)
        file = await bot.get_file(second.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == PICTURE + b"2"
        again = person.again(api.world.chats[person.id].kept[second.message_id].json)
        assert again["photo"][-1]["file_unique_id"] == second.photo[-1].file_unique_id
        assert again["photo"][-1]["file_id"] != second.photo[-1].file_id


@pytest.mark.parametrize(("text", "heard"), [
    ("大家好", False),
    ("/claim LH-1", True),
    ("/claim@JiesuTestBot LH-1", True),
    ("/claim@another_bot LH-1", False),
    ("/转 LH-1", False),  # no command for Telegram: only ASCII makes one
    ("@JiesuTestBot 在吗", True),
])  # fmt: skip
@pytest.mark.parametrize("standing", ["member", "administrator"])
async def test_privacy_mode_decides_what_a_group_tells(text: str, heard: bool, standing: str) -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        group = api.world.group("网格一组", [person], bot=standing)
        person.write(text, group)
        assert bool(await texts(bot)) is (heard or standing == "administrator")


async def test_a_command_without_a_name_goes_to_the_bot_that_spoke_last() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        group = api.world.group("网格一组", [person])
        api.world.other_bot_speaks(group)
        person.write("/claim", group)
        person.write("/status@JiesuTestBot", group)
        await bot.send_message(group.id, "卡片")
        person.write("/help", group)
        assert await texts(bot) == ["/status@JiesuTestBot", "/help"]


async def test_privacy_mode_changes_when_the_bot_is_added_anew() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        group = api.world.group("网格一组", [person])
        api.world.privacy = False
        person.write("一", group)
        api.world.kick(group, person)
        api.world.add(group, person)
        person.write("二", group)
        assert [text for text in await texts(bot) if text] == ["二"]


async def test_a_reply_to_the_bot_and_an_edit_of_it_are_told() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        group = api.world.group("网格一组", [person])
        card = await bot.send_message(group.id, "卡片")
        said = person.write("去看了", group, reply_to=card.message_id)
        person.edit(said["message_id"], "去看过了", group)
        first, second = await updates(bot)
        assert first.message.reply_to_message.message_id == card.message_id
        assert (second.edited_message.text, second.edited_message.edit_date is not None) == ("去看过了", True)


@pytest.mark.parametrize("privacy", [True, False])
async def test_get_me_tells_privacy_mode(privacy: bool) -> None:
    async with telegram() as (api, bot):
        api.world.privacy = privacy
        assert (await bot.get_me()).can_read_all_group_messages is not privacy


async def test_odd_senders_are_told_as_telegram_tells_them() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        group = api.world.group("网格一组", admins=[person], bot="administrator")
        channel = api.world.channel("街道通知", bot="administrator")
        person.write("匿名", group, as_chat=group)
        person.write("频道身份", group, as_chat=channel)
        person.write("图", group, via="gif")
        person.forward("别人的话", "王五", group)
        person.forward("街道的话", channel, group)
        api.world.post(channel, "通知")
        anonymous, as_channel, via, hidden, passed, post = await updates(bot)
        assert anonymous.message.sender_chat.id == group.id
        assert anonymous.message.from_user.username == "GroupAnonymousBot"
        assert as_channel.message.sender_chat.id == channel.id
        assert via.message.via_bot.username == "gif"
        assert hidden.message.forward_origin.sender_user_name == "王五"
        assert passed.message.forward_origin.chat.id == channel.id
        assert post.channel_post.sender_chat.id == channel.id


async def test_a_topic_holds_its_messages_until_it_is_deleted() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        forum = api.world.group("网格一组", [person], forum=True, bot="administrator")
        topic = await bot.create_forum_topic(forum.id, "LH-1")
        sent = await bot.send_message(forum.id, "卡片", message_thread_id=topic.message_thread_id)
        assert sent.is_topic_message
        person.write("收到", forum, topic=topic.message_thread_id)
        said = (await updates(bot))[0].message
        assert (said.message_thread_id, said.is_topic_message) == (topic.message_thread_id, True)
        assert said.reply_to_message.forum_topic_created.name == "LH-1"  # what every message in a topic carries
        await bot.close_forum_topic(forum.id, topic.message_thread_id)
        assert forum.topics[topic.message_thread_id].closed
        await bot.reopen_forum_topic(forum.id, topic.message_thread_id)
        api.world.delete_topic(forum, topic.message_thread_id)
        assert sent.message_id not in [one.message_id for one in forum.shown]


async def test_what_happens_to_the_bot_is_told() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.start()
        person.block()
        person.unblock()
        group = api.world.group("网格一组", [person], kind="group", bot="left")
        api.world.add(group, person)
        new = api.world.migrate(group, person)
        api.world.kick(new, person)
        told = (await updates(bot))[1:]
        assert [update.my_chat_member.new_chat_member.status for update in told if update.my_chat_member] == [
            "kicked", "member", "member", "kicked",
        ]  # fmt: skip
        added, old, moved = [update.message for update in told if update.message]
        assert added.new_chat_members[0].id == bot.id
        assert (old.chat.id, old.migrate_to_chat_id) == (group.id, new.id)
        assert (moved.chat.id, moved.migrate_from_chat_id) == (new.id, group.id)


async def test_media_sent_by_the_bot_stands_in_the_chat() -> None:
    async with telegram() as (api, bot):
        person = api.world.person("张三")
        person.start()
        await bot.send_photo(person.id, PICTURE, caption="现场")
        await bot.send_document(person.id, b"%PDF-1.7", filename="回执.pdf")
        await bot.send_voice(person.id, b"OggS", duration=3)
        await bot.send_video(person.id, b"ftyp")
        album = await bot.send_media_group(person.id, [InputMediaPhoto(PICTURE), InputMediaPhoto(PICTURE + b"2")])
        assert [one.kind for one in person.chat.from_bot] == ["photo", "document", "voice", "video", "photo", "photo"]
        assert len({one.media_group_id for one in album}) == 1
        assert api.world.file_of(person.chat.from_bot[1].json).name == "回执.pdf"
        await bot.edit_message_caption(person.id, person.chat.from_bot[0].message_id, caption="现场照片")
        assert person.chat.from_bot[0].text == "现场照片"
        await bot.send_chat_action(person.id, "typing")
        assert api.asking.actions == [(person.id, "typing", 0)]


async def test_menus_are_kept_by_scope_and_language() -> None:
    async with telegram() as (api, bot):
        group = api.world.group("网格一组")
        await bot.set_my_commands([("start", "开始")], language_code="zh")
        await bot.set_my_commands([("claim", "认领")], scope={"type": "chat", "chat_id": group.id})  # type: ignore[arg-type]
        assert [one.command for one in await bot.get_my_commands(language_code="zh")] == ["start"]
        assert await bot.get_my_commands() == ()
        await bot.delete_my_commands(language_code="zh")
        assert await bot.get_my_commands(language_code="zh") == ()


async def test_a_chat_tells_who_is_in_it() -> None:
    async with telegram() as (api, bot):
        head, person = api.world.person("组长"), api.world.person("张三")
        group = api.world.group("网格一组", [person], admins=[head], bot="administrator", forum=True)
        assert (await bot.get_chat(group.id)).is_forum
        assert (await bot.get_chat_member(group.id, person.id)).status == "member"
        assert [one.user.id for one in await bot.get_chat_administrators(group.id)] == [head.id, bot.id]
