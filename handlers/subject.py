"""Which complaint a message is about, and whether its sender has to do with it.

By its number, full or in a group short; by the card that is answered; by the topic of a group in which it is said; for
a resident with one complaint by that.
"""

from complaints import numbers
from complaints.complaint import Complaint
from complaints.errors import BadNumber
from complaints.rulebook import Rulebook
from handlers import choices
from handlers.commands import Entry, Role
from handlers.messages import Reply
from handlers.resident import begin, mine, step
from handlers.texts import refusals as texts
from handlers.turn import Turn, normal, split
from storage import cards, topics
from storage import complaints as stored


def roles(turn: Turn) -> frozenset[Role]:
    """As what the sender may act here; in a group staff only."""
    if turn.member is None:
        return frozenset({Role.RESIDENT})
    if turn.message.group:
        return frozenset({Role.STAFF, Role.TRIAGE} if turn.unit == turn.rules.desk else {Role.STAFF})
    return frozenset({Role.RESIDENT, Role.STAFF})


def find(turn: Turn, entry: Entry) -> Reply | None:
    """Sets `turn.complaint` from a number in the words, the card replied to or the topic; else the reply to give."""
    first, rest = split(turn.words)
    found = named(turn, first, old=entry.reads) if first else []
    if len(found) > 1:
        return Reply(texts.which_number([c.number for c in found]))
    if found:
        turn.complaint, turn.words = found[0], rest
        return None
    card = from_card(turn) or from_topic(turn)
    if is_number(turn, first) and not (card and (entry.any_words or _is_word(first, rest))):
        return no_such(turn)  # the same answer whether it is nobody's or somebody else's
    turn.complaint = card or _only_one(turn)
    if turn.complaint is not None:
        return None
    return Reply(texts.number_needed(entry)) if turn.message.group else _which(turn, entry)


def _which(turn: Turn, entry: Entry) -> Reply:
    """A resident with several complaints, or none, need not know a number by heart."""
    found = begin.open_ones(turn) if entry.name != "status" else []
    if not found or entry.roles != {Role.RESIDENT}:
        return mine.mine(turn) if Role.RESIDENT in entry.roles else Reply(texts.number_needed(entry))
    if entry.name == "add" and turn.words and turn.draft is None:
        return begin.begin(turn, turn.words)
    return Reply(texts.which_of_yours(entry.words[0]), choices.which(found, entry.name))


def is_number(turn: Turn, typed: str) -> bool:
    """Whether it was meant as a number: of the full form, or in a group of the short one."""
    bare = normal(typed).replace("-", "").upper()
    longer = len(bare) - len(turn.rules.prefix)
    if bare.startswith(turn.rules.prefix) and bare.isascii() and bare.isalnum() and 5 <= longer <= 12:
        return True
    return bool(turn.message.group and len(bare) in {4, 5} and bare.isascii() and bare.isalnum())


def _is_word(first: str, rest: str) -> bool:
    """Under a card `call tomorrow` are words; `7777` or `ABCD` alone is a number of something else."""
    return bool(rest) and first.isalpha()


def named(turn: Turn, typed: str, *, old: bool = False) -> list[Complaint]:
    """The complaints that `typed` can mean here: by the full number, for staff also by its second part.

    old: those of the unit that are over, or that it reads along, are looked at as well.
    """
    try:
        found = load(turn, numbers.parse(typed, turn.rules.prefix))
    except BadNumber:
        found = None
    if found is not None:
        return [found] if turn.unit or _is_own(turn, found) else []
    if not turn.member:
        return []
    unit = turn.unit or turn.member.unit
    waiting = [c for c in stored.queue(turn.work, unit, limit=500) if numbers.matches_short(c.number, typed)]
    part = normal(typed).upper()[:4]
    if waiting or not old or len(part) < 4:
        return waiting
    return [c for c in stored.in_sight(turn.work, unit, part) if numbers.matches_short(c.number, typed)]


def _is_own(turn: Turn, complaint: Complaint) -> bool:
    if turn.member is not None:
        return True
    return (complaint.channel, complaint.sender) == (turn.message.channel, turn.message.sender)


def from_card(turn: Turn) -> Complaint | None:
    if not turn.message.reply_to:
        return None
    number = cards.of_message(turn.work, turn.message.channel, turn.message.chat, turn.message.reply_to)
    return load(turn, number) if number else None


def from_topic(turn: Turn) -> Complaint | None:
    """The one whose topic it is said in."""
    if not turn.message.topic:
        return None
    number = topics.complaint_of(turn.work, turn.message.channel, turn.message.chat, turn.message.topic)
    return load(turn, number) if number else None


def _only_one(turn: Turn) -> Complaint | None:
    """A resident with one complaint need not name it."""
    if turn.message.group:
        return None
    mine = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=2)
    live = [c for c in mine if c.is_open] or mine
    return live[0] if len(live) == 1 else None


def load(turn: Turn, number: str) -> Complaint | None:
    return stored.load(turn.work, number)


def concerns(turn: Turn, complaint: Complaint, entry: Entry) -> bool:
    """Whether the sender has to do with it: a resident with their own, a group with its queue."""
    if turn.member is None or (not turn.message.group and Role.RESIDENT in entry.roles):
        return (complaint.channel, complaint.sender) == (turn.message.channel, turn.message.sender)
    unit = turn.unit or turn.member.unit
    return complaint.lead == unit or (entry.reads and may_look(turn.rules, complaint, unit))


def may_look(rules: Rulebook, complaint: Complaint, unit: str) -> bool:
    """The lead, the units that assist, those above the lead, the triage desk."""
    directory, lead = rules.directory, complaint.lead
    above = [each.code for each in directory.path(lead)] if lead and lead in directory else []
    return unit in {lead, *complaint.assists, *above, rules.desk}


def no_such(turn: Turn) -> Reply:
    return sorry(turn, texts.not_in_queue() if turn.message.group else texts.no_such_number())


def sorry(turn: Turn, text: str) -> Reply:
    """What cannot be done; a resident is shown what can."""
    return Reply(text) if turn.message.group else step.aside(turn, Reply(text, choices.MENU))
