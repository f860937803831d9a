"""The chain of a complaint's events: an edit, a deletion, a swap and a stranger's event are found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from complaints.events import Event, chained, text_hash
from complaints.workflow import Actor, Status

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
KINDS = ("registered", "accepted", "dispatched", "claimed", "concluded", "confirmed")
HISTORY = [
    Event(kind, START + timedelta(minutes=n), Actor.BOT, f"id-{n}", Status.REGISTERED, Status.ACCEPTED, "T2", {"n": n})
    for n, kind in enumerate(KINDS)
]


def chain(events: list[Event], number: str = "LH-1") -> list[str]:
    hashes: list[str] = []
    for seq, event in enumerate(events, start=1):
        hashes.append(chained(event, number, seq, hashes[-1] if hashes else None))
    return hashes


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("kind", "noted"),
        ("at", START - timedelta(microseconds=1)),
        ("actor", Actor.UNIT),
        ("actor_id", "id-9"),
        ("before", Status.TRIAGE),
        ("after", Status.CLOSED),
        ("transition", "T4"),
        ("facts", {"n": 9}),
        ("text_hash", "00"),
    ],
)
def test_an_edit_of_anything_an_event_says_changes_its_hash_and_all_after_it(what: str, value: object) -> None:
    edited = [*HISTORY]
    edited[2] = replace(HISTORY[2], **{what: value})  # type: ignore[arg-type]
    same = [a == b for a, b in zip(chain(HISTORY), chain(edited), strict=True)]
    assert same == [True, True, False, False, False, False]


def test_a_deleted_event_changes_all_that_came_after_it() -> None:
    shorter = chain(HISTORY[:2] + HISTORY[3:])
    assert shorter[:2] == chain(HISTORY)[:2]
    assert not set(shorter[2:]) & set(chain(HISTORY))


def test_events_that_change_places_are_found() -> None:
    swapped = [HISTORY[0], HISTORY[2], HISTORY[1], *HISTORY[3:]]
    assert not set(chain(swapped)[1:]) & set(chain(HISTORY))


def test_a_history_does_not_pass_for_that_of_another_complaint() -> None:
    assert not set(chain(HISTORY, "LH-2")) & set(chain(HISTORY, "LH-1"))


def test_the_same_moment_in_another_zone_is_the_same_event() -> None:
    there = replace(HISTORY[0], at=HISTORY[0].at.astimezone(None))
    assert chain([there]) == chain(HISTORY[:1])


def test_the_hash_of_a_text_says_nothing_without_its_salt() -> None:
    assert text_hash("漏水", b"one") != text_hash("漏水", b"two")
    assert text_hash("漏水", b"one") == text_hash("漏水", b"one")
