"""Makes docs/demo.png: the demo in the middle of a complaint, as a browser of 1440 by 900 shows it.

    uv run --no-sync python -m tools.demo_picture [FILE]

Starts a `jiesu demo` of its own in a temporary folder and drives it like the tests do; needs a Chromium. Only PNG of
8 bits RGB, which is what Chromium writes, is packed; a picture larger than 250 KB is refused.
"""

import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.flows.conftest import ARGS, NAMES
from tests.page import LONG, ROOT, WIDE, Demo, file, heard, take

STORY = "翠竹街道水贝社区，昨晚十点开始楼下的水管爆了，水流到马路上，物业一直没人管，希望今天派人来修"
LARGEST = 250_000  # bytes
HEAD = b"\x89PNG\r\n\x1a\n"
PIXEL = 3  # bytes


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "demo.png"
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder))
        demo.start()
        try:
            picture = packed(taken(demo.address))
        finally:
            demo.stop()
    if len(picture) > LARGEST:
        raise SystemExit(f"{len(picture)} bytes: more than {LARGEST}")
    target.write_bytes(picture)
    print(f"{target}: {len(picture)} bytes")


def taken(address: str) -> bytes:
    """The receipt on the left, the card that was claimed in the middle, what happened on the right."""
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGS))
        size: Any = WIDE
        context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", color_scheme="light")
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector('#link[data-state="open"]')
        number = file(page, STORY)
        take(page, number)
        heard(page, "已签收").wait_for()
        page.locator("#facts .big", has_text="已签收").wait_for()
        return _still(page)


def _still(page: Any) -> bytes:
    """Once nothing moves any more: cards fade into their colour."""
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(2500)
    return bytes(page.screenshot())


# smaller, without the loss of a pixel: flat surfaces pack better when they are not filtered


def packed(picture: bytes) -> bytes:
    chunks = list(_chunks(picture))
    width, height, *how = struct.unpack(">IIBBBBB", chunks[0][1])
    if how != [8, 2, 0, 0, 0]:
        raise SystemExit("not 8 bits RGB")
    rows = _rows(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width * PIXEL, height)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return HEAD + b"".join(_chunk(name, data) for name, data in ((*chunks[:1], (b"IDAT", body), (b"IEND", b""))))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(HEAD)
    while place < len(picture):
        length, name = struct.unpack_from(">I4s", picture, place)
        yield name, picture[place + 8 : place + 8 + length]
        place += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(raw: bytes, width: int, height: int) -> Iterator[bytes]:
    """Rows of `width` bytes as they are seen. Source: PNG specification, third edition, section 9."""
    above = bytearray(width)
    for start in range(0, height * (width + 1), width + 1):
        line = bytearray(raw[start + 1 : start + 1 + width])
        for place in range(width):
            left, corner = (line[place - PIXEL], above[place - PIXEL]) if place >= PIXEL else (0, 0)
            line[place] = (line[place] + _guess(raw[start], left, above[place], corner)) & 255
        yield bytes(line)
        above = line


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda near: abs(guess - near))
    return (0, left, above, (left + above) // 2)[kind]


if __name__ == "__main__":
    main()
