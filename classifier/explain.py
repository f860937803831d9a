"""Explanations: which words of a text spoke for a label, and how much.

The weights are exact, not an approximation: with the base they add up to the label's score. The score is the
one before calibration, so weights are compared with each other, not read as probabilities.
"""

from dataclasses import dataclass

from classifier.predict import Model


@dataclass(frozen=True)
class Explanation:
    """words: every word of the text, in order, with what it adds to the score (below 0: speaks against).

    base: the score of a text that says nothing. score: base and all words together.
    """

    label: str
    words: tuple[tuple[str, float], ...]
    base: float
    score: float


def explain(model: Model, text: str, label: str) -> Explanation:
    """Why `text` scores as it does for `label`. Raises ValueError if the model has no such label."""
    if label not in model.classes:
        raise ValueError(f"the model has no label {label!r}")
    number = model.classes.index(label)
    words = model.segmenter.cut(text)
    shares = model.word_shares(words, *model.read(words), number)
    weighed = tuple(zip(words, shares.tolist(), strict=True))
    return Explanation(label, weighed, float(model.intercept[number]), float(model.scores(words)[number]))
