"""What happened to a complaint: codes, ids and times, never words of a person.

For each text an event speaks of it carries that text's salted hash; the words lie in rows that can be erased.
Each event has the hash of the one before of the same complaint, so that an edit shows.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from complaints.workflow import Actor, Status


@dataclass(frozen=True)
class Event:
    """kind: what happened (claimed, replied ...). transition: the row of the workflow, empty if no status changed."""

    kind: str
    at: datetime
    actor: Actor
    actor_id: str
    before: Status
    after: Status
    transition: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    text_hash: str | None = None


def text_hash(text: str, salt: bytes) -> str:
    """The hash by which an event speaks of a text; without the salt it says nothing of the text."""
    return sha256(salt + text.encode()).hexdigest()


def chained(event: Event, complaint: str, seq: int, previous: str | None) -> str:
    """The hash of `event` as number `seq` of `complaint`, over everything it says and the hash before it."""
    spoken = [
        complaint,
        seq,
        previous or "",
        event.kind,
        event.transition,
        event.at.timestamp(),
        event.actor.value,
        event.actor_id,
        event.before.value,
        event.after.value,
        event.facts,
        event.text_hash or "",
    ]
    return sha256(json.dumps(spoken, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
