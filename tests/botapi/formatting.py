"""Text with marks in, text with entities out, as parse_mode asks; and the entities Telegram finds by itself.

HTML is parsed whole, MarkdownV2 without nested links, the old Markdown as far as its marks pair.
Offsets are UTF-16 units.
"""

import html
import re
from typing import Any

from tests.botapi.rules import Refused

Json = dict[str, Any]
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
TAG = re.compile(r"<(/?)([A-Za-z0-9-]*)([^>]*)>")
HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]*)""")
MARKS = {
    "*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler", "`": "code", "```": "pre",
}  # fmt: skip
NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
         "spoiler": "Spoiler", "code": "Code", "pre": "PreCode"}  # fmt: skip
RESERVED = "[]()>#+-=|{}.!"
FOUND = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w@])", re.ASCII)),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)", re.ASCII)),
    ("url", re.compile(r"https?://[^\s，。；！？、]+")),
)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def found(text: str) -> list[Json]:
    """Commands, mentions and links, as every message has them. Only ASCII makes a command."""
    entities = [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
        for kind, pattern in FOUND
        for match in pattern.finditer(text)
    ]
    return sorted(entities, key=lambda entity: int(str(entity["offset"])))


def parse(text: str, mode: str) -> tuple[str, list[Json]]:
    """The text without its marks, and its entities. Raises Refused."""
    parsers = {"": plain, "html": from_html, "markdownv2": from_markdown, "markdown": from_old_markdown}
    if mode.lower() not in parsers:
        raise Refused("parse_mode")
    return parsers[mode.lower()](text)


def plain(text: str) -> tuple[str, list[Json]]:
    return text, []


def byte_offset(text: str, at: int) -> int:
    return len(text[:at].encode())


def from_html(text: str) -> tuple[str, list[Json]]:
    """Tags Telegram knows; entities of any tag still open are an error, as is any other '<'."""
    shown, entities, still, at = "", list[Json](), list[tuple[str, int, str]](), 0
    for match in re.finditer(r"<", text):
        if match.start() < at:
            continue
        shown += html.unescape(text[at : match.start()])
        tag = TAG.match(text, match.start())
        name = tag.group(2).lower() if tag else ""
        offset = byte_offset(text, match.start())
        if tag and tag.group(1) and not still:
            raise Refused("html_bad_end", at=offset)
        if tag and tag.group(1) and still[-1][0] != name:
            raise Refused("html_mismatch", at=offset, tag=still[-1][0], found=name)
        if tag is None or name not in TAGS:
            raise Refused("html_bad_tag", tag=name, at=offset)
        if not tag.group(1):
            href = HREF.search(tag.group(3))
            still.append((name, units(shown), href.group(1) if href else ""))
        else:
            _, begun, link = still.pop()
            entities += entity(TAGS[name], begun, units(shown) - begun, link)
        at = tag.end()
    if still:
        raise Refused("html_no_end", tag=still[-1][0])
    return shown + html.unescape(text[at:]), sorted(entities, key=lambda one: int(one["offset"]))


def entity(kind: str, offset: int, length: int, link: str = "") -> list[Json]:
    """One entity, or none where it would cover nothing."""
    if not length or (kind == "text_link" and not link):
        return []
    return [{"type": kind, "offset": offset, "length": length, **({"url": html.unescape(link)} if link else {})}]


def from_markdown(text: str) -> tuple[str, list[Json]]:
    """MarkdownV2: every reserved character outside code must be escaped, every mark closed."""
    shown, entities, still, at = "", list[Json](), list[tuple[str, int, int]](), 0
    while at < len(text):
        mark = next((mark for mark in ("```", "||", "__", "*", "_", "~", "`") if text.startswith(mark, at)), "")
        within = still[-1][0] if still and still[-1][0] in ("`", "```") else ""
        if text[at] == "\\" and at + 1 < len(text):
            shown, at = shown + text[at + 1], at + 2
        elif mark and (not within or mark == within):
            if still and still[-1][0] == mark:
                _, begun, _ = still.pop()
                entities += entity(MARKS[mark], begun, units(shown) - begun)
            else:
                still.append((mark, units(shown), byte_offset(text, at)))
            at += len(mark)
        elif not within and (link := re.compile(r"\[((?:\\.|[^\]\\])+)\]\(((?:\\.|[^)\\])+)\)").match(text, at)):
            words = re.sub(r"\\(.)", r"\1", link.group(1))
            entities += entity("text_link", units(shown), units(words), link.group(2))
            shown, at = shown + words, link.end()
        elif text[at] in RESERVED and not within and not (text[at] == ">" and (not at or text[at - 1] == "\n")):
            raise Refused("markdown_reserved", sign=text[at])
        else:
            shown, at = shown + text[at], at + 1
    if still:
        raise Refused("markdown_no_end", kind=NAMES[MARKS[still[-1][0]]], at=still[-1][2])
    return shown, sorted(entities, key=lambda one: int(one["offset"]))


def from_old_markdown(text: str) -> tuple[str, list[Json]]:
    """Markdown: *bold*, _italic_, `code`, ```pre```; a mark that never closes is an error."""
    shown, entities, at = "", list[Json](), 0
    while at < len(text):
        mark = next((mark for mark in ("```", "*", "_", "`") if text.startswith(mark, at)), "")
        if text[at] == "\\" and text[at + 1 : at + 2] in ("_", "*", "`", "["):
            shown, at = shown + text[at + 1], at + 2
        elif mark:
            end = text.find(mark, at + len(mark))
            if end < 0:
                raise Refused("old_markdown_no_end", at=byte_offset(text, at))
            words = text[at + len(mark) : end]
            entities += entity(MARKS[mark], units(shown), units(words))
            shown, at = shown + words, end + len(mark)
        else:
            shown, at = shown + text[at], at + 1
    return shown, entities
