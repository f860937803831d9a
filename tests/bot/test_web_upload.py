"""Uploads of the web chat: who may, how much, bound to the session, there until fetched, and swept after that."""

import asyncio
import hashlib
import io
import os
import stat
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Gone, TooLarge
from bot.channels.incoming import Incoming, NoRoom
from bot.channels.web import NAME, WebChannel
from bot.web.app import make_app
from bot.web.session import COOKIE, Session
from bot.web.upload import Uploads
from complaints.material import LIMITS
from storage import evidence
from storage.evidence import Home, New
from tests.town import Town

ME, OTHER = Session("a" * 32), Session("b" * 32)
PICTURE = b"\xff\xd8\xff\xe0 not much of a picture"
MEBI = 1 << 20
Client = TestClient[web.Request, web.Application]


class Page:
    """What a resident's page does of all this. say: in one chat, over a socket of its own each time."""

    def __init__(self, client: Client, channel: WebChannel, session: Session, town: Town) -> None:
        self.client, self.channel, self.session, self.town = client, channel, session, town

    def headers(self, **more: str) -> dict[str, str]:
        origin = str(self.client.make_url("/")).rstrip("/")
        return {"Origin": origin, "Cookie": f"{COOKIE}={self.session.token}", "Content-Type": "image/jpeg", **more}

    async def post(self, data: Any = PICTURE, **headers: str) -> tuple[int, dict[str, str]]:
        body = io.BytesIO(data) if isinstance(data, bytes) else data
        async with self.client.post("/upload", data=body, headers=self.headers(**headers)) as answer:
            return answer.status, await answer.json()

    async def upload(self, data: bytes = PICTURE) -> str:
        status, answer = await self.post(data)
        assert status == 201
        return answer["id"]

    async def say(self, *ids: str, id: str = "u-1", text: str = "楼道漏水", **more: Any) -> dict[str, Any]:
        files = [{"id": each, "kind": "photo", "name": "楼道.jpg", "size": len(PICTURE)} for each in ids]
        frame = {"type": "say", "id": id, "chat": self.session.sender, "text": text, "files": files, **more}
        async with self.client.ws_connect("/ws", headers=self.headers()) as socket:
            await socket.send_json(frame)
            while True:
                answer: dict[str, Any] = await socket.receive_json(timeout=5)
                if answer.get("id") == id:
                    return answer

    async def rows(self, id: str = "u-1") -> list[evidence.Evidence]:
        def read(work: Any) -> list[evidence.Evidence]:
            return evidence.of_message(work, NAME, f"{self.session.sender}:{id}")

        found: list[evidence.Evidence] = await self.town.read(read)
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media" / "incoming"


@pytest.fixture
def incoming(folder: Path) -> Incoming:
    return Incoming(folder)


@pytest.fixture
async def client(town: Town, incoming: Incoming) -> AsyncIterator[Client]:
    app = make_app(town.desk, WebChannel(incoming), demo=False, outside=town.outside)
    async with TestClient(TestServer(app)) as opened:
        yield opened


@pytest.fixture
def page(client: Client, incoming: Incoming, town: Town) -> Page:
    return Page(client, WebChannel(incoming), ME, town)


@pytest.fixture
def other(client: Client, incoming: Incoming, town: Town) -> Page:
    return Page(client, WebChannel(incoming), OTHER, town)


def files_of(folder: Path) -> list[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file())


# the bytes


async def test_the_bytes_lie_whole_under_the_sessions_name_for_nobody_else_to_read(page: Page, folder: Path) -> None:
    id = await page.upload(PICTURE * 100_000)  # in more than one piece
    (file,) = files_of(folder)
    assert file.name == f"{ME.sender}_{id}"
    assert file.read_bytes() == PICTURE * 100_000
    assert id.endswith(hashlib.sha256(PICTURE * 100_000).hexdigest())
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, folder)] == [0o600, 0o700]
    assert ME.token not in str(file)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Cookie": ""}, 403),  # no session
        ({"Cookie": f"{COOKIE}=short"}, 403),
    ],
)
async def test_another_site_and_who_has_no_session_upload_nothing(
    page: Page, folder: Path, headers: dict[str, str], status: int
) -> None:
    async with page.client.post("/upload", data=PICTURE, headers=page.headers() | headers) as answer:
        assert answer.status == status
    assert files_of(folder) == []


