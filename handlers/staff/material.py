"""/material NUMBER, or the button: what the resident sent along, as far as it is checked and kept, ten at a time.

Only for those who may look at the complaint; a file is shown under a name of ours, for its own may say who sent it.
"""

import mimetypes

from complaints import numbers
from handlers.messages import Choice, Media, Reply
from handlers.texts import blur
from handlers.texts import evidence as texts
from handlers.turn import Turn
from storage import evidence
from storage.evidence import KEPT, Evidence

PAGE = 10  # files shown at once: as many as a platform shows together


def material(turn: Turn) -> Reply:
    """The page a button named, else the first; the next one is offered while there is one."""
    number = turn.case.number
    sent = evidence.of_complaint(turn.work, number)
    all_kept = [(place, each) for place, each in enumerate(sent, start=1) if each.state == KEPT]
    kept = [(place, each) for place, each in all_kept if not each.withheld]
    first = int(turn.args.get("from", 0))
    page = kept[first : first + PAGE]
    last = first + len(page)
    ways = [Choice(blur.COVER, "blur", {}, number)] if any(each.kind == "photo" for _, each in page) else []
    ways += [Choice(texts.MORE, "material", {"from": str(last)}, number)] if last < len(kept) else []
    shown = tuple(media(number, place, each, each.sha256) for place, each in page)
    active = [place for place, each in page if each.active]
    text = texts.shown(number, first + 1, last, len(kept), texts.line(sent, turn.case.transcribed), active)
    withheld = [place for place, each in all_kept if each.withheld]
    text += f"\n{blur.withheld(withheld)}" if withheld else ""
    return Reply(text, (tuple(ways),) if ways else (), media=shown)


def media(number: str, place: int, each: Evidence, sha256: str) -> Media:
    """A stored file, under a name of ours. sha256: which one of it."""
    name = texts.name_of(numbers.short(number), place, each.kind, mimetypes.guess_extension(each.type) or "")
    return Media(each.kind, sha256, name, each.type)
