"""What was put is there whole after any crash; what nobody knows goes; nothing else is reached."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.media.store import Store

TEXT = "路灯".encode() * 1000
NAME = sha256(TEXT).hexdigest()
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def aged(file: Path, age: timedelta) -> None:
    when = (NOW - age).timestamp()
    os.utime(file, (when, when))


def test_bytes_and_a_file_of_the_same_content_are_one_file(tmp_path):
    store = Store(tmp_path / "media")
    (tmp_path / "came").write_bytes(TEXT)
    assert store.put(TEXT) == store.put(tmp_path / "came") == NAME
    assert names(tmp_path / "media") == [NAME]
    assert store.path(NAME) == tmp_path / "media" / NAME[:2] / NAME[2:4] / NAME
    with store.open(NAME) as kept:
        assert kept.read() == TEXT


def test_only_the_service_may_read(tmp_path):
    before = os.umask(0)
    try:
        Store(tmp_path / "media").put(TEXT)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "media").rglob("*") if each.is_dir()}
    assert modes | {stat.S_IMODE((tmp_path / "media").stat().st_mode)} == {0o700}
    assert stat.S_IMODE(Store(tmp_path / "media").path(NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", NAME.upper(), NAME + "\n", NAME[:-1], "/" + NAME, NAME[:-1] + "/", "." * 64, NAME + "0"],
)
def test_what_is_no_sha256_leads_nowhere(tmp_path, name):
    store = Store(tmp_path)
    for reach in (store.path, store.open, store.drop):
        with pytest.raises(ValueError, match="not a SHA-256"):
            reach(name)


def test_a_link_in_its_place_is_not_followed_and_is_replaced(tmp_path):
    store = Store(tmp_path / "media")
    (tmp_path / "secret").write_bytes(b"x" * len(TEXT))
    store.path(NAME).parent.mkdir(parents=True)
    store.path(NAME).symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic"):
        store.open(NAME)
    store.put(TEXT)
    assert store.path(NAME).read_bytes() == TEXT
    assert (tmp_path / "secret").read_bytes() == b"x" * len(TEXT)


def test_what_is_dropped_is_gone_and_may_be_dropped_again(tmp_path):
    store = Store(tmp_path)
    store.put(TEXT)
    store.drop(NAME)
    store.drop(NAME)
    with pytest.raises(FileNotFoundError):
        store.open(NAME)


@pytest.mark.parametrize(
    ("known", "age", "stays"),
    [
        ({NAME}, 100 * HOUR, True),  # known, however old
        (set(), HOUR / 2, True),  # its row may be on the way
        (set(), HOUR, False),  # nobody's
    ],
)
def test_the_sweep_removes_what_is_old_and_unknown(tmp_path, known, age, stays):
    store = Store(tmp_path)
    store.put(TEXT)
    aged(store.path(NAME), age)
    assert store.sweep(known, HOUR, NOW) == (0 if stays else 1)
    assert store.path(NAME).exists() is stays


def test_what_is_put_again_is_as_young_as_new(tmp_path):
    store = Store(tmp_path)
    store.put(TEXT)
    aged(store.path(NAME), 100 * HOUR)
    store.put(TEXT)
    assert store.sweep(set(), HOUR, NOW) == 0


def test_the_sweep_touches_nothing_that_is_not_the_stores(tmp_path):
    store = Store(tmp_path / "media")
    store.put(TEXT)
    outside = tmp_path / "outside" / "aa"
    others = [
        tmp_path / "media" / "incoming" / "3f",
        store.path(NAME).parent / "README",
        outside / NAME,
    ]
    for each in others:
        each.parent.mkdir(parents=True, exist_ok=True)
        each.write_bytes(b"")
        aged(each, 100 * HOUR)
    (tmp_path / "media" / "ff").symlink_to(tmp_path / "outside")
    assert store.sweep({NAME}, HOUR, NOW) == 0
    assert all(each.exists() for each in others)


DYING = """
import os, sys
from pathlib import Path
from bot.media.store import Store
folder, what, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store, real, calls = Store(folder), getattr(os, what), []
def dies(*args, **kwargs):
    calls.append(1)
    if len(calls) == nth:
        os._exit(137)
    return real(*args, **kwargs)
setattr(os, what, dies)
store.put("路灯".encode() * 1000)
"""


@pytest.mark.parametrize(
    ("call", "nth", "there"),
    [
        ("mkdir", 1, False),
        ("mkdir", 2, False),
        ("fsync", 1, False),  # the bytes are written, not on the disk
        ("replace", 1, False),  # on the disk, not in place
        ("fsync", 2, True),  # in place
        ("fsync", 3, True),
        ("fsync", 4, True),
    ],
)
def test_a_crash_leaves_it_whole_or_only_half_a_file_that_the_sweep_removes(tmp_path, call, nth, there):
    dying = subprocess.run([sys.executable, "-c", DYING, tmp_path, call, str(nth)], timeout=60)
    assert dying.returncode == 137
    store = Store(tmp_path)
    assert store.path(NAME).exists() is there
    for each in filter(Path.is_file, tmp_path.rglob("*")):
        aged(each, 2 * HOUR)
    store.sweep({NAME}, HOUR, NOW)
    assert names(tmp_path) == ([NAME] if there else [])
    assert store.put(TEXT) == NAME
    assert store.path(NAME).read_bytes() == TEXT


def test_an_error_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Store(tmp_path).put(TEXT)
    assert names(tmp_path) == []


def test_a_file_that_changes_while_it_is_put_is_not_kept(tmp_path, monkeypatch):
    came = tmp_path / "came"
    came.write_bytes(TEXT)
    monkeypatch.setattr("bot.media.store._hash", lambda data: "0" * 64)
    with pytest.raises(OSError, match="changed"):
        Store(tmp_path / "media").put(came)
    assert names(tmp_path / "media") == []


def test_many_may_put_the_same_while_it_is_swept(tmp_path):
    store = Store(tmp_path)

    def put_then_read(turn: int) -> bytes:
        return Store(tmp_path).path(store.put(TEXT)).read_bytes()

    def sweep(turn: int) -> int:
        return store.sweep(set(), HOUR, datetime.now(UTC))

    with ThreadPoolExecutor(8) as crowd:
        swept = [crowd.submit(sweep, turn) for turn in range(20)]
        read = list(crowd.map(put_then_read, range(100)))
    assert read == [TEXT] * 100
    assert sum(each.result() for each in swept) == 0
    assert names(tmp_path) == [NAME]


def test_a_sweep_that_saw_an_old_file_leaves_it_when_it_is_put_again(tmp_path):
    store = Store(tmp_path)
    store.put(TEXT)
    aged(store.path(NAME), 100 * HOUR)

    class AsksLate:
        def __contains__(self, name: object) -> bool:
            store.put(TEXT)  # between the look at the folder and the removal
            return False

    assert store.sweep(AsksLate(), HOUR, NOW) == 0
    assert store.path(NAME).read_bytes() == TEXT
