"""Short answers as people type them: slips, Cantonese, traditional characters, full width, particles."""

import pytest

from handlers.resident import understood
from handlers.resident.understood import (
    ANONYMOUS,
    BACK,
    GREETINGS,
    KEEP,
    NO,
    SKIP,
    SOLVED,
    SUBMIT,
    UNSOLVED,
    YES,
    has_words,
    is_bare,
    plain,
    rating,
)

UNDERSTOOD = [
    ("跳过", SKIP),
    ("跳過", SKIP),
    ("跳过吧", SKIP),
    ("跳过！", SKIP),
    ("「跳过」", SKIP),
    ("跳國", SKIP),  # a slip of the input method
    ("条过", SKIP),
    ("ＳＫＩＰ", SKIP),
    ("Skip.", SKIP),
    ("唔知", SKIP),
    ("唔知道喎", frozenset({"不知道喎"})),  # a particle we do not know is left: an answer, asked no more
    ("唔清楚", SKIP),
    ("唔记得", SKIP),
    ("唔記得咗", SKIP),
    ("冇", SKIP),
    ("冇呀", SKIP),
    ("沒有", SKIP),
    ("不知道。。。", SKIP),
    ("I don't know", SKIP),
    ("n/a", frozenset({"na"})),
    ("上一步", BACK),
    ("‹ 上一步", BACK),
    ("上一部", BACK),
    ("返去", BACK),
    ("返回啦", BACK),
    ("BACK", BACK),
    ("不改", KEEP),
    ("唔改", KEEP),
    ("不改了", KEEP),
    ("匿名", ANONYMOUS),
    ("匿名吧", ANONYMOUS),
    ("匿明", ANONYMOUS),
    ("唔留", ANONYMOUS),
    ("唔使啦", ANONYMOUS),
    ("唔方便", ANONYMOUS),
    ("不用了", ANONYMOUS),
    ("我不想留", frozenset({"我不想留"})),
    ("Anonymous", ANONYMOUS),
    ("好", YES),
    ("好嘅", YES),
    ("好的呀", YES),
    ("係", YES),
    ("系", YES),
    ("系啊", YES),
    ("係嘅", YES),
    ("得", YES),
    ("得啦", YES),
    ("冇问题", YES),
    ("沒問題", YES),
    ("OK", YES),
    ("ＯＫ！", YES),
    ("同意", YES),
    ("统一", YES),  # a slip for 同意
    ("同意，继续", YES),
    ("唔", NO),
    ("唔好", NO),
    ("唔得", NO),
    ("唔系", NO),
    ("不同意", NO),
    ("唔同意呀", NO),
    ("NO", NO),
    ("确认提交", SUBMIT),
    ("確認提交", SUBMIT),
    ("提交吧", SUBMIT),
    ("冇错", SUBMIT),
    ("搞掂", SOLVED),
    ("搞掂咗", SOLVED),
    ("搞掂喇", SOLVED),
    ("已經解決", SOLVED),
    ("整好咗", SOLVED),
    ("冇解决", UNSOLVED),
    ("沒解決", UNSOLVED),
    ("仲未", frozenset({"仲未"})),
    ("还没修好啊", UNSOLVED),
    ("又坏了", UNSOLVED),
    ("你好啊", GREETINGS),
    ("早晨", GREETINGS),
]


@pytest.mark.parametrize(("typed", "meant"), UNDERSTOOD)
def test_a_short_answer_is_understood(typed: str, meant: frozenset[str]) -> None:
    assert plain(typed) in meant


@pytest.mark.parametrize(
    "typed",
    [
        "不知道是不是物业",
        "没有人来修",
        "好大的味道",
        "不同意涨价",
        "是物业的人",
        "返回的路上摔了",
        "解决了一半又漏",
        "匿名举报电话没人接",
        "得不到答复",
    ],
)
def test_a_sentence_that_begins_like_an_answer_is_none(typed: str) -> None:
    sets = (SKIP, BACK, KEEP, ANONYMOUS, YES, NO, SUBMIT, SOLVED, UNSOLVED, GREETINGS)
    assert not any(plain(typed) in words for words in sets)
    assert not is_bare(typed)


def test_yes_is_never_no_and_solved_never_unsolved() -> None:
    assert not YES & NO
    assert not SOLVED & UNSOLVED
    assert not SUBMIT & NO
    assert not SKIP & BACK


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("满意", "yes"),
        ("很滿意", "yes"),
        ("挺好的", None),
        ("挺好", "yes"),
        ("麻麻地", "so_so"),
        ("一般般吧", "so_so"),
        ("唔满意", "no"),
        ("不太满意", "no"),
        ("路灯坏了", None),
    ],
)
def test_a_rating_is_understood(typed: str, value: str | None) -> None:
    assert rating(typed) == value


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("漏水", True),
        ("a", True),
        ("110", True),  # too long to be the number of a choice
        ("12", False),
        ("９", False),
        ("", False),
        ("。。。", False),
        ("😀", False),
        ("\u200b", False),
        ("一", True),
    ],
)
def test_what_says_something_is_told_from_what_does_not(typed: str, says: bool) -> None:
    assert has_words(typed) is says


def test_every_word_of_the_tables_is_found_as_it_stands() -> None:
    tables = [value for value in vars(understood).values() if isinstance(value, frozenset)]
    lost = {word for table in tables for word in table if plain(word) not in table}
    assert lost == set()
