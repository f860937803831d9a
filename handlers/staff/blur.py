"""/blur NUMBER N CELLS: a part of a picture goes under black, in all that anybody is shown of it from now on.

`/blur NUMBER N` shows the picture with a grid whose cells have names; `/blur NUMBER N undo` brings back what it was.
A turn writes what is wanted; a job draws it after the commit and tells the chat that asked. Until then nobody but the
sender sees the picture. Who may look may cover: it takes nothing away but from sight, and the original stays, sealed.
"""

import re
import unicodedata

from complaints import cells
from complaints.cells import Boxes, NotCells, OutOfGrid
from handlers import record
from handlers.messages import Choice, Reply
from handlers.staff.material import media
from handlers.texts import blur as texts
from handlers.turn import Turn, normal, split
from storage import covering, evidence
from storage.covering import COVER, UNCOVER, Asked
from storage.evidence import KEPT, Evidence

MOST_OFFERED = 8  # pictures with a button; all can be named
UNDO = frozenset({"undo", "撤销", "恢复", "取消", "恢复原图", "原图"})
_PLACE = re.compile(r"第?([0-9]{1,2})[份张]?")
Picture = tuple[int, Evidence]  # which of all that was sent, and it


def blur(turn: Turn) -> Reply:
    pictures = _pictures(turn)
    if not pictures:
        return Reply(texts.none_to_cover(turn.case.number))
    typed, rest = split(turn.words)
    named = _PLACE.fullmatch(unicodedata.normalize("NFKC", typed))
    if named is None and len(pictures) == 1:
        return _asked(turn, pictures[0], turn.words)
    found = [each for each in pictures if named and each[0] == int(named[1])]
    return _asked(turn, found[0], rest) if found else _which(turn, pictures)


def grid(turn: Turn) -> Reply:
    """The picture that a button named."""
    return _pressed(turn, "")


def undo(turn: Turn) -> Reply:
    return _pressed(turn, "undo")


def _pressed(turn: Turn, rest: str) -> Reply:
    found = [each for each in _pictures(turn) if each[1].id == int(turn.args["evidence"])]
    return _asked(turn, found[0], rest) if found else Reply(texts.none_to_cover(turn.case.number))


def _pictures(turn: Turn) -> list[Picture]:
    sent = evidence.of_complaint(turn.work, turn.case.number)
    return [(place, each) for place, each in enumerate(sent, start=1) if each.kind == "photo" and each.state == KEPT]


def _which(turn: Turn, pictures: list[Picture]) -> Reply:
    number = turn.case.number
    offered = [
        Choice(texts.picture(place), "blur_grid", {"evidence": str(each.id)}, number)
        for place, each in pictures[:MOST_OFFERED]
    ]
    return Reply(texts.which(number, [place for place, _ in pictures]), (tuple(offered),))


def _asked(turn: Turn, picture: Picture, rest: str) -> Reply:
    if not rest.strip():
        return _grid(turn, picture)
    return _uncover(turn, picture) if normal(rest) in UNDO else _cover(turn, picture, rest)


def _grid(turn: Turn, picture: Picture) -> Reply:
    number, (place, each) = turn.case.number, picture
    if each.drawing in {COVER, UNCOVER}:
        return Reply(texts.not_drawn_yet(number, place))
    if each.withheld:
        return Reply(texts.failed(number, place))
    if each.grid:
        return Reply(texts.grid(number, place), media=(media(number, place, each, each.grid),))
    covering.ask_grid(turn.work, each.id, _who(turn))
    return Reply(texts.grid_comes(number, place))


def _cover(turn: Turn, picture: Picture, typed: str) -> Reply:
    number, (place, each) = turn.case.number, picture
    try:
        ranges = cells.understood(typed)
    except OutOfGrid as outside:
        return Reply(texts.out_of_grid(outside.cell))
    except NotCells:
        return Reply(texts.not_cells(number, place))
    more = tuple(range.box for range in ranges)
    if not each.drawing and not each.withheld and cells.joined(each.covered, more) == each.covered:
        return Reply(texts.is_covered(number, place))
    for same in _same(turn, each):
        wanted = cells.joined(_standing(same), more)
        covering.ask_cover(turn.work, same.id, wanted, _who(turn) if same == each else None)
    count = cells.count(ranges)
    turn.case.cover(turn.by, turn.now, place, count)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.covering(number, place, count))


def _uncover(turn: Turn, picture: Picture) -> Reply:
    number, (place, each) = turn.case.number, picture
    if not _standing(each):
        return Reply(texts.nothing_covered(number, place))
    for same in _same(turn, each):
        covering.ask_uncover(turn.work, same.id, _who(turn) if same == each else None)
    turn.case.uncover(turn.by, turn.now, place)
    record.save(turn, turn.case, tell=False)
    return Reply(texts.uncovering(number, place))


def _standing(each: Evidence) -> Boxes:
    """What covers it, or will."""
    return () if each.drawing == UNCOVER else each.covered


def _same(turn: Turn, each: Evidence) -> list[Evidence]:
    """The picture, and the same one where it was sent to this complaint again."""
    return [same for _, same in _pictures(turn) if same.sha256 == each.sha256]


def _who(turn: Turn) -> Asked:
    return Asked(turn.message.channel, turn.message.chat, turn.by.unit)
