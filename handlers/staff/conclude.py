"""/conclude NUMBER: the typed result with facts and basis; the last word stays with the resident.

Asked one by one, or all at once: `/办结 Q8XW 支持 事实:... 依据:...`.
"""

import re

from complaints import masking
from complaints.category import is_settled
from complaints.complaint import CategoryUnsettled, NotHolder, Result
from complaints.workflow import MoveNotAllowed, Status
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored

_AT_ONCE = re.compile(r"^(\S+)\s+(?:事实|facts)[:\uff1a]\s*(.+?)\s*(?:依据|basis)[:\uff1a]\s*(.+)$", re.DOTALL)
_READY = {Status.CLAIMED, Status.HANDLING}


def conclude(turn: Turn) -> Reply:
    _check(turn)
    found = _AT_ONCE.match(turn.words)
    if found and (kind := common.result_named(found.group(1))):
        return _conclude(turn, kind, found.group(2), found.group(3))
    if turn.words:
        return Reply(texts.conclude_form(turn.case))
    rows = tuple(
        (Choice(common.RESULTS[kind], "conclude_result", {"result": kind.value}, turn.case.number),) for kind in Result
    )
    return Reply(texts.which_result(turn.case), (*rows, (Choice(common.CANCEL, "cancel"),)))


def result(turn: Turn) -> Reply:
    _check(turn)
    turn.ask("conclude_facts", turn.case.number, result=turn.args["result"])
    return Reply(texts.which_facts())


def facts(turn: Turn) -> Reply:
    turn.ask("conclude_basis", turn.case.number, result=turn.args["result"], facts=turn.words)
    return Reply(texts.which_basis())


def basis(turn: Turn) -> Reply:
    _check(turn)
    return _conclude(turn, Result(turn.args["result"]), turn.args["facts"], turn.words)


def _conclude(turn: Turn, kind: Result, facts: str, basis: str) -> Reply:
    text = texts.conclusion_words(kind, facts, basis)
    _, hashed = stored.say(turn.work, turn.case.number, "conclusion", turn.by.id, text, masking.mask(text))
    turn.case.conclude(kind, turn.by, turn.now, hashed)
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.concluded(turn.case, turn.rules.terms))


def _check(turn: Turn) -> None:
    """Raises what `Complaint.conclude` would raise, before anybody types facts in vain."""
    complaint = turn.case
    if not is_settled(complaint.category):
        raise CategoryUnsettled(complaint.number)
    if complaint.status not in _READY:
        raise MoveNotAllowed(complaint.number, complaint.status, Status.REPLIED)
    if complaint.holder is not None and complaint.holder != turn.by.id:
        raise NotHolder(complaint.number, complaint.holder)
