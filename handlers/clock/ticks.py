"""What happens when a clock falls due: one table of kind to act. Each is called once for each clock taken."""

from collections.abc import Callable
from datetime import datetime

from handlers.clock import album, alert_waits, draft_idle, reply_due, silence, take_back
from handlers.clock.late import late
from handlers.messages import Push
from handlers.turn import Scene

ACTS: dict[str, Callable[[Scene, str], list[Push]]] = {
    "alert": alert_waits.remind,
    "draft_reminder": draft_idle.remind,
    "draft_expiry": draft_idle.expire,
    "reply": reply_due.say,
    "silence": silence.close,
    "take_back": take_back.take_back,
}
LATE = {kind: late(kind) for kind in ("accept", "claim", "feedback", "resolve")}


def fire(scene: Scene, kind: str, subject: str, due: datetime, live: album.Live) -> list[Push]:
    """due: when it should have been, which is before now if nobody was there to look. live: what a draft waits for."""
    if kind == "album":
        return album.say(scene, subject, live)
    return LATE[kind](scene, subject, due) if kind in LATE else ACTS[kind](scene, subject)
