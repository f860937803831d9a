"""The last writes of a batch's turns are carried out together: later, but for nobody who could tell."""

import pytest

from storage import asked, conversations
from storage.tables import button
from storage.unit_of_work import Gathered, Overtaken, Work
from tests.storage.conftest import Store

MINE, OTHER = ("web", "r1"), ("web", "r2")


@pytest.fixture
def gathering(store: Store) -> Work:
    """In a transaction that stays open: what is not committed goes with the store."""
    connection = store.writing.connect()
    connection.begin()
    return Work(connection, "luohu", store.keys, store.now, gathered=Gathered())


def write(work: Work, line: tuple[str, str], id: str) -> None:
    asked.make_buttons(work, id, *line, [("do", {}, "")], work.now)


def written(work: Work) -> list[str]:
    return list(work.connection.execute(button.select().order_by(button.c.id)).scalars(1).all())


@pytest.mark.parametrize(
    ("line", "at_once"),
    [
        (MINE, []),  # the turn's own chat: later
        (OTHER, ["b"]),  # pushed to somebody else, who may speak next in this batch: now
    ],
)
def test_only_what_is_about_the_chat_whose_turn_it_is_waits(
    gathering: Work, line: tuple[str, str], at_once: list[str]
) -> None:
    gathering.turn_of(MINE)
    write(gathering, line, "b")
    assert written(gathering) == at_once
    gathering.carry_out()
    assert written(gathering) == ["b"]


@pytest.mark.parametrize(("next_line", "seen"), [(MINE, ["b"]), (OTHER, [])])
def test_the_next_turn_of_the_same_chat_finds_what_the_one_before_left(
    gathering: Work, next_line: tuple[str, str], seen: list[str]
) -> None:
    gathering.turn_of(MINE)
    write(gathering, MINE, "b")
    gathering.turn_of(next_line)
    assert written(gathering) == seen


def _fail(work: Work) -> None:
    with work.savepoint():
        write(work, MINE, "mine")
        raise ZeroDivisionError


def test_a_turn_that_fails_takes_its_own_along_and_no_others(gathering: Work) -> None:
    gathering.turn_of(OTHER)
    with gathering.savepoint():
        write(gathering, OTHER, "before")
    gathering.turn_of(MINE)
    with pytest.raises(ZeroDivisionError):
        _fail(gathering)
    gathering.carry_out()
    assert written(gathering) == ["before"]


def test_what_is_undone_is_not_carried_out_and_the_block_goes_on(gathering: Work) -> None:
    gathering.turn_of(MINE)
    with gathering.savepoint():
        write(gathering, MINE, "undone")
        gathering.undo()
        write(gathering, MINE, "stays")
    gathering.carry_out()
    assert written(gathering) == ["stays"]


def test_without_gathering_everything_is_written_at_once(store: Store) -> None:
    with store.work() as work:
        work.turn_of(MINE)
        write(work, MINE, "b")
        assert written(work) == ["b"]


@pytest.mark.parametrize("gathered", [True, False])
def test_a_row_that_somebody_else_changed_is_noticed_together_too(store: Store, gathered: bool) -> None:
    with store.work() as work:
        conversations.meet(work, *MINE)
    connection = store.writing.connect()
    connection.begin()
    work = Work(connection, "luohu", store.keys, store.now, gathered=Gathered() if gathered else None)
    work.turn_of(MINE)
    kept = conversations.lock(work, *MINE)
    kept.version, kept.asking = 7, "reply"
    with pytest.raises(Overtaken):
        _save(work, kept)
    connection.close()


def _save(work: Work, kept: conversations.Conversation) -> None:
    conversations.save(work, kept)
    work.carry_out()
