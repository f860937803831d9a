"""What a resident types is in no byte of the database in clear, and leaves when its draft ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.channels.terminal import NAME, RESIDENT
from handlers.messages import Message
from storage import engine, inbox
from storage.tables import complaint, metadata, word
from storage.tables import inbox as received
from storage.unit_of_work import Work
from tests.town import Town

PHONE, NAME_GIVEN = "13912345678", "欧阳青山"
MATTER, WHERE, EXTRA = "楼上的阿婆天天半夜挪花盆", "水贝社区第七栋后门", "还有一只会唱戏的鹦鹉"


def spellings(canary: str) -> Iterator[bytes]:
    """As bytes of UTF-8 and UTF-16, as JSON escapes, as hexadecimal of UTF-8."""
    yield from (canary.encode(), canary.encode("utf-16-le"), canary.encode("utf-16-be"))
    yield from (canary.encode("unicode_escape"), canary.encode().hex().encode(), canary.encode().hex().upper().encode())


def clear(town: Town, *canaries: str) -> list[str]:
    """Those of `canaries` that stand in the database's files, or in a dump of it."""
    held = files(town) if engine.is_sqlite(town.url) else dump(town)
    return [canary for canary in canaries if any(spelt in held for spelt in spellings(canary))]


def files(town: Town) -> bytes:
    file = Path(town.url.removeprefix("sqlite:///"))
    held = b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    assert b"SQLite format 3" in held
    return held


def dump(town: Town) -> bytes:
    """All cells of all tables as text; bytes are hexadecimal there."""
    reading = engine.reading(town.url)
    with reading.connect() as connection:
        held = [
            str(row[0])
            for name in metadata.tables
            for row in connection.execute(text(f"SELECT t::text FROM {name} t"))  # noqa: S608 - our own names
        ]
    reading.dispose()
    assert len(held) > len(metadata.tables)
    return "\n".join(held).encode()


async def tell(town: Town) -> None:
    """Up to the review card: matter, place, and at the last question name and phone."""
    await town.say(f"{MATTER}，{WHERE}")
    await town.say("同意，继续")
    for _ in range(6):
        if "匿名" in town.heard():
            break
        await town.say("跳过")
    await town.say(f"我叫{NAME_GIVEN}，电话 {PHONE}")
    assert "确认提交" in town.heard()
    await town.say(EXTRA)


async def test_nothing_typed_is_in_clear_before_it_is_filed(town: Town) -> None:
    await tell(town)
    assert clear(town, MATTER, WHERE, EXTRA, NAME_GIVEN, PHONE) == []


async def test_after_filing_only_the_masked_matter_is(town: Town) -> None:
    await tell(town)
    await town.say("确认提交")
    await town.say(f"/补充 我是{NAME_GIVEN}，打 {PHONE} 找我")
    await town.say("/进度")
    assert clear(town, NAME_GIVEN, PHONE, PHONE[3:]) == []
    assert clear(town, MATTER) == [MATTER]  # or this test could not fail


async def test_the_masked_matter_is_where_cards_read_it_and_nowhere_else(town: Town) -> None:
    await tell(town)
    await town.say("确认提交")

    def masked(work: Work) -> list[int]:
        return [
            work.connection.execute(select(func.count()).where(column.contains(MATTER))).scalar_one()
            for column in (complaint.c.gist, word.c.masked)
        ]

    assert await town.read(masked) == [1, 1]
    await town.desk.write(lambda work: work.connection.execute(complaint.update().values(gist="")) and None)
    await town.desk.write(lambda work: work.connection.execute(word.update().values(masked="")) and None)
    await town.close()
    await rewrite(town)
    assert clear(town, MATTER) == []


async def rewrite(town: Town) -> None:
    """Without the pages that are free now; a dump has none."""
    if not engine.is_sqlite(town.url):
        return
    connection = town.desk._writing.connect()
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    town.desk._writing.dispose()


@pytest.mark.parametrize("how", ["filed", "cancelled", "expired", "refused"])
async def test_the_words_of_an_ended_draft_leave_the_inbox_that_they_were_seen_stays(town: Town, how: str) -> None:
    if how == "refused":
        await town.say(MATTER)
        await town.say("不同意")
    else:
        await tell(town)
    if how == "filed":
        await town.say("确认提交")
    elif how == "cancelled":
        await town.say("/取消")
    elif how == "expired":
        await town.pass_time(days=40)

    def of_inbox(work: Work) -> tuple[int, int, dict[str, int]]:
        bodies = select(func.count(), func.count(received.c.body))
        kept, with_words = work.connection.execute(bodies).one()
        return kept, with_words, inbox.counts(work)

    kept, with_words, counts = await town.read(of_inbox)
    assert kept > 0
    assert with_words == 0
    assert counts == {"done": kept, "quarantined": 0, "waiting": 0}


async def test_while_a_draft_lives_its_words_are_kept_sealed(town: Town) -> None:
    await town.say(MATTER)
    row = await town.read(lambda work: work.connection.execute(select(received)).one())
    assert MATTER in town.keys.open(row.body, "luohu", "inbox", NAME, row.update_key)


async def test_words_that_belong_to_no_draft_leave_at_once(town: Town) -> None:
    await town.say("/帮助")
    assert await town.read(lambda work: work.connection.execute(select(received.c.body)).scalar_one()) is None


async def test_an_update_seen_long_ago_is_still_known(town: Town) -> None:
    await tell(town)
    await town.say("确认提交")
    heard = len(town.all())
    for key in await town.read(lambda work: work.connection.execute(select(received.c.update_key)).scalars().all()):
        await town.desk.receive(Message(NAME, RESIDENT, RESIDENT, key, text=MATTER))
    await town.deliver()
    assert len(town.all()) == heard
