"""Whether the keys of the settings are those of this database, known before anything is sealed or looked for.

One fact of the database is a value sealed with its keys: their look-up hash. It does not open with other keys, and
differs when the oldest key, by which people are found again, is no longer the last one.
"""

import base64

from storage import facts
from storage.sealed import CannotOpen
from storage.unit_of_work import Work

FACT = "keys"


class WrongKeys(Exception):
    """The keys are right in form, but not those this database was begun with."""


def check(work: Work) -> None:
    """Raises WrongKeys. A database that has no such fact yet passes."""
    kept = facts.get(work, FACT)
    if kept is None:
        return
    try:
        found = work.keys.open(base64.b64decode(kept), work.tenant, "fact", FACT)
    except CannotOpen:
        raise WrongKeys from None
    if found != work.keys.lookup(FACT):
        raise WrongKeys


def check_or_keep(work: Work) -> None:
    """As `check`; the first keys that come are kept as the right ones. Needs a transaction that can write."""
    check(work)
    if facts.get(work, FACT) is None:
        sealed = work.keys.seal(work.keys.lookup(FACT), work.tenant, "fact", FACT)
        facts.put(work, FACT, base64.b64encode(sealed).decode())
