"""The process dies at every joint of the flow, a second one goes on: nothing is lost and nothing is done twice.

Each run is compared with one that did not die. Where nobody can know whether a text arrived it may come a second
time, and then says so.
"""

import asyncio
import re
import resource
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.terminal import RESIDENT
from storage import clocks, inbox
from storage.audit import verify
from storage.tables import card, complaint, complaint_event, outbox
from storage.tables import inbox as received
from storage.unit_of_work import Work
from tests.faults import test_dying_fetch
from tests.faults.story import LEASE_OVER, ROOT, Story, told
from tests.town import DESK, TUESDAY, Town, sqlite_url

LATE = 90 * 60  # seconds after filing: the clocks of a complaint nobody has taken have run out
SUBMIT = [{"key": "submit", "chat": RESIDENT, "text": "确认提交"}]

# point -> what is going on when the process dies there
JOINTS = {
    "after_keep": "submit",
    "before_commit": "submit",
    "after_commit": "submit",
    "after_take": "submit",
    "after_send": "submit",
    "after_show": "submit",
    "before_tick_commit": "late",
    "after_tick": "late",
}
# what the resident then sees of the receipt: whether each copy says that it may be the second
MARKS = {
    "after_commit": [False],
    "after_take": [True],  # nobody knows that it was not sent
    "after_send": [False, True],
    "after_show": [False],
}
MAY_COME_AGAIN = {"after_take", "after_send", "after_show", "after_tick"}  # what a tick puts out may be taken meanwhile


def test_every_point_of_the_code_is_died_at() -> None:
    code = [file.read_text("utf-8") for file in (ROOT / "bot").rglob("*.py")]
    found = [name for text in code for name in re.findall(r'\bpoint\("(\w+)"\)', text)]
    assert sorted(found) == sorted([*JOINTS, *test_dying_fetch.JOINTS])


# the town before it happens


async def prepare(url: str, file: bool) -> None:
    """At the review card, or filed and everything delivered. The desk of the unit that leads has its group."""
    town = await Town(url).open()
    town.predict = lambda _: None  # no model: the triage desk leads
    await town.join(DESK)
    await town.say("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好")
    await town.say("同意，继续")
    for _ in range(6):
        if "确认提交" in town.heard():
            break
        await town.say("匿名" if "匿名" in town.heard() else "跳过")
    assert "确认提交" in town.heard()
    if file:
        await town.say("确认提交")
        assert town.group(DESK)
    await town.close()


