"""Chats as Telegram keeps them: who is in, what was written, and what people see there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.markup import labels
from tests.botapi.rules import Refused

Json = dict[str, Any]
KINDS = ("photo", "voice", "video", "document", "location", "contact")


@dataclass
class Kept:
    """One message: its JSON as the API gives it, and what the API does not tell."""

    json: Json
    own: bool = False  # the bot's
    keyboard: Json | None = None  # keys in place of the person's keyboard
    edits: list[str] = field(default_factory=list)  # earlier texts, oldest first
    silent: bool = False
    shown_as: Json = field(default_factory=dict)  # what was sent beyond the message: parse_mode and the like


@dataclass(frozen=True)
class Shown:
    """A message as it stands before a person."""

    message_id: int
    sender: str  # "": the bot
    text: str  # or the caption
    kind: str
    buttons: tuple[tuple[str, ...], ...]
    keyboard: tuple[tuple[str, ...], ...]
    edits: tuple[str, ...]
    topic: int
    reply_to: int
    silent: bool
    entities: tuple[Json, ...]
    json: Json = field(repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """All buttons under it, in reading order."""
        return tuple(label for row in self.buttons for label in row)


@dataclass
class Topic:
    """A forum topic; thread is its message_thread_id."""

    thread: int
    name: str
    closed: bool = False
    created: Json = field(default_factory=dict)


@dataclass
class Chat:
    """A private chat, group, supergroup or channel.

    bot: the bot's standing: member, administrator, left or kicked (private chats: member, or kicked when blocked).
    rights: of a bot that is an administrator, by their names in ChatMemberAdministrator.
    privacy: whether a mere member gets only what is meant for it, as it was when it was added.
    """

    id: int
    type: str
    title: str = ""
    bot: str = "left"
    rights: set[str] = field(default_factory=set)
    privacy: bool = True
    forum: bool = False
    silenced: bool = False
    deleted: bool = False
    migrated_to: int = 0
    first_name: str = ""
    username: str = ""
    members: dict[int, str] = field(default_factory=dict)  # user id: creator, administrator, member, left
    topics: dict[int, Topic] = field(default_factory=dict)
    kept: dict[int, Kept] = field(default_factory=dict)
    removed: dict[int, Kept] = field(default_factory=dict)
    last_bot: str = ""  # ours or other: general commands go to the last bot that spoke
    counter: Iterator[int] | None = field(default=None, repr=False)

    @property
    def group(self) -> bool:
        """Whether it is a group or a supergroup."""
        return self.type in ("group", "supergroup")

    def shape(self) -> Json:
        """The Chat object inside messages."""
        if self.type == "private":
            name = {"username": self.username} if self.username else {}
            return {"id": self.id, "type": self.type, "first_name": self.first_name, **name}
        return {"id": self.id, "type": self.type, "title": self.title, **({"is_forum": True} if self.forum else {})}

    def next_id(self) -> int:
        """The next message_id. Raises RuntimeError before the chat has a counter."""
        if self.counter is None:
            raise RuntimeError(self.id)
        return next(self.counter)

    def add(self, kept: Kept) -> Json:
        """Put a message with a message_id in."""
        self.kept[int(kept.json["message_id"])] = kept
        if kept.own:
            self.last_bot = "ours"
        return kept.json

    def may_manage_topics(self) -> bool:
        return self.bot == "administrator" and "can_manage_topics" in self.rights

    def check_open(self, thread: int) -> None:
        """Whether the bot may write under this thread. Raises Refused."""
        if thread in (0, 1) and self.forum:
            topic = self.topics.get(1)
        elif thread:
            topic = self.topics.get(thread)
            if topic is None and not (self.type == "supergroup" and not self.forum and thread in self.kept):
                raise Refused("thread_not_found")
        else:
            topic = None
        if topic and topic.closed and not self.may_manage_topics():
            raise Refused("topic_closed")

    @property
    def shown(self) -> list[Shown]:
        """What stands there now, in order: edits applied, deleted ones gone."""
        return [show(self.kept[number]) for number in sorted(self.kept)]

    @property
    def keyboard(self) -> Json:
        """The keyboard shown in place of the person's own: the last one sent, {} once it was removed."""
        sent = [self.kept[number].keyboard for number in sorted(self.kept)]
        last = next((one for one in reversed(sent) if one), None) or {}
        return last if "keyboard" in last else {}

    @property
    def from_bot(self) -> list[Shown]:
        """What the bot wrote, in order."""
        return [one for one in self.shown if not one.sender]

    @property
    def last(self) -> Shown:
        """The bot's last message. Raises LookupError if there is none."""
        if not self.from_bot:
            raise LookupError(f"the bot wrote nothing in {self.id}")
        return self.from_bot[-1]


def show(kept: Kept) -> Shown:
    """A kept message as a person sees it."""
    json = kept.json
    author: Json = json.get("from") or json.get("sender_chat") or {}
    sender = "" if kept.own else str(author.get("first_name") or author.get("title") or "?")
    return Shown(
        message_id=int(json["message_id"]),
        sender=sender,
        text=str(json.get("text", json.get("caption", ""))),
        kind=next((kind for kind in KINDS if kind in json), "text" if "text" in json else "service"),
        buttons=labels(json.get("reply_markup", {}).get("inline_keyboard", [])),
        keyboard=labels((kept.keyboard or {}).get("keyboard", [])),
        edits=tuple(kept.edits),
        topic=int(json.get("message_thread_id", 0)),
        reply_to=int(json.get("reply_to_message", {}).get("message_id", 0)),
        silent=kept.silent,
        entities=tuple(json.get("entities") or json.get("caption_entities") or ()),
        json=json,
    )
