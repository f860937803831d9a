"""What may not be sent: wrong askers, rates, chats, words and buttons."""

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)  # fmt: skip
from telegram.request import HTTPXRequest

from tests.botapi.server import BotApi
from tests.botapi.trying import PICTURE, button, forum, goes, resident, rows, trial

# who asks


async def ask_as(api: BotApi, token: str) -> None:
    async with HTTPXRequest() as request, HTTPXRequest() as other:
        await Bot(token, api.url, request=request, get_updates_request=other).get_me()


@trial("token_malformed")
async def _(api: BotApi, bot: Bot) -> None:
    await ask_as(api, "123:short")


@trial("token_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await ask_as(api, "123456:" + "A" * 35)


@trial("method_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.do_api_request("sendNothing")


# how often


@trial("flood_all", facts={"seconds": 1}, parameters={"retry_after": 1}, limits=True)
async def _(api: BotApi, bot: Bot) -> None:
    api.clock.stop()
    for _ in range(30):
        await goes(bot.send_message(resident(api).id, "一"))
    await bot.send_message(resident(api).id, "一")


@trial("flood_chat", facts={"seconds": 1}, parameters={"retry_after": 1}, limits=True)
async def _(api: BotApi, bot: Bot) -> None:
    api.clock.stop()
    person = resident(api)
    await goes(bot.send_message(person.id, "一"))
    await bot.send_message(person.id, "二")


@trial("flood_group", facts={"seconds": 40}, parameters={"retry_after": 40}, limits=True)
async def _(api: BotApi, bot: Bot) -> None:
    api.clock.stop()
    group = api.world.group("组")
    for _ in range(20):
        await goes(bot.send_message(group.id, "一"))
        api.clock.move(1)
    await bot.send_message(group.id, "一")


# where to


@trial("chat_empty")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_message("", "一")


@trial("chat_not_found")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_message(api.world.person("李四").id, "一")


@trial("never_started")
async def _(api: BotApi, bot: Bot) -> None:
    person = api.world.person("李四")
    api.world.group("组", [person])
    await bot.send_message(person.id, "一")


@trial("blocked")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    person.block()
    await bot.send_message(person.id, "一")


@trial("deactivated")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    person.deactivate()
    await bot.send_message(person.id, "一")


@trial("kicked_group")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    group = api.world.group("组", [person], kind="group")
    api.world.kick(group, person)
    await bot.send_message(group.id, "一")


@trial("kicked_supergroup")
async def _(api: BotApi, bot: Bot) -> None:
    group = api.world.group("组", bot="kicked")
    await bot.send_message(group.id, "一")


@trial("not_member", facts={"kind": "supergroup"})
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_message(api.world.group("组", bot="left").id, "一")


@trial("group_deleted")
async def _(api: BotApi, bot: Bot) -> None:
    group = api.world.group("组", kind="group")
    group.deleted = True
    await bot.send_message(group.id, "一")


@trial("migrated", parameters={"migrate_to_chat_id": -1000002000003})
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    group = api.world.group("组", [person], kind="group")
    api.world.migrate(group, person)
    await bot.send_message(group.id, "一")


@trial("no_right_to_text")
async def _(api: BotApi, bot: Bot) -> None:
    group = api.world.group("组")
    group.silenced = True
    await bot.send_message(group.id, "一")


@trial("thread_not_found")
async def _(api: BotApi, bot: Bot) -> None:
    place = forum(api)
    topic = api.world.topic(place, "甲")
    api.world.delete_topic(place, topic.thread)
    await bot.send_message(place.id, "一", message_thread_id=topic.thread)


@trial("topic_closed")
async def _(api: BotApi, bot: Bot) -> None:
    place, person = forum(api, bot="member"), resident(api)
    topic = api.world.topic(place, "甲", person)
    api.world.close_topic(place, topic.thread, person)
    await bot.send_message(place.id, "一", message_thread_id=topic.thread)


@trial("reply_missing")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_message(resident(api).id, "一", reply_parameters=ReplyParameters(999))


# text


@trial("text_empty")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_message(resident(api).id, " \n ")


@trial("text_long")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await goes(bot.send_message(person.id, "字" * 4096))
    await bot.send_message(person.id, "字" * 4097)


@trial("caption_long")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await goes(bot.send_photo(person.id, PICTURE, caption="字" * 1024))
    await bot.send_photo(person.id, PICTURE, caption="字" * 1025)


def marked(key: str, text: str, mode: str, **facts: object) -> None:
    """Enter a trial that sends `text` in a parse mode."""

    @trial(key, facts=facts)
    async def _(api: BotApi, bot: Bot) -> None:
        await bot.send_message(resident(api).id, text, parse_mode=mode)


marked("parse_mode", "一", "Rich")
marked("html_no_end", "<b>一", "HTML", tag="b")
marked("html_bad_tag", "一 <p>二</p>", "HTML", tag="p", at=4)
marked("html_bad_end", "一</b>", "HTML", at=3)
marked("html_mismatch", "<b>一<i>二</b></i>", "HTML", at=12, tag="i", found="b")
marked("markdown_reserved", "一.", "MarkdownV2", sign=".")
marked("markdown_no_end", "一 *二", "MarkdownV2", kind="Bold", at=4)
marked("old_markdown_no_end", "一 _二", "Markdown", at=4)


# buttons


def keyed(key: str, right: InlineKeyboardMarkup | None, wrong: InlineKeyboardMarkup) -> None:
    """Enter a trial that sends the last buttons that go, then the first that do not."""

    @trial(key)
    async def _(api: BotApi, bot: Bot) -> None:
        person = resident(api)
        if right:
            await goes(bot.send_message(person.id, "一", reply_markup=right))
        await bot.send_message(person.id, "一", reply_markup=wrong)


keyed("data_empty", None, button(callback_data=""))
keyed("data_long", button(callback_data="字" * 21 + "a"), button(callback_data="字" * 21 + "ab"))
keyed("copy_long", button(copy_text=CopyTextButton("一" * 256)), button(copy_text=CopyTextButton("一" * 257)))
keyed("button_bare", None, InlineKeyboardMarkup([[InlineKeyboardButton("选")]]))
keyed("button_blank", None, InlineKeyboardMarkup([[InlineKeyboardButton(" ", callback_data="1")]]))
keyed("buttons_many", rows(100), rows(101))
keyed("markup_large", None, rows(100, "d" * 64))
