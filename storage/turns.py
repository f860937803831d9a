"""The rows of every turn: what came in, the conversation, buttons, questions, clocks, and what is to go out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, bindparam, case, delete, func, literal_column, null, select, update
from sqlalchemy.dialects import sqlite

from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import button, clock, conversation, inbox, line, outbox, question
from storage.unit_of_work import Line, News, Work

WAITING, DONE, QUARANTINED = "waiting", "done", "quarantined"


def insert(work: Work, table: Any) -> Any:
    """INSERT that knows ON CONFLICT, in the words of this database."""
    if work.connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # a tenth of the time in which a process starts

    return postgresql.insert(table)


# What came in


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
    lambda insert: select(inbox.c.state).where(inbox.c.tenant == bindparam("tenant"), inbox.c.id == bindparam("id"))
)


def is_waiting(work: Work, id: int) -> bool:
    """Whether it is still to be handled: a look for waiting ones may have come between keeping and handling it."""
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


# The conversation


@dataclass
class Conversation:
    """Where a chat stands. asking: what the next plain text answers, about which complaint; told: what was said on
    the way there, such as a chosen result. asked_at: ISO time. before: earlier questions that still wait, as dicts."""

    channel: str
    chat: str
    draft: str | None = None
    asking: str = ""
    about: str = ""
    told: dict[str, str] = field(default_factory=dict)
    asked_at: str = ""
    before: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0
    read_as: Sequence[Any] = field(default=(), compare=False, repr=False)  # unchanged since: it is not written again

    def ask(self, what: str, about: str, told: dict[str, str], at: datetime, *, keep: bool) -> None:
        """keep: a question about something else, on whose way something was said already, waits behind this one."""
        if keep and self.told and self.about != about:
            self.before.append({name: getattr(self, name) for name in _ASKED})
        self.before = [asked for asked in self.before if asked["about"] != about] if keep else []
        self.asking, self.about, self.told, self.asked_at = what, about, told, at.isoformat()

    def settle(self) -> None:
        """Answered or dropped: what waited behind it is asked again."""
        asked = self.before.pop() if self.before else {"asking": "", "about": "", "told": {}, "asked_at": ""}
        for name in _ASKED:
            setattr(self, name, asked[name])


_ASKED = ("asking", "about", "told", "asked_at")


_MEET = Prepared(
    lambda insert: (
        insert(conversation)
        .values(tenant=bindparam("tenant"), channel=bindparam("channel"), chat=bindparam("chat"), version=0)
        .on_conflict_do_nothing()
    )
)
_LOCK = Prepared(
    lambda insert: (
        select(conversation.c.draft, conversation.c.state, conversation.c.version)
        .where(
            conversation.c.tenant == bindparam("tenant"),
            conversation.c.channel == bindparam("channel"),
            conversation.c.chat == bindparam("chat"),
        )
        .with_for_update()
    )
)


def lock_conversation(work: Work, channel: str, chat: str) -> Conversation:
    """The sender's own conversation, made if new and locked for this transaction."""
    row = hold_conversation(work, channel, chat)
    return stands(work, channel, chat, row.version, row.draft, row.state)


def hold_conversation(work: Work, channel: str, chat: str) -> Any:
    """Its row, locked; made first if it is new, so that two who meet there do not both begin."""
    here = {"tenant": work.tenant, "channel": channel, "chat": chat}
    found = _LOCK.first(work, **here)
    if found is None:
        meet(work, channel, chat)
        found = _LOCK.all(work, **here)[0]
    return found


def meet(work: Work, channel: str, chat: str) -> None:
    """Makes the conversation, unless somebody else was faster."""
    _MEET.change(work, tenant=work.tenant, channel=channel, chat=chat)


def stands(
    work: Work, channel: str, chat: str, version: int | None, draft: str | None, state: bytes | None
) -> Conversation:
    """From the cells of its row; a new one has none."""
    if state is None:
        found = Conversation(channel, chat, draft, version=version or 0)
    else:
        known = orjson.loads(work.keys.open(state, work.tenant, "conversation", channel, chat))
        found = Conversation(channel, chat, draft, **known, version=version or 0)
    found.read_as = _content(found)
    return found


