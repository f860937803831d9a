"""What puts messages into chats and changes them: the send, edit and delete methods."""

from dataclasses import dataclass
from typing import Any

from tests.botapi import formatting, markup
from tests.botapi.calls import Call
from tests.botapi.chats import Chat, Kept
from tests.botapi.files import File
from tests.botapi.flood import Flood
from tests.botapi.rules import Refused, limit, size
from tests.botapi.shapes import bare
from tests.botapi.world import World

Json = dict[str, Any]
HOUR = 3600
FIELDS = {"sendphoto": "photo", "sendvoice": "voice", "sendvideo": "video", "senddocument": "document"}


@dataclass(frozen=True)
class Accepted:
    """A message the server took."""

    method: str
    chat: int
    message_id: int
    text: str


class Sending:
    """The bot's hand. `limits`: whether Telegram's rates are kept."""

    def __init__(self, world: World, limits: bool) -> None:
        self.world, self.limits, self.flood = world, limits, Flood()
        self.accepted: list[Accepted] = []

    # where to

    def chat(self, call: Call) -> Chat:
        """The chat a call names, if the bot may write there. Raises Refused."""
        name = call.text("chat_id")
        if not name:
            raise Refused("chat_empty")
        chat = self.world.chats.get(int(name)) if name.lstrip("-").isdigit() else None
        if chat is None:
            raise Refused("chat_not_found")
        if chat.type == "private":
            self.check_person(chat)
        else:
            self.check_group(chat)
        return chat

    def check_person(self, chat: Chat) -> None:
        person = self.world.people[chat.id]
        if person.deactivated:
            raise Refused("deactivated")
        if person.blocked:
            raise Refused("blocked")
        if not person.started:
            met = any(chat.id in one.members and one.group and one.bot != "left" for one in self.world.chats.values())
            raise Refused("never_started" if met else "chat_not_found")

    @staticmethod
    def check_group(chat: Chat) -> None:
        if chat.deleted:
            raise Refused("group_deleted")
        if chat.migrated_to:
            raise Refused("migrated", {"migrate_to_chat_id": chat.migrated_to})
        if chat.bot == "kicked":
            raise Refused("kicked_group" if chat.type == "group" else "kicked_supergroup")
        if chat.bot == "left":
            raise Refused("not_member", kind=chat.type)

    # sending

    def put(self, call: Call, chat: Chat, content: Json, text: str) -> Json:
        """The message, once everything was checked."""
        thread, reply = call.number("message_thread_id"), self.reply(call, chat)
        keys = call.get("reply_markup")
        message: Json = {
            "message_id": chat.next_id(), "from": self.world.bot, "chat": chat.shape(), "date": self.world.date(),
            **content, **self.world.thread(chat, 0, thread),
        }  # fmt: skip
        if reply:
            message["reply_to_message"] = bare(chat.kept[reply].json)
        if under := markup.inline(keys):
            message["reply_markup"] = under
        keyboard = keys if keys and ("keyboard" in keys or "remove_keyboard" in keys) else None
        chat.add(Kept(message, own=True, keyboard=keyboard, silent=call.true("disable_notification")))
        self.accepted.append(Accepted(call.method, chat.id, message["message_id"], text))
        return message

    def ready(self, call: Call, number: int = 1) -> Chat:
        """The chat, if it takes `number` more messages here and now. Raises Refused."""
        chat = self.chat(call)
        if chat.group and chat.silenced and chat.bot != "administrator":
            raise Refused("no_right_to_text")
        chat.check_open(call.number("message_thread_id"))
        self.reply(call, chat)
        if self.limits:
            self.flood.take(chat.id, chat.group, self.world.clock.now(), number)
        return chat

    @staticmethod
    def reply(call: Call, chat: Chat) -> int:
        """The message answered to, 0 for none or for one that is gone and need not be there. Raises Refused."""
        wanted = call.get("reply_parameters") or {}
        number = int(wanted.get("message_id", 0)) or call.number("reply_to_message_id")
        if number and number not in chat.kept:
            if wanted.get("allow_sending_without_reply") or call.true("allow_sending_without_reply"):
                return 0
            raise Refused("reply_missing")
        return number

    def worded(self, call: Call, field: str = "text", given: Json | None = None) -> Json:
        """Text or caption with its entities; {} if there is none. Raises Refused."""
        said = str(given.get(field, "")) if given is not None else call.text(field)
        mode = str(given.get("parse_mode", "")) if given is not None else call.text("parse_mode")
        name = "entities" if field == "text" else "caption_entities"
        text, entities = formatting.parse(said, mode)
        if not size(text):
            return {}
        if size(text) > limit("text_long" if field == "text" else "caption_long"):
            raise Refused("text_long" if field == "text" else "caption_long")
        text = text.rstrip() if entities else text.strip()
        own = given.get(name) if given is not None else call.get(name)
        entities = sorted((own or entities) + formatting.found(text), key=lambda one: int(one["offset"]))
        return {field: text, **({name: entities} if entities else {})}

    def send_message(self, call: Call) -> Json:
        """sendMessage."""
        markup.check(call.get("reply_markup") or {})
        content = self.worded(call)
        if not content:
            raise Refused("text_empty")
        return self.put(call, self.ready(call), content, content["text"])

    def send_file(self, call: Call) -> Json:
        """sendPhoto, sendVoice, sendVideo, sendDocument."""
        kind = FIELDS[call.method.lower()]
        markup.check(call.get("reply_markup") or {})
        content = self.worded(call, "caption")
        file = self.file(call, kind, kind, call.params.get(kind))
        chat = self.ready(call)
        return self.put(call, chat, {**file.shapes(call.number("duration")), **content}, content.get("caption", ""))

    def file(self, call: Call, kind: str, field: str, named: object) -> File:
        """The file sent along, or kept under the file_id given. Raises Refused."""
        name = str(named or "")
        if name.startswith("attach://"):
            field = name.removeprefix("attach://")
        if field in call.uploads:
            return self.world.files.upload(kind, *call.uploads[field])
        if not name:
            raise Refused("file_missing", field=kind)
        if name not in self.world.files.kept:
            raise Refused("file_unknown")
        return self.world.files.kept[name]

    def send_media_group(self, call: Call) -> list[Json]:
        """sendMediaGroup: as many messages, one media_group_id."""
        media: list[Json] = call.get("media") or []
        if not media:
            raise Refused("album_empty")
        if len(media) > limit("album_many"):
            raise Refused("album_many")
        if 0 < sum(one["type"] == "document" for one in media) < len(media):
            raise Refused("album_mixed")
        content = [self.worded(call, "caption", one) for one in media]
        files = [self.file(call, one["type"], "", one.get("media")) for one in media]
        chat, group = self.ready(call, len(media)), {"media_group_id": str(self.world.number())}
        return [
            self.put(call, chat, {**file.shapes(), **words, **group}, words.get("caption", ""))
            for file, words in zip(files, content, strict=True)
        ]

    # changing

    def own(self, call: Call) -> tuple[Chat, Kept]:
        """The bot's own message a call names. Raises Refused."""
        if not call.number("message_id"):
            raise Refused("edit_unnamed")
        chat = self.chat(call)
        kept = chat.kept.get(call.number("message_id"))
        if kept is None:
            raise Refused("edit_missing")
        if not kept.own:
            raise Refused("edit_others")
        return chat, kept

    def edit(self, call: Call) -> Json:
        """editMessageText, editMessageCaption, editMessageReplyMarkup; without a markup the buttons go."""
        markup.check(call.get("reply_markup") or {})
        field = {"editmessagetext": "text", "editmessagecaption": "caption"}.get(call.method.lower(), "")
        content = self.worded(call, field) if field else {}
        if field == "text" and not content:
            raise Refused("text_empty")
        chat, kept = self.own(call)
        if field == "text" and "text" not in kept.json:
            raise Refused("edit_no_text")
        entities = {"text": "entities", "caption": "caption_entities"}.get(field, "")
        changed = {key: value for key, value in kept.json.items() if key not in (field, entities, "reply_markup")}
        changed.update(content)
        if under := markup.inline(call.get("reply_markup")):
            changed["reply_markup"] = under
        if changed == kept.json:
            raise Refused("not_modified")
        if field:
            kept.edits.append(str(kept.json.get(field, "")))
        kept.json = {**changed, "edit_date": self.world.date()}
        chat.kept[int(changed["message_id"])] = kept
        return kept.json

    def delete_message(self, call: Call) -> bool:
        """deleteMessage."""
        if not call.number("message_id"):
            raise Refused("edit_unnamed")
        chat = self.chat(call)
        kept = chat.kept.get(call.number("message_id"))
        if kept is None:
            raise Refused("delete_missing")
        if not (chat.bot == "administrator" and "can_delete_messages" in chat.rights):
            if chat.type != "private" and not kept.own:
                raise Refused("delete_others")
            if self.world.clock.now() - int(kept.json["date"]) > limit("delete_old") * HOUR:
                raise Refused("delete_old")
        self.world.remove(chat, call.number("message_id"))
        return True
