"""Draw a picture anew: its first frame, turned as it should be seen, on white, at most so large, and nothing else.

What comes out is pixels alone: EXIF, GPS, XMP, IPTC, comments, colour profile, thumbnails and whatever was hung on
behind are gone. Colours are taken as sRGB. Runs in the worker (bot.media.worker); decoders are C and the bytes are a
stranger's, so call it elsewhere in tests only.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import (
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from bot.media import NotTaken, gps, header

# the only decoders that are loaded (TIFF reads EXIF, MPO is what some phones' JPEG are): no other format is tried
PLUGINS = (GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_ORIENTATION, _GPS = 0x0112, 0x8825
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Redrawn:
    """data, thumb: JPEG. width, height: pixels of data. point: degrees, as bot.media.gps says."""

    data: bytes
    thumb: bytes
    width: int
    height: int
    point: tuple[float, float] | None


def redraw(data: bytes, pixels: int, side: int, thumb: int) -> Redrawn:
    """Raises what `sheet` raises."""
    picture, point = sheet(data, pixels, side)
    return kept(picture, thumb, point)


def sheet(data: bytes, pixels: int, side: int) -> tuple[Image.Image, tuple[float, float] | None]:
    """Its pixels alone, as they should be seen, and where it was taken.

    Raises NotTaken: too_many_pixels, or broken for whatever the decoder stumbles over.
    """
    check(header.size(data), pixels)
    Image.MAX_IMAGE_PIXELS = None  # it is checked here, to the pixel
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as source:
            check(source.size, pixels)  # of a GIF the frame may be larger than the screen
            source.draft(None, (side, side))  # a large JPEG is decoded at an eighth to all of its size
            turn, point = _said(source)
            flat = _flat(source, side)
    except NotTaken:
        raise
    except Exception as error:  # decoders raise what they like: MemoryError, SyntaxError, zlib's ...
        raise NotTaken("broken") from error
    return flat.transpose(turn) if turn is not None else flat, point


def kept(picture: Image.Image, thumb: int, point: tuple[float, float] | None = None) -> Redrawn:
    """With its small one, made from the same pixels. thumb: the longest side of that."""
    small = picture.copy()
    small.thumbnail((thumb, thumb))
    return Redrawn(_jpeg(picture, 85), _jpeg(small, 80), *picture.size, point)


def check(size: tuple[int, int], pixels: int) -> None:
    if size[0] * size[1] > pixels:
        raise NotTaken("too_many_pixels")


def _said(source: ImageFile.ImageFile) -> tuple[Image.Transpose | None, tuple[float, float] | None]:
    """How it is to be turned and where it was taken. EXIF that cannot be read says nothing."""
    try:
        exif = source.getexif()
        return _TURNS.get(exif.get(_ORIENTATION, 1)), gps.position(exif.get_ifd(_GPS))
    except Exception:  # noqa: BLE001 - a picture with broken notes is still a picture; if it is not, drawing says so
        return None, None


def _flat(source: Image.Image, side: int) -> Image.Image:
    """On white paper, in RGB, scaled: a new picture that has none of the notes of `source`."""
    source.load()
    picture = source
    if source.mode[0] in "IF":  # 16 bits a pixel; conversion alone would cut off what is above 255
        picture = source.point(lambda level: level / 256).convert("L")
    clear = source.has_transparency_data
    mode = "RGBA" if clear else "RGB"
    picture = picture if picture.mode == mode else picture.convert(mode)
    picture.thumbnail((side, side), reducing_gap=2.0)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if clear else None)
    return paper


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
