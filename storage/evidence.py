"""What people sent along: a row a file, from the message that brought it until it is kept, refused, lost or erased.

The bytes lie in a folder of this tenant's, under their hash; here is whose they are and what became of them. How the
platform finds them, and what the sender's device calls them, is sealed. An erased row has lost both at once, and its
hashes once the files are dropped. Fetching: `storage.fetching`. Covering a part of a picture: `storage.covering`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, case, literal_column, null, select, update

from complaints.cells import Boxes
from storage.hot import Prepared
from storage.tables import evidence as table
from storage.unit_of_work import Work

HELD, WANTED, KEPT, REFUSED, LOST, ERASED = "held", "wanted", "kept", "refused", "lost", "erased"
COUNTED = frozenset({HELD, WANTED, KEPT})  # what there is, or is still to come


@dataclass(frozen=True)
class Home:
    """Where files belong: to a draft, or to a complaint."""

    draft: str | None = None
    complaint: str | None = None


@dataclass(frozen=True)
class Evidence:
    """One file. name: as the sender's device calls it, for the sender only. why: it was refused or lost. point: of a
    picture, latitude and longitude, while it is asked whether it is the place; asked: that was asked about it once.
    active: it may do more than it shows. covered: the boxes of a picture that are to be black. original: the hash of
    the sealed file without them. grid: the hash of the picture with a grid over it. drawing: what is still to be drawn
    of these. withheld: until then nobody but its sender may see it."""

    id: int
    channel: str
    chat: str
    sender: str
    home: Home
    album: str
    kind: str
    unique: str
    name: str
    seconds: int
    type: str
    sha256: str
    thumb: str
    active: bool
    point: tuple[float, float] | None
    asked: bool
    state: str
    why: str
    at: datetime
    covered: Boxes = ()
    original: str = ""
    grid: str = ""
    drawing: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class New:
    """A file that came. state: held, wanted or, with a reason, refused."""

    channel: str
    chat: str
    sender: str
    update_key: str
    home: Home
    kind: str
    ref: str
    unique: str = ""
    name: str = ""
    size: int = 0
    seconds: int = 0
    album: str = ""
    state: str = HELD
    why: str = ""


FILES = ("sha256", "thumb", "original", "grid")  # columns with the hash of a stored file
_COVERING = ("covered", "original", "grid", "drawing", "withheld", "tell")
_LATER = {"id", "type", "sha256", "thumb", "active", "point", "asked", *_COVERING}
_ADDED = [column for column in table.c if column.name not in _LATER]
_ADD = Prepared(lambda insert: insert(table).values({c.name: bindparam(c.name) for c in _ADDED}).returning(table))


def add(work: Work, new: New) -> Evidence:
    """What was refused at once keeps no way to the bytes."""
    values = {name: getattr(new, name) for name in ("channel", "chat", "sender", "update_key", "kind", "album")}
    values |= {"draft": new.home.draft, "complaint": new.home.complaint, "size": new.size, "seconds": new.seconds}
    values |= {"state": new.state, "why": new.why, "at": work.now, "due": work.now, "tries": 0}
    ref = None if new.state == REFUSED else seal_cell(work, new.channel, new.chat, "ref", new.ref)
    name = seal_cell(work, new.channel, new.chat, "name", new.name) if new.name else None
    sealed = {"ref": ref, "name": name, "unique_ref": new.unique or None}
    return _read(work, _ADD.all(work, tenant=work.tenant, **values, **sealed)[0])


def seal_cell(work: Work, channel: str, chat: str, column: str, text: str) -> bytes:
    """Bound to the chat and the column."""
    return work.keys.seal(text, work.tenant, "evidence", channel, chat, column)


def open_cell(work: Work, row: Any, column: str) -> str:
    """Empty if nothing is in it. Raises CannotOpen."""
    sealed = getattr(row, column)
    return work.keys.open(sealed, work.tenant, "evidence", row.channel, row.chat, column) if sealed else ""


# reading


def _where(*names: str) -> Prepared:
    mine = [table.c[name] == bindparam(name) for name in ("tenant", *names)]
    return Prepared(lambda insert: select(table).where(*mine, table.c.state != ERASED).order_by(table.c.id))


ONE, _OF_DRAFT, _OF_COMPLAINT = _where("id"), _where("draft"), _where("complaint")
_OF_MESSAGE = _where("channel", "update_key")
_OF_ALBUM = Prepared(
    lambda insert: (
        select(table)
        .where(*(table.c[name] == bindparam(name) for name in ("tenant", "channel", "chat", "album")))
        .where(table.c.album != literal_column("''"), table.c.state != ERASED)
        .order_by(table.c.id)
    )
)


def load(work: Work, id: int) -> Evidence | None:
    """None if there is none, or it is erased."""
    row = ONE.first(work, tenant=work.tenant, id=id)
    return None if row is None else _read(work, row)


def of_draft(work: Work, draft: str) -> list[Evidence]:
    """All that was not erased, in the order in which it came; the refused too."""
    return _all(work, _OF_DRAFT, draft=draft)


def of_complaint(work: Work, complaint: str) -> list[Evidence]:
    return _all(work, _OF_COMPLAINT, complaint=complaint)


def of_home(work: Work, home: Home) -> list[Evidence]:
    return of_draft(work, home.draft) if home.draft else of_complaint(work, home.complaint or "")


def of_message(work: Work, channel: str, update_key: str) -> list[Evidence]:
    """What one message brought."""
    return _all(work, _OF_MESSAGE, channel=channel, update_key=update_key)


def has_come(work: Work, channel: str, update_key: str) -> bool:
    """Whether this message brought something, even if it is erased."""
    mine = (table.c.tenant == work.tenant, table.c.channel == channel, table.c.update_key == update_key)
    return work.connection.execute(select(table.c.id).where(*mine).limit(1)).first() is not None


def of_album(work: Work, channel: str, chat: str, album: str) -> list[Evidence]:
    """What was sent together."""
    return _all(work, _OF_ALBUM, channel=channel, chat=chat, album=album)


def _all(work: Work, prepared: Prepared, **values: Any) -> list[Evidence]:
    return [_read(work, row) for row in prepared.all(work, tenant=work.tenant, **values)]


def _read(work: Work, row: Any) -> Evidence:
    point = open_cell(work, row, "point")
    return Evidence(
        row.id,
        row.channel,
        row.chat,
        row.sender,
        Home(row.draft, row.complaint),
        row.album,
        row.kind,
        row.unique_ref or "",
        open_cell(work, row, "name"),
        row.seconds,
        row.type or "",
        row.sha256 or "",
        row.thumb or "",
        row.active,
        tuple(orjson.loads(point)) if point else None,
        row.asked,
        row.state,
        row.why,
        row.at,
        boxes(row),
        row.original or "",
        row.grid or "",
        row.drawing,
        row.withheld,
    )


def boxes(row: Any) -> Boxes:
    """What of it is to be covered."""
    return tuple(tuple(box) for box in orjson.loads(row.covered)) if row.covered else ()


# with its draft

_MINE = (table.c.tenant == bindparam("tenant_"), table.c.draft == bindparam("draft_"))
_RELEASE = Prepared(
    lambda insert: update(table).where(*_MINE, table.c.state == HELD).values(state=WANTED, due=bindparam("now_"))
)
_MOVE = Prepared(
    lambda insert: (
        update(table)
        .where(*_MINE, table.c.state != ERASED)
        .values(
            draft=null(),
            complaint=bindparam("complaint_"),
            point=null(),
            state=case((table.c.state == HELD, WANTED), else_=table.c.state),
        )
    )
)
_HASHES = [table.c[name] for name in FILES]
_EMPTY = {"state": ERASED, "ref": null(), "unique_ref": null(), "name": null(), "point": null()}
_EMPTY |= {"covered": null(), "drawing": literal_column("''"), "tell": null()}
_ERASE = Prepared(
    lambda insert: update(table).where(*_MINE, table.c.state != ERASED).values(_EMPTY).returning(*_HASHES)
)
_ERASE_ONE = Prepared(
    lambda insert: (
        update(table)
        .where(table.c.tenant == bindparam("tenant_"), table.c.id == bindparam("id_"), table.c.state != ERASED)
        .values(_EMPTY)
        .returning(*_HASHES)
    )
)


def release(work: Work, draft: str) -> int:
    """Consent was given: what was held is fetched now. How many."""
    return _RELEASE.change(work, tenant_=work.tenant, draft_=draft, now_=work.now)


def move(work: Work, draft: str, complaint: str) -> int:
    """What came with the draft belongs to the complaint; a place that was being asked about is forgotten. How many."""
    return _MOVE.change(work, tenant_=work.tenant, draft_=draft, complaint_=complaint)


def erase(work: Work, draft: str) -> set[str]:
    """Nothing is left but that something came. The hashes of files that are to be dropped if nobody else has them."""
    return hashes(_ERASE.all(work, tenant_=work.tenant, draft_=draft))


def erase_one(work: Work, id: int) -> set[str]:
    """The same of one file."""
    return hashes(_ERASE_ONE.all(work, tenant_=work.tenant, id_=id))


def hashes(rows: list[Any]) -> set[str]:
    """Of all files of these rows."""
    return {hash for row in rows for hash in files_of(row)}


def files_of(row: Any) -> list[str]:
    """The hashes of what is stored of it: the file, its small picture, what is sealed, what has a grid."""
    return [hash for name in FILES if (hash := getattr(row, name))]


# one by one


def was_asked(work: Work, id: int) -> None:
    """Whether its point is the place was asked; that is asked once a draft."""
    change(work, id, asked=True)


def forget_point(work: Work, id: int) -> None:
    change(work, id, point=None)


def change(work: Work, id: int, **values: Any) -> None:
    """Writes these columns as they are given."""
    work.connection.execute(update(table).where(table.c.tenant == work.tenant, table.c.id == id).values(**values))
