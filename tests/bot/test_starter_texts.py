"""The starter texts must be as varied as residents are, or the first model learns one writer's habits.

Limits: this measures wording and length only; whether a label is right, a person must read.
"""

import csv
import re
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from statistics import quantiles

import pytest

FOLDER = Path(__file__).parents[2] / "bot" / "data" / "starter_texts"
HEADER = ["text", "label", "item"]
LABELS = frozenset(
    {
        "城乡建设",
        "劳动和社会保障",
        "教育文体",
        "商贸旅游",
        "环境保护",
        "卫生计生",
        "交通运输",
        "政法",
        "民政",
        "其他",
    }
)
FEWEST = 60
MOST_SHARED = 0.5
PERSONAL = re.compile(r"\d{7,}|\w@\w")  # seven digits are a phone number or longer


def rows() -> list[tuple[str, dict[str, str]]]:
    """Every row of every file, with the file's name."""
    found = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(path.name, row) for row in csv.DictReader(file)]
    return found


def by_label() -> dict[str, list[str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for _, row in rows():
        texts[row["label"]].append(row["text"])
    return texts


def trigrams(text: str) -> frozenset[str]:
    """Runs of three characters, white space left out."""
    joined = "".join(text.split())
    return frozenset(joined[start : start + 3] for start in range(len(joined) - 2))


def too_alike(texts: list[str]) -> list[tuple[str, str]]:
    """Pairs that share more than half of the trigrams of the shorter one.

    The share of the smaller set is never below Jaccard's, so one check covers both. Only pairs with a
    trigram in common are looked at: they are found through an index, not by trying every pair.
    """
    grams = [trigrams(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(grams):
        for gram in found:
            holders[gram].append(place)
    shared = Counter(pair for places in holders.values() for pair in combinations(places, 2))
    limit = {(a, b): MOST_SHARED * min(len(grams[a]), len(grams[b])) for a, b in shared}
    return [(texts[a], texts[b]) for (a, b), count in shared.items() if count > limit[a, b]]


def test_there_are_starter_texts() -> None:
    assert rows()


def test_every_file_has_the_header() -> None:
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == HEADER, path.name


def test_every_row_is_whole() -> None:
    broken = [(name, row) for name, row in rows() if set(row) != set(HEADER) or not all(map(str.strip, row.values()))]
    assert broken == []


def test_every_label_is_a_category() -> None:
    assert set(by_label()) <= LABELS


def test_every_category_has_enough_texts() -> None:
    assert {label: len(texts) for label, texts in by_label().items() if len(texts) < FEWEST} == {}


def test_no_text_stands_twice() -> None:
    counted = Counter("".join(row["text"].split()) for _, row in rows())
    assert [text for text, times in counted.items() if times > 1] == []


def test_no_text_is_a_variation_of_another() -> None:
    assert too_alike([row["text"] for _, row in rows()]) == []


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("门口路灯坏了半个月没人修", "门口路灯坏了半个月没人管", True),  # one character changed
        (
            "路灯坏了半个月",
            "小区后门那条巷子的路灯坏了半个月，老人摔了两次",
            True,
        ),  # one lies in the other
        ("门口路灯坏了半个月", "老板拖了三个月工资不发", False),  # nothing in common
    ],
)
def test_a_variation_is_noticed(first: str, second: str, alike: bool) -> None:
    assert bool(too_alike([first, second])) is alike


def test_texts_do_not_begin_alike() -> None:
    for label, texts in by_label().items():
        begin, times = Counter(text[:4] for text in texts).most_common(1)[0]
        assert times <= len(texts) / 10, f"{times} texts of {label} begin with {begin}"


def test_lengths_are_mixed() -> None:
    for label, texts in by_label().items():
        shorter, _, longer = quantiles(map(len, texts), n=4)
        assert longer >= 2 * shorter, f"{label}: quartiles {shorter} and {longer}"


def test_no_text_holds_a_phone_number_or_address() -> None:
    assert [row["text"] for _, row in rows() if PERSONAL.search(row["text"])] == []
