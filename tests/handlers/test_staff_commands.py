"""The table of what can be asked, as far as staff are concerned: every command has its twins, every button its text."""

import pytest

from handlers.clock import ticks
from handlers.commands import BY_WORD, ENTRIES, TABLE, Entry, Role, nearest
from handlers.staff import card
from handlers.texts import group as texts
from tests.group import STATION, claimed, filed, history, open_group, short, state
from tests.town import Town

STAFFS = [entry for entry in TABLE if Role.STAFF in entry.roles and Role.RESIDENT not in entry.roles]
BUTTON_TWINS = {  # what a button of the card does, and the command that does the same
    "claim": "claim",
    "ask_reply": "reply",
    "ask_note": "note",
    "ask_transfer": "transfer",
    "ask_category": "category",
    "conclude": "conclude",
    "unclaim": "undo",
    "why": "why",
}


def test_no_word_means_two_things() -> None:
    words = [word for entry in TABLE for word in (entry.name, *entry.words)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("entry", STAFFS, ids=lambda entry: entry.name)
def test_a_command_has_a_chinese_twin_and_an_example_that_is_itself(entry: Entry) -> None:
    assert entry.name.isascii()
    assert any(not word.isascii() for word in entry.words)
    assert BY_WORD[entry.example.split()[0].lstrip("/")] is entry


@pytest.mark.parametrize("action", sorted({action for row in card._BUTTONS.values() for action in row}))
def test_a_button_of_the_card_has_a_label_and_a_command(action: str) -> None:
    assert action in ENTRIES
    assert texts.ACTIONS[action]
    assert BUTTON_TWINS[action] in BY_WORD


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("clame", "claim"),
        ("签", "claim"),
        ("办", "conclude"),
        ("replay", "reply"),
        ("转派给", "transfer"),
        ("超", "overdue"),
    ],
)
def test_the_nearest_command_is_guessed(typed: str, meant: str) -> None:
    found = nearest(typed, frozenset({Role.STAFF}))
    assert found is not None
    assert found.name == meant


def test_every_kind_of_clock_has_one_act() -> None:
    assert not set(ticks.ACTS) & set(ticks.LATE)


@pytest.mark.parametrize("entry", [e for e in STAFFS if e.needs_complaint], ids=lambda entry: entry.name)
async def test_each_word_of_a_command_has_the_same_effect(town: Town, entry: Entry) -> None:
    group = await open_group(town, STATION)
    rest = entry.example.partition("{short}")[2]
    effects = set()
    for word in (entry.name, *entry.words):
        number = await filed(town) if entry.name == "claim" else await claimed(town, group)
        said = await group.say(f"/{word} {short(number)}{rest}")
        complaint = await state(town, number)
        answer = said.replace(number, "").replace(short(number), "")
        effects.add((answer, complaint.status, complaint.lead, complaint.holder, tuple(await history(town, number))))
    assert len(effects) == 1
    assert "没有" not in effects.pop()[0].splitlines()[0]
