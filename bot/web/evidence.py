"""Evidence over HTTP: a stored file, its small picture, and what became of what one's messages brought.

The right is asked at every request, as for reading the chat in the address: residents see what they sent there, a
group what its unit may look at, but for a picture of which a part is just being covered. Whoever may not learns
nothing: not there and not yours are the same 404.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.web import NAME, url_of
from bot.desk import Desk
from bot.media.store import Store
from bot.web import session as sessions
from bot.web.session import Session
from handlers import dispatch
from handlers.dispatch import Outside
from storage import evidence, people, uploads
from storage.evidence import KEPT
from storage.unit_of_work import Work
from storage.uploads import Kept

MOST_ASKED = 40  # messages of which a page asks what became of their files, at once
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MESSAGE = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class Shelf:
    """The routes. outside: what the handlers' rules need to know."""

    desk: Desk
    store: Store
    outside: Outside
    demo: bool

    async def file(self, request: web.Request) -> web.StreamResponse:
        kept = await self._kept(request)
        inline = kept.kind == "photo"  # drawn anew by us: nothing else of what strangers send is opened in our name
        return self._answer(request.match_info["sha256"], kept.type, inline=inline)

    async def thumb(self, request: web.Request) -> web.StreamResponse:
        kept = await self._kept(request)
        if not kept.thumb:
            raise web.HTTPNotFound
        return self._answer(kept.thumb, "image/jpeg", inline=True)

    def _answer(self, sha256: str, type: str, *, inline: bool) -> web.StreamResponse:
        """The page that links to it says how it is to be called."""
        told = {"Content-Type": type, "Content-Disposition": "inline" if inline else "attachment"}
        return web.FileResponse(self.store.path(sha256), headers=HEADERS | told)

    async def became(self, request: web.Request) -> web.Response:
        """Of one's own messages, given in `of`: what their files are now. {message: [{unique, state, url, thumb}]}."""
        session, chat = sessions.of(request), request.match_info["chat"]
        asked = request.query.get("of", "").split(",")
        if session is None or chat != session.sender or len(asked) > MOST_ASKED:
            raise web.HTTPNotFound
        messages = [each for each in asked if _MESSAGE.fullmatch(each)]
        found = await self._read(lambda work: {each: _became(work, chat, each) for each in messages})
        return web.json_response(found, headers={"Cache-Control": "no-store"})

    async def _kept(self, request: web.Request) -> Kept:
        session, sha256 = sessions.of(request), request.match_info["sha256"]
        if session is None or not _SHA256.fullmatch(sha256):
            raise web.HTTPNotFound
        found = await self._read(lambda work: self._visible(work, session, request.match_info["chat"], sha256))
        if found is None:
            raise web.HTTPNotFound
        kept: Kept = found
        return kept

    def _visible(self, work: Work, session: Session, chat: str, sha256: str) -> Kept | None:
        who = sessions.speaker(work, session, chat, demo=self.demo)
        if who is None:
            return None
        unit = _unit(work, who, chat, own=chat == session.sender)
        return next((each for each in uploads.of_file(work, sha256) if self._may_see(work, each, chat, unit)), None)

    def _may_see(self, work: Work, kept: Kept, chat: str, unit: str | None) -> bool:
        if (kept.channel, kept.chat) == (NAME, chat):
            return True
        if not unit or not kept.complaint or kept.withheld:
            return False
        return dispatch.may_look(work, self.outside, unit, kept.complaint)

    async def _read(self, function: Callable[[Work], Any]) -> Any:
        return await asyncio.to_thread(self.desk.read, function)


def _unit(work: Work, who: str, chat: str, *, own: bool) -> str | None:
    """For which unit they look: in a group the unit it is bound to, if they are of it; in their own chat theirs."""
    member = people.member(work, NAME, who)
    if member is None:
        return None
    return member.unit if own or people.unit_of_group(work, NAME, chat) == member.unit else None


def _became(work: Work, chat: str, message: str) -> list[dict[str, Any]]:
    rows = evidence.of_message(work, NAME, f"{chat}:{message}")
    return [
        {
            "unique": row.unique,
            "state": row.state,
            "url": url_of(chat, row.sha256) if row.state == KEPT else None,
            "thumb": f"{url_of(chat, row.sha256)}/thumb" if row.state == KEPT and row.thumb else None,
        }
        for row in rows
    ]
