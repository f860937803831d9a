"""/material NUMBER, or the button: what the resident sent along, as far as it is checked and kept, ten at a time.

Only for those who may look at the complaint; a file is shown under a name of ours, for its own may say who sent it.
"""

import mimetypes

from complaints import numbers
from handlers.messages import Choice, Media, Reply
from handlers.texts import evidence as texts
from handlers.turn import Turn
from storage import evidence
from storage.evidence import KEPT, Evidence

PAGE = 10  # files shown at once: as many as a platform shows together


def material(turn: Turn) -> Reply:
    """The page a button named, else the first; the next one is offered while there is one."""
    number = turn.case.number
    sent = evidence.of_complaint(turn.work, number)
    kept = [(place, each) for place, each in enumerate(sent, start=1) if each.state == KEPT]
    first = int(turn.args.get("from", 0))
    page = kept[first : first + PAGE]
    last = first + len(page)
    more = Choice(texts.MORE, "material", {"from": str(last)}, number)
    shown = tuple(_media(number, place, each) for place, each in page)
    active = [place for place, each in page if each.active]
    text = texts.shown(number, first + 1, last, len(kept), texts.line(sent), active)
    return Reply(text, ((more,),) if last < len(kept) else (), media=shown)


def _media(number: str, place: int, each: Evidence) -> Media:
    name = texts.name_of(numbers.short(number), place, each.kind, mimetypes.guess_extension(each.type) or "")
    return Media(each.kind, each.sha256, name, each.type)
