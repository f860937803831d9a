"""What must not be read in clear: opened by its key, for its row, or not at all."""

import base64
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.exc import StatementError

from storage import inbox
from storage.sealed import BadKeys, CannotOpen, Keyring
from storage.tables import identity
from storage.tables import inbox as received
from tests.storage.conftest import Store

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
ROW = ("luohu", "word", "LH-1")
KEYRING = Keyring({"k1": ONE})


def spelt(**keys: bytes) -> str:
    return ",".join(f"{id}:{base64.b64encode(key).decode()}" for id, key in keys.items())


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert KEYRING.open(KEYRING.seal(text, *ROW), *ROW) == text


def test_the_same_text_is_never_sealed_the_same_twice() -> None:
    assert KEYRING.seal("漏水", *ROW) != KEYRING.seal("漏水", *ROW)


@pytest.mark.parametrize(
    "other",
    [("futian", "word", "LH-1"), ("luohu", "identity", "LH-1"), ("luohu", "word", "LH-2"), ("luohu", "word"), ()],
    ids=["another tenant", "another table", "another row", "part of the row", "no row"],
)
def test_a_value_copied_elsewhere_does_not_open(other: tuple[str, ...]) -> None:
    with pytest.raises(CannotOpen):
        KEYRING.open(KEYRING.seal("漏水", *ROW), *other)


def test_parts_of_a_row_cannot_be_shifted_into_each_other() -> None:
    """A platform's ids may hold any character, also those that look like the end or the length of a part."""
    rows = [("a", "bc"), ("ab", "c"), ("a", "b", "c"), ("a1:b", "c"), ("a", "1:bc"), ("1:a", "2:bc"), ("1:a2:bc",)]
    rows += [("", "a"), ("a", ""), ("a",), ("", "", "a"), ("漏", "a"), ("漏a",), (("1:" * 5) + "a", "b")]
    for one, other in combinations(rows, 2):
        with pytest.raises(CannotOpen):
            KEYRING.open(KEYRING.seal("漏水", *one), *other)


def test_every_cut_and_every_changed_byte_is_noticed() -> None:
    value = KEYRING.seal("漏水", *ROW)
    cut = [value[:length] for length in range(len(value))]
    changed = [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value))]
    for broken in [*cut, *changed, value + b"x", b"\x01\xff", "漏水".encode()]:
        with pytest.raises(CannotOpen):
            KEYRING.open(broken, *ROW)


def test_keys_rotate() -> None:
    """The first one seals, all of them open; an old one that is taken away opens nothing more."""
    old = Keyring.parse(spelt(k1=ONE))
    both = Keyring.parse(spelt(k2=TWO, k1=ONE))
    new = Keyring.parse(spelt(k2=TWO))
    before, after = old.seal("旧", *ROW), both.seal("新", *ROW)
    assert [both.open(before, *ROW), both.open(after, *ROW), new.open(after, *ROW)] == ["旧", "新", "新"]
    for keyring, value in ((new, before), (old, after)):
        with pytest.raises(CannotOpen):
            keyring.open(value, *ROW)


def test_a_look_up_stays_the_same_while_the_oldest_key_stays() -> None:
    old, both, other = (Keyring.parse(spelt(**keys)) for keys in ({"k1": ONE}, {"k2": TWO, "k1": ONE}, {"k2": TWO}))
    assert old.lookup("13800138000") == both.lookup("13800138000") != other.lookup("13800138000")
    assert "13800138000" not in old.lookup("13800138000")


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("", "at least one key"),
        ("k1:AAAA", "32 bytes"),
        ("k1:" + "A" * 42 + "!=", "not base64"),
        ("A" * 43 + "=", "no id"),
        ("密钥:" + "A" * 43 + "=", "no id"),  # it would seal and never open
        ("k" * 17 + ":" + "A" * 43 + "=", "no id"),
        (spelt(k1=ONE) + "," + spelt(k1=TWO), "id of an earlier one"),
    ],
)
def test_a_bad_setting_is_refused_without_repeating_it(setting: str, why: str) -> None:
    with pytest.raises(BadKeys, match=why) as refused:
        Keyring.parse(setting)
    assert "AAAA" not in str(refused.value)


def test_a_made_key_is_a_setting() -> None:
    assert Keyring.parse(Keyring.make()).seal("x", *ROW)


@pytest.mark.parametrize("clear", ["13800138000", b"13800138000", ""])
def test_a_sealed_column_refuses_what_is_not_sealed(store: Store, clear: str | bytes) -> None:
    with store.work() as work, pytest.raises(StatementError, match="sealed bytes only"):
        work.connection.execute(insert(identity).values(tenant="luohu", complaint="LH-1", phone=clear))


def test_a_message_copied_to_another_row_is_put_aside_and_holds_nobody_up(store: Store) -> None:
    with store.work() as work:
        first = inbox.keep(work, "web", "a", "1", "the words of a")
        inbox.keep(work, "web", "b", "2", "the words of b")
        stolen = work.connection.exec_driver_sql("SELECT body FROM inbox WHERE id = 2").scalar_one()
        work.connection.execute(update(received).where(received.c.id == first).values(body=stolen))
        assert [kept.body for kept in inbox.waiting(work, 10)] == ["the words of b"]
        assert inbox.counts(work) == {"done": 0, "quarantined": 1, "waiting": 1}
