"""Predictions: what the classifier says about one text, in a form that needs none of its libraries.

Standard library only, so that whoever handles a message can read a prediction without loading numpy or a
segmenter. Whether a text is settled by a prediction is not decided here: `sure` is the model's own claim.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """A label, and how likely it is: in [0, 1], over all labels of the model the sum is 1."""

    label: str
    probability: float


@dataclass(frozen=True)
class Prediction:
    """The labels a model thinks likely for one text.

    guesses: at most three, the best first. sure: the best reaches `floor`, leads the second by `gap`, and the
    model knows enough of the text's words; only then may it be acted on without a person. floor, gap: the
    model's thresholds, both probabilities; a floor above 1 means that this model is never sure.
    version: of the model. words: those that spoke for the best label, the strongest first, each with its share
    of the label's score (not a probability), in the form in which the model reads them (lower case, simplified).
    cut: the text was longer than the model reads; its end did not count.
    """

    guesses: tuple[Guess, ...]
    sure: bool
    floor: float
    gap: float
    version: str
    words: tuple[tuple[str, float], ...] = ()
    cut: bool = False

    @property
    def best(self) -> Guess:
        return self.guesses[0]


Predict = Callable[[str], Prediction | None]
"""None: there is no model to ask."""
