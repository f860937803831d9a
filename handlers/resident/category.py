"""The resident corrects the category: among the model's first three, or none of these, then a person decides."""

from handlers.messages import Reply
from handlers.resident import question, review, step
from handlers.texts import intake as texts
from handlers.turn import Turn


def offer(turn: Turn) -> Reply:
    draft = step.consented(turn)
    if draft is None or draft.missing():
        return step.stale(turn)
    opinion = review.predicted(turn, draft)
    labels = [guess.label for guess in opinion.guesses[:3]] if opinion else []
    rows = tuple((question.offer(draft, label, "pick_category", category=label),) for label in labels)
    none = question.offer(draft, texts.NONE_OF_THESE, "pick_category", category="")
    to_review = question.offer(draft, texts.TO_REVIEW, "review")
    return Reply(texts.which_category(bool(labels)), (*rows, (none,), (to_review,)))


def pick(turn: Turn) -> Reply:
    draft = step.consented(turn)
    if draft is None or draft.missing():
        return step.stale(turn)
    draft.category, draft.category_by = turn.args["category"], "resident"
    return review.show(turn, draft)
