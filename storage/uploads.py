"""Evidence as the web chat's routes ask for it: who has a stored file, and what became of what a message brought."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storage import evidence
from storage.evidence import HELD, KEPT, WANTED
from storage.hot import Prepared
from storage.tables import evidence as table
from storage.tables import inbox
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Kept:
    """One who has the file, or whose picture it shows under a grid. complaint: None, a draft has it. type: MIME. thumb:
    hash of the small picture; of a grid, which is not legible when small, of itself. withheld: only its sender may see
    it."""

    channel: str
    chat: str
    complaint: str | None
    kind: str
    type: str
    thumb: str
    withheld: bool


def _by(column: str) -> Prepared:
    mine = (table.c.tenant == bindparam("tenant"), table.c[column] == bindparam("hash"))
    return Prepared(lambda insert: select(table).where(*mine, table.c.state == bindparam("state")).order_by(table.c.id))


_OF_FILE, _OF_GRID = _by("sha256"), _by("grid")


def of_file(work: Work, sha256: str) -> list[Kept]:
    """All who have it, in the order in which it came."""
    here = {"tenant": work.tenant, "hash": sha256, "state": KEPT}
    found = [_kept(row, row.thumb or "") for row in _OF_FILE.all(work, **here)]
    return found or [_kept(row, sha256) for row in _OF_GRID.all(work, **here)]


def _kept(row: Any, thumb: str) -> Kept:
    return Kept(row.channel, row.chat, row.complaint, row.kind, row.type, thumb, row.withheld)


def is_wanted(work: Work, channel: str, update_key: str) -> bool | None:
    """Whether something this message brought is still to be fetched; None: it brought nothing that is known."""
    states = [each.state for each in evidence.of_message(work, channel, update_key)]
    if states:
        return any(state in {HELD, WANTED} for state in states)
    return False if evidence.has_come(work, channel, update_key) else None


def came(work: Work, channel: str, update_key: str) -> bool:
    """Whether this message was kept, whatever has become of it."""
    mine = (inbox.c.tenant == work.tenant, inbox.c.channel == channel, inbox.c.update_key == update_key)
    return work.connection.execute(select(inbox.c.id).where(*mine)).first() is not None
