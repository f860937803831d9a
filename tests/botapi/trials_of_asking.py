"""What else may not be asked: changes of messages, presses, files, menus, chats, updates."""

import asyncio
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    InputMediaDocument,
    InputMediaPhoto,
)  # fmt: skip

from tests.botapi.rules import Refused
from tests.botapi.server import BotApi
from tests.botapi.trying import PICTURE, forum, goes, resident, rows, trial

# messages there already


@trial("edit_unnamed")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.edit_message_text("二", resident(api).id)


@trial("edit_missing")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    sent = await bot.send_message(person.id, "一")
    await bot.delete_message(person.id, sent.message_id)
    await bot.edit_message_text("二", person.id, sent.message_id)


@trial("edit_others")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await bot.edit_message_text("二", person.id, person.write("一")["message_id"])


@trial("edit_no_text")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    sent = await bot.send_photo(person.id, PICTURE, caption="一")
    await bot.edit_message_text("二", person.id, sent.message_id)


@trial("not_modified")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    sent = await bot.send_message(person.id, "一", reply_markup=rows(1))
    await goes(bot.edit_message_text("二", person.id, sent.message_id, reply_markup=rows(1)))
    await bot.edit_message_text("二", person.id, sent.message_id, reply_markup=rows(1))


@trial("delete_missing")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.delete_message(resident(api).id, 999)


@trial("delete_others")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    group = api.world.group("组", [person])
    await bot.delete_message(group.id, person.write("一", group)["message_id"])


@trial("delete_old")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    old, older = [await bot.send_message(person.id, text) for text in "一二"]
    api.clock.move(48 * 3600 - 5)
    await goes(bot.delete_message(person.id, old.message_id))
    api.clock.move(10)
    await bot.delete_message(person.id, older.message_id)


# presses


@trial("press_old", press_age=15)
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await bot.send_message(person.id, "一", reply_markup=rows(1))
    first, second = person.press("选"), person.press("选")
    await goes(bot.answer_callback_query(first.id, "好"))
    api.clock.move(16)
    await bot.answer_callback_query(second.id, "好")


@trial("answer_long")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await bot.send_message(person.id, "一", reply_markup=rows(1))
    press = person.press("选")
    await goes(bot.answer_callback_query(press.id, "字" * 200))
    await bot.answer_callback_query(press.id, "字" * 201)


# files


@trial("file_missing", facts={"field": "photo"})
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_photo(resident(api).id, "")


@trial("file_empty")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_document(resident(api).id, b"")


