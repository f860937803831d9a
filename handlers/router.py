"""Who answers: finds what a message asks for, whether its sender may, and which complaint it is about.

A press, a command (in English, in Chinese, short), a number or label of what was last offered, an answer to what
was last asked, a reply to a card: each leads to an entry of the one table in `handlers.commands`. In a group only
the staff of its unit are heard: to others the bot is silent, but for a press and for the code that binds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

import structlog

from complaints import masking, numbers
from complaints.complaint import Complaint
from complaints.errors import BadNumber, ComplaintError
from handlers import choices
from handlers.commands import BY_WORD, ENTRIES, Entry, Role, nearest
from handlers.messages import Button, Reply, outgoing_from_json
from handlers.resident import begin, confirm, emergency, intake, mine, step, understood
from handlers.texts import refusals as texts
from handlers.turn import Turn, normal, simple
from storage import complaints as stored
from storage import outbox, turns

SLASHES = "/\uff0f"
LONGEST_LABEL = 60  # characters: what is longer is no label, and needs no look at what was shown
ANSWER_WITHIN = timedelta(minutes=30)  # in a group: words that come later are talk among colleagues
log = structlog.get_logger()
_CHINESE = sorted((word for word in BY_WORD if not word.isascii()), key=len, reverse=True)
ASIDE = frozenset({"status", "mine", "add", "withdraw", "human", "help"})  # in the middle of a draft, which goes on


def route(turn: Turn) -> Reply | None:
    """The reply of whoever answers; None for those who get nothing. What a refused act has written is undone."""
    if turn.message.group and not _is_colleague(turn):
        return _stranger(turn)
    reply = _answered(turn)
    return reply if turn.message.group else emergency.first(turn, reply)


def _answered(turn: Turn) -> Reply | None:
    try:
        return _button(turn) or _command(turn) or _plain(turn)
    except ComplaintError as error:
        _undo(turn)
        return _sorry(turn, texts.refused(error, turn.rules))


def _undo(turn: Turn) -> None:
    """All the turn has written; the conversation is made and held again, and the line opened: these stay."""
    turn.pushes.clear()
    turn.work.undo()
    turns.hold_conversation(turn.work, turn.conversation.channel, turn.conversation.chat)
    outbox.reopen_line(turn.work, turn.message.channel, turn.message.chat)


def _sorry(turn: Turn, text: str) -> Reply:
    """What cannot be done; a resident is shown what can."""
    return Reply(text) if turn.message.group else step.aside(turn, Reply(text, choices.MENU))


def _is_colleague(turn: Turn) -> bool:
    """Being in the group gives no right, being of its unit does."""
    return bool(turn.unit) and turn.member is not None and turn.member.unit == turn.unit


def _stranger(turn: Turn) -> Reply | None:
    """In a group that is not bound, or from somebody who is not of its unit."""
    found = _parse(turn)
    if found and turn.message.odd:
        return Reply(texts.odd_command(turn.message.odd)) if turn.unit else None
    if found and (found.entry.name == "bind" or (found.entry.name == "start" and turn.unit)):
        turn.words = found.words
        return found.entry.run(turn)
    if turn.message.button and turn.unit:
        log.warning("press.refused", unit=turn.unit, member=turn.member.id if turn.member else "")
        return Reply(texts.not_of_this_unit())
    return None


# a press


def _button(turn: Turn) -> Reply | None:
    id = turn.message.button
    if id is None:
        return None
    return _press(turn, id)


def _press(turn: Turn, id: str) -> Reply | None:
    """A press is authorised again: the button must be of this chat, in time, and its action open to the sender."""
    pressed = turns.pressed(turn.work, id)
    if pressed is None or (pressed.channel, pressed.chat) != (turn.message.channel, turn.message.chat):
        return None if turn.message.group else step.stale(turn)
    entry = ENTRIES.get(pressed.action)  # none: of an older release
    if pressed.valid_until < turn.now or entry is None:
        return Reply(texts.stale_in_group()) if turn.message.group else step.stale(turn)
    turn.args, turn.by_button = dict(pressed.args), True
    if pressed.complaint:
        turn.complaint = _load(turn, pressed.complaint)
        if turn.complaint is None:
            return _no_such(turn)
    return _run(turn, entry)


def _no_such(turn: Turn) -> Reply:
    return _sorry(turn, texts.not_in_queue() if turn.message.group else texts.no_such_number())


# a command


@dataclass(frozen=True)
class Command:
    entry: Entry
    words: str


def _parse(turn: Turn) -> Command | None:
    """`/word rest` or, in Chinese, `word rest`, the rest perhaps without a space; None if it is neither."""
    first, rest = _split(turn.message.text)
    slashed = _is_slashed(first)
    typed = simple(first.lstrip(SLASHES).split("@")[0])
    entry = BY_WORD.get(normal(typed))
    if entry is not None and (slashed or not typed.isascii()):
        return Command(entry, rest)
    return _glued(turn, typed, rest, slashed)


def _split(text: str) -> tuple[str, str]:
    """The first word and the rest, whatever white space is between them."""
    words = text.split(None, 1)
    return (words[0] if words else ""), (words[1].strip() if len(words) > 1 else "")


def _glued(turn: Turn, typed: str, rest: str, slashed: bool) -> Command | None:
    """接Q8XW: a Chinese word and a number without a space between them."""
    word = next((word for word in _CHINESE if typed.startswith(word)), "")
    number = typed.removeprefix(word)
    if not word or not number.isascii() or not (slashed or _named(turn, number)):
        return None
    return Command(BY_WORD[word], f"{number} {rest}".strip())


def _command(turn: Turn) -> Reply | None:
    slashed = _is_slashed(turn.message.text)
    found = _parse(turn)
    if found is None:
        return _unknown(turn) if slashed else None
    if not slashed and not _is_meant(turn, found):
        return None
    if turn.message.odd:
        return _sorry(turn, texts.odd_command(turn.message.odd))
    if not found.entry.roles & _roles(turn):
        return _not_for_them(turn) if slashed else None
    turn.words = found.words
    alone = turn.message.numbered and not slashed and not found.words  # elsewhere a button is pressed, not typed
    if turn.message.group and alone and (pressed := _offered(turn)):
        return pressed  # the word is also the label of a button that hangs here
    if found.entry.needs_complaint and turn.complaint is None:
        refusal = _find_complaint(turn, found.entry)
        if refusal is not None:
            return _aside(turn, found.entry, refusal)
    return _aside(turn, found.entry, _run(turn, found.entry))


def _aside(turn: Turn, entry: Entry, reply: Reply | None) -> Reply | None:
    """The way back to a draft, under what was asked in its middle."""
    return step.aside(turn, reply) if reply and not turn.message.group and entry.name in ASIDE else reply


def _is_slashed(text: str) -> bool:
    return text.strip().startswith(tuple(SLASHES))


def _not_for_them(turn: Turn) -> Reply:
    """The command exists, for others: what it is instead here."""
    return _sorry(turn, texts.residents_command() if turn.message.group else texts.staffs_command())


def _is_meant(turn: Turn, found: Command) -> bool:
    """A Chinese word without a slash is a command when it stands alone, before a number, or under a card."""
    if turn.message.group and turn.message.reply_to:
        return True
    first = _split(found.words)[0]
    return not first or _is_number(turn, first) or bool(_named(turn, first))


def _unknown(turn: Turn) -> Reply:
    typed = _split(turn.message.text)[0]
    shown = masking.mask(typed) if turn.message.group else typed
    return _sorry(turn, texts.unknown_command(shown, nearest(normal(typed.lstrip(SLASHES)), _roles(turn))))


def _roles(turn: Turn) -> frozenset[Role]:
    if turn.member is None:
        return frozenset({Role.RESIDENT})
    if turn.message.group:
        return frozenset({Role.STAFF, Role.TRIAGE} if turn.unit == turn.rules.desk else {Role.STAFF})
    return frozenset({Role.RESIDENT, Role.STAFF})


def _run(turn: Turn, entry: Entry) -> Reply | None:
    if not entry.roles & _roles(turn):
        return Reply(texts.not_yours())
    if turn.complaint is not None and not _concerns(turn, turn.complaint, entry):
        return _no_such(turn)
    return entry.run(turn)


def _concerns(turn: Turn, complaint: Complaint, entry: Entry) -> bool:
    """Whether the sender has to do with it: a resident with their own, a group with its queue."""
    if turn.member is None or (not turn.message.group and Role.RESIDENT in entry.roles):
        return (complaint.channel, complaint.sender) == (turn.message.channel, turn.message.sender)
    unit = turn.unit or turn.member.unit
    return complaint.lead == unit or (entry.reads and unit in _readers(turn, complaint))


def _readers(turn: Turn, complaint: Complaint) -> set[str]:
    """Who else may look: the units that assist, those above the lead, the triage desk."""
    directory, lead = turn.rules.directory, complaint.lead
    above = [unit.code for unit in directory.path(lead)] if lead and lead in directory else []
    return {*complaint.assists, *above, turn.rules.desk}


# which complaint


def _find_complaint(turn: Turn, entry: Entry) -> Reply | None:
    """Sets `turn.complaint` from a number in the words or from the card replied to; else the reply to give."""
    first, rest = _split(turn.words)
    named = _named(turn, first, old=entry.reads) if first else []
    if len(named) > 1:
        return Reply(texts.which_number([c.number for c in named]))
    if named:
        turn.complaint, turn.words = named[0], rest
        return None
    card = _from_card(turn)
    if _is_number(turn, first) and not (card and _is_word(first, rest)):
        return _no_such(turn)  # the same answer whether it is nobody's or somebody else's
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


def _is_number(turn: Turn, typed: str) -> bool:
    """Whether it was meant as a number: of the full form, or in a group of the short one."""
    bare = normal(typed).replace("-", "").upper()
    longer = len(bare) - len(turn.rules.prefix)
    if bare.startswith(turn.rules.prefix) and bare.isascii() and bare.isalnum() and 5 <= longer <= 12:
        return True
    return bool(turn.message.group and len(bare) in {4, 5} and bare.isascii() and bare.isalnum())


def _is_word(first: str, rest: str) -> bool:
    """Under a card `call tomorrow` are words; `7777` or `ABCD` alone is a number of something else."""
    return bool(rest) and first.isalpha()


def _named(turn: Turn, typed: str, *, old: bool = False) -> list[Complaint]:
    """The complaints that `typed` can mean here: by the full number, for staff also by its second part.

    old: those of the unit that are over, or that it reads along, are looked at as well.
    """
    try:
        found = _load(turn, numbers.parse(typed, turn.rules.prefix))
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


def _from_card(turn: Turn) -> Complaint | None:
    if not turn.message.reply_to:
        return None
    number = outbox.card_of_message(turn.work, turn.message.channel, turn.message.chat, turn.message.reply_to)
    return _load(turn, number) if number else None


def _only_one(turn: Turn) -> Complaint | None:
    """A resident with one complaint need not name it."""
    if turn.message.group:
        return None
    mine = stored.of_person(turn.work, turn.message.channel, turn.message.sender, limit=2)
    live = [c for c in mine if c.is_open] or mine
    return live[0] if len(live) == 1 else None


def _load(turn: Turn, number: str) -> Complaint | None:
    return stored.load(turn.work, number)


# plain words


def _plain(turn: Turn) -> Reply | None:
    if turn.message.group:
        return _plain_in_group(turn)
    if turn.message.odd == "edited":
        return intake.edited(turn)
    return _offered(turn) or confirm.heard(turn) or _asked(turn) or _number(turn) or intake.told(turn)


def _number(turn: Turn) -> Reply | None:
    """A receipt number alone asks where it stands."""
    try:
        number = numbers.parse(turn.message.text, turn.rules.prefix)
    except BadNumber:
        return _no_such(turn) if _is_number(turn, turn.message.text) else None
    turn.complaint = _load(turn, number)
    return _run(turn, ENTRIES["status"]) if turn.complaint else _no_such(turn)


def _plain_in_group(turn: Turn) -> Reply | None:
    """Words under a card go to the resident; an answer to what was asked is taken; other talk is not ours."""
    if turn.message.reply_to and turn.message.text.strip() and (complaint := _from_card(turn)):
        if turn.message.odd:
            return Reply(texts.odd_command(turn.message.odd))
        turn.complaint, turn.words = complaint, turn.message.text.strip()
        return _run(turn, ENTRIES["reply"])
    return _offered(turn) or _asked(turn)


def _offered(turn: Turn) -> Reply | None:
    """The number or the label of something that was last shown in this chat."""
    said = normal(turn.message.text)
    if not said or len(said) > LONGEST_LABEL or (turn.message.group and not _may_choose(turn, said)):
        return None
    lately = outbox.shown_lately(turn.work, turn.message.channel, turn.message.chat)
    if said.isdecimal() and len(said) <= 2:
        latest = next((buttons for buttons in map(_buttons, lately) if buttons), [])
        return _press(turn, latest[int(said) - 1].id) if 1 <= int(said) <= len(latest) else None
    if understood.is_bare(turn.message.text) and not turn.message.group:
        lately = islice(lately, 1)  # yes, no, back answer the last question only, not a card further up
    found = (button.id for each in lately for button in _buttons(each) if _is_label(turn, button.label, said))
    first = next(found, None)
    return _press(turn, first) if first else None


def _may_choose(turn: Turn, said: str) -> bool:
    """In a group: a bare number is a choice only where choices are shown with numbers; a forwarded label is none."""
    return not turn.message.odd and (turn.message.numbered or not said.isdecimal())


def _is_label(turn: Turn, label: str, said: str) -> bool:
    """Clerks leave out what a label adds in brackets."""
    whole = normal(label)
    return said == whole or (turn.message.group and said == whole.split("(")[0])


def _buttons(shown: outbox.Shown) -> list[Button]:
    return [button for row in outgoing_from_json(shown.payload).buttons for button in row]


def _asked(turn: Turn) -> Reply | None:
    """An answer to what was last asked of this person; a question it pushed aside is then asked again."""
    asked = turn.conversation
    if not asked.asking or not turn.message.text.strip() or not _is_answer(turn):
        return None
    entry, about = ENTRIES[asked.asking], asked.about
    if about:
        turn.complaint = _load(turn, about)
    turn.args, turn.words = dict(asked.told), turn.message.text.strip()
    asked.settle()
    reply = _run(turn, entry)
    if reply is None or not asked.asking or asked.about == about:
        return reply
    asked.asked_at = turn.now.isoformat()
    return replace(reply, text=f"{reply.text}\n\n{texts.still_asked(asked.about, asked.asking)}")


def _is_answer(turn: Turn) -> bool:
    if not turn.message.group:
        return True
    asked_at = turn.conversation.asked_at
    return not turn.message.odd and bool(asked_at) and turn.now - datetime.fromisoformat(asked_at) <= ANSWER_WITHIN
