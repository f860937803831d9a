"""Where each chat stands: its draft, what was asked last, and what was said on the way there.

A conversation is locked for the turn and written back if it has changed. What was said is sealed. Other people's
turns put their questions into `storage.asked`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, select, update

from storage.hot import Prepared
from storage.tables import conversation
from storage.unit_of_work import Work


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


def lock(work: Work, channel: str, chat: str) -> Conversation:
    """The sender's own conversation, made if new and locked for this transaction."""
    work.look_at((channel, chat))
    row = hold(work, channel, chat)
    return stands(work, channel, chat, row.version, row.draft, row.state)


def hold(work: Work, channel: str, chat: str) -> Any:
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


def save(work: Work, kept: Conversation) -> None:
    """Writes what has changed since it was loaded. Raises Overtaken."""
    if _content(kept) == kept.read_as:
        return
    known = {name: value for name in (*_ASKED, "before") if (value := getattr(kept, name))}
    where = (work.tenant, "conversation", kept.channel, kept.chat)
    sealed = work.keys.seal(orjson.dumps(known), *where) if known else None
    here = {"tenant_": work.tenant, "channel_": kept.channel, "chat_": kept.chat, "seen": kept.version}
    _LEAVE.last(work, (kept.channel, kept.chat), **here, draft_=kept.draft, state_=sealed)
