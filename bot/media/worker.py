"""The process in which pictures are drawn: started when there is work, ended when used up, late or in doubt.

It is a Python of its own that loads Pillow and bot.media.serving, with an empty environment (no secrets to find), in a
session of its own (Ctrl-C does not reach it). What it answers is read as lengths and bytes, never unpickled: whoever
takes it over by a picture gains nothing here. Not multiprocessing: that loads the command's whole program again in the
child, unpickles its answers, and its pool stands still on Python 3.11 after max_tasks_per_child.
One thread at a time may ask; any thread may stop.
"""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

_BOOT = "import json, sys; paths, *means = json.loads(sys.argv[1]); sys.path[:] = paths; " + (
    "from bot.media.serving import serve; serve(*means)"
)
_READY = b"\x06"
_LONGEST = {"said": 1 << 12, "data": 1 << 26, "thumb": 1 << 20}  # bytes of an answer: more is no answer
START = 30.0  # seconds until it is ready


class Died(Exception):
    """The worker ended, was ended for being late, or answered what is no answer."""


class Worker:
    """Draws with these means (see serving.serve); a fresh process after `lasts` pictures."""

    def __init__(self, means: tuple[int, ...], lasts: int) -> None:
        self._means, self._lasts = means, lasts
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._drawn = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, if there is one."""
        return self._process.pid if self._process else None

    def ask(self, order: dict[str, Any], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes, bytes]:
        """What it says, the picture and the small one (both empty if it says why not). Blocks. Raises Died.

        order: what to `do` with `data`, as JSON has it (see serving).
        """
        process = self._running()
        with self._watched(process, seconds):
            way_in = _pipe(process.stdin)
            for part in (json.dumps(order).encode(), data):
                way_in.write(struct.pack(">I", len(part)))
                way_in.write(part)
            way_in.flush()
            answer = _answer(_pipe(process.stdout))
        self._drawn += 1
        if self._drawn >= self._lasts:
            self.stop()
        return answer

    def close(self) -> None:
        """Ends it for good: who waits for an answer gets Died."""
        self._closed = True
        with self._lock:
            if self._process:
                self._process.kill()

    def stop(self) -> None:
        """Ends the process, if there is one; the next picture gets another."""
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _shut(pipe)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is not None:
            self.stop()  # it died between two pictures, of which neither is to blame
        return self._process or self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-c", _BOOT, json.dumps([sys.path, *self._means])]
        with self._lock:
            if self._closed:
                raise Died
            self._process = process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )
        self._drawn = 0
        with self._watched(process, START):
            if _pipe(process.stdout).read(1) != _READY:
                raise EOFError
        return process

    @contextmanager
    def _watched(self, process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
        """Ended when the time is over; whatever goes wrong inside ends it too."""
        late = threading.Timer(seconds, process.kill)
        late.daemon = True
        late.start()
        try:
            yield
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            self.stop()
            raise Died from error
        finally:
            late.cancel()


def _answer(source: IO[bytes]) -> tuple[dict[str, Any], bytes, bytes]:
    length = struct.unpack(">I", _exactly(source, 4, 4))[0]
    said = json.loads(_exactly(source, length, _LONGEST["said"]))
    if "why" in said:
        return said, b"", b""
    return said, _exactly(source, said["data"], _LONGEST["data"]), _exactly(source, said["thumb"], _LONGEST["thumb"])


def _exactly(source: IO[bytes], count: int, most: int) -> bytes:
    if not 0 <= count <= most:
        raise ValueError("no answer is so long")
    read = source.read(count)
    if len(read) != count:
        raise EOFError
    return read


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the worker was started without pipes")
    return pipe


def _shut(pipe: IO[bytes] | None) -> None:
    try:
        if pipe:
            pipe.close()
    except BrokenPipeError:
        pass  # what was still to be written is for nobody
