"""Evaluation: how good a model is on texts whose labels are known.

The figures count every text once, as the service would meet it, with the label and the probability that the
service would show. Labels of the model that the texts do not use (other departments' matters) are wrong answers;
F1 is averaged over the labels of the texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classifier.calibration import PROMISES, Floats, calibration_error, coverage_at, kept_promises
from classifier.dataset import Example
from classifier.predict import Model

Report = dict[str, Any]


def evaluate(model: Model, examples: Sequence[Example], labels_map: Mapping[str, str] | None = None) -> Report:
    """The report on `examples`. labels_map: the model's label -> the examples' label; others stay as they are.

    Raises ValueError if there are no examples.
    """
    mapped = labels_map or {}
    predictions = [model.predict(example.reading) for example in examples]
    truth = [mapped.get(example.label, example.label) for example in examples]
    guessed = [mapped.get(prediction.best.label, prediction.best.label) for prediction in predictions]
    confidence = np.array([prediction.best.probability for prediction in predictions])
    report = figures(truth, guessed, confidence, model.promised)
    report["sure"] = decided(truth, guessed, [prediction.sure for prediction in predictions])
    report["version"] = model.version
    return report


def figures(
    truth: Sequence[str], guessed: Sequence[str], confidence: Floats, promised: Mapping[str, float | None]
) -> Report:
    """truth, guessed, confidence: one for each text; promised: thresholds by promise."""
    if not truth:
        raise ValueError("no texts to evaluate on")
    correct = np.array([one == other for one, other in zip(truth, guessed, strict=True)])
    per_class = {label: _class(label, truth, guessed) for label in sorted(set(truth))}
    return {
        "texts": len(truth),
        "macro_f1": float(np.mean([row["f1"] for row in per_class.values()])),
        "accuracy": float(correct.mean()),
        "per_class": per_class,
        "calibration_error": calibration_error(confidence, correct),
        "coverage_at_precision": {promise: coverage_at(confidence, correct, float(promise)) for promise in PROMISES},
        "promised": kept_promises(confidence, correct, promised),
    }


def decided(truth: Sequence[str], guessed: Sequence[str], sure: Sequence[bool]) -> dict[str, float | None]:
    """Share of texts that the model calls sure, and the share of those that is right (None if it is never sure)."""
    right = [one == other for one, other, certain in zip(truth, guessed, sure, strict=True) if certain]
    return {"coverage": len(right) / len(truth), "precision": sum(right) / len(right) if right else None}


def _class(label: str, truth: Sequence[str], guessed: Sequence[str]) -> dict[str, float]:
    true, said = truth.count(label), guessed.count(label)
    both = sum(one == other == label for one, other in zip(truth, guessed, strict=True))
    precision, recall = both / said if said else 0.0, both / true if true else 0.0
    f1 = 2 * both / (true + said)
    return {"precision": precision, "recall": recall, "f1": f1, "texts": true}
