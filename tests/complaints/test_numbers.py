"""Receipt numbers: every slip that is promised to be caught is tried, for numbers of every make."""

import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.errors import BadNumber, ComplaintError
from complaints.numbers import ALPHABET, find_all, matches_short, new_number, parse, short

NUMBERS = st.builds(lambda seed, prefix: new_number(prefix, Random(seed)), st.integers(), st.sampled_from(["LH", "L1"]))
BODY = [*range(3, 7), *range(8, 12), 13]  # where the nine characters of LH-7K3M-Q8XW-P stand
UNDERSTOOD = {"O": "0", "I": "1", "L": "1"}


def prefix_of(number):
    return number.split("-")[0]


def replaced(number, at, character):
    return number[:at] + character + number[at + 1 :]


def wrong_ones(number):
    for at in BODY:
        for character in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):
            if UNDERSTOOD.get(character, character) != number[at]:
                yield replaced(number, at, character)


def swaps(number):
    places = [0, 1, *BODY]
    for here, there in pairwise(places):
        if number[here] != number[there]:
            yield replaced(replaced(number, here, number[there]), there, number[here])


def fault_of(text, prefix="LH"):
    with pytest.raises(BadNumber) as caught:
        parse(text, prefix)
    return caught.value.fault


@given(NUMBERS)
def test_a_new_number_is_in_canonical_form_and_right(number):
    assert re.fullmatch(rf"L[H1](-[{ALPHABET}]{{4}}){{2}}-[{ALPHABET}]", number)
    assert parse(number, prefix_of(number)) == number


@given(NUMBERS)
def test_every_single_wrong_character_is_caught(number):
    typed = list(wrong_ones(number))
    assert len(typed) >= 9 * 32  # 31 others and U, and O, I, L where they are not what was meant
    for text in typed:
        assert fault_of(text, prefix_of(number)) == ("character" if "U" in text else "check"), text


@given(NUMBERS)
def test_every_swap_of_neighbours_is_caught(number):
    """Across the dashes, with the prefix and with the check character too."""
    for text in swaps(number):
        assert fault_of(text, prefix_of(number)) in {"check", "prefix"}, text


@pytest.mark.parametrize("number", ["LH-7K3M-Q8XW-P", "LH-01AB-2CD3-5", "LH-Z0Y1-A0B1-2"])
def test_numbers_once_given_out_stay_right(number):
    """Worked out apart from the code, with x^5 + x^2 + 1: another polynomial would catch as much, and refuse these."""
    assert parse(number, "LH") == number


def test_the_swaps_tried_reach_from_the_prefix_to_the_check_character():
    tried = list(swaps("LH-7K3M-Q8XW-P"))
    assert len(tried) == 10
    assert (tried[0][:5], tried[1][:5], tried[-1][-4:]) == ("HL-7K", "L7-HK", "XP-W")


def test_numbers_spread_over_the_whole_alphabet():
    random = Random(1)
    numbers = [new_number("LH", random) for _ in range(2000)]
    assert len(set(numbers)) == 2000
    for at in BODY:
        assert {number[at] for number in numbers} == set(ALPHABET)


def test_the_same_randomness_gives_the_same_number():
    assert new_number("LH", Random(7)) == new_number("LH", Random(7)) != new_number("LH", Random(8))


def made(body, prefix="LH"):
    """The right number with these eight characters, by trying all check characters."""
    return next(n for c in ALPHABET if (n := f"{prefix}-{body[:4]}-{body[4:]}-{c}") in find_all(n, prefix))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(str.lower, id="lower case"),
        pytest.param(lambda n: n.replace("-", ""), id="no dashes"),
        pytest.param(lambda n: n.replace("-", " "), id="spaces"),
        pytest.param(lambda n: n.replace("-", "　"), id="ideographic spaces"),
        pytest.param(lambda n: n.replace("-", " - "), id="dashes and spaces"),
        pytest.param(lambda n: n.replace("-", "——"), id="Chinese dashes"),
        pytest.param(lambda n: n.replace("-", "–"), id="en dashes"),
        pytest.param(lambda n: f" \n{n}\u200b ", id="white space and unseen signs around"),
        pytest.param(lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n), id="full width"),
        pytest.param(lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n.lower()), id="full width, lower case"),
        pytest.param(lambda n: n[:3] + n[3:].replace("0", "O").replace("1", "I"), id="O for 0, I for 1"),
        pytest.param(lambda n: n[:3] + n[3:].replace("0", "o").replace("1", "l"), id="o for 0, l for 1"),
    ],
)
@pytest.mark.parametrize("body", ["7K3MQ8XW", "01100110", "Z0Y1A0B1"])
def test_a_number_is_understood_as_people_type_it(write, body):
    number = made(body)
    assert parse(write(number), "LH") == number
    assert find_all(f"我的编号是{write(number)}，请问进度", "LH") == [number]


