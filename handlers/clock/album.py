"""Some time after the last of what was sent together: all of it is answered once, and staff are told once."""

from collections.abc import Callable

from complaints.complaint import Complaint
from complaints.draft import LIVE, Draft
from handlers import choices, notifications, record
from handlers.messages import Push, Reply
from handlers.texts import evidence as texts
from handlers.texts import group, resident
from handlers.turn import Scene
from storage import complaints as stored
from storage import drafts, evidence
from storage.evidence import COUNTED, Evidence

Live = Callable[[Scene, Draft], Reply]
_TELL = frozenset({"registered", "added"})  # events that say how many files there were


def say(scene: Scene, subject: str, live: Live) -> list[Push]:
    """subject: channel, chat and album. live: what a draft waits for now."""
    channel, rest = subject.split(":", 1)
    chat, album = rest.rsplit(":", 1)
    rows = evidence.of_album(scene.work, channel, chat, album)
    if not rows:
        return []
    home = rows[-1].home
    line = texts.came(rows, evidence.of_home(scene.work, home))
    if home.complaint:
        return _to_complaint(scene, home.complaint, rows, line)
    draft = drafts.load(scene.work, home.draft or "")
    if draft is None or draft.state not in LIVE:
        return []
    shown = live(scene, draft)
    return [Push(channel, chat, Reply(f"{line}\n\n{shown.text}", shown.choices), scene.now)]


def _to_complaint(scene: Scene, number: str, rows: list[Evidence], line: str) -> list[Push]:
    complaint = stored.load(scene.work, number)
    if complaint is None:
        return []
    told = _add(scene, complaint, rows)
    ways = choices.after(complaint) if complaint.is_open else choices.MENU
    text = f"{line}\n\n{resident.added(complaint)}" if told else line
    return [*told, notifications.to_resident(scene, complaint, Reply(text, ways))]


def _add(scene: Scene, complaint: Complaint, rows: list[Evidence]) -> list[Push]:
    """The event for those that no event speaks of yet, and the line for the lead's groups."""
    events = stored.events(scene.work, complaint.number)
    spoken = max((row.at for row in events if row.kind in _TELL and row.facts.get("files")), default=None)
    new = sum(row.state in COUNTED and (spoken is None or row.at > spoken) for row in rows)
    if not new or not complaint.is_open:
        return []
    complaint.add(scene.now, None, new)
    record.save(scene, complaint, tell=False)
    return notifications.to_groups(scene, complaint, group.added_in_group(complaint, "", new))
