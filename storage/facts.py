"""Small facts about a database: that it is a demo's, what has been done once."""

from sqlalchemy import bindparam, select

from storage.hot import Prepared
from storage.tables import fact as table
from storage.unit_of_work import Work

_PUT = Prepared(
    lambda insert: (
        insert(table)
        .values(tenant=bindparam("tenant"), name=bindparam("name"), value=bindparam("value"))
        .on_conflict_do_update(index_elements=["tenant", "name"], set_={"value": bindparam("value")})
    )
)


def put(work: Work, name: str, value: str) -> None:
    _PUT.change(work, tenant=work.tenant, name=name, value=value)


_GET = Prepared(
    lambda insert: select(table.c.value).where(table.c.tenant == bindparam("tenant"), table.c.name == bindparam("name"))
)


def get(work: Work, name: str) -> str | None:
    return _GET.scalar(work, tenant=work.tenant, name=name)
