"""The runs of a process: one that did not end by itself makes the next one careful."""

from sqlalchemy import select, update

from storage.tables import run as table
from storage.unit_of_work import Work


def begin(work: Work, process: str) -> tuple[int, bool]:
    """The number of the new run, and whether the last one ended cleanly (or there was none)."""
    mine = (table.c.tenant == work.tenant, table.c.process == process)
    last = work.connection.execute(select(table.c.ended_at).where(*mine).order_by(table.c.id.desc()).limit(1)).first()
    row = table.insert().values(tenant=work.tenant, process=process, began_at=work.now).returning(table.c.id)
    return int(work.connection.execute(row).scalar_one()), last is None or last.ended_at is not None


def end(work: Work, id: int) -> None:
    mine = (table.c.tenant == work.tenant, table.c.id == id)
    work.connection.execute(update(table).where(*mine).values(ended_at=work.now))
