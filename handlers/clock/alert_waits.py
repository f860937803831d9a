"""An alert of the duty desk is still open: its groups are reminded, first after minutes, then every few hours."""

from complaints.workflow import Actor
from handlers import alerts as shared
from handlers.messages import Push
from handlers.texts import alert as texts
from handlers.turn import Scene
from storage import alerts, people


def remind(scene: Scene, subject: str) -> list[Push]:
    held = shared.hold(scene, subject)
    if held is None:
        return []
    alert, _ = held
    alert.reminded += 1
    alerts.keep(scene.work, alert)
    shared.set_clock(scene, alert)
    alerts.record(scene.work, subject, "alert_waits", Actor.CLOCK, facts={"time": alert.reminded})
    holder = (people.name_of(scene.work, alert.holder) or "同事") if alert.holder else ""
    text = texts.waits(subject, scene.now - alert.raised_at, holder, alert.written, alert.unanswered)
    return shared.to_desk(scene, alert, text)
