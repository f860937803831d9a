"""The worker's life: orders and pictures in, drawn ones out, until there are no more.

It has no more memory and time than it is given, writes no file, and leaves no core. Loaded by the process that
bot.media.worker starts, nowhere else.
"""

import json
import os
import resource
import struct
import sys
from math import ceil
from typing import Any, BinaryIO

from bot.media import NotTaken
from bot.media.cover import cover, grid
from bot.media.redraw import Redrawn, redraw

READY = b"\x06"


def serve(memory: int, cpu: int, pixels: int, side: int, thumb: int) -> None:
    """memory: bytes of address space. cpu: seconds a picture.

    A frame in is the length of a JSON object (4 bytes, big-endian), the object, which says what to `do`, the length
    of the picture and the picture; a frame out is the length of a JSON object, the object, then as many bytes as it
    says.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _confine(memory)
    answers.write(READY)
    answers.flush()
    while order := _next(sys.stdin.buffer):
        data = _next(sys.stdin.buffer)
        _allow(cpu)
        answers.write(_answer(json.loads(order), data, pixels, side, thumb))
        answers.flush()


def _confine(memory: int) -> None:
    """No more memory than this, no file written, no core left behind."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def _allow(cpu: int) -> None:
    """So many seconds from now: the kernel counts those of the whole life, and ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(used.ru_utime + used.ru_stime) + cpu, hard))


def _next(source: BinaryIO) -> bytes:
    length = source.read(4)
    return source.read(struct.unpack(">I", length)[0]) if len(length) == 4 else b""


def _answer(order: dict[str, Any], data: bytes, *means: int) -> bytes:
    try:
        drawn = _drawn(order, data, *means)
    except NotTaken as refused:
        return _frame({"why": refused.why})
    sizes = {"data": len(drawn.data), "thumb": len(drawn.thumb), "width": drawn.width, "height": drawn.height}
    return _frame({**sizes, "point": drawn.point}) + drawn.data + drawn.thumb


def _drawn(order: dict[str, Any], data: bytes, *means: int) -> Redrawn:
    if order["do"] == "cover":
        return cover(data, order["boxes"], *means)
    if order["do"] == "grid":
        return grid(data, order["columns"], order["rows"], *means)
    return redraw(data, *means)


def _frame(said: dict[str, object]) -> bytes:
    spelled = json.dumps(said).encode()
    return struct.pack(">I", len(spelled)) + spelled
