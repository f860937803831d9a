"""An explanation that does not add up is a guess about a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.explain import explain
from classifier.predict import Model

PARTS = st.sampled_from(
    [
        "公交车",
        "拖欠工资",
        "噪声",
        "，",
        " ",
        "wifi",
        "A1",
        "13800138000",
        "。",
        "社保",
        "啊",
        "樓",
        "魑魅",
        "不来",
        "😀",
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join))
def test_words_and_base_add_up_to_the_score(model: Model, text: str) -> None:
    for label in model.classes:
        explanation = explain(model, text, label)
        total = explanation.base + sum(weight for _, weight in explanation.words)
        assert total == pytest.approx(explanation.score, abs=1e-9)


@given(st.text(max_size=60))
def test_every_word_of_the_text_is_there_and_whole(model: Model, text: str) -> None:
    words = [word for word, _ in explain(model, text, "交通运输").words]
    assert words == model.segmenter.cut(text)


def test_the_word_that_matters_weighs_most(model: Model) -> None:
    words = dict(explain(model, "请问公交车什么时候来", "交通运输").words)
    assert max(words, key=words.__getitem__) == "公交车"


def test_an_unknown_label_is_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="宇宙"):
        explain(model, "公交车", "宇宙")
