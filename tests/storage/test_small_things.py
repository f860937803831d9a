"""Models, codes, loaded files, complaints: each kept as its rule says."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from complaints.complaint import By, Complaint
from complaints.workflow import Actor
from storage import clocks, complaints, models, people, reference, runs
from storage.models import Damaged
from storage.people import Code
from storage.tables import model
from storage.unit_of_work import Overtaken
from tests.storage.conftest import Store

# models


def test_the_model_promoted_last_serves(store: Store) -> None:
    with store.work() as work:
        models.add(work, "v1", b"one", {"macro_f1": 0.7})
        models.add(work, "v2", b"two", {})
        assert models.serving(work) is None
        assert models.promote(work, "v1", "admin")
    store.pass_time(seconds=1)
    with store.work() as work:
        assert models.promote(work, "v2", "admin")
        assert not models.promote(work, "v3", "admin")
    with store.reader() as work:
        serving = models.serving(work)
        assert serving is not None
        assert (serving.version, serving.promoted_at, models.read(work, "v2")) == ("v2", store.now, b"two")


def test_the_same_version_twice_is_kept_once(store: Store) -> None:
    with store.work() as work:
        models.add(work, "v1", b"one", {})
        models.add(work, "v1", b"other bytes", {})
        assert models.read(work, "v1") == b"one"


@pytest.mark.parametrize("damaged", [b"", b"onf", b"one" * 2])
def test_damaged_bytes_are_not_served(store: Store, damaged: bytes) -> None:
    with store.work() as work:
        models.add(work, "v1", b"one", {})
        work.connection.execute(update(model).values(bytes=damaged))
        with pytest.raises(Damaged):
            models.read(work, "v1")


def test_an_unknown_version_is_an_error(store: Store) -> None:
    with store.reader() as work, pytest.raises(KeyError):
        models.read(work, "v9")


def test_a_roll_back_goes_to_the_one_before(store: Store) -> None:
    with store.work() as work:
        models.add(work, "v1", b"one", {})
        models.add(work, "v2", b"two", {})
        assert models.roll_back(work, "admin") is None
    for version in ("v1", "v2"):
        store.pass_time(seconds=1)
        with store.work() as work:
            models.promote(work, version, "admin")
    store.pass_time(seconds=1)
    with store.work() as work:
        assert models.roll_back(work, "admin") == "v1"
        serving = models.serving(work)
    assert serving is not None
    assert serving.version == "v1"


# codes


@pytest.mark.parametrize(
    ("typed", "kind", "after", "taken"),
    [
        ("ST-7K3M", "staff", timedelta(hours=1), True),
        (" st-7k3m ", "staff", timedelta(hours=1), True),  # as people type
        ("ST-7K3M", "group", timedelta(hours=1), False),  # a code of another kind
        ("ST-7K3N", "staff", timedelta(hours=1), False),
        ("ST-7K3M", "staff", timedelta(days=1), False),  # its last moment is over
    ],
)
def test_a_code_is_taken_in_its_kind_and_time(
    store: Store, typed: str, kind: str, after: timedelta, taken: bool
) -> None:
    new = Code("staff", "U1", "head", "王某")
    with store.work() as work:
        people.make_code(work, "ST-7K3M", new, store.now + timedelta(days=1))
    store.now += after
    with store.work() as work:
        assert people.use_code(work, typed, kind) == (new if taken else None)


def test_a_code_is_taken_once(store: Store) -> None:
    with store.work() as work:
        people.make_code(work, "ST-7K3M", Code("staff", "U1", "staff", ""), store.now + timedelta(days=1))
        assert [people.use_code(work, "ST-7K3M", "staff") is not None for _ in range(2)] == [True, False]


def test_a_second_code_moves_an_account(store: Store) -> None:
    with store.work() as work:
        people.join(work, "s1", "web", "account", "U1", "staff", "王某")
        people.join(work, "s2", "web", "account", "U2", "head", "")
        found = people.member(work, "web", "account")
    assert found is not None
    assert (found.id, found.unit, found.role, found.name) == ("s1", "U2", "head", "")


# loaded files


def test_only_a_changed_file_makes_a_version_and_old_ones_stay(store: Store) -> None:
    with store.work() as work:
        made = [reference.load(work, "units.csv", content, "test") for content in ("a", "a", "b", "a")]
        current = reference.current(work, "units.csv")
        assert current is not None
        assert (made, current.version, current.content) == ([1, 1, 2, 3], 3, "a")
        reference.load(work, "calendar.csv", "c", "test")
        assert reference.versions(work) == {"units.csv": 3, "calendar.csv": 1}


# runs


def test_a_run_that_did_not_end_makes_the_next_one_careful_once(store: Store) -> None:
    dead = {"a"}
    with store.work() as work:
        began = [runs.begin(work, process, dead.__contains__) for process in "aabcb"]
        assert [clean for _, clean in began] == [True, False, False, True, True]
        for id, _ in began:
            runs.end(work, id)
        assert runs.begin(work, "d", lambda _: True)[1]


# complaints


def filed(store: Store, number: str = "LH-7K3M-Q8XW-4") -> Complaint:
    new = Complaint(number, f"draft-{number}", "web", "chat", "sender", "漏水", store.now, details={"what": "楼道漏水"})
    new.register(store.now)
    with store.work() as work:
        assert complaints.add(work, new)
    return new


def test_a_draft_is_filed_once(store: Store) -> None:
    filed(store)
    again = Complaint("LH-0000-0000-0", "draft-LH-7K3M-Q8XW-4", "web", "chat", "sender", "漏水", store.now)
    again.register(store.now)
    with store.work() as work:
        assert not complaints.add(work, again)
        assert complaints.load(work, again.number) is None
        assert complaints.events(work, again.number) == []


def test_what_is_saved_reads_back(store: Store) -> None:
    new = filed(store)
    new.classify("城乡建设", "供水", "staff", store.now, By(Actor.UNIT, "s1", "U1"))
    new.flags, new.assists = {"late": {"claim": 1}}, ("U1", "U2")
    with store.work() as work:
        complaints.save(work, new)
    with store.reader() as work:
        assert complaints.load(work, new.number, lock=False) == new


def test_who_saves_what_somebody_else_has_saved_since_is_overtaken(store: Store) -> None:
    number = filed(store).number
    with store.work() as work:
        mine, theirs = (complaints.load(work, number) for _ in range(2))
        assert mine is not None
        assert theirs is not None
        theirs.withdraw(store.now)
        complaints.save(work, theirs)
        mine.accept(store.now)
        with pytest.raises(Overtaken):
            complaints.save(work, mine)
        kept = complaints.load(work, number)
        assert kept is not None
        assert kept.status == theirs.status
        assert [event.kind for event in complaints.events(work, number)] == ["registered", "withdrawn"]


# clocks


def test_a_clock_set_anew_fires_once_at_its_new_time(store: Store) -> None:
    with store.work() as work:
        clocks.start(work, "claim", "LH-1", store.now)
        old = clocks.due(work, 10)
        clocks.start(work, "claim", "LH-1", store.now + timedelta(hours=1))
        assert [clocks.take(work, due) for due in old] == [False]
    store.pass_time(hours=1)
    with store.work() as work:
        new = clocks.due(work, 10)
        assert [clocks.take(work, due) for due in (*new, *new)] == [True, False]


def test_a_clock_stopped_and_set_again_is_not_the_one_that_was_found_due(store: Store) -> None:
    with store.work() as work:
        clocks.start(work, "claim", "LH-1", store.now)
        old = clocks.due(work, 10)[0]
        assert clocks.stop(work, "LH-1") == 1
        clocks.start(work, "claim", "LH-1", store.now + timedelta(hours=1))
        assert not clocks.take(work, old)
        assert clocks.of(work, "LH-1") == {"claim": store.now + timedelta(hours=1)}
