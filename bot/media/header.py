"""How large a picture says it is, read from its first bytes: nothing is decoded, so a bomb costs nothing.

JPEG, PNG, GIF and WebP. What the header says may be a lie; the worker that draws is bounded for that.
"""

import struct
from typing import Final

from bot.media import NotTaken

TYPES: Final = ("image/jpeg", "image/png", "image/gif", "image/webp")
_NO_FRAME = {0xC4, 0xC8, 0xCC}  # among the start-of-frame markers, but tables
_MOST_SEGMENTS = 5000  # before the frame; a colour profile of 16 MB takes 256


def picture_type(data: bytes) -> str:
    """The MIME type, or nothing if it is none of these pictures."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, before any turning. Raises NotTaken("broken") if the header does not say."""
    read = {"image/jpeg": _jpeg, "image/png": _png, "image/gif": _gif, "image/webp": _webp}.get(picture_type(data))
    try:
        width, height = read(data) if read else (0, 0)
    except (struct.error, IndexError):
        width = height = 0
    if not (width and height):
        raise NotTaken("broken")
    return width, height


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return (width, height) if data[12:16] == b"IHDR" else (0, 0)


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        while data[at] == 0xFF:  # any number of them leads a marker
            at += 1
        marker, length = data[at], struct.unpack_from(">H", data, at + 1)[0]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack_from(">HH", data, at + 4)
            return width, height
        at += 1 + length
        if data[at] != 0xFF:
            break
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    form, body = data[12:16], data[20:30]
    if form == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if form == b"VP8L" and body[0] == 0x2F:
        bits = struct.unpack_from("<I", body, 1)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
