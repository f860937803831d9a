"""An idle draft gets one reminder; later it is erased, and the person is told."""

from complaints.draft import LIVE, Draft, DraftState
from handlers.messages import Push, Reply
from handlers.texts import resident as texts
from handlers.turn import Scene
from storage import drafts, turns


def remind(scene: Scene, subject: str) -> list[Push]:
    draft = _live(scene, subject)
    return [_to(draft, scene, texts.draft_reminder(scene.rules.terms))] if draft else []


def expire(scene: Scene, subject: str) -> list[Push]:
    draft = _live(scene, subject)
    if draft is None:
        return []
    draft.state = DraftState.EXPIRED
    drafts.save(scene.work, draft)
    turns.forget_words(scene.work, draft.id)
    return [_to(draft, scene, texts.draft_expired())]


def _live(scene: Scene, subject: str) -> Draft | None:
    draft = drafts.load(scene.work, subject)
    return draft if draft and draft.state in LIVE else None


def _to(draft: Draft, scene: Scene, text: str) -> Push:
    return Push(draft.channel, draft.chat, Reply(text), scene.now)
