"""What the outbox expects of a channel, and what is the same for all of them: numbered choices, split long text.

A channel translates and nothing else: it keeps no state that the database does not have.
"""

from dataclasses import dataclass
from typing import Protocol, TypeGuard

from handlers.messages import Outgoing


@dataclass(frozen=True)
class Capabilities:
    """What a platform can do. longest: characters of one text.

    ordered: the reader knows each text by its position, so sending one again does no harm. fetched: the reader comes
    for what is committed as sent, so nothing is sent: it is only told, by `notice`, that there is something. topics: a
    group may have threads of its own making; the channel is a `Forum`. growing: message ids are numbers, and of two in
    a chat the larger is the newer.
    """

    buttons: bool
    edits: bool
    longest: int = 4000
    ordered: bool = False
    fetched: bool = False
    topics: bool = False
    growing: bool = False


class Unreachable(Exception):
    """The person or group cannot be written to any more: blocked, left, gone."""


class TryLater(Exception):
    """The platform asks to wait `seconds` before the next send to this chat."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class CardsLater(TryLater):
    """Cards of this chat are to wait `seconds`, so that there is room for words; words may go."""


class KeyRefused(Exception):
    """The platform does not know us: nothing goes anywhere on this channel until its key is right.

    setting: by which it is given.
    """

    def __init__(self, setting: str) -> None:
        super().__init__(f"{setting} was refused")
        self.setting = setting


class InDoubt(Exception):
    """Nobody can say whether it arrived: the line broke after the request was written."""


class Migrated(Exception):
    """The group has become another chat: `to`."""

    def __init__(self, to: str) -> None:
        super().__init__("the chat has another id now")
        self.to = to


class NoTopic(Exception):
    """The thread of the group is gone, or closed."""


class TopicClosed(NoTopic):
    """It is there, but nothing can be written in it until it is opened again."""


class Gone(Exception):
    """The message to be edited is gone, or too old: it is to be sent anew."""


class Refused(Exception):
    """The platform will never take this text as it is."""


class NoForum(Refused):
    """The group has no topics, or no more."""


class NoRight(Refused):
    """The people of the group have not given us the right to do this."""


OF_THE_CHAT = (TryLater, KeyRefused, Unreachable, Migrated)  # these say nothing of the message: another try is worth it


class TooLarge(Exception):
    """A file is larger than may be taken."""


class Channel(Protocol):
    """One platform's way out.

    `position` is the place of the text in its chat's line, counted from 1 without gaps; a channel whose reader
    can ask for "what came after" needs nothing else. `send` returns the platform's id of the message; all
    methods raise Unreachable, TryLater, KeyRefused or InDoubt; other errors count as "not sent, try again". Only cards
    are edited. `notice` says that something of this chat was committed as sent.
    """

    name: str
    capabilities: Capabilities

    async def send(self, chat: str, out: Outgoing, position: int) -> str: ...

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None: ...

    async def notice(self, chat: str) -> None: ...


class Forum(Channel, Protocol):
    """A channel with topics. A topic is named by the platform's id of it, as in `Outgoing.topic`.

    What is so already is no error. All raise what `send` raises, and NoRight; open_topic also NoForum.
    """

    async def open_topic(self, chat: str, name: str) -> str: ...

    async def rename_topic(self, chat: str, topic: str, name: str) -> None: ...

    async def close_topic(self, chat: str, topic: str) -> None: ...

    async def reopen_topic(self, chat: str, topic: str) -> None: ...


def has_topics(channel: Channel) -> TypeGuard[Forum]:
    return channel.capabilities.topics


def numbered(out: Outgoing) -> str:
    """The text with its choices as numbered lines, for platforms without buttons."""
    labels = [button.label for row in out.buttons for button in row]
    lines = [f"{number}. {label}" for number, label in enumerate(labels, start=1)]
    return "\n".join([out.text, *lines])
