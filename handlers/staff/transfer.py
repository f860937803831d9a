"""/transfer NUMBER UNIT REASON: to another unit's queue, before the first contact."""

from complaints.units import Level, Unit
from handlers import record, routing
from handlers.messages import Choice, Reply
from handlers.staff import echo
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import duty, outbox

_QUEUES = {Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY, Level.DEPARTMENT, Level.SECTOR_POINT}
_SHOWN = 5


def ask(turn: Turn) -> Reply:
    turn.case.check_transfer(turn.by)
    turn.ask("transfer_to", turn.case.number)
    rows = tuple((Choice(unit.name, "transfer_to", {"unit": unit.code}, turn.case.number),) for unit in _near(turn))
    return Reply(texts.transfer_to(turn.case), (*rows, (Choice(common.CANCEL, "cancel"),)))


def _near(turn: Turn) -> list[Unit]:
    """The unit above, the units that assist: the likeliest ones, at most four."""
    above = turn.rules.directory.above(turn.case.lead) if turn.case.lead else None
    codes = dict.fromkeys([*([above.code] if above else []), *turn.case.assists])
    return [turn.rules.directory.get(code) for code in codes if not routing.is_about(turn, turn.case, code)][:4]


def transfer(turn: Turn) -> Reply:
    turn.case.check_transfer(turn.by)
    typed, *reason = turn.words.split(None, 1)[:2] or [""]
    return _choose(turn, typed, reason[0].strip() if reason else "") if typed else ask(turn)


def to(turn: Turn) -> Reply:
    """A unit was pressed or typed; the reason comes next."""
    if "unit" in turn.args:
        return _go(turn, turn.args["unit"], "")
    return transfer(turn)


def reason(turn: Turn) -> Reply:
    return _go(turn, turn.args["unit"], turn.words)


def _choose(turn: Turn, typed: str, reason: str) -> Reply:
    found = _units(turn, typed)
    if len(found) == 1:
        return _go(turn, found[0].code, reason)
    turn.ask("transfer_to", turn.case.number)
    if not found:
        return Reply(texts.unit_unknown(echo.masked(turn, typed)))
    args = {"reason": reason} if reason else {}
    rows = [(Choice(u.name, "transfer_to", {"unit": u.code, **args}, turn.case.number),) for u in found[:_SHOWN]]
    return Reply(texts.which_unit(echo.masked(turn, typed), len(found) > _SHOWN), tuple(rows))


def _units(turn: Turn, typed: str) -> list[Unit]:
    """The units that can hold a queue and are called so; those above the present lead come first."""
    holders = [unit for unit in turn.rules.directory.all if unit.level in _QUEUES]
    exact = [unit for unit in holders if typed in {unit.code, unit.name, *unit.aliases}]
    found = exact or [unit for unit in holders if typed in unit.name or any(typed in a for a in unit.aliases)]
    lead = turn.case.lead
    near = turn.rules.directory.path(lead) if lead and lead in turn.rules.directory else ()
    return sorted(found, key=lambda unit: unit not in near)


def _go(turn: Turn, unit: str, reason: str) -> Reply:
    refusal = _refusal(turn, turn.rules.directory.get(unit))
    if refusal:
        return Reply(refusal)
    reason = reason or turn.args.get("reason", "")
    if not reason:
        turn.ask("transfer_reason", turn.case.number, unit=unit)
        return Reply(texts.why_transfer(turn.rules.directory.get(unit)), ((Choice(common.CANCEL, "cancel"),),))
    turn.settled("transfer_to", "transfer_reason")
    said = stored.say(turn.work, turn.case.number, "reason", turn.by.id, reason)
    turn.case.transfer(unit, turn.by, reason, turn.now, said.hash)
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.transferred(turn.case, turn.rules.directory.get(unit)))


def _was_raised_from(turn: Turn, to: Unit) -> bool:
    """Once raised a level it does not go back down to those beneath who had it and now assist."""
    complaint, directory = turn.case, turn.rules.directory
    if not complaint.flags.get("escalated") or to.code not in complaint.assists:
        return False
    return complaint.lead in {unit.code for unit in directory.path(to.code)}


def _refusal(turn: Turn, to: Unit) -> str:
    """Why it cannot go there now; empty if it can."""
    turn.case.check_transfer(turn.by)
    if to.code == turn.case.lead:
        return texts.is_here(to)
    if _was_raised_from(turn, to):
        return texts.was_raised(to)
    if routing.is_about(turn, turn.case, to.code):
        return texts.is_respondent(to)
    if until := duty.until(turn.work, to.code):
        return texts.is_off_duty(to, until, turn.rules, turn.now)
    return texts.reply_waits(turn.case) if outbox.held_back(turn.work, turn.case.number) else ""
