"""What is to be shown, as Telegram takes it: parts of a long text, the keys under it.

The platform bounds a text by its characters, and counts a character beyond U+FFFF twice in places; parts keep to the
stricter count, UTF-16 units. Borders of characters as people see them follow UAX #29 for marks, flags, joined and
coloured emoji; Korean written letter by letter and the prefixes of Indic scripts are not known.
"""

import mimetypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels.base import Refused
from complaints.draft import KEY_OVER
from handlers.messages import Media, Outgoing

LONGEST = 4096  # UTF-16 units of one text
LONGEST_CAPTION = 1024
LONGEST_COPY = 256
LONGEST_DATA = 64  # bytes
ALBUM = 10  # pictures that come as one
MARK = "[重发] "
CUT = "……"
COPY = "复制"
ASK = {"location": "发送我的位置", "contact": "发送我的电话号码"}
ASK_LINE = {
    "location": "也可以点下面的键，把位置发来。",
    "contact": "也可以点下面的键，把电话号码发来。",
    KEY_OVER: "有话直接写，也可以点上面的键。",
}
NO_KEYS = {"remove_keyboard": True}
_METHODS = {"photo": "sendPhoto", "voice": "sendVoice", "video": "sendVideo", "document": "sendDocument"}
_PLAYED = {  # what the platform shows as what it is; all else goes as a document
    "photo": ("image/jpeg", "image/png", "image/webp"),
    "voice": ("audio/ogg", "audio/mpeg", "audio/mp4"),
    "video": ("video/mp4",),
}
_JOINER = 0x200D
# where a text may well be cut, best first: after a paragraph, a line, a sentence, a word
_BREAKS = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"[。！？；!?;…]+[”’」』）)]*|\.\s", r"[，、,：:]|\s")))

Markup = dict[str, Any]


def text(out: Outgoing) -> str:
    """With the mark of what may have come before; what cannot be written as UTF-8 is replaced."""
    shown = marked(out.text, again=out.again)
    try:
        shown.encode()
    except UnicodeEncodeError:
        return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return shown


def marked(text: str, *, again: bool) -> str:
    return (MARK if again else "") + text


def inline(out: Outgoing) -> Markup | None:
    """The choices, and a key that copies. Raises Refused if the id of a choice is longer than 64 bytes."""
    rows = [[_key(button.label, button.id) for button in row] for row in out.buttons]
    if out.copy and units(out.copy) <= LONGEST_COPY:
        rows.append([{"text": COPY, "copy_text": {"text": out.copy}}])
    return {"inline_keyboard": rows} if rows else None


def _key(label: str, id: str) -> Markup:
    if len(id.encode()) > LONGEST_DATA:
        raise Refused("the id of a button is too long")
    return {"text": label, "callback_data": id}


def asking(ask: str) -> Markup:
    """A key in place of the letters, that sends the location or the contact and goes away once pressed; or its end."""
    if ask == KEY_OVER:
        return NO_KEYS
    key = {"text": ASK[ask], f"request_{ask}": True}
    return {"keyboard": [[key]], "one_time_keyboard": True, "resize_keyboard": True}


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """The text in pieces of at most `longest` UTF-16 units, none of them blank; a blank text is one piece."""
    if len(text) * 2 <= longest or units(text) <= longest:
        return [text]
    found = []
    while text:
        end = _end(text, longest)
        if piece := text[:end].strip():
            found.append(piece)
        text = text[end:]
    return found or [""]


def head(text: str, longest: int = LONGEST) -> str:
    """As much as goes into one text, marked where it is cut: a shown text that is drawn anew stays one."""
    if len(text) * 2 <= longest or units(text) <= longest:
        return text
    return text[: _border(text, _reach(text, longest - len(CUT)))].rstrip() + CUT


def _end(text: str, longest: int) -> int:
    """Where the first piece ends: at the best kind of break in its second half, else between two characters."""
    reach = _reach(text, longest)
    if reach == len(text):
        return reach
    for break_ in _BREAKS:
        ends = [found.end() for found in break_.finditer(text, reach // 2, reach)]
        for end in reversed(ends):
            if not _joined(text, end):
                return end
    return _border(text, reach)


def _reach(text: str, longest: int) -> int:
    """How many letters of it are at most `longest` UTF-16 units."""
    reach = min(len(text), longest)
    while (over := units(text[:reach]) - longest) > 0:
        reach -= (over + 1) // 2
    return reach


def _border(text: str, end: int) -> int:
    """The last border at or before `end`; a single character that is longer than everything is cut."""
    start = end
    while 0 < start < len(text) and _joined(text, start):
        start -= 1
    return start or end


def _joined(text: str, at: int) -> bool:
    """Whether what stands before and after `at` is one character to the reader."""
    if at <= 0 or at >= len(text):
        return False
    before, after = ord(text[at - 1]), ord(text[at])
    if after < 0x300:
        return before == 0x0D and after == 0x0A
    if _extends(text[at]) or before == _JOINER:
        return True
    return _flag(before) and _flag(after) and _flags_before(text, at) % 2 == 1


def _extends(letter: str) -> bool:
    """Marks, the joiner, skin colours, and the tags of regional flags."""
    code = ord(letter)
    if code == _JOINER or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return True
    return unicodedata.category(letter) in ("Mn", "Me", "Mc")


def _flag(code: int) -> bool:
    return 0x1F1E6 <= code <= 0x1F1FF


def _flags_before(text: str, at: int) -> int:
    """Letters of flags that end at `at`: two make one flag."""
    start = at
    while start and _flag(ord(text[start - 1])):
        start -= 1
    return at - start


def albums(media: Sequence[Media]) -> Iterator[Sequence[Media]]:
    """What comes as one message: pictures together, up to ten; everything else alone."""
    pictures = [each for each in media if each.kind == "photo"]
    for start in range(0, len(pictures), ALBUM):
        yield pictures[start : start + ALBUM]
    for each in media:
        if each.kind != "photo":
            yield (each,)


def upload(album: Sequence[Media]) -> tuple[str, Markup, list[str]]:
    """The method that shows it, its parameters, and under which names the files go, in their order."""
    if len(album) > 1:
        names = [f"picture{number}" for number in range(len(album))]
        shown = [
            {"type": "photo", "media": f"attach://{name}", "caption": caption(each)}
            for name, each in zip(names, album, strict=True)
        ]
        return "sendMediaGroup", {"media": shown}, names
    kind = album[0].kind if album[0].type in _PLAYED.get(album[0].kind, ()) else "document"
    return _METHODS[kind], {"caption": caption(album[0])}, [kind]


def caption(media: Media) -> str:
    return head(media.name, LONGEST_CAPTION)


def filename(media: Media) -> str:
    """Its name without what would end the header it stands in; else one by its content."""
    name = "".join(letter for letter in media.name if letter.isprintable() and letter not in '"\\/')
    return name.strip() or media.sha256[:12] + (mimetypes.guess_extension(media.type) or "")
