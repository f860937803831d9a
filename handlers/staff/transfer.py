"""/transfer NUMBER UNIT REASON: to another unit's queue, before the first contact."""

from complaints import respondents
from complaints.units import Level, Unit
from handlers import record
from handlers.messages import Choice, Reply
from handlers.texts import common
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored

_QUEUES = {Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY, Level.DEPARTMENT, Level.SECTOR_POINT}


def ask(turn: Turn) -> Reply:
    turn.ask("transfer_to", turn.case.number)
    near = _near(turn)
    rows = tuple((Choice(unit.name, "transfer_to", {"unit": unit.code}, turn.case.number),) for unit in near)
    return Reply(texts.transfer_to(), (*rows, (Choice(common.CANCEL, "cancel"),)))


def _near(turn: Turn) -> list[Unit]:
    """The unit above, the units that assist: the likeliest ones, at most four."""
    above = turn.rules.directory.above(turn.case.lead) if turn.case.lead else None
    codes = [*([above.code] if above else []), *turn.case.assists]
    return [turn.rules.directory.get(code) for code in dict.fromkeys(codes)][:4]


def transfer(turn: Turn) -> Reply:
    if not turn.words:
        return ask(turn)
    typed, _, reason = turn.words.partition(" ")
    return _choose(turn, typed, reason.strip())


def to(turn: Turn) -> Reply:
    """A unit was pressed or typed; the reason comes next."""
    if "unit" in turn.args:
        return _go(turn, turn.args["unit"], "")
    return _choose(turn, turn.words, "")


def reason(turn: Turn) -> Reply:
    return _go(turn, turn.args["unit"], turn.words)


def _choose(turn: Turn, typed: str, reason: str) -> Reply:
    found = _units(turn, typed)
    if len(found) == 1:
        return _go(turn, found[0].code, reason)
    if not found:
        turn.ask("transfer_to", turn.case.number)
        return Reply(texts.unit_unknown(typed))
    rows = tuple((Choice(u.name, "transfer_to", {"unit": u.code}, turn.case.number),) for u in found[:5])
    return Reply(texts.which_unit(typed), rows)


def _units(turn: Turn, typed: str) -> list[Unit]:
    holders = [unit for unit in turn.rules.directory.all if unit.level in _QUEUES]
    exact = [unit for unit in holders if typed in {unit.code, unit.name, *unit.aliases}]
    return exact or [unit for unit in holders if typed in unit.name or any(typed in a for a in unit.aliases)]


def _go(turn: Turn, unit: str, reason: str) -> Reply:
    if not reason:
        turn.ask("transfer_reason", turn.case.number, unit=unit)
        return Reply(texts.why_transfer(turn.rules.directory.get(unit)))
    if unit == turn.case.lead:
        return Reply(texts.is_here(turn.rules.directory.get(unit)))
    if unit in respondents.named(turn.case.details.get("who", ""), turn.rules.directory):
        return Reply(texts.is_respondent(turn.rules.directory.get(unit)))
    turn.case.transfer(unit, turn.by, reason, turn.now)
    stored.say(turn.work, turn.case.number, "reason", turn.by.id, reason, reason)
    turn.pushes += record.save(turn, turn.case)
    return Reply(texts.transferred(turn.case, turn.rules.directory.get(unit)))
