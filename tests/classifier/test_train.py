"""The same texts give the same model, and its figures are of texts that it had not seen."""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from classifier import pipeline
from classifier.calibration import PROMISES
from classifier.dataset import Example
from classifier.model_file import as_strings, unpack
from classifier.predict import load
from classifier.train import TooFewTexts, TrainedModel, train


def test_the_same_texts_in_another_order_give_the_same_bytes(examples: list[Example], trained: TrainedModel) -> None:
    shuffled = random.Random(1).sample(examples, len(examples))
    assert train(shuffled).data == trained.data


def test_another_process_gives_the_same_bytes(examples: list[Example], trained: TrainedModel, tmp_path: Path) -> None:
    rows = "".join(f"{example.text},{example.label}\n" for example in examples)
    (tmp_path / "texts.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
    program = (
        "import sys, hashlib, pathlib; from classifier.dataset import read; from classifier.train import train\n"
        "print(hashlib.sha256(train(read(pathlib.Path(sys.argv[1]))).data).hexdigest())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "texts.csv")]
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(trained.data).hexdigest()


def test_another_text_gives_another_version(examples: list[Example], trained: TrainedModel) -> None:
    other = train([*examples, Example("路边停车位被商铺占用", "交通运输")])
    assert load(other.data).version != load(trained.data).version


def test_the_report_is_complete(trained: TrainedModel) -> None:
    metrics = trained.metrics
    assert metrics["macro_f1"] > 0.9
    assert 0 <= metrics["calibration_error"] < 0.2
    assert set(metrics["coverage_at_precision"]) == set(metrics["promised"]) == set(PROMISES)
    assert set(metrics["per_class"]) == {"环境保护", "劳动和社会保障", "交通运输", "其他"}
    assert metrics["model_bytes"] == len(trained.data)
    assert metrics["train_seconds"] > 0
    assert metrics["sure"]["precision"] >= 0.95


def test_thresholds_in_the_file_are_those_of_the_report(trained: TrainedModel) -> None:
    model = load(trained.data)
    assert model.promised == {name: kept["threshold"] for name, kept in trained.metrics["promised"].items()}


def test_labels_without_pattern_are_not_claimed_to_be_known(examples: list[Example]) -> None:
    dealer = random.Random(0)
    noise = [Example(example.text, dealer.choice("ab")) for example in examples]
    trained = train(noise)
    assert trained.metrics["accuracy"] < 0.65
    assert not load(trained.data).predict(examples[0].text).sure  # though it has learned this very text


def test_two_labels_are_enough(examples: list[Example]) -> None:
    two = [example for example in examples if example.label in {"环境保护", "交通运输"}]
    prediction = load(train(two).data).predict("公交车不来，等公交等了很久")
    assert [guess.label for guess in prediction.guesses] == ["交通运输", "环境保护"]
    assert sum(guess.probability for guess in prediction.guesses) == pytest.approx(1)


def test_a_label_with_two_texts_does_not_stop_the_others(examples: list[Example]) -> None:
    rare = [Example("孩子学位申请被退回", "教育文体"), Example("学校食堂饭菜不新鲜", "教育文体")]
    trained = train([*examples, *rare, Example("疫苗接种预约不上", "卫生计生")])
    assert trained.metrics["left_out"] == {"卫生计生": 1}
    assert "教育文体" in load(trained.data).classes


def test_added_words_travel_with_the_model(examples: list[Example]) -> None:
    model = load(train(examples, words=["首接负责制"]).data)
    assert "首接负责制" in model.segmenter.cut("落实首接负责制")


@pytest.mark.parametrize(
    "given",
    [
        [],
        [Example("路灯不亮", "a"), Example("公交不来", "b")],  # one text each
        [Example(f"第{number}盏路灯不亮", "a") for number in range(9)],  # one label
        [Example("路灯不亮", "a"), Example("路灯坏了", "a"), Example("公交不来", "b"), Example("公交晚点", "b")],
    ],
)
def test_too_little_to_learn_from_is_said(given: list[Example]) -> None:
    with pytest.raises(TooFewTexts):
        train(given)


def test_progress_runs_from_start_to_end(examples: list[Example]) -> None:
    heard: list[tuple[str, float]] = []
    train(examples, progress=lambda stage, share: heard.append((stage, share)))
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert (heard[0], heard[-1]) == (("segment", 0.0), ("done", 1.0))


def test_names_of_items_are_learned_from_and_not_judged(examples: list[Example], trained: TrainedModel) -> None:
    names = [Example("光污染", "环境保护"), Example("光污染和电磁辐射", "环境保护"), Example("学位", "教育文体")]
    hinted = train(examples, hints=names)
    model = load(hinted.data)
    assert hinted.metrics["texts"] == trained.metrics["texts"]
    assert "教育文体" not in model.classes  # no example of it
    told, untold = model.predict("玻璃幕墙光污染"), load(trained.data).predict("玻璃幕墙光污染")
    assert told.best.label == "环境保护"
    assert told.best.probability > untold.best.probability + 0.1


def test_an_example_given_as_a_hint_too_is_still_judged_unseen(examples: list[Example], trained: TrainedModel) -> None:
    assert train(examples, hints=examples).data == trained.data


def test_no_word_of_one_text_alone_enters_a_model_of_many(
    examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "SMALL", 100)
    trained = train([*examples, Example("欧阳震华家门口公交不停", "交通运输")])
    arrays = unpack(trained.data).arrays
    features = [feature for name in ("words", "characters", "known") for feature in as_strings(arrays[name])]
    assert "公交车" in features
    assert not any("震" in feature for feature in features)
