"""Masking: the copy of a text that cards, logs, exports, metrics and training may show.

Stars stand for characters one by one, so places in the text and in its masked copy are the same, and what is masked
once stays as it is. When in doubt a number is masked: the text as typed is sealed elsewhere and can be read for cause.

Limits: those of `digits`, `accounts` and `names`. Names of others and addresses are not found; the names handed in are
masked only in full. What staff see in a masked copy and want out of it is for `blanking`.
"""

import re
from collections.abc import Iterable

from complaints import accounts, digits, names
from complaints.spans import Kind, Span, fold, folded_sign, hidden

RECEIPT = re.compile(r"(?<![A-Z0-9])(?!QQ|VX|WX|TEL)[A-Z]{2,4}(?:-[A-Z0-9]{4}){2}-[A-Z0-9](?![A-Z0-9-])", re.I)
RULES = (accounts.emails, digits.written, digits.spoken, accounts.plates, accounts.ids, names.introduced)


def mask(text: str, known: Iterable[str] = ()) -> str:
    """`text` with stars over its spans; as long as `text`, and unchanged by a second mask.

    known: names that are masked wherever they stand.
    """
    return _masked(text, tuple(known))[0]


def spans(text: str, known: Iterable[str] = ()) -> tuple[Span, ...]:
    """What `mask` covers, in order of place; ends are exclusive."""
    return tuple(sorted(_masked(text, tuple(known))[1]))


def _masked(text: str, known: tuple[str, ...]) -> tuple[str, list[Span]]:
    """Covers until nothing is left to cover: one star may end a number that hid the next."""
    covered: list[Span] = []
    while fresh := [span for span in _found(text, known) if _cover(text, span) != text[span.start : span.end]]:
        for span in fresh:
            text = text[: span.start] + _cover(text, span) + text[span.end :]
        covered += fresh
    return text, covered


def _cover(text: str, span: Span) -> str:
    """The span's own signs with stars over all letters and digits but those its kind keeps."""
    piece = text[span.start : span.end]
    at = next(
        (place for place, sign in enumerate(piece) if span.kind is Kind.EMAIL and folded_sign(sign) == "@"), len(piece)
    )
    places = [place for place, sign in enumerate(piece[:at]) if sign.isalnum()]  # a mail domain stays
    first, last = _kept(span.kind, piece, len(places))
    starred = set(places[first : len(places) - last])
    return "".join("*" if place in starred else sign for place, sign in enumerate(piece))


def _kept(kind: Kind, piece: str, length: int) -> tuple[int, int]:
    """How many letters and digits stay readable at the start and at the end."""
    if kind is Kind.PHONE:
        return (3, 4) if length >= 11 else (0, 4)  # three more of a short number would leave one star
    if kind is Kind.CARD:
        return (0, 4)
    if kind is Kind.IDENTITY:
        return (3 if piece[0].isdecimal() else 0, 0)  # a province; the last six are many people's password
    if kind is Kind.NAME:
        return (2 if length > 2 and names.COMPOUND_SURNAME.match(piece) else 1, 0)
    if kind is Kind.GIVEN:
        return (0, 0)  # the surname before it stays
    if kind is Kind.PLATE:
        return (1 if piece[0].isascii() else 2, 0)
    return (1 if length > 2 else 0, 0)


def _found(text: str, known: tuple[str, ...]) -> list[Span]:
    """One look at the text: what one rule takes is hidden from the next."""
    folded = fold(text)
    for receipt in RECEIPT.finditer(folded):
        folded = hidden(folded, receipt.start(), receipt.end())
    found: list[Span] = []
    for rule in RULES:
        fresh = list(rule(folded))
        for span in fresh:
            folded = hidden(folded, span.start, span.end)
        found += fresh
    for name in sorted({names.bare(name) for name in known}, key=len, reverse=True):
        for span in list(names.named(folded, name)):
            folded = hidden(folded, span.start, span.end)
            found.append(span)
    return found
