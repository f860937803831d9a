"""/full NUMBER: the whole masked text of a complaint, page by page, because a card and /show cut what is long."""

from handlers.messages import Choice, Reply
from handlers.texts import group as texts
from handlers.turn import Turn
from storage import complaints as stored

PAGE = 3500  # characters: below the longest text of any channel


def full(turn: Turn) -> Reply:
    """The page a button named, else the first; the next one is offered while there is one."""
    kinds = ["filed", "added", "transcript", "reply", "note", "reason", "conclusion"]
    said = stored.words(turn.work, turn.case.number, kinds)
    pages = cut(texts.whole(said, turn.rules), PAGE - texts.PAGE_HEAD)
    at = min(int(turn.args.get("page", 0)), len(pages) - 1)
    more = Choice(texts.NEXT_PAGE, "full", {"page": str(at + 1)}, turn.case.number)
    rows = ((more,),) if at + 1 < len(pages) else ()
    return Reply(texts.page(turn.case, pages[at], at + 1, len(pages)), rows)


def cut(text: str, most: int) -> list[str]:
    """Pieces of at most `most` characters that make `text` again; at least one."""
    return [text[start : start + most] for start in range(0, len(text), most)] or [""]
