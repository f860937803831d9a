"""Training: from labelled texts to the bytes of a model and an honest account of it.

The same examples, in whatever order, and the same seed give the same bytes. The figures are out of fold: each text
was judged by a model, and calibrated by a map, that had not seen it; the model that serves learns from all texts
and is a little better. Thresholds are chosen on those same figures, so only a text kept apart can prove a promise.

A model holds words of its texts, of a small dataset even words of one text: train on masked texts only.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import calibration, pipeline
from classifier.calibration import Floats
from classifier.dataset import Cleaned, Example, without_repeats
from classifier.evaluate import Report, decided, figures
from classifier.model_file import as_array, pack
from classifier.out_of_fold import FOLDS, HINT, Material, OutOfFold, Progress, TooFewTexts, out_of_fold, prepare, usable
from classifier.pipeline import Fitted
from classifier.tokens import segmenter

__all__ = ["Progress", "TooFewTexts", "TrainedModel", "train"]

FEWEST = 2  # texts of a label: with one it cannot be learned and judged


@dataclass(frozen=True)
class TrainedModel:
    """data: the model file. metrics: the report, plus train_seconds, model_bytes and what was left out."""

    data: bytes
    metrics: Report


def train(
    examples: Iterable[Example],
    seed: int = 0,
    progress: Progress | None = None,
    words: Sequence[str] = (),
    hints: Iterable[Example] = (),
) -> TrainedModel:
    """A model of `examples`. words: added to the segmenter's dictionary.

    hints: learned from, but never judged or calibrated on, for they are not what residents write: names of items
    with their label. Those of labels that `examples` do not have are passed over.

    progress is called with a stage (segment, count, fold, fit, calibrate, done) and the share done, in [0, 1].
    Raises TooFewTexts if less than two labels have FEWEST texts, or there are fewer different texts than folds.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, share: None)
    cleaned, left_out = _enough(without_repeats(examples))
    cut = segmenter(tuple(sorted(set(words))))
    material = prepare(cleaned.examples, usable(hints, cleaned.examples), cut, seed, tell)
    judged = out_of_fold(material, seed, tell)
    tell("fit", 0.75)
    fitted = pipeline.fit(material.words, material.characters, material.labels, np.arange(len(material.texts)), seed)
    tell("calibrate", 0.9)
    thresholds, metrics = _judge(material.classes, judged)
    matrix, offset = pipeline.platt(judged.scores, judged.labels, material.classes)
    card = {
        "classes": material.classes,
        "segmenter": cut.name,
        "dictionary": cut.dictionary,
        "words": list(cut.words),
        "calibration": {"matrix": matrix.tolist(), "offset": offset.tolist()},
        "thresholds": thresholds,
        "texts": len(cleaned.examples),
        "hints": int((material.folds == HINT).sum()),
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


def _judge(classes: list[str], judged: OutOfFold) -> tuple[dict[str, Any], Report]:
    """The thresholds and the figures, on probabilities by calibrations that had not seen the text."""
    probabilities = np.zeros_like(judged.scores)
    for fold in range(FOLDS):
        seen, unseen = judged.folds != fold, judged.folds == fold
        matrix, offset = _calibrate(judged.scores[seen], judged.labels[seen], classes)
        probabilities[unseen] = calibration.softmax(judged.scores[unseen] @ matrix + offset)
    guessed = np.array(classes)[probabilities.argmax(axis=1)]
    correct, confidence = guessed == judged.labels, probabilities.max(axis=1)
    limit = calibration.unknown_limit(judged.unknown)
    allowed = judged.unknown <= limit
    floor, gap = calibration.sure_rule(probabilities, correct, allowed, float(calibration.SURE))
    promised = {name: calibration.threshold(confidence, correct, float(name)) for name in calibration.PROMISES}
    ordered = np.sort(probabilities, axis=1)
    sure = allowed & (confidence >= floor) & (ordered[:, -1] - ordered[:, -2] >= gap)
    metrics = figures(judged.labels.tolist(), guessed.tolist(), confidence, promised)
    metrics["sure"] = decided(judged.labels.tolist(), guessed.tolist(), sure.tolist())
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
