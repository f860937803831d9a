"""Small facts about a database: that it is a demo's, what has been done once."""

from sqlalchemy import select

from storage.tables import fact as table
from storage.turns import insert
from storage.unit_of_work import Work


def put(work: Work, name: str, value: str) -> None:
    row = insert(work, table).values(tenant=work.tenant, name=name, value=value)
    work.connection.execute(row.on_conflict_do_update(index_elements=["tenant", "name"], set_={"value": value}))


def get(work: Work, name: str) -> str | None:
    mine = (table.c.tenant == work.tenant, table.c.name == name)
    return work.connection.execute(select(table.c.value).where(*mine)).scalar()
