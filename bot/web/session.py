"""Who is at the other end of a request, and whether the request comes from our own page.

A resident is a random token in a cookie; its hash names the chat, so the store never has the token. A page of
another site can neither open a socket nor post: Origin and Host are checked.
"""

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from aiohttp import web
from yarl import URL

from bot.channels.web import NAME
from storage import people
from storage.unit_of_work import Work

COOKIE = "jiesu"
LASTS = 365 * 24 * 3600  # seconds
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
GROUP = "group:"
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Session:
    """A person: sender and private chat have the same name. Who has used a staff code is staff besides."""

    token: str

    @cached_property
    def sender(self) -> str:
        return "r-" + sha256(self.token.encode()).hexdigest()[:20]


def of(request: web.Request) -> Session | None:
    token = request.cookies.get(COOKIE, "")
    return Session(token) if _TOKEN.fullmatch(token) else None


def begin(request: web.Request) -> Session:
    """The session of this request, a new one if it has none."""
    return of(request) or Session(secrets.token_hex(16))


def keep(response: web.StreamResponse, session: Session, *, secure: bool) -> None:
    response.set_cookie(COOKIE, session.token, max_age=LASTS, path="/", httponly=True, samesite="Lax", secure=secure)


def group_of(work: Work, session: Session) -> str | None:
    """The one web group of the unit this session is staff of, bound or not; None for a resident."""
    member = people.member(work, NAME, session.sender)
    return GROUP + member.unit if member is not None else None


def speaker(work: Work, session: Session, chat: str, *, demo: bool) -> str | None:
    """As whom this session may read and write in `chat`; None if it may not.

    A group is open to the staff of the unit in its name, before it is bound too: somebody must be able to bind it.
    In the demo anybody may be the demo's person of a unit.
    """
    if chat == session.sender:
        return session.sender
    if not chat.startswith(GROUP):
        return None
    if demo:
        unit = people.unit_of_group(work, NAME, chat)
        return f"demo-{unit}" if unit else None
    return session.sender if chat == group_of(work, session) else None


def host_is_ours(request: web.Request, hosts: frozenset[str] | None) -> bool:
    """hosts: the names this service has; None: any, where a proxy in front has looked."""
    host = _url(f"http://{request.host}")
    return host is not None and host.host is not None and (hosts is None or host.host in hosts)


def origin_is_ours(request: web.Request) -> bool:
    """A browser says where its page came from: it must be this very host and port."""
    origin, host = _url(request.headers.get("Origin", "")), _url(f"http://{request.host}")
    if origin is None or host is None or origin.scheme not in {"http", "https"}:
        return False
    usual = URL(f"{origin.scheme}://x").port
    return origin.host == host.host and origin.port == (host.explicit_port or usual)


def _url(text: str) -> URL | None:
    try:
        url = URL(text)
    except ValueError:
        return None
    return url if url.host else None
