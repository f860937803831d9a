"""Evidence as the web chat's routes ask for it: who has a stored file, and what became of what a message brought."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from storage import evidence
from storage.evidence import HELD, KEPT, WANTED
from storage.hot import Prepared
from storage.tables import evidence as table
from storage.tables import inbox
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Kept:
    """One who has the file. complaint: None, a draft has it. type: MIME. thumb: hash of the small picture."""

    channel: str
    chat: str
    complaint: str | None
    kind: str
    type: str
    thumb: str


_OF_FILE = Prepared(
    lambda insert: (
        select(table.c.channel, table.c.chat, table.c.complaint, table.c.kind, table.c.type, table.c.thumb)
        .where(table.c.tenant == bindparam("tenant"), table.c.sha256 == bindparam("sha256"))
        .where(table.c.state == bindparam("state"))
        .order_by(table.c.id)
    )
)


def of_file(work: Work, sha256: str) -> list[Kept]:
    """All who have it, in the order in which it came."""
    rows = _OF_FILE.all(work, tenant=work.tenant, sha256=sha256, state=KEPT)
    return [Kept(row.channel, row.chat, row.complaint, row.kind, row.type, row.thumb or "") for row in rows]


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