def _content(of: Conversation) -> Sequence[Any]:
    """All of it but where it is, copied."""
    return of.draft, of.asking, of.about, dict(of.told), of.asked_at, list(of.before)


_LEAVE = Prepared(
    lambda insert: (
        update(conversation)
        .where(
            conversation.c.tenant == bindparam("tenant_"),
            conversation.c.channel == bindparam("channel_"),
            conversation.c.chat == bindparam("chat_"),
            conversation.c.version == bindparam("seen"),
        )
        .values(draft=bindparam("draft_"), state=bindparam("state_"), version=conversation.c.version + 1)
    )
)


def save_conversation(work: Work, kept: Conversation) -> None:
    """Writes what has changed since it was loaded. Raises Overtaken."""
    if _content(kept) == kept.read_as:
        return
    known = {name: value for name in (*_ASKED, "before") if (value := getattr(kept, name))}
    where = (work.tenant, "conversation", kept.channel, kept.chat)
    sealed = work.keys.seal(orjson.dumps(known), *where) if known else None
    here = {"tenant_": work.tenant, "channel_": kept.channel, "chat_": kept.chat, "seen": kept.version}
    _LEAVE.last(work, (kept.channel, kept.chat), **here, draft_=kept.draft, state_=sealed)


# Buttons


@dataclass(frozen=True)
class Pressed:
    """What a button means. args: what goes with its action; complaint: empty if it is about none."""

    channel: str
    chat: str
    action: str
    args: dict[str, str]
    complaint: str
    valid_until: datetime


_BUTTONS = Prepared(lambda insert: insert(button).values({c.name: bindparam(c.name) for c in button.c}))


def make_buttons(
    work: Work, id: str, channel: str, chat: str, choices: Sequence[tuple[str, dict[str, str], str]], until: datetime
) -> None:
    """The buttons under one text, as action, args and complaint. The nth, from 0, is pressed as `id.n`."""
    row = {"tenant": work.tenant, "id": id, "channel": channel, "chat": chat, "choices": choices}
    _BUTTONS.last(work, (channel, chat), **row, valid_until=until)


_PRESSED = Prepared(
    lambda insert: select(button).where(button.c.tenant == bindparam("tenant"), button.c.id == bindparam("id"))
)


def pressed(work: Work, pressed_id: str) -> Pressed | None:
    """None: there is no such button."""
    id, _, place = pressed_id.partition(".")
    if not (place.isascii() and place.isdecimal() and len(place) <= 3):
        return None
    row = _PRESSED.first(work, tenant=work.tenant, id=id)
    if row is None or int(place) >= len(row.choices):
        return None
    action, args, complaint = row.choices[int(place)]
    return Pressed(row.channel, row.chat, action, args, complaint, row.valid_until)


# Questions put to somebody by another person's turn


def ask(work: Work, channel: str, chat: str, complaint: str, kind: str, valid_until: datetime) -> None:
    values = {"asked_at": work.now, "valid_until": valid_until}
    new = insert(work, question).values(
        tenant=work.tenant, channel=channel, chat=chat, complaint=complaint, kind=kind, **values
    )
    keys = ["tenant", "channel", "chat", "complaint", "kind"]
    work.connection.execute(new.on_conflict_do_update(index_elements=keys, set_=values))


def open_questions(work: Work, channel: str, chat: str) -> list[tuple[str, str]]:
    """(complaint, kind), the newest first."""
    rows = (
        select(question.c.complaint, question.c.kind)
        .where(
            question.c.tenant == work.tenant,
            question.c.channel == channel,
            question.c.chat == chat,
            question.c.valid_until > work.now,
        )
        .order_by(question.c.id.desc())
    )
    return [(row.complaint, row.kind) for row in work.connection.execute(rows)]


def answered(work: Work, complaint: str, kind: str | None = None) -> None:
    gone = delete(question).where(question.c.tenant == work.tenant, question.c.complaint == complaint)
    work.connection.execute(gone if kind is None else gone.where(question.c.kind == kind))


# Clocks


@dataclass(frozen=True)
class Due:
    id: int
    kind: str
    subject: str
    generation: int
    due: datetime


