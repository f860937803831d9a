"""Channels whose key was refused: nothing of them is sent, and nothing counts as tried, until the platform knows us.

Kept in memory: a process that begins anew asks once and learns it again. Pure: `now` is handed in, aware.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

FIRST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)
log = structlog.get_logger()


@dataclass(frozen=True)
class _Hold:
    """until: when it is tried again. wait: how long that was from the last try."""

    until: datetime
    wait: timedelta


@dataclass
class Held:
    _holds: dict[str, _Hold] = field(default_factory=dict)

    def let(self, names: Iterable[str], now: datetime) -> list[str]:
        """Those that may be tried."""
        return [name for name in names if name not in self._holds or self._holds[name].until <= now]

    def refused(self, name: str, setting: str, now: datetime) -> None:
        """It is tried again after twice as long as the last time; what was sent together counts once."""
        hold = self._holds.get(name)
        if hold is None:
            log.error("channel.held", channel=name, error=f"{setting} was refused")
        elif now < hold.until:
            return
        wait = min(hold.wait * 2, LONGEST) if hold else FIRST
        self._holds[name] = _Hold(now + wait, wait)

    def answered(self, name: str) -> None:
        """The platform knows us."""
        if self._holds.pop(name, None):
            log.info("channel.open", channel=name)
