"""An idle draft gets one reminder; later it is erased, and the person is told."""

from datetime import timedelta

from complaints.draft import LIVE, Draft, DraftState
from handlers import choices
from handlers import drafts as kept
from handlers.messages import Choice, Push, Reply, Rows
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.turn import Scene
from storage import drafts


def remind(scene: Scene, subject: str) -> list[Push]:
    draft = _idle(scene, subject, "draft_reminder", scene.rules.terms.draft_reminder)
    if draft is None:
        return []
    ways = (Choice(texts.GO_ON, "resume"), Choice(common.CANCEL, "cancel", {"draft": draft.id}))
    return [_to(draft, scene, texts.draft_reminder(scene.rules.terms), (ways,))]


def expire(scene: Scene, subject: str) -> list[Push]:
    draft = _idle(scene, subject, "draft_expiry", scene.rules.terms.draft_expiry)
    if draft is None:
        return []
    kept.erase(scene, draft, DraftState.EXPIRED)
    return [_to(draft, scene, texts.draft_expired(), choices.MENU)]


def _idle(scene: Scene, subject: str, kind: str, after: timedelta) -> Draft | None:
    """The draft, if it still lives and was left alone since."""
    draft = drafts.load(scene.work, subject)
    if draft is None or draft.state not in LIVE:
        return None
    return draft if kept.is_idle(scene, draft, kind, after) else None


def _to(draft: Draft, scene: Scene, text: str, ways: Rows) -> Push:
    return Push(draft.channel, draft.chat, Reply(text, ways), scene.now)
