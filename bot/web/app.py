"""The web application: the chat page, staff's page for their group, and in the demo what happened behind them.

Everything but platforms' own doors (`open_paths`) must come under one of our names, and everything that writes from
our own page. The demo's routes exist only in the demo. No page loads anything from elsewhere.
"""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

from aiohttp import WSCloseCode, web

from bot.channels.web import NAME, WebChannel
from bot.desk import Desk
from bot.media.store import Store
from bot.web import session as sessions
from bot.web.evidence import Shelf
from bot.web.socket import LARGEST_FRAME, Connection
from bot.web.upload import Uploads
from complaints.material import LIMITS, Limits
from handlers.dispatch import Outside
from storage import people, reports
from storage.unit_of_work import Work

STATIC = Path(__file__).with_name("static")
LARGEST_BODY = 256 * 1024  # bytes
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CLOSES_WITHIN = 2.0  # seconds for a page to take the goodbye when the service stops
_PART = re.compile(r"<!-- ([a-z]+(?: [a-z]+)*) -->(.*?)<!-- /\1 -->", re.DOTALL)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Words = list[tuple[str, float]]  # a word of the text, and how much it counted for the category


@dataclass(frozen=True)
class Site:
    """What the routes need. unit_name: of a code. explain: words of a masked text that counted for a category."""

    desk: Desk
    channel: WebChannel
    demo: bool
    secure_cookie: bool
    unit_name: Callable[[str], str]
    explain: Callable[[str, str], Words] | None
    sockets: WeakSet[web.WebSocketResponse]
    limits: Limits

    async def read(self, function: Callable[[Work], Any]) -> Any:
        return await asyncio.to_thread(self.desk.read, function)

    async def page(self, request: web.Request) -> web.Response:
        session = sessions.begin(request)
        found = await self.read(lambda work: _known(work, session, self.demo))
        also = ["uploads"] if self.channel.incoming is not None else []
        most = {name: str(getattr(self.limits, name)) for name in ("photo", "file", "step")}
        return self._shown(session, "demo" if self.demo else "resident", *also, **found, **most)

    async def group(self, request: web.Request) -> web.Response:
        """Staff's group; to anybody else how one becomes staff."""
        session = sessions.begin(request)
        found = await self.read(lambda work: _known(work, session, self.demo))
        if not found["group"]:
            return self._shown(session, "outsider", **found)
        unit = found["group"].removeprefix(sessions.GROUP)
        name = await asyncio.to_thread(self.unit_name, unit)
        bound = await self.read(lambda work: people.unit_of_group(work, NAME, found["group"]))
        also = "bound" if bound == unit else "unbound"
        return self._shown(session, "staff", also, **found | {"chat": found["group"], "unit": unit, "name": name})

    def _shown(self, session: sessions.Session, mode: str, *also: str, **values: str) -> web.Response:
        text = _page({mode, *also}, mode=mode, **values)
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})
        sessions.keep(response, session, secure=self.secure_cookie)
        return response

    async def connect(self, request: web.Request) -> web.StreamResponse:
        session = sessions.of(request)
        if session is None or not sessions.origin_is_ours(request):
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(heartbeat=25, max_msg_size=LARGEST_FRAME, compress=False)
        await socket.prepare(request)
        self.sockets.add(socket)
        await Connection(socket, self.desk, self.channel, session, demo=self.demo).run()
        return socket

    async def happened(self, request: web.Request) -> web.Response:
        """About `number`, or about the newest complaint of this resident."""
        session = sessions.of(request)
        found = await self.read(lambda work: _happened(work, request.query.get("number"), session))
        told = found["complaint"]
        if told:
            told["lead_name"] = self.unit_name(told["lead"]) if told["lead"] else None
            told["area_name"] = self.unit_name(told["area"]) if told["area"] else None
            told["words"] = self.explain(told["gist"], told["category"]) if self.explain else []
        return web.json_response(found, headers={"Cache-Control": "no-store"})

    async def groups(self, request: web.Request) -> web.Response:
        found = [group for group in await self.read(reports.groups) if group["channel"] == NAME]
        named = [group | {"name": self.unit_name(group["unit"])} for group in found]
        return web.json_response(named, headers={"Cache-Control": "no-store"})

    async def close(self, _app: web.Application) -> None:
        """Says goodbye to every page; one that has stopped reading holds up nobody."""
        going = [socket.close(code=WSCloseCode.GOING_AWAY) for socket in tuple(self.sockets)]
        await asyncio.gather(*(asyncio.wait_for(each, CLOSES_WITHIN) for each in going), return_exceptions=True)


