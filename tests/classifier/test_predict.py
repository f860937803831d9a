"""What serves must say what was trained, without the libraries that trained it, and never fail on a text."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

from classifier import pipeline
from classifier.calibration import softmax
from classifier.dataset import Example, without_repeats
from classifier.predict import Model, load
from classifier.tokens import READ_AT_MOST, character_features, segmenter, word_features
from classifier.train import TrainedModel, train

NEW = [
    "公交车又不来了",
    "工资没发，社保也没交",
    "噪声扰民",
    "你好",
    "hello",
    "",
    "量子纠缠薛定谔方程",
    "公交 公交 公交",
]


def test_probabilities_are_those_of_scikit_learn(model: Model, examples: list[Example]) -> None:
    learned = sorted(without_repeats(examples).examples)
    union = FeatureUnion(
        [
            ("words", TfidfVectorizer(analyzer=word_features, sublinear_tf=True)),
            ("characters", TfidfVectorizer(analyzer=character_features, sublinear_tf=True)),
        ]
    )
    classifier = LinearSVC(C=pipeline.STRENGTH, tol=pipeline.TOLERANCE, random_state=0, dual=True)
    reference = make_pipeline(union, classifier)
    reference.fit([segmenter().cut(example.text) for example in learned], [example.label for example in learned])
    texts = NEW + [example.text for example in learned]
    scores = reference.decision_function([segmenter().cut(text) for text in texts])
    expected = softmax(scores @ model.matrix + model.offset)
    assert np.abs(np.array([model.probabilities(text) for text in texts]) - expected).max() < 1e-6


def test_pruned_models_agree_too(examples: list[Example], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "SMALL", 0)
    monkeypatch.setattr(pipeline, "MOST_WORDS", 40)
    monkeypatch.setattr(pipeline, "MOST_CHARACTERS", 60)
    model = load(train(examples).data)
    cut = [segmenter().cut(example.text) for example in sorted(examples)]
    words, characters = pipeline.count(map(word_features, cut)), pipeline.count(map(character_features, cut))
    rows, labels = np.arange(len(cut)), np.array([example.label for example in sorted(examples)])
    scores = pipeline.fit(words, characters, labels, rows, 0).scores(words, characters, rows, model.classes)
    assert (len(model.words.idf), len(model.characters.idf)) == (40, 60)
    assert np.abs(np.array([model.scores(text) for text in cut]) - scores).max() < 1e-6


def test_serving_loads_neither_scikit_learn_nor_jieba(trained: TrainedModel, tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(trained.data)
    program = (
        "import sys, pathlib; from classifier.registry import Serving; import classifier.explain\n"
        "serving = Serving(); serving.swap(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "assert serving.predict('老板拖欠工资').best.label == '劳动和社会保障'\n"
        "print(sorted({'sklearn', 'scipy', 'jieba', 'joblib'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program, str(tmp_path / "model")]
    assert subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout == "[]\n"


def test_reading_a_prediction_loads_nothing_at_all() -> None:
    program = "import sys, classifier.prediction; print('numpy' in sys.modules, 'rjieba' in sys.modules)"
    command = [sys.executable, "-c", program]
    root = Path(__file__).parents[2]
    assert subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout == "False False\n"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("楼上装修噪声很大，粉尘漫天", "环境保护"),
        ("老板不发工資", "劳动和社会保障"),  # a traditional character
        ("公交车太挤，公交站也没有站牌", "交通运输"),
    ],
)
def test_a_plain_matter_is_known(model: Model, text: str, label: str) -> None:
    assert model.predict(text).best.label == label


def test_a_text_like_the_training_texts_is_sure(model: Model) -> None:
    prediction = model.predict("想反映一下：工厂夜里偷偷排废气，一直没人回应")
    assert prediction.sure
    assert prediction.best.probability >= prediction.floor
    assert prediction.version == model.version


def test_the_words_that_counted_come_strongest_first(model: Model) -> None:
    words = model.predict("老板拖欠工资，公司不交社保").words
    weights = [weight for _, weight in words]
    assert {"工资", "社保", "拖欠工资", "老板"} & {word for word, _ in words}
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0


STRANGE = {
    "empty": "",
    "white space": " \n\t\u3000",
    "punctuation": "？？？！！！……",
    "emoji": "😀👨‍👩‍👧‍👦🚧" * 50,
    "right to left": "\u202eمرحبا بالعالم شكوى",
    "control characters": "\x00\x01\ufffe\uffff",
    "half a character": "\ud83d",
    "unknown script": "ཀ་ཁ་ག་ང་" * 20,
    "English": "the street lamp in front of my house is broken",
    "names unheard of": "魑魅魍魉饕餮貔貅氍毹",
    "digits": "1234567890" * 100,
    "huge": "\u0410" * 1_000_000,
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_a_text_of_unknown_words_is_unsure(model: Model, text: str) -> None:
    prediction = model.predict(text)
    assert not prediction.sure
    assert sum(guess.probability for guess in prediction.guesses) <= 1 + 1e-9
    assert len(prediction.guesses) == 3


@given(st.text(max_size=200))
def test_no_text_fails(model: Model, text: str) -> None:
    probabilities = model.probabilities(text)
    assert model.predict(text).best.probability == pytest.approx(probabilities.max())
    assert probabilities.sum() == pytest.approx(1)


def test_a_long_text_says_that_its_end_did_not_count(model: Model) -> None:
    start = "公交车不来。" * (READ_AT_MOST // 6) + "公交车不来。"[: READ_AT_MOST % 6]
    short, long = model.predict(start), model.predict(start + "拖欠工资" * 100_000)
    assert (short.cut, long.cut) == (False, True)
    assert short.guesses == long.guesses


def test_threads_share_a_model(model: Model, examples: list[Example]) -> None:
    texts = [example.text for example in examples]
    alone = [model.predict(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(model.predict, texts)) == alone
