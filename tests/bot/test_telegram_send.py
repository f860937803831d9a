"""Telegram as a channel, against the Bot API on loopback: what people see, and each refusal in our words."""

import asyncio
import hashlib
import time
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.channels.base import (
    CardsLater,
    Gone,
    InDoubt,
    KeyRefused,
    Migrated,
    NoForum,
    NoRight,
    NoTopic,
    Refused,
    TooLarge,
    TopicClosed,
    TryLater,
    Unreachable,
)
from bot.channels.telegram import markup
from bot.channels.telegram.pace import FOR_WORDS, IN_GROUP
from bot.channels.telegram.request import AiohttpRequest, Unsent, connect
from bot.channels.telegram.send import TelegramChannel
from handlers.messages import Button, Media, Outgoing
from tests.botapi.people import Person
from tests.botapi.rules import Refused as Refusal
from tests.botapi.server import BotApi

JPEG = b"\xff\xd8\xff\xe0 a picture "
CHOICES = ((Button("是", "b-yes"), Button("否", "b-no")), (Button("取消", "b-cancel"),))
FAMILY, FLAG, ACCENTED, COLOURED = "👨‍👩‍👧‍👦", "🇨🇳", "e\u0301", "👍🏽"


class Folder:
    """Stored files, as the store gives them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, kind: str = "photo", name: str = "", type: str = "image/jpeg") -> Media:
        sha256 = hashlib.sha256(data).hexdigest()
        self.path(sha256).write_bytes(data)
        return Media(kind, sha256, name, type)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256


@dataclass
class Place:
    """A server, a person who has started, and the channel."""

    api: BotApi
    person: Person
    channel: TelegramChannel
    files: Folder

    @property
    def chat(self) -> str:
        return str(self.person.id)

    def refuse(self, method: str, key: str, parameters: dict[str, int] | None = None, **facts: object) -> None:
        """This method answers so from now on."""

        def refusing(call: Any) -> None:
            raise Refusal(key, parameters, **facts)

        self.api.methods[method] = refusing


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with BotApi() as api:
        person = api.world.person("张三")
        person.start()
        bot, files = connect(api.token, api.url, api.file_url), Folder(tmp_path)
        yield Place(api, person, TelegramChannel(bot, files), files)
        await bot.request.shutdown()


async def test_cards_leave_room_for_words_in_a_groups_minute():
    async with BotApi() as api:
        group, bot = api.world.group("水贝社区", []), connect(api.token, api.url, api.file_url)
        chat, now = str(group.id), iter(range(0, 1000, 2))
        channel = TelegramChannel(bot, clock=lambda: next(now))
        card = Outgoing("卡片", CHOICES, card=True)
        hangs = [await channel.send(chat, card, 1) for _ in range(IN_GROUP - FOR_WORDS)]
        for waits in (channel.send(chat, card, 1), channel.edit(chat, hangs[0], card, 1)):
            with pytest.raises(CardsLater):
                await waits
        for _ in range(FOR_WORDS):
            await channel.send(chat, Outgoing("话"), 1)
        with pytest.raises(TryLater) as told:
            await channel.send(chat, Outgoing("话"), 1)
        assert not isinstance(told.value, CardsLater)
        await bot.request.shutdown()


# what people see


async def test_a_text_comes_plain_with_its_choices_and_a_key_that_copies(place: Place):
    out = Outgoing("编号 <b>LH-7K3M-Q8XW-4</b> *_[", CHOICES, copy="LH-7K3M-Q8XW-4")
    message_id = await place.channel.send(place.chat, out, 1)
    seen = place.person.last
    assert (seen.text, seen.buttons) == (out.text, (("是", "否"), ("取消",), ("复制",)))
    assert str(seen.message_id) == message_id
    assert place.person.press("复制").copied == "LH-7K3M-Q8XW-4"
    assert seen.json["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "b-yes"


async def test_what_may_have_come_before_is_marked(place: Place):
    await place.channel.send(place.chat, Outgoing("已收到", again=True), 1)
    assert place.person.last.text == "[重发] 已收到"


async def test_the_line_with_a_key_that_may_have_come_before_is_marked_too(place: Place):
    await place.channel.send(place.chat, Outgoing("在哪里？", CHOICES, ask="location", again=True), 1)
    assert [each.text for each in place.person.sees[-2:]] == [
        "[重发] 在哪里？",
        f"[重发] {markup.ASK_LINE['location']}",
    ]


async def test_a_key_for_the_location_is_shown_and_taken_away_by_the_next_text(place: Place):
    await place.channel.send(place.chat, Outgoing("在哪里？", ask="location"), 1)
    assert place.person.last.keyboard == (("发送我的位置",),)
    place.person.press("发送我的位置")
    await place.channel.send(place.chat, Outgoing("还有别的吗？", CHOICES), 2)
    await place.channel.send(place.chat, Outgoing("好的"), 3)
    assert place.person.chat.keyboard == {}
    assert "remove_keyboard" in place.api.calls[-1].get("reply_markup")
    await place.channel.send(place.chat, Outgoing("再见"), 4)
    assert place.api.calls[-1].get("reply_markup") is None


async def test_choices_and_a_key_for_the_contact_come_under_two_texts(place: Place):
    message_id = await place.channel.send(place.chat, Outgoing("怎样联系您？", CHOICES, ask="contact"), 1)
    first, second = place.person.sees[-2:]
    assert (str(first.message_id), first.labels) == (message_id, ("是", "否", "取消"))
    assert second.keyboard == (("发送我的电话号码",),)


async def test_a_key_that_is_over_goes_under_choices_too_even_if_nobody_remembers_it(place: Place):
    await place.channel.send(place.chat, Outgoing("在哪里？", CHOICES, ask="location"), 1)
    bot = connect(place.api.token, place.api.url, place.api.file_url)  # as after a restart
    await TelegramChannel(bot).send(place.chat, Outgoing("什么时候？", CHOICES, ask="over"), 2)
    await bot.request.shutdown()
    assert place.person.chat.keyboard == {}
    assert place.person.sees[-2].labels == ("是", "否", "取消")


async def test_a_group_is_never_shown_a_key_for_the_location(place: Place):
    group = place.api.world.group("水贝社区", [place.person])
    await place.channel.send(str(group.id), Outgoing("在哪里？", ask="location"), 1)
    assert group.last.keyboard == ()


async def test_a_long_text_comes_in_parts_with_the_choices_under_the_last(place: Place):
    text = "\n".join(f"第{number}条：楼道漏水，已经反映多次。" for number in range(600))
    message_id = await place.channel.send(place.chat, Outgoing(text, CHOICES), 1)
    seen = [each for each in place.person.sees if each.sender == ""]
    assert "\n".join(each.text for each in seen) == text
    assert [bool(each.labels) for each in seen] == [False] * (len(seen) - 1) + [True]
    assert str(seen[-1].message_id) == message_id


async def test_a_text_in_a_topic_goes_there_and_one_in_the_general_topic_to_the_group(place: Place):
    forum = place.api.world.group("水贝社区", [place.person], forum=True, bot="administrator")
    topic = place.api.world.topic(forum, "楼道漏水")
    await place.channel.send(str(forum.id), Outgoing("一", topic=str(topic.thread)), 1)
    assert forum.last.topic == topic.thread
    await place.channel.send(str(forum.id), Outgoing("二", topic="1"), 2)
    assert forum.last.topic in (0, 1)


@pytest.mark.parametrize(
    ("pictures", "others", "methods"),
    [
        (1, 0, ["sendPhoto"]),
        (2, 0, ["sendMediaGroup"]),
        (10, 0, ["sendMediaGroup"]),
        (11, 0, ["sendMediaGroup", "sendPhoto"]),
        (2, 2, ["sendMediaGroup", "sendDocument", "sendDocument"]),
    ],
)
async def test_evidence_comes_before_the_text(place: Place, pictures: int, others: int, methods: list[str]):
    media = [place.files.put(JPEG + bytes([number]), name=f"图{number}") for number in range(pictures)]
    media += [
        place.files.put(b"%PDF" + bytes([n]), "document", f"收据{n}.pdf", "application/pdf") for n in range(others)
    ]
    message_id = await place.channel.send(place.chat, Outgoing("现场", CHOICES, media=tuple(media)), 1)
    assert [call.method for call in place.api.calls] == [*methods, "sendMessage"]
    sent = [data for call in place.api.calls for data, _, _ in call.uploads.values()]
    assert sent == [place.files.path(each.sha256).read_bytes() for each in media]
    assert (place.person.last.text, str(place.person.last.message_id)) == ("现场", message_id)


@pytest.mark.parametrize(
    ("kind", "type", "method"),
    [
        ("voice", "audio/ogg", "sendVoice"),
        ("voice", "audio/amr", "sendDocument"),  # the platform does not play it
        ("video", "video/mp4", "sendVideo"),
        ("video", "video/quicktime", "sendDocument"),
    ],
)
async def test_what_the_platform_cannot_play_goes_as_a_document(place: Place, kind: str, type: str, method: str):
    media = place.files.put(b"sound", kind, 'a"/\r\n录音', type)
    await place.channel.send(place.chat, Outgoing("录音", media=(media,)), 1)
    assert place.api.calls[0].method == method
    [(_, name, _)] = place.api.calls[0].uploads.values()
    assert name == "a录音"


async def test_evidence_alone_needs_no_text(place: Place):
    media = place.files.put(JPEG)
    message_id = await place.channel.send(place.chat, Outgoing("", media=(media,)), 1)
    assert (place.person.last.kind, str(place.person.last.message_id)) == ("photo", message_id)


async def test_a_caption_that_is_too_long_is_cut(place: Place):
    media = place.files.put(JPEG, name="长" * 2000)
    await place.channel.send(place.chat, Outgoing("", media=(media,)), 1)
    assert place.person.last.text == "长" * 1022 + "……"


async def test_evidence_that_was_erased_meanwhile_is_refused(place: Place):
    with pytest.raises(Refused):
        await place.channel.send(place.chat, Outgoing("现场", media=(Media("photo", "0" * 64, "", "image/jpeg"),)), 1)


@pytest.mark.parametrize("pictures", [1, 3], ids=["one", "an album"])
async def test_what_is_not_taken_as_pictures_goes_as_documents(place: Place, pictures: int):
    media = tuple(place.files.put(b"no picture %d" % number, name=f"图{number}") for number in range(pictures))
    await place.channel.send(place.chat, Outgoing("现场", CHOICES, media=media), 1)
    shown = [(each.kind, each.text) for each in place.person.chat.from_bot]
    assert shown == [*(("document", f"图{number}") for number in range(pictures)), ("text", "现场")]


async def test_a_text_is_edited_in_place_and_the_same_again_is_done(place: Place):
    message_id = await place.channel.send(place.chat, Outgoing("待签收", CHOICES), 1)
    for _ in range(2):
        await place.channel.edit(place.chat, message_id, Outgoing("已签收"), 2)
    assert (place.person.last.text, place.person.last.labels, place.person.last.edits) == ("已签收", (), ("待签收",))


async def test_a_text_that_grew_too_long_is_cut_in_an_edit(place: Place):
    message_id = await place.channel.send(place.chat, Outgoing("短"), 1)
    await place.channel.edit(place.chat, message_id, Outgoing("长" * 5000, CHOICES), 2)
    assert (len(place.person.last.text), place.person.last.text[-2:]) == (4096, "……")


async def test_a_press_is_answered_and_too_late_is_no_error(place: Place):
    await place.channel.send(place.chat, Outgoing("？", CHOICES), 1)
    press = place.person.press("是")
    await place.channel.answer(press.id, "好" * 300)
    assert (len(press.answer), press.answer[:2]) == (200, "好好")
    place.api.clock.move(3600)
    await place.channel.answer(press.id)


async def test_a_file_is_fetched_up_to_its_limit(place: Place, tmp_path: Path):
    sent = place.person.document(b"x" * 1000)
    ref, to = sent["document"]["file_id"], tmp_path / "to"
    assert await place.channel.fetch(ref, to, 1000) == 1000
    assert to.read_bytes() == b"x" * 1000
    to.unlink()
    with pytest.raises(TooLarge):
        await place.channel.fetch(ref, to, 999)
    large = place.person.document(b"x", size=30 << 20)
    with pytest.raises(TooLarge):
        await place.channel.fetch(large["document"]["file_id"], to, 1 << 30)
    with pytest.raises(TryLater):
        await place.channel.fetch("nothing", to, 1000)
    assert not to.exists()


async def test_a_file_larger_than_the_platform_said_is_not_kept(place: Place, tmp_path: Path):
    sent = place.person.document(b"x" * 100_000, size=10)
    with pytest.raises(TooLarge) as told:
        await place.channel.fetch(sent["document"]["file_id"], tmp_path / "to", 50_000)
    shown = "".join(traceback.TracebackException.from_exception(told.value, capture_locals=True).format())
    assert place.api.token.partition(":")[2] not in shown.replace(repr(place), "")
    assert not (tmp_path / "to").exists()


# what the platform refuses


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("blocked", Unreachable),
        ("deactivated", Unreachable),
        ("never_started", Unreachable),
        ("chat_not_found", Unreachable),
        ("kicked_group", Unreachable),
        ("kicked_supergroup", Unreachable),
        ("group_deleted", Unreachable),
        ("no_right_to_text", Unreachable),
        ("thread_not_found", NoTopic),
        ("topic_closed", TopicClosed),
        ("topic_unknown", NoTopic),
        ("topic_right", NoRight),
        ("topic_close_right", NoRight),
        ("not_a_forum", NoForum),
        ("edit_missing", Gone),
        ("edit_others", Gone),
        ("edit_no_text", Gone),
        ("text_empty", Refused),
        ("text_long", Refused),
        ("data_long", Refused),
        ("markup_large", Refused),
        ("upload_large", Refused),
        ("photo_broken", Refused),
    ],
)
async def test_each_refusal_is_one_of_ours(place: Place, key: str, expected: type[Exception]):
    place.refuse("sendmessage", key)
    place.refuse("editmessagetext", key)
    with pytest.raises(expected):
        await place.channel.send(place.chat, Outgoing("好"), 1)
    with pytest.raises(expected):
        await place.channel.edit(place.chat, "1", Outgoing("好"), 1)


async def test_a_group_that_became_another_chat_tells_its_new_id(place: Place):
    group = place.api.world.group("水贝社区", [place.person], kind="group")
    new = place.api.world.migrate(group, place.person)
    with pytest.raises(Migrated) as told:
        await place.channel.send(str(group.id), Outgoing("好"), 1)
    assert told.value.to == str(new.id)


async def test_a_button_that_no_platform_takes_is_refused_before_it_is_sent(place: Place):
    with pytest.raises(Refused):
        await place.channel.send(place.chat, Outgoing("好", ((Button("是", "汉" * 22),),)), 1)
    assert place.api.calls == []


async def test_a_token_that_is_not_valid_is_no_fault_of_a_text_or_chat(place: Place):
    place.refuse("sendmessage", "token_unknown")
    with pytest.raises(KeyRefused, match="JIESU_TELEGRAM_TOKEN was refused") as told:
        await place.channel.send(place.chat, Outgoing("好"), 1)
    shown = "".join(traceback.TracebackException.from_exception(told.value, capture_locals=True).format())
    assert place.api.token.partition(":")[2] not in shown


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "server_error", "garbage", "hang_after"])
async def test_what_nobody_knows_is_in_doubt(place: Place, fault: str):
    channel = quick(place)
    place.api.faults.once(fault)
    with pytest.raises(InDoubt) as told:
        await channel.send(place.chat, Outgoing("好"), 1)
    await channel._request.shutdown()
    shown = "".join(traceback.TracebackException.from_exception(told.value, capture_locals=True).format())
    assert place.api.token.partition(":")[2] not in shown


def quick(place: Place) -> TelegramChannel:
    """With short time-outs."""
    bot = connect(place.api.token, place.api.url)
    bot._request = (bot._request[0], AiohttpRequest(bot.request._hidden, read_timeout=0.2))
    return TelegramChannel(bot)


async def test_what_certainly_was_not_sent_is_tried_again():
    async with BotApi() as api:
        base = api.url
    channel = TelegramChannel(connect("1:secret", base))
    with pytest.raises(Unsent) as told:
        await channel.send("5100", Outgoing("好"), 1)
    await channel._request.shutdown()
    assert "secret" not in "".join(traceback.format_exception(told.value)) + repr(channel)


async def test_a_text_of_which_only_the_beginning_went_is_in_doubt(place: Place):
    seen: list[str] = []
    send = place.api.methods["sendmessage"]

    def once(call: Any) -> Any:
        seen.append(call.text("text"))
        if len(seen) > 1:
            raise Refusal("flood_chat", {"retry_after": 1}, seconds=1)
        return send(call)

    place.api.methods["sendmessage"] = once
    with pytest.raises(InDoubt):
        await place.channel.send(place.chat, Outgoing("长" * 5000), 1)
    assert len(seen) == 3, "the second was tried once more"


async def test_the_rest_of_a_text_waits_for_the_platform(place: Place):
    send = place.api.methods["sendmessage"]
    refusals = [None, Refusal("flood_chat", {"retry_after": 1}, seconds=1)]

    def sometimes(call: Any) -> Any:
        if refusals and (refusal := refusals.pop(0)):
            raise refusal
        return send(call)

    place.api.methods["sendmessage"] = sometimes
    await place.channel.send(place.chat, Outgoing("长" * 5000), 1)
    assert [len(seen.text) for seen in place.person.sees if seen.sender == ""] == [4096, 904]


async def test_a_send_that_is_given_up_does_not_show_the_token(place: Place):
    place.api.faults.stuck = frozenset({place.person.id})
    with pytest.raises(TimeoutError) as told:
        async with asyncio.timeout(0.1):
            await place.channel.send(place.chat, Outgoing("一"), 1)
    shown = "".join(traceback.TracebackException.from_exception(told.value, capture_locals=True).format())
    assert place.api.token.partition(":")[2] not in shown


# pace


async def test_a_chat_that_is_told_to_wait_waits_and_the_others_do_not(place: Place):
    other = place.api.world.person("李四")
    other.start()
    place.api.faults.retry_after = 7
    place.api.faults.once("too_many")
    with pytest.raises(TryLater) as told:
        await place.channel.send(place.chat, Outgoing("一"), 1)
    assert told.value.seconds == 7
    with pytest.raises(TryLater) as held:
        await place.channel.send(place.chat, Outgoing("二"), 2)
    assert 6 < held.value.seconds <= 7
    assert len(place.api.calls) == 1, "it is not even asked"
    began = time.monotonic()
    await place.channel.send(str(other.id), Outgoing("三"), 1)
    assert time.monotonic() - began < 1


async def test_a_stuck_chat_delays_nobody(place: Place):
    others = [place.api.world.person(f"居民{number}") for number in range(10)]
    for each in others:
        each.start()
    place.api.faults.stuck = frozenset({place.person.id})
    stuck = asyncio.create_task(place.channel.send(place.chat, Outgoing("一"), 1))
    await asyncio.gather(*(place.channel.send(str(each.id), Outgoing("二"), 1) for each in others))
    assert not stuck.done()
    stuck.cancel()
    await asyncio.wait([stuck])


async def test_the_platform_that_keeps_its_rates_to_the_letter_refuses_a_chat_at_most_once():
    async with BotApi(limits=True) as api:
        people = [api.world.person(f"居民{number}") for number in range(5)]
        for each in people:
            each.start()
        channel = TelegramChannel(connect(api.token, api.url))

        async def line(chat: str) -> None:
            number = 0
            while number < 4:
                try:
                    await channel.send(chat, Outgoing(f"{number}"), number)
                except TryLater as later:
                    await asyncio.sleep(later.seconds)
                else:
                    number += 1

        await asyncio.gather(*(line(str(each.id)) for each in people))
        await channel._request.shutdown()
        refused = [call.number("chat_id") for call in api.calls if call.status == 429]
    assert len(refused) == len(set(refused))
    for each in people:
        assert [seen.text for seen in each.sees if seen.sender == ""] == ["0", "1", "2", "3"]


# shapes


def test_keys_are_what_the_platforms_types_say():
    out = Outgoing("x", CHOICES, copy="LH-1")
    shape = markup.inline(out)
    made = InlineKeyboardMarkup.de_json(shape, None)
    assert made.to_dict() == shape
    asked = markup.asking("contact")
    assert ReplyKeyboardMarkup.de_json(asked, None).to_dict() == asked


@pytest.mark.parametrize(("copy", "shown"), [("x" * 256, True), ("x" * 257, False), ("𠮷" * 129, False), ("", False)])
def test_a_text_that_is_too_long_to_copy_has_no_key(copy: str, shown: bool):
    assert (markup.inline(Outgoing("x", copy=copy)) is not None) == shown


@pytest.mark.parametrize(
    ("whole", "longest", "expected"),
    [
        ("一二三", 3, ["一二三"]),
        ("一段话\n\n第二段话", 8, ["一段话", "第二段话"]),
        ("第一行字\n第二行字", 7, ["第一行字", "第二行字"]),
        ("第一句话。第二句话。", 8, ["第一句话。", "第二句话。"]),
        ("他说：“好。”然后走了", 9, ["他说：“好。”", "然后走了"]),
        ("3.14159265358979", 10, ["3.14159265", "358979"]),  # no sentence ends there
        ("一二三四五六七八", 5, ["一二三四五", "六七八"]),
        ("ab" + FAMILY, 8, ["ab", FAMILY[:5], FAMILY[5:]]),  # longer than a whole part
        ("abcdef" + FAMILY, 12, ["abcdef", FAMILY]),
        ("abc" + FLAG * 2, 8, ["abc" + FLAG, FLAG]),
        ("ab" + FLAG * 2, 4, ["ab", FLAG, FLAG]),
        ("abc" + ACCENTED, 4, ["abc", ACCENTED]),
        ("abc" + COLOURED, 5, ["abc", COLOURED]),
        ("a1\ufe0f\u20e3", 3, ["a", "1\ufe0f\u20e3"]),
        ("𠮷" * 3, 4, ["𠮷𠮷", "𠮷"]),
        ("ab\r\ncd", 3, ["ab", "cd"]),
        (" " * 10, 4, [""]),
        ("", 4, [""]),
    ],
)
def test_a_long_text_is_cut_where_a_reader_would(whole: str, longest: int, expected: list[str]):
    assert markup.parts(whole, longest) == expected


@pytest.mark.parametrize("piece", ["字", "𠮷", FAMILY, FLAG, ACCENTED, COLOURED, "字。", "ab ", "一行\n"])
def test_parts_are_short_enough_and_hold_everything(piece: str):
    whole = piece * 6000
    found = markup.parts(whole)
    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in found)
    assert "".join("".join(part.split()) for part in found) == "".join(whole.split())
    assert all(piece.strip() == part[: len(piece.strip())] for part in found), "none begins within a character"


@pytest.mark.parametrize("make", [lambda: "\ud83d", lambda: "好\udc00"])
async def test_half_a_character_is_replaced(place: Place, make: Callable[[], str]):
    await place.channel.send(place.chat, Outgoing(make() + "的"), 1)
    assert place.person.last.text.endswith("\ufffd的")
