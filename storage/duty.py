"""Which units are off duty and until when: new complaints go to their backup meanwhile.

Kept among the facts; it ends by itself, so that nobody has to remember to come back.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage import facts
from storage.hot import Prepared
from storage.tables import fact as table
from storage.unit_of_work import Work

_NAME = "off_duty:"
_END = "off_duty;"  # the first name behind all that begin so


def leave(work: Work, unit: str, until: datetime) -> None:
    """Raises ValueError if `until` has no zone."""
    if until.tzinfo is None:
        raise ValueError(f"{until} has no zone")
    facts.put(work, _NAME + unit, until.isoformat())


def come_back(work: Work, unit: str) -> bool:
    """False: it was not away."""
    away = until(work, unit) is not None
    work.connection.execute(delete(table).where(table.c.tenant == work.tenant, table.c.name == _NAME + unit))
    return away


def until(work: Work, unit: str) -> datetime | None:
    """When it is back; None: it is on duty."""
    return _still(work, facts.get(work, _NAME + unit))


_AWAY = Prepared(
    lambda insert: select(table.c.name, table.c.value).where(
        table.c.tenant == bindparam("tenant"), table.c.name >= bindparam("first"), table.c.name < bindparam("end")
    )
)


def off(work: Work) -> frozenset[str]:
    """The codes of the units that are off duty now."""
    rows = _AWAY.all(work, tenant=work.tenant, first=_NAME, end=_END)
    return frozenset(row.name.removeprefix(_NAME) for row in rows if _still(work, row.value))


def _still(work: Work, value: str | None) -> datetime | None:
    back = datetime.fromisoformat(value) if value else None
    return back if back and back > work.now else None
