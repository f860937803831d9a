"""Rows of what was sent along: whose they are, what of them is sealed, and what is left of an erased one."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from storage import evidence, fetching
from storage.evidence import ERASED, HELD, KEPT, LOST, REFUSED, WANTED, Evidence, Home, New
from storage.fetching import MOST_TOGETHER, Checked, Taken
from storage.hot import Prepared
from storage.unit_of_work import Work
from tests.storage.conftest import Store

A, B = "a" * 64, "b" * 64


def new(key: str = "k1", home: Home = Home(draft="d1"), **more: str) -> New:  # noqa: B008 - frozen
    return New("telegram", "r1", "r1", key, home, "photo", f"ref-{key}", f"u-{key}", "我家.jpg", 10, **more)  # type: ignore[arg-type]


def add(work: Work, key: str = "k1", home: Home = Home(draft="d1"), **more: str) -> int:  # noqa: B008
    return evidence.add(work, new(key, home, **more)).id


def take(work: Work, most: int = 5, channel: str = "telegram") -> list[Taken]:
    """Due again after a second a try."""
    return fetching.take(work, [channel], most, lambda tries: timedelta(seconds=tries))


def raw(work: Work) -> bytes:
    return b"".join(repr(tuple(row)).encode() for row in work.driver.execute("SELECT * FROM evidence").fetchall())


def test_it_is_read_as_it_was_written_and_its_name_and_way_are_sealed(store: Store) -> None:
    with store.work() as work:
        made = evidence.add(work, new())
        assert evidence.load(work, made.id) == made
        assert (made.name, made.state, made.home) == ("我家.jpg", HELD, Home(draft="d1"))
        assert b"ref-k1" not in raw(work)
        assert "我家".encode() not in raw(work)


def test_what_is_held_is_not_taken_until_it_is_released(store: Store) -> None:
    with store.work() as work:
        id = add(work)
        assert take(work) == []
        assert evidence.release(work, "d1") == 1
        (taken,) = take(work)
        assert (taken.id, taken.ref, taken.tries) == (id, "ref-k1", 1)


def test_what_is_taken_is_due_again_after_a_while_that_grows_whatever_becomes_of_it(store: Store) -> None:
    with store.work() as work:
        add(work, state=WANTED)
    for tries in (1, 2, 3):
        with store.work() as work:
            assert [each.tries for each in take(work)] == [tries]
            assert not fetching.has_work(work, ["telegram"])
        store.pass_time(seconds=tries - 0.1)
        with store.work() as work:
            assert take(work) == []
        store.pass_time(seconds=0.1)


def test_one_that_was_put_off_has_been_tried_as_often_as_is_said(store: Store) -> None:
    with store.work() as work:
        id = add(work, state=WANTED)
        for _ in range(2):
            (taken,) = take(work)
            fetching.again(work, id, timedelta(), taken.tries - 1)
            assert taken.tries == 1


def test_one_that_was_tried_often_comes_alone_so_that_it_takes_no_others_with_it(store: Store) -> None:
    with store.work() as work:
        first, often, last = (add(work, f"k{place}", state=WANTED) for place in (1, 2, 3))
        fetching.again(work, often, timedelta(), MOST_TOGETHER)
        assert [[each.id for each in take(work)] for _ in range(3)] == [[first, last], [often], []]


def test_no_more_are_taken_than_are_asked_for_and_other_channels_wait(store: Store) -> None:
    with store.work() as work:
        for place in range(4):
            add(work, f"k{place}", state=WANTED)
        assert take(work, channel="web") == []
        assert len(take(work, 3)) == 3
        assert len(take(work, 3)) == 1


@pytest.mark.parametrize(("state", "after"), [(HELD, WANTED), (WANTED, WANTED), (KEPT, KEPT), (REFUSED, REFUSED)])
def test_moved_it_belongs_to_the_complaint_and_is_held_no_more(store: Store, state: str, after: str) -> None:
    with store.work() as work:
        add(work, state=state)
        assert evidence.move(work, "d1", "LH-1") == 1
        assert evidence.of_draft(work, "d1") == []
        (moved,) = evidence.of_complaint(work, "LH-1")
        assert (moved.state, moved.home) == (after, Home(complaint="LH-1"))


def kept(work: Work, id: int, sha256: str = A, point: tuple[float, float] | None = None) -> Evidence | None:
    assert fetching.kept(work, id, Checked(sha256, "photo", "image/jpeg", B, point=point))
    return evidence.load(work, id)


def test_a_place_is_kept_sealed_until_it_is_filed(store: Store) -> None:
    with store.work() as work:
        found = kept(work, add(work, state=WANTED), point=(22.5, 114.1))
        assert found is not None
        assert found.point == (22.5, 114.1)
        assert b"114" not in raw(work)
        evidence.move(work, "d1", "LH-1")
        assert evidence.of_complaint(work, "LH-1")[0].point is None


def test_an_erased_row_says_nothing_and_names_the_files_to_drop(store: Store) -> None:
    with store.work() as work:
        id = add(work, state=WANTED)
        kept(work, id, point=(22.5, 114.1))
        assert evidence.erase(work, "d1") == {A, B}
        assert (evidence.load(work, id), evidence.of_draft(work, "d1")) == (None, [])
        assert fetching.to_drop(work, 10) == [(id, [A, B])]
        fetching.dropped(work, id)
        assert fetching.to_drop(work, 10) == []
        row = work.driver.execute("SELECT state, ref, name, unique_ref, point, sha256, thumb, type FROM evidence")
        assert row.fetchall() == [(ERASED, None, None, None, None, None, None, None)]


def test_a_file_that_another_row_has_is_not_dropped(store: Store) -> None:
    with store.work() as work:
        kept(work, add(work, "k1", state=WANTED))
        kept(work, add(work, "k2", Home(complaint="LH-1"), state=WANTED))
        evidence.erase(work, "d1")
        assert [hashes for _, hashes in fetching.to_drop(work, 10)] == [[]]
        assert fetching.known(work) == {A, B}


@pytest.mark.parametrize("end", [fetching.lost, lambda work, id: fetching.refused(work, id, "broken")])
def test_what_was_erased_or_ended_is_not_ended_again(store: Store, end: object) -> None:
    with store.work() as work:
        first, second = add(work, "k1", state=WANTED), add(work, "k2", Home(draft="d2"), state=WANTED)
        assert end(work, first) is True  # type: ignore[operator]
        assert end(work, first) is False  # type: ignore[operator]
        evidence.erase_one(work, second)
        assert end(work, second) is False  # type: ignore[operator]
        assert not fetching.kept(work, second, Checked(A, "photo", "image/jpeg"))


def test_what_another_key_sealed_is_lost_and_holds_up_nobody(store: Store) -> None:
    with store.work() as work:
        first, second = add(work, "k1", state=WANTED), add(work, "k2", state=WANTED)
        work.connection.execute(
            text("UPDATE evidence SET ref = :ref WHERE id = :id"), {"ref": b"\x01\x02zz" + b"0" * 40, "id": first}
        )
        assert [taken.id for taken in take(work)] == [second]
        found = evidence.load(work, first)
        assert found is not None
        assert found.state == LOST


def test_an_album_is_what_was_sent_together_in_one_chat(store: Store) -> None:
    with store.work() as work:
        add(work, "k1", album="x")
        add(work, "k2", album="x")
        add(work, "k3")
        assert len(evidence.of_album(work, "telegram", "r1", "x")) == 2
        assert evidence.of_album(work, "telegram", "r1", "") == []
        assert evidence.of_album(work, "telegram", "r2", "x") == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("prepared", "index"),
    [
        (evidence._OF_DRAFT, "evidence_of_draft"),
        (evidence._OF_COMPLAINT, "evidence_of_complaint"),
        (evidence._OF_MESSAGE, "evidence_of_message"),
        (evidence._OF_ALBUM, "evidence_of_album"),
        (fetching._WAITING, "evidence_wanted"),
        (evidence._ERASE, "evidence_of_draft"),
        (evidence._MOVE, "evidence_of_draft"),
        (evidence._RELEASE, "evidence_of_draft"),
    ],
)
def test_every_look_goes_by_an_index(store: Store, prepared: Prepared, index: str) -> None:
    steps = store.plan(prepared)
    assert any(f"INDEX {index} (tenant=?" in step for step in steps), steps
