"""The resident has not said whether it is solved: closed as no answer, never as satisfied; it can be reopened."""

from complaints.workflow import Status
from handlers import record
from handlers.messages import Push
from handlers.turn import Scene
from storage import complaints as stored


def close(scene: Scene, subject: str) -> list[Push]:
    complaint = stored.load(scene.work, subject)
    if complaint is None or complaint.status is not Status.REPLIED:
        return []
    complaint.close_unanswered(scene.now)
    return record.save(scene, complaint)
