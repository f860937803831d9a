"""Where in its group a text or card goes: into the topic of its complaint, one that is to be opened, or the group."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage import cards, delivery, moved, outbox, people, topics
from storage.tables import card
from storage.topics import GROUP, Place
from storage.unit_of_work import Work
from tests.storage.conftest import Store

LEASE = timedelta(seconds=30)
FORUM = ("telegram", "-1002")
UNIT = "440303004S04"


def bound(work: Work, *, forum: bool = True) -> None:
    people.bind_group(work, *FORUM, UNIT, "51", forum=forum)


def hung(work: Work, **stands: Any) -> None:
    cards.hang(work, *FORUM, "LH-1")
    work.connection.execute(update(card).values(stands or {"tries": 0}))


def put(work: Work, complaint: str | None = "LH-1", chat: str = FORUM[1]) -> None:
    outbox.put(work, FORUM[0], chat, "{}", due=work.now, complaint=complaint)


def text(work: Work) -> delivery.Taken:
    (taken,) = delivery.take(work, [FORUM[0]], 9, LEASE)
    return taken


def drawn(work: Work) -> cards.TakenCard:
    (taken,) = cards.take(work, [FORUM[0]], 9, LEASE)
    return taken


@pytest.mark.parametrize(
    ("forum", "stands", "expected"),
    [
        (True, {}, Place(opens=True)),
        (True, {"topics": topics.MOST - 1}, Place(opens=True)),
        (True, {"topics": topics.MOST}, GROUP),  # deleted again and again
        (True, {"message_id": "7"}, GROUP),  # it hangs in the group itself, and stays there
        (True, {"topic": "5", "topic_as": "open x", "message_id": "7"}, Place("5", made="open x")),
        (True, {"topic": "5", "topic_as": "open x"}, Place("5", made="open x")),
        (False, {}, GROUP),
        (False, {"topic": "5", "topic_as": "open x"}, Place(made="open x")),  # switched off: kept, not used
    ],
)
def test_a_text_goes_where_its_card_hangs(store: Store, forum: bool, stands: dict[str, Any], expected: Place) -> None:
    with store.work() as work:
        bound(work, forum=forum)
        hung(work, **stands)
        assert drawn(work).place == expected
        put(work)
        assert text(work).place == expected


@pytest.mark.parametrize(
    ("complaint", "chat"),
    [(None, FORUM[1]), ("LH-2", FORUM[1]), ("LH-1", "51")],
    ids=["about no complaint", "whose card hangs elsewhere", "to a person"],
)
def test_what_has_no_card_there_goes_to_the_chat_itself(store: Store, complaint: str | None, chat: str) -> None:
    with store.work() as work:
        bound(work)
        hung(work, topic="5")
        put(work, complaint, chat)
        assert text(work).place == GROUP


def test_of_two_who_open_one_at_once_the_first_is_kept(store: Store) -> None:
    with store.work() as work:
        bound(work)
        hung(work)
        taken = drawn(work)
        assert topics.opened(work, taken, "5", "open x") == "5"
        assert topics.opened(work, taken, "6", "open x") == "5"
        assert topics.complaint_of(work, *FORUM, "5") == "LH-1"
        assert topics.complaint_of(work, *FORUM, "6") is None


def test_a_topic_that_is_lost_takes_the_card_with_it_unless_it_hangs_in_another_by_now(store: Store) -> None:
    with store.work() as work:
        bound(work)
        hung(work)
        taken = drawn(work)
        topics.opened(work, taken, "5", "open x")
        cards.shown(work, taken, "7", "{}")
        topics.lost(work, taken, "4")
        assert topics.complaint_of(work, *FORUM, "5") == "LH-1"
        topics.lost(work, taken, "5")
        again = drawn(work)
        assert (again.place, again.message_id) == (Place(opens=True), None)
        assert work.connection.execute(select(card.c.topics)).scalar() == 1


def test_a_missing_right_is_told_once_and_again_after_it_was_given_or_bound_anew(store: Store) -> None:
    with store.work() as work:
        bound(work)
        hung(work)
        assert [topics.refused(work, *FORUM) for _ in range(3)] == [True, False, False]
        topics.opened(work, drawn(work), "5", "open x")
        assert [topics.refused(work, *FORUM) for _ in range(2)] == [True, False]
        bound(work)
        assert topics.refused(work, *FORUM)


def test_topics_are_forgotten_with_the_old_chat(store: Store) -> None:
    with store.work() as work:
        bound(work)
        hung(work, topic="5", topics=2, topic_as="open x", message_id="7")
        assert moved.move(work, *FORUM, "-1003")
        assert drawn(work).place == Place(opens=True)
        kept = work.connection.execute(select(card.c.chat, card.c.topic, card.c.topics, card.c.topic_as)).one()
        assert tuple(kept) == ("-1003", None, 0, None)


@pytest.mark.sqlite
def test_the_complaint_of_a_topic_is_found_by_its_index(store: Store) -> None:
    steps = store.plan(topics._OF_TOPIC)
    assert "INDEX card_topic (tenant=? AND channel=? AND chat=? AND topic=?)" in steps[0]
