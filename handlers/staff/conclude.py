"""/conclude NUMBER: the typed result with facts and basis; the last word stays with the resident.

Asked one by one, or all at once: `/办结 Q8XW 支持 事实:... 依据:...`. What was written half-way waits for the rest.
"""

import re

from complaints.category import is_settled
from complaints.complaint import Result
from complaints.errors import CategoryUnsettled, NotHolder
from complaints.workflow import MoveNotAllowed, Status
from handlers import record
from handlers.messages import Choice, Reply, Rows
from handlers.staff import echo, reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import outbox

_COLON = "\\s*[:\uff1a]?\\s*"
_AT_ONCE = re.compile(rf"^(\S+)\s+(?:事实|facts){_COLON}(.+?)\s*(?:依据|basis){_COLON}(.+)$", re.DOTALL | re.IGNORECASE)
_READY = {Status.CLAIMED, Status.HANDLING}
_STEPS = ("conclude_facts", "conclude_basis")
_CANCEL: Rows = ((Choice(common.CANCEL, "cancel"),),)


def conclude(turn: Turn) -> Reply:
    _check(turn)
    found = _AT_ONCE.match(turn.words)
    if found and (kind := common.result_named(found.group(1))):
        return _conclude(turn, kind, found.group(2), found.group(3))
    if kind := common.result_named(turn.words):
        return _ask_facts(turn, kind.value)
    return Reply(texts.conclude_form(turn.case)) if turn.words else _resume(turn) or _ask_result(turn)


def _ask_result(turn: Turn) -> Reply:
    rows = tuple(
        (Choice(common.RESULTS[kind], "conclude_result", {"result": kind.value}, turn.case.number),) for kind in Result
    )
    return Reply(texts.which_result(turn.case), (*rows, *_CANCEL))


def _resume(turn: Turn) -> Reply | None:
    """What this person has written of it before is not asked again."""
    waits = [turn.conversation.told] if turn.conversation.about == turn.case.number else []
    waits += [asked["told"] for asked in turn.conversation.before if asked["about"] == turn.case.number]
    told = next((told for told in waits if "result" in told), None)
    if told is None:
        return None
    return _ask_basis(turn, told["result"], told["facts"]) if "facts" in told else _ask_facts(turn, told["result"])


def result(turn: Turn) -> Reply:
    _check(turn)
    return _ask_facts(turn, turn.args["result"])


def facts(turn: Turn) -> Reply:
    _check(turn)
    if not _says_something(turn.words):
        return _ask_facts(turn, turn.args["result"])
    return _ask_basis(turn, turn.args["result"], turn.words)


def basis(turn: Turn) -> Reply:
    _check(turn)
    if not _says_something(turn.words):
        return _ask_basis(turn, turn.args["result"], turn.args["facts"])
    return _conclude(turn, Result(turn.args["result"]), turn.args["facts"], turn.words)


def _ask_facts(turn: Turn, result: str) -> Reply:
    turn.ask(_STEPS[0], turn.case.number, result=result)
    return Reply(texts.which_facts(turn.case, Result(result)), _CANCEL)


def _ask_basis(turn: Turn, result: str, facts: str) -> Reply:
    turn.ask(_STEPS[1], turn.case.number, result=result, facts=facts)
    return Reply(texts.which_basis(turn.case, echo.masked(turn, facts)), _CANCEL)


def _says_something(words: str) -> bool:
    return any(character.isalnum() for character in words)


def _conclude(turn: Turn, kind: Result, facts: str, basis: str) -> Reply:
    for word in outbox.held_back(turn.work, turn.case.number):
        reply.send(turn, word)  # what was said before is read before
    turn.settled(*_STEPS)
    text = texts.conclusion_words(kind, facts, basis)
    said = stored.say(turn.work, turn.case.number, "conclusion", turn.by.id, text)
    turn.case.conclude(kind, turn.by, turn.now, said.hash)
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.concluded(turn.case, turn.rules.terms))


def _check(turn: Turn) -> None:
    """Raises what `Complaint.conclude` would raise, before anybody types facts in vain."""
    complaint = turn.case
    if complaint.status not in _READY:
        raise MoveNotAllowed(complaint.number, complaint.status, Status.REPLIED)
    if complaint.holder is not None and complaint.holder != turn.by.id:
        raise NotHolder(complaint.number, complaint.holder)
    if not is_settled(complaint.category):
        raise CategoryUnsettled(complaint.number)
