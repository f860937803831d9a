"""Pictures come out as pixels alone, turned as they should be seen; what is hostile costs its own worker at most."""

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.media import NotTaken, worker
from bot.media.images import Images, Picture
from bot.media.limits import LIMITS
from bot.media.redraw import Redrawn, redraw
from bot.media.sniff import kind
from tests.media import corpus

SOUND = corpus.jpeg()


@pytest.fixture
async def images(request: pytest.FixtureRequest) -> AsyncIterator[Images]:
    """With the means that the test asks for, or the usual ones."""
    made = Images(**getattr(request, "param", {}))
    yield made
    await made.close()


def drawn(data: bytes) -> Redrawn:
    """In this process: for pictures that we made ourselves."""
    return redraw(data, LIMITS.pixels, LIMITS.side, LIMITS.thumb)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    return picture


def colour(picture: Image.Image, x: int, y: int) -> str:
    """The nearest of the corpus's colours."""
    names = {"red": corpus.RED, "green": corpus.GREEN, "blue": corpus.BLUE, "white": corpus.WHITE, "black": (0, 0, 0)}
    seen = picture.getpixel((x, y))
    assert isinstance(seen, tuple)
    return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], seen, strict=True)))


def seen(data: bytes) -> list[str]:
    """The corners: above left, above right, below left, below right."""
    picture = opened(data)
    right, low = picture.width - 8, picture.height - 8
    return [colour(picture, x, y) for x, y in ((8, 8), (right, 8), (8, low), (right, low))]


async def refused(images: Images, data: bytes) -> str:
    with pytest.raises(NotTaken) as error:
        await images.encode(data)
    return error.value.why


