"""/withdraw NUMBER: the resident takes a complaint back; asked once more, because it cannot be undone."""

from handlers import record
from handlers.messages import Choice, Reply
from handlers.resident import menu
from handlers.texts import resident as texts
from handlers.turn import Turn


def withdraw(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), menu.CHOICES)
    sure = Choice(texts.WITHDRAW_SURE, "withdraw_sure", complaint=turn.case.number)
    keep = Choice(texts.KEEP_IT, "status", complaint=turn.case.number)
    return Reply(texts.withdraw_sure(turn.case), ((sure, keep),))


def sure(turn: Turn) -> Reply:
    turn.case.withdraw(turn.now)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.withdrawn(turn.case), menu.CHOICES)
