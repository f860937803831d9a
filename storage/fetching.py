"""Fetching what was sent along: taken, then kept, refused, lost or put off; and which files go again.

Whoever calls holds the lease of the tenant, so that one process fetches at a time. What is taken is due again after a
while, whatever becomes of the process, and was tried once more. A row that is erased meanwhile takes no outcome any
more. Nothing here touches a file: whoever does says what became of it. A folder of files belongs to one tenant.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import bindparam, literal_column, select, update

from storage.evidence import (
    ERASED,
    FILES,
    KEPT,
    LOST,
    ONE,
    REFUSED,
    WANTED,
    change,
    files_of,
    hashes,
    open_cell,
    seal_cell,
)
from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import evidence as table
from storage.unit_of_work import Work

MOST_TOGETHER = 3  # tries: whoever ends the process takes no others with it for ever
_IS_WANTED = table.c.state == literal_column(f"'{WANTED}'")  # in clear, so that the partial index is used


@dataclass(frozen=True)
class Taken:
    """A file to be fetched. tries: this one counted."""

    id: int
    channel: str
    chat: str
    kind: str
    ref: str
    tries: int


_takeable = (
    select(table)
    .where(table.c.tenant == bindparam("tenant"), table.c.channel == bindparam("channel"))
    .where(_IS_WANTED, table.c.due <= bindparam("now"))
    .order_by(table.c.due, table.c.id)
    .limit(bindparam("most"))
)
_WAITING = Prepared(lambda insert: _takeable)
_TAKEABLE = Prepared(lambda insert: _takeable.with_for_update(skip_locked=True))


def has_work(work: Work, channels: Collection[str]) -> bool:
    """Whether something is to be fetched now, or to be dropped."""
    here = {"tenant": work.tenant, "now": work.now, "most": 1}
    return any(_WAITING.first(work, **here, channel=channel) for channel in channels) or bool(to_drop(work, 1))


def take(work: Work, channels: Collection[str], limit: int, wait: Callable[[int], timedelta]) -> list[Taken]:
    """What is wanted of these channels; one that was tried often already comes alone. What cannot be read is lost.

    wait: how long after so many tries it is due again, if nobody says what became of this one.
    """
    here = {"tenant": work.tenant, "now": work.now, "most": limit}
    rows = [row for channel in channels for row in _TAKEABLE.all(work, **here, channel=channel)]
    rows.sort(key=lambda row: (row.due, row.id))
    taken = [_try(work, row, wait(row.tries + 1)) for row in _together(rows[:limit])]
    return [each for each in taken if each is not None]


def _together(rows: list[Any]) -> list[Any]:
    """The first alone, if it was tried often; else those that were not."""
    if rows and rows[0].tries >= MOST_TOGETHER:
        return rows[:1]
    return [row for row in rows if row.tries < MOST_TOGETHER]


def _try(work: Work, row: Any, wait: timedelta) -> Taken | None:
    try:
        ref = open_cell(work, row, "ref")
    except CannotOpen:
        change(work, row.id, state=LOST)
        return None
    change(work, row.id, due=work.now + wait, tries=row.tries + 1)
    return Taken(row.id, row.channel, row.chat, row.kind, ref, row.tries + 1)


@dataclass(frozen=True)
class Checked:
    """What a file really is. kind; type: MIME; sha256, thumb: of the stored file and of its small picture."""

    sha256: str
    kind: str
    type: str
    thumb: str = ""
    active: bool = False
    point: tuple[float, float] | None = None


def kept(work: Work, id: int, as_: Checked) -> bool:
    """Checked and stored. False: it is not wanted any more, or was kept already."""
    row = ONE.first(work, tenant=work.tenant, id=id)
    if row is None or row.state != WANTED:
        return False
    point = orjson.dumps(as_.point).decode() if as_.point else ""
    sealed = seal_cell(work, row.channel, row.chat, "point", point) if point else None
    files = {"sha256": as_.sha256, "thumb": as_.thumb or None, "kind": as_.kind, "type": as_.type}
    change(work, id, state=KEPT, **files, active=as_.active, point=sealed, ref=None)
    return True


def refused(work: Work, id: int, why: str) -> bool:
    """It did not pass the check. False: it is not wanted any more."""
    return _end(work, id, REFUSED, why)


def lost(work: Work, id: int, why: str = "") -> bool:
    """The platform does not have it any more; why: another reason. False: it is not wanted any more."""
    return _end(work, id, LOST, why)


def _end(work: Work, id: int, state: str, why: str) -> bool:
    mine = (table.c.tenant == work.tenant, table.c.id == id, _IS_WANTED)
    changed = update(table).where(*mine).values(state=state, why=why, ref=None)
    return work.connection.execute(changed.returning(table.c.id)).first() is not None


def again(work: Work, id: int, wait: timedelta, tries: int) -> None:
    """Another one, after a while; `tries` were made."""
    mine = (table.c.tenant == work.tenant, table.c.id == id, _IS_WANTED)
    work.connection.execute(update(table).where(*mine).values(due=work.now + wait, tries=tries))


# what nobody has any more


def to_drop(work: Work, limit: int) -> list[tuple[int, list[str]]]:
    """Erased rows whose files are still there: each with the hashes that no other row has."""
    mine = (table.c.tenant == work.tenant, table.c.state == ERASED, table.c.sha256.is_not(None))
    rows = work.connection.execute(select(table).where(*mine).order_by(table.c.id).limit(limit)).all()
    return [(row.id, [hash for hash in files_of(row) if not is_kept(work, hash)]) for row in rows]


def is_kept(work: Work, hash: str) -> bool:
    """Whether somebody has this file."""
    mine = select(table.c.id).where(table.c.tenant == work.tenant, table.c.state != ERASED)
    found = [mine.where(table.c[name] == hash).limit(1) for name in FILES]
    return any(work.connection.execute(rows).first() for rows in found)


def dropped(work: Work, id: int) -> None:
    change(work, id, **dict.fromkeys(FILES), type=None)


def known(work: Work) -> set[str]:
    """The hashes of all files that somebody has, or that are about to be dropped."""
    mine = (table.c.tenant == work.tenant, table.c.sha256.is_not(None))
    return hashes(list(work.connection.execute(select(*(table.c[name] for name in FILES)).where(*mine))))
