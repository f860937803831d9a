"""What pages and boards are shown: the story of a complaint without its words, the groups, the draft."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from complaints.assignment import Assignment, Reason
from complaints.complaint import Complaint
from complaints.draft import Draft
from storage import cards, clocks, drafts, inbox, outbox, people, reports
from storage import complaints as stored
from storage.tables import complaint_event
from storage.unit_of_work import Work

TYPED = "电话13800138000，水管爆了"


def filed(work: Work, number: str = "LH-1", sender: str = "r1") -> Complaint:
    made = Complaint(number, f"d-{number}", "web", sender, sender, "电话***，水管爆了", work.now, {"what": TYPED})
    made.register(work.now)
    made.accept(work.now)
    made.dispatch(Assignment("U1", ("U2",), "P1", "1", Reason.CATALOGUE), work.now)
    assert stored.add(work, made)
    return made


def card(work: Work, chat: str, unit: str, number: str) -> None:
    people.bind_group(work, "web", chat, unit, "test")
    cards.hang(work, "web", chat, number)


def test_the_story_of_a_complaint_has_its_state_clocks_pushes_cards_and_chain(store: Any) -> None:
    with store.work() as work:
        filed(work)
        card(work, "group:U1", "U1", "LH-1")
        clocks.start(work, "claim", "LH-1", work.now)
        outbox.put(work, "web", "r1", TYPED, due=work.now, complaint="LH-1")
        found = reports.happened(work, "LH-1")
        now = work.now.astimezone(UTC).isoformat()
    assert found is not None
    assert (found["status"], found["lead"], found["assists"], found["registered_at"]) == (
        "dispatched",
        "U1",
        ["U2"],
        now,
    )
    assert found["clocks"] == [{"kind": "claim", "due": now}]
    assert [(push["chat"], push["state"], push["due"], push["sent_at"]) for push in found["outbox"]] == [
        ("r1", "waiting", now, None)
    ]
    assert [(shown["chat"], shown["wanted"], shown["shown"]) for shown in found["cards"]] == [("group:U1", 1, 0)]
    assert [event["kind"] for event in found["events"]] == ["registered", "accepted", "dispatched"]
    first, second, _ = found["events"]
    assert (first["previous"], second["previous"], len(first["hash"])) == ("", first["hash"], reports.SHORT)
    assert found["intact"] is True


def test_nothing_that_was_typed_is_in_it(store: Any) -> None:
    with store.work() as work:
        filed(work)
        stored.say(work, "LH-1", "filed", "resident", TYPED)
        outbox.put(work, "web", "r1", TYPED, due=work.now, complaint="LH-1")
        assert "13800138000" not in json.dumps(reports.happened(work, "LH-1"))


def test_an_edited_event_shows(store: Any) -> None:
    with store.work() as work:
        filed(work)
        second = (complaint_event.c.complaint == "LH-1", complaint_event.c.seq == 2)
        work.connection.execute(update(complaint_event).where(*second).values(actor_id="somebody"))
        found = reports.happened(work, "LH-1")
    assert found is not None
    assert found["intact"] is False


def test_a_number_that_does_not_exist_has_no_story(store: Any) -> None:
    with store.work() as work:
        assert reports.happened(work, "LH-0") is None


def test_groups_come_with_their_counts_the_one_that_changed_last_first(store: Any) -> None:
    with store.work() as work:
        people.bind_group(work, "web", "group:U0", "U0", "test")  # no card: not shown
        filed(work, "LH-1")
        card(work, "group:U1", "U1", "LH-1")
    store.pass_time(minutes=1)
    with store.work() as work:
        done = filed(work, "LH-2")
        done.withdraw(work.now)
        stored.save(work, done)
        card(work, "group:U2", "U2", "LH-2")
        card(work, "group:U2", "U2", "LH-1")
        found = reports.groups(work)
    assert [(group["chat"], group["unit"], group["cards"], group["open"]) for group in found] == [
        ("group:U2", "U2", 2, 1),
        ("group:U1", "U1", 1, 1),
    ]
    assert datetime.fromisoformat(found[0]["changed"]) > datetime.fromisoformat(found[1]["changed"])


def test_a_persons_complaints_come_newest_first_and_nobody_elses(store: Any) -> None:
    for number, sender in (("LH-1", "r1"), ("LH-2", "r1"), ("LH-3", "r2")):
        store.pass_time(minutes=1)
        with store.work() as work:
            filed(work, number, sender)
    with store.reader() as work:
        assert reports.filed_by(work, "web", "r1") == ["LH-2", "LH-1"]


def test_a_draft_tells_its_state_and_how_many_messages_it_is_made_of(store: Any) -> None:
    with store.work() as work:
        assert reports.draft_of(work, "web", "r1") is None
        drafts.add(work, Draft("d1", "web", "r1", "r1", work.now, work.now))
        for key in ("k1", "k2"):
            id = inbox.keep(work, "web", "r1", key, TYPED)
            assert id is not None
            inbox.done(work, ("web", "r1"), id, "d1")
        found = reports.draft_of(work, "web", "r1")
    assert found == {"state": "collecting", "began_at": work.now.astimezone(UTC).isoformat(), "messages": 2}
