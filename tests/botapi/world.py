"""The other side of the bot: people, groups, topics and channels, for tests to move.

Everything that happens is queued as the API's JSON at once; who may know what follows Telegram's privacy mode.
Not here: other bots' own messages, reactions, polls, payments, business connections.
"""

import itertools
from random import Random
from typing import Any

from tests.botapi.chats import Chat, Kept, Topic
from tests.botapi.clock import Clock
from tests.botapi.files import File, Files
from tests.botapi.people import ANONYMOUS, Person, Press, worded
from tests.botapi.shapes import bare, member, words
from tests.botapi.updates import Updates

Json = dict[str, Any]
RIGHTS = frozenset({"can_manage_chat", "can_delete_messages", "can_manage_topics", "can_pin_messages",
                    "can_invite_users"})  # fmt: skip
SERVICE = ("new_chat_members", "left_chat_member", "forum_topic_created", "forum_topic_closed", "forum_topic_reopened",
           "migrate_to_chat_id", "migrate_from_chat_id", "new_chat_title")  # fmt: skip


class World:
    """All chats the bot may meet. `privacy` holds for groups the bot is added to from now on."""

    def __init__(self, clock: Clock, updates: Updates, files: Files, seed: int, username: str) -> None:
        self.clock, self.updates, self.files = clock, updates, files
        self.random = Random(seed)
        self.bot: Json = {"id": 7_000_000_001, "is_bot": True, "first_name": "接诉", "username": username}
        self.privacy = True
        self.here = (22.5484, 114.1315)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.box = itertools.count(11)  # private chats and basic groups share the bot's own counter
        self.numbers = itertools.count(self.random.randrange(10**15, 10**16))

    def number(self) -> int:
        return next(self.numbers)

    def date(self) -> int:
        """Now, in whole seconds."""
        return int(self.clock.now())

    def other_bot(self, username: str) -> Json:
        return {"id": 7_000_000_777, "is_bot": True, "first_name": username, "username": username}

    def file_of(self, message: Json) -> File:
        """The kept file of a message; a photo's largest."""
        content = next(message[kind] for kind in ("photo", "voice", "video", "document") if kind in message)
        return self.files.kept[(content[-1] if isinstance(content, list) else content)["file_id"]]

    # making

    def person(self, name: str, username: str = "", language: str = "zh-hans", phone: str = "") -> Person:
        """Someone the bot has never met."""
        number = 5_100_000_000 + len(self.people) * 1_009
        person = Person(self, number, name, username, language, phone or f"86138{number % 10**8:08d}")
        self.people[number] = person
        self.chats[number] = person.chat
        return person

    def group(self, title: str, members: "list[Person] | None" = None, *, kind: str = "supergroup",
              bot: str = "member", rights: frozenset[str] = RIGHTS, admins: "list[Person] | None" = None,
              forum: bool = False, privacy: bool | None = None) -> Chat:  # fmt: skip
        """A group with the bot in it as member, administrator or not at all ("left"); nothing is told of its past."""
        number = len(self.chats) + 1
        chat_id = -1_000_000_000_000 - 2_000_000 - number if kind == "supergroup" else -4_000_000 - number
        counter = itertools.count(2) if kind == "supergroup" else self.box
        chat = Chat(chat_id, kind, title, bot=bot, forum=forum, counter=counter)
        chat.rights = set(rights) if bot == "administrator" else set()
        chat.privacy = self.privacy if privacy is None else privacy
        for place, person in enumerate(admins or []):
            chat.members[person.id] = "administrator" if place else "creator"
        for person in members or []:
            chat.members.setdefault(person.id, "member")
        if forum:
            chat.topics[1] = Topic(1, "General")
        self.chats[chat_id] = chat
        return chat

    def channel(self, title: str, bot: str = "left") -> Chat:
        """A channel."""
        chat_id = -1_000_000_000_000 - 3_000_000 - len(self.chats)
        self.chats[chat_id] = Chat(chat_id, "channel", title, bot=bot, counter=itertools.count(2))
        return self.chats[chat_id]

    # messages

    def put(self, chat: Chat, content: Json, reply_to: int = 0, topic: int = 0) -> Json:
        """A message of anyone but the bot, with what the API adds to it."""
        message = {"message_id": chat.next_id(), "date": self.date(), "chat": chat.shape(), **content}
        message.update(self.thread(chat, reply_to, topic))
        chat.add(Kept(message))
        self.tell(chat, "channel_post" if chat.type == "channel" else "message", message)
        return message

    @staticmethod
    def thread(chat: Chat, reply_to: int, topic: int) -> Json:
        """message_thread_id, is_topic_message and reply_to_message: in a topic, without a reply, its first message."""
        more: Json = {}
        if chat.forum and topic > 1:
            more = {"message_thread_id": topic, "is_topic_message": True}
            if created := chat.topics[topic].created:
                more["reply_to_message"] = bare(created)
        if reply_to:
            more["reply_to_message"] = bare(chat.kept[reply_to].json)
            if chat.type == "supergroup" and not chat.forum:
                more["message_thread_id"] = more["reply_to_message"].get("message_thread_id", reply_to)
        return more

    def tell(self, chat: Chat, kind: str, message: Json) -> None:
        """Queue the update, if the bot may know of the message."""
        if chat.type == "private" or (chat.bot in ("member", "administrator") and self.may_read(chat, message)):
            self.updates.add(kind, message)

    def may_read(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: a mere member reads commands, replies to it, mentions of it and service messages."""
        if chat.type == "channel" or chat.bot == "administrator" or not chat.privacy:
            return True
        if any(kind in message for kind in SERVICE):
            return True
        me = self.bot["username"]
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot["id"]:
            return True
        if message.get("via_bot", {}).get("username") == me:
            return True
        text = str(message.get("text", message.get("caption", "")))
        return any(
            self.meant(chat, entity["type"], words(text, entity))
            for entity in message.get("entities") or message.get("caption_entities") or ()
        )

    def meant(self, chat: Chat, kind: str, said: str) -> bool:
        """Whether an entity speaks to the bot; a command without a name does unless another bot spoke last."""
        me = f"@{self.bot['username']}".lower()
        if kind == "mention":
            return said.lower() == me
        if kind != "bot_command":
            return False
        return said.lower().endswith(me) if "@" in said else chat.last_bot != "other"

    def other_bot_speaks(self, group: Chat) -> None:
        """Another bot's message: ours never gets it, but commands without a name are that bot's from now on."""
        group.last_bot = "other"

    def post(self, channel: Chat, text: str) -> Json:
        """A channel post."""
        return self.put(channel, {"sender_chat": channel.shape(), **worded("text", text)})

    # the bot's standing

    def standing(self, chat: Chat, by: Person, status: str) -> None:
        """Someone changes what the bot is in a chat: my_chat_member."""
        old, chat.bot = chat.bot, status
        self.updates.add("my_chat_member", {
            "chat": chat.shape(), "from": by.shape(), "date": self.date(),
            "old_chat_member": self.bot_member(old, chat.rights),
            "new_chat_member": self.bot_member(status, chat.rights),
        })  # fmt: skip

    def bot_member(self, status: str, rights: set[str]) -> Json:
        """The ChatMember of the bot."""
        return member(self.bot, status, rights)

    def add(self, group: Chat, by: Person, status: str = "member", rights: frozenset[str] = RIGHTS) -> None:
        """Bring the bot into a group, or make it an administrator."""
        inside = group.bot in ("member", "administrator")
        group.rights = set(rights) if status == "administrator" else set()
        group.privacy = group.privacy if inside else self.privacy
        self.standing(group, by, status)
        if not inside:
            self.put(group, {"from": by.shape(), "new_chat_members": [self.bot]})

    def kick(self, group: Chat, by: Person) -> None:
        """Remove the bot."""
        self.standing(group, by, "kicked")

    def join(self, group: Chat, person: Person) -> None:
        group.members[person.id] = "member"
        self.put(group, {"from": person.shape(), "new_chat_members": [person.shape()]})

    def leave(self, group: Chat, person: Person) -> None:
        group.members[person.id] = "left"
        self.put(group, {"from": person.shape(), "left_chat_member": person.shape()})

    def migrate(self, group: Chat, by: Person) -> Chat:
        """A group becomes a supergroup with another id; the old one takes nothing any more."""
        new = self.group(group.title, bot=group.bot, privacy=group.privacy)
        new.members, new.rights = dict(group.members), set(group.rights)
        self.put(group, {"from": by.shape(), "migrate_to_chat_id": new.id})
        group.migrated_to = new.id
        self.put(new, {"from": ANONYMOUS, "sender_chat": new.shape(), "migrate_from_chat_id": group.id})
        return new

    # topics

    def topic(self, forum: Chat, name: str, by: Person | None = None) -> Topic:
        """Open a topic; its message_thread_id is the id of the message that says so."""
        thread = forum.next_id()
        sender = by.shape() if by else self.bot
        created: Json = {
            "message_id": thread, "from": sender, "chat": forum.shape(), "date": self.date(),
            "message_thread_id": thread, "is_topic_message": True,
            "forum_topic_created": {"name": name, "icon_color": 7322096},
        }  # fmt: skip
        forum.topics[thread] = topic = Topic(thread, name, created=created)
        forum.add(Kept(created, own=by is None))
        if by:
            self.tell(forum, "message", created)
        return topic

    def switch_topics(self, group: Chat, on: bool) -> None:
        """An administrator turns topics on or off in a supergroup; what stood in them stays. Nobody tells the bot."""
        group.forum = on
        if on:
            group.topics.setdefault(1, Topic(1, "General"))

    def close_topic(self, forum: Chat, thread: int, by: Person) -> None:
        forum.topics[thread].closed = True
        self.put(forum, {"from": by.shape(), "forum_topic_closed": {}}, topic=thread)

    def reopen_topic(self, forum: Chat, thread: int, by: Person) -> None:
        forum.topics[thread].closed = False
        self.put(forum, {"from": by.shape(), "forum_topic_reopened": {}}, topic=thread)

    def delete_topic(self, forum: Chat, thread: int) -> None:
        """Topic and messages are gone; Telegram tells the bot nothing."""
        del forum.topics[thread]
        for number in [number for number, kept in forum.kept.items() if kept.json.get("message_thread_id") == thread]:
            forum.removed[number] = forum.kept.pop(number)

    def remove(self, chat: Chat, message_id: int) -> None:
        """Someone deletes a message; Telegram tells the bot nothing."""
        chat.removed[message_id] = chat.kept.pop(message_id)
