"""What a typed text asks for, as a command: in English, in Chinese, short, with or without a slash."""

import re
from dataclasses import dataclass

from handlers import subject
from handlers.commands import BY_WORD, Entry
from handlers.turn import Turn, normal, simple, split

SLASHES = "/\uff0f"
_CHINESE = re.compile(  # the longest first
    "|".join(map(re.escape, sorted((word for word in BY_WORD if not word.isascii()), key=len, reverse=True)))
)


@dataclass(frozen=True)
class Command:
    entry: Entry
    words: str


def command(turn: Turn) -> Command | None:
    """`/word rest` or, in Chinese, `word rest`, the rest perhaps without a space; None if it is neither."""
    first, rest = split(turn.message.text)
    slashed = is_slashed(first)
    typed = simple(first.lstrip(SLASHES).split("@")[0])
    entry = BY_WORD.get(normal(typed))
    if entry is not None and (slashed or not typed.isascii()):
        return Command(entry, rest)
    return _glued(turn, typed, rest, slashed)


def _glued(turn: Turn, typed: str, rest: str, slashed: bool) -> Command | None:
    """接Q8XW: a Chinese word and a number without a space between them."""
    opens = _CHINESE.match(typed)
    word = opens[0] if opens else ""
    number = typed.removeprefix(word)
    if not word or not number.isascii() or not (slashed or subject.named(turn, number)):
        return None
    return Command(BY_WORD[word], f"{number} {rest}".strip())


def is_slashed(text: str) -> bool:
    return text.strip().startswith(tuple(SLASHES))


def is_meant(turn: Turn, found: Command) -> bool:
    """A Chinese word without a slash is a command when it stands alone, before a number, or under a card."""
    if turn.message.group and turn.message.reply_to:
        return True
    first = split(found.words)[0]
    return not first or subject.is_number(turn, first) or bool(subject.named(turn, first))
