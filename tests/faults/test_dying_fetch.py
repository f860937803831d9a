"""The process dies at every joint of the job that fetches, a second one goes on: each file is kept once, its sender is
told what they would have been told, no file is left that nobody has, and none is missing.

Each run is compared with one that did not die.
"""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.terminal import RESIDENT
from bot.media.store import Store
from handlers.messages import File
from storage import fetching
from storage.tables import evidence
from storage.unit_of_work import Work
from tests.evidence import Camera, photo
from tests.faults import fetched
from tests.faults.story import LEASE_OVER, Story, told
from tests.town import Town, sqlite_url

LATER = 60  # seconds: whoever prepared it has lost the lease
PATIENCE = 300  # seconds, the longest wait for another try
CANCEL = "取消"
# point -> what becomes of the file when the process dies there
JOINTS = {
    "after_fetch": ("kept",),
    "after_store": ("kept", "cancelled"),
    "after_mark": ("kept", "refused", "lost"),
    "before_drop": ("dropped",),
    "after_drop": ("dropped", "cancelled"),
}
CASES = [(point, scene) for point, scenes in JOINTS.items() for scene in scenes]
SENT = {  # scene -> what is to be fetched
    "kept": [photo("at")],
    "refused": [photo("bad")],
    "lost": [photo("gone")],
    "cancelled": [photo("same")],  # the draft is thrown away while it is fetched
    "dropped": [photo("again")],  # of two that were kept and then erased, one is the same picture
    "deadly": [photo("kills"), photo("at")],
}
READ = {"kept": "照片里记着拍摄地点", "refused": "没有收：", "lost": "没有取到", "cancelled": "草稿已删除"}


# before it happens


async def prepare(folder: Path, scene: str) -> None:
    """A draft that was consented to, with files that nobody has fetched yet."""
    town = await Town(sqlite_url(folder)).open()
    camera = Camera(town, folder)
    camera.platform.content = fetched.CONTENT
    if scene == "dropped":
        await send(town, [photo("same"), photo("one")])
        await camera.fetch()
        await town.say(CANCEL)
    await send(town, SENT[scene])
    await town.close()


async def send(town: Town, files: list[File]) -> None:
    await town.say("/new")
    await town.say("同意")
    await town.say("", files=tuple(files))


@pytest.fixture(scope="session")
def before(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for scene in SENT:
        made[scene] = tmp_path_factory.mktemp(scene)
        shutil.copy(template, made[scene] / "test.db")
        asyncio.run(prepare(made[scene], scene))
    return made


def story(before: dict[str, Path], scene: str, folder: Path) -> Story:
    shutil.copytree(before[scene], folder, dirs_exist_ok=True)
    return Story(folder, [], LATER, fetches=True, meanwhile=CANCEL if scene == "cancelled" else "")


# what came of it


def rows(work: Work) -> list[Any]:
    columns = (evidence.c[name] for name in ("state", "why", "kind", "type", "sha256", "thumb"))
    return list(work.connection.execute(select(*columns).order_by(evidence.c.id)).all())


def states(dying: Story) -> list[str]:
    return [row.state for row in dying.read(rows)]


def check_files(dying: Story) -> None:
    """All that rows speak of is there; and, once what is old is swept, nothing else."""
    store, known = Store(dying.folder / "media"), dying.read(fetching.known)
    assert {hash for hash in known if not store.path(hash).exists()} == set()
    store.sweep(known, timedelta(0), datetime.now(UTC) + timedelta(minutes=1))
    assert {file.name for file in (dying.folder / "media").rglob("*") if file.is_file()} == known


@pytest.fixture(scope="session")
def undisturbed(before: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Story]:
    stories = {}
    for scene in {scene for scenes in JOINTS.values() for scene in scenes}:
        stories[scene] = story(before, scene, tmp_path_factory.mktemp(f"{scene}-well"))
        assert stories[scene].start() == 0
    return stories


@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ("kept", ["kept"]),
        ("refused", ["refused"]),
        ("lost", ["lost"]),
        ("cancelled", ["erased"]),
        ("dropped", ["erased", "erased", "kept"]),
    ],
)
def test_an_undisturbed_run_is_what_the_others_are_compared_with(
    undisturbed: dict[str, Story], scene: str, expected: list[str]
) -> None:
    well = undisturbed[scene]
    assert states(well) == expected
    texts = [shown["text"] for shown in well.seen() if shown["chat"] == RESIDENT]
    assert [READ[scene] in text for text in texts] == [True] if scene in READ else texts == []
    check_files(well)


@pytest.mark.parametrize(("point", "scene"), CASES)
def test_a_process_that_dies_is_followed_by_one_that_goes_on(
    before: dict[str, Path], undisturbed: dict[str, Story], tmp_path: Path, point: str, scene: str
) -> None:
    dying = story(before, scene, tmp_path)
    assert dying.start(fail_at=point) == 137, "it did not come by this point"
    assert dying.start(later=LEASE_OVER) == 0
    assert dying.read(rows) == undisturbed[scene].read(rows)
    assert told(dying.seen()) == told(undisturbed[scene].seen())
    check_files(dying)


def test_who_dies_again_and_again_still_gets_it_done_once(
    before: dict[str, Path], undisturbed: dict[str, Story], tmp_path: Path
) -> None:
    dying = story(before, "dropped", tmp_path)
    for number, point in enumerate(JOINTS):
        assert dying.start(fail_at=point, later=number * LEASE_OVER) == 137
    assert dying.start(later=len(JOINTS) * LEASE_OVER) == 0
    assert dying.read(rows) == undisturbed["dropped"].read(rows)
    check_files(dying)


def test_a_file_that_kills_the_process_is_given_up_and_the_one_beside_it_is_kept(
    before: dict[str, Path], tmp_path: Path
) -> None:
    dying = story(before, "deadly", tmp_path)
    codes: list[int] = []
    while not codes or codes[-1] != 0:
        codes.append(dying.start(later=len(codes) * PATIENCE))
        assert len(codes) <= 9
    assert codes == [139] * 8 + [0]
    assert states(dying) == ["lost", "kept"]
    assert len([shown for shown in dying.seen() if READ["lost"] in shown["text"]]) == 1
    check_files(dying)
