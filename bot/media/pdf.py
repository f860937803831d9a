"""PDF: kept as it came, never opened here.

Scripts, actions that start programs, embedded files or encryption make it active, not refused: invoices as the tax
office issues them carry an embedded file, forms carry scripts, and a resident cannot tell. Staff are warned; it is
served as an attachment. A hint, not a proof: what hides on purpose is not found.
"""

import re
import zlib

from bot.media import NotTaken
from bot.media.found import Found

_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|GoToE|XFA|Encrypt)(?![A-Za-z])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_HEAD = re.compile(rb"%PDF-[12]\.\d")
_END = b"%%EOF"
MOST_STREAMS = 2000
MOST_ESCAPES = 20_000  # by chance, 20 MB of packed bytes hold some 600
MOST_INFLATED = 16 << 20  # bytes of the streams in which objects lie


def found(data: bytes) -> Found | None:
    """None if it is no PDF from its first byte on. Raises NotTaken("unknown") if it has no end."""
    if not _HEAD.match(data):
        return None
    if _END not in data:
        raise NotTaken("unknown")
    return Found("application/pdf", "document", ".pdf", _is_active(data))


def _is_active(data: bytes) -> bool:
    """Also if there is more packed inside than is looked at."""
    if _names(data):
        return True
    left, at = MOST_INFLATED, data.find(b"/ObjStm")
    for _ in range(MOST_STREAMS):
        if at < 0:
            return False
        begin = data.find(b"stream", at)
        end = data.find(b"endstream", begin)
        if begin < 0 or end < 0:
            return True
        inside = _inflated(data[begin + 6 : end].lstrip(b"\r\n"), left)
        left -= len(inside)
        if not inside or left <= 0 or _names(inside):
            return True
        at = data.find(b"/ObjStm", end)
    return True


def _names(data: bytes) -> bool:
    """Letters of a name may be spelled as #xx. So many of them that nobody would write are told at once."""
    plain, spelled = _ESCAPED.subn(lambda match: bytes([int(match[1], 16)]), data, MOST_ESCAPES)
    return spelled == MOST_ESCAPES or bool(_ACTIVE.search(plain))


def _inflated(packed: bytes, most: int) -> bytes:
    """Nothing if it is packed in another way."""
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""
