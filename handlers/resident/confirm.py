"""The last word is the resident's: solved or not, and, asked apart, satisfied or not.

没解决 sends it back to the same lead with its clocks; the third time it goes one level up.
"""

from complaints import masking
from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import choices, record
from handlers.messages import Choice, Reply
from handlers.resident import intake, understood
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import turns

REDOS = 2  # by the same lead; the next one goes up
SATISFIED = ("yes", "so_so", "no")


def heard(turn: Turn) -> Reply | None:
    """Solved or not in plain words, with no button at hand; None if the words are something else."""
    said = understood.plain(turn.message.text)
    bare = turn.draft is None and not turn.conversation.asking
    solved_said = said in understood.SOLVED or (bare and said in understood.YES)
    if solved_said or said in understood.UNSOLVED or (bare and said in understood.NO):
        return _about(turn, "solved" if solved_said else "not_solved", said)
    return None


def _about(turn: Turn, action: str, said: str) -> Reply | None:
    """Which complaint is meant: one that waits for this word, or, not solved, one that closed a while ago."""
    found = _asked(turn)
    if not found and said in understood.UNSOLVED:
        found = [complaint for complaint in _own(turn) if _can_reopen(turn, complaint)]
    if len(found) > 1:
        return Reply(texts.which_one(), choices.which(found[:6], action))
    if not found:
        return None
    turn.complaint = found[0]
    return solved(turn) if action == "solved" else not_solved(turn)


def _asked(turn: Turn) -> list[Complaint]:
    questions = turns.open_questions(turn.work, turn.message.channel, turn.message.chat)
    numbers = [number for number, kind in questions if kind == "solved"]
    found = [stored.load(turn.work, number) for number in numbers]
    return [each for each in found if each is not None and each.status is Status.REPLIED and _is_own(turn, each)]


def _own(turn: Turn) -> list[Complaint]:
    return stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=20)


def _is_own(turn: Turn, complaint: Complaint) -> bool:
    return (complaint.channel, complaint.sender) == (turn.message.channel, turn.message.sender)


def _can_reopen(turn: Turn, complaint: Complaint) -> bool:
    return complaint.can_reopen(turn.now, turn.rules.terms.reopen_grace)


def solved(turn: Turn) -> Reply:
    if turn.case.status is not Status.REPLIED:
        return Reply(texts.no_longer_asked(turn.case), choices.MENU)
    turn.case.confirm(turn.now)
    record.save(turn, turn.case, tell=False)
    turn.ask("rate_words", turn.case.number)
    rows = tuple(Choice(texts.RATINGS[value], "rate", {"satisfied": value}, turn.case.number) for value in SATISFIED)
    return Reply(texts.confirmed(turn.case, turn.rules), (rows,))


def rate_words(turn: Turn) -> Reply:
    """A typed answer to `satisfied?`; anything else is a matter of its own, and nothing is rated."""
    value = understood.rating(turn.words)
    if value is not None:
        turn.args = {"satisfied": value}
        return rate(turn)
    if understood.plain(turn.words) in understood.SKIP:
        return Reply(texts.not_rated(turn.case), choices.MENU)
    turn.complaint = None
    return intake.told(turn)


def rate(turn: Turn) -> Reply:
    if turn.case.status is not Status.CLOSED:
        return Reply(texts.no_longer_asked(turn.case), choices.MENU)
    turn.settled("rate_words")
    turn.case.rate(turn.args["satisfied"], turn.now)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.rated(turn.case, turn.args["satisfied"]), choices.MENU)


def not_solved(turn: Turn) -> Reply:
    """What is still wrong is asked first: staff who get it back must know."""
    if turn.case.status is Status.CLOSED and not _can_reopen(turn, turn.case):
        return Reply(texts.too_late_to_reopen(turn.case, turn.rules.terms), choices.MENU)
    if not _can_reopen(turn, turn.case):
        return Reply(texts.no_longer_asked(turn.case), choices.MENU)
    turn.ask("why_not_solved", turn.case.number)
    skip = Choice(texts.SKIP, "why_not_solved", complaint=turn.case.number)
    return Reply(texts.what_is_wrong(turn.case), ((skip,),))


def why(turn: Turn) -> Reply:
    complaint = turn.case
    turn.settled("why_not_solved")
    if not _can_reopen(turn, complaint):
        return Reply(texts.no_longer_asked(complaint), choices.MENU)
    complaint.reopen(turn.now, turn.rules.terms.reopen_grace, _reason(turn))
    _send_on(turn)
    record.save(turn, complaint, tell=False)
    due = turns.clocks_of(turn.work, complaint.number)
    return Reply(texts.reopened(complaint, due, turn.rules, turn.now), choices.after(complaint))


def _reason(turn: Turn) -> str | None:
    """The hash of what is still wrong; None if nothing was said."""
    if turn.by_button or understood.plain(turn.words) in understood.SKIP or not understood.has_words(turn.words):
        return None
    masked = masking.mask(turn.words)
    _, hashed = stored.say(turn.work, turn.case.number, "added", "resident", turn.words, masked)
    return hashed


def _send_on(turn: Turn) -> None:
    complaint = turn.case
    above = turn.rules.directory.above(complaint.lead) if complaint.lead else None
    if complaint.reopened > REDOS and above is not None:
        complaint.raise_level(above.code, turn.now)
    else:
        complaint.redo(turn.now)
