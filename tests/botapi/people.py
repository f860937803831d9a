"""A person with Telegram in hand: writes, presses, sends, blocks. Every act becomes the Update the API documents."""

from typing import TYPE_CHECKING, Any

from tests.botapi import formatting
from tests.botapi.chats import Chat, Kept, Shown
from tests.botapi.files import File
from tests.botapi.rules import PLAIN, Refused, limit

if TYPE_CHECKING:
    from tests.botapi.world import World

Json = dict[str, Any]
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ENTITIES = {"text": "entities", "caption": "caption_entities"}
OF_CHANNEL: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


class Press:
    """A button pressed: its query id, and what the bot answered (None until it did)."""

    def __init__(self, query: str, at: float, copied: str = "") -> None:
        self.id, self.at, self.copied = query, at, copied
        self.answer: str | None = None
        self.alert = False


class Person:
    """Someone who uses Telegram. `chat` is their private chat with the bot."""

    def __init__(self, world: "World", number: int, name: str, username: str, language: str, phone: str) -> None:
        self.world, self.id, self.name, self.username, self.language = world, number, name, username, language
        self.phone = phone
        self.started = self.blocked = self.deactivated = False
        self.chat = Chat(number, "private", bot="member", first_name=name, username=username, counter=world.box)
        self.chat.members[number] = "member"

    def shape(self) -> Json:
        """The User object."""
        shape: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            shape["username"] = self.username
        return {**shape, "language_code": self.language} if self.language else shape

    @property
    def sees(self) -> list[Shown]:
        """The private chat with the bot as it stands."""
        return self.chat.shown

    @property
    def last(self) -> Shown:
        """The bot's last message to this person."""
        return self.chat.last

    # words

    def start(self, payload: str = "") -> Json:
        """Press start, or open t.me/bot?start=payload. Raises Refused for a payload no link can carry."""
        if len(payload) > limit("start_long"):
            raise Refused("start_long")
        if not PLAIN.match(payload):
            raise Refused("start_signs")
        return self.write(f"/start {payload}".strip())

    def write(self, text: str, chat: Chat | None = None, *, reply_to: int = 0, topic: int = 0, via: str = "",
              as_chat: Chat | None = None) -> Json:  # fmt: skip
        """Send text; `via` an inline bot, `as_chat` in the name of a channel or, anonymously, of the group itself."""
        more: Json = {"via_bot": self.world.other_bot(via)} if via else {}
        return self.post(chat, {**worded("text", text), **more}, reply_to, topic, as_chat)

    def edit(self, message_id: int, text: str, chat: Chat | None = None) -> Json:
        """Change an own message's text or caption."""
        place = chat or self.chat
        kept = place.kept[message_id]
        field = "text" if "text" in kept.json else "caption"
        rest = {key: value for key, value in kept.json.items() if key not in (field, ENTITIES[field])}
        kept.edits.append(str(kept.json.get(field, "")))
        kept.json = {**rest, **worded(field, text), "edit_date": self.world.date()}
        place.add(kept)
        self.world.tell(place, "edited_message", kept.json)
        return kept.json

    def forward(self, text: str, of: "Person | Chat | str", chat: Chat | None = None) -> Json:
        """Pass on what a person, a channel or group, or someone hidden (their name) wrote."""
        date = self.world.date() - 60
        if isinstance(of, Person):
            origin: Json = {"type": "user", "date": date, "sender_user": of.shape()}
        elif isinstance(of, str):
            origin = {"type": "hidden_user", "date": date, "sender_user_name": of}
        elif of.type == "channel":
            origin = {"type": "channel", "date": date, "chat": of.shape(), "message_id": 1}
        else:
            origin = {"type": "chat", "date": date, "sender_chat": of.shape()}
        return self.post(chat, {**worded("text", text), "forward_origin": origin})

    # things

    def photo(self, data: bytes, caption: str = "", chat: Chat | None = None, *, size: int | None = None,
              topic: int = 0, reply_to: int = 0) -> Json:  # fmt: skip
        return self.file("photo", data, caption, chat, size=size, topic=topic, reply_to=reply_to)

    def voice(self, data: bytes, seconds: int = 5, chat: Chat | None = None, *, mime: str = "audio/ogg") -> Json:
        return self.file("voice", data, "", chat, mime=mime, seconds=seconds)

    def video(self, data: bytes, seconds: int = 5, caption: str = "", chat: Chat | None = None, *,
              name: str = "video.mp4", mime: str = "video/mp4", size: int | None = None) -> Json:  # fmt: skip
        return self.file("video", data, caption, chat, name=name, mime=mime, size=size, seconds=seconds)

    def document(self, data: bytes, name: str = "file.pdf", mime: str = "application/pdf", caption: str = "",
                 chat: Chat | None = None, *, size: int | None = None) -> Json:  # fmt: skip
        return self.file("document", data, caption, chat, name=name, mime=mime, size=size)

    def file(self, kind: str, data: bytes, caption: str = "", chat: Chat | None = None, *, name: str = "",
             mime: str = "", size: int | None = None, seconds: int = 0, topic: int = 0,
             reply_to: int = 0) -> Json:  # fmt: skip
        """Send bytes; `size` declares more than there are."""
        kept = self.world.files.keep(kind, data, name, mime, size)
        return self.post(chat, {**kept.shapes(seconds), **worded("caption", caption)}, reply_to, topic)

    def again(self, message: Json, chat: Chat | None = None) -> Json:
        """Send the largest file of a message once more: another file_id, the same file_unique_id."""
        old = self.world.file_of(message)
        return self.file(old.kind, old.data, "", chat, name=old.name, mime=old.mime, size=old.size)

    def album(self, pictures: list[bytes], caption: str = "", chat: Chat | None = None) -> list[Json]:
        """Several photos at once: messages of their own with one media_group_id, the caption under the first."""
        group = {"media_group_id": str(self.world.number())}
        kept: list[File] = [self.world.files.keep("photo", data) for data in pictures]
        return [
            self.post(chat, {**file.shapes(), **worded("caption", "" if place else caption), **group})
            for place, file in enumerate(kept)
        ]

    def location(self, latitude: float, longitude: float, chat: Chat | None = None) -> Json:
        return self.post(chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def contact(self, phone: str = "", of: "Person | None" = None, chat: Chat | None = None) -> Json:
        """Share one's own contact, another's, or (only a phone) that of nobody on Telegram."""
        whose = of if of or phone else self
        card: Json = {"phone_number": phone or (whose.phone if whose else ""), "first_name": "某人"}
        if whose:
            card.update(first_name=whose.name, user_id=whose.id)
        return self.post(chat, {"contact": card})

    # buttons

    def press(self, label: str, chat: Chat | None = None, message_id: int = 0, *, gone: bool = False) -> Press:
        """Press what has this label: a button under the newest message that has it, or a key of the keyboard.

        `gone`: as when the message is too old for the API to tell (InaccessibleMessage). Raises LookupError.
        """
        place = chat or self.chat
        for number in [message_id] if message_id else sorted(place.kept, reverse=True):
            kept = place.kept[number]
            for row in kept.json.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        return self.query(place, kept, button, gone)
        if not message_id and self.key(place, place.keyboard, label):
            return Press("", self.world.clock.now())
        raise LookupError(f"no button {label!r} in {place.id}")

    def query(self, place: Chat, kept: Kept, button: Json, gone: bool) -> Press:
        """The callback query of an inline button; a copy button only copies, a link tells the bot nothing."""
        press = Press(str(self.world.number()), self.world.clock.now(), button.get("copy_text", {}).get("text", ""))
        if "callback_data" in button:
            bare = {"chat": place.shape(), "message_id": kept.json["message_id"], "date": 0}
            self.world.presses[press.id] = press
            self.world.updates.add("callback_query", {
                "id": press.id, "from": self.shape(), "message": bare if gone else kept.json,
                "chat_instance": str(place.id * 7919), "data": button["callback_data"],
            })  # fmt: skip
        return press

    def key(self, place: Chat, keyboard: Json, label: str) -> bool:
        """Whether the keyboard has the key; it was pressed then."""
        for key in (key for row in keyboard.get("keyboard", []) for key in row):
            if (key if isinstance(key, str) else key["text"]) == label:
                if isinstance(key, dict) and key.get("request_contact"):
                    self.contact(chat=place)
                elif isinstance(key, dict) and key.get("request_location"):
                    self.location(*self.world.here, chat=place)
                else:
                    self.write(label, place)
                return True
        return False

    # the bot as such

    def block(self) -> None:
        """Stop the bot."""
        self.blocked = True
        self.world.standing(self.chat, self, "kicked")

    def unblock(self) -> None:
        """Let it write again."""
        self.blocked = False
        self.world.standing(self.chat, self, "member")

    def deactivate(self) -> None:
        """The account is gone; nobody tells the bot."""
        self.deactivated = True

    def post(self, chat: Chat | None, content: Json, reply_to: int = 0, topic: int = 0,
             as_chat: Chat | None = None) -> Json:  # fmt: skip
        """Put a message of this person in a chat (default: the private one) and tell the bot what it may know."""
        place = chat or self.chat
        if place is self.chat:
            self.started = True
            if self.blocked:
                raise RuntimeError(f"{self.name} has blocked the bot")
        elif self.id not in place.members and as_chat is None:
            raise RuntimeError(f"{self.name} is not in {place.title}")
        sender: Json = {"from": self.shape()}
        if as_chat is not None:
            sender = {"from": ANONYMOUS if as_chat is place else OF_CHANNEL, "sender_chat": as_chat.shape()}
        return self.world.put(place, {**sender, **content}, reply_to, topic)


def worded(field: str, text: str) -> Json:
    """Text or caption with the entities Telegram finds in it."""
    if not text:
        return {}
    entities = formatting.found(text)
    return {field: text, **({ENTITIES[field]: entities} if entities else {})}
