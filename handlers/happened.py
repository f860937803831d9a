"""What happened to a chat outside a message: it blocked us, let us in, became another chat; or we were away.

Each is told once, whatever the platform repeats, because its key is kept like a message's.
"""

from collections.abc import Callable

from complaints.complaint import Complaint
from handlers import notifications
from handlers.messages import Event, Push, Reply
from handlers.texts import happened as texts
from handlers.turn import Scene
from storage import asked, cards, drafts, inbox, lines, moved, outbox, people
from storage import complaints as stored

PRESSES_LAST, MESSAGES_LAST = 150.0, 24 * 3600.0  # seconds a platform keeps them for somebody who is away


def report(scene: Scene, event: Event) -> list[Push]:
    """Raises KeyError for a kind that nobody knows."""
    act = ACTS[event.kind]
    id = inbox.keep(scene.work, event.channel, event.chat, event.key, "{}")
    if id is None:
        return []
    inbox.done(scene.work, (event.channel, event.chat), id, None, counted=False)
    return act(scene, event)


def _blocked(scene: Scene, event: Event) -> list[Push]:
    return unreachable(scene, event.channel, event.chat, event.kind)


def unreachable(scene: Scene, channel: str, chat: str, reason: str) -> list[Push]:
    """What waits is buried; the cards of their complaints say so, and somebody is asked to call."""
    was_open = not lines.is_unreachable(scene.work, channel, chat)
    outbox.close_line(scene.work, channel, chat, reason)
    pushes: list[Push] = []
    for complaint in stored.of_person(scene.work, channel, chat):
        if complaint.is_open:
            cards.want(scene.work, complaint.number)
            pushes += call(scene, complaint) if was_open else []
    return pushes


def call(scene: Scene, complaint: Complaint) -> list[Push]:
    """The unit that leads is to reach the resident in another way."""
    return notifications.to_groups(scene, complaint, texts.to_call(complaint.number, anonymous=complaint.anonymous))


def _unblocked(scene: Scene, event: Event) -> list[Push]:
    lines.reopen(scene.work, event.channel, event.chat)
    for complaint in stored.of_person(scene.work, event.channel, event.chat):
        if complaint.is_open:
            cards.want(scene.work, complaint.number)
    return []


def _kicked(scene: Scene, event: Event) -> list[Push]:
    """The group stays bound: whoever lets us in again finds its cards."""
    outbox.close_line(scene.work, event.channel, event.chat, event.kind)
    return []


def _added(scene: Scene, event: Event) -> list[Push]:
    lines.reopen(scene.work, event.channel, event.chat)
    bound = people.unit_of_group(scene.work, event.channel, event.chat)
    text = texts.back_again() if bound else texts.let_in()
    return [Push(event.channel, event.chat, Reply(text), scene.now)]


def _migrated(scene: Scene, event: Event) -> list[Push]:
    moved.move(scene.work, event.channel, event.chat, event.to)
    return []


def _nothing(scene: Scene, event: Event) -> list[Push]:
    """A topic that is closed shows when we next write to it."""
    return []


ACTS: dict[str, Callable[[Scene, Event], list[Push]]] = {
    "blocked": _blocked,
    "unblocked": _unblocked,
    "kicked": _kicked,
    "added": _added,
    "migrated": _migrated,
    "topic_closed": _nothing,
}


def away(scene: Scene, channel: str, seconds: float) -> list[Push]:
    """Nobody listened for so long: who was in the middle of something is asked to say again what may be lost."""
    if seconds < PRESSES_LAST:
        return []
    text = texts.away(messages_too=seconds >= MESSAGES_LAST)
    chats = dict.fromkeys([*drafts.live_chats(scene.work, channel), *asked.waiting_chats(scene.work, channel)])
    return [Push(channel, chat, Reply(text), scene.now) for chat in chats]
