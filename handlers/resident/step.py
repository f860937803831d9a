"""Which step a draft is at: the next question, the review card, or consent; and buttons of steps that are over."""

from dataclasses import replace

from complaints.draft import Draft
from handlers import choices
from handlers.messages import Choice, Reply, Rows
from handlers.resident import question, review
from handlers.texts import intake as texts
from handlers.turn import Turn


def addressed(turn: Turn) -> Draft | None:
    """The draft in hand, if the button or word speaks of it and, where it names a question, of the one asked."""
    draft = turn.draft
    if draft is None or turn.args.get("draft", draft.id) != draft.id:
        return None
    asked = draft.asked.value if draft.asked else ""
    return draft if turn.args.get("slot", asked) == asked else None


def consented(turn: Turn) -> Draft | None:
    """The draft that the button speaks of, whatever is asked now, once consent was given."""
    draft = turn.draft
    if draft is None or not draft.consent or turn.args.get("draft", draft.id) != draft.id:
        return None
    return draft


def go_on(turn: Turn, draft: Draft) -> Reply:
    """The next question, or the review card when nothing is missing."""
    missing = draft.missing()
    if missing is None or draft.editing:
        return review.show(turn, draft)
    return question.ask(turn, draft, missing)


def live(turn: Turn, draft: Draft) -> Reply:
    """Where it stands, said again."""
    if not draft.consent:
        return question.consent(turn, draft)
    return question.ask(turn, draft, draft.asked) if draft.asked else go_on(turn, draft)


def resume(turn: Turn) -> Reply:
    """The draft goes on where it was; or a new beginning is made."""
    if turn.draft is None:
        return Reply(texts.nothing_open(), choices.MENU)
    shown = live(turn, turn.draft)
    return replace(shown, text=texts.resumed(shown.text), choices=(*shown.choices, *_afresh(turn.draft)))


def _afresh(draft: Draft) -> Rows:
    return ((question.offer(draft, texts.AFRESH, "afresh"),),)


def stale(turn: Turn) -> Reply:
    """A button of a step that is over: the live step is offered."""
    if turn.draft is None:
        return Reply(texts.stale(), choices.MENU)
    shown = live(turn, turn.draft)
    return replace(shown, text=texts.stale_here(shown.text))


def aside(turn: Turn, reply: Reply) -> Reply:
    """What was asked in the middle of a draft is answered, and the way back to the draft is shown."""
    offered = {choice.action for row in reply.choices for choice in row}
    if turn.draft is None or offered & {"resume", "keep_new", "consent"}:
        return reply
    back = Choice(texts.GO_ON, "resume")
    return replace(reply, choices=(*reply.choices, (back,)))
