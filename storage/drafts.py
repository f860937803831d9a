"""Loads and saves drafts: in the database from the first word, sealed whole."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update

from complaints.draft import LIVE, Draft, DraftState, Slot
from storage.hot import Prepared
from storage.tables import draft as table
from storage.unit_of_work import Work

_OUTSIDE = ("id", "channel", "chat", "sender", "began_at", "touched_at", "state", "version")
_EMPTY = Draft("", "", "", "", datetime.min, datetime.min)  # noqa: DTZ901 - never written: the times are outside
# What is sealed, and what it is when nothing was said: that is left out.
_WITHIN = {field.name: getattr(_EMPTY, field.name) for field in fields(Draft) if field.name not in _OUTSIDE}
_SLOTS = {slot.value: slot for slot in Slot}
_STATES = {state.value: state for state in DraftState}
COLUMNS = [table.c[name] for name in (*_OUTSIDE, "content")]


_ADD = Prepared(lambda insert: insert(table).values({column.name: bindparam(column.name) for column in table.c}))


def add(work: Work, new: Draft) -> None:
    values = {name: getattr(new, name) for name in _OUTSIDE} | {"state": new.state.value, "version": 0}
    _ADD.change(work, tenant=work.tenant, content=_seal(work, new), **values)


_LOAD = Prepared(
    lambda insert: select(*COLUMNS).where(table.c.tenant == bindparam("tenant"), table.c.id == bindparam("id"))
)


def load(work: Work, id: str) -> Draft | None:
    row = _LOAD.first(work, tenant=work.tenant, id=id)
    return None if row is None else read(work, row)


_SAVE = Prepared(
    lambda insert: (
        update(table)
        .where(
            table.c.tenant == bindparam("tenant_"), table.c.id == bindparam("id_"), table.c.version == bindparam("seen")
        )
        .values({name: bindparam(f"new_{name}") for name in ("state", "touched_at", "content")})
        .values(version=table.c.version + 1)
    )
)


def save(work: Work, changed: Draft) -> None:
    """Raises Overtaken. An ended draft keeps its row, and nothing of its content."""
    content = _seal(work, changed) if changed.state in LIVE else None
    values = {"new_state": changed.state.value, "new_touched_at": changed.touched_at, "new_content": content}
    mine = {"tenant_": work.tenant, "id_": changed.id, "seen": changed.version}
    _SAVE.last(work, (changed.channel, changed.chat), **mine, **values)
    changed.version += 1


def _seal(work: Work, kept: Draft) -> bytes:
    content = {name: value for name, usual in _WITHIN.items() if (value := getattr(kept, name)) != usual}
    return work.keys.seal(orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS), work.tenant, "draft", kept.id)


def read(work: Work, cells: Sequence[Any]) -> Draft:
    """From the cells of COLUMNS."""
    *known, sealed = cells
    outside = dict(zip(_OUTSIDE, known, strict=True))
    outside["state"] = _STATES[outside["state"]]
    if sealed is None:
        return Draft(**outside)
    said = orjson.loads(work.keys.open(sealed, work.tenant, "draft", outside["id"]))
    found = Draft(**outside, **{name: value for name, value in said.items() if name in _WITHIN})  # others are older
    found.answers = {_SLOTS[slot]: text for slot, text in found.answers.items()}
    found.asked = _SLOTS[found.asked] if found.asked else None
    found.pending = tuple(found.pending)
    return found


def live_chats(work: Work, channel: str) -> list[str]:
    """The chats that are in the middle of a draft."""
    rows = select(table.c.chat).where(
        table.c.tenant == work.tenant, table.c.channel == channel, table.c.state.in_([state.value for state in LIVE])
    )
    return list(work.connection.execute(rows).scalars().all())
