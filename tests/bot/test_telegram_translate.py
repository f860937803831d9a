"""Each row is an update as the platform sends it, and what it says to us."""

import json
from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.translate import Me, translate
from handlers.messages import Event, File, Message

Json = dict[str, Any]
ME = Me(7_000_000_001, "JiesuBot")
ZHANG = {"id": 51, "is_bot": False, "first_name": "张三", "language_code": "zh-hans"}
US = {"id": ME.id, "is_bot": True, "first_name": "接诉", "username": "JiesuBot"}
OTHER_BOT = {"id": 77, "is_bot": True, "first_name": "别家", "username": "OtherBot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE = {"id": 51, "type": "private", "first_name": "张三"}
GROUP = {"id": -4001, "type": "group", "title": "城管科"}
FORUM = {"id": -1002, "type": "supergroup", "title": "翠竹街道", "is_forum": True}
CHANNEL = {"id": -1003, "type": "channel", "title": "通知"}
AT = 1_795_000_000  # seconds since 1970, as the platform counts
HERE = {"latitude": 22.5484, "longitude": 114.1315}
OURS = {"message_id": 8, "date": AT - 60, "chat": GROUP, "from": US, "text": "【LH-1】"}
OPENED = {
    "message_id": 5,
    "date": AT - 60,
    "chat": FORUM,
    "from": US,
    "forum_topic_created": {"name": "漏水", "icon_color": 1},
}


def kept(kind: str, **more: Any) -> Json:
    return {"file_id": f"ref-{kind}", "file_unique_id": f"same-{kind}", "file_size": 2048, **more}


def said(content: Json, chat: Json = PRIVATE, sender: Json = ZHANG, kind: str = "message") -> Json:
    message = {"message_id": 9, "date": AT, "chat": chat, "from": sender, **content}
    return {"update_id": 1, kind: message}


def told(**more: Any) -> Message:
    """What a resident says in private."""
    return Message(**({"channel": "telegram", "chat": "51", "sender": "51", "update_key": "51:9"} | more))


def in_group(**more: Any) -> Message:
    return told(**({"chat": "-4001", "update_key": "-4001:9", "group": True} | more))


def in_forum(**more: Any) -> Message:
    return told(**({"chat": "-1002", "update_key": "-1002:9", "group": True, "forum": True} | more))


def understood(update: Json) -> list[Message | Event]:
    """Through the bytes of JSON, as it comes."""
    return translate(Update.de_json(json.loads(json.dumps(update)), None), ME)


def press(message: Json | None, **more: Any) -> Json:
    under = {"message": message} if message else {"inline_message_id": "x"}
    query = {"id": "991", "from": ZHANG, "chat_instance": "1", "data": "b-77", **under, **more}
    return {"update_id": 1, "callback_query": query}


def standing(chat: Json, old: Json, new: Json) -> Json:
    change = {"chat": chat, "from": ZHANG, "date": AT}
    members = {"old_chat_member": {"user": US, **old}, "new_chat_member": {"user": US, **new}}
    return {"update_id": 1, "my_chat_member": {**change, **members}}


MEMBER, LEFT, KICKED = {"status": "member"}, {"status": "left"}, {"status": "kicked", "until_date": 0}
THINGS = (
    "messages",
    "audios",
    "documents",
    "photos",
    "videos",
    "video_notes",
    "voice_notes",
    "polls",
    "other_messages",
)
RIGHTS = [f"can_send_{thing}" for thing in THINGS] + [
    f"can_{act}"
    for act in (
        "add_web_page_previews",
        "change_info",
        "invite_users",
        "pin_messages",
        "manage_topics",
        "edit_tag",
        "react_to_messages",
    )
]
RESTRICTED = {"status": "restricted", "until_date": 0, **dict.fromkeys(RIGHTS, False)}

WORDS = [
    pytest.param("水贝社区3栋漏水", id="plain words"),
    pytest.param("/start at-440303", id="a deep link is a command with its payload"),
    pytest.param("\u202e反过来\u200b的\u200f字", id="right to left and zero width"),
    pytest.param("半个\ud83d字", id="half of a surrogate pair"),
    pytest.param("👨‍👩‍👧 🇨🇳", id="joined signs beyond the first plane"),
    pytest.param("/status@OtherBot LH-1", id="in private nobody else is spoken to"),
    pytest.param("发邮件到 /a b@JiesuBot", id="an address in the middle"),
]


@pytest.mark.parametrize("text", WORDS)
def test_words_pass_as_they_are(text: str) -> None:
    assert understood(said({"text": text})) == [told(text=text)]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        pytest.param("/status@JiesuBot LH-1", "/status LH-1", id="to us"),
        pytest.param("/status@jiesubot", "/status", id="to us in small letters"),
        pytest.param("／接@JiesuBot Q8XW", "／接 Q8XW", id="with a full-width stroke"),
        pytest.param("@JiesuBot 接 Q8XW", "接 Q8XW", id="a mention: all a bot with privacy mode hears"),
        pytest.param("@JiesuBotter 接 Q8XW", "@JiesuBotter 接 Q8XW", id="somebody of a longer name"),
        pytest.param("接 Q8XW", "接 Q8XW", id="without address"),
        pytest.param("/status@OtherBot LH-1", None, id="to another bot"),
        pytest.param("@JiesuBot", None, id="our name alone"),
    ],
)
def test_in_a_group_what_is_addressed_to_us_loses_the_address(typed: str, heard: str | None) -> None:
    assert understood(said({"text": typed}, GROUP)) == ([in_group(text=heard)] if heard else [])


