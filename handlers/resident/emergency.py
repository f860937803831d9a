"""Danger to life comes before anything else: the right number at once; a report only if the person goes on.

What was typed is kept and goes on in the dialogue. Words of self-harm also raise an alert at the duty desk: while it
is open the desk reads what the person types, masked, and may talk with them here.
"""

from dataclasses import replace

from complaints import emergencies
from complaints.emergencies import Emergency
from complaints.workflow import Actor
from handlers import alerts as shared
from handlers.messages import Push, Reply
from handlers.resident import intake
from handlers.texts import alert as alert_texts
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.turn import Turn
from storage import alerts, masks, people
from storage import complaints as stored
from storage.alerts import Alert

MOST_UNANSWERED = 20  # lines in the desk's group while nobody writes; /alert shows the others
OF_PERSON = 20  # complaints in which a name may have been given
SLASHES = ("/", "\uff0f")


def first(turn: Turn, reply: Reply | None) -> Reply | None:
    """The numbers to call before what the dialogue answers; the reply itself if there is no danger in the words."""
    text = turn.message.text.strip() or _pin(turn)
    if reply is None or not text:
        return reply
    found = emergencies.find(text)
    danger = Emergency.SELF_HARM in found
    alerted = _tell_desk(turn, text, danger) and danger
    if not found:
        return reply
    return replace(reply, text=texts.emergency(found, reply.text, alerted))


def _pin(turn: Turn) -> str:
    """Where somebody is who talks with the desk; to a form a pin says where the matter is, and stays there."""
    point = turn.message.point if turn.conversation.asking == shared.TALK else None
    return alert_texts.pin(*point) if point else ""


def _tell_desk(turn: Turn, text: str, danger: bool) -> bool:
    """Whether the desk reads these words: they raise an alert, or one is open. Other commands are for the bot."""
    if not danger and text.startswith(SLASHES):
        return False
    alert = alerts.load(turn.work, turn.alert) if turn.alert else None
    if alert is not None:
        turn.pushes += _pass_on(turn, alert, text, danger)
        return True
    pushes = _raise(turn, text) if danger and people.groups_of(turn.work, turn.rules.desk) else []
    turn.pushes += pushes
    return bool(pushes)


def _raise(turn: Turn, text: str) -> list[Push]:
    """Somebody at the district centre is to look now; the alert says what, masked, and not who."""
    number = _number(turn)
    alert = Alert(number, turn.message.channel, turn.message.chat, turn.now)
    said = _say(turn, number, text, alerts.RAISED)
    shared.keep(turn, alert)
    return shared.to_desk(turn, alert, alert_texts.raised(number, said))


def _number(turn: Turn) -> str:
    number = alerts.PREFIX + turn.token(alerts.DIGITS)
    while not alerts.is_new(turn.work, number):
        number = alerts.PREFIX + turn.token(alerts.DIGITS)
    return number


def _pass_on(turn: Turn, alert: Alert, text: str, danger: bool) -> list[Push]:
    said = _say(turn, alert.number, text, "alert_heard")
    alert.unanswered += 1
    if alert.unanswered == 1 and alert.written:
        shared.keep(turn, alert)  # an answer has come: it is not to wait as long as the silence before
    else:
        alerts.keep(turn.work, alert)
    if alert.unanswered > MOST_UNANSWERED and not danger:
        return []
    last = alert.unanswered == MOST_UNANSWERED
    return shared.to_desk(turn, alert, alert_texts.heard(alert.number, said, danger, last))


def _say(turn: Turn, number: str, text: str, kind: str) -> str:
    """Kept and recorded; as the group may read it."""
    _keep_names(turn, number)
    said = stored.say(turn.work, number, "said", "resident", text)
    alerts.record(turn.work, number, kind, Actor.RESIDENT, text_hash=said.hash)
    return said.masked


def _keep_names(turn: Turn, number: str) -> None:
    """All names given as contact, in the draft or before, are to be masked in what is said under this number."""
    own = stored.of_person(turn.work, turn.message.channel, turn.message.sender, OF_PERSON)
    before = [name for complaint in own for name in masks.names_given(turn.work, complaint.number)]
    masks.know(turn.work, number, [*([turn.draft.name] if turn.draft else []), *before])


def talk(turn: Turn) -> Reply:
    """Words for the desk, which has taken the alert over: `first` passes them on, and the form waits."""
    if turn.alert is None:
        return intake.told(turn)
    turn.ask(shared.TALK)
    return Reply(alert_texts.passed_on(common.unit(turn.rules.desk, turn.rules)), shared.on(turn.conversation))
