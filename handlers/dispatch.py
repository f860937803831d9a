"""The doors: everything that enters the handlers comes through here, inside one transaction of the desk.

answer: a message. material: a file that was fetched. fire: a clock. report: what happened outside. draw: a card for
the outbox. topic: the one in which it hangs. A handler that raises is undone alone: its message stays in the inbox and
is tried again, and after the fifth try it is put aside for a person, while the chat goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog

from complaints import emergencies
from complaints.calendar import WorkingTime
from complaints.draft import LIVE, Draft
from handlers import checked, choices, covered, happened, router, subject, topics
from handlers.clock import ticks
from handlers.clock.recount import recount as clock_again
from handlers.menus import menus as menus  # what platforms show beside the chat
from handlers.messages import Event, Message, Outcome, Outgoing, Reply, message_from_json, outgoing_to_json, to_json
from handlers.resident.evidence import as_it_stands
from handlers.staff import card
from handlers.texts import evidence, group, intake, resident
from handlers.topics import Topic as Topic
from handlers.turn import Outside as Outside  # what the wiring hands over
from handlers.turn import Scene, Turn
from storage import arrivals, clocks, conversations, inbox, lines, moved, outbox
from storage import complaints as stored
from storage import topics as topics_kept
from storage.arrivals import Arrival
from storage.cards import TakenCard
from storage.clocks import Due as Due
from storage.covering import Files, Wanted
from storage.outbox import Handed
from storage.topics import About
from storage.unit_of_work import News, Work

MOST_TRIES = 5
FAILED_CLOCK_WAITS = timedelta(minutes=1)
log = structlog.get_logger()

Kept = dict[str, inbox.New | None]  # channel and update key -> the row in the inbox; None: seen before


@dataclass(frozen=True)
class Waiting:
    """A message that waits for another try, the next of which has been counted as number `tries`."""

    id: int
    body: str
    tries: int


def keep(work: Work, messages: Sequence[Message], *, count: bool = False) -> Kept:
    """Keeps what came in before anything is done with it, outside every savepoint.

    count: the try is counted at once, because the desk commits before it handles.
    """
    kept: Kept = {}
    for message in messages:
        new = inbox.keep_new(work, message.channel, message.chat, message.update_key, to_json(message))
        kept.setdefault(_key(message), new)
        if count and new is not None and not new.behind:
            inbox.tried(work, new.id)
    return kept


def _key(message: Message) -> str:
    return f"{message.channel}\x1f{message.update_key}"


def answer(work: Work, outside: Outside, message: Message, kept: Kept, *, counted: bool = False) -> Handed | None:
    """Handles one message that `keep` has kept; one that was seen before changes nothing.

    The answer, if the commit delivers it and nothing else is new for its reader.
    """
    new = kept.pop(_key(message), None)
    if new is None:
        return None
    work.turn_of((message.channel, message.chat))
    if new.behind and inbox.is_blocked(work, message.channel, message.chat, new.id):
        return None  # an earlier message of this chat waits for another try: this one waits behind it
    return _try(work, outside, message, new.id, 1 if counted else None)


def waiting(work: Work, limit: int) -> list[Waiting]:
    """Messages whose next try is due, with that try counted."""
    return [Waiting(row.id, row.body, inbox.tried(work, row.id)) for row in inbox.waiting(work, limit)]


def again(work: Work, outside: Outside, rows: Sequence[Waiting]) -> None:
    """Makes the tries that `waiting` has counted, of those that nobody has handled since.

    Nobody waits for these answers: the outbox delivers them, and tells the readers.
    """
    outside = replace(outside, fetched=frozenset())
    for row in rows:
        if inbox.is_waiting(work, row.id):
            _try(work, outside, message_from_json(row.body), row.id, row.tries)


def _try(work: Work, outside: Outside, message: Message, id: int, tries: int | None) -> Handed | None:
    """tries: the count of this try; None: it is counted with its outcome, in the transaction that kept the message."""
    if tries is not None and tries > MOST_TRIES:  # those before ended the process, so nobody could put it aside
        _put_aside(work, outside, message, id, "EndedTheProcess")
        return None
    try:
        with work.savepoint():
            draft, handed = _turn(work, outside, message)
            inbox.done(work, (message.channel, message.chat), id, draft, counted=tries is not None)
            return handed
    except Exception as error:  # noqa: BLE001 - the one place that turns a poisoned message into a quarantined one
        _failed(work, outside, message, id, inbox.tried(work, id) if tries is None else tries, error)
        return None


def _failed(work: Work, outside: Outside, message: Message, id: int, tries: int, error: Exception) -> None:
    name = type(error).__name__
    log.warning("message.failed", id=id, tries=tries, error=name, at=_place(error))
    if tries >= MOST_TRIES:
        _put_aside(work, outside, message, id, name)
        return
    inbox.failed(work, id, name, timedelta(seconds=2 ** (tries - 1)))
    if tries == 1:
        _tell(work, outside, message, resident.tried_again())


def _place(error: BaseException) -> str:
    """File and line where it was raised: the message of an error may repeat what a person typed, this cannot."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _put_aside(work: Work, outside: Outside, message: Message, id: int, error: str) -> None:
    inbox.quarantine(work, id, error)
    _tell(work, outside, message, resident.kept_for_a_person())