MESSAGES = [
    pytest.param(said({"text": "接"}, FORUM), in_forum(text="接"), id="a group with topics"),
    pytest.param(
        said({"text": "接"}, FORUM | {"is_forum": False}), in_forum(text="接", forum=False), id="a supergroup without"
    ),
    pytest.param(
        said({"text": "好", "reply_to_message": OURS}, GROUP), in_group(text="好", reply_to="8"), id="a reply to us"
    ),
    pytest.param(
        said({"text": "好", "reply_to_message": OURS | {"from": ZHANG}}, GROUP),
        in_group(text="好"),
        id="a reply to somebody else",
    ),
    pytest.param(
        said({"text": "接", "message_thread_id": 5, "is_topic_message": True, "reply_to_message": OPENED}, FORUM),
        in_forum(text="接", topic="5"),
        id="in a topic: that it seems to answer the one that opened it is no reply",
    ),
    pytest.param(
        said({"text": "接", "message_thread_id": 8, "reply_to_message": OURS}, FORUM | {"is_forum": False}),
        in_forum(text="接", reply_to="8", forum=False),
        id="a thread of replies is no topic",
    ),
    pytest.param(said({"location": HERE}), told(point=(22.5484, 114.1315)), id="a pin"),
    pytest.param(
        said({"location": HERE, "venue": {"location": HERE, "title": "水贝", "address": "翠竹路1号"}}),
        told(point=(22.5484, 114.1315)),
        id="a venue is its place",
    ),
    pytest.param(said({"location": HERE | {"latitude": 95.0}}), told(), id="a pin that is nowhere on earth"),
    pytest.param(
        said({"contact": {"phone_number": "8613800000000", "first_name": "张", "user_id": 51}}),
        told(phone="8613800000000"),
        id="the sender's own contact",
    ),
    pytest.param(
        said({"contact": {"phone_number": "8613900000000", "first_name": "李", "user_id": 52}}),
        told(contact="8613900000000 李"),
        id="somebody else's contact: words, and no number of the sender's",
    ),
    pytest.param(
        said({"contact": {"phone_number": "+1 415", "first_name": "/取消", "last_name": "李\x00\ud83d"}}),
        told(contact="+1 415 /取消 李\ufffd\ufffd"),
        id="a contact of nobody here, whose name is no command and can be stored",
    ),
    pytest.param(
        said(
            {
                "contact": {"phone_number": "8613800000000", "first_name": "张", "user_id": 51},
                "forward_origin": {"type": "hidden_user", "date": AT, "sender_user_name": "某人"},
            }
        ),
        told(contact="8613800000000 张", odd="forwarded"),
        id="the sender's own contact, but passed on: it may be anybody's word",
    ),
    pytest.param(
        said(
            {
                "photo": [
                    kept("small", width=90, height=67),
                    kept("large", width=1280, height=960, file_size=90_000),
                    kept("medium", width=320, height=240),
                ],
                "caption": "就是这里",
            }
        ),
        told(text="就是这里", files=(File("photo", "ref-large", "same-large", 90_000),)),
        id="a photo is its largest size, its caption the words",
    ),
    pytest.param(
        said({"photo": [kept("p", width=9, height=9)], "media_group_id": "135"}),
        told(files=(File("photo", "ref-p", "same-p", 2048),), album="135"),
        id="one of an album",
    ),
    pytest.param(
        said({"voice": kept("v", duration=7, mime_type="audio/ogg")}),
        told(files=(File("voice", "ref-v", "same-v", 2048, seconds=7),)),
        id="a voice note",
    ),
    pytest.param(
        said({"audio": kept("a", duration=65, file_name="录音.m4a")}),
        told(files=(File("voice", "ref-a", "same-a", 2048, "录音.m4a", 65),)),
        id="a recording",
    ),
    pytest.param(
        said({"video": kept("w", duration=3, width=6, height=4, file_name="a.mp4"), "caption": "看"}),
        told(text="看", files=(File("video", "ref-w", "same-w", 2048, "a.mp4", 3),)),
        id="a video",
    ),
    pytest.param(
        said({"video_note": kept("n", duration=3, length=240)}),
        told(files=(File("video", "ref-n", "same-n", 2048, seconds=3),)),
        id="a round video",
    ),
    pytest.param(
        said({"animation": kept("g", duration=2, width=6, height=4), "document": kept("g2", file_name="g.mp4")}),
        told(files=(File("video", "ref-g", "same-g", 2048, seconds=2),)),
        id="an animation comes as a document too",
    ),
    pytest.param(
        said({"document": {"file_id": "d", "file_unique_id": "D", "file_name": "合同\ud83d\x00.pdf"}}),
        told(files=(File("document", "d", "D", 0, "合同��.pdf"),)),
        id="a document of unknown size, its name storable",
    ),
    pytest.param(said({"sticker": kept("s", width=9, height=9, type="regular", is_animated=False, is_video=False)}),
                 told(), id="a sticker in private"),
    pytest.param(
        said({"text": "改过", "edit_date": AT + 5}, kind="edited_message"),
        told(text="改过", odd="edited", update_key=f"51:9:e{AT + 5}", replaces="51:9"),
        id="an edit has a key of its own, and names what it replaces",
    ),
    pytest.param(
        said({"text": "转", "forward_origin": {"type": "user", "date": AT, "sender_user": ZHANG}}),
        told(text="转", odd="forwarded"),
        id="forwarded",
    ),
    pytest.param(
        said({"text": "转", "forward_origin": {"type": "hidden_user", "date": AT, "sender_user_name": "李"}}),
        told(text="转", odd="forwarded"),
        id="forwarded from somebody hidden",
    ),
    pytest.param(said({"text": "接 1", "via_bot": OTHER_BOT}), told(text="接 1", odd="via_bot"), id="by another bot"),
    pytest.param(
        said({"text": "接 1", "sender_chat": GROUP}, GROUP, ANONYMOUS),
        in_group(text="接 1", odd="anonymous", sender="-4001"),
        id="an administrator who stays anonymous is the group, not the platform's stand-in",
    ),
    pytest.param(
        said({"text": "接 1", "sender_chat": CHANNEL}, GROUP, {**OTHER_BOT, "id": 136817688}),
        in_group(text="接 1", odd="anonymous", sender="-1003"),
        id="in the name of a channel",
    ),
    pytest.param(
        press({"message_id": 8, "date": AT, "chat": PRIVATE, "from": US, "text": "选"}),
        told(update_key="press:991", button="b-77", reply_to="8"),
        id="a press",
    ),
    pytest.param(
        press({"message_id": 8, "date": 0, "chat": GROUP}),
        in_group(update_key="press:991", button="b-77", reply_to="8"),
        id="a press under a message too old to be seen",
    ),
    pytest.param(
        press({"message_id": 8, "date": AT, "chat": FORUM, "message_thread_id": 5, "is_topic_message": True}),
        in_forum(update_key="press:991", button="b-77", reply_to="8", topic="5"),
        id="a press in a topic",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("update", "message"), MESSAGES)
def test_a_message_says(update: Json, message: Message) -> None:
    assert understood(update) == [message]


def event(chat: str, kind: str, key: str, to: str = "") -> Event:
    return Event("telegram", chat, kind, key, to)


EVENTS = [
    pytest.param(standing(PRIVATE, MEMBER, KICKED), event("51", "blocked", f"51:blocked:{AT}"), id="blocked"),
    pytest.param(standing(PRIVATE, KICKED, MEMBER), event("51", "unblocked", f"51:unblocked:{AT}"), id="let in again"),
    pytest.param(standing(GROUP, LEFT, MEMBER), event("-4001", "added", f"-4001:added:{AT}"), id="added"),
    pytest.param(standing(GROUP, MEMBER, KICKED), event("-4001", "kicked", f"-4001:kicked:{AT}"), id="thrown out"),
    pytest.param(standing(GROUP, MEMBER, LEFT), event("-4001", "kicked", f"-4001:kicked:{AT}"), id="left"),
    pytest.param(
        standing(FORUM, RESTRICTED | {"is_member": True}, RESTRICTED | {"is_member": False}),
        event("-1002", "kicked", f"-1002:kicked:{AT}"),
        id="out, and restricted if it comes again",
    ),
    pytest.param(
        said({"migrate_to_chat_id": -1009}, GROUP),
        event("-4001", "migrated", "-4001:migrated", "-1009"),
        id="the old group tells where it goes",
    ),
    pytest.param(
        said({"migrate_from_chat_id": -4001, "sender_chat": GROUP}, GROUP | {"id": -1009}, ANONYMOUS),
        event("-4001", "migrated", "-4001:migrated", "-1009"),
        id="the new group tells where it comes from, under the same key",
    ),
    pytest.param(
        said({"forum_topic_closed": {}, "message_thread_id": 5, "is_topic_message": True}, FORUM),
        event("-1002", "topic_closed", "-1002:9", "5"),
        id="a topic is closed",
    ),
]


@pytest.mark.parametrize(("update", "happened"), EVENTS)
def test_what_happens_to_a_chat_is_an_event(update: Json, happened: Event) -> None:
    assert understood(update) == [happened]


NOT_OURS = [
    pytest.param(said({"text": "通知"}, CHANNEL, kind="channel_post"), id="a channel's post"),
    pytest.param(said({"text": "通知"}, CHANNEL), id="a message in a channel"),
    pytest.param(said({"text": "/claim"}, GROUP, OTHER_BOT), id="another bot"),
    pytest.param(said({"new_chat_members": [ZHANG]}, GROUP), id="somebody joined"),
    pytest.param(said({"pinned_message": OURS | {"chat": PRIVATE}}), id="a pinned message"),
    pytest.param(said({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                                "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                                "allows_revoting": False, "members_only": False}}, GROUP),
                 id="a poll in a group"),
    pytest.param(said({"contact": {"phone_number": "86138", "first_name": "张", "user_id": 51}}, GROUP),
                 id="a phone number in a group is nobody's business"),
    pytest.param(said({"contact": {"phone_number": "86138", "first_name": "李", "user_id": 52}}, GROUP),
                 id="nor is somebody else's"),
    pytest.param(said({"location": HERE, "edit_date": AT + 5}, kind="edited_message"), id="a position that moves on"),
    pytest.param(standing(GROUP, MEMBER, {"status": "member"}), id="nothing changed"),
    pytest.param(standing(CHANNEL, LEFT, MEMBER), id="added to a channel"),
    pytest.param(press(None), id="a press under a message sent by others through us"),
    pytest.param(press({"message_id": 8, "date": AT, "chat": PRIVATE}, data=None, game_short_name="x"), id="a game"),
    pytest.param({"update_id": 1, "something_new": {"id": 5}}, id="a kind this program does not know"),
]  # fmt: skip


@pytest.mark.parametrize("update", NOT_OURS)
def test_the_rest_is_not_ours(update: Json) -> None:
    assert understood(update) == []


def test_one_press_under_several_update_ids_is_one() -> None:
    pressed = press({"message_id": 8, "date": AT, "chat": PRIVATE})
    keys = {each.update_key for id in (1, 2, 3) for each in understood(pressed | {"update_id": id})}  # type: ignore[union-attr]
    assert keys == {"press:991"}
