"""Clocks: something is to happen to a subject at a time. A subject has one clock of a kind.

Taking a clock deletes it, so it fires once; one that was set anew is of the next generation, and who found the earlier
one gets nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.hot import Prepared
from storage.tables import clock
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Due:
    id: int
    kind: str
    subject: str
    generation: int
    due: datetime


_START = Prepared(
    lambda insert: (
        insert(clock)
        .values(
            tenant=bindparam("tenant"),
            kind=bindparam("kind"),
            subject=bindparam("subject"),
            generation=1,
            due=bindparam("due"),
        )
        .on_conflict_do_update(
            index_elements=["tenant", "kind", "subject"],
            set_={"generation": clock.c.generation + 1, "due": bindparam("due")},
        )
    )
)


def start(work: Work, kind: str, subject: str, due: datetime) -> None:
    """Replaces the clock of this kind and subject by its next generation."""
    _START.change(work, tenant=work.tenant, kind=kind, subject=subject, due=due)


def start_all(work: Work, subject: str, dues: Mapping[str, datetime]) -> None:
    """Several kinds of one subject."""
    if dues:
        of = {"tenant": work.tenant, "subject": subject}
        _START.many(work, [of | {"kind": kind, "due": due} for kind, due in dues.items()])


_STOP = Prepared(
    lambda insert: delete(clock).where(clock.c.tenant == bindparam("tenant"), clock.c.subject == bindparam("subject"))
)
_STOP_ONE = Prepared(
    lambda insert: delete(clock).where(
        clock.c.tenant == bindparam("tenant"),
        clock.c.kind == bindparam("kind"),
        clock.c.subject == bindparam("subject"),
    )
)


def stop(work: Work, subject: str, kinds: Iterable[str] | None = None) -> int:
    """How many were running."""
    if kinds is None:
        return _STOP.change(work, tenant=work.tenant, subject=subject)
    return sum(_STOP_ONE.change(work, tenant=work.tenant, subject=subject, kind=kind) for kind in set(kinds))


def of(work: Work, subject: str) -> dict[str, datetime]:
    rows = select(clock.c.kind, clock.c.due).where(clock.c.tenant == work.tenant, clock.c.subject == subject)
    return {row.kind: row.due for row in work.connection.execute(rows.order_by(clock.c.due))}


def due(work: Work, limit: int) -> list[Due]:
    """Read without a lock: whoever takes one asks again."""
    rows = select(clock).where(clock.c.tenant == work.tenant, clock.c.due <= work.now).order_by(clock.c.due)
    return [Due(r.id, r.kind, r.subject, r.generation, r.due) for r in work.connection.execute(rows.limit(limit))]


def take(work: Work, due: Due) -> bool:
    """False: somebody was faster, or it was set anew; then nothing is to happen."""
    mine = (
        clock.c.tenant == work.tenant,
        clock.c.kind == due.kind,
        clock.c.subject == due.subject,
        clock.c.generation == due.generation,
        clock.c.due == due.due,
    )
    return work.connection.execute(delete(clock).where(*mine).returning(clock.c.id)).first() is not None
