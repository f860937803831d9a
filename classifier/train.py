"""Training: from labelled texts to the bytes of a model and an honest account of it.

The same examples, in whatever order, and the same seed give the same bytes. The figures are out of fold: each text
was judged by a model, and calibrated by a map, that had not seen it; the model that serves learns from all texts
and is a little better. Thresholds are chosen on those same figures, so only a text kept apart can prove a promise.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import calibration, folds, pipeline
from classifier.calibration import Floats
from classifier.dataset import Cleaned, Example, without_repeats
from classifier.evaluate import Report, decided, figures
from classifier.model_file import as_array, pack
from classifier.pipeline import Counts, Fitted
from classifier.predict import unknown_share
from classifier.tokens import Segmenter, character_features, segmenter, word_features

FOLDS = 5
FEWEST = 2  # texts of a label: with one it cannot be learned and judged

Progress = Callable[[str, float], None]


class TooFewTexts(ValueError):
    """There is not enough to learn two labels from."""


@dataclass(frozen=True)
class TrainedModel:
    """data: the model file. metrics: the report, plus train_seconds, model_bytes and what was left out."""

    data: bytes
    metrics: Report


@dataclass(frozen=True)
class Material:
    """The texts as numbers, once for all folds."""

    texts: Sequence[Sequence[str]]
    words: Counts
    characters: Counts
    labels: NDArray[np.str_]
    classes: list[str]
    folds: NDArray[np.int64]


@dataclass(frozen=True)
class OutOfFold:
    """scores: shape (texts, classes), by models that had not seen the text; unknown: its share of unknown words."""

    scores: Floats
    unknown: Floats


def train(
    examples: Iterable[Example], seed: int = 0, progress: Progress | None = None, words: Sequence[str] = ()
) -> TrainedModel:
    """A model of `examples`. words: added to the segmenter's dictionary.

    progress is called with a stage (segment, count, fold, fit, calibrate, done) and the share done, in [0, 1].
    Raises TooFewTexts if less than two labels have FEWEST texts, or there are fewer different texts than folds.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, share: None)
    cleaned, left_out = _enough(without_repeats(examples))
    cut = segmenter(tuple(sorted(set(words))))
    material = _prepare(cleaned.examples, cut, seed, tell)
    seen_by_others = _out_of_fold(material, seed, tell)
    tell("fit", 0.75)
    fitted = pipeline.fit(material.words, material.characters, material.labels, np.arange(len(material.texts)), seed)
    tell("calibrate", 0.9)
    thresholds, metrics = _judge(material, seen_by_others)
    matrix, offset = pipeline.platt(seen_by_others.scores, material.labels, material.classes)
    card = {
        "classes": material.classes,
        "segmenter": cut.name,
        "dictionary": cut.dictionary,
        "words": list(cut.words),
        "calibration": {"matrix": matrix.tolist(), "offset": offset.tolist()},
        "thresholds": thresholds,
        "texts": len(material.texts),
        "seed": seed,
    }
    data = pack(card, _arrays(fitted, material))
    tell("done", 1.0)
    metrics |= {"repeated": cleaned.repeated, "contested": cleaned.contested, "left_out": left_out}
    metrics |= {"model_bytes": len(data), "train_seconds": time.perf_counter() - began}
    return TrainedModel(data, metrics)


def _enough(cleaned: Cleaned) -> tuple[Cleaned, dict[str, int]]:
    """Leaves out labels with too few texts: one rare label must not stop all the others from learning."""
    sizes = Counter(example.label for example in cleaned.examples)
    left_out = {label: size for label, size in sorted(sizes.items()) if size < FEWEST}
    if len(sizes) - len(left_out) < 2:
        raise TooFewTexts(f"two labels with {FEWEST} texts each are needed, given {dict(sorted(sizes.items()))}")
    kept = tuple(example for example in cleaned.examples if example.label not in left_out)
    return Cleaned(kept, cleaned.repeated, cleaned.contested), left_out


