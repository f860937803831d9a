"""/offduty [DAYS], /onduty: a unit is away until a working day closes; its backup, the unit above, gets what is new."""

from datetime import datetime

from complaints import deadlines
from handlers.messages import Reply
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import duty

LONGEST = 30  # working days


def off(turn: Turn) -> Reply:
    unit = turn.rules.directory.get(turn.by.unit)
    backup = turn.rules.directory.above(unit.code)
    if backup is None:
        return Reply(texts.no_backup(unit))
    until = _until(turn)
    if until is None:
        return Reply(texts.how_long_away())
    duty.leave(turn.work, unit.code, until)
    waiting = len(stored.queue(turn.work, unit.code, limit=500))
    return Reply(texts.off_duty(unit, backup, until, waiting, turn.rules, turn.now))


def on(turn: Turn) -> Reply:
    unit = turn.rules.directory.get(turn.by.unit)
    return Reply(texts.on_duty(unit, duty.come_back(turn.work, unit.code)))


def _until(turn: Turn) -> datetime | None:
    """The close of today's working day, or of the n-th from today."""
    typed = turn.words.removesuffix("天").strip() or "1"
    if not typed.isdecimal() or not 1 <= int(typed) <= LONGEST:
        return None
    return deadlines.end_of_working_day(turn.now, turn.rules.working_time, int(typed) - 1)
