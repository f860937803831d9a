"""The last word is the resident's: solved or not, and, asked apart, satisfied or not.

没解决 sends it back to the same lead with its clocks; the third time it goes one level up.
"""

import re

from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import choices, notifications, record
from handlers.messages import Choice, Reply, outgoing_from_json
from handlers.resident import add, intake, step, understood
from handlers.texts import group as group_texts
from handlers.texts import resident as texts
from handlers.turn import Turn
from storage import asked, clocks, shown
from storage import complaints as stored

REDOS = 2  # by the same lead; the next one goes up
_CLAUSE = re.compile(r"[，,。.；;！!：:\s]+")
_NO = understood.NO | understood.NOT_YET
SATISFIED = ("yes", "so_so", "no")


def heard(turn: Turn) -> Reply | None:
    """Solved or not in plain words, with no button at hand; None if the words are something else."""
    said = understood.plain(turn.message.text)
    if said in understood.SOLVED or (said in understood.YES and _was_asked_last(turn)):
        return _about(turn, "solved", said)
    if said in understood.UNSOLVED or (said in _NO and _was_asked_last(turn)):
        return _about(turn, "not_solved", said)
    return _with_reason(turn)


def _was_asked_last(turn: Turn) -> bool:
    """A mere yes answers the question only if nothing was said since: 好的 may be meant for something else."""
    if turn.draft is not None or turn.conversation.asking:
        return False
    latest = next(shown.lately(turn.work, turn.message.channel, turn.message.chat, group=False), None)
    return latest is not None and texts.SOLVED_OR_NOT in outgoing_from_json(latest.payload).text


def _with_reason(turn: Turn) -> Reply | None:
    """没解决，还在漏: what is wrong is said along with it, and not asked again."""
    first, *rest = _CLAUSE.split(turn.message.text.strip(), 1)
    found = _waiting(turn) if rest and understood.plain(first) in understood.UNSOLVED else []
    if len(found) != 1:
        return None
    turn.complaint, turn.words = found[0], rest[0]
    return why(turn)


def _about(turn: Turn, action: str, said: str) -> Reply | None:
    """Which complaint is meant: one that waits for this word, or, not solved, one that closed a while ago."""
    found = _waiting(turn) if said in understood.UNSOLVED else _asked(turn)
    if len(found) > 1:
        return Reply(texts.which_one(), choices.which(found[:6], action))
    if not found:
        return None
    turn.complaint = found[0]
    return solved(turn) if action == "solved" else not_solved(turn)


def _waiting(turn: Turn) -> list[Complaint]:
    """Those that were asked about; with none, those that closed a while ago."""
    return _asked(turn) or [complaint for complaint in _own(turn) if _can_reopen(turn, complaint)]


def _asked(turn: Turn) -> list[Complaint]:
    questions = asked.open_questions(turn.work, turn.message.channel, turn.message.chat)
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
    if "draft" in turn.args and add.is_pending(turn):
        add.add_pending(turn)  # what was typed before the press is kept with the complaint
    turn.case.confirm(turn.now)
    record.save(turn, turn.case, tell=False)
    turn.ask("rate_words", turn.case.number)
    rows = tuple(Choice(texts.RATINGS[value], "rate", {"satisfied": value}, turn.case.number) for value in SATISFIED)
    return Reply(texts.confirmed(turn.case, turn.rules), (rows,))


def rate_words(turn: Turn) -> Reply:
    """A typed answer to `satisfied?`; anything else is a matter of its own, and nothing is rated."""
    value = understood.rating(turn.words) or understood.rating_first(turn.words)
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
    if not turn.by_button and understood.rating(turn.words) is None:  # why is said along with it, and kept
        said = stored.say(turn.work, turn.case.number, "added", "resident", turn.words)
        turn.case.events[-1].facts["text"] = said.hash
    record.save(turn, turn.case, tell=False)
    return step.aside(turn, Reply(texts.rated(turn.case, turn.args["satisfied"]), choices.MENU))


def not_solved(turn: Turn) -> Reply:
    """What is still wrong is asked first: staff who get it back must know."""
    if turn.case.status is Status.CLOSED and not _can_reopen(turn, turn.case):
        return Reply(texts.too_late_to_reopen(turn.case, turn.rules.terms), choices.MENU)
    if not _can_reopen(turn, turn.case):
        return Reply(texts.no_longer_asked(turn.case), choices.MENU)
    if "draft" in turn.args and add.is_pending(turn):
        turn.words, turn.by_button = add.taken(turn), False  # said before the press, and not asked again
        return why(turn)
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
    turn.pushes += notifications.to_groups(turn, complaint, group_texts.reopened_in_group(complaint))
    due = clocks.of(turn.work, complaint.number)
    text = texts.reopened(complaint, due, turn.rules, turn.now)
    return step.aside(turn, Reply(text, choices.after(complaint)))


def _reason(turn: Turn) -> str | None:
    """The hash of what is still wrong; None if nothing was said."""
    if turn.by_button or understood.plain(turn.words) in understood.SKIP or not understood.has_words(turn.words):
        return None
    said = stored.say(turn.work, turn.case.number, "added", "resident", turn.words)
    return said.hash


def _send_on(turn: Turn) -> None:
    complaint = turn.case
    above = turn.rules.directory.above(complaint.lead) if complaint.lead else None
    if complaint.reopened > REDOS and above is not None:
        complaint.raise_level(above.code, turn.now)
    else:
        complaint.redo(turn.now)
