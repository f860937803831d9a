"""What a model claims must be held against what it gets right."""

import numpy as np
import pytest

from classifier.calibration import (
    NEVER,
    calibration_error,
    coverage_at,
    kept_promises,
    softmax,
    sure_rule,
    threshold,
    unknown_limit,
)


@pytest.mark.parametrize(
    ("confidence", "correct", "error"),
    [
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.85, 0.85, 0.85, 0.85], [True, True, True, False], 0.10),  # claims .85, gets .75
        ([0.95, 0.55], [True, False], (0.05 + 0.55) / 2),  # two bins
        ([0.91, 0.99], [True, False], 0.45),  # one bin: 0.95 claimed, 0.5 right
    ],
)
def test_the_error_is_the_distance_of_claim_and_truth(confidence, correct, error) -> None:
    assert calibration_error(np.array(confidence), np.array(correct)) == pytest.approx(error)


@pytest.mark.parametrize(("confidence", "correct"), [([], []), ([0.5], [True, False])])
def test_no_figure_without_texts(confidence, correct) -> None:
    with pytest.raises(ValueError, match="confidences for"):
        calibration_error(np.array(confidence), np.array(correct, dtype=bool))


@pytest.mark.parametrize(
    ("confidence", "correct", "precision", "coverage"),
    [
        ([0.9, 0.8, 0.7, 0.6], [True, True, False, True], 1.0, 0.5),
        ([0.9, 0.8, 0.7, 0.6], [True, True, False, True], 0.75, 1.0),  # right again further down
        ([0.9, 0.8, 0.7, 0.6], [False, True, True, True], 0.8, 0.0),
        ([0.9, 0.9, 0.7, 0.6], [True, False, False, False], 1.0, 0.0),  # equal confidence is taken together
    ],
)
def test_coverage_is_the_largest_share_right_often_enough(confidence, correct, precision, coverage) -> None:
    assert coverage_at(np.array(confidence), np.array(correct), precision) == coverage


def test_a_handful_of_right_answers_promises_nothing() -> None:
    assert threshold(np.full(5, 0.99), np.ones(5, dtype=bool), 0.95) is None
    assert threshold(np.full(50, 0.99), np.ones(50, dtype=bool), 0.95) == pytest.approx(0.99)


def test_a_promise_is_kept_on_texts_not_used_for_it() -> None:
    random = np.random.default_rng(0)
    shown = []
    for _ in range(40):
        confidence = 1 - 0.75 * random.beta(0.5, 2.2, 12_000)  # most are confident
        correct = random.random(12_000) < confidence  # perfectly calibrated
        level = threshold(confidence[:2_000], correct[:2_000], 0.95)
        shown.append(kept_promises(confidence[2_000:], correct[2_000:], {"0.95": level})["0.95"])
    precision = np.array([kept["precision"] for kept in shown])
    assert precision.mean() > 0.95
    assert (precision < 0.945).sum() <= 2
    assert min(kept["coverage"] for kept in shown) > 0.5


def test_a_promise_that_could_not_be_made_decides_nothing() -> None:
    kept = kept_promises(np.array([1.0, 0.9]), np.array([True, True]), {"0.98": None})
    assert kept == {"0.98": {"threshold": None, "coverage": 0.0, "precision": None}}


def test_a_rival_close_behind_makes_unsure() -> None:
    clear = np.tile([0.7, 0.1, 0.1, 0.1], (100, 1))
    contested = np.tile([0.7, 0.3, 0.0, 0.0], (100, 1))
    correct = np.repeat([True, False], 100)
    floor, gap = sure_rule(np.vstack([clear, contested]), correct, np.ones(200, dtype=bool), 0.95)
    assert floor == pytest.approx(0.7)
    assert 0.4 <= gap <= 0.6


def test_a_model_that_is_never_right_is_never_sure() -> None:
    probabilities = np.tile([0.9, 0.1], (100, 1))
    assert sure_rule(probabilities, np.zeros(100, dtype=bool), np.ones(100, dtype=bool), 0.95) == (NEVER, 0.0)
    nothing_allowed = np.zeros(100, dtype=bool)
    assert sure_rule(probabilities, np.ones(100, dtype=bool), nothing_allowed, 0.95) == (NEVER, 0.0)


@pytest.mark.parametrize(("shares", "limit"), [([0.0] * 10, 0.2), ([1.0] * 10, 0.8), ([0.5] * 10, 0.5)])
def test_a_text_of_unknown_words_is_beyond_every_limit(shares: list[float], limit: float) -> None:
    assert unknown_limit(np.array(shares)) == limit


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e4, 0.0])).tolist() == [1.0, 0.0]
