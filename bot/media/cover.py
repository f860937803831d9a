"""Pictures for staff who cover a part of one: with a grid of letters and numbers over it, and with boxes filled.

A box is filled with black before anything is encoded, so nothing of what it covers is in the result, in no channel and
in no small picture; a mosaic could be guessed back. Runs in the worker, as bot.media.redraw does.
"""

from math import ceil, floor

from PIL import Image, ImageDraw, ImageFont

from bot.media.redraw import Redrawn, kept, sheet

Box = tuple[float, float, float, float]  # left, top, right, bottom: fractions of width and height
GRID_SIDE = 1280  # pixels of the longest side of a picture with a grid: letters are legible on any
_LABELS = 0.3  # the height of a letter, of the shorter side of a cell
_SMALLEST, _LARGEST = 12, 40  # pixels of a letter
_WHITE, _DARK = (255, 255, 255, 235), (0, 0, 0, 235)
_LINE, _SHADE = (255, 255, 255, 170), (0, 0, 0, 120)


def cover(data: bytes, boxes: list[Box], pixels: int, side: int, thumb: int) -> Redrawn:
    """Filled over every pixel that a box touches. Raises NotTaken, ValueError for what is no box."""
    picture, _ = sheet(data, pixels, side)
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError("no box")
        wide, high = picture.size
        picture.paste("black", (floor(left * wide), floor(top * high), ceil(right * wide), ceil(bottom * high)))
    return kept(picture, thumb)


def grid(data: bytes, columns: str, rows: int, pixels: int, side: int, thumb: int) -> Redrawn:
    """Each cell has its letter and number in its corner above left. columns: a letter each. Raises NotTaken."""
    picture, _ = sheet(data, pixels, side)
    scale = GRID_SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.BICUBIC).convert("RGBA")
    over = Image.new("RGBA", size)
    _lines(over, len(columns), rows)
    _letters(over, columns, rows)
    return kept(Image.alpha_composite(picture, over).convert("RGB"), thumb)


def _edges(length: int, parts: int) -> list[int]:
    return [min(round(length * place / parts), length - 1) for place in range(parts + 1)]


def _lines(over: Image.Image, columns: int, rows: int) -> None:
    """White between dark ones, so that they are seen on anything."""
    draw = ImageDraw.Draw(over)
    for colour, width in ((_SHADE, 5), (_LINE, 1)):
        for x in _edges(over.width, columns):
            draw.line((x, 0, x, over.height), colour, width)
        for y in _edges(over.height, rows):
            draw.line((0, y, over.width, y), colour, width)


def _letters(over: Image.Image, columns: str, rows: int) -> None:
    cell = min(over.width / len(columns), over.height / rows)
    height = round(min(_LARGEST, max(_SMALLEST, cell * _LABELS)))
    draw, font = ImageDraw.Draw(over), ImageFont.load_default(height)
    edge = max(2, height // 8)
    for letter, x in zip(columns, _edges(over.width, len(columns)), strict=False):
        for number, y in enumerate(_edges(over.height, rows)[:-1], start=1):
            place = (x + 2 * edge, y + edge)
            draw.text(place, f"{letter}{number}", _WHITE, font, stroke_width=edge, stroke_fill=_DARK)
