import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.blanking import blank, places, word_in


@pytest.mark.parametrize(
    ("masked", "words", "expected"),
    [
        ("3栋502的钱七叔，钱七叔说", ["钱七叔"], "3栋502的***，***说"),
        ("钱 七·叔", ["钱七叔"], "* ***"),  # white space stays, all else goes
        ("A座１２０３，a座1203", ["A座1203"], "******，******"),  # full width, lower case
        ("水贝社区钱七叔", ["社区钱七叔", "贝社区"], "水******"),  # two that overlap
        ("王**说", ["王"], "***说"),  # what the rules have left of a name
        ("John  Smith", ["johnsmith"], "****  *****"),
        ("a.b", ["a+b"], "a.b"),  # words, no patterns
        ("没有", ["别的"], "没有"),
        ("没有", [], "没有"),
    ],
)
def test_each_word_goes_under_stars_place_for_place(masked: str, words: list[str], expected: str) -> None:
    assert blank(masked, words) == expected


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("钱七叔", "钱七叔"),
        (" 钱 七叔\n", "钱七叔"),
        ("Ａ座１２０３", "A座1203"),
        ("王**", "王"),  # as it is seen
        ("138****1234", ""),  # hidden already in its middle
        ("***", ""),
        ("，。", ""),
        ("", ""),
    ],
)
def test_what_can_be_blanked_of_what_was_typed(typed: str, word: str) -> None:
    assert word_in(typed) == word


def test_places_are_counted_in_what_is_left_to_see() -> None:
    assert places("钱七叔找钱 七叔", "钱七叔") == 2
    assert places("钱**", "钱七叔") == 0


SIGNS = st.text("钱七叔aA1 ·*，", max_size=12)


@given(SIGNS, SIGNS.map(word_in).filter(bool))
def test_nothing_of_a_blanked_word_is_left_and_nothing_moves(masked: str, word: str) -> None:
    once = blank(masked, [word])
    assert len(once) == len(masked)
    assert places(once, word) == 0
    assert blank(once, [word]) == once
