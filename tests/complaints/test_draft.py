"""What a draft asks next, what may be skipped, and what it remembers."""

from datetime import UTC, datetime

import pytest

from complaints.draft import KEY_OVER, SKIPPED, Draft, NotSkippable, Slot

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def draft(**answers: str) -> Draft:
    begun = Draft("d", "terminal", "chat", "sender", NOW, NOW)
    begun.answers = {Slot(slot): text for slot, text in answers.items()}
    return begun


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, Slot.WHAT),
        ({"what": "漏水"}, Slot.WHERE),
        ({"what": "漏水", "when": "昨天"}, Slot.WHERE),  # what the story told is passed over
        ({"what": "漏水", "where": SKIPPED}, Slot.WHEN),  # skipped is not missing
        ({slot.value: SKIPPED for slot in Slot}, None),
    ],
)
def test_the_first_question_without_an_answer_comes_next(answers: dict[str, str], missing: Slot | None) -> None:
    assert draft(**answers).missing() is missing


def test_the_steps_are_counted_in_the_order_of_the_questions() -> None:
    assert [draft().step(slot) for slot in Slot] == [(number, 6) for number in range(1, 7)]


def test_what_happened_cannot_be_skipped() -> None:
    with pytest.raises(NotSkippable):
        draft().skip(Slot.WHAT)


@pytest.mark.parametrize("slot", [slot for slot in Slot if slot is not Slot.WHAT])
def test_everything_else_may_be_skipped(slot: Slot) -> None:
    told = draft()
    told.skip(slot)
    assert told.answers[slot] == SKIPPED


def test_a_skipped_place_forgets_the_area_and_a_skipped_contact_the_person() -> None:
    told = draft()
    told.settle("水贝", "440303004011", "水贝社区")
    told.reach("王女士", "13800138000")
    assert not told.anonymous
    told.skip(Slot.WHERE)
    told.skip(Slot.CONTACT)
    assert (told.area, told.place, told.name, told.phone, told.anonymous) == (None, "", "", "", True)


@pytest.mark.parametrize(("name", "phone", "anonymous"), [("王", "", False), ("", "1", False), ("", "", True)])
def test_who_leaves_neither_name_nor_phone_is_anonymous(name: str, phone: str, anonymous: bool) -> None:
    told = draft()
    told.reach(name, phone)
    assert told.anonymous is anonymous


def test_an_answer_ends_the_asking_back() -> None:
    told = draft()
    told.asked, told.tries, told.typed = Slot.WHERE, 2, "东门"
    told.answer(Slot.WHERE, "东门街道")
    assert (told.asked, told.tries, told.typed) == (None, 0, "")


@pytest.mark.parametrize(
    ("slot", "before"), [(Slot.WHERE, Slot.WHAT), (Slot.CONTACT, Slot.WISH), (Slot.WHAT, Slot.WHAT)]
)
def test_back_is_the_question_before_and_keeps_its_answer(slot: Slot, before: Slot) -> None:
    told = draft(what="漏水", wish="修好")
    assert told.back(slot) is before
    assert told.answers == {Slot.WHAT: "漏水", Slot.WISH: "修好"}


def test_the_text_of_the_matter_holds_no_place_no_time_and_no_contact() -> None:
    told = draft(what="漏水", where="水贝", when="昨天", who="物业", wish="修好", contact="13800138000")
    assert told.text() == "漏水\n物业\n修好"


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ([Slot.WHAT, Slot.WHEN, None], ["", "", ""]),  # no platform has a key for these
        ([Slot.WHERE, Slot.WHERE], ["location", "location"]),  # asked once more
        ([Slot.WHERE, Slot.WHEN, Slot.WHO], ["location", KEY_OVER, ""]),  # it goes once
        ([Slot.WHERE, Slot.CONTACT, None], ["location", "contact", KEY_OVER]),  # one takes the place of another
    ],
)
def test_a_key_is_put_up_for_a_question_and_taken_away_once(asked: list[Slot | None], keys: list[str]) -> None:
    told = draft()
    assert [told.key_for(slot) for slot in asked] == keys
