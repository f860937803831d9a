"""Leases: of several processes one does something at a time, as long as it says so again and again.

Kept among the facts. A lease ends by itself, by the clock of whoever looks: processes whose clocks differ by as much as
it lasts may both believe that they hold it. What is done under one must do no harm when done twice, or hold the lease
longer in its own transaction (`renew`), which tells whose it really is.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, update

from storage import facts
from storage.hot import insert
from storage.tables import fact as table
from storage.unit_of_work import Work

_NAME = "lease:"


def take(work: Work, name: str, owner: str, lasts: timedelta) -> bool:
    """Takes it, or holds it longer; False: somebody else holds it, or was faster."""
    kept = facts.get(work, _NAME + name)
    if kept is not None and _owner(kept) != owner and _until(kept) > work.now:
        return False
    return _change(work, _NAME + name, kept, _value(work, owner, lasts))


def renew(work: Work, name: str, owner: str, lasts: timedelta) -> bool:
    """Holds it longer, even if it has ended, unless somebody else has had it since. owner: without spaces.

    What is written in the same transaction is written under it: nobody else gets it before that ends.
    """
    mine = (*_row(work, _NAME + name), table.c.value.endswith(f" {owner}", autoescape=True))
    changed = update(table).where(*mine).values(value=_value(work, owner, lasts)).returning(table.c.name)
    return work.connection.execute(changed).first() is not None


def holds(work: Work, name: str, owner: str) -> bool:
    kept = facts.get(work, _NAME + name)
    return kept is not None and _owner(kept) == owner and _until(kept) > work.now


def give_back(work: Work, name: str, owner: str) -> None:
    """So that the next one need not wait for its end. Somebody else's stays."""
    kept = facts.get(work, _NAME + name)
    if kept is not None and _owner(kept) == owner:
        work.connection.execute(delete(table).where(*_row(work, _NAME + name), table.c.value == kept))


def _change(work: Work, name: str, seen: str | None, value: str) -> bool:
    """Puts it where still is what was seen."""
    if seen is None:
        new = insert(work, table).values(tenant=work.tenant, name=name, value=value)
        changed = new.on_conflict_do_nothing().returning(table.c.name)
    else:
        here = (*_row(work, name), table.c.value == seen)
        changed = update(table).where(*here).values(value=value).returning(table.c.name)
    return work.connection.execute(changed).first() is not None


def _row(work: Work, name: str) -> tuple[ColumnElement[bool], ...]:
    return (table.c.tenant == work.tenant, table.c.name == name)


def _value(work: Work, owner: str, lasts: timedelta) -> str:
    return f"{(work.now + lasts).isoformat()} {owner}"


def _owner(kept: str) -> str:
    return kept.partition(" ")[2]


def _until(kept: str) -> datetime:
    return datetime.fromisoformat(kept.partition(" ")[0])
