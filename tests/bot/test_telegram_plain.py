"""What is read straight from the JSON is what is read through python-telegram-bot's types, or is left to them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram.plain import plain
from bot.channels.telegram.translate import Me, translate

Json = dict[str, Any]
ME = Me(7_000_000_001, "JiesuBot")
ZHANG = {"id": 51, "is_bot": False, "first_name": "张三"}
US = {"id": ME.id, "is_bot": True, "first_name": "接诉", "username": "JiesuBot"}
PRIVATE = {"id": 51, "type": "private", "first_name": "张三"}
GROUP = {"id": -4001, "type": "group", "title": "城管科"}
FORUM = {"id": -1002, "type": "supergroup", "title": "翠竹街道", "is_forum": True}
CHANNEL = {"id": -1003, "type": "channel", "title": "通知"}
AT = 1_795_000_000
SAID = {"message_id": 9, "date": AT, "chat": PRIVATE, "from": ZHANG, "text": "楼道漏水"}
UNDER = {"message_id": 8, "date": AT, "chat": PRIVATE, "from": US, "text": "哪个单位？"}
PRESSED = {"id": "77", "from": ZHANG, "message": UNDER, "chat_instance": "-3", "data": "b1f3"}
MORE = {  # keys that words do not have, with something that is read
    "forward_origin": {"type": "user", "date": AT, "sender_user": ZHANG},
    "via_bot": US,
    "sender_chat": GROUP,
    "reply_to_message": UNDER,
    "message_thread_id": 5,
    "is_topic_message": True,
    "media_group_id": "a1",
    "caption": "说明",
    "location": {"latitude": 22.5, "longitude": 114.1},
    "contact": {"phone_number": "13800138000", "first_name": "张三", "user_id": 51},
    "migrate_to_chat_id": -1009,
    "forum_topic_closed": {},
    "photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}],
    "edit_date": AT,
}


def words(**more: Any) -> Json:
    return {"update_id": 1, "message": SAID | more}


def press(**more: Any) -> Json:
    return {"update_id": 1, "callback_query": PRESSED | more}


def through_types(update: Json) -> list[Any]:
    return translate(Update.de_json(json.loads(json.dumps(update)), None), ME)


@pytest.mark.parametrize(
    "update",
    [
        words(),
        words(chat=GROUP, text="/queue", entities=[{"type": "bot_command", "offset": 0, "length": 6}]),
        words(chat=GROUP, text="/queue@JiesuBot 1"),
        words(chat=GROUP, text="/queue@OtherBot"),
        words(chat=GROUP, text="@JiesuBot"),
        words(chat=FORUM),
        words(text=""),
        press(),
        press(message=UNDER | {"chat": FORUM, "message_thread_id": 5, "is_topic_message": True}),
        press(message=UNDER | {"chat": GROUP, "message_thread_id": 5}),
        press(message=UNDER | {"chat": CHANNEL}),
    ],
)
def test_plain_words_and_presses_are_read_here_and_are_what_they_were(update: Json) -> None:
    assert plain(update, ME) == through_types(update)


@pytest.mark.parametrize(
    "update",
    [
        *({"update_id": 1, "message": SAID | {key: value}} for key, value in MORE.items()),
        words(**{"from": US}),
        words(chat=CHANNEL),
        words(some_day="a key of another day"),
        {"update_id": 1, "edited_message": SAID},
        {"update_id": 1, "message": SAID, "edited_message": SAID},
        {"update_id": 1, "my_chat_member": {}},
        {"update_id": 1},
        words(text=5),
        words(message_id=None),
        {"update_id": 1, "message": "words"},
        {"update_id": 1, "message": {key: value for key, value in SAID.items() if key != "from"}},
        press(message={"message_id": 8, "date": 0, "chat": PRIVATE}),  # one we cannot see any more
        press(message=None),
        press(inline_message_id="1"),
        press(game_short_name="x"),
        {"update_id": 1, "callback_query": {key: value for key, value in PRESSED.items() if key != "data"}},
    ],
)
def test_whatever_is_more_than_plain_is_left_to_their_types(update: Json) -> None:
    assert plain(update, ME) is None


chats = st.sampled_from([PRIVATE, GROUP, FORUM, CHANNEL])
texts = st.text(max_size=8) | st.sampled_from(
    ["/queue@JiesuBot", "/a@b c", "@jiesubot: 3", "@JiesuBotx", "／进度@JiesuBot"]
)
keys = st.fixed_dictionaries({}, optional={key: st.just(value) for key, value in MORE.items()})


@given(chats, texts, st.sampled_from([ZHANG, US]), keys)
def test_words_with_anything_beside_them_never_mean_something_else_here(
    chat: Json, text: str, sender: Json, more: Json
) -> None:
    update = words(chat=chat, text=text, **{"from": sender}, **more)
    found = plain(update, ME)
    assert found is None or found == through_types(update)


@given(chats, keys)
def test_a_press_under_anything_means_the_same_here(chat: Json, more: Json) -> None:
    update = press(message=UNDER | {"chat": chat} | more)
    assert plain(update, ME) == through_types(update)
