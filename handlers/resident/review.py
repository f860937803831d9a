"""The review card: every answer, the category, who will get it, and by what clock times; all of it can be changed."""

from classifier.prediction import Prediction
from complaints.assignment import Assignment
from complaints.draft import Draft, DraftState, Slot
from handlers import clocks, drafts, evidence, routing
from handlers.messages import Reply, Rows
from handlers.resident.question import cancel, offer
from handlers.texts import intake as texts
from handlers.turn import Turn
from storage.evidence import Home


def show(turn: Turn, draft: Draft) -> Reply:
    turn.conversation.settle()
    draft.state, draft.asked, draft.editing, key = DraftState.REVIEWING, None, False, draft.key_for(None)
    drafts.keep(turn, draft)
    opinion = predicted(turn, draft)
    category = settled(draft, opinion)
    promised = clocks.promised(turn, category, "", turn.now)
    to, sent = assignment(turn, draft, category), evidence.line_of(turn, Home(draft=draft.id))
    card = texts.review(draft, opinion, category, to, promised, turn.rules, turn.now, sent)
    return Reply(card, _choices(draft), ask=key)


def _choices(draft: Draft) -> Rows:
    return (
        (offer(draft, texts.SUBMIT, "submit"),),
        (
            offer(draft, texts.EDIT_WHAT, "edit", slot=Slot.WHAT.value),
            offer(draft, texts.EDIT_WHERE, "edit", slot=Slot.WHERE.value),
        ),
        (offer(draft, texts.EDIT_MORE, "edit_more"), offer(draft, texts.EDIT_CATEGORY, "categories")),
        (cancel(draft),),
    )


def predicted(turn: Turn, draft: Draft) -> Prediction | None:
    return turn.outside.predict(draft.text())


def settled(draft: Draft, opinion: Prediction | None) -> str:
    """The category it will be filed under; empty: a person decides."""
    if draft.category_by == "resident":
        return draft.category
    return opinion.guesses[0].label if opinion and opinion.sure and opinion.guesses else ""


def is_lost(draft: Draft) -> bool:
    """A place was told that no name of ours explains: who is nearest, a person must say."""
    return bool(draft.answers.get(Slot.WHERE)) and draft.area is None


def assignment(turn: Turn, draft: Draft, category: str) -> Assignment | None:
    """Who would lead now; None is triage."""
    if not category or is_lost(draft):
        return None
    who = routing.accused({slot.value: text for slot, text in draft.answers.items()})
    return routing.assignment_for(turn, category, "", draft.area, who)
