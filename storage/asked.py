"""What a chat may answer: the buttons under its texts, and questions that another person's turn put to it.

A button is a row, so what it means never travels; who presses it is authorised again by the caller. A question of the
chat's own turn is in its conversation (`storage.conversations`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.hot import Prepared, insert
from storage.tables import button, question
from storage.unit_of_work import Work


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


def waiting_chats(work: Work, channel: str) -> list[str]:
    """The chats that are asked something."""
    waits = (question.c.tenant == work.tenant, question.c.channel == channel, question.c.valid_until > work.now)
    return list(work.connection.execute(select(question.c.chat).where(*waits).distinct()).scalars().all())
