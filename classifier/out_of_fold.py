"""Out of fold: every example scored by a model that has not seen it, nor anything much like it.

Only these scores may set a threshold, a calibration or a figure. Hints are texts that are always learned from and
never scored: they are not what residents write.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier import folds, pipeline
from classifier.calibration import Floats
from classifier.dataset import Example, without_repeats
from classifier.pipeline import Counts
from classifier.predict import unknown_share
from classifier.tokens import Segmenter, character_features, word_features

FOLDS = 5
HINT = -1  # the fold of a hint

Progress = Callable[[str, float], None]


class TooFewTexts(ValueError):
    """There is not enough to learn two labels from."""


@dataclass(frozen=True)
class Material:
    """The texts as numbers, once for all folds. folds: shape (texts,), HINT for hints, which come last."""

    texts: Sequence[Sequence[str]]
    words: Counts
    characters: Counts
    labels: NDArray[np.str_]
    classes: list[str]
    folds: NDArray[np.int64]


@dataclass(frozen=True)
class OutOfFold:
    """The texts that are judged, hints left out. scores: shape (texts, classes), by models that had not seen the
    text; unknown: its share of unknown words."""

    scores: Floats
    unknown: Floats
    labels: NDArray[np.str_]
    folds: NDArray[np.int64]


def usable(hints: Iterable[Example], examples: Sequence[Example]) -> tuple[Example, ...]:
    """Each hint once, of a label that the examples have, and none that is one of them."""
    labels, texts = {example.label for example in examples}, {example.reading for example in examples}
    cleaned = without_repeats(hint for hint in hints if hint.label in labels)
    return tuple(hint for hint in cleaned.examples if hint.reading not in texts)


def prepare(
    examples: Sequence[Example], hints: Sequence[Example], cut: Segmenter, seed: int, tell: Progress
) -> Material:
    """Reads every text and deals the examples into folds. Raises TooFewTexts."""
    tell("segment", 0.0)
    texts = [cut.cut(example.reading) for example in (*examples, *hints)]
    labels = [example.label for example in (*examples, *hints)]
    count = len(examples)
    tell("count", 0.1)
    dealt = np.full(len(texts), HINT)
    try:
        dealt[:count] = folds.deal(["".join(text) for text in texts[:count]], labels[:count], FOLDS, seed)
    except ValueError as error:
        raise TooFewTexts(str(error)) from error
    return Material(
        texts=texts,
        words=pipeline.count(map(word_features, texts)),
        characters=pipeline.count(map(character_features, texts)),
        labels=np.array(labels, dtype=np.str_),
        classes=sorted(set(labels)),
        folds=dealt,
    )


def out_of_fold(material: Material, seed: int, tell: Progress) -> OutOfFold:
    """Scores each example by a model of the other folds and of all hints."""
    judged = material.folds != HINT  # the hints come last, so the rows keep their numbers
    scores = np.zeros((judged.sum(), len(material.classes)))
    unknown = np.zeros(len(scores))
    for fold in range(FOLDS):
        tell("fold", 0.25 + 0.1 * fold)
        seen, unseen = np.flatnonzero(material.folds != fold), np.flatnonzero(material.folds == fold)
        fitted = pipeline.fit(material.words, material.characters, material.labels, seen, seed)
        scores[unseen] = fitted.scores(material.words, material.characters, unseen, material.classes)
        known = frozenset(material.words.features[pipeline.common(material.words, seen)].tolist())
        unknown[unseen] = [unknown_share(material.texts[row], known.__contains__) for row in unseen.tolist()]
    return OutOfFold(scores, unknown, material.labels[judged], material.folds[judged])