@pytest.mark.parametrize(
    ("data", "headers", "status", "why"),
    [
        (bytes(LIMITS.photo + 1), {}, 413, "too_large"),
        (bytes(LIMITS.file + 1), {"Content-Type": "video/mp4"}, 413, "too_large"),
        (b"", {}, 400, "empty"),
        (b"MZ", {"X-File-Name": "setup.EXE"}, 415, "executable"),
        (b"PK", {"X-File-Name": "%E7%85%A7%E7%89%87.zip"}, 415, "archive"),
        (b"<svg/>", {"X-File-Name": "a.svg"}, 415, "markup"),
        (b"a", {"X-File-Name": "a.jpg%00.bat"}, 415, "script"),
    ],
    ids=["photo", "video", "empty", "exe", "zip", "svg", "bat"],
)
async def test_what_is_never_taken_is_refused_with_a_reason_and_leaves_nothing(
    page: Page, folder: Path, data: bytes, headers: dict[str, str], status: int, why: str
) -> None:
    assert await page.post(data, **headers) == (status, {"why": why})
    assert files_of(folder) == []


async def test_a_video_may_be_larger_than_a_photo(page: Page) -> None:
    assert (await page.post(bytes(LIMITS.photo + 1), **{"Content-Type": "video/mp4"}))[0] == 201


async def test_without_a_length_nothing_is_begun(page: Page, folder: Path) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield PICTURE

    assert await page.post(pieces()) == (411, {"why": "length_needed"})
    assert files_of(folder) == []


@pytest.mark.parametrize("body", [zlib.compress(bytes(30 * MEBI)), b"not packed at all"], ids=["bomb", "lie"])
async def test_what_is_packed_is_not_unpacked(page: Page, folder: Path, body: bytes) -> None:
    assert await page.post(body, **{"Content-Encoding": "deflate"}) == (415, {"why": "packed"})
    assert files_of(folder) == []


async def test_a_line_that_breaks_leaves_nothing(page: Page, folder: Path) -> None:
    began = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield PICTURE
        began.set()
        await asyncio.sleep(60)

    headers = page.headers(**{"Content-Length": "1000"})
    sending = asyncio.create_task(page.client.post("/upload", data=pieces(), headers=headers))
    await began.wait()
    await until(lambda: len(files_of(folder)) == 1)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await until(lambda: files_of(folder) == [])


async def until(is_so: Any, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.01)


# how much


async def test_ten_wait_to_be_said_and_no_more(page: Page, other: Page) -> None:
    ids = [await page.upload(PICTURE + bytes([place])) for place in range(10)]
    assert await page.post() == (429, {"why": "too_many"})
    assert (await other.post())[0] == 201  # each session has its own ten
    assert (await page.say(*ids))["type"] == "ack"
    assert (await page.post())[0] == 201  # what was said does not wait


@pytest.mark.parametrize(
    ("most", "sender", "why"),
    [
        ({"together": 100}, ME.sender, "too_many"),
        ({"everybody": 100}, OTHER.sender, "full"),
    ],
)
def test_bytes_count_from_the_beginning_of_an_upload(folder: Path, most: dict[str, int], sender: str, why: str) -> None:
    incoming = Incoming(folder, **most)
    part = incoming.begin(ME.sender, 60)
    with pytest.raises(NoRoom) as refused:
        incoming.begin(sender, 41)
    assert refused.value.why == why
    incoming.begin(sender, 40)
    part.unlink()
    incoming.begin(sender, 60)


