"""Nothing that a model learned from may be in the part on which it is judged."""

from collections import Counter

import pytest

from classifier.dataset import Example
from classifier.folds import deal, near_duplicates

LETTER = "我们小区北门的路灯已经坏了整整三个月，晚上老人小孩出门摔倒好几次，多次打电话都没有人来修，请尽快处理"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (LETTER.replace("北门", "南门"), True),
        (LETTER.replace("三个月", "半年") + "，谢谢", True),
        (" ".join(LETTER), True),  # only white space
        ("公交车等了四十分钟不来，上班天天迟到，希望加密班次", False),
        ("请尽快处理", False),  # a common ending
        ("", False),
    ],
)
def test_letters_with_a_few_words_changed_are_one_group(other: str, alike: bool) -> None:
    first, second = near_duplicates([LETTER, other])
    assert (first == second) is alike


def test_near_duplicates_are_never_on_both_sides(examples: list[Example]) -> None:
    letters = [LETTER.replace("三个月", f"{months}个月") for months in range(40)]
    texts = letters + [example.text for example in examples]
    folds = deal(texts, ["城乡建设"] * 40 + [example.label for example in examples])
    assert len(set(folds[:40].tolist())) == 1


def test_labels_are_spread_evenly(examples: list[Example]) -> None:
    folds = deal([example.text for example in examples], [example.label for example in examples])
    held = Counter((example.label, fold) for example, fold in zip(examples, folds.tolist(), strict=True))
    assert len(held) == 4 * 5
    assert max(held.values()) - min(held.values()) <= 1  # 35 texts a label in 5 folds


def test_a_seed_deals_in_one_way(examples: list[Example]) -> None:
    texts, labels = [example.text for example in examples], [example.label for example in examples]
    assert (deal(texts, labels, seed=3) == deal(texts, labels, seed=3)).all()
    assert (deal(texts, labels, seed=3) != deal(texts, labels, seed=4)).any()


def test_one_letter_many_times_cannot_be_dealt() -> None:
    with pytest.raises(ValueError, match="1 different texts"):
        deal([LETTER] * 10, ["a", "b"] * 5)
