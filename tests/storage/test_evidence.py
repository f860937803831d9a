"""Rows of what was sent along: whose they are, what of them is sealed, and what is left of an erased one."""

from datetime import timedelta

import pytest

from storage import evidence, fetching
from storage.evidence import ERASED, HELD, KEPT, LOST, REFUSED, WANTED, Evidence, Home, New
from storage.fetching import Checked
from storage.hot import Prepared
from storage.unit_of_work import Work
from tests.storage.conftest import Store

LEASE = timedelta(minutes=3)
A, B = "a" * 64, "b" * 64


def new(key: str = "k1", home: Home = Home(draft="d1"), **more: str) -> New:  # noqa: B008 - frozen
    return New("telegram", "r1", "r1", key, home, "photo", f"ref-{key}", f"u-{key}", "我家.jpg", 10, **more)  # type: ignore[arg-type]


def add(work: Work, key: str = "k1", home: Home = Home(draft="d1"), **more: str) -> int:  # noqa: B008
    return evidence.add(work, new(key, home, **more)).id


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
        assert fetching.take(work, ["telegram"], 5, LEASE) == []
        assert evidence.release(work, "d1") == 1
        (taken,) = fetching.take(work, ["telegram"], 5, LEASE)
        assert (taken.id, taken.ref, taken.tries) == (id, "ref-k1", 1)


def test_what_is_taken_is_not_taken_again_before_its_lease_ends(store: Store) -> None:
    with store.work() as work:
        add(work, state=WANTED)
        assert len(fetching.take(work, ["telegram"], 5, LEASE)) == 1
        assert not fetching.has_work(work, ["telegram"])
    store.pass_time(minutes=4)
    with store.work() as work:
        assert [each.tries for each in fetching.take(work, ["telegram"], 5, LEASE)] == [2]


def test_no_more_are_leased_than_are_taken_and_other_channels_wait(store: Store) -> None:
    with store.work() as work:
        for place in range(4):
            add(work, f"k{place}", state=WANTED)
        assert fetching.take(work, ["web"], 5, LEASE) == []
        assert len(fetching.take(work, ["telegram"], 3, LEASE)) == 3
        assert len(fetching.take(work, ["telegram"], 3, LEASE)) == 1


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
        work.driver.execute("UPDATE evidence SET ref = ? WHERE id = ?", (b"\x01\x02zz" + b"0" * 40, first))
        assert [taken.id for taken in fetching.take(work, ["telegram"], 5, LEASE)] == [second]
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
    with store.work() as work:
        said = prepared._for(work).text
        rows = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", (1,) * said.count("?")).all()
    assert any(f"INDEX {index} (tenant=?" in row[3] for row in rows), rows
