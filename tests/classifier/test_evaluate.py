"""The report's figures must be those that others would compute."""

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from classifier.dataset import Example
from classifier.evaluate import evaluate, figures
from classifier.predict import Model

TRUTH = ["a", "a", "a", "b", "b", "c", "c", "c", "c", "a"]
GUESSED = ["a", "b", "a", "b", "a", "c", "c", "a", "d", "a"]  # nothing is truly d
CONFIDENCE = np.linspace(0.95, 0.5, 10)


def test_the_figures_are_those_of_scikit_learn() -> None:
    report = figures(TRUTH, GUESSED, CONFIDENCE, {})
    labels = ["a", "b", "c"]
    assert report["accuracy"] == pytest.approx(accuracy_score(TRUTH, GUESSED))
    assert report["macro_f1"] == pytest.approx(f1_score(TRUTH, GUESSED, labels=labels, average="macro"))
    columns = precision_recall_fscore_support(TRUTH, GUESSED, labels=labels)
    for column, name in zip(columns, ("precision", "recall", "f1", "texts"), strict=True):
        assert [report["per_class"][label][name] for label in labels] == pytest.approx(column)


def test_no_report_on_no_texts(model: Model) -> None:
    with pytest.raises(ValueError, match="no texts"):
        evaluate(model, [])


def test_a_model_does_well_on_what_it_learned(model: Model, examples: list[Example]) -> None:
    report = evaluate(model, examples)
    assert report["accuracy"] == 1.0
    assert report["promised"]["0.95"]["coverage"] > 0.5
    assert report["promised"]["0.95"]["threshold"] == model.promised["0.95"]
    assert json.loads(json.dumps(report)) == report


def test_labels_of_other_names_are_mapped(model: Model, examples: list[Example]) -> None:
    foreign = [Example(example.text, "traffic") for example in examples if example.label == "交通运输"]
    assert evaluate(model, foreign)["accuracy"] == 0.0
    assert evaluate(model, foreign, {"交通运输": "traffic"})["accuracy"] == 1.0


def test_the_title_counts(model: Model) -> None:
    report = evaluate(model, [Example("已经很久了", "劳动和社会保障", title="老板拖欠工资")])
    assert report["accuracy"] == 1.0
