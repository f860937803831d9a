"""Photos, voice messages, videos and files from a resident: they join what is being told, or a complaint.

What is sent before consent is held and not looked at. The words beside a file are heard like any others. Files sent
together come in a message each and are answered once, by the clock `album`. Voice is kept, not transcribed.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from complaints import emergencies
from complaints.complaint import Complaint
from complaints.draft import Draft
from handlers import alerts, choices, drafts
from handlers import evidence as shared
from handlers.messages import Message, Reply
from handlers.resident import add, begin, intake, place, step, understood
from handlers.texts import common
from handlers.texts import evidence as texts
from handlers.turn import Scene, Turn
from storage import clocks, evidence
from storage import complaints as stored
from storage.conversations import Conversation
from storage.evidence import Evidence, Home

TOGETHER = timedelta(seconds=2)  # after the last of an album
Heard = Callable[[Turn], Reply | None]


def came(turn: Turn, asked: Heard) -> Reply:
    """asked: what the words beside the files mean to what was asked or offered; None if nothing."""
    album = _home_of_album(turn)
    if album is not None:
        return _along(turn, album, asked)
    if turn.conversation.asking == alerts.TALK and not turn.message.text.strip():
        return Reply(texts.desk_reads_words(), alerts.on(turn.conversation))
    complaint = _asked_about(turn)
    if complaint is not None:
        return _along(turn, complaint, asked)
    if turn.draft is not None:
        return _with_draft(turn, turn.draft, asked)
    return _first(turn, asked)


def _home_of_album(turn: Turn) -> Complaint | None:
    """The complaint that the others of this album went to."""
    message = turn.message
    rows = evidence.of_album(turn.work, message.channel, message.chat, message.album) if message.album else []
    return _own_open(turn, rows[-1].home.complaint) if rows else None


def _asked_about(turn: Turn) -> Complaint | None:
    """The open complaint that something was asked about, such as what to add."""
    return _own_open(turn, turn.conversation.about) if turn.conversation.asking else None


def _own_open(turn: Turn, number: str | None) -> Complaint | None:
    found = stored.load(turn.work, number) if number else None
    mine = found is not None and (found.channel, found.sender) == (turn.message.channel, turn.message.sender)
    return found if found is not None and mine and found.is_open else None


def _along(turn: Turn, complaint: Complaint, asked: Heard) -> Reply:
    """Files for this complaint, and words that may answer what was asked about it; else they are words for it too."""
    text = turn.message.text.strip() if understood.has_words(turn.message.text) else ""
    said = asked(turn) if text else None
    now = _own_open(turn, complaint.number)  # as the words have left it
    if said is None and turn.conversation.asking == "add_words":
        turn.conversation.settle()
    if now is None or shared.brought(turn):
        return said or Reply("", choices.MENU)
    added = add.put(turn, now, "" if said else text)
    return said or added


def _with_draft(turn: Turn, draft: Draft, asked: Heard) -> Reply:
    """The files first, so that a card that is shown now lists them."""
    shared.join(turn, Home(draft=draft.id), consent=draft.consent)
    if turn.message.text.strip():
        return asked(turn) or intake.told(turn)
    drafts.keep(turn, draft)
    return _live(turn, draft)


def _first(turn: Turn, asked: Heard) -> Reply:
    """Nothing is open: a file begins a draft as words do, unless the words beside it answer something."""
    text = turn.message.text.strip()
    said = asked(turn) if text else None
    if said is None:
        is_story = understood.has_words(text) and not understood.is_bare(text)
        greets = understood.plain(text) in understood.GREETINGS
        return begin.begin(turn, text if is_story and not greets else "")
    about = turn.complaint and _own_open(turn, turn.complaint.number)
    if about and not shared.brought(turn):
        add.put(turn, about, "")
    return said


def told(turn: Turn, reply: Reply | None, *, at_once: bool) -> Reply | None:
    """The answer to a message with files: what became of them, before it; of one of an album none, the clock says it.

    at_once: the words ask for something of their own, so the answer does not wait for the rest of the album.
    """
    message = turn.message
    rows = shared.brought(turn)
    if not rows and turn.draft is not None:
        rows = shared.join(turn, Home(draft=turn.draft.id), consent=turn.draft.consent)
    if rows and message.album:
        clocks.start(turn.work, "album", f"{message.channel}:{message.chat}:{message.album}", turn.now + TOGETHER)
        if not message.text.strip() or (turn.draft is not None and not at_once and not _is_urgent(turn)):
            return None
    line = _became(turn, rows)
    if reply is None or not line:
        return Reply(line, choices.MENU) if line else reply
    return replace(reply, text=f"{line}\n\n{reply.text}" if reply.text else line)


def _is_urgent(turn: Turn) -> bool:
    """The numbers to call, and words for the duty desk, do not wait."""
    return turn.alert is not None or bool(emergencies.find(turn.message.text))


def _became(turn: Turn, rows: list[Evidence]) -> str:
    home = rows[0].home if rows else _home(turn)
    there = evidence.of_home(turn.work, home) if home is not None else []
    new = {row.unique for row in rows}
    again = sum(file.unique not in new and shared.is_there(file, there) for file in turn.message.files)
    if rows or again:
        return texts.came(rows, there, again)
    if evidence.has_come(turn.work, turn.message.channel, turn.message.update_key):
        return ""  # erased again by what was said beside it
    return texts.not_taken(file.kind for file in turn.message.files)


def _home(turn: Turn) -> Home | None:
    """Where it would belong if it had not been there before."""
    if turn.draft is not None:
        return Home(draft=turn.draft.id)
    return Home(complaint=turn.complaint.number) if turn.complaint is not None else None


def as_it_stands(scene: Scene, draft: Draft) -> Reply:
    """What a draft waits for, said again outside a turn; where the chat stands is not touched."""
    message = Message(draft.channel, draft.chat, draft.sender, "")
    conversation = Conversation(draft.channel, draft.chat, draft.id)
    turn = Turn(scene.work, scene.outside, scene.rules, message, conversation, draft=draft)
    return _live(turn, draft)


def _live(turn: Turn, draft: Draft) -> Reply:
    return step.live(turn, draft) if draft.consent else begin.ask(turn, draft)


# where a picture was taken


def photo_place(turn: Turn) -> Reply:
    """The camera noted where it was, and the person says that this is the place."""
    draft, found = step.addressed(turn), _asked_point(turn)
    if draft is None:
        return step.stale(turn)
    unit = turn.rules.gazetteer.nearest(*found.point) if found is not None and found.point else None
    if found is None or unit is None:
        return _said(texts.place_gone, _live(turn, draft))
    place.settle_at(turn, draft, unit.code)
    evidence.forget_point(turn.work, found.id)
    drafts.keep(turn, draft)
    shown = _live(turn, draft)
    return replace(shown, text=texts.place_set(common.place(unit.code, turn.rules), shown.text))


def no_photo_place(turn: Turn) -> Reply:
    """It is not: forgotten."""
    draft, found = step.addressed(turn), _asked_point(turn)
    if found is not None:
        evidence.forget_point(turn.work, found.id)
    return _said(texts.place_dropped, _live(turn, draft)) if draft is not None else step.stale(turn)


def _asked_point(turn: Turn) -> Evidence | None:
    """The picture that the button is about, if it is of the draft in hand."""
    found = evidence.load(turn.work, int(turn.args["evidence"]))
    return found if found is not None and turn.draft is not None and found.home.draft == turn.draft.id else None


def _said(text: Callable[[str], str], shown: Reply) -> Reply:
    return replace(shown, text=text(shown.text))
