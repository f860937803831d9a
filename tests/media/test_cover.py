"""Boxes are black in the pixels and leave the rest as it was; a grid can be read on whatever lies beneath it."""

import io
from collections.abc import AsyncIterator, Iterator

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.media import NotTaken
from bot.media.cover import GRID_SIDE, cover, grid
from bot.media.images import Images, Picture
from bot.media.limits import LIMITS
from complaints import cells
from tests.media import corpus

MEANS = (LIMITS.pixels, LIMITS.side, LIMITS.thumb)
WIDE, HIGH = 600, 480
BRIGHT, DARK = (250, 250, 248), (6, 6, 10)
NOISE = 24  # of 255: what one more JPEG changes in a blurred picture


@pytest.fixture
async def images() -> AsyncIterator[Images]:
    made = Images()
    yield made
    await made.close()


def scene(width: int = WIDE, height: int = HIGH) -> bytes:
    """Blurred stripes, as a JPEG with notes."""
    picture = Image.new("RGB", (width, height), (180, 170, 160))
    draw = ImageDraw.Draw(picture)
    for place in range(0, width, 40):
        draw.rectangle((place, 0, place + 19, height), fill=(90 + place % 120, 200, 230))
    blurred = picture.filter(ImageFilter.GaussianBlur(6))
    return corpus.saved(blurred, "JPEG", quality=92, exif=corpus.exif(corpus.SHENZHEN))


def boxes(typed: str) -> list[cells.Box]:
    return [each.box for each in cells.understood(typed)]


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    return picture


def brightest(picture: Image.Image, box: tuple[int, int, int, int]) -> int:
    return max(high for _, high in bands(picture.crop(box)))


def bands(picture: Image.Image) -> Iterator[tuple[int, int]]:
    """The least and the most of each colour."""
    for band in picture.split():
        low, high = band.getextrema()
        assert isinstance(low, int)
        assert isinstance(high, int)
        yield low, high


async def test_boxes_are_black_and_nothing_else_is_changed(images: Images) -> None:
    before = scene()
    covered = await images.cover(before, boxes("C3 D4-E6"))
    after = opened(covered.data)
    assert after.size == (WIDE, HIGH) == (covered.width, covered.height)
    assert brightest(after, (203, 123, 297, 177)) <= NOISE  # C3
    assert brightest(after, (303, 183, 497, 357)) <= NOISE  # D4 to E6
    assert brightest(after, (320, 200, 480, 340)) <= 1  # beyond the blocks of its edges
    rest = ImageChops.difference(after, opened(before))
    for left, top, right, bottom in ((200, 120, 300, 180), (300, 180, 500, 360)):
        around = (left - 16, top - 16, right + 16, bottom + 16)  # the blocks in which an edge is seen
        rest.paste((0, 0, 0), around)
    assert brightest(rest, (0, 0, WIDE, HIGH)) <= NOISE


async def test_every_pixel_that_a_box_touches_is_black(images: Images) -> None:
    covered = await images.cover(scene(601, 479), [(1 / 3, 1 / 3, 2 / 3, 2 / 3)])
    inner = opened(covered.data).convert("L").point(lambda level: 255 if level < 40 else 0).getbbox()
    assert inner is not None
    left, top, right, bottom = inner
    assert (left <= 200, top <= 159, right >= 401, bottom >= 320) == (True,) * 4


async def test_the_small_picture_is_covered_too_and_no_note_is_left(images: Images) -> None:
    covered = await images.cover(scene(), boxes("整张"))
    assert brightest(opened(covered.thumb), (0, 0, 320, 256)) <= 4
    assert b"Exif" not in covered.data + covered.thumb
    assert covered.point is None


async def test_without_boxes_the_picture_and_its_small_one_are_as_before(images: Images) -> None:
    drawn = await images.cover(scene(), [])
    assert opened(drawn.data).size == (WIDE, HIGH)
    assert opened(drawn.thumb).size == (320, 256)


@pytest.mark.parametrize("box", [(0.5, 0, 0.5, 1), (0, 0, 1.2, 1), (-0.1, 0, 1, 1), (0.6, 0, 0.4, 1)])
def test_what_is_no_box_is_not_drawn(box: cells.Box) -> None:
    with pytest.raises(ValueError, match="no box"):
        cover(scene(), [box], *MEANS)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff broken", scene()[:400]], ids=["nothing", "no picture", "cut off"])
async def test_what_is_broken_is_refused(images: Images, data: bytes) -> None:
    with pytest.raises(NotTaken, match="broken"):
        await images.cover(data, boxes("A1"))


async def test_after_what_kills_the_worker_the_next_is_drawn(images: Images) -> None:
    with pytest.raises(NotTaken, match="broken"):
        await images.cover(scene(), [(0.5, 0, 0.2, 1)])
    assert isinstance(await images.cover(scene(), boxes("A1")), Picture)


@pytest.mark.parametrize("colour", [BRIGHT, DARK], ids=["bright", "dark"])
@pytest.mark.parametrize("size", [(1600, 1200), (900, 1600), (120, 90)])
async def test_letters_of_a_grid_stand_out_in_every_cell(
    images: Images, colour: tuple[int, int, int], size: tuple[int, int]
) -> None:
    data = corpus.saved(Image.new("RGB", size, colour), "JPEG", quality=90)
    shown = await images.grid(data, cells.COLUMNS, cells.ROWS)
    picture = opened(shown.data).convert("L")
    assert max(picture.size) == GRID_SIDE
    wide, high = picture.width / 6, picture.height / 8
    for column in range(6):
        for row in range(8):
            corner = (round(column * wide) + 3, round(row * high) + 3)
            low, high_ = picture.crop((*corner, corner[0] + round(wide / 2), corner[1] + round(high / 2))).getextrema()
            assert isinstance(low, int)
            assert (low < 70, high_ > 200) == (True, True), (column, row)  # white on dark, on anything


def test_a_grid_leaves_most_of_the_picture_as_it_is() -> None:
    data = corpus.saved(Image.new("RGB", (1280, 960), (120, 160, 90)), "JPEG", quality=95)
    shown = opened(grid(data, cells.COLUMNS, cells.ROWS, *MEANS).data)
    same = ImageChops.difference(shown, Image.new("RGB", shown.size, (120, 160, 90))).convert("L")
    histogram = same.histogram()
    assert sum(histogram[:12]) > 0.8 * shown.width * shown.height