@pytest.fixture(scope="session")
def before(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name in ("submit", "late"):
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(template, folder / "test.db")
        asyncio.run(prepare(sqlite_url(folder), name == "late"))
        made[name] = folder / "test.db"
    return made


def story(before: dict[str, Path], scenario: str, folder: Path, **more: Any) -> Story:
    shutil.copy(before[scenario], folder / "test.db")
    return Story(folder, SUBMIT if scenario == "submit" else [], LATE if scenario == "late" else 0, **more)


def happened(work: Work) -> dict[str, Any]:
    """All that must be the same whether or not a process died on the way."""
    kinds = select(complaint_event.c.kind, complaint_event.c.facts).order_by(complaint_event.c.seq)
    events = [(row.kind, row.facts.get("clock"), row.facts.get("time")) for row in work.connection.execute(kinds)]
    return {
        "complaints": len(work.connection.execute(select(complaint.c.number)).all()),
        "events": sorted(events, key=str),
        "inbox": inbox.counts(work),
        "keys": len(work.connection.execute(select(received.c.id)).all()),
        "outbox": Counter(work.connection.execute(select(outbox.c.state)).scalars()),
        "stale cards": len(work.connection.execute(select(card).where(card.c.wanted > card.c.shown)).all()),
        "clocks": len(clocks.due(Work(work.connection, "luohu", work.keys, TUESDAY.replace(year=2030)), 99)),
        "intact": verify(work).intact,
    }


@pytest.fixture(scope="session")
def undisturbed(before: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    stories = {}
    for scenario in ("submit", "late"):
        stories[scenario] = story(before, scenario, tmp_path_factory.mktemp(f"{scenario}-well"))
        assert stories[scenario].start() == 0
    return stories


def test_an_undisturbed_run_is_what_the_others_are_compared_with(undisturbed: dict[str, Story]) -> None:
    submitted = undisturbed["submit"]
    assert len([text for chat, text in told(submitted.seen()) if chat == RESIDENT]) == 1
    assert len([text for chat, text in told(submitted.seen()) if chat != RESIDENT]) == 1
    assert submitted.read(happened)["complaints"] == 1
    assert any(kind == "late" for kind, _, _ in undisturbed["late"].read(happened)["events"])


@pytest.mark.parametrize("point", JOINTS)
def test_a_process_that_dies_is_followed_by_one_that_goes_on(
    before: dict[str, Path], undisturbed: dict[str, Story], tmp_path: Path, point: str
) -> None:
    expected = undisturbed[JOINTS[point]]
    dying = story(before, JOINTS[point], tmp_path)
    assert dying.start(fail_at=point) == 137, "it did not come by this point"
    assert dying.start(later=LEASE_OVER) == 0
    assert dying.acknowledged == {message["key"] for message in dying.messages}
    assert dying.read(happened) == expected.read(happened)
    first, all_of_it = told(s for s in dying.seen() if not s["again"]), told(dying.seen())
    assert all_of_it.keys() == told(expected.seen()).keys()
    if point in MARKS:
        assert [shown["again"] for shown in dying.seen() if shown["chat"] == RESIDENT] == MARKS[point]
    if point in MAY_COME_AGAIN:
        assert sum((all_of_it - told(expected.seen())).values()) <= 1
        assert sum((told(expected.seen()) - first).values()) <= 1
    else:
        assert first == all_of_it == told(expected.seen())


@pytest.mark.parametrize("point", ["after_take", "after_send"])
def test_a_reader_who_goes_by_positions_sees_each_once_and_no_mark(
    before: dict[str, Path], tmp_path: Path, point: str
) -> None:
    dying = story(before, "submit", tmp_path, ordered=True)
    dying.start(fail_at=point)
    dying.start(later=LEASE_OVER)
    mine = [shown for shown in dying.seen() if shown["chat"] == RESIDENT]
    assert len({shown["position"] for shown in mine}) == 1
    assert not any(shown["again"] for shown in mine)
    assert len({shown["text"] for shown in mine}) == 1


def test_a_process_costs_little_to_start(before: dict[str, Path], tmp_path: Path) -> None:
    """Of the processor, from its start to its clean end: a busy machine does not speak for the code."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert story(before, "submit", tmp_path, acknowledged={"submit"}).start() == 0
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime < 1.5


def test_who_dies_again_and_again_still_gets_it_done_once(
    before: dict[str, Path], undisturbed: dict[str, Story], tmp_path: Path
) -> None:
    dying = story(before, "submit", tmp_path)
    for number, point in enumerate(["after_keep", "before_commit", "after_commit", "after_take", "after_show"]):
        assert dying.start(fail_at=point, later=number * LEASE_OVER) == 137
    assert dying.start(later=6 * LEASE_OVER) == 0
    assert dying.read(happened) == undisturbed["submit"].read(happened)


def test_a_message_that_kills_the_process_is_put_aside_and_its_neighbours_are_answered(
    before: dict[str, Path], tmp_path: Path
) -> None:
    """The first death leaves nothing; then each try is counted before it is made, five of them."""
    said = [
        {"key": "k1", "chat": "r1", "text": "这句会要命"},
        {"key": "k2", "chat": "r1", "text": "你好"},
        {"key": "k3", "chat": "r2", "text": "你好"},
    ]
    dying = story(before, "submit", tmp_path, kill="要命")
    dying.messages = said
    codes: list[int] = []
    while not codes or codes[-1] != 0:
        codes.append(dying.start(later=len(codes) * LEASE_OVER))
        assert len(codes) <= 7
    assert codes == [139] * 6 + [0]
    states = select(received.c.update_key, received.c.state, received.c.tries).where(
        received.c.update_key.in_(["k1", "k2", "k3"])
    )
    rows = dying.read(lambda work: work.connection.execute(states.order_by(received.c.id)).all())
    assert rows == [("k1", "quarantined", 6), ("k2", "done", 1), ("k3", "done", 1)]
    assert Counter(shown["chat"] for shown in dying.seen()) == {"r1": 2, "r2": 1}
