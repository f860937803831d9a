"""What is to be covered, and for whom, as rows: found by an index, marked only if it is still wanted so."""

from datetime import timedelta

import pytest

from storage import covering, evidence, fetching, uploads
from storage.covering import Asked, Files
from storage.evidence import WANTED, Home, New
from storage.fetching import Checked
from storage.hot import Prepared
from storage.unit_of_work import Work
from tests.storage.conftest import Store

BOX, OTHER = (0.0, 0.0, 0.5, 0.5), (0.5, 0.5, 1.0, 1.0)
A, B, C, D, E = (letter * 64 for letter in "abcde")
STATION, ABOVE = Asked("telegram", "-1", "440303004S04"), Asked("web", "group:440303004", "440303004")


@pytest.fixture
def id(store: Store) -> int:
    """A picture that is kept."""
    with store.work() as work:
        home = Home(complaint="LH-1")
        made = evidence.add(work, New("telegram", "r1", "r1", "k1", home, "photo", "ref", state=WANTED))
        assert fetching.kept(work, made.id, Checked(A, "photo", "image/jpeg", B))
        return made.id


def loaded(work: Work, id: int) -> evidence.Evidence:
    found = evidence.load(work, id)
    assert found is not None
    return found


def test_what_is_asked_for_is_withheld_and_wanted_with_all_who_asked(store: Store, id: int) -> None:
    with store.work() as work:
        covering.ask_grid(work, id, STATION)
        assert not loaded(work, id).withheld
        covering.ask_cover(work, id, (BOX,), ABOVE)
        covering.ask_cover(work, id, (BOX, OTHER), STATION)
        assert (loaded(work, id).covered, loaded(work, id).withheld) == ((BOX, OTHER), True)
        (wanted,) = covering.wanted(work, 5)
        assert (wanted.do, wanted.boxes, wanted.has) == ("cover", (BOX, OTHER), Files(A, B))
        told = covering.done(work, wanted, Files(C, D, E))
        assert told == covering.Told("LH-1", [STATION, ABOVE])
        assert covering.wanted(work, 5) == []
        assert (loaded(work, id).sha256, loaded(work, id).original, loaded(work, id).withheld) == (C, E, False)
        assert fetching.known(work) == {C, D, E}


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda work, id: covering.ask_cover(work, id, (BOX, OTHER), None),
        lambda work, id: covering.ask_uncover(work, id, None),
        lambda work, id: evidence.erase_one(work, id),
    ],
    ids=["more", "nothing any more", "erased"],
)
def test_what_is_wanted_otherwise_meanwhile_is_not_marked(store: Store, id: int, meanwhile: object) -> None:
    with store.work() as work:
        covering.ask_cover(work, id, (BOX,), STATION)
        (wanted,) = covering.wanted(work, 5)
        meanwhile(work, id)  # type: ignore[operator]
        assert covering.done(work, wanted, Files(C, D, E)) is None
        assert covering.given_up(work, wanted) is None
        assert fetching.known(work) == {A, B}


def test_put_off_it_is_wanted_later_and_counted(store: Store, id: int) -> None:
    with store.work() as work:
        covering.ask_cover(work, id, (BOX,), STATION)
        (wanted,) = covering.wanted(work, 5)
        covering.again(work, wanted, timedelta(minutes=1))
        assert covering.wanted(work, 5) == []
    store.pass_time(minutes=2)
    with store.work() as work:
        assert [each.tries for each in covering.wanted(work, 5)] == [1]


def test_given_up_it_stays_withheld_with_its_boxes(store: Store, id: int) -> None:
    with store.work() as work:
        covering.ask_cover(work, id, (BOX,), STATION)
        (wanted,) = covering.wanted(work, 5)
        assert covering.given_up(work, wanted) == covering.Told("LH-1", [STATION])
        each = loaded(work, id)
        assert (each.drawing, each.withheld, each.covered) == ("", True, (BOX,))


def test_hidden_is_what_is_withheld_and_what_is_nobodys(store: Store, id: int) -> None:
    with store.work() as work:
        assert covering.hidden(work, [A, C]) == {C}
        covering.ask_cover(work, id, (BOX,), STATION)
        assert covering.hidden(work, [A]) == {A}
        (wanted,) = covering.wanted(work, 5)
        covering.done(work, wanted, Files(C, D, E))
        assert covering.hidden(work, [A, C, E]) == {A, E}  # what is sealed is shown to nobody


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("prepared", "index"),
    [
        (covering._WANTED, "evidence_to_draw"),
        (uploads._OF_FILE, "evidence_by_file"),
        (uploads._OF_GRID, "evidence_by_grid"),
    ],
)
def test_every_look_goes_by_an_index(store: Store, prepared: Prepared, index: str) -> None:
    steps = store.plan(prepared)
    assert any(f"INDEX {index} (tenant=?" in step for step in steps), steps
