"""Who answers: finds what a message asks for, whether its sender may, and which complaint it is about.

A press, a command (in English, in Chinese, short), a number or label of what was last offered, an answer to what
was last asked, a reply to a card: each leads to an entry of the one table in `handlers.commands`. Strangers and
foreign groups get nothing.
"""

from dataclasses import dataclass

from complaints import numbers
from complaints.complaint import Complaint
from complaints.errors import BadNumber, ComplaintError
from handlers.commands import BY_WORD, ENTRIES, Entry, Role, nearest
from handlers.messages import Button, Reply, outgoing_from_json
from handlers.resident import emergency, intake
from handlers.texts import refusals as texts
from handlers.turn import Turn, normal
from storage import complaints as stored
from storage import outbox, turns

SOLVED_WORDS = {"解决了", "已解决", "已经解决", "解決了", "搞掂", "搞掂咗", "好了", "修好了"}
UNSOLVED_WORDS = {"没解决", "没有解决", "未解决", "冇解决", "沒解決", "还没解决", "还是没解决", "没弄好", "没修好"}


def route(turn: Turn) -> Reply | None:
    """The reply of whoever answers; None for those who get nothing."""
    if turn.message.group and (not turn.unit or turn.member is None):
        return _stranger(turn)
    try:
        return _button(turn) or _command(turn) or _plain(turn)
    except ComplaintError as error:
        return Reply(texts.refused(error, turn.rules))


def _stranger(turn: Turn) -> Reply | None:
    """In a group that is not bound, or from somebody who is not staff, only the code that binds is heard."""
    found = _parse(turn.message.text)
    if found and found.entry.name == "bind" and turn.member is not None and not turn.message.odd:
        turn.words = found.words
        return found.entry.run(turn)
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
        return None if turn.message.group else intake.stale(turn)
    if pressed.valid_until < turn.now:
        return intake.stale(turn)
    turn.args, turn.by_button = dict(pressed.args), True
    entry = ENTRIES[pressed.action]
    if pressed.complaint:
        turn.complaint = _load(turn, pressed.complaint)
        if turn.complaint is None:
            return Reply(texts.no_such_number())
    return _run(turn, entry)


# a command


@dataclass(frozen=True)
class Command:
    entry: Entry
    words: str


def _parse(text: str) -> Command | None:
    """`/word rest` or, in Chinese, `word rest`; None if it is neither."""
    first, _, rest = text.strip().partition(" ")
    slashed = first.startswith("/")
    word = normal(first.lstrip("/").split("@")[0])
    entry = BY_WORD.get(word)
    if entry is None or (not slashed and word.isascii()):
        return None
    return Command(entry, rest.strip())


def _command(turn: Turn) -> Reply | None:
    text = turn.message.text.strip()
    found = _parse(text)
    if found is None:
        return _unknown(turn, text) if text.startswith("/") else None
    if not text.startswith("/") and not _is_meant(turn, found):
        return None
    if turn.message.odd:
        return Reply(texts.odd_command(turn.message.odd))
    turn.words = found.words
    if found.entry.needs_complaint and turn.complaint is None:
        refusal = _find_complaint(turn, found.entry)
        if refusal is not None:
            return refusal
    return _run(turn, found.entry)


def _is_meant(turn: Turn, found: Command) -> bool:
    """A Chinese word without a slash is a command when it stands alone, before a number, or under a card."""
    if turn.message.group and turn.message.reply_to:
        return True
    return not found.words or bool(_named(turn, found.words.split()[0]))


def _unknown(turn: Turn, text: str) -> Reply:
    word = normal(text.split()[0].lstrip("/"))
    return Reply(texts.unknown_command(text.split()[0], nearest(word, _roles(turn))))


def _roles(turn: Turn) -> frozenset[Role]:
    if turn.member is None:
        return frozenset({Role.RESIDENT})
    if turn.message.group:
        return frozenset({Role.STAFF, Role.TRIAGE} if turn.unit == turn.rules.desk else {Role.STAFF})
    return frozenset({Role.RESIDENT, Role.STAFF})


def _run(turn: Turn, entry: Entry) -> Reply | None:
    if not entry.roles & _roles(turn):
        return None if entry.roles == {Role.STAFF} and turn.member is None else Reply(texts.not_yours())
    if turn.complaint is not None and not _concerns(turn, turn.complaint, entry):
        return Reply(texts.no_such_number())
    return entry.run(turn)


def _concerns(turn: Turn, complaint: Complaint, entry: Entry) -> bool:
    """Whether the sender has to do with it: a resident with their own, a group with its queue."""
    if turn.member is None or (not turn.message.group and Role.RESIDENT in entry.roles):
        return (complaint.channel, complaint.sender) == (turn.message.channel, turn.message.sender)
    unit = turn.unit or turn.member.unit
    return complaint.lead == unit or (entry.reads and unit in (*complaint.assists, turn.rules.desk))


