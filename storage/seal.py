"""The seal over all histories: once a minute the newest event of every changed complaint goes into one chain.

With it a complaint that is gone whole, and events cut off at the end, show. Who cuts the seals too is found by the
head: the hash of a seal that was posted somewhere outside.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from storage.audit import Broken
from storage.hot import insert
from storage.tables import audit_seal, complaint_event
from storage.unit_of_work import Work

OVERLAP = timedelta(minutes=5)  # a slow transaction commits events that are older than the last seal


@dataclass(frozen=True)
class Head:
    """What to post outside: which seal, and its hash."""

    seq: int
    hash: str


def seal(work: Work) -> Head | None:
    """Seals what changed since the last seal; None if nothing did, or another worker was faster."""
    last = _last(work)
    heads = _changed(work, last.at - OVERLAP if last else None)
    sealed = _sealed(work, last.at - 2 * OVERLAP) if last else {}
    new = {number: head for number, head in heads.items() if sealed.get(number) != head}
    if not new:
        return None
    seq, previous = (last.seq + 1, last.hash) if last else (1, None)
    hash = _hash(seq, new, previous)
    values = {"at": work.now, "heads": new, "previous": previous, "hash": hash}
    row = insert(work, audit_seal).values(tenant=work.tenant, seq=seq, **values).on_conflict_do_nothing()
    done = work.connection.execute(row.returning(audit_seal.c.seq)).first()
    return Head(seq, hash) if done else None


def head(work: Work) -> Head | None:
    last = _last(work)
    return Head(last.seq, last.hash) if last else None


def _last(work: Work) -> Any:
    mine = select(audit_seal.c.seq, audit_seal.c.at, audit_seal.c.hash).where(audit_seal.c.tenant == work.tenant)
    return work.connection.execute(mine.order_by(audit_seal.c.seq.desc()).limit(1)).first()


def _changed(work: Work, since: Any) -> dict[str, list[Any]]:
    """The newest event of each complaint with an event at or after `since`."""
    recent = select(complaint_event.c.complaint).where(complaint_event.c.tenant == work.tenant)
    recent = recent if since is None else recent.where(complaint_event.c.at >= since)
    newest = (
        select(complaint_event.c.complaint, func.max(complaint_event.c.seq).label("seq"))
        .where(complaint_event.c.tenant == work.tenant, complaint_event.c.complaint.in_(recent))
        .group_by(complaint_event.c.complaint)
        .subquery()
    )
    rows = select(complaint_event.c.complaint, complaint_event.c.seq, complaint_event.c.hash).join(
        newest,
        (complaint_event.c.complaint == newest.c.complaint) & (complaint_event.c.seq == newest.c.seq),
    )
    found = work.connection.execute(rows.where(complaint_event.c.tenant == work.tenant))
    return {row.complaint: [row.seq, row.hash] for row in found}


def _sealed(work: Work, since: datetime) -> dict[str, list[Any]]:
    """What the last seals hold: the newest head of each complaint in them."""
    mine = select(audit_seal.c.heads).where(audit_seal.c.tenant == work.tenant, audit_seal.c.at >= since)
    found: dict[str, list[Any]] = {}
    for heads in work.connection.execute(mine.order_by(audit_seal.c.seq)).scalars():
        found |= heads
    return found


def _hash(seq: int, heads: dict[str, list[Any]], previous: str | None) -> str:
    return sha256(json.dumps([seq, heads, previous or ""], sort_keys=True).encode()).hexdigest()


def verify(work: Work, posted: Head | None = None) -> tuple[Broken, ...]:
    """What the seals show to be broken, or the seals themselves (then `complaint` is empty). Reads all of them."""
    return tuple(_broken(work, posted))


def _broken(work: Work, posted: Head | None) -> Iterator[Broken]:
    previous, expected, seen = None, 1, posted is None
    rows = select(audit_seal).where(audit_seal.c.tenant == work.tenant).order_by(audit_seal.c.seq)
    for row in work.connection.execute(rows).all():
        if row.seq != expected or row.previous != previous or row.hash != _hash(row.seq, row.heads, row.previous):
            yield Broken("", row.seq, "seal")
            return
        seen = seen or (posted is not None and (row.seq, row.hash) == (posted.seq, posted.hash))
        previous, expected = row.hash, expected + 1
        heads = row.heads.items()
        yield from (
            Broken(number, seq, "cut") for number, (seq, hash) in heads if not _is_there(work, number, seq, hash)
        )
    if not seen and posted is not None:
        yield Broken("", posted.seq, "seal")


def _is_there(work: Work, number: str, seq: int, hash: str) -> bool:
    mine = (complaint_event.c.tenant == work.tenant, complaint_event.c.complaint == number)
    row = select(complaint_event.c.hash).where(*mine, complaint_event.c.seq == seq)
    return work.connection.execute(row).scalar() == hash
