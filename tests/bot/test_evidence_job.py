"""The job that fetches: what dies, fails or comes twice leaves nothing behind and loses nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import KeyRefused, TryLater
from bot.media.limits import LIMITS as MEDIA
from complaints.material import LIMITS
from storage import fetching
from tests.evidence import Camera, photo
from tests.town import Town


@pytest.fixture
async def camera(town: Town, tmp_path: Path) -> Camera:
    """With a draft that has been consented to."""
    await town.say("/new")
    await town.say("同意")
    return Camera(town, tmp_path)


def test_the_limits_that_are_told_are_those_that_are_checked() -> None:
    names = ("photo", "file", "step", "complaint")
    assert [getattr(LIMITS, name) for name in names] == [getattr(MEDIA, name) for name in names]


async def test_killed_between_storing_and_marking_it_is_fetched_again_and_the_orphan_swept(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera.platform.content["ref-a"] = b"photo one"
    await camera.send(photo("a"))
    stored = asyncio.Event()

    async def dies(*_: object) -> bool:
        stored.set()
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(camera.job, "_mark", dies)
    dying = asyncio.create_task(camera.job.look())
    await stored.wait()
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert (await camera.states(), len(camera.files())) == (["wanted"], 2)

    camera.job = camera.another()
    assert await camera.job.look() == 0  # under the lease of the one that died
    camera.platform.content["ref-a"] = b"photo two"
    await camera.town.pass_time(seconds=10)
    await camera.fetch()
    assert await camera.states() == ["kept"]
    assert len(camera.files()) == 4

    known, late = await camera.town.read(fetching.known), datetime.now(UTC) + timedelta(minutes=1)
    assert camera.store.sweep(known, timedelta(0), late) == 2
    assert camera.files() == [b"jpeg of photo two", b"thumb of photo two"]


async def test_the_job_sweeps_what_no_row_speaks_of_and_leaves_what_one_does(camera: Camera) -> None:
    camera.store.put(b"orphan")
    await camera.send(photo("a"))
    await camera.fetch()
    assert b"orphan" in camera.files()  # young: its row may still come
    camera.town.time += timedelta(days=400)  # the store goes by the clock of the machine
    await camera.job.look()
    assert camera.files() == [b"jpeg of photo ref-a", b"thumb of photo ref-a"]


async def test_an_erased_one_that_was_being_fetched_leaves_no_file(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    await camera.send(photo("a"))
    encode = camera.pictures.encode

    async def slowly(data: bytes) -> object:
        await camera.town.say("取消")
        return await encode(data)

    monkeypatch.setattr(camera.pictures, "encode", slowly)
    await camera.fetch()
    assert (await camera.states(), camera.files()) == (["erased"], [])
    assert "草稿已删除" in camera.town.heard()


async def test_a_platform_that_fails_for_a_while_is_asked_again(camera: Camera) -> None:
    camera.platform.broken["ref-a"] = 3
    await camera.send(photo("a"))
    for _ in range(4):
        await camera.fetch()
        await camera.town.pass_time(minutes=6)
    assert await camera.states() == ["kept"]


async def test_after_eight_tries_it_is_lost_and_its_sender_told_once(camera: Camera) -> None:
    camera.platform.broken["ref-a"] = 100
    await camera.send(photo("a"))
    for _ in range(12):
        await camera.fetch()
        await camera.town.pass_time(minutes=6)
    assert (await camera.states(), len(camera.platform.fetched)) == (["lost"], 8)
    said = "您发的第 1 份材料（照片）没有取到，试了几次都没有成功。请再发一次。"
    assert [text.split("\n")[0] for text in camera.town.all() if "没有取到" in text] == [said]


async def test_one_that_ends_the_process_each_time_is_lost_and_its_sender_told_once(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def dies(*_: object) -> int:
        nonlocal tries
        tries += 1
        dying.cancel()
        await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(camera.platform, "fetch", dies)
    await camera.send(photo("a"))
    for _ in range(10):
        camera.job = camera.another()
        dying = asyncio.create_task(camera.job.look())
        await asyncio.wait({dying})
        await camera.town.pass_time(minutes=6)
    assert (await camera.states(), tries) == (["lost"], 8)
    assert len([text for text in camera.town.all() if "没有取到，试了几次都没有成功" in text]) == 1


async def test_a_refused_key_says_nothing_of_the_file(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch, refusals = camera.platform.fetch, [KeyRefused("JIESU_TELEGRAM_TOKEN")] * 12

    async def knows_us_late(*given: Any) -> int:
        if refusals:
            raise refusals.pop()
        return await fetch(*given)

    monkeypatch.setattr(camera.platform, "fetch", knows_us_late)
    await camera.send(photo("a"))
    for _ in range(13):
        assert await camera.states() == ["wanted"]
        await camera.fetch()
        await camera.town.pass_time(minutes=5)
    assert await camera.states() == ["kept"]


async def test_a_platform_that_asks_to_wait_says_nothing_of_the_file(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch, answers = camera.platform.fetch, [*[TryLater(30)] * 12, ConnectionError()]

    async def waits(*given: Any) -> int:
        if answers:
            raise answers.pop(0)
        return await fetch(*given)

    monkeypatch.setattr(camera.platform, "fetch", waits)
    await camera.send(photo("a"))
    for left in range(12, 0, -1):
        await camera.fetch()
        await camera.town.pass_time(seconds=29)
        await camera.fetch()
        assert len(answers) == left
        await camera.town.pass_time(seconds=1)
    await camera.fetch()
    await camera.town.pass_time(seconds=2)
    await camera.fetch()
    assert await camera.states() == ["kept"]


async def test_a_bad_one_does_not_hold_up_the_others(camera: Camera) -> None:
    camera.platform.broken["ref-0"] = 100
    await camera.send(*(photo(str(place)) for place in range(6)))
    await camera.fetch()
    assert await camera.states() == ["wanted", *["kept"] * 5]


async def test_what_turns_out_larger_than_the_platform_said_is_refused(camera: Camera) -> None:
    camera.platform.content["ref-a"] = b"photo " + b"x" * LIMITS.photo
    await camera.send(photo("a", size=10))
    assert "太大了" in await camera.fetch()


async def test_one_process_works_at_a_time_and_gives_way_when_it_ends(camera: Camera) -> None:
    running = asyncio.create_task(camera.job.run())
    await camera.send(photo("a"))
    async with asyncio.timeout(5):
        while await camera.states() != ["kept"]:
            await asyncio.sleep(0.02)
    other = camera.another()
    await camera.send(photo("b"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await other.look()
    assert await camera.states() == ["kept", "kept"]
    assert list((camera.folder / "fetching").iterdir()) == []
