"""The server's clock: the machine's, until a test sets or moves it."""

import time


class Clock:
    """Seconds since 1970, UTC."""

    def __init__(self) -> None:
        self.moved = 0.0
        self.fixed: float | None = None

    def now(self) -> float:
        """The time it shows."""
        return (time.time() if self.fixed is None else self.fixed) + self.moved

    def stop(self, at: float | None = None) -> None:
        """Show `at` (default: what it shows) until moved."""
        self.fixed, self.moved = self.now() if at is None else at, 0.0

    def move(self, seconds: float) -> None:
        """Go forward."""
        self.moved += seconds