@trial("file_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_voice(resident(api).id, "AwACAgUAAxkBAAI")


@trial("upload_large")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_document(resident(api).id, bytes((50 << 20) + 1), write_timeout=30, read_timeout=30)


@trial("photo_large", facts={"size": (10 << 20) + 1})
async def _(api: BotApi, bot: Bot) -> None:
    await goes(bot.send_photo(resident(api).id, PICTURE.ljust(10 << 20, b"\0")))
    await bot.send_photo(resident(api).id, PICTURE.ljust((10 << 20) + 1, b"\0"))


@trial("photo_broken")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_photo(resident(api).id, b"no picture at all")


@trial("album_empty")
async def _(api: BotApi, bot: Bot) -> None:
    # the Bot cannot send an empty list: it looks at its first
    await bot.do_api_request("sendmediagroup?media=[]", {"chat_id": resident(api).id})


@trial("album_many")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await goes(bot.send_media_group(person.id, [InputMediaPhoto(PICTURE)] * 10))
    await bot.send_media_group(person.id, [InputMediaPhoto(PICTURE)] * 11)


@trial("album_mixed")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_media_group(resident(api).id, [InputMediaPhoto(PICTURE), InputMediaDocument(b"text")])


@trial("get_file_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.get_file("AgACphoto")


@trial("get_file_large")
async def _(api: BotApi, bot: Bot) -> None:
    person = resident(api)
    await goes(bot.get_file(person.document(b"%PDF", size=20 << 20)["document"]["file_id"]))
    await bot.get_file(person.document(b"%PDF", size=(20 << 20) + 1)["document"]["file_id"])


@trial("action_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.send_chat_action(resident(api).id, "dancing")


# commands


def menu(key: str, *commands: tuple[str, str], language: str = "") -> None:
    """Enter a trial that sets the largest menu, then these commands."""

    @trial(key)
    async def _(api: BotApi, bot: Bot) -> None:
        largest = [BotCommand(f"c{number:0>31}", "字" * 256) for number in range(100)]
        await goes(bot.set_my_commands(largest, language_code="zh"))
        await bot.set_my_commands([BotCommand(*one) for one in commands], language_code=language or None)


menu("commands_many", *((f"c{number}", "一") for number in range(101)))
menu("command_name", ("Claim", "一"))
menu("command_empty", ("", "一"))
menu("command_long", ("c" * 33, "一"))
menu("description_empty", ("claim", " "))
menu("description_long", ("claim", "字" * 257))
menu("language", ("claim", "一"), language="zh-hans")


# chats


@trial("member_not_found")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.get_chat_member(api.world.group("组").id, 123)


@trial("user_id")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.get_chat_member(api.world.group("组").id, 0)


@trial("no_administrators")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.get_chat_administrators(resident(api).id)


@trial("not_a_forum")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.create_forum_topic(api.world.group("组", bot="administrator").id, "甲")


@trial("topic_right")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.create_forum_topic(forum(api, bot="member").id, "甲")


@trial("topic_close_right")
async def _(api: BotApi, bot: Bot) -> None:
    place = forum(api, bot="member")
    await bot.close_forum_topic(place.id, api.world.topic(place, "甲", resident(api)).thread)


@trial("topic_edit_right")
async def _(api: BotApi, bot: Bot) -> None:
    place = forum(api, bot="member")
    await bot.edit_forum_topic(place.id, api.world.topic(place, "甲", resident(api)).thread, "乙")


@trial("topic_unknown")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.reopen_forum_topic(forum(api).id, 999)


@trial("topic_alike")
async def _(api: BotApi, bot: Bot) -> None:
    place = forum(api)
    topic = await bot.create_forum_topic(place.id, "甲")
    await goes(bot.close_forum_topic(place.id, topic.message_thread_id))
    await bot.close_forum_topic(place.id, topic.message_thread_id)


# updates


async def polling(api: BotApi, bot: Bot) -> "asyncio.Task[Any]":
    """A long poll that waits."""
    task = asyncio.create_task(bot.get_updates(timeout=5))
    await api.until(lambda: api.updates.poll is not None)
    return task


@trial("two_polls")
async def _(api: BotApi, bot: Bot) -> None:
    first = await polling(api, bot)
    async with Bot(api.token, api.url) as another:  # one Bot polls once at a time by itself
        await another.get_updates()
    await first


@trial("poll_or_webhook")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await bot.get_updates()


@trial("poll_ended")
async def _(api: BotApi, bot: Bot) -> None:
    first = await polling(api, bot)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await first


@trial("webhook_plain")
async def _(api: BotApi, bot: Bot) -> None:
    api.asking.plain_webhooks = False
    await bot.set_webhook("http://127.0.0.1:9/hook")


@trial("secret_signs")
async def _(api: BotApi, bot: Bot) -> None:
    await bot.set_webhook("https://127.0.0.1:9/hook", secret_token="a+b=")


@trial("secret_long")
async def _(api: BotApi, bot: Bot) -> None:
    await goes(bot.set_webhook("https://127.0.0.1:9/hook", secret_token="a" * 256))
    await bot.set_webhook("https://127.0.0.1:9/hook", secret_token="a" * 257)


# the person's side


@trial("start_long")
async def _(api: BotApi, bot: Bot) -> None:
    try:
        resident(api).start("a" * 64)
    except Refused as refused:
        raise AssertionError from refused
    resident(api).start("a" * 65)


@trial("start_signs")
async def _(api: BotApi, bot: Bot) -> None:
    resident(api).start("员工")
