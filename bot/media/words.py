"""Plain text: UTF-8, UTF-16 with its mark, or GB 18030; without control characters.

Markup and scripts are told by how they begin. A script without a sign of its own is text: it is served as text, named
.txt, and does nothing.
"""

import codecs
import re

from bot.media import NotTaken
from bot.media.found import Found

_TEXT = Found("text/plain", "document", ".txt")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ue000-\uf8ff]")  # controls, unassigned, private use
_MARKUP = re.compile(
    r"<\s*(!doctype|!entity|\?xml|html|head|body|svg|script|iframe|object|embed|meta|img|link|style)\b", re.IGNORECASE
)
_SCRIPT = re.compile(
    r"#!|%!ps|@echo off|<\?(php|=)|windows registry editor|\[(internetshortcut|desktop entry|autorun)\]", re.IGNORECASE
)
_OTHER = re.compile(r"\{\\rt|mime-version:", re.IGNORECASE)  # RTF holds objects, MHTML holds pages
_LOOKED_AT = 1024  # characters; browsers look as far


def found(data: bytes) -> Found | None:
    """None if it is no text. Raises NotTaken: empty, script or markup."""
    text = _read(data)
    if text is None or _NO_TEXT.search(text):
        return None
    head = text[:_LOOKED_AT].lstrip()
    if not head and not text.strip():
        raise NotTaken("empty")
    if _SCRIPT.match(head):
        raise NotTaken("script")
    if _MARKUP.search(head):
        raise NotTaken("markup")
    return None if _OTHER.match(head) else _TEXT


def _read(data: bytes) -> str | None:
    """None if it is in no encoding we know."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
