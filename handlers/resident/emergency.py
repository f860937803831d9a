"""Danger to life comes before anything else: the right number at once; a report only if the person goes on.

What was typed is kept and goes on in the dialogue; words of self-harm also alert the duty desk.
"""

from complaints import emergencies
from complaints.emergencies import Emergency
from handlers import notifications
from handlers.messages import Push, Reply
from handlers.texts import intake as texts
from handlers.texts import staff as staff_texts
from handlers.turn import Turn


def first(turn: Turn, reply: Reply | None) -> Reply | None:
    """The numbers to call before what the dialogue answers; the reply itself if there is no danger in the words."""
    found = emergencies.find(turn.message.text)
    if not found or reply is None:
        return reply
    alerts = _alert(turn) if Emergency.SELF_HARM in found else []
    turn.pushes.extend(alerts)
    return Reply(texts.emergency(found, reply.text, bool(alerts)), reply.choices, reply.copy)


def _alert(turn: Turn) -> list[Push]:
    """Somebody at the district centre is to look now; the alert says in which chat, not who and not what."""
    text = staff_texts.self_harm_alert(turn.message.channel, turn.message.chat)
    return notifications.to_unit(turn, turn.rules.desk, text)