async def test_a_full_disk_is_said_and_keeps_nothing(page: Page, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.web.upload.os.fsync", full)
    assert await page.post() == (503, {"why": "full"})
    assert files_of(folder) == []


# said


async def test_what_is_said_is_evidence_under_the_name_the_page_gave(page: Page) -> None:
    id = await page.upload()
    assert (await page.say(id))["type"] == "ack"
    (row,) = await page.rows()
    assert (row.state, row.kind, row.name, row.sender) == ("held", "photo", "楼道.jpg", ME.sender)
    assert row.unique == hashlib.sha256(PICTURE).hexdigest()


async def test_the_same_bytes_twice_are_one_file(page: Page) -> None:
    assert (await page.say(await page.upload(), await page.upload()))["type"] == "ack"
    assert len(await page.rows()) == 1


async def test_a_message_said_again_after_its_files_were_fetched_is_acknowledged(page: Page, folder: Path) -> None:
    id = await page.upload()
    await page.say(id)
    for file in files_of(folder):
        file.unlink()
    assert (await page.say(id))["type"] == "ack"
    assert len(await page.rows()) == 1


async def test_another_sessions_upload_cannot_be_said(page: Page, other: Page) -> None:
    id = await page.upload()
    assert await other.say(id) == {"type": "refused", "id": "u-1", "why": "upload_gone"}
    assert await other.rows() == []
    assert (await page.say(id))["type"] == "ack"


async def test_an_upload_that_is_gone_is_refused_so_that_the_page_sends_it_again(page: Page, folder: Path) -> None:
    id = await page.upload()
    files_of(folder)[0].unlink()
    assert (await page.say(id))["why"] == "upload_gone"
    assert (await page.say(await page.upload()))["type"] == "ack"  # under the same id


async def test_one_upload_belongs_to_one_message(page: Page) -> None:
    id = await page.upload()
    await page.say(id)
    assert (await page.say(id, id="u-2"))["why"] == "upload_gone"


async def test_where_no_uploads_are_taken_the_page_offers_none(town: Town) -> None:
    app = make_app(town.desk, WebChannel(), demo=False, outside=town.outside)
    async with TestClient(TestServer(app)) as client:
        page = Page(client, WebChannel(), ME, town)
        async with client.post("/upload", data=PICTURE, headers=page.headers()) as answer:
            assert answer.status == 404
        assert (await page.say(f"{'0' * 32}-{'0' * 64}"))["why"] == "rubbish"
        assert 'class="attach"' not in await (await client.get("/")).text()


async def test_the_page_knows_the_limits(client: Client) -> None:
    text = await (await client.get("/")).text()
    assert 'data-photo="10485760" data-file="20971520" data-step="10"' in text


# fetched


async def test_the_bytes_can_be_fetched_again_until_their_row_is_done(
    page: Page, tmp_path: Path, town: Town, incoming: Incoming
) -> None:
    id = await page.upload()
    await page.say(id)
    await town.desk.write(lambda work: evidence.release(work, (row_of(work)).home.draft or ""))
    ref = f"{ME.sender}_u-1_{id}"
    for again in ("first", "second"):
        assert await page.channel.fetch(ref, tmp_path / again, 1000) == len(PICTURE)
        assert (tmp_path / again).read_bytes() == PICTURE
    with pytest.raises(TooLarge):
        await page.channel.fetch(ref, tmp_path / "third", len(PICTURE) - 1)
    assert not (tmp_path / "third").exists()


def row_of(work: Any) -> evidence.Evidence:
    return evidence.of_message(work, NAME, f"{ME.sender}:u-1")[0]


@pytest.mark.parametrize("ref", ["../../../etc/passwd", "", "a_b_c", f"{ME.sender}_u-1_{'0' * 32}-{'0' * 64}"])
async def test_a_reference_that_leads_nowhere_is_gone(page: Page, tmp_path: Path, ref: str) -> None:
    with pytest.raises(Gone):
        await page.channel.fetch(ref, tmp_path / "to", 1000)


# swept


@pytest.mark.parametrize(
    ("minutes", "left"),
    [(59, 1), (61, 0)],
)
async def test_what_nobody_says_is_swept_after_an_hour(
    page: Page, folder: Path, incoming: Incoming, town: Town, minutes: int, left: int
) -> None:
    await page.upload()
    age(files_of(folder)[0], minutes)
    assert Uploads(incoming, town.desk, LIMITS).sweep() == 1 - left
    assert len(files_of(folder)) == left


@pytest.mark.parametrize("state", ["held", "wanted", "kept", "refused", "lost", "erased"])
async def test_what_was_said_is_kept_as_long_as_it_is_to_be_fetched(
    folder: Path, incoming: Incoming, town: Town, state: str
) -> None:
    part = incoming.begin(ME.sender, 1)
    claimed = incoming.claim(ME.sender, "u-1", incoming.finish(part, "0" * 64))
    assert claimed is not None
    age(files_of(folder)[0], 24 * 60)

    def add(work: Any) -> None:
        key = f"{ME.sender}:u-1"
        new = New(NAME, ME.sender, ME.sender, key, Home(draft="d"), "photo", claimed.ref, state=state)
        evidence.add(work, new)

    await town.desk.write(add)
    Uploads(incoming, town.desk, LIMITS).sweep()
    assert len(files_of(folder)) == (1 if state in {"held", "wanted"} else 0)


async def test_what_a_message_claimed_that_never_came_is_swept_after_an_hour(
    folder: Path, incoming: Incoming, town: Town
) -> None:
    incoming.claim(ME.sender, "u-1", incoming.finish(incoming.begin(ME.sender, 1), "0" * 64))
    sweep = Uploads(incoming, town.desk, LIMITS).sweep
    assert sweep() == 0
    assert sweep(datetime.now(UTC) + timedelta(minutes=61)) == 1
    assert files_of(folder) == []


def age(file: Path, minutes: int) -> None:
    then = datetime.now(UTC).timestamp() - minutes * 60
    os.utime(file, (then, then))
