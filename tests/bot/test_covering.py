"""The job that covers: whoever dies in between loses nothing and leaves no original that anybody could be shown."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web import NAME as WEB
from bot.channels.web import WebChannel
from bot.covering import MOST_TRIES, Visible
from bot.evidence import Fetcher
from bot.lease import NotHeld
from bot.media import NotTaken, sniff
from bot.media.images import Images
from bot.web.app import make_app
from bot.web.session import COOKIE, GROUP, Session
from complaints.cells import Box, Range
from handlers import dispatch
from storage import covering, evidence, fetching, people
from storage.covering import Asked
from storage.evidence import Home, New
from storage.sealed import CannotOpen, Keyring
from storage.unit_of_work import Work
from tests.evidence import JPEG, Camera
from tests.group import STATION, filed
from tests.media import corpus
from tests.town import Town

C3, A1 = Range(2, 2, 2, 2).box, Range(0, 0, 0, 0).box
PLAIN, THUMB = JPEG + b"jpeg of photo ref-a", b"thumb of photo ref-a"
SEALED = b"\x01"


class Desk:
    """A complaint with one picture that is kept, and what is asked of it."""

    def __init__(self, camera: Camera) -> None:
        self.camera, self.town, self.number = camera, camera.town, ""

    async def open(self, channel: str = "terminal", chat: str = "resident") -> "Desk":
        self.number = await filed(self.town)
        new = New(channel, chat, chat, "k1", Home(complaint=self.number), "photo", "ref-a", state="wanted")
        await self.town.desk.write(lambda work: evidence.add(work, new))
        if channel == self.town.name:
            await self.camera.fetch()
        return self

    async def row(self) -> Any:
        return (await self.camera.rows())[0]

    async def cover(self, *boxes: Box) -> None:
        def ask(work: Work) -> None:
            (each,) = evidence.of_complaint(work, self.number)
            covering.ask_cover(work, each.id, (*each.covered, *boxes), Asked("terminal", f"group:{STATION}", STATION))

        await self.town.desk.write(ask)

    async def uncover(self) -> None:
        await self.town.desk.write(lambda work: covering.ask_uncover(work, 1, None))

    async def draw_grid(self) -> None:
        asked = Asked("terminal", f"group:{STATION}", STATION)
        await self.town.desk.write(lambda work: covering.ask_grid(work, 1, asked))

    def files(self) -> list[bytes]:
        """What lies in the store, the sealed as such."""
        media = (self.camera.folder / "media").rglob("*")
        found = [path.read_bytes() for path in media if path.is_file()]
        return sorted(SEALED if each.startswith(SEALED) else each for each in found)

    async def sweep(self) -> None:
        known = await self.town.read(fetching.known)
        self.camera.store.sweep(known, timedelta(0), datetime.now(UTC) + timedelta(minutes=1))

    async def shown(self, sha256: str) -> bytes | None:
        """What a channel that sends files finds under this hash."""
        try:
            return Visible(self.town.desk, self.camera.store).path(sha256).read_bytes()
        except FileNotFoundError:
            return None


def less(*boxes: Box) -> bytes:
    """The picture with these covered, as the worker that stands in draws it."""
    return PLAIN + f" less {' '.join(map(str, boxes))}".encode()


@pytest.fixture
async def desk(town: Town, tmp_path: Path) -> Desk:
    await town.join(STATION)
    return await Desk(Camera(town, tmp_path)).open()


async def killed(desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The job is ended when it comes to this, and another process takes over."""
    reached = asyncio.Event()

    async def dies(*_: object) -> bool:
        reached.set()
        await asyncio.Event().wait()
        return False

    job = desk.camera.job
    monkeypatch.setattr(job._covering, where, dies)
    dying = asyncio.create_task(job.look())
    await asyncio.wait_for(reached.wait(), 10)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    desk.camera.job = desk.camera.another()
    await desk.town.pass_time(minutes=1)  # the lease of the one that died


async def test_the_original_lies_sealed_beside_what_is_left_and_nothing_else(desk: Desk) -> None:
    await desk.cover(C3)
    await desk.camera.fetch()
    assert desk.files() == sorted([SEALED, less(C3), b"thumb of " + less(C3)])


