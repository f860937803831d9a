"""What a turn reads and writes: by which index, and that nothing is lost by reading all of it at once."""

from dataclasses import replace

import pytest

from complaints.draft import Draft, DraftState
from storage import arrivals, conversations, drafts, inbox, lines, outbox, people
from storage.arrivals import Arrival
from storage.hot import Prepared
from storage.unit_of_work import Work
from tests.storage.conftest import Store

CHAT = ("web", "r1")


@pytest.mark.sqlite
@pytest.mark.parametrize("prepared", [inbox._FIRST_OF_CHATS, inbox._EARLIER])
def test_a_look_for_waiting_messages_reads_no_other(store: Store, prepared: Prepared) -> None:
    steps = [step for step in store.plan(prepared) if step.startswith(("SEARCH", "SCAN"))]
    assert steps
    assert all("INDEX inbox_waiting (tenant=?" in step for step in steps), steps


@pytest.mark.sqlite
def test_an_arrival_searches_by_whole_keys(store: Store) -> None:
    steps = [step for step in store.plan(arrivals._READ) if step.startswith(("SEARCH", "SCAN"))]
    tables = [step.split()[1] for step in steps if step.startswith("SEARCH")]
    assert tables == ["conversation", "draft", "staff", "line", "fact", "group_chat", "outbox"], steps


def arrived(work: Work, place: str = "r1") -> Arrival:
    return arrivals.arrive(work, *CHAT, "r1", place)


def test_of_a_stranger_nothing_is_known_and_the_conversation_is_made(store: Store) -> None:
    with store.work() as work:
        came = arrived(work)
        assert came == Arrival(conversations.Conversation("web", "r1"), None, None, None, closed=False, free=True)
        came.conversation.ask("reply", "LH-1", {}, store.now, keep=False)
        conversations.save(work, came.conversation)
    with store.work() as work:
        assert arrived(work).conversation.version == 1


def test_a_conversation_that_has_not_changed_is_not_written_again(store: Store) -> None:
    with store.work() as work:
        conversations.save(work, arrived(work).conversation)
        came = arrived(work).conversation
        assert came.version == 0
        came.told["result"] = "solved"
        conversations.save(work, came)
        assert (arrived(work).conversation.version, arrived(work).conversation.told) == (1, {"result": "solved"})


@pytest.mark.parametrize("state", [DraftState.REVIEWING, DraftState.EXPIRED])
def test_an_arrival_holds_what_each_table_says_by_itself(store: Store, state: DraftState) -> None:
    with store.work() as work:
        draft = Draft("d1", *CHAT, "r1", work.now, work.now, state=state, pending=("words",))
        drafts.add(work, draft)
        people.join(work, "m1", "web", "r1", "440303001", "staff", "somebody")
        people.bind_group(work, *CHAT, "440303001", "m1")
        outbox.close_line(work, *CHAT, "blocked")
        conversation = conversations.lock(work, *CHAT)
        conversation.draft, conversation.asking = "d1", "add_words"
        conversations.save(work, conversation)
        came = arrived(work)
        assert came.conversation == replace(conversation, version=1) == conversations.lock(work, *CHAT)
        assert came.draft == drafts.load(work, "d1")
        assert came.draft is not None
        assert came.draft.state is state
        assert came.member == people.member(work, "web", "r1")
        assert came.member is not None
        assert came.member.name == "somebody"
        assert (came.unit, came.closed) == ("440303001", True)
        lines.reopen(work, *CHAT)
        assert not arrived(work).closed


@pytest.mark.parametrize(("before", "behind"), [([], False), (["done"], False), (["waiting"], True)])
def test_a_new_message_knows_whether_another_of_its_chat_waits(store: Store, before: list[str], behind: bool) -> None:
    with store.work() as work:
        inbox.keep(work, "web", "another chat", "other", "{}")
        for state in before:
            id = inbox.keep(work, *CHAT, state, "{}") or 0
            if state == "done":
                inbox.done(work, ("web", "r1"), id, None)
        new = inbox.keep_new(work, *CHAT, "new", "{}")
        assert new is not None
        assert new.behind is behind
        assert inbox.keep_new(work, *CHAT, "new", "{}") is None


def test_what_is_undone_in_a_savepoint_is_gone_and_the_block_goes_on(store: Store) -> None:
    with store.work() as work:
        with work.savepoint():
            conversations.meet(work, "web", "gone")
            work.undo()
            conversations.meet(work, "web", "stays")
        chats = work.connection.exec_driver_sql("SELECT chat FROM conversation").scalars().all()
        assert chats == ["stays"]
