"""What became of a file that was fetched: its sender is told if it is not kept, cards are drawn anew.

A picture that says where it was taken is asked about, once a draft, while the draft is open: is that the place? Whoever
does not say yes has told nobody where they were.
"""

from complaints.draft import LIVE, Draft, Slot
from handlers import choices
from handlers.messages import Choice, Outcome, Push, Reply, Rows
from handlers.texts import common, intake
from handlers.texts import evidence as texts
from handlers.turn import Scene
from storage import cards, drafts, evidence, fetching
from storage import complaints as stored
from storage.evidence import KEPT, REFUSED, Evidence
from storage.fetching import Checked


def became(scene: Scene, id: int, outcome: Outcome) -> list[Push] | None:
    """What is to be said of it. None: nobody wants it any more, and nothing was written."""
    before = evidence.load(scene.work, id)
    if before is None:
        return None
    draft = _live(scene, before)
    unit = _place(scene, before, draft, outcome)
    if not _mark(scene, id, outcome, keep_point=bool(unit)):
        return None
    if before.home.complaint:
        cards.want(scene.work, before.home.complaint)
    if outcome.state != KEPT:
        return _not_kept(scene, id)
    return _ask(scene, before, draft, unit) if draft is not None and unit else []


def _mark(scene: Scene, id: int, outcome: Outcome, *, keep_point: bool) -> bool:
    if outcome.state == KEPT:
        point = outcome.point if keep_point else None
        checked = Checked(outcome.sha256, outcome.kind, outcome.type, outcome.thumb, outcome.active, point)
        return fetching.kept(scene.work, id, checked)
    if outcome.state == REFUSED:
        return fetching.refused(scene.work, id, outcome.why)
    return fetching.lost(scene.work, id, outcome.why)


def _live(scene: Scene, each: Evidence) -> Draft | None:
    draft = drafts.load(scene.work, each.home.draft) if each.home.draft else None
    return draft if draft is not None and draft.state in LIVE else None


def _place(scene: Scene, each: Evidence, draft: Draft | None, outcome: Outcome) -> str:
    """The unit at whose place it was taken, if that is to be asked."""
    if draft is None or outcome.point is None or any(e.asked for e in evidence.of_draft(scene.work, draft.id)):
        return ""
    unit = scene.rules.gazetteer.nearest(*outcome.point)
    known = unit is not None and Slot.WHERE in draft.answers and draft.area == unit.code
    return unit.code if unit is not None and not known else ""


def _ask(scene: Scene, each: Evidence, draft: Draft, unit: str) -> list[Push]:
    evidence.was_asked(scene.work, each.id)
    args = {"draft": draft.id, "evidence": str(each.id)}
    ways = (Choice(texts.PHOTO_PLACE, "photo_place", args), Choice(texts.NO_PHOTO_PLACE, "no_photo_place", args))
    text = texts.is_it_the_place(common.place(unit, scene.rules))
    return [Push(each.channel, each.chat, Reply(text, (ways,)), scene.now)]


def _not_kept(scene: Scene, id: int) -> list[Push]:
    each = evidence.load(scene.work, id)
    if each is None:
        return []
    place = [other.id for other in evidence.of_home(scene.work, each.home)].index(id) + 1
    text = texts.refused(each, place) if each.state == REFUSED else texts.lost(each, place)
    number = each.home.complaint
    text = texts.about(number, text) if number else text
    return [Push(each.channel, each.chat, Reply(text, _ways(scene, each)), scene.now, complaint=number or "")]


def _ways(scene: Scene, each: Evidence) -> Rows:
    complaint = stored.load(scene.work, each.home.complaint, lock=False) if each.home.complaint else None
    if complaint is None:
        return ((Choice(intake.GO_ON, "resume"),),)
    return choices.after(complaint) if complaint.is_open else choices.MENU
