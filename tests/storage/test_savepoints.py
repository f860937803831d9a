"""One item of a batch may fail; its neighbours and the transaction stay as they are."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from storage import facts
from storage.unit_of_work import Lost, Work
from tests.storage.conftest import Store


class HandlerFailed(Exception):
    pass


def _goes_well(work: Work) -> None:
    facts.put(work, "item", "kept")


def _raises(work: Work) -> None:
    facts.put(work, "item", "half")
    raise HandlerFailed


def _breaks_a_rule(work: Work) -> None:
    facts.put(work, "item", "half")
    work.connection.execute(text("INSERT INTO fact (tenant, name, value) VALUES ('luohu', 'item', 'twice')"))


def _asks_nonsense(work: Work) -> None:
    facts.put(work, "item", "half")
    work.connection.execute(text("SELECT nothing FROM nowhere"))


def _raises_deeper(work: Work) -> None:
    facts.put(work, "item", "half")
    with work.savepoint():
        facts.put(work, "deeper", "half")
        raise HandlerFailed


ITEMS = [
    (_goes_well, "kept"),
    (_raises, None),
    (_breaks_a_rule, None),
    (_asks_nonsense, None),
    (_raises_deeper, None),
]


def _in_savepoint(work: Work, item: Callable[[Work], None]) -> None:
    try:
        with work.savepoint():
            item(work)
    except Exception:  # noqa: BLE001 - as the desk does
        return


def _batch(store: Store, *items: Callable[[Work], None], then: BaseException | None = None) -> None:
    with store.work() as work:
        for item in items:
            _in_savepoint(work, item)
        if then:
            raise then


@pytest.mark.parametrize(("item", "expected"), ITEMS)
def test_neighbours_of_an_item_are_unharmed(store: Store, item: Callable[[Work], None], expected: str | None) -> None:
    _batch(store, lambda w: facts.put(w, "before", "kept"), item, lambda w: facts.put(w, "after", "kept"))
    with store.reader() as work:
        found = [facts.get(work, name) for name in ("before", "item", "deeper", "after")]
    assert found == ["kept", expected, None, "kept"]


@pytest.mark.parametrize("item", [item for item, _ in ITEMS])
def test_a_batch_that_is_not_committed_keeps_nothing(store: Store, item: Callable[[Work], None]) -> None:
    """Savepoints that commit by themselves are what the driver does if it is left to itself."""
    with pytest.raises(KeyboardInterrupt):
        _batch(store, _goes_well, item, _goes_well, then=KeyboardInterrupt())
    with store.reader() as work:
        assert facts.get(work, "item") is None


def test_an_inner_failure_that_is_handled_undoes_the_inner_part_only(store: Store) -> None:
    def outer(work: Work) -> None:
        facts.put(work, "outer", "kept")
        _in_savepoint(work, _raises)

    _batch(store, outer)
    with store.reader() as work:
        assert (facts.get(work, "outer"), facts.get(work, "item")) == ("kept", None)


@pytest.mark.parametrize("error", [HandlerFailed(), None], ids=["and the item fails", "unnoticed by the item"])
def test_a_transaction_the_database_gave_up_lets_nothing_commit_by_itself(
    store: Store, error: Exception | None
) -> None:
    """SQLite rolls all back by itself on some errors; what came after would commit, statement by statement."""

    def given_up(work: Work) -> None:
        work.connection.exec_driver_sql("ROLLBACK")
        if error:
            raise error

    with pytest.raises(Lost):
        _batch(store, _goes_well, given_up, _goes_well)
    with store.reader() as work:
        assert facts.get(work, "item") is None
