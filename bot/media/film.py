"""Films, and recordings in the same containers: MP4, MOV, 3GP, M4A; WebM.

By the container's brand and by what its tracks are said to be; not decoded. Still pictures in such boxes (HEIC, AVIF)
and camera raws are none of these. A film whose list of tracks is cut off is none either.
"""

import struct

from bot.media.found import Found

MP4, MOV, GPP, GPP2 = "mp4", "quicktime", "3gpp", "3gpp2"
_EXTENSIONS = {MP4: (".mp4", ".m4a"), MOV: (".mov", ".m4a"), GPP: (".3gp", ".3gp"), GPP2: (".3g2", ".3g2")}
# brand -> container; "3gp", "3g2" by their first three letters
_BRANDS = {f"iso{version}": MP4 for version in "m23456789"} | {"qt": MOV}
_BRANDS |= dict.fromkeys(("mp41", "mp42", "mp71", "avc1", "msnv", "MSNV", "dash", "mmp4"), MP4)
_BRANDS |= dict.fromkeys(("M4V", "M4VH", "M4VP", "M4A", "M4B"), MP4)
_OLD = (b"moov", b"mdat", b"wide", b"free", b"skip")  # what a QuickTime film without a brand begins with
_MOST_BOXES = 1000
_EBML = b"\x1a\x45\xdf\xa3"
_LOOKED_AT = 1 << 16  # bytes of a WebM in which its tracks are named


def found(data: bytes) -> Found | None:
    """None if it is none of these."""
    if data.startswith(_EBML):
        return _webm(data[:_LOOKED_AT])
    container = _container(data)
    tracks = _tracks(data) if container else frozenset()
    if container and b"vide" in tracks:
        return Found(f"video/{container}", "video", _EXTENSIONS[container][0])
    if container and b"soun" in tracks:
        return Found(f"audio/{MP4 if container == MOV else container}", "voice", _EXTENSIONS[container][1])
    return None


def _container(data: bytes) -> str:
    """By the brand; where it is nobody's we know, by the brands it is compatible with."""
    if data[4:8] != b"ftyp":
        return MOV if data[4:8] in _OLD else ""
    length = int.from_bytes(data[:4], "big")
    if not 16 <= length <= min(len(data), 4096) or length % 4:
        return ""
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, length, 4))]
    if brands[0][:3] in (b"hei", b"hev", b"avi", b"mif", b"msf", b"crx"):
        return ""
    return next(filter(None, map(_of_brand, brands)), "")


def _of_brand(brand: bytes) -> str:
    name = brand.decode("latin-1").rstrip(" \0")
    return {"3gp": GPP, "3gr": GPP, "3gs": GPP, "3ge": GPP, "3g2": GPP2}.get(name[:3]) or _BRANDS.get(name, "")


def _tracks(data: bytes) -> frozenset[bytes]:
    """The kinds of the tracks, as the handler boxes of `moov` name them."""
    moov = _moov(data)
    kinds: set[bytes] = set()
    at = moov.find(b"hdlr")
    while at >= 0 and len(kinds) < 16:
        kinds.add(moov[at + 12 : at + 16])
        at = moov.find(b"hdlr", at + 4)
    return frozenset(kinds)


def _moov(data: bytes) -> bytes:
    """Nothing if it is not among the outer boxes, whole."""
    at = 0
    for _ in range(_MOST_BOXES):
        if len(data) < at + 8:
            break
        length, name = struct.unpack_from(">I4s", data, at)
        if length == 1 and len(data) >= at + 16:
            length = struct.unpack_from(">Q", data, at + 8)[0]
        if length == 0:
            length = len(data) - at  # to the end
        if length < 8 or at + length > len(data):
            break
        if name == b"moov":
            return data[at : at + length]
        at += length
    return b""


def _webm(head: bytes) -> Found | None:
    """Matroska of the kind `webm`; its tracks by the names of their codecs."""
    if b"\x42\x82\x84webm" not in head[:64]:
        return None
    if any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1")):
        return Found("video/webm", "video", ".webm")
    return Found("audio/webm", "voice", ".weba") if b"A_OPUS" in head or b"A_VORBIS" in head else None
