"""Who answers: finds what a message asks for, and whether its sender may.

A press, a command (in English, in Chinese, short), a number or label of what was last offered, an answer to what
was last asked, a reply to a card: each leads to an entry of the one table in `handlers.commands`. In a group only
the staff of its unit are heard: to others the bot is silent, but for a press and for the code that binds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import structlog

from complaints import masking, numbers
from complaints.errors import BadNumber, ComplaintError
from handlers import choices, parse, subject
from handlers.alerts import TALK
from handlers.commands import ENTRIES, Entry, nearest
from handlers.messages import Reply, buttons_from_json, topic_from_json
from handlers.resident import changed, confirm, emergency, evidence, intake, keys, step, understood
from handlers.staff import alert
from handlers.texts import evidence as evidence_texts
from handlers.texts import refusals as texts
from handlers.turn import Turn, normal, normal_label, split
from storage import alerts, asked, cards, conversations, lines, shown
from storage.asked import Pressed
from storage.shown import Shown

LONGEST_LABEL = 60  # characters: what is longer is no label, and needs no look at what was shown
ANSWER_WITHIN = timedelta(minutes=30)  # in a group: words that come later are talk among colleagues
log = structlog.get_logger()
ASIDE = frozenset({"status", "mine", "add", "withdraw", "human", "help"})  # in the middle of a draft, which goes on


def route(turn: Turn) -> Reply | None:
    """The reply of whoever answers; None for those who get nothing. What a refused act has written is undone."""
    if turn.message.group and not _is_colleague(turn):
        return _stranger(turn)
    if not turn.message.group:
        turn.message = keys.worded(turn)
    reply = _answered(turn)
    if turn.message.group:
        _under_card(turn)
        return reply
    if turn.message.files and turn.message.odd != "edited":
        reply = evidence.told(turn, reply, at_once=bool(turn.message.text.strip() and parse.command(turn)))
    return emergency.first(turn, reply)


def _answered(turn: Turn) -> Reply | None:
    try:
        return _button(turn) or _under_alert(turn) or _command(turn) or _plain(turn)
    except ComplaintError as error:
        _undo(turn)
        return subject.sorry(turn, texts.refused(error, turn.rules))


def _undo(turn: Turn) -> None:
    """All the turn has written; the conversation is made and held again, and the line opened: these stay."""
    turn.pushes.clear()
    turn.work.undo()
    conversations.hold(turn.work, turn.conversation.channel, turn.conversation.chat)
    lines.reopen(turn.work, turn.message.channel, turn.message.chat)


def _is_colleague(turn: Turn) -> bool:
    """Being in the group gives no right, being of its unit does."""
    return bool(turn.unit) and turn.member is not None and turn.member.unit == turn.unit


def _stranger(turn: Turn) -> Reply | None:
    """In a group that is not bound, or from somebody who is not of its unit."""
    found = parse.command(turn)
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
    turn.pressed = asked.pressed(turn.work, id)
    return _press(turn, turn.pressed)


def _press(turn: Turn, pressed: Pressed | None) -> Reply | None:
    """A press is authorised again: the button must be of this chat, in time, and its action open to the sender."""
    if pressed is None or (pressed.channel, pressed.chat) != (turn.message.channel, turn.message.chat):
        return None if turn.message.group else step.stale(turn)
    entry = ENTRIES.get(pressed.action)  # none: of an older release
    if pressed.valid_until < turn.now or entry is None:
        return Reply(texts.stale_in_group()) if turn.message.group else step.stale(turn)
    turn.args, turn.by_button = dict(pressed.args), True
    if pressed.complaint:
        turn.complaint = subject.load(turn, pressed.complaint)
        if turn.complaint is None:
            return subject.no_such(turn)
    return _run(turn, entry)


def _under_card(turn: Turn) -> None:
    """A press tells where its card hangs, also one that was refused."""
    message, pressed = turn.message, turn.pressed
    if pressed is None or message.reply_to is None or not choices.is_of_card(pressed.args):
        return
    if (pressed.channel, pressed.chat) == (message.channel, message.chat):
        cards.pressed_under(turn.work, message.channel, message.chat, pressed.complaint, message.reply_to)


# words under an alert of the duty desk


def _under_alert(turn: Turn) -> Reply | None:
    """They go to the person it is about, but for commands."""
    message = turn.message
    if not (message.group and message.reply_to and message.text.strip()) or turn.unit != turn.rules.desk:
        return None
    number = cards.of_message(turn.work, message.channel, message.chat, message.reply_to)
    if number is None or not alerts.is_number(number):
        return None
    found = parse.command(turn)
    undoes = found is not None and found.entry.name == "undo"
    words = _alert_words(turn, found)
    if words is None and not undoes:
        return None
    if message.odd:
        return Reply(texts.odd_command(message.odd))
    return alert.about(turn, number, words) if words is not None else alert.undo_last(turn, number)


def _alert_words(turn: Turn, found: parse.Command | None) -> str | None:
    """What is said about the alert. None: a command; of those that begin a sentence only with a slash or alone."""
    slashed = parse.is_slashed(turn.message.text)
    if found is not None and found.entry.name == "reply":
        return found.words
    if found is not None and found.entry.name == "claim" and not found.words:
        return found.entry.words[0]
    said_alone = found is not None and not found.words
    return None if slashed or said_alone else turn.message.text.strip()


# a command


def _command(turn: Turn) -> Reply | None:
    slashed = parse.is_slashed(turn.message.text)
    found = parse.command(turn)
    if found is None:
        return _unknown(turn) if slashed else None
    if not slashed and not parse.is_meant(turn, found):
        return None
    if turn.message.odd:
        return subject.sorry(turn, texts.odd_command(turn.message.odd))
    if not found.entry.roles & subject.roles(turn):
        return _not_for_them(turn) if slashed else None
    turn.words = found.words
    alone = turn.message.numbered and not slashed and not found.words  # elsewhere a button is pressed, not typed
    if turn.message.group and alone and (pressed := _offered(turn)):
        return pressed  # the word is also the label of a button that hangs here
    if found.entry.needs_complaint and turn.complaint is None:
        refusal = subject.find(turn, found.entry)
        if refusal is not None:
            return _aside(turn, found.entry, refusal)
    return _aside(turn, found.entry, _run(turn, found.entry))


def _aside(turn: Turn, entry: Entry, reply: Reply | None) -> Reply | None:
    """The way back to a draft, under what was asked in its middle."""
    return step.aside(turn, reply) if reply and not turn.message.group and entry.name in ASIDE else reply


def _not_for_them(turn: Turn) -> Reply:
    """The command exists, for others: what it is instead here."""
    return subject.sorry(turn, texts.residents_command() if turn.message.group else texts.staffs_command())


def _unknown(turn: Turn) -> Reply:
    typed = split(turn.message.text)[0]
    shown = masking.mask(typed) if turn.message.group else typed
    return subject.sorry(
        turn, texts.unknown_command(shown, nearest(normal(typed.lstrip(parse.SLASHES)), subject.roles(turn)))
    )


def _run(turn: Turn, entry: Entry) -> Reply | None:
    if not entry.roles & subject.roles(turn):
        return Reply(texts.not_yours())
    if turn.complaint is not None and not subject.concerns(turn, turn.complaint, entry):
        return subject.no_such(turn)
    return entry.run(turn)


# plain words


def _plain(turn: Turn) -> Reply | None:
    if turn.message.group:
        return _plain_in_group(turn)
    if turn.message.odd == "edited":
        return changed.changed(turn)
    if turn.message.files:
        return evidence.came(turn, _to_what_was_asked)
    if turn.conversation.asking == TALK:
        return _talk(turn)
    return _to_what_was_asked(turn) or intake.told(turn)


def _to_what_was_asked(turn: Turn) -> Reply | None:
    """None: they answer nothing that was asked or offered."""
    if turn.conversation.asking == TALK:
        return _talk(turn)
    return _offered(turn) or confirm.heard(turn) or _asked(turn) or _number(turn)


def _talk(turn: Turn) -> Reply | None:
    """In a talk with the duty desk only what was shown last is a choice, and a number where it is shown as one."""
    if turn.message.point is not None and not turn.message.text.strip():
        return _run(turn, ENTRIES[TALK])
    counted = normal(turn.message.text).isdecimal() and not turn.message.numbered
    return (None if counted else _offered(turn, 1)) or _asked(turn) or intake.told(turn)


def _number(turn: Turn) -> Reply | None:
    """A receipt number alone asks where it stands."""
    try:
        number = numbers.parse(turn.message.text, turn.rules.prefix)
    except BadNumber:
        return subject.no_such(turn) if subject.is_number(turn, turn.message.text) else None
    turn.complaint = subject.load(turn, number)
    return _run(turn, ENTRIES["status"]) if turn.complaint else subject.no_such(turn)


def _plain_in_group(turn: Turn) -> Reply | None:
    """Words under a card go to the resident; an answer to what was asked is taken; other talk is not ours."""
    if turn.message.reply_to and turn.message.text.strip() and (complaint := subject.from_card(turn)):
        if turn.message.odd:
            return Reply(texts.odd_command(turn.message.odd))
        turn.complaint, turn.words = complaint, turn.message.text.strip()
        said = _run(turn, ENTRIES["reply"])
        hint = f"\n{evidence_texts.staff_files()}" if turn.message.files else ""
        return replace(said, text=said.text + hint) if said and hint else said
    if turn.message.files and turn.message.reply_to and subject.from_card(turn):
        return Reply(evidence_texts.staff_files())
    return _offered(turn) or _asked(turn)


def _offered(turn: Turn, most: int | None = None) -> Reply | None:
    """The number or the label of something that was last shown in this chat. most: how far back, in messages."""
    said = normal(turn.message.text)
    if not said or len(said) > LONGEST_LABEL or (turn.message.group and not _may_choose(turn, said)):
        return None
    lately = islice(_lately(turn), most)
    if said.isdecimal() and len(said) <= 2:
        latest = next((buttons for buttons in (buttons_from_json(each.payload) for each in lately) if buttons), [])
        return (
            _press(turn, asked.pressed(turn.work, latest[int(said) - 1][1])) if 1 <= int(said) <= len(latest) else None
        )
    if understood.is_bare(turn.message.text) and not turn.message.group:
        lately = islice(lately, 1)  # yes, no, back answer the last question only, not a card further up
    found = (id for each in lately for label, id in buttons_from_json(each.payload) if _is_label(turn, label, said))
    first = next(found, None)
    return _press(turn, asked.pressed(turn.work, first)) if first else None


def _lately(turn: Turn) -> Iterator[Shown]:
    """In a group with topics what was shown in the same one: beside it, other complaints offer the same labels."""
    message = turn.message
    lately = shown.lately(turn.work, message.channel, message.chat, group=message.group)
    return (each for each in lately if topic_from_json(each.payload) == message.topic) if message.forum else lately


def _may_choose(turn: Turn, said: str) -> bool:
    """In a group: a bare number is a choice only where choices are shown with numbers; a forwarded label is none."""
    return not turn.message.odd and (turn.message.numbered or not said.isdecimal())


def _is_label(turn: Turn, label: str, said: str) -> bool:
    """Clerks leave out what a label adds in brackets."""
    whole = normal_label(label)
    return said == whole or (turn.message.group and said == whole.split("(")[0])


def _asked(turn: Turn) -> Reply | None:
    """An answer to what was last asked of this person; a question it pushed aside is then asked again."""
    asked = turn.conversation
    if not asked.asking or not turn.message.text.strip() or not _is_answer(turn):
        return None
    entry, about = ENTRIES[asked.asking], asked.about
    if about:
        turn.complaint = subject.load(turn, about)
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
