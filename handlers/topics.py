"""The topic of a complaint in a group that has topics: what it is called, and whether it stays open.

The name is made from the masked copy, like a card. Topics are opened and changed by the outbox, with what this says.
"""

from dataclasses import dataclass
from hashlib import sha256

from complaints.complaint import Complaint
from handlers.messages import Push, Reply
from handlers.texts import group as texts
from handlers.texts import happened
from handlers.turn import Scene
from storage import people, topics


@dataclass(frozen=True)
class Topic:
    """closed: nothing is to be done here any more."""

    name: str
    closed: bool = False

    @property
    def as_made(self) -> str:
        """By which it is known later what it was made, without the words of its name."""
        return f"{'closed' if self.closed else 'open'} {self.name_hash}"

    @property
    def name_hash(self) -> str:
        return sha256(self.name.encode()).hexdigest()[:16]


def of(scene: Scene, complaint: Complaint, channel: str, chat: str) -> Topic:
    """As it should be in this group now: closed when the complaint is over or has gone to others."""
    here = people.unit_of_group(scene.work, channel, chat)
    is_ours = here in {complaint.lead, *complaint.assists}
    return Topic(texts.topic(complaint), closed=not (complaint.is_open and is_ours))


def none(scene: Scene, channel: str, chat: str, *, is_forum: bool) -> list[Push]:
    """None could be opened: the group has topics no more, or we lack the right, which it is told once."""
    if not is_forum:
        topics.switched(scene.work, channel, chat, on=False)
        return []
    told = not topics.refused(scene.work, channel, chat)
    return [] if told else [Push(channel, chat, Reply(happened.no_right_to_topics()), scene.now)]
