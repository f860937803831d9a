"""A draft between its questions: kept with its two clocks, or ended.

The clocks are set when it is made and not moved by an answer: one that falls due asks when the draft was touched, and
is set anew if that was later. What was typed leaves with a draft that nobody files.
"""

from datetime import timedelta

from complaints.draft import Draft, DraftState
from handlers.messages import Outgoing, outgoing_to_json
from handlers.texts import intake as texts
from handlers.turn import Scene
from storage import clocks, drafts, evidence, inbox, outbox


def begin(scene: Scene, draft: Draft) -> None:
    """Keeps a new draft, with its two clocks."""
    drafts.add(scene.work, draft)
    terms = scene.rules.terms
    waits = {"draft_reminder": terms.draft_reminder, "draft_expiry": terms.draft_expiry}
    clocks.start_all(scene.work, draft.id, {kind: scene.now + wait for kind, wait in waits.items()})


def keep(scene: Scene, draft: Draft) -> None:
    """Saves the draft. One that was idle for long gets its reminder again."""
    idle = scene.now - draft.touched_at
    draft.touched_at = scene.now
    drafts.save(scene.work, draft)
    if idle >= scene.rules.terms.draft_reminder:
        clocks.start(scene.work, "draft_reminder", draft.id, scene.now + scene.rules.terms.draft_reminder)


def is_idle(scene: Scene, draft: Draft, kind: str, after: timedelta) -> bool:
    """Whether nobody touched it for so long. If somebody did, the clock of this kind is set anew."""
    due = draft.touched_at + after
    if due > scene.now:
        clocks.start(scene.work, kind, draft.id, due)
    return due <= scene.now


def end(scene: Scene, draft: Draft, state: DraftState) -> None:
    """Its row stays, without content; its clocks stop; its words leave the inbox, that they were seen stays."""
    draft.state = state
    drafts.save(scene.work, draft)
    clocks.stop(scene.work, draft.id)
    inbox.forget_words(scene.work, draft.id)


def erase(scene: Scene, draft: Draft, state: DraftState) -> None:
    """Ends it so that nothing of it can be read again, not even in what was answered meanwhile."""
    end(scene, draft, state)
    evidence.erase(scene.work, draft.id)
    gone = outgoing_to_json(Outgoing(texts.erased()))
    outbox.blank(scene.work, draft.channel, draft.chat, draft.began_at, gone)
