"""Claimed but no word to the resident in time: it returns to the queue, and the unit above sees its card."""

from complaints.workflow import Status
from handlers import record
from handlers.clock import late
from handlers.messages import Push
from handlers.turn import Scene
from storage import complaints as stored


def take_back(scene: Scene, subject: str) -> list[Push]:
    complaint = stored.load(scene.work, subject)
    if complaint is None or complaint.status is not Status.CLAIMED:
        return []
    complaint.take_back(scene.now)
    late.show_above(scene, complaint, 1)
    return record.save(scene, complaint)
