"""Lookup: where the features of a text stand in a model. This is most of the time that a prediction takes.

Words are found in a dict. Runs of characters are so many that a dict's scattered memory is felt: they become
numbers, found by bisection in one small sorted array.
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from classifier.tokens import word_features

Rows = NDArray[np.int64]
BITS = 21  # of a code point: three fit one signed 64-bit number, and no run is 0


class WordRows:
    """features: of the rows, in order: words, and pairs of words with a space between."""

    def __init__(self, features: Sequence[str]) -> None:
        self._rows = {feature: row for row, feature in enumerate(features)}

    def at(self, words: Sequence[str]) -> Rows:
        """The row of each of `tokens.word_features`, -1 if there is none."""
        features = word_features(words)
        return np.fromiter(map(self._rows.get, features, repeat(-1)), dtype=np.int64, count=len(features))


class CharacterRows:
    """features: of the rows, in order: runs of one to three characters. Raises ValueError at any other."""

    def __init__(self, features: Sequence[str]) -> None:
        if not all(1 <= len(feature) <= 3 for feature in features):
            raise ValueError("a run that is not of one to three characters")
        keys = np.array([_key(feature) for feature in features], dtype=np.int64)
        self._rows = np.argsort(keys, kind="stable")
        self._keys = keys[self._rows]

    def at(self, words: Sequence[str]) -> Rows:
        """The row of each of `tokens.character_features`, -1 if there is none."""
        keys = _runs("".join(words))
        if not self._keys.size:
            return np.full(keys.size, -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
        return np.where(self._keys[places] == keys, self._rows[places], -1)


def _key(feature: str) -> int:
    key = 0
    for character in feature:
        key = key << BITS | ord(character)
    return key


def _runs(text: str) -> Rows:
    """The keys of all runs of one, then of two, then of three characters."""
    ones = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    twos = ones[:-1] << BITS | ones[1:]
    threes = twos[:-1] << BITS | ones[2:]
    return np.concatenate([ones, twos, threes])
