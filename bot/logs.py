"""Logging: one JSON line an event, with an allow-list of fields, so that no words of a person get in."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset({"event", "level", "timestamp", "id", "items", "tries", "error", "at", "channel", "version", "port"})


def _allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in FIELDS}


def _configure(level: int) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
    )


def to_stdout() -> None:
    _configure(logging.INFO)


def quiet() -> None:
    """For commands that a person reads: warnings and errors only."""
    _configure(logging.ERROR)
