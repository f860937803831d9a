"""Loaded files (directory, catalogue, categories, calendar ...): each is kept whole, as a version that stays."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from storage.tables import reference as table
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Loaded:
    kind: str
    version: int
    content: str


def load(work: Work, kind: str, content: str, by: str) -> int:
    """The version this content has now; an unchanged file makes no new one."""
    latest = current(work, kind)
    if latest and latest.content == content:
        return latest.version
    version = latest.version + 1 if latest else 1
    values = {"loaded_at": work.now, "loaded_by": by, "sha256": sha256(content.encode()).hexdigest()}
    row = {"tenant": work.tenant, "kind": kind, "version": version, "content": content, **values}
    work.connection.execute(table.insert().values(**row))
    return version


def current(work: Work, kind: str) -> Loaded | None:
    mine = (table.c.tenant == work.tenant, table.c.kind == kind)
    row = work.connection.execute(select(table).where(*mine).order_by(table.c.version.desc()).limit(1)).first()
    return None if row is None else Loaded(kind, row.version, row.content)


def versions(work: Work) -> dict[str, int]:
    """kind -> newest version: cheap enough to ask whether anything changed."""
    rows = select(table.c.kind, func.max(table.c.version)).where(table.c.tenant == work.tenant).group_by(table.c.kind)
    return {kind: int(version) for kind, version in work.connection.execute(rows)}
