import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.trie import Trie


def filled(*names):
    trie = Trie()
    for name in names:
        trie.add(name, name)
    return trie


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("罗湖桥头", ["罗湖桥"]),  # the longest
        ("罗湖和罗湖桥", ["罗湖", "罗湖桥"]),
        ("罗湖桥社", ["罗湖桥"]),  # the longer one breaks off: back to what was found
        ("桥社区", []),
        ("", []),
    ],
)
def test_the_longest_name_at_each_place_is_found(text, found):
    assert [values[0] for _, _, values in filled("罗湖", "罗湖桥", "罗湖桥社区").scan(text)] == found


def test_a_name_has_each_of_its_meanings_once():
    trie = filled("翠竹", "翠竹")
    trie.add("翠竹", "街道")
    assert list(trie.scan("翠竹")) == [(0, 2, ("翠竹", "街道"))]


def test_a_name_cannot_be_empty():
    with pytest.raises(ValueError, match="empty"):
        filled("")


@given(st.lists(st.text("ab", min_size=1, max_size=3), min_size=1), st.text("abc", max_size=20))
def test_a_plain_search_finds_the_same(names, text):
    expected, start = [], 0
    while start < len(text):
        best = max((name for name in names if text.startswith(name, start)), key=len, default="")
        if best:
            expected.append((start, start + len(best)))
        start += len(best) or 1
    assert [(start, end) for start, end, _ in filled(*names).scan(text)] == expected
