"""Trained models: the bytes, what was measured, and which one serves."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from storage.hot import insert
from storage.tables import model as table
from storage.unit_of_work import Work


class Damaged(Exception):
    """The stored bytes are not the ones that were stored."""


@dataclass(frozen=True)
class Version:
    version: str
    made_at: datetime
    sha256: str
    metrics: dict[str, Any]
    promoted_at: datetime | None


def add(work: Work, version: str, data: bytes, metrics: dict[str, Any]) -> None:
    """Keeps a model; the same version twice is kept once."""
    values = {"made_at": work.now, "sha256": sha256(data).hexdigest(), "metrics": metrics, "bytes": data}
    row = insert(work, table).values(tenant=work.tenant, version=version, **values)
    work.connection.execute(row.on_conflict_do_nothing())


def promote(work: Work, version: str, by: str) -> bool:
    """False: there is no such version."""
    mine = (table.c.tenant == work.tenant, table.c.version == version)
    changed = update(table).where(*mine).values(promoted_at=work.now, promoted_by=by)
    return work.connection.execute(changed).rowcount == 1


def serving(work: Work) -> Version | None:
    """The one promoted last."""
    rows = select(table.c.version, table.c.made_at, table.c.sha256, table.c.metrics, table.c.promoted_at)
    mine = (table.c.tenant == work.tenant, table.c.promoted_at.is_not(None))
    row = work.connection.execute(rows.where(*mine).order_by(table.c.promoted_at.desc()).limit(1)).first()
    return None if row is None else Version(*row)


def read(work: Work, version: str) -> bytes:
    """Raises Damaged, and KeyError if there is no such version."""
    mine = (table.c.tenant == work.tenant, table.c.version == version)
    row = work.connection.execute(select(table.c.bytes, table.c.sha256).where(*mine)).first()
    if row is None:
        raise KeyError(version)
    if sha256(row.bytes).hexdigest() != row.sha256:
        raise Damaged(version)
    return bytes(row.bytes)


def every(work: Work) -> list[Version]:
    """All versions, the newest first, without their bytes."""
    rows = select(table.c.version, table.c.made_at, table.c.sha256, table.c.metrics, table.c.promoted_at)
    found = work.connection.execute(rows.where(table.c.tenant == work.tenant).order_by(table.c.made_at.desc()))
    return [Version(*row) for row in found]


def roll_back(work: Work, by: str) -> str | None:
    """Promotes the version that was promoted before the serving one; None if there was none."""
    promoted = sorted((v for v in every(work) if v.promoted_at), key=lambda v: v.promoted_at or v.made_at)
    if len(promoted) < 2:
        return None
    promote(work, promoted[-2].version, by)
    return promoted[-2].version
