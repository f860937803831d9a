"""Covering a part of a picture: what is wanted of it, and what was drawn.

Whoever asks writes what is to be covered and that the picture is withheld until it is; whoever draws marks what it has
become, if that is still what is wanted. Nothing here touches a file. The original is sealed with the keys of the store
and bound to its row. A grid over a picture shows what the picture shows, so it goes with it.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import bindparam, literal_column, select

from complaints.cells import Boxes
from storage.evidence import KEPT, boxes, change
from storage.hot import Prepared
from storage.sealed import Keyring
from storage.tables import evidence as table
from storage.unit_of_work import Work

GRID, COVER, UNCOVER = "grid", "cover", "uncover"


@dataclass(frozen=True)
class Asked:
    """Who is to be told: a chat, and the unit for which somebody asked there."""

    channel: str
    chat: str
    unit: str


@dataclass(frozen=True)
class Files:
    """The hashes of what is stored of a picture, empty where there is none. original: sealed, with nothing covered."""

    sha256: str
    thumb: str = ""
    original: str = ""
    grid: str = ""

    @property
    def every(self) -> set[str]:
        return set(filter(None, (self.sha256, self.thumb, self.original, self.grid)))


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn of a picture. do: grid, cover (the boxes), uncover. has: its files. tries: made before."""

    id: int
    do: str
    boxes: Boxes
    has: Files
    tries: int


@dataclass(frozen=True)
class Told:
    """Whose picture it was, and who is to be told."""

    complaint: str
    asked: list[Asked]


# asking


def ask_grid(work: Work, id: int, asked: Asked) -> None:
    """A grid over what is shown."""
    change(work, id, drawing=GRID, **_anew(work, id, asked))


def ask_cover(work: Work, id: int, covered: Boxes, asked: Asked | None) -> None:
    """These boxes, all in all. Nobody but its sender may see it from now on until it is drawn."""
    wanted = orjson.dumps(covered).decode()
    change(work, id, covered=wanted, drawing=COVER, withheld=True, **_anew(work, id, asked))


def ask_uncover(work: Work, id: int, asked: Asked | None) -> None:
    """The picture as it came; until then as it is."""
    change(work, id, drawing=UNCOVER, withheld=False, **_anew(work, id, asked))


def _anew(work: Work, id: int, asked: Asked | None) -> dict[str, Any]:
    return {"due": work.now, "tries": 0} | ({"tell": _with(work, id, asked)} if asked else {})


def _with(work: Work, id: int, asked: Asked) -> str:
    row = work.connection.execute(select(table.c.tell).where(table.c.tenant == work.tenant, table.c.id == id)).one()
    every = dict.fromkeys([*_asked(row.tell), asked])
    return orjson.dumps([[each.channel, each.chat, each.unit] for each in every]).decode()


def _asked(tell: str | None) -> list[Asked]:
    return [Asked(*each) for each in orjson.loads(tell)] if tell else []


# drawing

_wanted = (
    select(table)
    .where(table.c.tenant == bindparam("tenant"), table.c.drawing != literal_column("''"))
    .where(table.c.due <= bindparam("now"))
    .order_by(table.c.due)
    .limit(bindparam("most"))
)
_WANTED = Prepared(lambda insert: _wanted)


def wanted(work: Work, limit: int) -> list[Wanted]:
    """What is to be drawn now, what waits longest first."""
    return [_read(row) for row in _WANTED.all(work, tenant=work.tenant, now=work.now, most=limit)]


def _read(row: Any) -> Wanted:
    files = Files(row.sha256 or "", row.thumb or "", row.original or "", row.grid or "")
    return Wanted(row.id, row.drawing, boxes(row), files, row.tries)


def again(work: Work, wanted: Wanted, wait: timedelta) -> None:
    """Another try, after a while; this one is counted."""
    if _still(work, wanted) is not None:
        change(work, wanted.id, due=work.now + wait, tries=wanted.tries + 1)


def done(work: Work, wanted: Wanted, now: Files) -> Told | None:
    """It is as it was wanted. None: it is wanted otherwise meanwhile, or erased; nothing was written."""
    row = _still(work, wanted)
    if row is None:
        return None
    values: dict[str, Any] = {name: hash or None for name, hash in vars(now).items()}
    values |= {"withheld": False} if wanted.do != GRID else {}
    values |= {"covered": None} if wanted.do == UNCOVER else {}
    change(work, wanted.id, **values, drawing="", tell=None)
    return Told(row.complaint or "", _asked(row.tell))


def given_up(work: Work, wanted: Wanted) -> Told | None:
    """It cannot be drawn: what was to be covered stays withheld. None, as for `done`."""
    row = _still(work, wanted)
    if row is None:
        return None
    change(work, wanted.id, drawing="", tell=None)
    return Told(row.complaint or "", _asked(row.tell))


def _still(work: Work, wanted: Wanted) -> Any | None:
    """The row, held, if it wants what it wanted; how often it was tried is no matter."""
    mine = (table.c.tenant == work.tenant, table.c.id == wanted.id, table.c.state == KEPT)
    row = work.connection.execute(select(table).where(*mine).with_for_update()).first()
    return row if row is not None and replace(_read(row), tries=wanted.tries) == wanted else None


# sealing


def seal(keys: Keyring, tenant: str, id: int, picture: bytes) -> bytes:
    """What it was before a part was covered; opens for its row alone."""
    return keys.seal(picture, tenant, "evidence", "original", id)


def unseal(keys: Keyring, tenant: str, id: int, sealed: bytes) -> bytes:
    """Raises CannotOpen."""
    return keys.open_bytes(sealed, tenant, "evidence", "original", id)


# showing


def hidden(work: Work, shown: Collection[str]) -> set[str]:
    """Of these files those that nobody but a sender may see now: withheld, or nobody's any more."""
    return {hash for hash in shown if not _is_open(work, hash)}


def _is_open(work: Work, hash: str) -> bool:
    mine = select(table.c.id).where(table.c.tenant == work.tenant, table.c.state == KEPT, table.c.withheld.is_(False))
    found = [mine.where(column == hash).limit(1) for column in (table.c.sha256, table.c.grid)]
    return any(work.connection.execute(rows).first() for rows in found)
