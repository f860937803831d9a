"""Open alerts of the duty desk: whom they are about, who looks after them; and the record of what was done.

An open alert is a sealed fact, found by its number and by the chat it is about; a closed one leaves its events and
words only, chained and kept under its number like those of a complaint. Who changes an alert holds the conversation
of its chat (`conversations.lock`), so that two never change it at once.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, delete, select

from complaints.events import Event
from complaints.workflow import Actor, Status
from storage import complaints as stored
from storage import facts
from storage.hot import Prepared
from storage.sealed import CannotOpen
from storage.tables import fact as table
from storage.unit_of_work import Work

log = structlog.get_logger()
PREFIX, DIGITS = "A-", 4
RAISED = "alert_raised"
_NAME, _END = "alert:", "alert;"  # the first name behind all that begin so
_OF = "alert_of:"
_KEPT = ("channel", "chat", "holder", "written", "unanswered", "reminded")


@dataclass
class Alert:
    """holder: the id of the member of staff who looks after it, empty while nobody does. written: somebody wrote to
    the person. unanswered: what the person said since. reminded: how often the desk was reminded of this state."""

    number: str
    channel: str
    chat: str
    raised_at: datetime
    holder: str = ""
    written: bool = False
    unanswered: int = 0
    reminded: int = 0


def keep(work: Work, alert: Alert) -> None:
    """A new one, or its present state."""
    state = {name: getattr(alert, name) for name in _KEPT} | {"raised_at": alert.raised_at.isoformat()}
    sealed = work.keys.seal(json.dumps(state), work.tenant, "alert", alert.number)
    facts.put(work, _NAME + alert.number, base64.b64encode(sealed).decode())
    facts.put(work, pointer(alert.channel, alert.chat), alert.number)


def load(work: Work, number: str) -> Alert | None:
    """None: there is none of this number, or it is closed."""
    value = facts.get(work, _NAME + number)
    return None if value is None else _opened(work, number, value)


def of_chat(work: Work, channel: str, chat: str) -> Alert | None:
    """The open one that is about this chat."""
    number = facts.get(work, pointer(channel, chat))
    return None if number is None else load(work, number)


_OPEN = Prepared(
    lambda insert: select(table.c.name, table.c.value).where(
        table.c.tenant == bindparam("tenant"), table.c.name >= bindparam("first"), table.c.name < bindparam("end")
    )
)


def open_ones(work: Work) -> list[Alert]:
    """Oldest first."""
    rows = _OPEN.all(work, tenant=work.tenant, first=_NAME, end=_END)
    found = [_opened(work, row.name.removeprefix(_NAME), row.value) for row in rows]
    return sorted((alert for alert in found if alert is not None), key=lambda alert: alert.raised_at)


def close(work: Work, alert: Alert) -> None:
    names = (_NAME + alert.number, pointer(alert.channel, alert.chat))
    work.connection.execute(delete(table).where(table.c.tenant == work.tenant, table.c.name.in_(names)))


def pointer(channel: str, chat: str) -> str:
    """The name of the fact that leads from a chat to its open alert."""
    return f"{_OF}{channel}:{chat}"


def _opened(work: Work, number: str, value: str) -> Alert | None:
    """None: it cannot be read, as if there were none; a person who cries again raises a new one."""
    try:
        state: dict[str, Any] = json.loads(work.keys.open(base64.b64decode(value), work.tenant, "alert", number))
    except (CannotOpen, ValueError):
        log.error("alert.unreadable", number=number)
        return None
    return Alert(number, raised_at=datetime.fromisoformat(state.pop("raised_at")), **state)


def is_number(number: str) -> bool:
    """Of an alert, not of a complaint, whose numbers are longer."""
    return number.startswith(PREFIX) and len(number) == len(PREFIX) + DIGITS


def is_new(work: Work, number: str) -> bool:
    """Whether no alert, open or closed, has had this number."""
    return not stored.events(work, number)


def record(
    work: Work,
    number: str,
    kind: str,
    actor: Actor,
    by: str = "",
    *,
    text_hash: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Appends to the history of this alert. It has no status of the workflow: every event stands at `registered`."""
    still = Status.REGISTERED
    event = Event(kind, work.now, actor, by, still, still, facts=dict(facts or {}), text_hash=text_hash)
    stored.append(work, number, [event])
