"""What a person says and what is said to them, the same for every platform.

A channel turns its platform's updates into `Message` and carries out `Outgoing`; handlers answer with `Reply`,
whose choices become buttons with server rows once the turn commits. Nothing here knows a platform.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import orjson


@dataclass(frozen=True)
class File:
    """Something sent along. kind: photo, voice, video or document. ref: by which the channel finds the bytes again.

    unique: the same for the same file sent again. size: bytes, as the platform says; 0: unknown. name: as the sender's
    device calls it. seconds: of voice and video.
    """

    kind: str
    ref: str
    unique: str = ""
    size: int = 0
    name: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class Message:
    """One thing that came from a platform.

    update_key: the platform's own id of it, unique within the channel: the same key is the same message.
    button: the opaque id of a pressed button. reply_to: the id of our message it answers. point: latitude and
    longitude in degrees (WGS-84). odd: why a command in it cannot be trusted (forwarded, via_bot, anonymous,
    edited), empty for a plain one. numbered: its channel shows choices as numbers, so a number may be one. album: the
    platform's id of what was sent together, each in a message of its own. topic: the thread of a group it stands in.
    forum: the group has such topics. phone: shared by a key, the sender's own. contact: of somebody else, who was
    shared: number and name as words. replaces: the key of the message that this one is a new version of.
    """

    channel: str
    chat: str
    sender: str
    update_key: str
    text: str = ""
    button: str | None = None
    reply_to: str | None = None
    group: bool = False
    point: tuple[float, float] | None = None
    odd: str = ""
    numbered: bool = False
    files: tuple[File, ...] = ()
    album: str = ""
    topic: str = ""
    forum: bool = False
    phone: str = ""
    contact: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class Event:
    """What happened to a chat outside a message. kind: blocked, unblocked, kicked, added, migrated, topic_closed.

    key: unique within the channel. to: the chat it became, when it migrated.
    """

    channel: str
    chat: str
    kind: str
    key: str
    to: str = ""


@dataclass(frozen=True)
class Choice:
    """Something a reply offers: `label` is read, `action` is a name in the router's table, `args` go with it."""

    label: str
    action: str
    args: dict[str, str] = field(default_factory=dict)
    complaint: str = ""


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True)
class Media:
    """A stored file to be shown. sha256: of its content; name: for people; type: MIME."""

    kind: str
    sha256: str
    name: str
    type: str


@dataclass(frozen=True)
class Reply:
    """The answer to the person who spoke, in the chat where they spoke. `copy` is a text worth copying whole.

    media: stored files to be shown with it. ask: what a key is to send, as in `Outgoing`.
    """

    text: str
    choices: Rows = ()
    copy: str = ""
    media: tuple[Media, ...] = ()
    ask: str = ""


class Delivery(StrEnum):
    """What to do when nobody can say whether a push arrived: send it again, or park it and list it."""

    MUST_ARRIVE = "must_arrive"
    ONCE = "once"


@dataclass(frozen=True)
class Push:
    """Words to a chat other than the one being answered, not before `due`."""

    channel: str
    chat: str
    reply: Reply
    due: datetime
    delivery: Delivery = Delivery.MUST_ARRIVE
    complaint: str = ""
    word: int | None = None  # the staff's words it carries; deleted with it when they are taken back


@dataclass(frozen=True)
class Button:
    """A label and the opaque id (at most 64 bytes) of the server row that says what a press means."""

    label: str
    id: str


@dataclass(frozen=True)
class Outcome:
    """What became of a file that was sent along. state: kept, refused (why: a word) or lost (why: tries, if it may be
    there but could not be fetched).

    Of a kept one: the hashes of the file and of its small picture, what it really is (kind, type: MIME), whether it may
    do more than it shows, and where the camera says it was: latitude and longitude in degrees.
    """

    state: str
    why: str = ""
    sha256: str = ""
    thumb: str = ""
    kind: str = ""
    type: str = ""
    active: bool = False
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Outgoing:
    """What a channel has to show: plain text, rows of buttons, perhaps a text to copy. `again` marks a 重发.

    ask: location or contact, where the platform has a key that sends it; over, that key is to go. topic: the thread of
    a group. card: it is a card, which waits for words.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    copy: str = ""
    again: bool = False
    ask: str = ""
    media: tuple[Media, ...] = ()
    topic: str = ""
    card: bool = False


def to_json(message: "Message") -> str:
    """A message as it is kept in the inbox."""
    return orjson.dumps(vars(message)).decode()


def message_from_json(kept: str) -> Message:
    values = orjson.loads(kept)
    values["point"] = tuple(values["point"]) if values["point"] else None
    values["files"] = tuple(File(**file) for file in values.get("files", ()))
    return Message(**values)


def outgoing_to_json(out: Outgoing) -> str:
    """What is to be shown, as it is kept in the outbox."""
    rows = [[[button.label, button.id] for button in row] for row in out.buttons]
    more = {name: value for name in ("ask", "media", "topic") if (value := getattr(out, name))}
    return orjson.dumps({"text": out.text, "buttons": rows, "copy": out.copy, **more}).decode()


def buttons_from_json(kept: str) -> list[tuple[str, str]]:
    """Label and id of its buttons, in their order."""
    return [(label, id) for row in orjson.loads(kept)["buttons"] for label, id in row]


def topic_from_json(kept: str) -> str:
    """The thread it was to be shown in; empty: the group itself."""
    topic: str = orjson.loads(kept).get("topic", "")
    return topic


def outgoing_from_json(kept: str, again: bool = False) -> Outgoing:
    values = orjson.loads(kept)
    rows = tuple(tuple(Button(label, id) for label, id in row) for row in values["buttons"])
    media = tuple(Media(**each) for each in values.get("media", ()))
    return Outgoing(values["text"], rows, values["copy"], again, values.get("ask", ""), media, values.get("topic", ""))
