"""What a page says over its connection: read strictly, so that nothing odd goes further than here."""

import json
import re
from dataclasses import dataclass
from typing import Any, TypeGuard

from complaints.points import on_earth

LONGEST_TEXT = 100_000  # characters: a long letter is kept whole
MOST_CHATS = 30
MOST_FILES = 10  # of one message
KINDS = frozenset({"photo", "voice", "video", "document"})
LONGEST_NAME = 255  # characters of a file's name as the page says it
KEPT_OF_NAME = 120
LARGEST_FILE = 2**40  # bytes: beyond is no size
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_UPLOAD = re.compile(r"[0-9a-f]{32}-[0-9a-f]{64}")


class Refused(Exception):
    """A frame is not taken: `why` is a word the page knows."""

    def __init__(self, why: str, id: str | None = None) -> None:
        super().__init__(why)
        self.why, self.id = why, id


@dataclass(frozen=True)
class Attached:
    """An upload that goes with a message. size: bytes, as the page says; name: without folders."""

    id: str
    kind: str
    name: str
    size: int


@dataclass(frozen=True)
class Said:
    """A message as the page gives it. id: made by the page, the same at every repetition.

    point: latitude and longitude in degrees, WGS-84: the datum of the browser's Geolocation.
    """

    id: str
    chat: str
    text: str
    button: str | None
    reply_to: str | None
    point: tuple[float, float] | None = None
    files: tuple[Attached, ...] = ()


def parse(raw: str) -> dict[str, Any]:
    """A frame of a known type. Raises Refused."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("rubbish") from None
    if not isinstance(frame, dict) or frame.get("type") not in {"hello", "say"}:
        raise Refused("rubbish", _id(frame) if isinstance(frame, dict) else None)
    return frame


def _id(frame: dict[str, Any]) -> str | None:
    id = frame.get("id")
    return id if isinstance(id, str) and _ID.fullmatch(id) else None


def positions(frame: dict[str, Any]) -> dict[str, int]:
    """Chat -> the last position the page has read in it. Raises Refused."""
    chats = frame.get("chats")
    if not isinstance(chats, dict) or len(chats) > MOST_CHATS:
        raise Refused("rubbish")
    if not all(type(position) is int and 0 <= position < 2**53 for position in chats.values()):
        raise Refused("rubbish")
    return chats


def said(frame: dict[str, Any]) -> Said:
    """Raises Refused, with the id if there is one, so that the page knows which message it was."""
    id, chat, text = _id(frame), frame.get("chat"), frame.get("text", "")
    names = [frame.get("button"), frame.get("reply_to")]
    if id is None or not isinstance(chat, str) or not isinstance(text, str) or not all(map(_is_name, names)):
        raise Refused("rubbish", id)
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", id)
    point, files = _point(frame, id), _files(frame, id)
    if not text.strip() and not names[0] and point is None and not files:
        raise Refused("empty", id)
    return Said(id, chat, _clean(text), names[0], names[1], point, files)


def _files(frame: dict[str, Any], id: str) -> tuple[Attached, ...]:
    """With words, or alone: with a press or a pin no page of ours sends them."""
    files = frame.get("files")
    if files is None:
        return ()
    if not isinstance(files, list) or frame.get("button") is not None or frame.get("point") is not None:
        raise Refused("rubbish", id)
    if len(files) > MOST_FILES:
        raise Refused("too_many_files", id)
    read = tuple(_file(each, id) for each in files)
    if len({each.id for each in read}) < len(read):
        raise Refused("rubbish", id)
    return read


def _file(file: object, id: str) -> Attached:
    if not isinstance(file, dict):
        raise Refused("rubbish", id)
    upload, kind, name, size = (file.get(key) for key in ("id", "kind", "name", "size"))
    sound = isinstance(upload, str) and _UPLOAD.fullmatch(upload) and isinstance(kind, str) and kind in KINDS
    named = isinstance(name, str) and len(name) <= LONGEST_NAME
    sized = type(size) is int and 0 < size <= LARGEST_FILE
    if not (sound and named and sized):
        raise Refused("rubbish", id)
    return Attached(str(upload), str(kind), file_name(str(name)), int(str(size)))


def file_name(name: str) -> str:
    """As it can stand in a line: no folders, nothing that cannot be seen or turns the writing round."""
    last = re.split(r"[/\\]", _clean(name))[-1]
    seen = "".join(each for each in last if each.isprintable()).strip()
    return seen if len(seen) <= KEPT_OF_NAME else f"{seen[: KEPT_OF_NAME - 12]}…{seen[-11:]}"


def _point(frame: dict[str, Any], id: str) -> tuple[float, float] | None:
    """A pin is no press: both at once no page of ours sends."""
    point = frame.get("point")
    if point is None:
        return None
    if not isinstance(point, dict) or frame.get("button") is not None:
        raise Refused("rubbish", id)
    latitude, longitude = point.get("latitude"), point.get("longitude")
    if not (_is_number(latitude) and _is_number(longitude) and on_earth(latitude, longitude)):
        raise Refused("no_place", id)
    return float(latitude), float(longitude)


def _is_number(value: object) -> TypeGuard[float]:
    return type(value) in {int, float}  # true and false are numbers to Python


def _is_name(value: object) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 64)


def _clean(text: str) -> str:
    """Half a surrogate pair, which JSON allows, is no text the store could keep."""
    return text.encode("utf-8", "replace").decode()
