"""/withdraw NUMBER: the resident takes a complaint back; asked once more, because it cannot be undone."""

from handlers import choices, notifications, record
from handlers.messages import Choice, Reply
from handlers.resident import intake, status, understood
from handlers.texts import group as group_texts
from handlers.texts import resident as texts
from handlers.turn import Turn


def withdraw(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    turn.ask("withdraw_words", turn.case.number)
    sure = Choice(texts.WITHDRAW_SURE, "withdraw_sure", complaint=turn.case.number)
    keep = Choice(texts.KEEP_IT, "status", complaint=turn.case.number)
    return Reply(texts.withdraw_sure(turn.case), ((sure, keep),))


def words(turn: Turn) -> Reply:
    """A typed answer to `are you sure`; anything but yes or no is a matter of its own, and nothing is withdrawn."""
    said = understood.plain(turn.words)
    if said in understood.YES:
        return sure(turn)
    if said in understood.NO:
        return status.status(turn)
    turn.complaint = None
    return intake.told(turn)


def sure(turn: Turn) -> Reply:
    if not turn.case.is_open:
        return Reply(texts.not_open_any_more(turn.case), choices.MENU)
    turn.settled("withdraw_words")
    turn.case.withdraw(turn.now)
    record.save(turn, turn.case, tell=False)
    turn.pushes += notifications.to_groups(turn, turn.case, group_texts.withdrawn_in_group(turn.case))
    return Reply(texts.withdrawn(turn.case), choices.MENU)
