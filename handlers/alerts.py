"""An alert of the duty desk: somebody's words suggest self-harm, and the desk talks with them through this chat.

It needs no complaint. While it is open what the person types reaches the desk's groups, masked, and what staff write
goes out under the unit's name; once somebody takes it over, plain words of the person are no answers to a form.
"""

from datetime import timedelta

from complaints.workflow import Actor
from handlers.messages import Choice, Push, Reply, Rows
from handlers.texts import alert as texts
from handlers.texts import intake
from handlers.texts import resident as labels
from handlers.turn import Scene
from storage import alerts, clocks, conversations, people
from storage.alerts import Alert
from storage.conversations import Conversation

TALK = "talk"  # what the person's next plain words answer
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60))  # between reminders of one state
THEN = timedelta(hours=4)


def hold(scene: Scene, number: str) -> tuple[Alert, Conversation] | None:
    """An open alert with the conversation it is about, locked; None if it is closed."""
    found = alerts.load(scene.work, number)
    if found is None:
        return None
    conversation = conversations.lock(scene.work, found.channel, found.chat)
    alert = alerts.load(scene.work, number)  # as it is now that nobody else can change it
    return None if alert is None else (alert, conversation)


def keep(scene: Scene, alert: Alert) -> None:
    """Its new state, and the time at which the desk is reminded of it."""
    alert.reminded = 0
    alerts.keep(scene.work, alert)
    set_clock(scene, alert)


def kept(scene: Scene, channel: str, chat: str) -> str:
    """What is to be said under the word that all was erased; empty if the desk has read nothing."""
    return f"\n{texts.kept_for_desk()}" if alerts.of_chat(scene.work, channel, chat) else ""


def set_clock(scene: Scene, alert: Alert) -> None:
    wait = WAITS[alert.reminded] if alert.reminded < len(WAITS) else THEN
    clocks.start(scene.work, "alert", alert.number, scene.now + wait)


def said(scene: Scene, number: str, author: str, text_hash: str) -> None:
    """Words of staff went out. The alert may be closed by then: they are recorded all the same."""
    alerts.record(scene.work, number, "alert_written", Actor.UNIT, author, text_hash=text_hash)
    held = hold(scene, number)
    if held is not None:
        alert, _ = held
        alert.written, alert.unanswered = True, 0
        keep(scene, alert)


def to_desk(scene: Scene, alert: Alert, text: str, but: tuple[str, str] | None = None) -> list[Push]:
    """A line to the desk's groups, which can be replied to like the alert itself. but: a group that reads it anyway."""
    groups = [group for group in people.groups_of(scene.work, scene.rules.desk) if group != but]
    reply = Reply(text, ways(alert))
    return [Push(channel, chat, reply, scene.now, complaint=alert.number) for channel, chat in groups]


def ways(alert: Alert) -> Rows:
    """What staff can do with an open one now."""
    args = {"alert": alert.number}
    take = () if alert.holder else (Choice(texts.TAKE, "alert_take", args),)
    return ((*take, Choice(texts.WRITE, "alert_write", args), Choice(texts.CLOSE, "alert_close", args)),)


def to_person(scene: Scene, alert: Alert, text: str, conversation: Conversation) -> Push:
    return Push(alert.channel, alert.chat, Reply(text, on(conversation)), scene.now, complaint=alert.number)


def on(conversation: Conversation) -> Rows:
    """The way on with what the person came for."""
    way = Choice(intake.GO_ON, "resume") if conversation.draft else Choice(labels.REPORT, "new")
    return ((way,),)


def listen(scene: Scene, conversation: Conversation) -> None:
    """From now on the person's plain words are for the desk."""
    if conversation.asking != TALK:
        conversation.ask(TALK, "", {}, scene.now, keep=False)
        conversations.save(scene.work, conversation)


def listen_no_more(scene: Scene, conversation: Conversation) -> None:
    if conversation.asking == TALK:
        conversation.settle()
        conversations.save(scene.work, conversation)
