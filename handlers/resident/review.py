"""The review card: every answer, the category, who will get it, and by what clock times; all of it can be changed."""

from classifier.prediction import Prediction
from complaints import respondents
from complaints.assignment import Assignment, assign
from complaints.draft import Draft, DraftState, Slot
from handlers import clocks
from handlers.messages import Choice, Reply
from handlers.resident import intake
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn


def show(turn: Turn) -> Reply:
    return show_draft(turn, turn.draft) if turn.draft and turn.draft.consent else intake.stale(turn)


def show_draft(turn: Turn, draft: Draft) -> Reply:
    draft.state, draft.asked, draft.editing = DraftState.REVIEWING, None, False
    intake.keep(turn, draft)
    opinion = predicted(turn, draft)
    category = settled(draft, opinion)
    promised = clocks.promised(turn, category, "", turn.now)
    card = texts.review(draft, opinion, category, assignment(turn, draft, category), promised, turn.rules, turn.now)
    return Reply(card, _choices())


def _choices() -> tuple[tuple[Choice, ...], ...]:
    return (
        (Choice(texts.SUBMIT, "submit"),),
        (
            Choice(texts.EDIT_WHAT, "edit", {"slot": Slot.WHAT.value}),
            Choice(texts.EDIT_WHERE, "edit", {"slot": Slot.WHERE.value}),
        ),
        (Choice(texts.EDIT_MORE, "edit_more"), Choice(texts.EDIT_CATEGORY, "categories")),
        (Choice(common.CANCEL, "cancel"),),
    )


def predicted(turn: Turn, draft: Draft) -> Prediction | None:
    return turn.outside.predict(draft.text())


def settled(draft: Draft, opinion: Prediction | None) -> str:
    """The category it will be filed under; empty: a person decides."""
    if draft.category_by == "resident":
        return draft.category
    return opinion.guesses[0].label if opinion and opinion.sure and opinion.guesses else ""


def assignment(turn: Turn, draft: Draft, category: str) -> Assignment | None:
    """Who would lead now; None is triage."""
    if not category:
        return None
    concerned = respondents.named(draft.answers.get(Slot.WHO, ""), turn.rules.directory)
    return assign(category, "", draft.area, turn.rules.catalogue, turn.rules.directory, concerned)


def edit(turn: Turn) -> Reply:
    draft = turn.draft
    if draft is None or not draft.consent:
        return intake.stale(turn)
    draft.editing = True
    return intake.ask(turn, draft, Slot(turn.args["slot"]))


def edit_more(turn: Turn) -> Reply:
    if turn.draft is None or not turn.draft.consent:
        return intake.stale(turn)
    slots = (Slot.WHEN, Slot.WHO, Slot.WISH, Slot.CONTACT)
    choices = tuple(Choice(texts.edit(slot), "edit", {"slot": slot.value}) for slot in slots)
    return Reply(texts.edit_what(), (choices[:2], choices[2:], (Choice(texts.TO_REVIEW, "review"),)))


def added(turn: Turn, draft: Draft) -> Reply:
    """Words typed at the review card belong to the matter."""
    text = turn.message.text.strip()
    if any(character.isalnum() for character in text):
        draft.answers[Slot.WHAT] = draft.answers.get(Slot.WHAT, "") + "\n" + text
        shown = show_draft(turn, draft)
        return Reply(texts.added_to_draft(shown.text), shown.choices)
    return show_draft(turn, draft)
