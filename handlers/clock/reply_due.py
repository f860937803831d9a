"""The time to take a reply back is over: it counts as said, and as the first contact if none was before."""

from complaints.complaint import By
from complaints.workflow import Actor, Status
from handlers import alerts as shared
from handlers import record
from handlers.messages import Push
from handlers.turn import Scene
from storage import alerts
from storage import complaints as stored

_STILL = {Status.CLAIMED, Status.HANDLING, Status.AWAITING_RESIDENT, Status.REPLIED}


def say(scene: Scene, subject: str) -> list[Push]:
    """subject: the row of the words. The push itself waits in the outbox until the same moment.

    Withdrawn or merged meanwhile, or in other hands: the words still arrive, nothing else changes.
    """
    word = stored.said(scene.work, int(subject))
    if word is not None and alerts.is_number(word.complaint):
        shared.said(scene, word.complaint, word.author, word.hash)
        return []
    complaint = stored.load(scene.work, word.complaint) if word else None
    if word is None or complaint is None or complaint.status not in _STILL:
        return []
    if complaint.holder not in {None, word.author}:
        return []
    complaint.reply(By(Actor.UNIT, word.author), scene.now, word.hash)
    return record.save(scene, complaint, tell=False)