def _prepare(examples: Sequence[Example], cut: Segmenter, seed: int, tell: Progress) -> Material:
    tell("segment", 0.0)
    texts = [cut.cut(example.reading) for example in examples]
    labels = [example.label for example in examples]
    tell("count", 0.1)
    try:
        dealt = folds.deal(["".join(text) for text in texts], labels, FOLDS, seed)
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


def _out_of_fold(material: Material, seed: int, tell: Progress) -> OutOfFold:
    scores = np.zeros((len(material.texts), len(material.classes)))
    unknown = np.zeros(len(material.texts))
    for fold in range(FOLDS):
        tell("fold", 0.25 + 0.1 * fold)
        seen, unseen = np.flatnonzero(material.folds != fold), np.flatnonzero(material.folds == fold)
        fitted = pipeline.fit(material.words, material.characters, material.labels, seen, seed)
        scores[unseen] = fitted.scores(material.words, material.characters, unseen, material.classes)
        known = frozenset(material.words.features[pipeline.common(material.words, seen)].tolist())
        unknown[unseen] = [unknown_share(material.texts[row], known.__contains__) for row in unseen.tolist()]
    return OutOfFold(scores, unknown)


def _judge(material: Material, seen_by_others: OutOfFold) -> tuple[dict[str, Any], Report]:
    """The thresholds and the figures, on probabilities by calibrations that had not seen the text."""
    probabilities = np.zeros_like(seen_by_others.scores)
    for fold in range(FOLDS):
        seen, unseen = material.folds != fold, material.folds == fold
        matrix, offset = _calibrate(seen_by_others.scores[seen], material.labels[seen], material.classes)
        probabilities[unseen] = calibration.softmax(seen_by_others.scores[unseen] @ matrix + offset)
    guessed = np.array(material.classes)[probabilities.argmax(axis=1)]
    correct, confidence = guessed == material.labels, probabilities.max(axis=1)
    limit = calibration.unknown_limit(seen_by_others.unknown)
    allowed = seen_by_others.unknown <= limit
    floor, gap = calibration.sure_rule(probabilities, correct, allowed, float(calibration.SURE))
    promised = {name: calibration.threshold(confidence, correct, float(name)) for name in calibration.PROMISES}
    ordered = np.sort(probabilities, axis=1)
    sure = allowed & (confidence >= floor) & (ordered[:, -1] - ordered[:, -2] >= gap)
    metrics = figures(material.labels.tolist(), guessed.tolist(), confidence, promised)
    metrics["sure"] = decided(material.labels.tolist(), guessed.tolist(), sure.tolist())
    return {"floor": floor, "gap": gap, "unknown": limit, "promised": promised}, metrics


def _calibrate(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> tuple[Floats, Floats]:
    """As `platt`, but a class of which no text is there keeps its score as it is, far behind."""
    present = [number for number, name in enumerate(classes) if name in labels]
    if len(present) == len(classes):
        return pipeline.platt(scores, labels, classes)
    matrix, offset = np.zeros((len(classes), len(classes))), np.full(len(classes), -50.0)
    if len(present) > 1:
        part, shift = pipeline.platt(scores[:, present], labels, [classes[number] for number in present])
        matrix[np.ix_(present, present)], offset[present] = part, shift
    else:
        offset[present] = 0.0
    return matrix, offset


def _arrays(fitted: Fitted, material: Material) -> dict[str, NDArray[Any]]:
    weights, intercept = fitted.classifier.coef_, fitted.classifier.intercept_
    if len(material.classes) == 2:  # given as the second class against the first
        weights, intercept = np.vstack([-weights, weights]), np.array([-intercept[0], intercept[0]])
    rows = np.ascontiguousarray(weights.T, dtype=np.float32)
    words = material.words.features[fitted.words.columns].tolist()
    return {
        "words": as_array(words),
        "word_idf": fitted.words.tfidf.idf_.astype(np.float32),
        "word_weights": rows[: len(words)],
        "characters": as_array(material.characters.features[fitted.characters.columns].tolist()),
        "character_idf": fitted.characters.tfidf.idf_.astype(np.float32),
        "character_weights": rows[len(words) :],
        "intercept": intercept.astype(np.float32),
        "known": as_array(feature for feature in material.words.features.tolist() if " " not in feature),
    }