def test_letters_may_be_typed_one_by_one():
    assert parse(" ".join(made("7K3MQ8XW")), "LH") == made("7K3MQ8XW")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "prefix"),  # nothing
        ("GM-7K3M-Q8XW-4", "prefix"),  # another tenant's
        ("1H-7K3M-Q8XW-4", "prefix"),  # 1 is not the L of a prefix
        ("7K3M-Q8XW-4", "prefix"),  # left out
        ("罗湖-7K3M-Q8XW-4", "prefix"),  # said in Chinese
        ("LH", "length"),  # nothing else
        ("LH-7K3M-Q8XW", "length"),  # without the check character
        ("LH-7K3M-Q8XW-44", "length"),  # one too many
        ("LH-7K3M-Q8XU-4", "character"),  # U is in no number
        ("LH-7K3M-Q8X*-4", "character"),  # nor is a sign
        ("LH-7K3M-Q8X五-4", "character"),  # nor Chinese
        ("LH-7K3M-Q8X²-4", "character"),  # nor a raised figure
        ("LH-7ſ3M-Q8XW-4", "character"),  # nor a long s, which upper() makes S
    ],
)
def test_what_is_no_number_is_refused_with_the_fault(text, fault):
    assert fault_of(text) == fault


def test_a_prefix_with_l_o_and_digits_is_literal():
    number = made("7K3MQ8XW", "LO1")
    assert parse(number.lower(), "LO1") == number
    assert fault_of(number.replace("LO1", "L01"), "LO1") == "prefix"
    assert fault_of(number.replace("LO1", "LOI"), "LO1") == "prefix"


def test_the_error_keeps_nothing_that_was_typed():
    with pytest.raises(ComplaintError) as caught:
        parse("LH 我叫陈小明", "LH")
    assert "陈" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("prefix", ["", "lh", "1H", "L-H", "罗湖", "LH ", "LH\n", "ABCDEFGHI"])
def test_a_prefix_that_could_not_be_read_back_is_refused(prefix):
    for ask in (lambda: new_number(prefix, Random(1)), lambda: parse("x", prefix), lambda: find_all("x", prefix)):
        with pytest.raises(ValueError, match="a prefix is"):
            ask()


FIRST, SECOND = made("7K3MQ8XW"), made("01AB2CD3")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("没有编号，只有电话0755-25666666", []),  # none
        (f"{FIRST}怎么样了", [FIRST]),  # Chinese right after it
        (f"查询：{FIRST}。", [FIRST]),  # a full stop after it
        (f"({FIRST})", [FIRST]),  # in brackets
        (f"{SECOND}和{FIRST}、{SECOND}", [SECOND, FIRST]),  # in the order they stand in, each once
        (f"{FIRST}\n{SECOND}", [FIRST, SECOND]),  # a line each
        (f"{FIRST} 5栋", [FIRST]),  # a figure further on
        (f"{FIRST}5", []),  # one character too many: which is wrong?
        (f"G{FIRST}", []),  # a longer prefix is another tenant's
        (f"{FIRST[:-1]}{'5' if FIRST[-1] != '5' else '6'}", []),  # mistyped
        (f"{FIRST[:-1]}{'5' if FIRST[-1] != '5' else '6'} {SECOND}", [SECOND]),  # mistyped, and a right one
        (FIRST.replace("LH", "1H"), []),  # the prefix is literal
    ],
)
def test_numbers_are_found_inside_a_sentence(sentence, found):
    assert find_all(sentence, "LH") == found


@given(NUMBERS)
def test_no_mistyped_number_is_found_in_a_sentence(number):
    for text in [*wrong_ones(number), *swaps(number)]:
        assert find_all(f"请查{text}谢谢", prefix_of(number)) == []


def test_the_short_form_is_the_second_group():
    assert short(FIRST) == "Q8XW"


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("Q8XW", True),  # alone
        ("q8xw", True),  # lower case
        ("Ｑ８ＸＷ", True),  # full width
        (f"Q8XW-{FIRST[-1]}", True),  # with the check character
        (f"q8xw {FIRST[-1]}", True),
        (f"Q8XW{FIRST[-1]}", True),
        ("Q8XW-" + ("5" if FIRST[-1] != "5" else "6"), False),  # with a wrong one
        ("Q8X", False),  # too short
        ("7K3M", False),  # the first group
        ("8QXW", False),  # swapped
        (FIRST, False),  # the whole number is not short
        ("", False),
        ("Q8XU", False),  # a character of no number
        ("收到", False),
    ],
)
def test_staff_may_type_the_second_group(typed, matches):
    assert matches_short(FIRST, typed) is matches


def test_the_second_group_is_forgiving_about_0_and_1():
    assert matches_short(made("AAAA01AB"), "olab")
