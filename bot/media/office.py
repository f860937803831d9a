"""Word and Excel documents (DOCX, XLSX): a ZIP that is looked through to its last byte.

Refused: macros, programs inside, sizes and counts beyond the bounds, what is encrypted or laid out as no office
program does it. What may load or hold more than it shows (embedded objects, controls, templates from elsewhere) makes
it active. Fields that start programs (DDE) are not looked for: office programs ask before. The old formats (DOC, XLS)
are not taken.
"""

import io
import re
import struct
import zipfile
import zlib

from bot.media import NotTaken, heads
from bot.media.found import Found

MOST_MEMBERS = 5000
MOST_LIST = 1 << 20  # bytes of the list of members
MOST_INFLATED = 100 << 20  # bytes of all members
_PIECE = 1 << 16
_BASE = "application/vnd.openxmlformats-officedocument."
_DOCX = Found(_BASE + "wordprocessingml.document", "document", ".docx")
_XLSX = Found(_BASE + "spreadsheetml.sheet", "document", ".xlsx")
_CONTENTS = "[Content_Types].xml"
_FOLDERS = ("_rels/", "docProps/", "word/", "xl/", "customXml/", "customUI/", "docMetadata/")
_ENCRYPTED = 0x1
_MACRO = re.compile(r"(^|/)vba(project|data)\S*\.(bin|xml)$", re.IGNORECASE)
_ACTIVE = re.compile(r"/(embeddings|activeX|externalLinks|ctrlProps)/", re.IGNORECASE)
_ELSEWHERE = re.compile(rb"/relationships/(attachedTemplate|oleObject|frame|subDocument)\"", re.IGNORECASE)
_TORN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def found(data: bytes) -> Found | None:
    """None if it is no ZIP. Raises NotTaken: archive, script or executable."""
    if not data.startswith(heads.ZIP):
        return None
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as document:
            return _judged(document)
    except _TORN as error:
        raise NotTaken("archive") from error


def _check_end(data: bytes) -> None:
    """The list of members is bounded and lies where it should, with nothing behind, before Python reads it."""
    if len(data) < 42 or data[-22:-18] != b"PK\x05\x06" or data[-42:-38] == b"PK\x06\x07":
        raise NotTaken("archive")
    members, length, begin, comment = struct.unpack_from("<HIIH", data, len(data) - 12)
    if members > MOST_MEMBERS or length > MOST_LIST or begin + length != len(data) - 22 or comment:
        raise NotTaken("archive")


def _judged(document: zipfile.ZipFile) -> Found:
    members = document.infolist()
    names = [each.filename for each in members]
    if _CONTENTS not in names or len(set(names)) != len(names) or not all(map(_in_place, members)):
        raise NotTaken("archive")
    if any(_MACRO.search(name) for name in names):
        raise NotTaken("script")
    kinds = [kind for name, kind in (("word/document.xml", _DOCX), ("xl/workbook.xml", _XLSX)) if name in names]
    if len(kinds) != 1:
        raise NotTaken("archive")
    active = _read_through(document, members) or any(_ACTIVE.search(name) for name in names)
    return Found(kinds[0].type, kinds[0].kind, kinds[0].extension, active)


def _in_place(member: zipfile.ZipInfo) -> bool:
    return (
        (member.filename == _CONTENTS or member.filename.startswith(_FOLDERS))
        and ".." not in member.filename.split("/")
        and not member.flag_bits & _ENCRYPTED
        and member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _read_through(document: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> bool:
    """Whether something in it comes from elsewhere. Sizes are counted, not believed; sums are checked on the way."""
    left, elsewhere = MOST_INFLATED, False
    for member in members:
        with document.open(member) as stream:
            piece = stream.read(_PIECE)
            _check_member(member.filename, piece)
            elsewhere |= member.filename.endswith(".rels") and bool(_ELSEWHERE.search(piece))
            while piece:
                left -= len(piece)
                if left < 0:
                    raise NotTaken("archive")
                piece = stream.read(_PIECE)
    return elsewhere


def _check_member(name: str, head: bytes) -> None:
    if heads.executable(head[:64]):
        raise NotTaken("executable")
    if name == _CONTENTS and b"macroenabled" in head.lower():
        raise NotTaken("script")
