"""Loads and saves drafts: in the database from the first word, sealed whole."""

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import select, update

from complaints.draft import LIVE, Draft, DraftState, Slot
from storage.tables import draft as table
from storage.unit_of_work import Overtaken, Work

_OUTSIDE = ("id", "channel", "chat", "sender", "began_at", "touched_at", "state", "version")
_KNOWN = frozenset(field.name for field in fields(Draft))


def add(work: Work, new: Draft) -> None:
    values = {name: getattr(new, name) for name in _OUTSIDE} | {"state": new.state.value, "version": 0}
    work.connection.execute(table.insert().values(tenant=work.tenant, content=_seal(work, new), **values))


def load(work: Work, id: str) -> Draft | None:
    row = work.connection.execute(select(table).where(table.c.tenant == work.tenant, table.c.id == id)).first()
    return None if row is None else _draft(work, row)


def save(work: Work, changed: Draft) -> None:
    """Raises Overtaken. An ended draft keeps its row, and nothing of its content."""
    mine = (table.c.tenant == work.tenant, table.c.id == changed.id, table.c.version == changed.version)
    values = {
        "state": changed.state.value,
        "touched_at": changed.touched_at,
        "version": changed.version + 1,
        "content": _seal(work, changed) if changed.state in LIVE else None,
    }
    if work.connection.execute(update(table).where(*mine).values(**values)).rowcount != 1:
        raise Overtaken(changed.id)
    changed.version += 1


def _seal(work: Work, kept: Draft) -> bytes:
    content = {name: value for name, value in asdict(kept).items() if name not in _OUTSIDE}
    return work.keys.seal(json.dumps(content), work.tenant, "draft", kept.id)


def _draft(work: Work, row: Any) -> Draft:
    outside = {name: getattr(row, name) for name in _OUTSIDE} | {"state": DraftState(row.state)}
    if row.content is None:
        return Draft(**outside)
    content = json.loads(work.keys.open(row.content, work.tenant, "draft", row.id))
    content = {name: value for name, value in content.items() if name in _KNOWN}  # an older release knew others
    content["answers"] = {Slot(slot): text for slot, text in content["answers"].items()}
    content["asked"] = Slot(content["asked"]) if content["asked"] else None
    content["pending"] = tuple(content["pending"])
    return Draft(**outside, **content)
