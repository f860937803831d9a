"""The resident corrects the category: among the model's first three, or none of these, then a person decides."""

from handlers.messages import Choice, Reply
from handlers.resident import intake, review
from handlers.texts import resident as texts
from handlers.turn import Turn


def offer(turn: Turn) -> Reply:
    draft = turn.draft
    if draft is None or not draft.consent:
        return intake.stale(turn)
    opinion = review.predicted(turn, draft)
    labels = [guess.label for guess in opinion.guesses[:3]] if opinion else []
    rows = tuple((Choice(label, "pick_category", {"category": label}),) for label in labels)
    return Reply(texts.which_category(), (*rows, (Choice(texts.NONE_OF_THESE, "pick_category", {"category": ""}),)))


def pick(turn: Turn) -> Reply:
    draft = turn.draft
    if draft is None or not draft.consent:
        return intake.stale(turn)
    draft.category, draft.category_by = turn.args["category"], "resident"
    return review.show_draft(turn, draft)