async def test_killed_before_the_row_is_marked_it_is_drawn_again_and_nothing_was_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (await desk.row()).sha256
    await desk.cover(C3)
    await killed(desk, monkeypatch, "_mark")
    assert desk.files().count(SEALED) == 1
    assert ((await desk.row()).withheld, await desk.shown(before)) == (True, None)
    await desk.camera.fetch()
    row = await desk.row()
    assert await desk.shown(row.sha256) == less(C3)
    await desk.sweep()
    assert desk.files().count(SEALED) == 1
    assert PLAIN not in desk.files()


async def test_killed_after_the_row_is_marked_the_original_is_nobodys_and_is_swept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (await desk.row()).sha256
    await desk.cover(C3)
    await killed(desk, monkeypatch, "drop")
    assert PLAIN in desk.files()
    assert await desk.shown(before) is None
    await desk.sweep()
    assert (PLAIN in desk.files(), THUMB in desk.files()) == (False, False)
    await desk.uncover()
    await desk.camera.fetch()
    assert await desk.shown((await desk.row()).sha256) == PLAIN


async def test_covered_twice_it_is_drawn_from_the_original_with_all_its_boxes(desk: Desk) -> None:
    await desk.cover(C3)
    await desk.camera.fetch()
    sealed = (await desk.row()).original
    await desk.cover(A1)
    await desk.camera.fetch()
    row = await desk.row()
    assert (row.original, await desk.shown(row.sha256)) == (sealed, less(C3, A1))
    assert len(desk.files()) == 3


async def test_asked_for_more_while_it_is_drawn_it_is_drawn_again_with_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover, more = desk.camera.pictures.cover, [A1]

    async def slowly(data: bytes, boxes: Any) -> Any:
        if more:
            await desk.cover(more.pop())
        return await cover(data, boxes)

    monkeypatch.setattr(desk.camera.pictures, "cover", slowly)
    await desk.cover(C3)
    await desk.camera.fetch()
    assert await desk.shown((await desk.row()).sha256) == less(C3, A1)
    assert len(desk.files()) == 3


async def test_uncovered_it_is_what_it_was_to_the_byte(desk: Desk) -> None:
    before = await desk.row()
    await desk.cover(C3)
    await desk.camera.fetch()
    await desk.uncover()
    await desk.camera.fetch()
    after = await desk.row()
    assert (after.sha256, after.original, after.covered, after.withheld) == (before.sha256, None, None, False)
    assert SEALED not in desk.files()
    assert less(C3) not in desk.files()


@pytest.mark.parametrize("when", ["covered", "wanted", "grid"])
async def test_erased_nothing_of_it_is_left(desk: Desk, when: str) -> None:
    await desk.cover(C3)
    if when != "wanted":
        await desk.camera.fetch()
    if when == "grid":
        await desk.draw_grid()
        await desk.camera.fetch()
        assert len(desk.files()) == 4
    await desk.town.desk.write(lambda work: evidence.erase_one(work, 1))
    await desk.camera.fetch()
    row = await desk.row()
    assert (row.original, row.grid, row.covered, row.sha256, row.drawing) == (None, None, None, None, "")
    assert desk.files() == []


async def test_erased_while_it_is_drawn_nothing_of_it_is_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cover = desk.camera.pictures.cover

    async def slowly(data: bytes, boxes: Any) -> Any:
        await desk.town.desk.write(lambda work: evidence.erase_one(work, 1))
        return await cover(data, boxes)

    monkeypatch.setattr(desk.camera.pictures, "cover", slowly)
    await desk.cover(C3)
    await desk.camera.fetch()
    assert desk.files() == []


async def test_the_sweep_leaves_what_is_sealed_and_what_has_a_grid(desk: Desk) -> None:
    await desk.cover(C3)
    await desk.camera.fetch()
    await desk.draw_grid()
    await desk.camera.fetch()
    before = desk.files()
    await desk.sweep()
    assert desk.files() == before
    assert len(before) == 4


