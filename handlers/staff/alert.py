"""/alert [NUMBER [WORDS]] at the duty desk, and the buttons of an alert: take it over, write to the person, close it.

One member of staff writes at a time, and another may take over at any time: at night nobody waits for a colleague
who has gone. Words wait like a reply until they can no longer be taken back.
"""

from complaints import masking
from complaints.workflow import Actor
from handlers import alerts as shared
from handlers.messages import Choice, Push, Reply, Rows
from handlers.staff import held, note
from handlers.texts import alert as texts
from handlers.texts import common
from handlers.texts import staff as staff_texts
from handlers.turn import Turn
from storage import alerts, clocks, lines, outbox, people
from storage import complaints as stored
from storage.alerts import Alert
from storage.conversations import Conversation

SHOWN = 6
_TAKE = frozenset({texts.TAKE, texts.TAKE_OVER, "接", "签收"})
_CLOSE = frozenset({texts.CLOSE, texts.CLOSE_SURE, "关闭"})

Held = tuple[Alert, Conversation]


def alert(turn: Turn) -> Reply:
    """The open ones; one of them with what was said; or words for the person, 接, 关闭."""
    first, *rest = turn.words.split(None, 1) or [""]
    if not first:
        return _list(turn)
    number = alerts.PREFIX + first.upper().removeprefix(alerts.PREFIX)
    turn.args = {"alert": number}
    found = alerts.load(turn.work, number)
    if found is None:
        return Reply(
            texts.is_closed(number) if stored.events(turn.work, number) else texts.unknown(masking.mask(first))
        )
    return about(turn, number, rest[0].strip()) if rest else _show(turn, found)


def about(turn: Turn, number: str, words: str) -> Reply:
    """Words said about it: under it, or behind its number."""
    turn.args, turn.words = {"alert": number}, words
    if words in _TAKE:
        return take_over(turn) if words == texts.TAKE_OVER else take(turn)
    if words in _CLOSE:
        return close_sure(turn) if words == texts.CLOSE_SURE else close(turn)
    return write(turn)


def _list(turn: Turn) -> Reply:
    found = alerts.open_ones(turn.work)
    if not found:
        return Reply(texts.none_open())
    rows = tuple((Choice(each.number, "alert_show", {"alert": each.number}),) for each in found[-SHOWN:])
    return Reply(texts.listed([_line(turn, each) for each in found]), rows)


def show(turn: Turn) -> Reply:
    found = alerts.load(turn.work, turn.args["alert"])
    return _gone(turn) if found is None else _show(turn, found)


def _show(turn: Turn, found: Alert) -> Reply:
    said = stored.words(turn.work, found.number, ["said", "reply", "note"])
    return Reply(texts.shown(_line(turn, found), said, turn.rules), shared.ways(found))


def _line(turn: Turn, found: Alert) -> str:
    return texts.line_of(
        found.number, _name(turn, found.holder), found.raised_at, found.unanswered, turn.rules, turn.now
    )


def take(turn: Turn) -> Reply:
    open_one = shared.hold(turn, turn.args["alert"])
    if open_one is None:
        return _gone(turn)
    found, _ = open_one
    if found.holder == turn.by.id:
        return Reply(texts.yours(found.number), shared.ways(found))
    return _theirs(turn, found) or _take(turn, open_one)


def take_over(turn: Turn) -> Reply:
    open_one = shared.hold(turn, turn.args["alert"])
    if open_one is None:
        return _gone(turn)
    return take(turn) if open_one[0].holder == turn.by.id else _take(turn, open_one)


def _take(turn: Turn, open_one: Held) -> Reply:
    """Whoever looks after it is known to all groups of the desk; the person hears it once."""
    found, conversation = open_one
    if not found.holder:
        turn.pushes.append(shared.to_person(turn, found, texts.taken_to_person(_unit(turn)), conversation))
    found.holder = turn.by.id
    alerts.record(turn.work, found.number, "alert_taken", Actor.UNIT, turn.by.id, facts={"unit": turn.unit})
    shared.keep(turn, found)
    shared.listen(turn, conversation)
    text = texts.taken(found.number, _name(turn, found.holder))
    turn.pushes += shared.to_desk(turn, found, text, but=_here(turn))
    return Reply(text, shared.ways(found))


def ask(turn: Turn) -> Reply:
    """写给对方: the next line of this member goes to the person."""
    found = alerts.load(turn.work, turn.args["alert"])
    if found is None:
        return _gone(turn)
    return _theirs(turn, found) or _ask(turn, found.number)


def _ask(turn: Turn, number: str) -> Reply:
    turn.ask("alert_words", number, alert=number)
    return Reply(texts.what_to_write(number), ((Choice(common.CANCEL, "cancel"),),))


