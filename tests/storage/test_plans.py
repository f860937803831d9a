"""What is asked many times a second reads a few rows by an index, however long a chat's history is."""

import re

import pytest

from storage import cards, complaints, delivery, duty, shown
from storage.hot import Prepared
from tests.storage.conftest import Store

LINE = "tenant=? AND channel=? AND chat=?"
PLANS = [
    (delivery._TAKEABLE, "outbox", "outbox_due", "tenant=? AND channel=? AND due<?"),
    (delivery._TAKEABLE, "earlier", "outbox_unsent", f"{LINE} AND id<?"),
    (cards._TAKEABLE, "card", "card_stale", "tenant=? AND channel=? AND due<?"),
    (cards._TAKEABLE, "outbox", "outbox_unsent", LINE),
    (cards._TAKEABLE, "first", "card_stale_of_chat", f"{LINE} AND due<?"),
    (cards._CARD_OF_MESSAGE, "card", "card_message", f"{LINE} AND message_id=?"),
    (cards._SPOKEN_OF, "outbox", "outbox_message", f"{LINE} AND message_id=?"),
    (shown._TEXTS_AFTER, "outbox", "outbox_read", f"{LINE} AND position>?"),
    (shown._LAST_TEXTS, "outbox", "outbox_line", LINE),  # from its end, five rows
    (shown._REACH, "outbox", "outbox_unsent", LINE),
    (shown._REACH, "card", "card_stale_of_chat", LINE),
    (duty._AWAY, "fact", "sqlite_autoindex_fact_1", "tenant=? AND name>? AND name<?"),
    (complaints._OF_PERSON, "complaint", "complaint_of_person", "tenant=? AND channel=? AND sender=?"),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("prepared", "table", "index", "by"), PLANS)
def test_it_is_read_by_its_index(store: Store, prepared: Prepared, table: str, index: str, by: str) -> None:
    steps = store.plan(prepared)
    assert [step for step in steps if re.search(rf"SEARCH {table} USING INDEX {index} \({re.escape(by)}\)", step)], (
        steps
    )


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "prepared",
    [delivery._TAKEABLE, cards._TAKEABLE, shown._TEXTS_AFTER, shown._LAST_TEXTS, complaints._OF_PERSON],
)
def test_the_first_rows_are_found_without_sorting_all(store: Store, prepared: Prepared) -> None:
    assert not [step for step in store.plan(prepared) if "TEMP B-TREE" in step]
