"""What groups may read of a complaint: its masked copies, and the words that staff have masked by hand in it.

A word masked by hand lies sealed among the words of its complaint, so it is of that complaint only and is erased with
it; the texts as typed stay whole. Cards and lists are made from the copies; what was posted before stays posted.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from complaints import blanking, masking
from complaints.events import text_hash
from storage.hot import Prepared
from storage.tables import identity, word
from storage.unit_of_work import Work

WAITING, HIDDEN, SHOWN = "to_mask", "mask", "unmasked"  # asked back; masked; shown again
_APART = "\n"  # between the names of one number
_OURS = frozenset({WAITING, HIDDEN, SHOWN})


@dataclass(frozen=True)
class Mask:
    """A word masked by hand, and the hash by which an event speaks of it."""

    id: int
    author: str
    at: datetime
    word: str
    hash: str


_NAME_GIVEN = Prepared(
    lambda insert: select(identity.c.name).where(
        identity.c.tenant == bindparam("tenant"), identity.c.complaint == bindparam("complaint")
    )
)
_HIDDEN = Prepared(
    lambda insert: (
        select(word.c.id, word.c.author, word.c.at, word.c.body, word.c.salt)
        .where(word.c.tenant == bindparam("tenant"), word.c.complaint == bindparam("complaint"))
        .where(word.c.kind == HIDDEN, word.c.body.is_not(None))
        .order_by(word.c.id)
    )
)


def masked(work: Work, number: str, text: str) -> str:
    """`text` as a group may read it: what the rules find, the name given as contact, what staff masked by hand."""
    return _copy(text, names_given(work, number), [mask.word for mask in hidden(work, number)])


def _copy(text: str, names: list[str], words: list[str]) -> str:
    return blanking.blank(masking.mask(text, names), words)


def names_given(work: Work, number: str) -> list[str]:
    """The name given as contact, of an alert all that were given, to be masked in what anybody types."""
    sealed = _NAME_GIVEN.scalar(work, tenant=work.tenant, complaint=number)
    return work.keys.open(sealed, work.tenant, "identity", number).split(_APART) if sealed else []


_KNOW = Prepared(
    lambda insert: (
        insert(identity)
        .values({name: bindparam(name) for name in ("tenant", "complaint", "name")})
        .on_conflict_do_update(index_elements=["tenant", "complaint"], set_={"name": bindparam("name")})
    )
)


def know(work: Work, number: str, names: Iterable[str]) -> None:
    """More names that may be typed under this number; those known stay."""
    known = names_given(work, number)
    both = list(dict.fromkeys(filter(None, [*known, *names])))
    if both != known:
        sealed = work.keys.seal(_APART.join(both), work.tenant, "identity", number)
        _KNOW.change(work, tenant=work.tenant, complaint=number, name=sealed)


def hidden(work: Work, number: str) -> list[Mask]:
    """The words masked by hand now, oldest first."""
    return [_mask(work, number, row) for row in _HIDDEN.all(work, tenant=work.tenant, complaint=number)]


def _mask(work: Work, number: str, row: Any) -> Mask:
    text = work.keys.open(row.body, work.tenant, "word", number)
    return Mask(row.id, row.author, row.at, text, text_hash(text, row.salt))


def places(work: Work, number: str, text: str) -> int:
    """How many times a word stands in what groups are shown of the complaint now."""
    return sum(blanking.places(row.masked or "", text) for row in _said(work, number))


def keep(work: Work, number: str, author: str, text: str) -> int:
    """Keeps a word that is to be masked, sealed and without a copy; its id."""
    body = work.keys.seal(text, work.tenant, "word", number)
    row = {"tenant": work.tenant, "complaint": number, "kind": WAITING, "author": author, "at": work.now}
    kept = word.insert().values(**row, body=body, salt=os.urandom(16)).returning(word.c.id)
    return int(work.connection.execute(kept).scalar_one())


def hide(work: Work, number: str, id: int) -> Mask | None:
    """A kept word is masked from now on. None: it was masked before, or is of another complaint."""
    return _change(work, number, id, WAITING, HIDDEN)


def show(work: Work, number: str, id: int) -> Mask | None:
    """A masked word is shown again. None: it is shown already."""
    return _change(work, number, id, HIDDEN, SHOWN)


def _change(work: Work, number: str, id: int, was: str, now: str) -> Mask | None:
    mine = (word.c.tenant == work.tenant, word.c.complaint == number, word.c.id == id, word.c.kind == was)
    told = (word.c.id, word.c.author, word.c.at, word.c.body, word.c.salt)
    row = work.connection.execute(update(word).where(*mine).values(kind=now).returning(*told)).first()
    return _mask(work, number, row) if row is not None else None


def copied_anew(work: Work, number: str, gist: str) -> str:
    """Makes the masked copies of all that was said again; the new gist. gist: the one of today."""
    names, words = names_given(work, number), [mask.word for mask in hidden(work, number)]
    for row in _said(work, number):
        copy = _copy(work.keys.open(row.body, work.tenant, "word", number), names, words)
        if copy != row.masked:
            work.connection.execute(
                update(word).where(word.c.tenant == work.tenant, word.c.id == row.id).values(masked=copy)
            )
        if row.kind == "filed":
            gist = copy
    return blanking.blank(gist, words)


def _said(work: Work, number: str) -> list[Any]:
    """What was said about the complaint and is not erased."""
    mine = (word.c.tenant == work.tenant, word.c.complaint == number, word.c.body.is_not(None))
    rows = select(word.c.id, word.c.kind, word.c.masked, word.c.body).where(*mine, word.c.kind.not_in(sorted(_OURS)))
    return list(work.connection.execute(rows).all())
