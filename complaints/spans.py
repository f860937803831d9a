"""What someone could be found by: a place in a text, and what kind of thing stands there.

The rules look at a folded text, of the same length as the text itself; what one rule has taken is hidden from the next.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    NAME = "name"
    GIVEN = "given"  # a name without its surname


@dataclass(frozen=True, order=True)
class Span:
    """text[start:end] is what someone could be found by."""

    start: int
    end: int
    kind: Kind


def fold(text: str) -> str:
    """As long as `text`: digits of every script as ASCII, full-width forms as half-width."""
    return "".join(map(folded_sign, text))


def folded_sign(sign: str) -> str:
    """One sign for one: digits of every script as ASCII, full-width forms as half-width."""
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def hidden(folded: str, start: int, end: int) -> str:
    return folded[:start] + "\0" * (end - start) + folded[end:]
