"""Whatever people and platforms send, in whatever order: each message is handled once, none is put aside."""

import asyncio
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from bot.channels.terminal import NAME, group_chat, staff_sender
from handlers.messages import Message
from storage import inbox, outbox
from storage.audit import verify
from storage.tables import button
from storage.tables import inbox as received
from storage.tables import outbox as sent
from storage.unit_of_work import Work
from tests.town import DESK, Town, sqlite_url

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)  # halves of pairs and NUL too
PHRASES = [
    *("楼道漏水三天了", "翠竹街道水贝社区", "同意，继续", "不同意", "跳过", "上一步", "匿名", "王某 13912345678"),
    *(
        "确认提交",
        "1",
        "2",
        "9",
        "/start",
        "/new",
        "/取消",
        "/status",
        "/mine",
        "/add",
        "/补充 还有",
        "/withdraw",
        "/help",
    ),
    *("/nonsense", "进度", "补充", "撤回", "解决了", "没解决", "满意", "人工", "着火了", "LH-7K3M-Q8XW-4", "/接"),
    *("/办结", "/转派", "/改类 城乡建设", "/note 看过", "/undo", "/queue", "/overdue", "/why", "/bind X", "签收"),
    *("/回 好的", "/", " ", ""),
]
PEOPLE = [("resident", "resident", False), ("other", "other", False), (group_chat(DESK), staff_sender(DESK), True)]
SAID = st.fixed_dictionaries(
    {
        "who": st.sampled_from([*PEOPLE, (group_chat(DESK), "stranger", True), ("unbound", "other", True)]),
        "text": st.one_of(st.sampled_from(PHRASES), st.sampled_from(PHRASES), ANY),
        "button": st.one_of(st.none(), st.none(), st.integers(0, 30), ANY),  # a number: one that was really shown
        "reply_to": st.one_of(st.none(), st.none(), st.sampled_from(["1", "2", "m1"]), ANY),
        "odd": st.sampled_from(["", "", "", "forwarded", "edited"]),
        "point": st.one_of(st.none(), st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
        "numbered": st.booleans(),
        "key": st.integers(0, 12),  # some come twice
        "later": st.sampled_from([0, 0, 0, 31, 3600, 86400, 9 * 86400]),  # seconds that pass before it
    }
)


@pytest.fixture(scope="module")
def loop() -> Any:
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def town(template: Path, tmp_path_factory: pytest.TempPathFactory, loop: asyncio.AbstractEventLoop) -> Any:
    """One town for all of it: what was said before stays, as it does in life."""
    folder = tmp_path_factory.mktemp("any")
    shutil.copy(template, folder / "test.db")
    made = loop.run_until_complete(Town(sqlite_url(folder)).open())
    made.desk._writing.dispose()
    _quickly(made)
    loop.run_until_complete(made.join(DESK))
    yield made
    loop.run_until_complete(made.close())


def _quickly(town: Town) -> None:
    """This is not about power cuts: nothing waits for the disk."""
    event.listen(town.desk._writing, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(SAID, min_size=1, max_size=8))
def test_anything_in_any_order_is_handled_once(
    town: Town, loop: asyncio.AbstractEventLoop, said: list[dict[str, Any]]
) -> None:
    loop.run_until_complete(_say_all(town, said))


async def _say_all(town: Town, said: list[dict[str, Any]]) -> None:
    before, since = await town.read(inbox.counts), await town.read(_last)
    run, keys = town.key(), set()
    for each in said:
        if each["later"]:
            await town.pass_time(seconds=each["later"])
        message = await _message(town, run, each)
        keys.add(message.update_key)
        await town.desk.receive(message)
        await town.deliver()
    after = await town.read(inbox.counts)
    assert after == {**before, "done": before["done"] + len(keys)}
    assert await town.read(partial(_unfinished, since=since)) == []
    assert (await town.read(verify)).broken == ()


async def _message(town: Town, run: str, each: dict[str, Any]) -> Message:
    chat, sender, group = each["who"]
    pressed = each["button"]
    if isinstance(pressed, int):
        shown = select(button.c.id).where(button.c.chat == chat).order_by(button.c.valid_until.desc())
        id = await town.read(lambda work: work.connection.execute(shown.limit(1).offset(pressed)).scalar())
        pressed = f"{id}.{pressed % 3}" if id else None
    more = {name: each[name] for name in ("text", "reply_to", "odd", "point", "numbered")}
    return Message(NAME, chat, sender, f"{run}-{each['key']}", button=pressed, group=group, **more)


def _last(work: Work) -> tuple[int, int]:
    """The newest rows of inbox and outbox."""
    newest = [work.connection.execute(select(func.max(table.c.id))).scalar() or 0 for table in (received, sent)]
    return newest[0], newest[1]


def _unfinished(work: Work, since: tuple[int, int]) -> list[Any]:
    """Errors since then, and what should have gone out and has not."""
    failed = select(received.c.error).where(received.c.error.is_not(None), received.c.id > since[0])
    stuck = select(sent.c.state, sent.c.error).where(sent.c.state != "sent", sent.c.id > since[1])
    stuck = stuck.where(sent.c.due <= work.now)
    return [*work.connection.execute(failed), *work.connection.execute(stuck)]


def test_a_failure_would_be_seen(town: Town, loop: asyncio.AbstractEventLoop) -> None:
    """The check above finds a message that failed and a text that did not go out."""

    async def spoil() -> None:
        since = await town.read(_last)

        def fail(work: Work) -> None:
            id = inbox.keep(work, NAME, "x", "spoilt", "{}") or 0
            inbox.quarantine(work, id, "Poison")
            outbox.put(work, NAME, "x", "{}", due=work.now)

        await town.desk.write(fail)
        found = await town.read(partial(_unfinished, since=since))
        assert found == [("Poison",), ("waiting", None)]

    loop.run_until_complete(spoil())
