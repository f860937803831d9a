"""Blanking: a word that staff see in a masked copy, and want out of it, goes under stars.

It is looked for in what the rules of `masking` have left to see, so asking for a word tells nothing of what they hide.
White space and middle dots may stand between its signs; upper and lower case, full and half width are the same.
"""

import re
from collections.abc import Iterable, Iterator

from complaints.spans import fold

STAR = "*"


def word_in(typed: str) -> str:
    """What of `typed` can be blanked; empty if nothing can. A masked name as it is seen (王**) is its surname."""
    word = "".join(fold(typed).split()).strip(STAR)
    return word if any(sign.isalnum() for sign in word) and STAR not in word else ""


def places(masked: str, word: str) -> int:
    """How many times `word` stands in `masked`."""
    return sum(1 for _ in _found(fold(masked), word))


def blank(masked: str, words: Iterable[str]) -> str:
    """`masked` with stars over every sign of each word, also where two overlap; as long as `masked`."""
    folded, signs = fold(masked), list(masked)
    for start, end in (found for word in words for found in _found(folded, word)):
        signs[start:end] = [sign if sign.isspace() else STAR for sign in signs[start:end]]
    return "".join(signs)


def _found(folded: str, word: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer("[\\s·]*".join(map(re.escape, word)), folded, re.I):
        yield match.span()
