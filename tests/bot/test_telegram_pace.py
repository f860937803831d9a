"""Telegram's rates: short bursts pass, what is over waits, one chat's wait is nobody else's, and memory is bounded."""

from collections import Counter

import pytest

from bot.channels.telegram.pace import BURST, CHATS_FOR_ALL, IN_GROUP, OVERALL, SECOND, SWEEP, Pace

PERSON, GROUP = "5100", "-1002"


def sent(pace: Pace, chats: list[str], seconds: float) -> list[tuple[float, str]]:
    """Who went when, if each chat has something to send as soon as its last was answered, 0.1 s later."""
    went, due = [], dict.fromkeys(chats, 0.0)
    while (now := min(due.values())) < seconds:
        chat = min(due, key=lambda each: due[each])
        wait = pace.wait(chat, chat.startswith("-"), now)
        if wait == 0:
            went.append((now, chat))
        due[chat] = now + (wait or 0.1)
    return went


def most_within(times: list[float], span: float) -> int:
    return max(sum(1 for other in times if at <= other < at + span) for at in times)


def test_a_burst_to_one_person_passes_and_then_one_a_second():
    times = [at for at, _ in sent(Pace(), [PERSON], 10)]
    assert times[:BURST] == pytest.approx([0.1 * number for number in range(BURST)])
    assert len(times) == BURST + 9
    assert most_within(times[BURST:], 0.99) == 1


def test_no_minute_has_more_than_twenty_messages_to_a_group_and_little_is_wasted():
    times = [at for at, _ in sent(Pace(), [GROUP], 600)]
    assert most_within(times, 60) == IN_GROUP
    assert len(times) >= 0.95 * IN_GROUP * 10


@pytest.mark.parametrize(
    ("went", "count", "card", "goes"),
    [
        (0, 1, True, True),
        (14, 1, True, True),  # the last of fifteen
        (15, 1, True, False),  # five are left for words
        (15, 1, False, True),
        (14, 2, True, False),  # a long one is two messages
        (13, 2, True, True),
        (15, 5, False, True),
        (19, 1, False, True),
        (20, 1, False, False),
        (0, 30, True, True),  # longer than a minute's cards: into an empty minute
        (1, 30, True, False),
    ],
)
def test_cards_leave_five_of_a_groups_minute_to_words(went: int, count: int, card: bool, goes: bool):
    pace = Pace()
    for number in range(went):
        assert pace.wait(GROUP, True, 2.0 * number) == 0
    seconds = pace.wait(GROUP, True, 45.0, count, card=card)
    assert (seconds == 0) == goes
    assert seconds == 0 or pace.wait(GROUP, True, 45.0 + seconds + 0.01, count, card=card) == 0


def test_cards_to_a_person_wait_for_nothing_else():
    pace = Pace()
    for number in range(40):
        assert pace.wait(PERSON, False, 2.0 * number, card=True) == 0


def test_no_second_has_more_than_thirty_over_all_and_little_is_wasted():
    went = sent(Pace(), [f"{number}" for number in range(60)], 10)
    assert most_within([at for at, _ in went], 1) == OVERALL
    assert len(went) >= 0.9 * OVERALL * 10
    each = Counter(chat for _, chat in went)
    assert len(each) == 60
    assert max(each.values()) - min(each.values()) <= 1, "first come, first served"


def test_an_album_is_one_burst_but_all_its_pictures_count_for_the_group():
    pace = Pace()
    assert [pace.wait(GROUP, True, 0.0, 10) for _ in range(2)] == [0, 0]
    assert pace.wait(GROUP, True, 3.0) > 50
    assert pace.wait(PERSON, False, 3.0, 10) == 0
    assert pace.wait(PERSON, False, 3.0) == 0


def test_asking_counts_nothing_until_it_may_go():
    pace = Pace()
    for _ in range(BURST):
        assert pace.wait(PERSON, False, 0.0) == 0
    assert {round(pace.wait(PERSON, False, 0.0), 6) for _ in range(100)} == {SECOND}
    assert pace.wait(PERSON, False, SECOND) == 0


def test_a_chat_that_is_told_to_wait_waits_and_nobody_else_does():
    pace = Pace()
    pace.told(PERSON, False, 30, 0.0)
    assert pace.wait(PERSON, False, 10.0) == 20
    assert pace.wait("5101", False, 0.0) == 0
    assert pace.wait(PERSON, False, 30.0) == 0


def test_a_chat_that_went_too_fast_has_no_more_bursts():
    pace = Pace()
    pace.wait(PERSON, False, 0.0)
    pace.wait(PERSON, False, 0.0)
    pace.told(PERSON, False, 1, 0.0)
    assert pace.wait(PERSON, False, 10.0) == 0
    assert pace.wait(PERSON, False, 10.0) == pytest.approx(SECOND)


def test_several_chats_told_at_once_though_slow_enough_mean_the_bot():
    pace = Pace()
    for number in range(CHATS_FOR_ALL):
        assert pace.wait("other", False, float(number)) == 0
        pace.told(f"{number}", False, 7, float(number))
    assert pace.wait("other", False, CHATS_FOR_ALL) == 6
    assert pace.wait("other", False, CHATS_FOR_ALL + 6) == 0


@pytest.mark.parametrize(
    ("chats", "apart", "fast"),
    [
        (["1"] * 9, 0.0, False),  # always the same chat
        (["1", "2", "3"], 10.0, False),  # long after each other
        (["1", "2", "3"], 0.0, True),  # each of them was too fast itself
    ],
)
def test_chats_told_for_their_own_sake_do_not_hold_the_bot(chats: list[str], apart: float, fast: bool):
    pace, now = Pace(), 0.0
    for chat in chats:
        for _ in range(2 if fast else 0):
            pace.wait(chat, False, now)
        pace.told(chat, False, 60, now)
        now += apart
    assert pace.wait("other", False, now) == 0


def test_idle_chats_are_forgotten_and_held_ones_are_not():
    pace = Pace()
    pace.told("held", False, 1e9, 0.0)
    pace.wait(GROUP, True, 9_900.0)
    for number in range(10 * SWEEP):
        pace.wait(f"{number}", number % 2 == 0, float(number))
    assert len(pace) <= 2 * SWEEP
    assert pace.wait("held", False, 1e5) > 0
