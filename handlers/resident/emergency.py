"""Danger to life comes before anything else: the right number at once; a report only if the person goes on.

What was typed is kept and goes on in the dialogue; words of self-harm also alert the duty desk.
"""

from complaints import emergencies
from complaints.emergencies import Emergency
from handlers.messages import Push, Reply
from handlers.resident import intake
from handlers.texts import resident as texts
from handlers.texts import staff as staff_texts
from handlers.turn import Turn
from storage import people


def seen(turn: Turn) -> Reply | None:
    """The numbers to call, followed by where the dialogue stands; None if there is no danger in the words."""
    found = emergencies.find(turn.message.text)
    if not found:
        return None
    if Emergency.SELF_HARM in found:
        turn.pushes.extend(_alert(turn))
    goes_on = intake.told(turn)
    return Reply(texts.emergency(found, goes_on.text), goes_on.choices)


def _alert(turn: Turn) -> list[Push]:
    """Somebody at the district centre is to look now; the alert says in which chat, not who and not what."""
    text = staff_texts.self_harm_alert(turn.message.channel, turn.message.chat)
    groups = people.groups_of(turn.work, turn.rules.desk)
    return [Push(channel, chat, Reply(text), turn.now) for channel, chat in groups]
