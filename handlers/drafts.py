"""A draft between its questions: kept with its two clocks, or ended.

What was typed leaves with a draft that nobody files.
"""

from complaints.draft import Draft, DraftState
from handlers.messages import Outgoing, outgoing_to_json
from handlers.texts import intake as texts
from handlers.turn import Scene
from storage import drafts, outbox, turns


def keep(scene: Scene, draft: Draft) -> None:
    """Saves the draft and sets its two clocks anew."""
    draft.touched_at = scene.now
    drafts.save(scene.work, draft)
    terms = scene.rules.terms
    turns.set_clock(scene.work, "draft_reminder", draft.id, scene.now + terms.draft_reminder)
    turns.set_clock(scene.work, "draft_expiry", draft.id, scene.now + terms.draft_expiry)


def end(scene: Scene, draft: Draft, state: DraftState) -> None:
    """Its row stays, without content; its clocks stop; its words leave the inbox, that they were seen stays."""
    draft.state = state
    drafts.save(scene.work, draft)
    turns.stop_clocks(scene.work, draft.id)
    turns.forget_words(scene.work, draft.id)


def erase(scene: Scene, draft: Draft, state: DraftState) -> None:
    """Ends it so that nothing of it can be read again, not even in what was answered meanwhile."""
    end(scene, draft, state)
    gone = outgoing_to_json(Outgoing(texts.erased()))
    outbox.blank(scene.work, draft.channel, draft.chat, draft.began_at, gone)