def write(turn: Turn) -> Reply:
    """Words marked as a note stay inside; who writes has taken it over."""
    open_one = shared.hold(turn, turn.args["alert"])
    if open_one is None:
        return _gone(turn)
    found, conversation = open_one
    if note.is_note(turn.words):
        return _note(turn, found.number)
    if not turn.words:
        return _ask(turn, found.number)
    refusal = _theirs(turn, found)
    if refusal is not None:
        return refusal
    if not found.holder:
        _take(turn, open_one)
    _settle(turn, found.number)
    shared.listen(turn, conversation)
    return _hold(turn, found, shared.on(conversation))


def _hold(turn: Turn, found: Alert, way: Rows) -> Reply:
    unit, to = _unit(turn), (found.channel, found.chat)
    waits = held.hold(turn, found.number, to, turn.words, lambda w: Reply(texts.words_to_person(unit, w), way))
    args = {"alert": found.number, "word": str(waits.word)}
    choices = (Choice(staff_texts.UNDO_REPLY, "alert_undo", args), Choice(staff_texts.SEND_NOW, "alert_send", args))
    lost = lines.is_unreachable(turn.work, *to)
    return Reply(texts.preview(waits.preview, turn.rules.terms.reply_undo, lost), (choices,))


def _note(turn: Turn, number: str) -> Reply:
    _settle(turn, number)
    said = stored.say(turn.work, number, "note", turn.by.id, turn.words.lstrip(note.MARKS).strip())
    alerts.record(turn.work, number, "alert_noted", Actor.UNIT, turn.by.id, text_hash=said.hash)
    return Reply(texts.noted(number))


def _settle(turn: Turn, number: str) -> None:
    if (turn.conversation.asking, turn.conversation.about) == ("alert_words", number):
        turn.conversation.settle()


def undo(turn: Turn) -> Reply:
    gone = held.take_back(turn, int(turn.args["word"]))
    return Reply(texts.undone() if gone else staff_texts.reply_gone())


def undo_last(turn: Turn, number: str) -> Reply:
    """One's own words that wait to go to the person, the newest first."""
    waits = [word for word in outbox.held_back(turn.work, number) if held.is_by(turn, word)]
    turn.args = {"alert": number, "word": str(waits[-1] if waits else 0)}
    return undo(turn)


def send_now(turn: Turn) -> Reply:
    return Reply(staff_texts.reply_sent() if _send(turn, int(turn.args["word"])) else staff_texts.reply_gone())


def _send(turn: Turn, word: int) -> bool:
    said = held.send(turn, word)
    if said is not None:
        shared.said(turn, said.complaint, said.author, said.hash)
    return said is not None


def close(turn: Turn) -> Reply:
    """Nothing was written to the person: it is asked whether they were reached in another way."""
    found = alerts.load(turn.work, turn.args["alert"])
    if found is None:
        return _gone(turn)
    refusal = _theirs(turn, found)
    if refusal is not None:
        return refusal
    if not found.written and not outbox.held_back(turn.work, found.number):
        sure = Choice(texts.CLOSE_SURE, "alert_close_sure", turn.args)
        return Reply(texts.close_sure(found.number), ((sure,), *shared.ways(found)))
    return close_sure(turn)


def close_sure(turn: Turn) -> Reply:
    open_one = shared.hold(turn, turn.args["alert"])
    if open_one is None:
        return _gone(turn)
    refusal = _theirs(turn, open_one[0])
    if refusal is not None:
        return refusal
    for word in outbox.held_back(turn.work, turn.args["alert"]):
        _send(turn, word)  # what was said before is read before
    found, conversation = shared.hold(turn, turn.args["alert"]) or open_one  # sending has changed it
    return _close(turn, found, conversation)


def _close(turn: Turn, found: Alert, conversation: Conversation) -> Reply:
    shared.listen_no_more(turn, conversation)
    turn.pushes.append(shared.to_person(turn, found, texts.closed_to_person(_unit(turn)), conversation))
    text = texts.closed(found.number, _name(turn, turn.by.id))
    groups = [group for group in people.groups_of(turn.work, turn.unit) if group != _here(turn)]
    turn.pushes += [Push(*group, Reply(text), turn.now, complaint=found.number) for group in groups]
    alerts.record(turn.work, found.number, "alert_closed", Actor.UNIT, turn.by.id)
    alerts.close(turn.work, found)
    clocks.stop(turn.work, found.number)
    return Reply(text)


def _theirs(turn: Turn, found: Alert) -> Reply | None:
    """The answer to who acts while somebody else looks after it."""
    if found.holder in {"", turn.by.id}:
        return None
    way = Choice(texts.TAKE_OVER, "alert_take_over", {"alert": found.number})
    return Reply(texts.theirs(found.number, _name(turn, found.holder)), ((way,),))


def _gone(turn: Turn) -> Reply:
    return Reply(texts.is_closed(turn.args["alert"]))


def _name(turn: Turn, id: str) -> str:
    return people.name_of(turn.work, id) if id else ""


def _unit(turn: Turn) -> str:
    return common.unit(turn.rules.desk, turn.rules)


def _here(turn: Turn) -> tuple[str, str]:
    return (turn.message.channel, turn.message.chat)
