"""What became of a picture that was to be drawn: the chats that asked are shown it, and cards are drawn anew.

A unit that may not look at the complaint any more is told nothing.
"""

from handlers import subject
from handlers.messages import Choice, Push, Reply
from handlers.staff.material import media
from handlers.texts import blur as texts
from handlers.turn import Scene
from storage import cards, covering, evidence
from storage import complaints as stored
from storage.covering import COVER, GRID, Files, Told, Wanted


def drawn(scene: Scene, wanted: Wanted, now: Files) -> list[Push] | None:
    """It is drawn. None: it is wanted otherwise, or erased, and nothing was written."""
    told = covering.done(scene.work, wanted, now)
    if told is None:
        return None
    if wanted.do != GRID and told.complaint:
        cards.want(scene.work, told.complaint)
    return _tell(scene, wanted, told, now)


def given_up(scene: Scene, wanted: Wanted) -> list[Push]:
    """It cannot be drawn."""
    told = covering.given_up(scene.work, wanted)
    return _tell(scene, wanted, told, None) if told is not None else []


def _tell(scene: Scene, wanted: Wanted, told: Told, now: Files | None) -> list[Push]:
    complaint = stored.load(scene.work, told.complaint, lock=False) if told.complaint else None
    if complaint is None:
        return []
    reply = _shown(scene, wanted, told.complaint, now)
    may = [each for each in told.asked if subject.may_look(scene.rules, complaint, each.unit)]
    return [Push(each.channel, each.chat, reply, scene.now, complaint=told.complaint) for each in may]


def _shown(scene: Scene, wanted: Wanted, number: str, now: Files | None) -> Reply:
    sent = evidence.of_complaint(scene.work, number)
    place, each = next((place, each) for place, each in enumerate(sent, start=1) if each.id == wanted.id)
    if now is None:
        return Reply(texts.failed(number, place))
    if wanted.do == GRID:
        return Reply(texts.grid(number, place), media=(media(number, place, each, now.grid),))
    shown = (media(number, place, each, now.sha256),)
    if wanted.do == COVER:
        restore = Choice(texts.RESTORE, "blur_undo", {"evidence": str(wanted.id)}, number)
        return Reply(texts.covered(number, place), ((restore,),), media=shown)
    return Reply(texts.uncovered(number, place), media=shown)
