"""Evidence over HTTP: seen by those who may read the chat it is asked for in, at each request anew, and by nobody else.

Complaints, groups and rules are the real ones; the files lie in a store as the job leaves them.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web import NAME, Line, WebChannel, unread
from bot.media.store import Store
from bot.web.app import make_app
from bot.web.session import COOKIE, GROUP, Session
from complaints.complaint import Complaint
from handlers import dispatch
from handlers.messages import Media, Outcome, Outgoing, outgoing_to_json
from storage import complaints as stored
from storage import delivery, evidence, outbox, people
from storage.evidence import Home, New
from tests.group import ABOVE, LABOUR, STATION, filed
from tests.town import DESK, Town

ME, STRANGER, CLERK, ELSEWHERE, ON_DUTY, UPSTAIRS = (Session(letter * 32) for letter in "abcdef")
MINE = f"{ME.sender}"
GROUP_CHAT, DESK_CHAT = GROUP + STATION, GROUP + DESK
Client = TestClient[web.Request, web.Application]
PHOTO, THUMB, PAPER = b"jpeg of a photo", b"thumb of a photo", b"%PDF a paper"


class Files:
    """A resident's photo and paper with a complaint of the station's, kept; by their hashes."""

    def __init__(self, town: Town, store: Store) -> None:
        self.town, self._store = town, store
        self.photo, self.thumb, self.paper = (store.put(each) for each in (PHOTO, THUMB, PAPER))
        self.number = ""

    async def bring(self, home: Home, *, state: str = "kept") -> list[int]:
        def add(work: Any) -> list[int]:
            key = f"{MINE}:u-1"
            before = "wanted" if state == "kept" else state
            photo = New(NAME, MINE, MINE, key, home, "photo", "r1", "hash-1", "楼道.jpg", state=before)
            paper = New(NAME, MINE, MINE, key, home, "document", "r2", "hash-2", "单.pdf", state=before)
            return [evidence.add(work, each).id for each in (photo, paper)]

        ids: list[int] = await self.town.desk.write(add)
        if state == "kept":
            outcomes = [
                Outcome("kept", "", self.photo, self.thumb, "photo", "image/jpeg"),
                Outcome("kept", "", self.paper, "", "document", "application/pdf"),
            ]
            for id, outcome in zip(ids, outcomes, strict=True):
                await self.became(id, outcome)
        return ids

    async def became(self, id: int, outcome: Outcome) -> None:
        await self.town.desk.write(lambda work: dispatch.material(work, self.town.outside, id, outcome))

    async def file(self) -> None:
        self.number = await filed(self.town)
        await self.bring(Home(complaint=self.number))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "media")


@pytest.fixture
async def files(town: Town, store: Store) -> Files:
    """Staff of four units, each group bound; the station leads."""

    def join(work: Any) -> None:
        for session, unit in ((CLERK, STATION), (ELSEWHERE, LABOUR), (ON_DUTY, DESK), (UPSTAIRS, ABOVE)):
            people.join(work, f"m-{unit}", NAME, session.sender, unit, "staff", "某")
            people.bind_group(work, NAME, GROUP + unit, unit, session.sender)

    await town.desk.write(join)
    made = Files(town, store)
    await made.file()
    return made


@pytest.fixture
async def client(town: Town, store: Store) -> AsyncIterator[Client]:
    app = make_app(town.desk, WebChannel(), demo=False, media=store, outside=town.outside)
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def get(client: Client, session: Session | None, path: str, **more: Any) -> Any:
    headers = {"Cookie": f"{COOKIE}={session.token}"} if session else {}
    return await client.get(path, headers=headers, **more)


async def status(client: Client, session: Session | None, chat: str, tail: str) -> int:
    answer = await get(client, session, f"/evidence/{chat}/{tail}")
    return int(answer.status)


# what is served


async def test_a_photo_is_shown_and_everything_else_is_handed_over(client: Client, files: Files) -> None:
    photo = await get(client, ME, f"/evidence/{MINE}/{files.photo}")
    thumb = await get(client, ME, f"/evidence/{MINE}/{files.photo}/thumb")
    paper = await get(client, ME, f"/evidence/{MINE}/{files.paper}")
    assert [await each.read() for each in (photo, thumb, paper)] == [PHOTO, THUMB, PAPER]
    assert [each.headers["Content-Type"] for each in (photo, thumb, paper)] == [
        "image/jpeg",
        "image/jpeg",
        "application/pdf",
    ]
    assert [each.headers["Content-Disposition"] for each in (photo, thumb, paper)] == ["inline", "inline", "attachment"]
    for each in (photo, thumb, paper):
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Cache-Control"] == "private, no-store"
        assert each.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert each.headers["Cross-Origin-Resource-Policy"] == "same-origin"


# who may see


@pytest.mark.parametrize(
    ("session", "chat", "expected"),
    [
        (ME, MINE, 200),
        (CLERK, GROUP_CHAT, 200),  # the lead
        (UPSTAIRS, GROUP + ABOVE, 200),  # above the lead
        (ON_DUTY, DESK_CHAT, 200),  # the triage desk looks at all
        (CLERK, CLERK.sender, 200),  # staff ask in their own chat too
        (None, MINE, 404),
        (STRANGER, MINE, 404),
        (STRANGER, STRANGER.sender, 404),
        (STRANGER, GROUP_CHAT, 404),
        (ME, GROUP_CHAT, 404),  # the resident is no staff
        (CLERK, MINE, 404),  # nor do staff read the resident's chat
        (ELSEWHERE, GROUP + LABOUR, 404),  # a unit that has nothing to do with it
        (ELSEWHERE, GROUP_CHAT, 404),
        (ELSEWHERE, ELSEWHERE.sender, 404),
        (ME, "", 404),
        (ME, "..", 404),
    ],
)
async def test_who_may_read_the_chat_and_has_to_do_with_it_sees_it(
    client: Client, files: Files, session: Session | None, chat: str, expected: int
) -> None:
    assert await status(client, session, chat, files.photo) == expected
    assert await status(client, session, chat, f"{files.photo}/thumb") == expected


async def change(town: Town, number: str, **values: Any) -> None:
    def save(work: Any) -> None:
        complaint: Complaint | None = stored.load(work, number)
        assert complaint is not None
        stored.save(work, replace(complaint, **values))

    await town.desk.write(save)


async def test_the_right_goes_with_the_complaint(client: Client, files: Files, town: Town) -> None:
    await change(town, files.number, lead=LABOUR)
    assert await status(client, CLERK, GROUP_CHAT, files.photo) == 404
    assert await status(client, ELSEWHERE, GROUP + LABOUR, files.photo) == 200
    await change(town, files.number, assists=(STATION,))
    assert await status(client, CLERK, GROUP_CHAT, files.photo) == 200


async def test_who_has_left_the_unit_sees_nothing_any_more(client: Client, files: Files, town: Town) -> None:
    await town.desk.write(lambda work: people.join(work, f"m-{STATION}", NAME, CLERK.sender, LABOUR, "staff", "某"))
    assert await status(client, CLERK, GROUP_CHAT, files.photo) == 404
    assert await status(client, CLERK, CLERK.sender, files.photo) == 404


async def test_a_draft_is_its_residents_alone(client: Client, files: Files, town: Town, store: Store) -> None:
    draft = store.put(b"jpeg of a draft")
    files.photo = draft
    await files.bring(Home(draft="d-1"))
    assert await status(client, ME, MINE, draft) == 200
    assert await status(client, CLERK, GROUP_CHAT, draft) == 404
    assert await status(client, ON_DUTY, DESK_CHAT, draft) == 404


async def test_what_is_erased_is_seen_by_nobody(client: Client, files: Files, town: Town, store: Store) -> None:
    files.photo = store.put(b"jpeg of a draft")
    await files.bring(Home(draft="d-1"))
    await town.desk.write(lambda work: evidence.erase(work, "d-1"))
    assert await status(client, ME, MINE, files.photo) == 404


async def test_the_same_file_of_two_people_is_seen_by_both(client: Client, files: Files, town: Town) -> None:
    def add(work: Any) -> int:
        return evidence.add(
            work, New(NAME, STRANGER.sender, STRANGER.sender, "s:u-1", Home(draft="d-2"), "photo", "r", state="wanted")
        ).id

    id = await town.desk.write(add)
    outcome = Outcome("kept", "", files.photo, files.thumb, "photo", "image/jpeg")
    await files.became(id, outcome)
    assert await status(client, STRANGER, STRANGER.sender, files.photo) == 200
    assert await status(client, CLERK, GROUP_CHAT, files.photo) == 200


@pytest.mark.parametrize("tail", ["0" * 64, "../../etc/passwd", "x", "0" * 64 + "/thumb"])
async def test_what_is_not_there_is_not_found(client: Client, files: Files, tail: str) -> None:
    assert await status(client, ME, MINE, tail) == 404


async def test_a_small_picture_has_no_address_of_its_own_and_a_paper_has_none(client: Client, files: Files) -> None:
    assert await status(client, ME, MINE, files.thumb) == 404
    assert await status(client, ME, MINE, f"{files.paper}/thumb") == 404


async def test_a_file_that_is_missing_from_the_disk_is_not_found(client: Client, files: Files, store: Store) -> None:
    store.drop(files.photo)
    assert await status(client, ME, MINE, files.photo) == 404


async def test_another_name_for_the_service_is_refused(town: Town, store: Store, files: Files) -> None:
    hosts = frozenset({"jiesu.example"})
    app = make_app(town.desk, WebChannel(), demo=False, hosts=hosts, media=store, outside=town.outside)
    async with TestClient(TestServer(app)) as client:
        assert await status(client, ME, MINE, files.photo) == 403


async def test_without_a_store_there_is_no_route(town: Town, files: Files) -> None:
    async with TestClient(TestServer(make_app(town.desk, WebChannel(), demo=False))) as client:
        assert await status(client, ME, MINE, files.photo) == 404


# what became of one's own


async def test_a_page_learns_what_became_of_what_it_sent(client: Client, files: Files) -> None:
    answer = await (await get(client, ME, f"/evidence/{MINE}?of=u-1,u-2,%2E%2E")).json()
    url = f"/evidence/{MINE}/{files.photo}"
    photo, paper = answer.pop("u-1")
    assert photo == {"unique": "hash-1", "state": "kept", "url": url, "thumb": f"{url}/thumb"}
    assert (paper["url"], paper["thumb"]) == (f"/evidence/{MINE}/{files.paper}", None)
    assert answer == {"u-2": []}
    assert (await get(client, ME, photo["url"])).status == 200


@pytest.mark.parametrize("state", ["held", "wanted", "refused"])
async def test_what_is_not_kept_has_no_address(client: Client, town: Town, store: Store, state: str) -> None:
    await Files(town, store).bring(Home(draft="d-1"), state=state)
    answer = await (await get(client, ME, f"/evidence/{MINE}?of=u-1")).json()
    assert [(each["state"], each["url"]) for each in answer["u-1"]] == [(state, None)] * 2


@pytest.mark.parametrize(
    ("session", "chat", "of"),
    [
        (None, MINE, "u-1"),
        (STRANGER, MINE, "u-1"),
        (CLERK, GROUP_CHAT, "u-1"),
        (ME, MINE, ",".join(["u-1"] * 41)),  # too many at once
    ],
)
async def test_nobody_else_learns_it(client: Client, files: Files, session: Session | None, chat: str, of: str) -> None:
    assert (await get(client, session, f"/evidence/{chat}?of={of}")).status == 404


# what a page is told to show


async def test_a_text_with_evidence_says_where_each_is_seen(client: Client, files: Files, town: Town) -> None:
    media = (
        Media("photo", files.photo, "7K3M-1-照片.jpg", "image/jpeg"),
        Media("document", files.paper, "7K3M-2-文件.pdf", "application/pdf"),
    )

    def send(work: Any) -> None:
        outbox.put(work, NAME, GROUP_CHAT, outgoing_to_json(Outgoing("材料", media=media)), due=work.now)
        outbox.put(work, NAME, GROUP_CHAT, outgoing_to_json(Outgoing("没有材料")), due=work.now)
        for _ in range(2):
            (taken,) = delivery.take(work, [NAME], 1, town.time - town.time.replace(hour=0))
            delivery.sent(work, taken.id, f"m{taken.position}")

    await town.desk.write(send)
    told = await town.read(lambda work: unread(work, Line(GROUP_CHAT, 0)))
    found = {frame["text"]: frame.get("media") for frame in told.frames if frame["type"] == "text"}
    chat = GROUP_CHAT.replace(":", "%3A")
    assert found["材料"] == [
        {
            "kind": "photo",
            "name": "7K3M-1-照片.jpg",
            "type": "image/jpeg",
            "url": f"/evidence/{chat}/{files.photo}",
            "thumb": f"/evidence/{chat}/{files.photo}/thumb",
        },
        {
            "kind": "document",
            "name": "7K3M-2-文件.pdf",
            "type": "application/pdf",
            "url": f"/evidence/{chat}/{files.paper}",
            "thumb": None,
        },
    ]
    assert found["没有材料"] is None
    for each in found["材料"]:
        assert (await get(client, CLERK, each["url"])).status == 200
