"""Folds: examples dealt into parts, so that a model is judged on texts that it has not seen.

Labels are spread evenly and near-duplicates stay together: residents of one block send the same letter with a
few words changed, and a letter on both sides of the line would be counted as foresight. Near-duplicates are
found by MinHash, so a pair that shares half of its shingles is missed about once in fifteen times, a closer one
more rarely.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SHINGLE = 4
ALIKE = 0.5  # share of shingles in common, of all that the two have
BANDS, ROWS = 20, 3
PRIME = (1 << 31) - 1
EMPTY = PRIME  # above every hash: a text with no shingle is like no other


def shingles(text: str) -> frozenset[int]:
    """The runs of four characters of `text`, white space left out, as 31-bit numbers."""
    joined = "".join(text.split())
    runs = (joined[start : start + SHINGLE] for start in range(len(joined) - SHINGLE + 1))
    return frozenset(zlib.crc32(run.encode("utf-8", "replace")) % PRIME for run in runs)


def near_duplicates(texts: Sequence[str]) -> list[int]:
    """For each text the number of the first text of its group; texts alike through a third are one group."""
    sets = [shingles(text) for text in texts]
    group = list(range(len(texts)))

    def first(one: int) -> int:
        while group[one] != one:
            group[one] = group[group[one]]
            one = group[one]
        return one

    for one, other in _candidates(_signatures(sets)):
        low, high = sorted((first(one), first(other)))
        if low != high and len(sets[one] & sets[other]) >= ALIKE * len(sets[one] | sets[other]):
            group[high] = low
    return [first(one) for one in range(len(texts))]


def _signatures(sets: Sequence[frozenset[int]]) -> NDArray[np.int64]:
    """Shape (texts, BANDS * ROWS): the least of each text's shingles under as many hash functions.

    Source: Broder, "On the resemblance and containment of documents", 1997.
    """
    random_numbers = np.random.default_rng(0)
    factor = random_numbers.integers(1, PRIME, BANDS * ROWS)
    offset = random_numbers.integers(0, PRIME, BANDS * ROWS)
    signatures = np.full((len(sets), BANDS * ROWS), EMPTY, dtype=np.int64)
    for row, shingled in enumerate(sets):
        if shingled:
            numbers = np.fromiter(shingled, dtype=np.int64, count=len(shingled))
            signatures[row] = ((numbers[:, None] * factor + offset) % PRIME).min(axis=0)
    return signatures


def _candidates(signatures: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Pairs that agree in a whole band; of many in one place each is paired with the first only."""
    for band in range(BANDS):
        places: dict[bytes, int] = {}
        for row, part in enumerate(signatures[:, band * ROWS : (band + 1) * ROWS]):
            if part[0] == EMPTY:
                continue
            earlier = places.setdefault(part.tobytes(), row)
            if earlier != row:
                yield earlier, row


def deal(texts: Sequence[str], labels: Sequence[str], count: int = 5, seed: int = 0) -> NDArray[np.int64]:
    """The fold of each text, shape (n,), in 0 .. count - 1; the same arguments give the same folds.

    Raises ValueError if there are fewer groups of near-duplicates than folds.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for text, group in enumerate(near_duplicates(texts)):
        members[group].append(text)
    if len(members) < count:
        raise ValueError(f"{len(members)} different texts cannot be dealt into {count} folds")
    groups = list(members.values())
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)  # the large ones first, the small ones even out
    folds = np.zeros(len(texts), dtype=np.int64)
    held = [defaultdict[str, int](int) for _ in range(count)]
    sizes = [0] * count
    for alike in groups:
        fold = min(range(count), key=lambda number: (held[number][labels[alike[0]]], sizes[number]))
        folds[alike] = fold
        sizes[fold] += len(alike)
        for text in alike:
            held[fold][labels[text]] += 1
    return folds
