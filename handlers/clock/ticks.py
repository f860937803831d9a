"""What happens when a clock falls due: one table of kind to act. Each is called once for each clock taken."""

from collections.abc import Callable
from datetime import datetime

from handlers.clock import album, alert_waits, draft_idle, reply_due, silence, take_back
from handlers.clock.late import late
from handlers.messages import Push
from handlers.turn import Scene
from storage import complaints as stored

ACTS: dict[str, Callable[[Scene, str], list[Push]]] = {
    "alert": alert_waits.remind,
    "draft_reminder": draft_idle.remind,
    "draft_expiry": draft_idle.expire,
    "reply": reply_due.say,
    "silence": silence.close,
    "take_back": take_back.take_back,
}
LATE = {kind: late(kind) for kind in ("accept", "claim", "feedback", "resolve")}

OF_COMPLAINTS = frozenset({*LATE, "silence", "take_back"})  # kinds whose subject is the number of a complaint


def hold(scene: Scene, kind: str, subject: str) -> None:
    """A turn locks a complaint before its clocks; whoever comes by the clock does too, lest each wait for the other."""
    if kind in OF_COMPLAINTS:
        stored.load(scene.work, subject)


def fire(scene: Scene, kind: str, subject: str, due: datetime, live: album.Live) -> list[Push]:
    """due: when it should have been, which is before now if nobody was there to look. live: what a draft waits for."""
    if kind == "album":
        return album.say(scene, subject, live)
    return LATE[kind](scene, subject, due) if kind in LATE else ACTS[kind](scene, subject)
