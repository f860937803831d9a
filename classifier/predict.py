"""Serving: a model's prediction for one text, with numpy and a segmenter and nothing else.

The arithmetic of the training pipeline without scikit-learn: TF-IDF of words and of characters, each of length 1,
times the weights, plus the intercept; a linear map calibrates the scores and softmax makes them probabilities.
Texts are read up to 4,000 characters (`tokens.READ_AT_MOST`); a prediction says when a text was longer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import PROMISES, Floats, softmax
from classifier.lookup import CharacterRows, WordRows
from classifier.model_file import BrokenModel as BrokenModel
from classifier.model_file import Content, as_strings, unpack
from classifier.prediction import Guess, Prediction
from classifier.tokens import READ_AT_MOST, Segmenter, segmenter

GUESSES = 3
WORDS_SHOWN = 8


@dataclass(frozen=True)
class Reading:
    """One kind of features of one text. at: the row of each occurrence, -1 if unknown; rows, counts: each known
    row once; values: their TF-IDF, length 1."""

    at: NDArray[np.int64]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: Floats


@dataclass(frozen=True)
class Block:
    """The features of one kind. rows: finds them; idf: shape (rows,); weights: shape (rows, classes)."""

    rows: WordRows | CharacterRows
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]

    def read(self, words: Sequence[str]) -> Reading:
        at = self.rows.at(words)
        rows, counts = np.unique(at[at >= 0], return_counts=True)
        values = (1.0 + np.log(counts)) * self.idf[rows]
        length = float(np.sqrt(values @ values))
        return Reading(at, rows, counts, values / length if length else values)

    def scores(self, reading: Reading) -> Floats:
        """Shape (classes,)."""
        scores: Floats = reading.values @ self.weights[reading.rows].astype(np.float64)
        return scores

    def shares(self, reading: Reading, label: int) -> Floats:
        """What each occurrence adds to the score of class number `label`; shape of `reading.at`."""
        by_row = np.zeros(len(self.idf) + 1)  # the last one is what -1 finds
        by_row[reading.rows] = reading.values * self.weights[reading.rows, label] / reading.counts
        shares: Floats = by_row[reading.at]
        return shares


class Model:
    """A model that serves; made by `load`. Never changed after that, so threads may share it."""

    def __init__(self, content: Content, cut: Segmenter) -> None:
        card, arrays = content.card, content.arrays
        self.card = card
        self.classes: tuple[str, ...] = tuple(card["classes"])
        self.version: str = card["version"]
        self.floor, self.gap, self.unknown = (float(card["thresholds"][name]) for name in ("floor", "gap", "unknown"))
        self.promised: dict[str, float | None] = {name: card["thresholds"]["promised"][name] for name in PROMISES}
        self.segmenter = cut
        self.intercept: Floats = arrays["intercept"].astype(np.float64)
        self.matrix: Floats = np.array(card["calibration"]["matrix"], dtype=np.float64)
        self.offset: Floats = np.array(card["calibration"]["offset"], dtype=np.float64)
        self.words = _block(arrays, "words", "word", len(self.classes))
        self.characters = _block(arrays, "characters", "character", len(self.classes))
        self.known = frozenset(as_strings(arrays["known"]))
        self._check()

    def _check(self) -> None:
        count = len(self.classes)
        if count < 2 or len(set(self.classes)) != count or not all(isinstance(name, str) for name in self.classes):
            raise BrokenModel(f"classes {self.classes!r}")
        if self.intercept.shape != (count,) or self.matrix.shape != (count, count) or self.offset.shape != (count,):
            raise BrokenModel(f"intercept or calibration is not of {count} classes")
        if not all(level is None or isinstance(level, float) for level in self.promised.values()):
            raise BrokenModel(f"promised thresholds {self.promised!r}")
        numbers = np.concatenate(
            [self.intercept, self.matrix.ravel(), self.offset, [self.floor, self.gap, self.unknown]]
        )
        if not np.isfinite(numbers).all():
            raise BrokenModel("NaN or infinity in intercept, calibration or thresholds")

    def predict(self, text: str) -> Prediction:
        """Never fails, whatever the text; one without a known word is never sure."""
        words = self.segmenter.cut(text)
        by_word, by_character = self.read(words)
        probabilities = self.calibrated(self._scores(by_word, by_character))
        order = np.argsort(-probabilities, kind="stable")[:GUESSES]
        guesses = tuple(Guess(self.classes[label], float(probabilities[label])) for label in order)
        return Prediction(
            guesses=guesses,
            sure=guesses[0].probability >= self.floor
            and guesses[0].probability - guesses[1].probability >= self.gap
            and self.unknown_share(words) <= self.unknown,
            floor=self.floor,
            gap=self.gap,
            version=self.version,
            words=self._strongest(words, self.word_shares(words, by_word, by_character, int(order[0]))),
            cut=len(text) > READ_AT_MOST,
        )

    def probabilities(self, text: str) -> Floats:
        """Shape (classes,), in the order of `classes`."""
        return self.calibrated(self.scores(self.segmenter.cut(text)))

    def read(self, words: Sequence[str]) -> tuple[Reading, Reading]:
        return self.words.read(words), self.characters.read(words)

    def scores(self, words: Sequence[str]) -> Floats:
        """Shape (classes,), before calibration."""
        return self._scores(*self.read(words))

    def _scores(self, by_word: Reading, by_character: Reading) -> Floats:
        return self.words.scores(by_word) + self.characters.scores(by_character) + self.intercept

    def calibrated(self, scores: Floats) -> Floats:
        return softmax(scores @ self.matrix + self.offset)

    def unknown_share(self, words: Sequence[str]) -> float:
        """The share of the text's characters that lie in words the training texts did not have; 1 if no words."""
        return unknown_share(words, self.known.__contains__)

    def word_shares(self, words: Sequence[str], by_word: Reading, by_character: Reading, label: int) -> Floats:
        """What each word of the text adds to the score of class number `label`, shape (words,).

        A feature of several words or characters is shared out evenly over them, so the words' shares and the
        intercept add up to the score.
        """
        count = len(words)
        parts = self.words.shares(by_word, label)
        total = parts[:count].copy()
        total[:-1] += parts[count:] / 2
        total[1:] += parts[count:] / 2
        if count:
            sizes = np.fromiter(map(len, words), dtype=np.int64, count=count)
            total += np.add.reduceat(
                self._character_shares(by_character, int(sizes.sum()), label), np.cumsum(sizes) - sizes
            )
        return total

    def _character_shares(self, reading: Reading, length: int, label: int) -> Floats:
        parts = self.characters.shares(reading, label)
        total, start = np.zeros(length), 0
        for size in (1, 2, 3):
            runs = max(length - size + 1, 0)
            for within in range(size):
                total[within : within + runs] += parts[start : start + runs] / size
            start += runs
        return total

    def _strongest(self, words: Sequence[str], shares: Floats) -> tuple[tuple[str, float], ...]:
        summed: dict[str, float] = {}
        for word, share in zip(words, shares.tolist(), strict=True):
            summed[word] = summed.get(word, 0.0) + share
        ordered = sorted(((share, word) for word, share in summed.items() if share > 0), reverse=True)
        return tuple((word, share) for share, word in ordered[:WORDS_SHOWN])


