"""Posters: the link on one says where it hangs, as `at-CODE` after /start, with the code of a unit.

The code is what the directory calls the unit and says nothing else of it. A link to a chat platform carries only
Latin letters, digits, _ and -, at most 64 of them: a unit with another code gets none.
"""

import re

from complaints.units import HEIGHT, Directory

AT = "at-"
QUERY = "at"  # the same in the address of our own page: ?at=CODE
_CARRIED = re.compile(r"[A-Za-z0-9_-]{1,64}")


def payload(code: str) -> str:
    """What the link of this unit says; empty if no link can say it."""
    said = AT + code
    return said if _CARRIED.fullmatch(said) else ""


def place_in(said: str, directory: Directory) -> str | None:
    """The code of the unit whose poster was scanned; None unless it is one that stands for an area."""
    code = said.removeprefix(AT).strip()
    if not said.startswith(AT) or code not in directory or directory.get(code).level not in HEIGHT:
        return None
    return code
