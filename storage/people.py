"""Staff, their groups, and the one-time codes by which both are bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from storage.hot import Prepared, insert
from storage.tables import code, group_chat, staff
from storage.unit_of_work import News, Work

ROLES = ("staff", "head", "triage")


@dataclass(frozen=True)
class Member:
    """A member of staff. role: staff, head, triage, admin."""

    id: str
    unit: str
    role: str
    name: str


@dataclass(frozen=True)
class Code:
    kind: str
    unit: str
    role: str
    name: str


COLUMNS = [staff.c.id, staff.c.unit, staff.c.role, staff.c.name]
_MEMBER = Prepared(
    lambda insert: select(*COLUMNS).where(
        staff.c.tenant == bindparam("tenant"),
        staff.c.channel == bindparam("channel"),
        staff.c.sender == bindparam("sender"),
        staff.c.left_at.is_(None),
    )
)


def member(work: Work, channel: str, sender: str) -> Member | None:
    row = _MEMBER.first(work, tenant=work.tenant, channel=channel, sender=sender)
    return None if row is None else read(work, row)


def read(work: Work, cells: Sequence[Any]) -> Member:
    """From the cells of COLUMNS."""
    id, unit, role, name = cells
    return Member(id, unit, role, _open(work, name, id))


_NAME = Prepared(
    lambda insert: select(staff.c.name).where(staff.c.tenant == bindparam("tenant"), staff.c.id == bindparam("id"))
)


def name_of(work: Work, id: str) -> str:
    """Empty for somebody unknown."""
    return _open(work, _NAME.scalar(work, tenant=work.tenant, id=id), id)


def _open(work: Work, sealed: bytes | None, id: str) -> str:
    return work.keys.open(sealed, work.tenant, "staff", id) if sealed else ""


def join(work: Work, id: str, channel: str, sender: str, unit: str, role: str, name: str) -> None:
    """Binds an account to a unit; a second code for the same account moves it."""
    work.news.add(News.STAFF)
    values = {"unit": unit, "role": role, "joined_at": work.now, "left_at": None}
    row = insert(work, staff).values(tenant=work.tenant, id=id, channel=channel, sender=sender, **values)
    keys = ["tenant", "channel", "sender"]
    kept = work.connection.execute(
        row.on_conflict_do_update(index_elements=keys, set_=values).returning(staff.c.id)
    ).scalar_one()
    sealed = work.keys.seal(name, work.tenant, "staff", kept) if name else None
    mine = (staff.c.tenant == work.tenant, staff.c.id == kept)
    work.connection.execute(update(staff).where(*mine).values(name=sealed))


_UNIT_OF_GROUP = Prepared(
    lambda insert: select(group_chat.c.unit).where(
        group_chat.c.tenant == bindparam("tenant"),
        group_chat.c.channel == bindparam("channel"),
        group_chat.c.chat == bindparam("chat"),
    )
)


def unit_of_group(work: Work, channel: str, chat: str) -> str | None:
    return _UNIT_OF_GROUP.scalar(work, tenant=work.tenant, channel=channel, chat=chat)


_GROUPS = Prepared(
    lambda insert: select(group_chat.c.channel, group_chat.c.chat).where(
        group_chat.c.tenant == bindparam("tenant"), group_chat.c.unit == bindparam("unit")
    )
)


def groups_of(work: Work, unit: str) -> list[tuple[str, str]]:
    """(channel, chat) of every group bound to this unit."""
    return [(row.channel, row.chat) for row in _GROUPS.all(work, tenant=work.tenant, unit=unit)]


def has_groups(work: Work, channel: str) -> bool:
    """Whether any group of this platform is bound."""
    here = (group_chat.c.tenant == work.tenant, group_chat.c.channel == channel)
    return work.connection.execute(select(group_chat.c.chat).where(*here).limit(1)).first() is not None


def forums(work: Work, channel: str) -> list[tuple[str, str]]:
    """(chat, unit) of every group of this platform that has topics."""
    here = (group_chat.c.tenant == work.tenant, group_chat.c.channel == channel, group_chat.c.forum)
    rows = select(group_chat.c.chat, group_chat.c.unit).where(*here).order_by(group_chat.c.chat)
    return [(row.chat, row.unit) for row in work.connection.execute(rows)]


def bind_group(work: Work, channel: str, chat: str, unit: str, by: str, *, forum: bool = False) -> None:
    """forum: it has topics."""
    values = {"unit": unit, "bound_at": work.now, "bound_by": by, "forum": forum, "topics_refused": False}
    row = insert(work, group_chat).values(tenant=work.tenant, channel=channel, chat=chat, **values)
    work.connection.execute(row.on_conflict_do_update(index_elements=["tenant", "channel", "chat"], set_=values))


def move_group(work: Work, channel: str, old: str, new: str) -> None:
    """The platform has given a group another name."""
    here = (group_chat.c.tenant == work.tenant, group_chat.c.channel == channel)
    work.connection.execute(delete(group_chat).where(*here, group_chat.c.chat == new))
    work.connection.execute(update(group_chat).where(*here, group_chat.c.chat == old).values(chat=new))


def make_code(work: Work, typed: str, new: Code, valid_until: datetime) -> None:
    hashed = _hash(typed)
    name = work.keys.seal(new.name, work.tenant, "code", hashed) if new.name else None
    values = {"kind": new.kind, "unit": new.unit, "role": new.role, "made_at": work.now, "valid_until": valid_until}
    work.connection.execute(code.insert().values(tenant=work.tenant, hash=hashed, name=name, **values))


def use_code(work: Work, typed: str, kind: str) -> Code | None:
    """Takes a code, once. None: unknown, of another kind, used or expired."""
    hashed = _hash(typed)
    mine = (code.c.tenant == work.tenant, code.c.hash == hashed, code.c.kind == kind)
    free = (code.c.used_at.is_(None), code.c.valid_until > work.now)
    taken = update(code).where(*mine, *free).values(used_at=work.now).returning(code.c.unit, code.c.role, code.c.name)
    row = work.connection.execute(taken).first()
    if row is None:
        return None
    name = work.keys.open(row.name, work.tenant, "code", hashed) if row.name else ""
    return Code(kind, row.unit, row.role, name)


def _hash(typed: str) -> str:
    return sha256(typed.strip().upper().encode()).hexdigest()