def _tell(work: Work, outside: Outside, message: Message, text: str) -> None:
    """What became of a message that failed; whom to call comes first, if it was a cry. In a group nobody is told."""
    if message.group:
        return
    danger = emergencies.find(message.text)
    told = intake.emergency(danger, text, alerted=False) if danger else text
    try:
        with work.savepoint():
            _say(Scene(work, outside, outside.rules(work)), message, Reply(told))
    except Exception as error:  # noqa: BLE001 - what cannot be said must not undo the batch around it
        log.error("message.untold", error=type(error).__name__, at=_place(error))


def _turn(work: Work, outside: Outside, message: Message) -> tuple[str | None, Handed | None]:
    """One turn; the id of the draft its words belong to, and the answer if it is delivered with the commit."""
    rules = outside.rules(work)
    place = _conversed(message)
    came = arrivals.arrive(work, message.channel, message.chat, message.sender, place)
    unit = came.unit if message.group else None
    conversation, draft = came.conversation, _live(came)
    turn = Turn(work, outside, rules, message, conversation, came.member, unit or "", came.alert, draft=draft)
    if came.closed:
        lines.reopen(work, message.channel, message.chat)
    reply, handed = router.route(turn), None
    if reply is not None and came.free and message.channel in outside.fetched:
        handed = _hand_over(turn, reply, came.position)
    elif reply is not None:
        _say(turn, message, reply)
    for push in turn.pushes:
        _push(turn, push)
    if unit and came.forum != message.forum:
        topics_kept.switched(work, message.channel, message.chat, on=message.forum)
    draft_id = turn.draft.id if turn.draft else None
    conversations.save(work, turn.conversation)
    return draft_id if conversation.draft else None, handed if News.STAFF not in work.news else None


def _conversed(message: Message) -> str:
    """What the conversation goes by: in a group each speaks for themselves, and in each topic about something else."""
    if not message.group:
        return message.chat
    topic = f"@{message.topic}" if message.topic else ""
    return f"{message.chat}#{message.sender}{topic}"


def _hand_over(turn: Turn, reply: Reply, last: int) -> Handed:
    message = turn.message
    out = turn.ready(message.channel, message.chat, reply)
    return outbox.hand_over(turn.work, message.channel, message.chat, outgoing_to_json(out), last)


def _live(came: Arrival) -> Draft | None:
    """The draft in hand; one that has expired meanwhile is none."""
    if came.draft is None or came.draft.state not in LIVE:
        came.conversation.draft = None
        return None
    return came.draft


def _say(scene: Scene, message: Message, reply: Reply) -> None:
    out = scene.ready(message.channel, message.chat, reply)
    out = replace(out, topic=message.topic) if message.topic else out
    outbox.put(scene.work, message.channel, message.chat, outgoing_to_json(out), due=scene.now)


def _push(scene: Scene, push: Any) -> None:
    out = scene.ready(push.channel, push.chat, push.reply)
    outbox.put(
        scene.work,
        push.channel,
        push.chat,
        outgoing_to_json(out),
        due=push.due,
        delivery=push.delivery.value,
        complaint=push.complaint or None,
        word=push.word,
    )


def due(work: Work, limit: int = 64) -> list[Due]:
    """What is due, read without a lock: whoever lets it happen asks again."""
    return clocks.due(work, limit)


def fire(work: Work, outside: Outside, clock: Due) -> None:
    """Lets what is due happen, unless somebody was faster. A clock whose act raises goes on later."""
    scene = Scene(work, outside, outside.rules(work))
    try:
        with work.savepoint():
            if not work.is_alone:
                ticks.hold(scene, clock.kind, clock.subject)
            if clocks.take(work, clock):
                for push in ticks.fire(scene, clock.kind, clock.subject, clock.due, as_it_stands):
                    _push(scene, push)
    except Exception as error:  # noqa: BLE001 - the loop over what is due outlives one bad clock
        log.error("clock.failed", kind=clock.kind, error=type(error).__name__, at=_place(error))
        clocks.start(work, clock.kind, clock.subject, scene.now + FAILED_CLOCK_WAITS)


