"""What came in: each message is kept before anything is done with it, once, and sealed.

Its words go when it has been handled, or with its draft; a row stays, so that the same update is known again. A chat's
messages are handled in their order: one that fails holds up its own chat only, until it succeeds or is put aside.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, null, select, update

from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import inbox
from storage.unit_of_work import Line, Work

WAITING, DONE, QUARANTINED = "waiting", "done", "quarantined"


@dataclass(frozen=True)
class Kept:
    """One message in the inbox. body: the message as JSON."""

    id: int
    channel: str
    chat: str
    body: str
    tries: int


_WAITS: ColumnElement[str] = literal_column(f"'{WAITING}'")  # in clear, so that the partial index is used
_earlier = inbox.alias("earlier")
_of_chat = (
    _earlier.c.tenant == bindparam("tenant"),
    _earlier.c.channel == bindparam("channel"),
    _earlier.c.chat == bindparam("chat"),
    _earlier.c.state == _WAITS,
)
_KEEP = Prepared(
    lambda insert: (
        insert(inbox)
        .values(
            tenant=bindparam("tenant"),
            channel=bindparam("channel"),
            update_key=bindparam("update_key"),
            chat=bindparam("chat"),
            received_at=bindparam("now"),
            state=_WAITS,
            due=bindparam("now"),
            body=bindparam("body"),
        )
        .on_conflict_do_nothing()
        .returning(
            inbox.c.id,
            select(_earlier.c.id)
            .where(*_of_chat, _earlier.c.update_key != bindparam("update_key"))
            .exists()
            .label("behind"),
        )
    )
)


@dataclass(frozen=True)
class New:
    """A row just made. behind: an earlier message of its chat waits, or has not been handled yet."""

    id: int
    behind: bool


def keep(work: Work, channel: str, chat: str, update_key: str, body: str) -> int | None:
    """Keeps a message before anything is done with it. None: it was seen before."""
    new = keep_new(work, channel, chat, update_key, body)
    return None if new is None else new.id


def keep_new(work: Work, channel: str, chat: str, update_key: str, body: str) -> New | None:
    """The same, and whether it is to wait behind another."""
    sealed = work.keys.seal(body, work.tenant, "inbox", channel, update_key)
    row = {"tenant": work.tenant, "channel": channel, "chat": chat, "update_key": update_key}
    new = _KEEP.first(work, **row, now=work.now, body=sealed)
    return None if new is None else New(new.id, new.behind)


_EARLIER = Prepared(
    lambda insert: select(_earlier.c.id).where(*_of_chat, _earlier.c.id < bindparam("id")).limit(literal_column("1"))
)


def is_blocked(work: Work, channel: str, chat: str, id: int) -> bool:
    """Whether an earlier message of this chat still waits for another try."""
    return _EARLIER.scalar(work, tenant=work.tenant, channel=channel, chat=chat, id=id) is not None


_STATE = Prepared(
    lambda insert: (
        select(inbox.c.state)
        .where(inbox.c.tenant == bindparam("tenant"), inbox.c.id == bindparam("id"))
        .with_for_update(skip_locked=True)
    )
)


def is_waiting(work: Work, id: int) -> bool:
    """Whether it is still to be handled, and nobody else is at it; then nobody else will be in this transaction.

    A look for waiting ones may have come between keeping and handling it."""
    return bool(_STATE.scalar(work, tenant=work.tenant, id=id) == WAITING)


_FIRST_OF_CHATS = Prepared(
    lambda insert: (
        select(inbox)
        .where(inbox.c.tenant == bindparam("tenant"), inbox.c.state == _WAITS, inbox.c.due <= bindparam("now"))
        .where(
            ~select(_earlier.c.id)
            .where(
                _earlier.c.tenant == inbox.c.tenant,
                _earlier.c.channel == inbox.c.channel,
                _earlier.c.chat == inbox.c.chat,
                _earlier.c.state == _WAITS,
                _earlier.c.id < inbox.c.id,
            )
            .exists()
        )
        .order_by(inbox.c.id)
        .limit(bindparam("most"))
    )
)


def waiting(work: Work, limit: int) -> list[Kept]:
    """Messages whose turn for another try has come: due, and the first of their chat."""
    rows = _FIRST_OF_CHATS.all(work, tenant=work.tenant, now=work.now, most=limit)
    found = [_kept(work, row) for row in rows]
    return [kept for kept in found if kept is not None]


def _kept(work: Work, row: Any) -> Kept | None:
    """None: it cannot be read, and is put aside so that nobody waits behind it."""
    try:
        body = work.keys.open(row.body, work.tenant, "inbox", row.channel, row.update_key)
    except CannotOpen as error:
        quarantine(work, row.id, type(error).__name__)
        return None
    return Kept(row.id, row.channel, row.chat, body, row.tries)


_TRIED = Prepared(
    lambda insert: (
        update(inbox)
        .where(inbox.c.tenant == bindparam("tenant_"), inbox.c.id == bindparam("id_"))
        .values(tries=inbox.c.tries + 1)
        .returning(inbox.c.tries)
    )
)


def tried(work: Work, id: int) -> int:
    """Counts a try before it is made; the new count."""
    return int(_TRIED.scalar(work, tenant_=work.tenant, id_=id) or 0)


@dataclass(frozen=True)
class Found:
    """A message that was handled. draft: the one its words belong to; body: JSON, empty once that draft has ended."""

    draft: str | None
    body: str


def find(work: Work, channel: str, update_key: str) -> Found | None:
    """None: no such message came."""
    mine = (inbox.c.tenant == work.tenant, inbox.c.channel == channel, inbox.c.update_key == update_key)
    row = work.connection.execute(select(inbox.c.draft, inbox.c.body).where(*mine)).first()
    if row is None:
        return None
    body = work.keys.open(row.body, work.tenant, "inbox", channel, update_key) if row.body else ""
    return Found(row.draft, body)


_DONE = Prepared(
    lambda insert: (
        update(inbox)
        .where(inbox.c.tenant == bindparam("tenant_"), inbox.c.id == bindparam("id_"))
        .values(
            state=DONE,
            tries=inbox.c.tries + bindparam("more"),
            error=null(),
            draft=bindparam("draft_"),
            body=case((literal_column("1") == bindparam("kept"), inbox.c.body), else_=null()),
        )
    )
)


def done(work: Work, line: Line, id: int, draft: str | None, *, counted: bool = True) -> None:
    """Handled. Words that belong to a draft stay sealed with it until it ends; others go at once.

    line: the channel and chat it came from. counted: the try that has just succeeded was counted before.
    """
    row = {"tenant_": work.tenant, "id_": id, "draft_": draft}
    _DONE.last(work, line, **row, kept=int(draft is not None), more=int(not counted))


def failed(work: Work, id: int, error: str, wait: timedelta) -> None:
    _change(work, id, {"error": error, "due": work.now + wait})


def quarantine(work: Work, id: int, error: str) -> None:
    """Put aside for a person; the words stay sealed."""
    _change(work, id, {"state": QUARANTINED, "error": error})


def _change(work: Work, id: int, values: dict[str, Any]) -> None:
    work.connection.execute(update(inbox).where(inbox.c.tenant == work.tenant, inbox.c.id == id).values(**values))


_FORGET = Prepared(
    lambda insert: (
        update(inbox)
        .where(inbox.c.tenant == bindparam("tenant_"), inbox.c.draft == bindparam("draft_"))
        .values(body=null())
    )
)


def forget_words(work: Work, draft: str) -> None:
    """The words of an ended draft leave the inbox; that they were seen stays."""
    _FORGET.change(work, tenant_=work.tenant, draft_=draft)


def counts(work: Work) -> dict[str, int]:
    """received = done + quarantined + waiting, at all times."""
    rows = select(inbox.c.state, func.count()).where(inbox.c.tenant == work.tenant).group_by(inbox.c.state)
    found = {state: int(number) for state, number in work.connection.execute(rows)}
    return {state: found.get(state, 0) for state in (DONE, QUARANTINED, WAITING)}