@pytest.mark.parametrize(
    ("orientation", "corners", "size"),
    [
        (1, ["red", "green", "blue", "white"], (96, 64)),
        (2, ["green", "red", "white", "blue"], (96, 64)),  # mirrored
        (3, ["white", "blue", "green", "red"], (96, 64)),  # upside down
        (4, ["blue", "white", "red", "green"], (96, 64)),
        (5, ["red", "blue", "green", "white"], (64, 96)),
        (6, ["blue", "red", "white", "green"], (64, 96)),  # the phone was held upright
        (7, ["white", "green", "blue", "red"], (64, 96)),
        (8, ["green", "white", "red", "blue"], (64, 96)),
        (0, ["red", "green", "blue", "white"], (96, 64)),  # no such turning: as it is
        (99, ["red", "green", "blue", "white"], (96, 64)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_it_should_be_seen(form, orientation, corners, size):
    picture = drawn(corpus.saved(corpus.corners(), form, exif=corpus.exif(orientation=orientation)))
    assert seen(picture.data) == seen(picture.thumb) == corners
    assert (picture.width, picture.height) == opened(picture.data).size == size


@pytest.mark.parametrize(
    ("gps", "point"),
    [
        (corpus.SHENZHEN, (22.55, 114.125)),
        ({1: "S", 2: (33.0, 52.0, 10.0), 3: "W", 4: (70.0, 30.0, 0.0)}, (-33.869444, -70.5)),
        ({1: "s", 2: (33.0, 30.0, 0.0), 3: "e", 4: (151.0, 15.0, 0.0)}, (-33.5, 151.25)),
        ({1: "N", 2: (22.55, 0.0, 0.0), 3: "E", 4: (114.125, 0.0, 0.0)}, (22.55, 114.125)),  # degrees alone
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),  # no fix
        ({2: (22.0, 33.0, 0.0), 4: (114.0, 7.0, 30.0)}, None),  # no hemisphere
        ({1: "N", 2: (22.0, 33.0, 0.0)}, None),  # half of it
        ({1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)}, None),  # beyond the pole
        ({1: "N", 2: (90.0, 1.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (22.0, 75.0, 0.0), 3: "E", 4: (114.0, 0.0, 0.0)}, None),  # no such minute
        ({1: "X", 2: (22.0, 33.0, 0.0), 3: "E", 4: (114.0, 7.0, 30.0)}, None),
        ({}, None),
    ],
)
def test_the_place_is_read_before_it_is_dropped(gps, point):
    picture = drawn(corpus.jpeg(exif=corpus.exif(gps)))
    assert picture.point == (point and pytest.approx(point, abs=1e-6))


@pytest.mark.parametrize("part", [2, 4])
def test_a_zero_below_the_line_is_no_place(part):
    whole = corpus.jpeg(exif=corpus.exif(corpus.SHENZHEN))
    degrees = int(corpus.SHENZHEN[part][0]).to_bytes(4, "big") + (1).to_bytes(4, "big")
    at = whole.find(degrees)
    if at < 0:
        degrees = int(corpus.SHENZHEN[part][0]).to_bytes(4, "little") + (1).to_bytes(4, "little")
        at = whole.find(degrees)
    assert at > 0
    picture = drawn(whole[: at + 4] + bytes(4) + whole[at + 8 :])
    assert picture.point is None
    assert seen(picture.data) == ["red", "green", "blue", "white"]


def test_nothing_but_pixels_is_kept():
    full = corpus.jpeg_full_of_notes()
    assert full.count(corpus.CANARY) > 25
    picture = drawn(full)
    assert picture.point == pytest.approx((22.55, 114.125))
    for kept in (picture.data, picture.thumb):
        markers = [
            mark for mark in (b"Exif", b"CANARY", b"adobe", b"ICC_PROFILE", b"8BIM", b"script", b"PK") if mark in kept
        ]
        assert markers == []
        assert set(opened(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert kept.endswith(b"\xff\xd9")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_notes_of_other_formats_are_gone_too(form):
    notes = {
        "PNG": {"exif": corpus.exif(corpus.SHENZHEN), "icc_profile": corpus.CANARY * 9},
        "WEBP": {"exif": corpus.exif(corpus.SHENZHEN), "xmp": corpus.CANARY, "icc_profile": corpus.CANARY * 9},
        "GIF": {"comment": corpus.CANARY},
    }[form]
    data = corpus.saved(corpus.corners(), form, **notes) + corpus.CANARY
    picture = drawn(data)
    assert corpus.CANARY in data
    assert corpus.CANARY not in picture.data + picture.thumb
    assert (picture.point is None) == (form == "GIF")


@pytest.mark.parametrize(
    "data",
    [
        corpus.jpeg(),
        corpus.jpeg(progressive=True),
        corpus.saved(corpus.corners(mode="CMYK"), "JPEG", quality=95),
        corpus.saved(corpus.corners(), "PNG"),
        corpus.saved(corpus.corners().quantize(8), "PNG"),
        corpus.saved(corpus.corners(mode="RGBA"), "PNG"),
        corpus.saved(corpus.corners(), "WEBP", lossless=True),
        corpus.saved(corpus.corners(), "GIF"),
        corpus.saved(corpus.corners(), "MPO", save_all=True, append_images=[corpus.corners()]),
    ],
    ids=["jpeg", "progressive", "cmyk", "png", "palette", "rgba", "webp", "gif", "several jpegs in one"],
)
def test_every_format_comes_out_the_same(data):
    picture = drawn(data)
    assert seen(picture.data) == ["red", "green", "blue", "white"]
    assert kind(data).kind == "photo"


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_frame_is_kept(form):
    assert seen(drawn(corpus.moving(form)).data) == ["red"] * 4


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGBA", {}),
        ("LA", {}),
        ("P", {"transparency": 0}),
        ("L", {"transparency": 0}),
        ("RGB", {"transparency": (0, 0, 0)}),
    ],
)
def test_what_is_clear_is_white_paper(mode, options):
    picture = Image.new(mode, (64, 64))  # black, where clear is not said beside
    assert seen(drawn(corpus.saved(picture, "PNG", **options)).data) == ["white"] * 4


@pytest.mark.parametrize(("level", "grey"), [(0, 0), (256 * 64, 64), (256 * 128, 128), (65535, 255)])
def test_sixteen_bits_are_scaled_and_not_cut_off(level, grey):
    picture = opened(drawn(corpus.grey_of_16_bits(level)).data)
    assert picture.getpixel((0, 0)) == pytest.approx((grey,) * 3, abs=1)


@pytest.mark.parametrize(
    ("size", "kept", "thumb"),
    [
        ((96, 64), (96, 64), (96, 64)),  # never enlarged
        ((4000, 3000), (2560, 1920), (320, 240)),
        ((3000, 4000), (1920, 2560), (240, 320)),
        ((9000, 3), (2560, 1), (320, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_the_longest_side_is_bounded(size, kept, thumb):
    picture = drawn(corpus.png(*size))
    assert ((picture.width, picture.height), opened(picture.thumb).size) == (kept, thumb)


async def test_a_bomb_is_refused_by_its_header_before_there_is_a_worker(images):
    bomb = corpus.png_bomb()
    assert len(bomb) < 1 << 18
    began = time.process_time()  # of our own: that of others on the machine is not ours
    assert await refused(images, bomb) == "too_many_pixels"
    assert time.process_time() - began < 0.1
    assert images.worker.pid is None


async def test_the_cap_is_to_the_pixel(images):
    assert await refused(images, corpus.png(40_001, 1000, depth=1)) == "too_many_pixels"
    assert (await images.encode(corpus.png(40_000, 1000, depth=1))).width == 2560


def larger_than_its_screen() -> bytes:
    """A GIF whose screen is 1 x 1 and whose frame is 60,000 x 60,000."""
    frame = b"," + bytes(4) + (60_000).to_bytes(2, "little") * 2 + b"\0\x02\x02\x44\x01\0;"
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + frame


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "broken"),
        (corpus.png(200, 200, claimed=(5000, 5000)), "broken"),  # less in it than it says
        (corpus.png(8, 8, claimed=(0, 8)), "broken"),
        (corpus.GIF_AND_SCRIPT, "broken"),
        (corpus.SVG, "broken"),
        (corpus.EXE, "broken"),
        (SOUND[: len(SOUND) // 2], "broken"),  # torn off
        (SOUND[:20], "broken"),
        (b"\xff\xd8\xff\xe0", "broken"),
        (b"\xff\xd8\xff" + b"\xe0\0\x02\xff" * 100_000, "broken"),  # notes without end
        (corpus.saved(corpus.corners(), "TIFF"), "broken"),  # its decoder is not asked
        (corpus.saved(corpus.corners(), "BMP"), "broken"),
        (larger_than_its_screen(), "too_many_pixels"),
    ],
    ids=lambda value: repr(value[:12]),
)
async def test_what_cannot_be_drawn_is_refused_and_the_next_is_drawn(images, data, why):
    assert await refused(images, data) == why
    assert (await images.encode(SOUND)).width == 96


@pytest.mark.parametrize("images", [{"timeout": 0.5}], indirect=True)
async def test_a_frozen_worker_is_ended_when_the_time_is_over(images):
    first = await drawn_by(images)
    os.kill(first, signal.SIGSTOP)
    assert await refused(images, SOUND) == "broken"
    assert not alive(first)
    assert await drawn_by(images) != first


async def drawn_by(images: Images) -> int:
    """The process that drew a sound picture."""
    assert (await images.encode(SOUND)).width == 96
    assert images.worker.pid is not None
    return images.worker.pid


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_worker_that_dies_costs_the_picture_in_its_hands_only(images, monkeypatch):
    first = await drawn_by(images)
    listen = worker._answer

    def when_it_has_the_picture(source: IO[bytes]) -> object:
        if images.worker.pid == first:
            os.kill(first, signal.SIGKILL)
        return listen(source)

    monkeypatch.setattr(worker, "_answer", when_it_has_the_picture)
    os.kill(first, signal.SIGSTOP)  # it does not answer before
    in_hand, waiting = asyncio.create_task(images.encode(SOUND)), asyncio.create_task(images.encode(SOUND))
    with pytest.raises(NotTaken, match="broken"):
        await in_hand
    assert (await waiting).width == 96


async def test_a_worker_that_died_meanwhile_costs_nothing(images):
    first = await drawn_by(images)
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert await drawn_by(images) != first


@pytest.mark.parametrize("images", [{"memory": 64 << 20}], indirect=True)
async def test_a_worker_is_bounded_in_memory(images):
    large = corpus.png(4000, 3000, colour=6)  # 48 MB of pixels, and more to scale them
    assert await refused(images, large) == "broken"
    assert drawn(large).width == 2560  # there is nothing wrong with it
    assert (await images.encode(SOUND)).width == 96


@pytest.mark.parametrize("images", [{"cpu": 1, "timeout": 60}], indirect=True)
async def test_a_worker_is_bounded_in_processor_time(images):
    scans = corpus.saved(Image.new("RGB", (3000, 3000)), "JPEG", progressive=True)
    last = scans.rfind(b"\xff\xda")
    endless = scans[:last] + scans[last:-2] * 3000 + b"\xff\xd9"  # the last scan again and again
    assert (await images.encode(scans[:last] + scans[last:-2] * 3 + b"\xff\xd9")).width == 2560
    began = time.perf_counter()
    assert await refused(images, endless) == "broken"
    assert time.perf_counter() - began < 30
    assert (await images.encode(SOUND)).width == 96


@pytest.mark.parametrize("images", [{"lasts": 2}], indirect=True)
async def test_a_worker_is_renewed_after_so_many(images):
    first = await drawn_by(images)
    assert (await images.encode(SOUND)).width == 96
    assert not alive(first)
    assert await drawn_by(images) != first


async def test_a_worker_knows_no_secret_and_ends_with_the_service(images, monkeypatch):
    monkeypatch.setenv("JIESU_SECRET_KEYS", "canary")
    process = await drawn_by(images)
    with open(f"/proc/{process}/environ", "rb") as environment:
        assert b"JIESU" not in environment.read()
    await images.close()
    assert not alive(process)
    with pytest.raises(RuntimeError):
        await images.encode(SOUND)


async def test_who_waits_when_the_service_ends_is_told(images):
    os.kill(await drawn_by(images), signal.SIGSTOP)
    waiting = [asyncio.create_task(images.encode(SOUND)) for _ in range(3)]
    await asyncio.sleep(0)
    await images.close()
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [NotTaken] * 3


async def test_a_cancelled_picture_does_not_mix_with_the_next(images):
    cancelled = asyncio.create_task(images.encode(corpus.png(4000, 3000)))
    await asyncio.sleep(0)
    cancelled.cancel()
    assert isinstance(await images.encode(SOUND), Picture)
    assert seen((await images.encode(SOUND)).data) == ["red", "green", "blue", "white"]


def drawn_or_refused(data: bytes) -> None:
    """Whatever it is: a picture of the size asked for or NotTaken, within a second."""
    began = time.process_time()
    with suppress(NotTaken):
        picture = redraw(data, 100_000, 128, 32)
        assert max(picture.width, picture.height) <= 128
    assert time.process_time() - began < 1


PICTURES = [data for name, data in corpus.honest().items() if kind(data).kind == "photo"]


@given(st.sampled_from(PICTURES), st.data())
@settings(deadline=None, max_examples=300)
def test_any_change_to_a_picture_is_drawn_or_refused(data, draw):
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        changed[draw.draw(st.integers(0, len(changed) - 1))] = draw.draw(st.integers(0, 255))
    drawn_or_refused(bytes(changed))


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"RIFF0000WEBPVP8X"]),
    st.binary(),
)
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_drawn_or_refused(head, rest):
    drawn_or_refused(head + rest)