_SET = Prepared(
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


def set_clock(work: Work, kind: str, subject: str, due: datetime) -> None:
    """Replaces the clock of this kind and subject by its next generation."""
    _SET.change(work, tenant=work.tenant, kind=kind, subject=subject, due=due)


def set_clocks(work: Work, subject: str, dues: Mapping[str, datetime]) -> None:
    """Several kinds of one subject."""
    if dues:
        _SET.many(work, [{"tenant": work.tenant, "kind": kind, "subject": subject, "due": dues[kind]} for kind in dues])


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


def stop_clocks(work: Work, subject: str, kinds: Iterable[str] | None = None) -> int:
    """How many were running."""
    if kinds is None:
        return _STOP.change(work, tenant=work.tenant, subject=subject)
    return sum(_STOP_ONE.change(work, tenant=work.tenant, subject=subject, kind=kind) for kind in set(kinds))


def clocks_of(work: Work, subject: str) -> dict[str, datetime]:
    rows = select(clock.c.kind, clock.c.due).where(clock.c.tenant == work.tenant, clock.c.subject == subject)
    return {row.kind: row.due for row in work.connection.execute(rows.order_by(clock.c.due))}


def due_clocks(work: Work, limit: int) -> list[Due]:
    """Read without a lock: whoever takes one asks again."""
    rows = select(clock).where(clock.c.tenant == work.tenant, clock.c.due <= work.now).order_by(clock.c.due)
    return [Due(r.id, r.kind, r.subject, r.generation, r.due) for r in work.connection.execute(rows.limit(limit))]


def take_clock(work: Work, due: Due) -> bool:
    """False: somebody was faster, or it was set anew; then nothing is to happen."""
    mine = (
        clock.c.tenant == work.tenant,
        clock.c.kind == due.kind,
        clock.c.subject == due.subject,
        clock.c.generation == due.generation,
        clock.c.due == due.due,
    )
    return work.connection.execute(delete(clock).where(*mine).returning(clock.c.id)).first() is not None


# What is to go out (delivery itself: storage.outbox)


_PUT_OUT = Prepared(
    lambda insert: (
        insert(outbox)
        .values(
            {
                name: bindparam(name)
                for name in [
                    "tenant",
                    "channel",
                    "chat",
                    "delivery",
                    "created_at",
                    "due",
                    "complaint",
                    "word",
                    "payload",
                ]
            }
            | {"state": WAITING}
        )
        .returning(outbox.c.id)
    )
)


def put_out(
    work: Work,
    channel: str,
    chat: str,
    payload: str,
    *,
    due: datetime,
    delivery: str = "must_arrive",
    complaint: str | None = None,
    word: int | None = None,
) -> int:
    """For the outbox to deliver. payload: the outgoing text with its buttons as JSON. Returns the row's number."""
    work.news.add(News.TO_SEND)
    sealed = work.keys.seal(payload, work.tenant, "outbox", channel, chat)
    row = {"tenant": work.tenant, "channel": channel, "chat": chat, "delivery": delivery, "created_at": work.now}
    id = _PUT_OUT.scalar(work, **row, due=due, complaint=complaint, word=word, payload=sealed)
    return int(id or 0)


def take_out(work: Work, word: int) -> bool:
    """Deletes a push that has not been taken yet. False: it is on its way or gone."""
    mine = (outbox.c.tenant == work.tenant, outbox.c.word == word, outbox.c.state == WAITING)
    return work.connection.execute(delete(outbox).where(*mine).returning(outbox.c.id)).first() is not None


def is_unreachable(work: Work, channel: str, chat: str) -> bool:
    row = select(line.c.unreachable).where(line.c.tenant == work.tenant, line.c.channel == channel, line.c.chat == chat)
    return bool(work.connection.execute(row).scalar())


def counts(work: Work) -> dict[str, int]:
    """received = done + quarantined + waiting, at all times."""
    rows = select(inbox.c.state, func.count()).where(inbox.c.tenant == work.tenant).group_by(inbox.c.state)
    found = {state: int(number) for state, number in work.connection.execute(rows)}
    return {state: found.get(state, 0) for state in (DONE, QUARANTINED, WAITING)}