# which complaint


def _find_complaint(turn: Turn, entry: Entry) -> Reply | None:
    """Sets `turn.complaint` from a number in the words or from the card replied to; else the reply to give."""
    first, _, rest = turn.words.partition(" ")
    named = _named(turn, first) if first else []
    if len(named) > 1:
        return Reply(texts.which_number([c.number for c in named]))
    if named:
        turn.complaint, turn.words = named[0], rest.strip()
        return None
    if _is_number(turn, first):
        return Reply(texts.no_such_number())  # the same answer whether it is nobody's or somebody else's
    turn.complaint = _from_card(turn) or _only_one(turn)
    return Reply(texts.number_needed(entry)) if turn.complaint is None else None


def _is_number(turn: Turn, typed: str) -> bool:
    """Whether it was meant as a number: of the full form, or in a group of the short one."""
    bare = normal(typed).replace("-", "").upper()
    if bare.startswith(turn.rules.prefix) and bare.isascii() and len(bare) > len(turn.rules.prefix) + 4:
        return True
    return bool(turn.message.group and len(bare) in {4, 5} and bare.isascii() and bare.isalnum())


def _named(turn: Turn, typed: str) -> list[Complaint]:
    """The complaints that `typed` can mean here: by the full number, in a group also by its second part."""
    try:
        found = _load(turn, numbers.parse(typed, turn.rules.prefix))
    except BadNumber:
        found = None
    if found is not None:
        return [found] if turn.unit or _is_own(turn, found) else []
    if not turn.member:
        return []
    unit = turn.unit or turn.member.unit
    queue = stored.queue(turn.work, unit, limit=500)
    return [c for c in queue if numbers.matches_short(c.number, typed)]


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
    danger = emergency.seen(turn)
    return danger or _offered(turn) or _questioned(turn) or _asked(turn) or _number(turn) or intake.told(turn)


def _number(turn: Turn) -> Reply | None:
    """A receipt number alone asks where it stands."""
    try:
        number = numbers.parse(turn.message.text, turn.rules.prefix)
    except BadNumber:
        return None
    turn.complaint = _load(turn, number)
    return _run(turn, ENTRIES["status"]) if turn.complaint else Reply(texts.no_such_number())


def _plain_in_group(turn: Turn) -> Reply | None:
    """Words under a card go to the resident; an answer to what was asked is taken; other talk is not ours."""
    if turn.message.reply_to and (complaint := _from_card(turn)):
        turn.complaint, turn.words = complaint, turn.message.text.strip()
        note = turn.words[:1] in {"#", "\uff03"}
        turn.words = turn.words[1:].strip() if note else turn.words
        return _run(turn, ENTRIES["note" if note else "reply"])
    return _offered(turn) or _asked(turn)


def _offered(turn: Turn) -> Reply | None:
    """The number or the label of something that was last shown in this chat."""
    said = normal(turn.message.text)
    if not said or (turn.message.group and not turn.message.numbered):
        return None
    shown = [_buttons(each) for each in outbox.last_shown(turn.work, turn.message.channel, turn.message.chat)]
    if said.isdecimal() and len(said) <= 2:
        latest = next((buttons for buttons in shown if buttons), [])
        return _press(turn, latest[int(said) - 1].id) if 1 <= int(said) <= len(latest) else None
    found = [button.id for buttons in shown for button in buttons if normal(button.label) == said]
    return _press(turn, found[0]) if found else None


def _buttons(shown: outbox.Shown) -> list[Button]:
    return [button for row in outgoing_from_json(shown.payload).buttons for button in row]


def _questioned(turn: Turn) -> Reply | None:
    """An answer to what another person's turn has asked: is it solved?"""
    said = normal(turn.message.text)
    name = "solved" if said in SOLVED_WORDS else "not_solved" if said in UNSOLVED_WORDS else ""
    if not name:
        return None
    open_questions = turns.open_questions(turn.work, turn.message.channel, turn.message.chat)
    found = [complaint for complaint, kind in open_questions if kind == "solved"]
    if not found:
        return None
    turn.complaint = _load(turn, found[0])
    return _run(turn, ENTRIES[name])


def _asked(turn: Turn) -> Reply | None:
    """An answer to what was last asked of this person."""
    asking = turn.conversation.asking
    if not asking or not turn.message.text.strip():
        return None
    about, told = turn.conversation.about, turn.conversation.told
    turn.args, turn.words = dict(told), turn.message.text.strip()
    if about:
        turn.complaint = _load(turn, about)
    turn.conversation.asking, turn.conversation.about, turn.conversation.told = "", "", {}
    return _run(turn, ENTRIES[asking])
