"""A lease is held by one at a time, ends by itself, and can be given back."""

from datetime import timedelta

import pytest

from storage import facts, leases
from tests.storage.conftest import Store

LASTS = timedelta(seconds=15)


def take(store: Store, owner: str) -> bool:
    with store.work() as work:
        return leases.take(work, "poll", owner, LASTS)


def renew(store: Store, owner: str) -> bool:
    with store.work() as work:
        return leases.renew(work, "poll", owner, LASTS)


def holds(store: Store, owner: str) -> bool:
    with store.reader() as work:
        return leases.holds(work, "poll", owner)


def test_the_first_has_it_until_it_ends(store: Store) -> None:
    assert take(store, "one")
    assert not take(store, "two")
    assert (holds(store, "one"), holds(store, "two")) == (True, False)
    store.pass_time(seconds=15)
    assert not holds(store, "one")
    assert take(store, "two")
    assert not take(store, "one")


def test_who_has_it_can_hold_it_longer(store: Store) -> None:
    for _ in range(3):
        assert take(store, "one")
        store.pass_time(seconds=10)
    assert not take(store, "two")


def test_held_longer_it_stays_with_its_owner_even_late_as_long_as_nobody_else_had_it(store: Store) -> None:
    assert not renew(store, "one")
    assert take(store, "one")
    store.pass_time(seconds=20)
    assert not renew(store, "two")
    assert renew(store, "one")
    assert holds(store, "one")


@pytest.mark.parametrize("gives_back", [True, False])
def test_who_lost_it_cannot_hold_it_longer_even_when_it_is_free_again(store: Store, gives_back: bool) -> None:
    take(store, "one")
    store.pass_time(seconds=15)
    assert take(store, "two")
    if gives_back:
        with store.work() as work:
            leases.give_back(work, "poll", "two")
    store.pass_time(seconds=15)
    assert not renew(store, "one")


def test_whose_name_is_only_like_the_owners_is_not_the_owner(store: Store) -> None:
    assert take(store, "someone")
    assert [renew(store, owner) for owner in ("one", "%", "some_ne")] == [False] * 3


def test_given_back_it_is_free_at_once(store: Store) -> None:
    assert take(store, "one")
    with store.work() as work:
        leases.give_back(work, "poll", "two")  # not theirs
    assert not take(store, "two")
    with store.work() as work:
        leases.give_back(work, "poll", "one")
    assert take(store, "two")


def test_who_looked_before_somebody_took_it_does_not_get_it(store: Store) -> None:
    with store.work() as work:
        before = facts.get(work, "lease:poll")
        assert leases.take(work, "poll", "one", LASTS)
        assert not leases._change(work, "lease:poll", before, "2026-12-01T00:00:00+00:00 two")
        seen = facts.get(work, "lease:poll")
        assert leases.take(work, "poll", "one", 2 * LASTS)
        assert not leases._change(work, "lease:poll", seen, "2026-12-01T00:00:00+00:00 two")
    assert holds(store, "one")


def test_leases_have_names_of_their_own(store: Store) -> None:
    assert take(store, "one")
    with store.work() as work:
        assert leases.take(work, "seal", "two", LASTS)
