"""Evidence as it comes, honest and not, made by code: nothing binary lies in the repository."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image

CANARY = b"CANARY-8f3a"  # must be in no byte of what is kept
RED, GREEN, BLUE, WHITE = (254, 0, 0), (0, 254, 0), (0, 0, 254), (255, 255, 255)
SHENZHEN = {1: "N", 2: (22.0, 33.0, 0.0), 3: "E", 4: (114.0, 7.0, 30.0)}  # 22.55, 114.125


def corners(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Red above left, green above right, blue below left, white below right: it shows how it was turned."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 96, height: int = 64, **options: Any) -> bytes:
    return saved(corners(width, height), "JPEG", quality=90, **options)


def exif(gps: Mapping[int, Any] | None = None, orientation: int = 1) -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = CANARY.decode()  # make
    notes.get_ifd(0x8769)[0x927C] = CANARY  # the maker's own notes
    notes.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0<script>" + CANARY  # the user's comment
    if gps is not None:
        notes.get_ifd(0x8825).update(gps)
    return notes


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg_full_of_notes() -> bytes:
    """EXIF with GPS, a thumbnail and a maker's notes; XMP; IPTC; a profile; a comment; a ZIP behind the end."""
    plain = jpeg(exif=exif(SHENZHEN), comment=b"<html><script>" + CANARY, icc_profile=CANARY * 20)
    more = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>")
    more += segment(0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x78\0\x0b" + CANARY)
    more += segment(0xE2, b"FPXR\0" + CANARY) + segment(0xE0, b"JFXX\0\x10" + CANARY)
    return plain[:2] + more + plain[2:] + zipped({"evil.txt": CANARY})


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, claimed: tuple[int, int] | None = None) -> bytes:
    """One colour, packed a row at a time: little in the file however large. claimed: what the header says instead."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width * depth + 7) // 8 * {0: 1, 2: 3, 6: 4}[colour])
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", *(claimed or (width, height)), depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def png_bomb() -> bytes:
    """30,000 x 30,000 pixels, 900 million, in about 110 KB."""
    return png(30_000, 30_000, depth=1)


def grey_of_16_bits(level: int) -> bytes:
    """One pixel of grey, 0 to 65535."""
    head = struct.pack(">IIBBBBB", 1, 1, 16, 0, 0, 0, 0)
    body = zlib.compress(b"\0" + struct.pack(">H", level))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def moving(form: str) -> bytes:
    """Two frames, the first red, the second blue."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def zipped(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, packing)
    return out.getvalue()


DOCX = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types><Override PartName="/word/document.xml"/></Types>',
    "_rels/.rels": b'<?xml version="1.0"?><Relationships/>',
    "word/document.xml": "<w:document>路灯不亮</w:document>".encode(),
}
XLSX = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
    "xl/workbook.xml": b"<workbook/>",
    "xl/worksheets/sheet1.xml": b"<worksheet/>",
}


def docx(more: Mapping[str, bytes] | None = None) -> bytes:
    return zipped({**DOCX, **(more or {})})


def docx_bomb() -> bytes:
    """128 MB of nothing in 128 KB; a larger one is given up at the same point."""
    return docx({"word/media/image1.bmp": bytes(1 << 27)})


def lying_docx() -> bytes:
    """A member that says it is small and is not."""
    honest = docx({"word/big.xml": bytes(1 << 22)})
    return honest.replace(struct.pack("<I", 1 << 22), struct.pack("<I", 100))


def encrypted(archive: bytes) -> bytes:
    """The flag that says so, set in every list entry."""
    out, at = bytearray(archive), archive.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 8] |= 1
        at = archive.find(b"PK\x01\x02", at + 4)
    return bytes(out)


def pdf(more: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog" + more + b">>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def pdf_with_packed(inside: bytes) -> bytes:
    packed = zlib.compress(inside)
    head = b">>endobj\n2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\r\n" % len(packed)
    return pdf(head + packed + b"\nendstream endobj 3 0 obj<<")


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def track(kind: bytes) -> bytes:
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(13))))


def film(brand: bytes, *kinds: bytes, compatible: bytes = b"isom") -> bytes:
    """ISO base media with tracks of these kinds: vide, soun ..."""
    moov = box(b"moov", box(b"mvhd", bytes(100)), *map(track, kinds))
    return box(b"ftyp", brand, bytes(4), compatible) + moov + box(b"mdat", bytes(64))


def ogg_page(body: bytes, *, first: bool, number: int = 0, serial: int = 1) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 if first else 0, 0, serial, number, 0, 1)
    return head + bytes([len(body)]) + body


def ogg(*streams: bytes) -> bytes:
    begins = [ogg_page(body, first=True, serial=serial) for serial, body in enumerate(streams)]
    return b"".join(begins) + ogg_page(b"OpusTags" + bytes(16), first=False, number=1)


OPUS = b"OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # 128 kbit/s, 44.1 kHz: 417 bytes
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5  # 12.2 kbit/s


def mp3_with_tag() -> bytes:
    tag = bytes(300)
    return b"ID3\x03\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 0x7F]) + tag + MP3_FRAME * 3


def webm(codec: bytes, kind: bytes = b"webm") -> bytes:
    head = b"\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(kind)]) + kind
    name = b"\x86" + bytes([0x80 | len(codec)]) + codec
    return (
        b"\x1a\x45\xdf\xa3"
        + bytes([0x80 | len(head)])
        + head
        + b"\x18\x53\x80\x67\xff"
        + b"\x16\x54\xae\x6b\x90"
        + name
    )


EXE = b"MZ\x90\0\x03\0\0\0" + bytes(56) + b"PE\0\0" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
MACH_O = b"\xcf\xfa\xed\xfe\x07\0\0\x01" + bytes(200)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF_AND_SCRIPT = b"GIF89a/*" + bytes(20) + b"*/=1;alert(document.domain)//"
HEIC = box(b"ftyp", b"heic", bytes(4), b"mif1", b"heic") + box(b"meta", bytes(40))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)  # DOC, XLS, MSI


def honest() -> dict[str, bytes]:
    """One of each that is taken."""
    picture = corners()
    return {
        "jpeg": jpeg(exif=exif(SHENZHEN)),
        "progressive jpeg": jpeg(progressive=True),
        "png": saved(picture, "PNG"),
        "webp": saved(picture, "WEBP"),
        "gif": saved(picture, "GIF"),
        "moving webp": moving("WEBP"),
        "docx": docx(),
        "xlsx": zipped(XLSX),
        "pdf": pdf_with_packed(b"1 0 <</Type/Page>>"),
        "mp4": film(b"isom", b"vide", b"soun"),
        "ogg": ogg(OPUS),
        "mp3": mp3_with_tag(),
        "amr": AMR,
        "webm": webm(b"V_VP9"),
        "text": "翠竹路的路灯三天没亮了。\n".encode(),
    }


def noise(width: int, height: int) -> Image.Image:
    """Like a photo to the decoder: no pixel foretells the next. The same each time."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))
