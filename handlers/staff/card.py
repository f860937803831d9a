"""The card of a complaint in a group: its present state, masked, with the buttons that make sense now."""

from complaints.complaint import Complaint
from complaints.workflow import Status
from handlers import evidence
from handlers.messages import Choice, Reply, Rows
from handlers.texts import evidence as evidence_texts
from handlers.texts import group as texts
from handlers.turn import Scene
from storage import clocks, lines, people
from storage import complaints as stored
from storage.evidence import Home

_BUTTONS = {
    Status.TRIAGE: ("ask_category", "why", "ask_note"),
    Status.DISPATCHED: ("claim", "ask_transfer", "ask_category", "why"),
    Status.CLAIMED: ("ask_reply", "conclude", "ask_transfer", "ask_note", "unclaim"),
    Status.HANDLING: ("ask_reply", "conclude", "ask_note", "ask_category"),
    Status.REPLIED: ("ask_reply", "ask_note"),
}


def draw(scene: Scene, complaint: Complaint, channel: str, chat: str) -> Reply:
    """The lead's group gets buttons, other groups read along."""
    leads = people.unit_of_group(scene.work, channel, chat) == complaint.lead
    sent = _sent(scene, complaint)
    return Reply(_text(scene, complaint, leads, sent), _buttons(complaint, sent) if leads else ())


def text(scene: Scene, complaint: Complaint, *, leads: bool) -> str:
    return _text(scene, complaint, leads, _sent(scene, complaint))


def _sent(scene: Scene, complaint: Complaint) -> str:
    """The line about what was sent along; empty if nothing was."""
    return evidence.line_of(scene, Home(complaint=complaint.number), complaint.transcribed)


def _text(scene: Scene, complaint: Complaint, leads: bool, sent: str) -> str:
    due = clocks.of(scene.work, complaint.number)
    holder = people.name_of(scene.work, complaint.holder) if complaint.holder else ""
    said = stored.words(scene.work, complaint.number, ["added", "transcript", "reply", "note", "conclusion"])[-3:]
    lost = lines.is_unreachable(scene.work, complaint.channel, complaint.chat)
    return texts.card(complaint, due, holder, said, scene.rules, scene.now, lost=lost, leads=leads, material=sent)


def _buttons(complaint: Complaint, sent: str) -> Rows:
    actions = [Choice(texts.ACTIONS[a], a, complaint=complaint.number) for a in _BUTTONS.get(complaint.status, ())]
    actions += [Choice(evidence_texts.LOOK, "material", complaint=complaint.number)] if sent else []
    if actions and evidence_texts.WAITS in sent:
        actions.append(Choice(texts.ACTIONS["ask_transcript"], "ask_transcript", complaint=complaint.number))
    return tuple(tuple(actions[start : start + 3]) for start in range(0, len(actions), 3))
