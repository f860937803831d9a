"""What happens when a clock falls due: one table of kind to act. Each is called once for each clock taken."""

from collections.abc import Callable

from handlers.clock import draft_idle, late, reply_due, silence, take_back
from handlers.messages import Push
from handlers.turn import Scene

ACTS: dict[str, Callable[[Scene, str], list[Push]]] = {
    "draft_reminder": draft_idle.remind,
    "draft_expiry": draft_idle.expire,
    "reply": reply_due.say,
    "silence": silence.close,
    "take_back": take_back.take_back,
    "accept": late.accept,
    "claim": late.claim,
    "feedback": late.feedback,
    "resolve": late.resolve,
}


def fire(scene: Scene, kind: str, subject: str) -> list[Push]:
    return ACTS[kind](scene, subject)
