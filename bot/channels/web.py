"""The built-in web chat as a channel: residents, and staff groups, without any platform.

Sending keeps nothing: the outbox row, or the card row, with its position is the delivery, and a page that was away
asks for what came after its last position. Once that row is committed as sent, `notice` tells the connections of the
chat to read for themselves; what another process sends is found by looking now and then.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.channels.base import Capabilities, Gone
from bot.channels.incoming import Incoming
from handlers.messages import Media, Outgoing, outgoing_from_json
from storage import shown
from storage.outbox import Handed
from storage.shown import Mark, Shown
from storage.unit_of_work import Work

NAME = "web"
PAGE = 200  # rows read at a time
FURTHEST_BACK = 1000  # positions: how far back a page that knows nothing begins to read

Frame = dict[str, Any]
Listener = Callable[[str, Handed | None], None]  # the chat, and what is new there; None: to be read


class WebChannel:
    """Tells the connections of a chat that there is something to read. Call it from the event loop only.

    incoming: where uploads lie; None, there are none.
    """

    name = NAME
    capabilities = Capabilities(buttons=True, edits=True, ordered=True, fetched=True)

    def __init__(self, incoming: Incoming | None = None) -> None:
        self.incoming = incoming
        self._listening: dict[str, set[Listener]] = {}

    async def send(self, chat: str, out: Outgoing, position: int) -> str:
        """The id of a message is the position at which it was first shown; a card keeps it when it is drawn again."""
        return f"m{position}"

    async def edit(self, chat: str, message_id: str, out: Outgoing, position: int) -> None:
        """Nothing to do: the page reads the card at its new position."""

    async def fetch(self, ref: str, to: Path, limit: int) -> int:
        """Bytes written to `to`. Raises TooLarge beyond `limit`, Gone if they are not there."""
        if self.incoming is None:
            raise Gone
        return await asyncio.to_thread(self.incoming.fetch, ref, to, limit)

    async def notice(self, chat: str) -> None:
        """Something of this chat was committed as sent."""
        self.tell(chat, None)

    def tell(self, chat: str, handed: Handed | None) -> None:
        """The same; handed: what it was, if it is known and nothing else."""
        for heard in tuple(self._listening.get(chat, ())):
            heard(chat, handed)

    def listen(self, chat: str, heard: Listener) -> None:
        self._listening.setdefault(chat, set()).add(heard)

    def forget(self, chat: str, heard: Listener) -> None:
        listening = self._listening.get(chat, set())
        listening.discard(heard)
        if not listening:
            self._listening.pop(chat, None)


@dataclass
class Line:
    """One chat as one page reads it.

    upto: the page has everything at or below it, and nothing more can appear there. ahead: positions beyond it that
    the page has too: a card may settle before a text that was taken earlier.
    """

    chat: str
    upto: int
    ahead: set[int] = field(default_factory=set)
    fresh: bool = True


@dataclass(frozen=True)
class Unread:
    """What to send of one line, in order. waits: something is on its way, read again soon."""

    frames: list[Frame]
    upto: int
    positions: frozenset[int]
    waits: bool


def unread(work: Work, line: Line) -> Unread:
    """What the page of `line` does not have yet. Changes nothing: `advance` does, once it was written out."""
    reach = shown.reach(work, NAME, line.chat)
    start, frames = _start(line, reach.newest)
    seen = line.ahead if start >= line.upto else set()
    new = [row for row in _after(work, line.chat, start) if row.position not in seen]
    marks = shown.marks(work, NAME, line.chat, start) if new else {}
    frames += [_frame(line.chat, row, marks.get(row.position)) for row in new]
    upto = max(start, reach.settled)
    if upto != line.upto or line.fresh:  # the first one also says: you are up to date
        frames.append({"type": "upto", "chat": line.chat, "position": upto})
    return Unread(frames, upto, frozenset(row.position for row in new), reach.settled < reach.newest)


def next_of(line: Line, handed: Handed) -> Unread | None:
    """What was handed over, if it is the very next of the line: then nothing needs to be read."""
    if line.fresh or line.ahead or handed.position != line.upto + 1:
        return None
    text = Shown("text", handed.position, handed.payload)
    frames = [_frame(line.chat, text, Mark(handed.message_id, handed.at)) | {"upto": handed.position}]
    return Unread(frames, handed.position, frozenset(), waits=False)


def _start(line: Line, newest: int) -> tuple[int, list[Frame]]:
    """Where to read from. A page that is ahead of the line remembers another store's chat: it begins again."""
    if line.upto > newest:
        return max(0, newest - FURTHEST_BACK), [{"type": "reset", "chat": line.chat}]
    return (line.upto or max(0, newest - FURTHEST_BACK)), []


def _after(work: Work, chat: str, position: int) -> list[Shown]:
    found: list[Shown] = []
    while True:
        page = shown.after(work, NAME, chat, position, PAGE)
        found += page
        if len(page) < PAGE:
            return found
        position = page[-1].position


def _frame(chat: str, row: Shown, mark: Mark | None) -> Frame:
    out = outgoing_from_json(row.payload, row.again)
    frame: Frame = {
        "type": row.kind,
        "chat": chat,
        "position": row.position,
        "message_id": mark.message_id if mark else f"m{row.position}",
        "at": mark.at.isoformat() if mark else None,
        "text": out.text,
        "buttons": [[{"label": button.label, "id": button.id} for button in each] for each in out.buttons],
        "copy": out.copy,
        "again": out.again,
    }
    if out.ask == "location":
        frame["ask"] = out.ask
    if out.media:
        frame["media"] = [_shown(chat, each) for each in out.media]
    return frame | ({"card": row.id} if row.kind == "card" else {})


def _shown(chat: str, media: Media) -> Frame:
    """thumb: None where there is no small picture. Whoever opens them is asked for the right again."""
    url = url_of(chat, media.sha256)
    thumb = f"{url}/thumb" if media.kind == "photo" else None
    return {"kind": media.kind, "name": media.name, "type": media.type, "url": url, "thumb": thumb}


def url_of(chat: str, sha256: str) -> str:
    """Under which this chat sees a stored file."""
    return f"/evidence/{quote(chat, safe='')}/{sha256}"


def advance(line: Line, read: Unread) -> None:
    """What was read is with the page now."""
    line.upto, line.fresh = read.upto, False
    line.ahead = {position for position in line.ahead | read.positions if position > read.upto}
