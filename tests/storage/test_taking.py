"""Which rows and cards a taker is given: of its channels, due, of free lines, the first of each chat."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage import cards, delivery, duty, facts, outbox
from storage.tables import card
from storage.tables import outbox as table
from storage.unit_of_work import Line
from tests.storage.conftest import Store

LEASE = timedelta(seconds=30)
ROWS = [("web", "a", -1), ("web", "b", -3), ("telegram", "a", -2), ("terminal", "a", -9), ("web", "c", 60)]  # due in s


@pytest.mark.parametrize(
    ("channels", "limit", "skip", "expected"),
    [
        (["web"], 9, [], ["web b", "web a"]),  # what fell due first goes first; c is not due
        (["web", "telegram"], 9, [], ["web b", "telegram a", "web a"]),  # by time, not by channel
        (["web", "telegram"], 2, [], ["web b", "telegram a"]),
        (["web", "telegram"], 1, [("web", "b")], ["telegram a"]),  # a line that is skipped takes nobody's place
        (["web"], 9, [("telegram", "a"), ("web", "a")], ["web b"]),  # the same chat of another channel is another line
        (["web"], 0, [], []),
        ([], 9, [], []),
        (["nowhere"], 9, [], []),
    ],
)
def test_rows_and_cards_are_taken_alike(
    store: Store, channels: list[str], limit: int, skip: Collection[Line], expected: list[str]
) -> None:
    with store.work() as work:
        for channel, chat, due in ROWS:
            outbox.put(work, channel, chat, "{}", due=store.now + timedelta(seconds=due))
        texts = delivery.take(work, channels, limit, LEASE, skip)
        work.connection.execute(table.delete())
        for channel, chat, due in ROWS:
            cards.hang(work, channel, chat, "LH-1")
            here = (card.c.channel == channel, card.c.chat == chat)
            work.connection.execute(update(card).where(*here).values(due=store.now + timedelta(seconds=due)))
        found = cards.take(work, channels, limit, LEASE, skip)
    assert [f"{each.channel} {each.chat}" for each in texts] == expected
    assert [f"{each.channel} {each.chat}" for each in found] == expected


def test_cards_of_a_chat_are_taken_one_at_a_time_the_oldest_first(store: Store) -> None:
    with store.work() as work:
        for complaint in ("LH-3", "LH-1", "LH-2"):
            cards.hang(work, "web", "group", complaint)
        found = [cards.take(work, ["web"], 9, LEASE) for _ in range(4)]
    assert [[each.complaint for each in taken] for taken in found] == [["LH-1"], ["LH-2"], ["LH-3"], []]


def test_words_that_are_due_go_before_the_cards_of_their_chat(store: Store) -> None:
    with store.work() as work:
        cards.hang(work, "web", "group", "LH-1")
        cards.hang(work, "web", "other", "LH-1")
        outbox.put(work, "web", "group", "{}", due=store.now)
        outbox.put(work, "web", "other", "{}", due=store.now + timedelta(seconds=1))
        assert [each.chat for each in cards.take(work, ["web"], 9, LEASE)] == ["other"]


@pytest.mark.parametrize(
    ("tried_in_doubt", "once", "again"), [(False, False, False), (True, False, True), (True, True, False)]
)
def test_a_doubt_stays_with_a_text_unless_its_reader_goes_by_positions(
    store: Store, tried_in_doubt: bool, once: bool, again: bool
) -> None:
    with store.work() as work:
        id = outbox.put(work, "web", "a", "{}", due=store.now)
        delivery.try_again(work, id, timedelta(0), "Broken", doubt=tried_in_doubt)
        assert [each.doubt for each in delivery.take(work, ["web"], 1, LEASE)] == [tried_in_doubt]
        delivery.sent(work, id, "m1", once=once)
        row = work.connection.execute(select(table).where(table.c.id == id)).one()
    assert (row.again, row.state, row.error, row.lease_until, row.sent_at) == (again, "sent", None, None, store.now)


def test_only_units_that_are_away_now_are_off_duty(store: Store) -> None:
    with store.work() as work:
        duty.leave(work, "U1", store.now + timedelta(hours=1))
        duty.leave(work, "单位", store.now + timedelta(hours=1))
        duty.leave(work, "U2", store.now)
        for name in ("off_duty", "off_duty;U3", "off_dutyz", "a", "z"):
            facts.put(work, name, (store.now + timedelta(hours=1)).isoformat())
        assert duty.off(work) == {"U1", "单位"}
