"""The training pipeline: counts of features, TF-IDF, a linear classifier, in scikit-learn.

Texts are segmented outside, so the pipeline never holds a function that would have to be stored with it. Weights
are rounded to float32 as soon as they are fitted: what is calibrated and judged is what will serve.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from classifier.calibration import Floats

SMALL = 4_000  # texts
MOST_WORDS, MOST_CHARACTERS = 15_000, 30_000  # above this F1 did not rise, and the file grows
STRENGTH = 0.5  # C of the classifier
TOLERANCE = 1e-3
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """How often each feature stands in each text. matrix: CSR, shape (texts, features), features in code order.

    least: the number of texts that must have a feature for it to be learned.
    """

    matrix: sparse.csr_matrix
    features: NDArray[np.str_]
    least: int


@dataclass(frozen=True)
class Block:
    """One kind of features, fitted. columns: of Counts; tfidf: fitted on those alone."""

    columns: Rows
    tfidf: TfidfTransformer

    def transform(self, counts: Counts, rows: Rows) -> sparse.csr_matrix:
        return self.tfidf.transform(counts.matrix[rows][:, self.columns])


@dataclass(frozen=True)
class Fitted:
    """A classifier without calibration. classes: in code order; words, characters: its two kinds of features."""

    words: Block
    characters: Block
    classifier: LinearSVC

    def scores(self, words: Counts, characters: Counts, rows: Rows, classes: Sequence[str]) -> Floats:
        """Shape (rows, classes); a class that was not in the training rows scores -1, as far out as any gets."""
        features = sparse.hstack([self.words.transform(words, rows), self.characters.transform(characters, rows)])
        found = self.classifier.decision_function(features.tocsr())
        if found.ndim == 1:
            found = np.column_stack([-found, found])
        scores = np.full((len(rows), len(classes)), -1.0)
        scores[:, [list(classes).index(name) for name in self.classifier.classes_]] = found
        return scores


def count(texts: Iterable[Sequence[str]]) -> Counts:
    """texts: the features of each.

    Of SMALL texts or more, a feature of one text only is a name or a slip of the pen and is left out. Of fewer, such
    features are much of what there is: 1,900 short texts gave macro F1 .73 on unseen letters with them, .70 without;
    2,700 gave .776 and .768, 3,000 letters .897 and .900.
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    ends, columns, values = [0], [], []
    for features in texts:
        found = Counter(features)
        columns.append(np.array([numbers[feature] for feature in found], dtype=np.int32))
        values.append(np.fromiter(found.values(), dtype=np.float64, count=len(found)))
        ends.append(ends[-1] + len(found))
    shape = (len(ends) - 1, len(numbers))
    matrix = sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), np.array(ends)), shape=shape)
    names = list(numbers)
    least = 1 if matrix.shape[0] < SMALL else 2
    kept = np.flatnonzero(np.bincount(matrix.indices, minlength=len(names)) >= least)
    ordered = np.array(sorted(kept.tolist(), key=names.__getitem__), dtype=np.int64)
    spelled = np.array([names[column] for column in ordered], dtype=np.str_)
    return Counts(matrix[:, ordered].sorted_indices(), spelled, least)


def common(counts: Counts, rows: Rows) -> Rows:
    """The columns of the features that enough of these texts have."""
    return np.flatnonzero(np.bincount(counts.matrix[rows].indices, minlength=len(counts.features)) >= counts.least)


def fit(words: Counts, characters: Counts, labels: NDArray[np.str_], rows: Rows, seed: int) -> Fitted:
    """Fits on `rows` only. labels: shape (texts,), of all texts."""
    wanted = labels[rows]
    word_block = _block(words, rows, wanted, MOST_WORDS)
    character_block = _block(characters, rows, wanted, MOST_CHARACTERS)
    features = sparse.hstack([word_block.transform(words, rows), character_block.transform(characters, rows)])
    classifier = LinearSVC(C=STRENGTH, tol=TOLERANCE, max_iter=10_000, dual=True, random_state=seed)
    classifier.fit(features.tocsr(), wanted)
    classifier.coef_ = _single(classifier.coef_)
    classifier.intercept_ = _single(classifier.intercept_)
    return Fitted(word_block, character_block, classifier)


def _block(counts: Counts, rows: Rows, labels: NDArray[np.str_], most: int) -> Block:
    columns = common(counts, rows)
    tfidf = TfidfTransformer(sublinear_tf=True)
    if len(columns) > most:
        dependence = chi2(tfidf.fit_transform(counts.matrix[rows][:, columns]), labels)[0]
        columns = np.sort(columns[np.argsort(-dependence, kind="stable")[:most]])
    tfidf.fit(counts.matrix[rows][:, columns])
    tfidf.idf_ = _single(tfidf.idf_)
    return Block(columns, tfidf)


def platt(scores: Floats, labels: NDArray[np.str_], classes: Sequence[str]) -> tuple[Floats, Floats]:
    """The linear map, (classes, classes) and (classes,), after which softmax of scores gives probabilities.

    Multinomial form of Platt, "Probabilistic outputs for support vector machines", 1999. scores: shape (n, classes),
    of texts unseen by the model that scored them; every class must be in `labels`.
    """
    regression = LogisticRegression(max_iter=2_000).fit(scores, labels)
    matrix, offset = regression.coef_.T, regression.intercept_
    if len(classes) == 2:  # given as the second class against the first
        matrix, offset = np.column_stack([-matrix[:, 0], matrix[:, 0]]) / 2, np.array([-offset[0], offset[0]]) / 2
    return np.round(matrix, 6), np.round(offset, 6)  # below that it is noise, and differs between machines


def _single(values: Floats) -> Floats:
    return values.astype(np.float32).astype(np.float64)
