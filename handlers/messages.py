"""What a person says and what is said to them, the same for every platform.

A channel turns its platform's updates into `Message` and carries out `Outgoing`; handlers answer with `Reply`,
whose choices become buttons with server rows once the turn commits. Nothing here knows a platform.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import orjson


@dataclass(frozen=True)
class Message:
    """One thing that came from a platform.

    update_key: the platform's own id of it, unique within the channel: the same key is the same message.
    button: the opaque id of a pressed button. reply_to: the id of our message it answers. point: latitude and
    longitude in degrees (WGS-84). odd: why a command in it cannot be trusted (forwarded, via_bot, anonymous,
    edited), empty for a plain one. numbered: its channel shows choices as numbers, so a number may be one.
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


@dataclass(frozen=True)
class Choice:
    """Something a reply offers: `label` is read, `action` is a name in the router's table, `args` go with it."""

    label: str
    action: str
    args: dict[str, str] = field(default_factory=dict)
    complaint: str = ""


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True)
class Reply:
    """The answer to the person who spoke, in the chat where they spoke. `copy` is a text worth copying whole."""

    text: str
    choices: Rows = ()
    copy: str = ""


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
class Outgoing:
    """What a channel has to show: plain text, rows of buttons, perhaps a text to copy. `again` marks a 重发."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    copy: str = ""
    again: bool = False


def to_json(message: "Message") -> str:
    """A message as it is kept in the inbox."""
    return orjson.dumps(vars(message)).decode()


def message_from_json(kept: str) -> Message:
    values = orjson.loads(kept)
    values["point"] = tuple(values["point"]) if values["point"] else None
    return Message(**values)


def outgoing_to_json(out: Outgoing) -> str:
    """What is to be shown, as it is kept in the outbox."""
    rows = [[[button.label, button.id] for button in row] for row in out.buttons]
    return orjson.dumps({"text": out.text, "buttons": rows, "copy": out.copy}).decode()


def buttons_from_json(kept: str) -> list[tuple[str, str]]:
    """Label and id of its buttons, in their order."""
    return [(label, id) for row in orjson.loads(kept)["buttons"] for label, id in row]


def outgoing_from_json(kept: str, again: bool = False) -> Outgoing:
    values = orjson.loads(kept)
    rows = tuple(tuple(Button(label, id) for label, id in row) for row in values["buttons"])
    return Outgoing(values["text"], rows, values["copy"], again)