def recount(work: Work, outside: Outside, before: WorkingTime) -> int:
    """A new calendar was loaded: the open complaints' clocks are counted again; how many residents were told."""
    scene = Scene(work, outside, outside.rules(work))
    pushes = [push for each in stored.open_ones(work) for push in clock_again(scene, each.number, before)]
    for push in pushes:
        _push(scene, push)
    return len(pushes)


def material(work: Work, outside: Outside, id: int, outcome: Outcome) -> bool:
    """What became of a file that was fetched. False: nobody wants it any more."""
    scene = Scene(work, outside, outside.rules(work))
    pushes = checked.became(scene, id, outcome)
    for push in pushes or ():
        _push(scene, push)
    return pushes is not None


def drawn(work: Work, outside: Outside, wanted: Wanted, now: Files | None) -> bool:
    """A picture was drawn as it was wanted, and these are its files; None: it cannot be drawn. False: it is wanted
    otherwise meanwhile, or not any more."""
    scene = Scene(work, outside, outside.rules(work))
    pushes = covered.given_up(scene, wanted) if now is None else covered.drawn(scene, wanted, now)
    for push in pushes or ():
        _push(scene, push)
    return pushes is not None


def report(work: Work, outside: Outside, event: Event) -> None:
    """What happened outside a message. One that is told twice is told once."""
    scene = Scene(work, outside, outside.rules(work))
    for push in happened.report(scene, event):
        _push(scene, push)


def away(work: Work, outside: Outside, channel: str, seconds: float) -> None:
    """Nobody listened to this channel for so long."""
    scene = Scene(work, outside, outside.rules(work))
    for push in happened.away(scene, channel, seconds):
        _push(scene, push)


def unreachable(work: Work, outside: Outside, channel: str, chat: str, reason: str) -> None:
    """The outbox learnt that a chat cannot be written to: cards are to say so, and somebody is to call."""
    scene = Scene(work, outside, outside.rules(work))
    for push in happened.unreachable(scene, channel, chat, reason):
        _push(scene, push)


def undelivered(work: Work, outside: Outside, number: str | None) -> None:
    """A push about this complaint was given up."""
    complaint = stored.load(work, number, lock=False) if number else None
    if complaint is not None and complaint.is_open:
        scene = Scene(work, outside, outside.rules(work))
        for push in happened.call(scene, complaint):
            _push(scene, push)


def migrated(work: Work, channel: str, chat: str, to: str) -> bool:
    """The outbox learnt that a group has become another chat. False: it is none of ours."""
    return moved.move(work, channel, chat, to)


def topic(work: Work, outside: Outside, about: About) -> Topic | None:
    """The topic of what is taken for a group, as it should be now; None: it is about no complaint, or a lost one."""
    complaint = stored.load(work, about.complaint, lock=False) if about.complaint else None
    if complaint is None:
        return None
    return topics.of(Scene(work, outside, outside.rules(work)), complaint, about.channel, about.chat)


def no_topic(work: Work, outside: Outside, about: About, *, is_forum: bool) -> None:
    """The outbox could open none: the group has topics no more, or we lack the right."""
    scene = Scene(work, outside, outside.rules(work))
    for push in topics.none(scene, about.channel, about.chat, is_forum=is_forum):
        _push(scene, push)


def may_look(work: Work, outside: Outside, unit: str, number: str) -> bool:
    """Whether staff of this unit may read this complaint, as their commands would find."""
    complaint = stored.load(work, number, lock=False)
    return complaint is not None and subject.may_look(outside.rules(work), complaint, unit)


def draw(work: Work, outside: Outside, taken: TakenCard) -> Outgoing | None:
    """The present state of a card, with fresh buttons; None if the complaint is gone."""
    scene = Scene(work, outside, outside.rules(work))
    complaint = stored.load(work, taken.complaint, lock=False)
    if complaint is None:
        return None
    drawn = card.draw(scene, complaint, taken.channel, taken.chat)
    return scene.ready(taken.channel, taken.chat, choices.of_card(drawn))


def emptied() -> Outgoing:
    """What a card says that hangs once more, below."""
    return Outgoing(group.card_below())


def simpler(out: Outgoing) -> Outgoing:
    """What to show of what a platform did not take: without its files, which is said; without them, the words alone."""
    if out.media:
        return replace(out, text=evidence.unshown(out.text, len(out.media)), media=())
    return Outgoing(out.text)
