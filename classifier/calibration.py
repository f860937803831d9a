"""Calibration: from scores to probabilities that mean what they say, and from those to when a model is sure.

Everything here must be fitted on scores of texts that the scoring model has not seen. Standard: a promise of 0.95
is the lowest threshold above which the texts were right that often with something to spare for chance.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PROMISES = ("0.95", "0.97", "0.98")
SURE = "0.95"  # the promise behind `sure`
NEVER = 2.0  # a floor that no probability reaches
GAPS = tuple(step / 20 for step in range(13))
MARGIN = 1.28  # standard errors: of promises to many unlike sets of texts about one in ten is missed
UNKNOWN_QUANTILE = 0.99
UNKNOWN_RANGE = (0.2, 0.8)  # however odd the training texts: a text of unknown words is never sure

Floats = NDArray[np.float64]


def softmax(values: Floats) -> Floats:
    """Over the last axis; safe for large values."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def calibration_error(confidence: Floats, correct: NDArray[np.bool_], bins: int = 10) -> float:
    """How far what the model claims is from what it gets right: 0 is honest, 1 is the worst.

    confidence: shape (n,), in [0, 1]; correct: shape (n,), bool; bins are equal in width.
    Raises ValueError if the shapes differ or n is 0.
    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 2.
    """
    if confidence.shape != correct.shape or not confidence.size:
        raise ValueError(f"{confidence.shape} confidences for {correct.shape} answers")
    inner = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        chosen = inner == number
        if chosen.any():
            error += chosen.mean() * abs(confidence[chosen].mean() - correct[chosen].mean())
    return float(error)


def in_order(confidence: Floats, correct: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """The cuts one can make: confidence, number of texts at or above it, share of them that is right.

    Texts of equal confidence cannot be told apart, so they come as one; the highest confidence first.
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    right = np.cumsum(correct[order])
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if ordered.size else np.zeros(0, dtype=int)
    taken = (ends + 1).astype(np.float64)
    return ordered[ends], taken, right[ends] / taken


def coverage_at(confidence: Floats, correct: NDArray[np.bool_], precision: float) -> float:
    """The largest share of the texts, in order of confidence, that is right at least so often; 0 if none is."""
    _, taken, right = in_order(confidence, correct)
    good = taken[right >= precision]
    return float(good.max() / confidence.size) if good.size else 0.0


def threshold(confidence: Floats, correct: NDArray[np.bool_], precision: float) -> float | None:
    """The lowest confidence at which one may promise `precision`; None if there is none.

    The share that is right must reach `precision` by its lower bound, so a handful of texts promises nothing.
    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    levels, taken, right = in_order(confidence, correct)
    spread = MARGIN * np.sqrt(right * (1 - right) / taken + MARGIN**2 / (4 * taken**2))
    lower = (right + MARGIN**2 / (2 * taken) - spread) / (1 + MARGIN**2 / taken)
    good = levels[lower >= precision]
    return float(np.floor(good[-1] * 1e6) / 1e6) if good.size else None


def sure_rule(
    probabilities: Floats, correct: NDArray[np.bool_], allowed: NDArray[np.bool_], precision: float
) -> tuple[float, float]:
    """Floor and gap that together decide the most texts at `precision`; (NEVER, 0) if nothing does.

    probabilities: shape (n, classes); allowed: shape (n,), the texts with enough known words.
    """
    ordered = np.sort(probabilities, axis=1)
    best, lead = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    floor, gap, most = NEVER, 0.0, 0
    for wanted in GAPS:
        open_to = allowed & (lead >= wanted)
        level = threshold(best[open_to], correct[open_to], precision)
        decided = int((best[open_to] >= level).sum()) if level is not None else 0
        if level is not None and decided > most:
            floor, gap, most = level, wanted, decided
    return floor, gap


def unknown_limit(shares: Floats) -> float:
    """The largest share of unknown words that still is ordinary, of `shares` in [0, 1] out of fold."""
    return round(float(np.clip(np.quantile(shares, UNKNOWN_QUANTILE), *UNKNOWN_RANGE)), 6)


def kept_promises(
    confidence: Floats, correct: NDArray[np.bool_], promised: Mapping[str, float | None]
) -> dict[str, dict[str, float | None]]:
    """What each stored threshold gives on these texts; precision is None where nothing is decided."""
    kept: dict[str, dict[str, float | None]] = {}
    for promise, level in promised.items():
        decided = confidence >= (NEVER if level is None else level)
        precision = float(correct[decided].mean()) if decided.any() else None
        kept[promise] = {"threshold": level, "coverage": float(decided.mean()), "precision": precision}
    return kept
