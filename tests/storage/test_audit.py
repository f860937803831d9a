"""`verify` finds what was changed in a history, and calls what was erased erased."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import ColumnElement, delete, update

from complaints.complaint import By, Complaint
from complaints.workflow import Actor
from storage import complaints
from storage.audit import Broken, Verdict, verify
from storage.tables import complaint, complaint_event, word
from storage.unit_of_work import Work
from tests.storage.conftest import Store

ONE, TWO = "LH-1111-1111-1", "LH-2222-2222-2"
STAFF = By(Actor.UNIT, "s1", "U1")


@pytest.fixture
def filed(store: Store) -> Store:
    """Two complaints, each with four events; one has two texts."""
    for number in (ONE, TWO):
        with store.work() as work:
            new = Complaint(number, f"draft-{number}", "web", "chat", "sender", "漏水", store.now)
            new.register(store.now)
            hashed = complaints.say(work, number, "filed", "resident", "楼道漏水").hash
            new.events[-1].facts["text"] = hashed
            complaints.add(work, new)
            new.classify("城乡建设", "", "model", store.now)
            new.accept(store.now + timedelta(microseconds=1))
            hashed = complaints.say(work, number, "note", "s1", "查过了").hash
            new.note(STAFF, store.now, hashed)
            complaints.save(work, new)
    return store


def look(store: Store) -> Verdict:
    with store.reader() as work:
        return verify(work)


def change(store: Store, statement: Callable[[Work], object]) -> None:
    with store.work() as work:
        statement(work)


def event(seq: int, number: str = TWO) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return complaint_event.c.complaint == number, complaint_event.c.seq == seq


def test_an_untouched_history_is_intact(filed: Store) -> None:
    verdict = look(filed)
    assert (verdict.complaints, verdict.events, verdict.erased, verdict.intact) == (2, 8, 0, True)


def test_an_empty_store_is_intact(store: Store) -> None:
    assert look(store) == Verdict(0, 0, 0, ())


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "declined"},
        {"actor": "unit"},
        {"actor": "nobody we know"},
        {"actor_id": "s2"},
        {"facts": {"category": "环境保护"}},
        {"before": "closed"},
        {"at": timedelta(microseconds=1)},
        {"hash": "0" * 64},
        {"text_hash": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_edited_event_is_found(filed: Store, values: dict[str, object]) -> None:
    if "at" in values:
        values = {"at": filed.now + timedelta(microseconds=1)}
    change(filed, lambda work: work.connection.execute(update(complaint_event).where(*event(2)).values(**values)))
    broken = look(filed).broken
    assert Broken(TWO, 2, "edited") in broken
    assert {each.complaint for each in broken} == {TWO}


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        ([1], Broken(TWO, 2, "missing")),
        ([2], Broken(TWO, 3, "missing")),
        ([1, 2, 3, 4], Broken(TWO, 0, "no_events")),
        ([3, 4], Broken(TWO, 2, "cut")),  # the state says that more has happened
    ],
)
def test_deleted_events_are_found(filed: Store, gone: list[int], found: Broken) -> None:
    mine = complaint_event.c.complaint == TWO
    deleted = delete(complaint_event).where(mine, complaint_event.c.seq.in_(gone))
    change(filed, lambda work: work.connection.execute(deleted))
    assert look(filed).broken == (found,)


def test_events_moved_to_another_complaint_are_found(filed: Store) -> None:
    change(filed, lambda work: work.connection.execute(delete(complaint_event).where(*event(2, ONE))))
    moved = update(complaint_event).where(*event(2)).values(complaint=ONE)
    change(filed, lambda work: work.connection.execute(moved))
    assert {(each.complaint, each.what) for each in look(filed).broken} == {(ONE, "missing"), (TWO, "missing")}


def test_a_complaint_taken_away_from_its_events_is_found(filed: Store) -> None:
    change(filed, lambda work: work.connection.execute(delete(complaint).where(complaint.c.number == ONE)))
    assert look(filed).broken == (Broken(ONE, 0, "no_complaint"),)


def test_an_erased_text_is_reported_as_erased(filed: Store) -> None:
    erase = update(word).where(word.c.complaint == ONE, word.c.kind == "note")
    change(filed, lambda work: work.connection.execute(erase.values(body=None, salt=None, masked=None)))
    verdict = look(filed)
    assert (verdict.erased, verdict.intact) == (1, True)


@pytest.mark.parametrize(
    "how",
    [
        lambda work: update(word).values(body=work.keys.seal("别的话", "luohu", "word", TWO)),
        lambda _: update(word).values(salt=b"0" * 16),
        lambda _: update(word).values(body=b"\x01broken"),
        lambda _: delete(word),
    ],
    ids=["other words", "another salt", "broken bytes", "the row is gone"],
)
def test_a_changed_text_is_found(filed: Store, how: Callable[[Work], object]) -> None:
    def tamper(work: Work) -> None:
        work.connection.execute(how(work).where(word.c.complaint == TWO, word.c.kind == "note"))  # type: ignore[attr-defined]

    change(filed, tamper)
    assert look(filed).broken == (Broken(TWO, 4, "text"),)


def test_another_tenants_histories_are_not_looked_at(filed: Store) -> None:
    change(filed, lambda work: work.connection.execute(update(complaint_event).values(hash="0" * 64)))
    with filed.reader() as work:
        assert verify(Work(work.connection, "futian", work.keys, work.now)) == Verdict(0, 0, 0, ())
