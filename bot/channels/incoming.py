"""Where uploads of the web chat wait until what they belong to is said, and then until they are fetched.

FOLDER/<sender>_<upload>: complete, on the disk, said by nobody yet; .<sender>_<random>.part: still coming, as large as
it is to become, so that what a session has on its way counts at once. FOLDER/claimed/<sender>_<message>_<upload>: a
message has it. An upload's id is random, a dash and the SHA-256 of its bytes. The sender in the name binds it: another
session's id leads nowhere. All of it blocks: call it from a thread. One machine only: the lock is the kernel's.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels.base import Gone, TooLarge

MEBI = 1 << 20
ID = re.compile(r"[0-9a-f]{32}-([0-9a-f]{64})")
LASTS = timedelta(hours=1)  # of what no message has, or none that is known
_PART = ".part"
_REF = re.compile(r"r-[0-9a-f]{20}_[0-9A-Za-z-]{1,64}_[0-9a-f]{32}-[0-9a-f]{64}")


class NoRoom(Exception):
    """`why` is a word the page knows: too_many (of this session's) or full (of everybody's)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Claimed:
    """A message has it. ref: by which it is fetched; unique: of its bytes; size: bytes, 0 if it was fetched before."""

    ref: str
    unique: str
    size: int


class Incoming:
    """Makes its folders, for this user alone (0700; files 0600).

    most: unclaimed uploads of a session; together: their bytes; everybody: unclaimed bytes over all.
    """

    def __init__(
        self, folder: Path, *, most: int = 10, together: int = 100 * MEBI, everybody: int = 2048 * MEBI
    ) -> None:
        self._folder, self._claimed = folder, folder / "claimed"
        self._most, self._together, self._everybody = most, together, everybody
        for each in (folder, self._claimed):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
            each.chmod(0o700)

    # coming

    def begin(self, sender: str, size: int) -> Path:
        """An empty file that counts as `size` bytes at once. Raises NoRoom."""
        with self._alone():
            there = [(each.name.lstrip("."), _size(each)) for each in self._unclaimed()]
            mine = [bytes for name, bytes in there if name.startswith(f"{sender}_")]
            if len(mine) >= self._most or sum(mine) + size > self._together:
                raise NoRoom("too_many")
            if sum(bytes for _, bytes in there) + size > self._everybody:
                raise NoRoom("full")
            part = self._folder / f".{sender}_{secrets.token_hex(16)}{_PART}"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
                made.truncate(size)
        return part

    def finish(self, part: Path, sha256: str) -> str:
        """All of it is on the disk; the id."""
        sender, random = part.name.removeprefix(".").removesuffix(_PART).split("_")
        id = f"{random}-{sha256}"
        os.replace(part, self._folder / f"{sender}_{id}")
        _to_disk(self._folder)
        return id

    # said

    def claim(self, sender: str, message: str, id: str) -> Claimed | None:
        """For this message, however often it is said. None: there is no such upload of this sender, or not any more."""
        known = ID.fullmatch(id)
        if known is None:
            return None
        place = self._claimed / f"{sender}_{message}_{id}"
        with suppress(FileNotFoundError):
            os.rename(self._folder / f"{sender}_{id}", place)
            for folder in (self._claimed, self._folder):
                _to_disk(folder)
        try:
            os.utime(place)  # its hour begins anew
            return Claimed(place.name, known[1], place.stat().st_size)
        except FileNotFoundError:
            return None

    def fetch(self, ref: str, to: Path, limit: int) -> int:
        """The bytes stay here too, until their row is done: whoever dies in between fetches them again.

        Bytes written to `to`. Raises TooLarge beyond `limit`, Gone if they are not here.
        """
        if not _REF.fullmatch(ref):
            raise Gone
        try:
            size = (self._claimed / ref).stat().st_size
            if size > limit:
                raise TooLarge
            shutil.copyfile(self._claimed / ref, to)
        except FileNotFoundError:
            raise Gone from None
        return size

    # swept

    def sweep(self, now: datetime, is_wanted: Callable[[str, str], bool | None]) -> int:
        """Removes what nobody waits for any more; how many. now: aware.

        is_wanted(sender, message): whether a file of this message is still to be fetched; None: it is not known.
        """
        old = (now - LASTS).timestamp()
        gone = [each for each in self._unclaimed() if _is_older(each, old)]
        for each in list(self._claimed.iterdir()):
            sender, message, _ = each.name.split("_")
            wanted = is_wanted(sender, message)
            if wanted is False or (wanted is None and _is_older(each, old)):
                gone.append(each)
        for each in gone:
            each.unlink(missing_ok=True)
        return len(gone)

    def _unclaimed(self) -> list[Path]:
        return [each for each in self._folder.iterdir() if each.name != self._claimed.name]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _is_older(file: Path, than: float) -> bool:
    try:
        return file.stat().st_mtime <= than
    except FileNotFoundError:
        return False


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
