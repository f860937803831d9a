"""The menus a platform shows beside the chat: of a private chat, of a group, and of a group's administrators.

Made from the table of commands, in its order. What is open to one group only (the triage desk's) is in none.
"""

from handlers.commands import TABLE, Entry, Role
from handlers.texts import menus as texts

Menu = list[tuple[str, str]]  # command without its slash, and what it does

_ADMINS = {**texts.STAFF, **texts.ADMINS}


def menus() -> list[tuple[str, Menu]]:
    """Scope (private, group, admins) and its menu."""
    return [
        ("private", _menu(Role.RESIDENT, texts.RESIDENT)),
        ("group", _menu(Role.STAFF, texts.STAFF)),
        ("admins", _menu(Role.STAFF, _ADMINS)),
    ]


def _menu(role: Role, described: dict[str, str]) -> Menu:
    return [(entry.name, described[entry.name]) for entry in TABLE if _is_shown(entry, role, described)]


def _is_shown(entry: Entry, role: Role, described: dict[str, str]) -> bool:
    return role in entry.roles and entry.name in described
