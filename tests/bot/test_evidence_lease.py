"""Who loses the lease of the job that fetches, because it stood still too long, does no harm when it goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk import Busy
from bot.lease import NotHeld
from bot.media.images import Picture
from storage import fetching
from tests.evidence import Camera, photo
from tests.town import Town

PLACE = "照片里记着拍摄地点"
SAME = b"photo of the same"
WRITES = {False: 5, True: 9}  # of a round here: whether the draft was erased meanwhile


@pytest.fixture
async def camera(town: Town, tmp_path: Path) -> Camera:
    """A picture that was kept waits to be dropped; in a new draft there is another, and the same one once more."""
    camera = Camera(town, tmp_path)
    camera.platform.content = {"ref-a": SAME, "ref-b": b"photo taken at", "ref-c": SAME, "ref-d": SAME}
    await begin(camera)
    await camera.send(photo("a"))
    await camera.fetch()
    await town.say("取消")
    await begin(camera)
    await camera.send(photo("b"), photo("c"))
    return camera


async def begin(camera: Camera) -> None:
    await camera.town.say("/new")
    await camera.town.say("同意")


def stop(camera: Camera, before: int, meanwhile: Callable[[], Awaitable[Any]]) -> list[int]:
    """The whole job stands still before its write of this number, which is counted from one. The writes it made."""
    write, writes, stands_still = camera.job.lease.write, list[int](), asyncio.Lock()

    async def stopped(*given: Any, **more: Any) -> Any:
        async with stands_still:
            writes.append(len(writes) + 1)
            if writes[-1] == before:
                await meanwhile()
        return await write(*given, **more)

    camera.job.lease.write = stopped  # type: ignore[method-assign]
    return writes


def erase_while_drawn(camera: Camera) -> None:
    """The resident throws the draft away while the first of its pictures is drawn."""
    encode, saying, erased = camera.pictures.encode, asyncio.Lock(), list[bool]()

    async def slowly(data: bytes) -> Picture:
        async with saying:  # so that the second one is not marked before
            if not erased:
                await camera.town.say("取消")
                erased.append(True)
        return await encode(data)

    camera.pictures.encode = slowly  # type: ignore[method-assign]


async def others_round(camera: Camera) -> None:
    """The lease runs out; somebody sends the same picture again, and another process does all there is to do."""
    await camera.town.pass_time(seconds=11)
    if "草稿已删除" in camera.town.heard():
        await begin(camera)
    await camera.send(photo("d"))
    other = camera.another()
    while await other.look():
        pass
    await camera.town.pass_time(seconds=11)


async def missing(camera: Camera) -> set[str]:
    """Files that rows speak of and that are not there."""
    known = await camera.town.read(fetching.known)
    return {hash for hash in known if not camera.store.path(hash).exists()}


CASES = [(erased, before) for erased, writes in WRITES.items() for before in range(1 + erased, writes + 1)]


@pytest.mark.parametrize("erased", WRITES)
async def test_every_write_of_a_round_is_stood_still_before(camera: Camera, erased: bool) -> None:
    if erased:
        erase_while_drawn(camera)
    writes = stop(camera, 0, lambda: others_round(camera))
    await camera.job.look()
    assert len(writes) == WRITES[erased]


@pytest.mark.parametrize(("erased", "before"), CASES)
async def test_wherever_it_stood_still_nothing_is_kept_told_or_dropped_wrongly(
    camera: Camera, erased: bool, before: int
) -> None:
    if erased:
        erase_while_drawn(camera)
    stop(camera, before, lambda: others_round(camera))
    with pytest.raises(NotHeld):
        await camera.job.look()
    await camera.town.deliver()
    assert await camera.states() == (["erased"] * 3 + ["kept"] if erased else ["erased", *["kept"] * 3])
    assert await missing(camera) == set()
    assert len([text for text in camera.town.all() if PLACE in text]) == (0 if erased else 1)
    known, late = await camera.town.read(fetching.known), datetime.now(UTC) + timedelta(minutes=1)
    camera.store.sweep(known, timedelta(0), late)
    assert len(camera.files()) == len(known)


async def test_what_is_under_way_is_given_up_when_the_lease_is_lost(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch, given_up = camera.platform.fetch, list[str]()

    async def stuck(ref: str, *_: object) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.append(ref)
        return 0

    monkeypatch.setattr(camera.platform, "fetch", stuck)
    camera.job.lease.every = 0.01
    looking = asyncio.create_task(camera.job.look())
    await asyncio.sleep(0.1)
    assert not looking.done()  # it says so again and again
    monkeypatch.setattr(camera.platform, "fetch", fetch)
    await camera.town.pass_time(seconds=11)
    other = camera.another()
    while not await other.lease.take():  # between two words of the one that has it
        await camera.town.pass_time(seconds=11)
    async with asyncio.timeout(5):
        with pytest.raises(NotHeld):
            await looking
    assert sorted(given_up) == ["ref-b", "ref-c"]
    assert list((camera.folder / "fetching").iterdir()) == []
    await other.look()
    assert await camera.states() == ["erased", "kept", "kept"]


async def test_a_long_file_keeps_the_lease(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, fetch = asyncio.Event(), camera.platform.fetch

    async def slowly(*given: Any) -> int:
        await goes_on.wait()
        return await fetch(*given)

    monkeypatch.setattr(camera.platform, "fetch", slowly)
    camera.job.lease.every = 0.01
    looking = asyncio.create_task(camera.job.look())
    for _ in range(6):
        await asyncio.sleep(0.1)
        await camera.town.pass_time(seconds=9)
        assert await camera.another().look() == 0
    goes_on.set()
    assert await looking == 2


async def test_a_database_that_is_away_for_a_moment_loses_no_lease(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, fetch = asyncio.Event(), camera.platform.fetch
    write, failed = camera.town.desk.write, list[bool]()

    async def slowly(*given: Any) -> int:
        monkeypatch.setattr(camera.town.desk, "write", fails)
        await goes_on.wait()
        return await fetch(*given)

    async def fails(*_: object, **__: object) -> None:
        failed.append(True)
        if len(failed) == 3:
            monkeypatch.setattr(camera.town.desk, "write", write)
            goes_on.set()
        raise Busy

    monkeypatch.setattr(camera.platform, "fetch", slowly)
    camera.job.lease.every = 0.01
    assert await camera.job.look() == 2
    assert await camera.states() == ["erased", "kept", "kept"]
