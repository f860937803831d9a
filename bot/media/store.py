"""Where evidence lies: plain bytes in a folder, each file under the SHA-256 of its content, in ab/cd/.

A file is there whole or not at all: it is written beside its place, brought to the disk and renamed. A crash leaves at
most a half-written `.tmp`, which the sweep removes. Other folders beside ab/ are not touched.
The bytes are not sealed: whoever may read the disk reads them; the operator encrypts it. One machine only: the lock
between putting and sweeping is the kernel's. All of it blocks: call it from a thread.
"""

import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")
_HALF = ".tmp"


class Store:
    """Files of `folder`, which is made, for this user alone (0700; files 0600)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._folder = folder

    def put(self, data: bytes | Path) -> str:
        """Keeps a copy, on the disk when this returns, and says its SHA-256. The same content twice is one file.

        Raises OSError if the disk is full or the file of `data` changed meanwhile; then nothing is kept.
        """
        sha256 = _hash(data)
        place = self.path(sha256)
        with self._held(fcntl.LOCK_SH):
            self._make_folders(place)
            if not _renewed(place, data):
                _write(place, data, sha256)
            # also when it was there: whoever put it may not have come this far yet
            for folder in (place.parent, place.parent.parent, self._folder):
                _to_disk(folder)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where it lies or would lie. Raises ValueError for what is no SHA-256: so no path leads elsewhere."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in small hexadecimal letters")
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Raises FileNotFoundError if it is not kept, ValueError for what is no SHA-256."""
        return os.fdopen(os.open(self.path(sha256), os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def drop(self, sha256: str) -> None:
        """Removes it, if it is there. Whoever may be putting the same content just now must be asked first."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, known: Container[str], older_than: timedelta, now: datetime) -> int:
        """Removes what is not `known` and what was left half-written, and says how many.

        What was put, or put again, less than `older_than` before `now` (aware) stays: its row may not be committed.
        """
        before = (now - older_than).timestamp()
        stray = (each for each in self._files() if each.suffix == _HALF or each.name not in known)
        return sum(self._removed(each, before) for each in stray)

    def _removed(self, file: Path, before: float) -> bool:
        with self._held(fcntl.LOCK_EX):  # nobody renews it between the look at its age and its removal
            try:
                old = file.lstat().st_mtime <= before
            except FileNotFoundError:
                return False
            if old:
                file.unlink()
        return old

    def _files(self) -> Iterator[Path]:
        """Ours only: what lies in ab/cd/ and is called as this class calls it."""
        for upper in filter(_is_ours, sorted(self._folder.iterdir())):
            for lower in filter(_is_ours, sorted(upper.iterdir())):
                for file in sorted(lower.iterdir()):
                    name = file.name
                    if file.is_file() and (_SHA256.fullmatch(name) or (name[0] == "." and name.endswith(_HALF))):
                        yield file

    def _make_folders(self, place: Path) -> None:
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _held(self, how: int) -> Iterator[None]:
        lock = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)


def _is_ours(folder: Path) -> bool:
    return bool(_FOLDER.fullmatch(folder.name)) and folder.is_dir() and not folder.is_symlink()


def _pieces(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as source:
        while piece := source.read(1 << 20):
            yield piece


def _hash(data: bytes | Path) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(data):
        digest.update(piece)
    return digest.hexdigest()


def _renewed(place: Path, data: bytes | Path) -> bool:
    """Whether it is there, as young again as if written now: a sweep that does not know it yet leaves it."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    try:
        there = place.lstat()
        if not stat.S_ISREG(there.st_mode) or there.st_size != size:
            return False  # not as it was put: written anew
        os.utime(place, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _write(place: Path, data: bytes | Path, sha256: str) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=_HALF)  # 0600
    try:
        with os.fdopen(handle, "wb") as half:
            digest = hashlib.sha256()
            for piece in _pieces(data):
                digest.update(piece)
                half.write(piece)
            if digest.hexdigest() != sha256:
                raise OSError("the file changed while it was put")
            half.flush()
            os.fsync(half.fileno())
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _to_disk(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
