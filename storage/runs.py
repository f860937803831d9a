"""The runs of processes: one that did not end by itself makes the next one careful."""

from collections.abc import Callable

from sqlalchemy import select, update

from storage.tables import run as table
from storage.unit_of_work import Work


def begin(work: Work, process: str, has_died: Callable[[str], bool]) -> tuple[int, bool]:
    """The number of the new run, and whether no run before it was found dead. One that was is not found again."""
    open_ones = select(table.c.id, table.c.process).where(table.c.tenant == work.tenant, table.c.ended_at.is_(None))
    dead = [row.id for row in work.connection.execute(open_ones) if has_died(row.process)]
    for id in dead:
        end(work, id)
    row = table.insert().values(tenant=work.tenant, process=process, began_at=work.now).returning(table.c.id)
    return int(work.connection.execute(row).scalar_one()), not dead


def end(work: Work, id: int) -> None:
    mine = (table.c.tenant == work.tenant, table.c.id == id)
    work.connection.execute(update(table).where(*mine).values(ended_at=work.now))
