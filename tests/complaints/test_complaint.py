"""A complaint and its verbs: what each changes, what it refuses, and what holds whatever is done in whatever order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from complaints import alarms
from complaints.assignment import Assignment, Reason
from complaints.category import OTHER
from complaints.complaint import By, Complaint, Result, Solved
from complaints.errors import AlreadyClaimed, CategoryUnsettled, ComplaintError, LeadStays, Missing, NotHolder, TooLate
from complaints.workflow import BY_ID, OPEN, TERMINAL, Actor, MoveNotAllowed, NotTheirs, Status

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LI, WANG = By(Actor.UNIT, "li", "A"), By(Actor.UNIT, "wang", "A")
TRIAGE = By(Actor.TRIAGE, "chen", "DESK")
TO_A = Assignment("A", ("B",), "P01", "v1", Reason.NEAREST)
TO_C = Assignment("C", (), "P02", "v1", Reason.OFF_DUTY, "D")
GRACE = timedelta(days=15)


def registered() -> Complaint:
    complaint = Complaint("LH-7K3M-Q8XW-P", "draft", "web", "chat", "sender", "漏水", NOW)
    complaint.register(NOW)
    complaint.classify("城乡建设", "", "model", NOW)
    return complaint


def dispatched() -> Complaint:
    complaint = registered()
    complaint.accept(NOW)
    complaint.dispatch(TO_A, NOW)
    return complaint


def claimed() -> Complaint:
    complaint = dispatched()
    complaint.claim(LI, NOW)
    return complaint


def handling() -> Complaint:
    complaint = claimed()
    complaint.reply(LI, NOW, "hash")
    return complaint


def replied() -> Complaint:
    complaint = handling()
    complaint.conclude(Result.SUPPORTED, LI, NOW, "hash")
    return complaint


def triage() -> Complaint:
    complaint = registered()
    complaint.hold_for_triage("unsure", "DESK", NOW)
    return complaint


REFUSED: list[tuple[str, Callable[[], Complaint], Callable[[Complaint], Any], type[ComplaintError]]] = [
    ("two people claim it", claimed, lambda c: c.claim(WANG, NOW), AlreadyClaimed),
    ("it is claimed when somebody works on it", handling, lambda c: c.claim(WANG, NOW), AlreadyClaimed),
    ("it is claimed at the triage desk", triage, lambda c: c.claim(LI, NOW), MoveNotAllowed),
    ("a resident claims it", dispatched, lambda c: c.claim(By(Actor.RESIDENT), NOW), NotTheirs),
    ("a colleague replies", claimed, lambda c: c.reply(WANG, NOW, "h"), NotHolder),
    ("somebody replies before claiming", dispatched, lambda c: c.reply(LI, NOW, "h"), NotHolder),
    ("a colleague concludes", claimed, lambda c: c.conclude(Result.EXPLAINED, WANG, NOW, "h"), NotHolder),
    ("somebody concludes before claiming", dispatched, lambda c: c.conclude(Result.EXPLAINED, LI, NOW, "h"), NotHolder),
    ("it is concluded twice", replied, lambda c: c.conclude(Result.EXPLAINED, LI, NOW, "h"), MoveNotAllowed),
    ("a colleague transfers it", claimed, lambda c: c.transfer("C", WANG, "why", NOW), NotHolder),
    ("it moves without a reason", dispatched, lambda c: c.transfer("C", LI, "  ", NOW), Missing),
    ("it moves after the first contact", handling, lambda c: c.transfer("C", LI, "why", NOW), LeadStays),
    ("it is re-routed after the first contact", handling, lambda c: c.reroute(TO_C, LI, NOW), LeadStays),
    ("it moves from the triage desk", triage, lambda c: c.transfer("C", LI, "why", NOW), MoveNotAllowed),
    ("the claim is undone by a colleague", claimed, lambda c: c.unclaim(WANG, NOW, GRACE), NotHolder),
    ("the claim is undone too late", claimed, lambda c: c.unclaim(LI, NOW + 2 * GRACE, GRACE), TooLate),
    ("the claim is undone after a word", handling, lambda c: c.unclaim(LI, NOW, GRACE), TooLate),
    ("it is taken back after a word", handling, lambda c: c.take_back(NOW), TooLate),
    ("the resident confirms what was not answered", handling, lambda c: c.confirm(NOW), MoveNotAllowed),
    ("an answered one becomes 其他", replied, lambda c: c.classify(OTHER, "", "staff", NOW, LI), CategoryUnsettled),
]


@pytest.mark.parametrize(("made", "act", "error"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_it_is_refused_when(
    made: Callable[[], Complaint], act: Callable[[Complaint], Any], error: type[ComplaintError]
) -> None:
    complaint = made()
    status, events = complaint.status, len(complaint.events)
    with pytest.raises(error):
        act(complaint)
    assert (complaint.status, len(complaint.events)) == (status, events)


def test_nothing_is_concluded_while_its_category_is_other() -> None:
    complaint = claimed()
    complaint.classify(OTHER, "", "staff", NOW, LI)
    with pytest.raises(CategoryUnsettled):
        complaint.conclude(Result.SUPPORTED, LI, NOW, "hash")


def test_a_transfer_by_hand_has_no_row_and_the_new_lead_no_longer_assists() -> None:
    complaint = dispatched()
    complaint.transfer("B", LI, "why", NOW, "hash")
    assert (complaint.lead, complaint.assists, complaint.catalogue_row, complaint.holder) == ("B", (), None, None)


def test_a_backup_is_marked_with_whom_it_stands_for_until_it_moves_on() -> None:
    complaint = dispatched()
    complaint.reroute(TO_C, LI, NOW)
    assert (complaint.flags["instead_of"], complaint.flags["sent_because"]) == ("D", "off_duty")
    complaint.transfer("B", LI, "why", NOW)
    assert "instead_of" not in complaint.flags


def test_the_unit_that_failed_three_times_reads_along_under_the_next_one_up() -> None:
    complaint = replied()
    for _ in range(2):
        complaint.reopen(NOW, GRACE)
        complaint.redo(NOW)
        assert (complaint.lead, complaint.holder, complaint.status) == ("A", "li", Status.HANDLING)
        complaint.conclude(Result.EXPLAINED, LI, NOW, "hash")
    complaint.reopen(NOW, GRACE)
    complaint.raise_level("B", NOW)
    assert (complaint.lead, complaint.assists, complaint.holder) == ("B", ("A",), None)
    assert (complaint.flags["escalated"], complaint.flags["supervised"]) == (1, True)


def test_how_often_a_clock_ran_late_counts_from_its_last_start() -> None:
    complaint = dispatched()
    assert [complaint.late("claim", NOW, NOW) for _ in range(3)] == [1, 2, 3]
    complaint.transfer("C", LI, "why", NOW)
    assert complaint.late_since == {}
    assert complaint.late("claim", NOW, NOW + GRACE) == 1


def test_a_late_clock_remembers_when_it_was_due() -> None:
    complaint = dispatched()
    complaint.late("claim", NOW, NOW + timedelta(hours=1))
    complaint.late("claim", NOW + timedelta(hours=2), NOW + timedelta(hours=3))
    assert complaint.late_since == {"claim": NOW}


def test_masking_a_word_by_hand_changes_what_is_shown_and_nothing_else() -> None:
    complaint = claimed()
    complaint.mask("漏*", WANG, NOW, "hash", 2)
    assert (complaint.gist, complaint.status, complaint.holder) == ("漏*", Status.CLAIMED, "li")
    complaint.unmask("漏水", WANG, NOW, "hash")
    assert complaint.gist == "漏水"
    masked, shown = complaint.events[-2:]
    assert (masked.kind, masked.facts, masked.text_hash) == ("masked", {"places": 2}, "hash")
    assert (shown.kind, shown.facts, shown.text_hash) == ("unmasked", {}, "hash")


def test_silence_is_a_value_of_its_own() -> None:
    complaint = replied()
    complaint.close_unanswered(NOW)
    assert (complaint.solved, complaint.satisfied) == (Solved.NO_ANSWER, None)


class AnyOrder(RuleBasedStateMachine):
    """Whatever anybody tries in whatever order: a refusal changes nothing, what is done leaves one event."""

    UNITS = ("A", "B", "C")
    ACTORS = (LI, LI, WANG, TRIAGE, By(Actor.RESIDENT))

    @initialize(made=st.sampled_from([registered, triage, dispatched, claimed, handling, replied]))
    def begin(self, made: Callable[[], Complaint]) -> None:
        self.complaint = made()
        self.at = NOW
        self.running: set[str] = set()
        self.follow(0)

    def follow(self, seen: int) -> None:
        """The clocks as the store would keep them."""
        for event in self.complaint.events[seen:]:
            self.running -= set(alarms.STOPS.get(event.kind, ()))
            self.running |= set(alarms.STARTS.get(event.kind, ()))

    def attempt(self, act: Callable[[], Any]) -> None:
        before, seen = self.complaint.status, len(self.complaint.events)
        self.at += timedelta(minutes=1)
        try:
            act()
        except ComplaintError:
            assert (self.complaint.status, len(self.complaint.events)) == (before, seen)
            return
        assert len(self.complaint.events) == seen + 1
        last = self.complaint.events[-1]
        assert (last.before, last.after) == (before, self.complaint.status)
        if last.transition and last.transition != "T1":
            row = BY_ID[last.transition]
            assert last.before in row.before
            assert (last.after, last.actor in row.actors) == (row.after, True)
        else:
            assert last.before is last.after
        self.follow(seen)

    @rule(label=st.sampled_from(["城乡建设", "环境保护", OTHER]), by=st.sampled_from(ACTORS))
    def classify(self, label: str, by: By) -> None:
        self.attempt(lambda: self.complaint.classify(label, "", "staff", self.at, by))

    @rule(by=st.sampled_from([By(Actor.BOT), By(Actor.BOT), TRIAGE, LI]))
    def accept(self, by: By) -> None:
        self.attempt(lambda: self.complaint.accept(self.at, by))

    @precondition(lambda self: self.complaint.status is Status.REGISTERED)
    @rule()
    def hold(self) -> None:
        self.attempt(lambda: self.complaint.hold_for_triage("unsure", "DESK", self.at))

    @rule(to=st.sampled_from([TO_A, TO_C]))
    def dispatch(self, to: Assignment) -> None:
        self.attempt(lambda: self.complaint.dispatch(to, self.at))

    @rule(by=st.sampled_from(ACTORS))
    def claim(self, by: By) -> None:
        holder = self.complaint.holder
        self.attempt(lambda: self.complaint.claim(by, self.at))
        assert holder in {None, self.complaint.holder}

    @rule(by=st.sampled_from(ACTORS))
    def unclaim(self, by: By) -> None:
        self.attempt(lambda: self.complaint.unclaim(by, self.at, timedelta(minutes=10)))

    @rule()
    def take_back(self) -> None:
        self.attempt(lambda: self.complaint.take_back(self.at))

    @rule(to=st.sampled_from(UNITS), by=st.sampled_from(ACTORS), reason=st.sampled_from(["", "不归我们"]))
    def transfer(self, to: str, by: By, reason: str) -> None:
        self.attempt(lambda: self.complaint.transfer(to, by, reason, self.at))

    @rule(to=st.sampled_from([TO_A, TO_C]), by=st.sampled_from(ACTORS))
    def reroute(self, to: Assignment, by: By) -> None:
        self.attempt(lambda: self.complaint.reroute(to, by, self.at))

    @rule(by=st.sampled_from(ACTORS))
    def reply(self, by: By) -> None:
        self.attempt(lambda: self.complaint.reply(by, self.at, "hash"))

    @rule(by=st.sampled_from(ACTORS))
    def note(self, by: By) -> None:
        status, lead, holder = self.complaint.status, self.complaint.lead, self.complaint.holder
        self.attempt(lambda: self.complaint.note(by, self.at, "hash"))
        self.attempt(lambda: self.complaint.mask("", by, self.at, "hash", 1))
        assert (self.complaint.status, self.complaint.lead, self.complaint.holder) == (status, lead, holder)

    @rule(by=st.sampled_from(ACTORS), result=st.sampled_from(Result))
    def conclude(self, by: By, result: Result) -> None:
        self.attempt(lambda: self.complaint.conclude(result, by, self.at, "hash"))

    @rule()
    def confirm(self) -> None:
        self.attempt(lambda: self.complaint.confirm(self.at))

    @rule()
    def silence(self) -> None:
        self.attempt(lambda: self.complaint.close_unanswered(self.at))

    @rule(later=st.sampled_from([timedelta(0), timedelta(days=16)]))
    def reopen(self, later: timedelta) -> None:
        self.attempt(lambda: self.complaint.reopen(self.at + later, GRACE))

    @rule()
    def redo(self) -> None:
        self.attempt(lambda: self.complaint.redo(self.at))

    @rule(to=st.sampled_from(UNITS))
    def raise_level(self, to: str) -> None:
        self.attempt(lambda: self.complaint.raise_level(to, self.at))

    @precondition(lambda self: len(self.complaint.events) > 12)
    @rule()
    def withdraw(self) -> None:
        self.attempt(lambda: self.complaint.withdraw(self.at))

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def late(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(sorted(self.running)))
        self.attempt(lambda: self.complaint.late(kind, self.at, self.at))

    @invariant()
    def every_change_of_status_is_one_event(self) -> None:
        status = Status.REGISTERED
        for event in self.complaint.events:
            assert event.before is status
            assert bool(event.transition) or event.after is status
            status = event.after
        assert status is self.complaint.status

    @invariant()
    def nothing_closes_without_a_conclusion(self) -> None:
        kinds = [event.kind for event in self.complaint.events]
        if self.complaint.status is Status.CLOSED:
            assert "concluded" in kinds
            assert kinds[::-1].index("concluded") < ([*kinds[::-1], "reopened"]).index("reopened")

    @invariant()
    def nothing_is_answered_without_a_category(self) -> None:
        if self.complaint.status in {Status.REPLIED, Status.CLOSED}:
            assert self.complaint.category not in {"", OTHER}

    @invariant()
    def what_is_over_for_good_says_why(self) -> None:
        if self.complaint.status in TERMINAL:
            ending = next(event for event in self.complaint.events if event.after in TERMINAL)
            assert ending.facts["reason"]

    @invariant()
    def what_is_open_has_a_next_alarm(self) -> None:
        assert bool(self.running) == (self.complaint.status in OPEN)

    @invariant()
    def who_leads_does_not_assist(self) -> None:
        assert self.complaint.lead is None or self.complaint.lead not in self.complaint.assists

    @invariant()
    def only_running_clocks_are_late(self) -> None:
        assert set(self.complaint.late_since) <= self.running


AnyOrder.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None, derandomize=True)
TestAnyOrder = AnyOrder.TestCase