def unknown_share(words: Sequence[str], known: Callable[[str], bool]) -> float:
    """The share of the characters of `words` that lie in words not known; 1 if there are no words."""
    length = sum(map(len, words))
    return 1.0 - sum(len(word) for word in words if known(word)) / length if length else 1.0


def _block(arrays: dict[str, NDArray[Any]], names: str, name: str, classes: int) -> Block:
    features, idf, weights = as_strings(arrays[names]), arrays[f"{name}_idf"], arrays[f"{name}_weights"]
    if idf.dtype != np.float32 or weights.dtype != np.float32:
        raise BrokenModel(f"{name} weights are not float32")
    if idf.shape != (len(features),) or weights.shape != (len(features), classes):
        raise BrokenModel(f"{len(features)} {names}, but {idf.shape} idf and {weights.shape} weights")
    if not (np.isfinite(idf).all() and np.isfinite(weights).all()):
        raise BrokenModel(f"NaN or infinity in the {name} weights")
    rows = WordRows(features) if name == "word" else CharacterRows(features)
    return Block(rows, idf, np.ascontiguousarray(weights))


def load(data: bytes) -> Model:
    """The model in `data`. Raises BrokenModel with the reason if it cannot serve here."""
    content = unpack(data)
    try:
        cut = segmenter(tuple(content.card["words"]))
        wanted = content.card["dictionary"]
        if cut.dictionary != wanted:
            raise BrokenModel(f"made with another dictionary ({content.card['segmenter']}); here is {cut.name}")
        return Model(content, cut)
    except BrokenModel:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenModel(f"the model's card or arrays do not fit: {error!r}") from error
