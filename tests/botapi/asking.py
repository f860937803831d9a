"""The methods that send no message: who am I, presses answered, files, command menus, chats and their topics."""

import json
from typing import Any

from tests.botapi.calls import Call
from tests.botapi.chats import Chat, Topic
from tests.botapi.rules import COMMAND, PLAIN, Refused, limit
from tests.botapi.sending import Sending
from tests.botapi.shapes import member
from tests.botapi.world import World

Json = dict[str, Any]
ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
     "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)  # fmt: skip


class Asking:
    """Everything asked of the server. `press_age`: seconds a press may wait for its answer."""

    def __init__(self, world: World, sending: Sending, press_age: float) -> None:
        self.world, self.sending, self.press_age = world, sending, press_age
        self.menus: dict[tuple[str, str], list[Json]] = {}
        self.actions: list[tuple[int, str, int]] = []  # chat, action, thread
        self.plain_webhooks = True

    def get_me(self, call: Call) -> Json:
        return {
            **self.world.bot, "can_join_groups": True, "can_read_all_group_messages": not self.world.privacy,
            "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
        }  # fmt: skip

    def answer_callback_query(self, call: Call) -> bool:
        """answerCallbackQuery."""
        if len(call.text("text")) > limit("answer_long"):
            raise Refused("answer_long")
        press = self.world.presses.get(call.text("callback_query_id"))
        if press is None or self.world.clock.now() - press.at > self.press_age:
            raise Refused("press_old")
        press.answer, press.alert = call.text("text"), call.true("show_alert")
        return True

    def send_chat_action(self, call: Call) -> bool:
        """sendChatAction."""
        chat = self.sending.chat(call)
        if call.text("action") not in ACTIONS:
            raise Refused("action_unknown")
        thread = call.number("message_thread_id")
        if thread > 1 and thread not in chat.topics:
            raise Refused("thread_not_found")
        self.actions.append((chat.id, call.text("action"), thread))
        return True

    def get_file(self, call: Call) -> Json:
        return self.world.files.get(call.text("file_id"))

    # webhook

    def set_webhook(self, call: Call) -> bool:
        """setWebhook and deleteWebhook."""
        url, secret = (call.text("url"), call.text("secret_token")) if call.method.lower() == "setwebhook" else ("", "")
        if url and not url.startswith("https://") and not self.plain_webhooks:
            raise Refused("webhook_plain")
        if len(secret) > limit("secret_long"):
            raise Refused("secret_long")
        if not PLAIN.match(secret):
            raise Refused("secret_signs")
        self.world.updates.set_webhook(
            url, secret, call.number("max_connections") or 40, call.get("allowed_updates"),
            call.true("drop_pending_updates"),
        )  # fmt: skip
        return True

    def get_webhook_info(self, call: Call) -> Json:
        return self.world.updates.info()

    # command menus

    def menu(self, call: Call) -> tuple[str, str]:
        """The scope, as sorted JSON, and the language. Raises Refused."""
        scope, language = call.get("scope") or {"type": "default"}, call.text("language_code")
        if language and not (len(language) == limit("language") and language.isascii() and language.islower()):
            raise Refused("language")
        if "chat_id" in scope:
            self.sending.chat(Call(call.method, {"chat_id": scope["chat_id"]}))
        return json.dumps(scope, sort_keys=True), language

    def set_my_commands(self, call: Call) -> bool:
        """setMyCommands."""
        menu, commands = self.menu(call), call.get("commands") or []
        kept = [check_command(one) for one in commands]
        if len(commands) > limit("commands_many"):
            raise Refused("commands_many")
        self.menus[menu] = kept
        return True

    def get_my_commands(self, call: Call) -> list[Json]:
        return self.menus.get(self.menu(call), [])

    def delete_my_commands(self, call: Call) -> bool:
        self.menus.pop(self.menu(call), None)
        return True

    # chats

    def get_chat(self, call: Call) -> Json:
        """getChat: the fields every ChatFullInfo has."""
        chat = self.sending.chat(call)
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
        return {**chat.shape(), **full}

    def get_chat_member(self, call: Call) -> Json:
        """getChatMember."""
        chat, user = self.sending.chat(call), call.number("user_id")
        if user <= 0:
            raise Refused("user_id")
        if user == self.world.bot["id"]:
            return self.world.bot_member(chat.bot, chat.rights)
        if user not in chat.members or user not in self.world.people:
            raise Refused("member_not_found")
        return member(self.world.people[user].shape(), chat.members[user])

    def get_chat_administrators(self, call: Call) -> list[Json]:
        """getChatAdministrators: people, and the bot if it is one."""
        chat = self.sending.chat(call)
        if chat.type == "private":
            raise Refused("no_administrators")
        people = [
            member(self.world.people[user].shape(), status)
            for user, status in chat.members.items()
            if status in ("creator", "administrator")
        ]
        return people + [self.world.bot_member(chat.bot, chat.rights)] * (chat.bot == "administrator")

    # topics

    def forum(self, call: Call) -> Chat:
        chat = self.sending.chat(call)
        if not chat.forum:
            raise Refused("not_a_forum")
        return chat

    def create_forum_topic(self, call: Call) -> Json:
        """createForumTopic."""
        forum = self.forum(call)
        if not forum.may_manage_topics():
            raise Refused("topic_right")
        topic = self.world.topic(forum, call.text("name")[:128])
        return {"message_thread_id": topic.thread, "name": topic.name, "icon_color": 7322096}

    def change_topic(self, call: Call) -> bool:
        """editForumTopic, closeForumTopic, reopenForumTopic."""
        forum, deed = self.forum(call), call.method.lower()
        topic: Topic | None = forum.topics.get(call.number("message_thread_id"))
        if topic is None:
            raise Refused("topic_unknown")
        if not forum.may_manage_topics() and topic.created.get("from") != self.world.bot:
            raise Refused("topic_edit_right" if deed == "editforumtopic" else "topic_close_right")
        name = call.text("name")[:128] if deed == "editforumtopic" else topic.name
        closed = {"closeforumtopic": True, "reopenforumtopic": False}.get(deed, topic.closed)
        if (name or topic.name, closed) == (topic.name, topic.closed):
            raise Refused("topic_alike")
        topic.name, topic.closed = name or topic.name, closed
        return True


def check_command(command: Json) -> Json:
    """A command as it is kept. Raises Refused."""
    name, description = str(command.get("command", "")).strip(), str(command.get("description", "")).strip()
    name = name.removeprefix("/")
    if not name:
        raise Refused("command_empty")
    if len(name) > limit("command_long"):
        raise Refused("command_long")
    if not description:
        raise Refused("description_empty")
    if len(description) > limit("description_long"):
        raise Refused("description_long")
    if not COMMAND.match(name):
        raise Refused("command_name")
    return {"command": name, "description": description}
