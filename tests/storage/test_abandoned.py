"""What a process that died was sending is taken at once by the next, which knows that it may have arrived."""

from datetime import timedelta

import pytest

from storage import abandoned, cards, delivery, outbox
from tests.storage.conftest import Store

LEASE = timedelta(seconds=30)
CHANNELS = ["telegram", "web"]


def died_sending(store: Store) -> None:
    with store.work() as work:
        for channel in CHANNELS:
            outbox.put(work, channel, "r1", '{"text": "一", "buttons": [], "copy": ""}', due=work.now)
            cards.hang(work, channel, "g", "LH-1")
        assert len(delivery.take(work, CHANNELS, 9, LEASE)) == 2
        assert len(cards.take(work, CHANNELS, 9, LEASE)) == 2


def taken(store: Store) -> list[tuple[str, bool]]:
    """The channel of each, and whether it may have arrived: a card's state is drawn anew, so nobody asks."""
    with store.work() as work:
        texts = [(text.channel, text.doubt) for text in delivery.take(work, CHANNELS, 9, LEASE)]
        return texts + [(card.channel, False) for card in cards.take(work, CHANNELS, 9, LEASE)]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("channels", "count", "expected"),
    [
        ([], 0, []),
        (["telegram"], 2, [("telegram", True), ("telegram", False)]),  # another process may send for the others
        (["terminal"], 0, []),
        (CHANNELS, 4, [("telegram", True), ("web", True), ("telegram", False), ("web", False)]),
    ],
)
def test_the_leases_of_its_channels_end(
    store: Store, channels: list[str], count: int, expected: list[tuple[str, bool]]
) -> None:
    died_sending(store)
    assert taken(store) == []
    with store.work() as work:
        assert abandoned.take_back(work, channels) == count
    assert taken(store) == expected


@pytest.mark.sqlite
def test_what_waits_or_was_sent_stays_as_it_is(store: Store) -> None:
    died_sending(store)
    with store.work() as work:
        abandoned.take_back(work, CHANNELS)
        for text in delivery.take(work, CHANNELS, 9, LEASE):
            delivery.sent(work, text.id, "m1")
        outbox.put(work, "web", "r2", "{}", due=work.now + timedelta(seconds=30))
    with store.work() as work:
        assert abandoned.take_back(work, CHANNELS) == 0
    store.pass_time(seconds=29)
    assert [channel for channel, _ in taken(store) if channel == "web"] == ["web"]  # the card alone


@pytest.mark.postgres
def test_where_others_may_be_sending_the_leases_run_out(store: Store) -> None:
    died_sending(store)
    with store.work() as work:
        assert abandoned.take_back(work, CHANNELS) == 0
    assert taken(store) == []