async def test_a_grid_goes_with_what_it_shows(desk: Desk) -> None:
    await desk.draw_grid()
    await desk.camera.fetch()
    grid = (await desk.row()).grid
    assert await desk.shown(grid) == PLAIN + b" with 6 x 8"
    await desk.cover(C3)
    assert await desk.shown(grid) is None
    await desk.camera.fetch()
    assert PLAIN + b" with 6 x 8" not in desk.files()


async def test_another_who_has_the_same_picture_keeps_it(desk: Desk) -> None:
    other = await filed(desk.town)
    new = New("terminal", "r2", "r2", "k2", Home(complaint=other), "photo", "ref-a", state="wanted")
    await desk.town.desk.write(lambda work: evidence.add(work, new))
    await desk.camera.fetch()
    await desk.cover(C3)
    await desk.camera.fetch()
    assert PLAIN in desk.files()
    assert await desk.shown((await desk.camera.rows())[1].sha256) == PLAIN


async def test_what_cannot_be_drawn_is_told_and_stays_withheld(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(data: bytes, boxes: Any) -> Any:
        raise NotTaken("broken")

    before = (await desk.row()).sha256
    with monkeypatch.context() as patched:
        patched.setattr(desk.camera.pictures, "cover", broken)
        await desk.cover(C3)
        for _ in range(MOST_TRIES + 2):
            await desk.camera.fetch()
            await desk.town.pass_time(minutes=6)
    assert [text for text in desk.town.group(STATION) if "没有处理成功" in text] == [desk.town.group(STATION)[-1]]
    assert ((await desk.row()).withheld, await desk.shown(before)) == (True, None)
    await desk.cover()
    await desk.camera.fetch()
    assert await desk.shown((await desk.row()).sha256) == less(C3)


async def test_whoever_lost_the_lease_marks_and_drops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cover = desk.camera.pictures.cover

    async def slowly(data: bytes, boxes: Any) -> Any:
        desk.town.time += timedelta(minutes=1)
        assert await other.lease.take()
        return await cover(data, boxes)

    other = Fetcher(**{name: getattr(desk.camera.job, name) for name in PARTS} | {"random": Random(9)})
    with monkeypatch.context() as patched:
        patched.setattr(desk.camera.pictures, "cover", slowly)
        await desk.cover(C3)
        with pytest.raises(NotHeld):
            await desk.camera.job.look()
    assert (PLAIN in desk.files(), (await desk.row()).drawing) == (True, "cover")
    while await other.look():
        pass
    assert await desk.shown((await desk.row()).sha256) == less(C3)


PARTS = ("desk", "channels", "outside", "store", "check", "pictures", "folder", "clock")


# with real pictures


@pytest.fixture
async def real(town: Town, tmp_path: Path) -> AsyncIterator[Desk]:
    """The same, with the real check and the real worker."""
    await town.join(STATION)
    camera = Camera(town, tmp_path)
    images = Images()
    parts = {name: getattr(camera.job, name) for name in PARTS}
    camera.job = Fetcher(**parts | {"check": sniff.kind, "pictures": images, "random": Random(3)})
    camera.platform.content["ref-a"] = corpus.jpeg(480, 320, exif=corpus.exif(corpus.SHENZHEN))
    yield await Desk(camera).open()
    await images.close()


async def test_no_stored_file_has_exif_or_a_place_and_the_sealed_one_shows_nothing_of_the_picture(real: Desk) -> None:
    row = await real.row()
    plain = real.camera.store.path(row.sha256).read_bytes()
    assert b"Exif" in real.camera.platform.content["ref-a"]
    await real.cover(C3)
    await real.camera.fetch()
    row = await real.row()
    for hash in (row.sha256, row.thumb):
        data = real.camera.store.path(hash).read_bytes()
        assert data.startswith(JPEG)
        assert not any(mark in data for mark in (b"Exif", b"GPS", b"http://ns.adobe.com", corpus.CANARY))
    sealed = real.camera.store.path(row.original).read_bytes()
    assert len(sealed) > len(plain)
    assert not any(plain[at : at + 16] in sealed for at in range(0, len(plain) - 16, 16))
    assert b"JFIF" not in sealed
    assert covering.unseal(real.town.keys, "luohu", row.id, sealed) == plain


async def test_what_is_sealed_opens_for_its_row_and_with_its_key_alone(town: Town) -> None:
    sealed = covering.seal(town.keys, "luohu", 1, PLAIN)
    assert covering.unseal(town.keys, "luohu", 1, sealed) == PLAIN
    others = [(town.keys, "luohu", 2), (town.keys, "futian", 1), (Keyring({"k1": b"x" * 32}), "luohu", 1)]
    for keys, tenant, id in others:
        with pytest.raises(CannotOpen):
            covering.unseal(keys, tenant, id, sealed)
    with pytest.raises(CannotOpen):
        covering.unseal(town.keys, "luohu", 1, sealed[:-1])


# over HTTP

RESIDENT, CLERK = Session("a" * 32), Session("b" * 32)


@pytest.fixture
async def page(town: Town, tmp_path: Path) -> AsyncIterator["Page"]:
    def join(work: Work) -> None:
        people.join(work, "m1", WEB, CLERK.sender, STATION, "staff", "某")
        people.bind_group(work, WEB, GROUP + STATION, STATION, CLERK.sender)

    await town.desk.write(join)
    camera = Camera(town, tmp_path)
    camera.job.channels = {WEB: camera.platform}
    desk = await Desk(camera).open(WEB, RESIDENT.sender)
    await camera.fetch()
    app = make_app(town.desk, WebChannel(), demo=False, media=camera.store, outside=town.outside)
    async with TestClient(TestServer(app)) as client:
        yield Page(desk, client)


class Page:
    def __init__(self, desk: Desk, client: "TestClient[web.Request, web.Application]") -> None:
        self.desk, self.client = desk, client

    async def get(self, who: Session, chat: str, tail: str) -> bytes | None:
        answer = await self.client.get(f"/evidence/{chat}/{tail}", headers={"Cookie": f"{COOKIE}={who.token}"})
        return await answer.read() if answer.status == 200 else None

    async def of_all(self, hash: str) -> tuple[bytes | None, bytes | None]:
        """What its sender gets, and what the group."""
        mine = await self.get(RESIDENT, RESIDENT.sender, hash)
        return mine, await self.get(CLERK, GROUP + STATION, hash)


async def test_the_page_gives_it_to_its_sender_alone_until_it_is_drawn_and_then_what_is_left_to_all(
    page: Page,
) -> None:
    before = (await page.desk.row()).sha256
    assert await page.of_all(before) == (PLAIN, PLAIN)
    await page.desk.cover(C3)
    assert await page.of_all(before) == (PLAIN, None)
    assert await page.get(CLERK, GROUP + STATION, f"{before}/thumb") is None
    await page.desk.camera.fetch()
    assert await page.of_all(before) == (None, None)
    after = (await page.desk.row()).sha256
    assert await page.of_all(after) == (less(C3), less(C3))
    thumb = await page.get(CLERK, GROUP + STATION, f"{after}/thumb")
    assert thumb is not None
    assert thumb.endswith(b"less (0.333333, 0.25, 0.5, 0.375)")


async def test_the_page_shows_a_grid_whole_also_where_it_is_small(page: Page) -> None:
    await page.desk.draw_grid()
    await page.desk.camera.fetch()
    grid = (await page.desk.row()).grid
    expected = PLAIN + b" with 6 x 8"
    assert await page.get(CLERK, GROUP + STATION, grid) == expected
    assert await page.get(CLERK, GROUP + STATION, f"{grid}/thumb") == expected
    await page.desk.cover(C3)
    assert await page.get(CLERK, GROUP + STATION, grid) is None


async def test_what_is_wanted_is_marked_by_the_door_once(desk: Desk) -> None:
    await desk.cover(C3)
    (wanted,) = await desk.town.read(lambda work: covering.wanted(work, 5))
    files = covering.Files("a" * 64, "b" * 64, "c" * 64)
    mark = [await desk.town.desk.write(lambda w: dispatch.drawn(w, desk.town.outside, wanted, files)) for _ in "12"]
    assert mark == [True, False]
