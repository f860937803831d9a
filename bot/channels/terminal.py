"""The chat in a terminal: no buttons, no edits; choices are numbered lines, one window shows all chats.

The person at the keyboard is the resident, and, after `:群`, a member of staff in the group that spoke last. The
resident sends a pin by `:位置` and two numbers.
"""

import re
from collections.abc import Callable

from bot.channels.base import Capabilities, numbered
from complaints.points import on_earth
from handlers.messages import Message, Outgoing

NAME = "terminal"
RESIDENT = "resident"
MARK = "[重发] "
PIN = ":位置"
_PAIR = re.compile(r"([-+]?\d{1,3}(?:\.\d{1,20})?)(?:\s*[,，、]\s*|\s+)([-+]?\d{1,3}(?:\.\d{1,20})?)")


class NoPlace(Exception):
    """What was typed after `:位置` is no latitude and longitude."""


def group_chat(unit: str) -> str:
    return f"group:{unit}"


def staff_sender(unit: str) -> str:
    return f"staff:{unit}"


class TerminalChannel:
    """Writes through `show`, one call a text."""

    name = NAME
    capabilities = Capabilities(buttons=False, edits=False)

    def __init__(self, show: Callable[[str, str], None], staff_sender: Callable[[str], str] = staff_sender) -> None:
        self._show, self.staff_sender = show, staff_sender
        self.last_group = ""

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        if chat != RESIDENT:
            self.last_group = chat
        self._show(chat, (MARK if out.again else "") + numbered(out))
        return str(position)

    async def notice(self, chat: str) -> None:
        """Nobody fetches here."""

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        await self.send(chat, out, position)


class Typed:
    """Turns typed lines into messages. `key` gives each line an id that is never used again."""

    def __init__(self, channel: TerminalChannel, key: Callable[[], str]) -> None:
        self._channel, self._key = channel, key
        self.in_group = False

    def message(self, line: str) -> Message | None:
        """None for a line that only changes who speaks: `:群` and `:居民`. Raises NoPlace."""
        if line.strip() in {":群", ":居民"}:
            self.in_group = line.strip() == ":群" and bool(self._channel.last_group)
            return None
        if not self.in_group:
            return self._resident(line)
        chat = self._channel.last_group
        return Message(
            NAME, chat, staff_sender(chat.removeprefix("group:")), self._key(), text=line, group=True, numbered=True
        )

    def _resident(self, line: str) -> Message:
        if not line.strip().startswith(PIN):
            return Message(NAME, RESIDENT, RESIDENT, self._key(), text=line, numbered=True)
        point = _point(line.strip().removeprefix(PIN))
        return Message(NAME, RESIDENT, RESIDENT, self._key(), point=point, numbered=True)


def _point(typed: str) -> tuple[float, float]:
    """`22.5431 114.0579`: latitude and longitude in degrees, WGS-84. Raises NoPlace."""
    pair = _PAIR.fullmatch(typed.strip())
    if pair is None or not on_earth(float(pair[1]), float(pair[2])):
        raise NoPlace
    return float(pair[1]), float(pair[2])
