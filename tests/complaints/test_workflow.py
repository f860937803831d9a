"""The workflow against a copy of its table made by hand, row by row, and against what each status leaves to."""

import pytest

from complaints.workflow import (
    BY_ID,
    MOVES,
    OPEN,
    TERMINAL,
    TRANSITIONS,
    Actor,
    MoveNotAllowed,
    NotTheirs,
    Status,
    Transition,
    transition,
)

# id | from | to | actors (Resident, Bot, Triage, Unit, L head, Arbiter, S clock, D leader) | the resident hears
TABLE = """
T1   | -                     | registered        | RB  | yes
T2   | registered            | accepted          | B   | yes
T3   | registered            | triage            | B   | yes
T4   | triage                | accepted          | T   | yes
T5   | registered triage     | redirected        | T   | yes
T6   | registered triage     | declined          | T   | yes
T7   | open                  | merged            | TU  | yes
T8   | accepted              | dispatched        | BTU | yes
T9   | dispatched            | claimed           | U   | yes
T9b  | claimed               | dispatched        | US  | no
T9c  | dispatched claimed    | dispatched        | U   | yes
T10  | dispatched            | objected          | UL  | no
T11  | objected              | dispatched        | A   | yes
T12  | dispatched            | dispatched        | S   | no
T13  | claimed               | handling          | U   | yes
T13b | claimed               | replied           | U   | yes
T14  | handling              | awaiting_resident | U   | yes
T15  | awaiting_resident     | handling          | RS  | no
T16  | handling              | handling          | U   | yes
T17  | handling              | handling          | L   | yes
T20  | handling              | replied           | UL  | yes
T21  | replied               | closed            | RS  | yes
T22  | replied closed        | reopened          | R   | yes
T23  | reopened              | handling          | B   | no
T23b | reopened              | dispatched        | B   | yes
T27  | open                  | withdrawn         | R   | yes
T31  | declined              | registered        | R   | yes
"""
LETTERS = dict(
    zip("RBTULASD", ["resident", "bot", "triage", "unit", "head", "arbiter", "clock", "leader"], strict=True)
)
EVERY_OPEN = {
    "registered",
    "triage",
    "accepted",
    "dispatched",
    "objected",
    "claimed",
    "handling",
    "awaiting_resident",
    "replied",
    "reopened",
}


def rows() -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def statuses(cell: str) -> set[str]:
    return EVERY_OPEN if cell == "open" else set(cell.replace("-", "").split())


@pytest.mark.parametrize(("id", "before", "after", "actors", "hears"), rows(), ids=[row[0] for row in rows()])
def test_each_row_joins_what_the_table_says(id: str, before: str, after: str, actors: str, hears: str) -> None:
    row = BY_ID[id]
    assert ({s.value for s in row.before}, row.after.value) == (statuses(before), after)
    assert {actor.value for actor in row.actors} == {LETTERS[letter] for letter in actors}
    assert row.tells == (hears == "yes")


def test_there_is_no_row_that_the_table_does_not_have() -> None:
    assert [row.id for row in TRANSITIONS] == [row[0] for row in rows()]


LEAVES_TO = {
    "registered": "triage accepted redirected declined merged",
    "triage": "accepted redirected declined merged",
    "accepted": "dispatched",
    "dispatched": "claimed objected dispatched",
    "objected": "dispatched",
    "claimed": "handling replied dispatched",
    "handling": "replied awaiting_resident withdrawn handling",  # itself: a sub-order, an extension
    "awaiting_resident": "handling withdrawn",
    "replied": "closed reopened",
    "reopened": "handling dispatched",
    "closed": "reopened",  # the review of a petition is a stage, not a status
    "declined": "registered",
    "redirected": "",
    "merged": "",
    "withdrawn": "",
}


@pytest.mark.parametrize(("status", "after"), LEAVES_TO.items())
def test_each_status_leaves_to_what_the_list_says(status: str, after: str) -> None:
    always = {"merged", "withdrawn"} if status in EVERY_OPEN else set()
    assert {found.value for found in MOVES[Status(status)]} == set(after.split()) | always


def test_every_status_is_open_or_closed_or_terminal() -> None:
    assert {s.value for s in OPEN} == EVERY_OPEN
    assert {s.value for s in TERMINAL} == {"declined", "redirected", "merged", "withdrawn"}
    assert set(Status) == OPEN | TERMINAL | {Status.CLOSED}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.id)
def test_a_row_is_taken_from_its_statuses_by_its_actors_and_by_nobody_else(row: Transition) -> None:
    for status in Status:
        for actor in Actor:
            if status not in row.before:
                with pytest.raises(MoveNotAllowed):
                    transition("LH-1", status, row.id, actor)
            elif actor not in row.actors:
                with pytest.raises(NotTheirs):
                    transition("LH-1", status, row.id, actor)
            else:
                assert transition("LH-1", status, row.id, actor) is row


def test_no_way_into_closed_goes_around_a_conclusion() -> None:
    into_closed = {status for status in Status if Status.CLOSED in MOVES[status]}
    into_replied = {row.id for row in TRANSITIONS if row.after is Status.REPLIED}
    assert (into_closed, into_replied) == ({Status.REPLIED}, {"T13b", "T20"})