def _happened(work: Work, number: str | None, session: sessions.Session | None) -> dict[str, Any]:
    sender = session.sender if session else ""
    mine = reports.filed_by(work, NAME, sender)
    wanted = number or (mine[0] if mine else None)
    return {
        "complaint": reports.happened(work, wanted) if wanted else None,
        "mine": mine,
        "draft": reports.draft_of(work, NAME, sender),
        "now": work.now.isoformat(),
    }


def _known(work: Work, session: sessions.Session, demo: bool) -> dict[str, str]:
    group = None if demo else sessions.group_of(work, session)
    return {"chat": session.sender, "store": reports.store(work), "group": group or ""}


def _page(shown: set[str], **values: str) -> str:
    """The page with those of its parts that one of `shown` names: `<!-- demo staff -->...<!-- /demo staff -->`."""
    text = _parts((STATIC / "page.html").read_text(encoding="utf-8"), shown)
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", html.escape(value, quote=True))
    return text


def _parts(text: str, shown: set[str]) -> str:
    return _PART.sub(lambda part: _parts(part[2], shown) if shown & set(part[1].split()) else "", text)


def make_app(
    desk: Desk,
    channel: WebChannel,
    *,
    demo: bool,
    hosts: frozenset[str] | None = None,
    secure_cookie: bool | None = None,
    unit_name: Callable[[str], str] = str,
    explain: Callable[[str, str], Words] | None = None,
    open_paths: Sequence[str] = (),
    media: Store | None = None,
    outside: Outside | None = None,
) -> web.Application:
    """hosts: the names this service has (the demo: loopback; None: any). secure_cookie: by default outside the demo.

    open_paths: beginnings of paths whose callers prove themselves otherwise (platforms' webhooks). media, outside:
    where stored files lie and who may see them; None: none are shown. Files are taken where the channel has `incoming`.
    """
    hosts = sessions.LOOPBACK if demo else hosts
    secure = not demo if secure_cookie is None else secure_cookie
    limits = outside.limits if outside else LIMITS
    site = Site(desk, channel, demo, secure, unit_name, explain, WeakSet(), limits)
    app = web.Application(middlewares=[_guard(hosts, tuple(open_paths))], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(_add_headers)
    app.on_shutdown.append(site.close)
    app.router.add_get("/", site.page)
    app.router.add_get("/ws", site.connect)
    app.router.add_static("/static/", STATIC)
    if demo:
        app.router.add_get("/demo/happened", site.happened)
        app.router.add_get("/demo/groups", site.groups)
    else:
        app.router.add_get("/group", site.group)
    if media is not None and outside is not None:
        _add_evidence(app, Shelf(desk, media, outside, demo))
    if channel.incoming is not None:
        uploads = Uploads(channel.incoming, desk, limits)
        app.router.add_post("/upload", uploads.post)
        app.cleanup_ctx.append(uploads.sweeping)
    return app


def _add_evidence(app: web.Application, shelf: Shelf) -> None:
    app.router.add_get("/evidence/{chat}", shelf.became)
    app.router.add_get("/evidence/{chat}/{sha256}", shelf.file)
    app.router.add_get("/evidence/{chat}/{sha256}/thumb", shelf.thumb)


def _guard(hosts: frozenset[str] | None, open_paths: tuple[str, ...]) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if open_paths and request.path.startswith(open_paths):
            return await handler(request)
        if not sessions.host_is_ours(request, hosts):
            raise web.HTTPForbidden
        if request.method not in {"GET", "HEAD"} and not sessions.origin_is_ours(request):
            raise web.HTTPForbidden
        return await handler(request)

    return guard


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-cache")
