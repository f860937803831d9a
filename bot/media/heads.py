"""What gives a file away by its first bytes, or as a second format in the same bytes."""

import struct

from bot.media import NotTaken

_EXECUTABLE = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",  # Mach-O, both orders, both widths
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Mach-O for several machines, and Java
    b"\xbe\xba\xfe\xca",
    b"dex\n",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",  # a Windows shortcut
)
_ARCHIVE = (
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"MSCF",
    b"!<arch>\n",
    b"xar!",
    b"PK\x05\x06",
)
_ANYWHERE = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")  # their programs look for these behind other bytes too
ZIP = b"PK\x03\x04"
_ZIP_END, _ZIP_ENTRY = b"PK\x05\x06", b"PK\x01\x02"


def executable(head: bytes) -> bool:
    """A program for some machine. Text may begin with MZ, a program's header holds zeros."""
    return head.startswith(_EXECUTABLE) or (head[:2] == b"MZ" and b"\0" in head[:64])


def refuse(data: bytes) -> None:
    """Raises NotTaken("executable") or NotTaken("archive") for what begins so."""
    if executable(data[:64]):
        raise NotTaken("executable")
    if data.startswith(_ARCHIVE) or data[257:262] == b"ustar" or data[32769:32774] == b"CD001":
        raise NotTaken("archive")


def second_format(data: bytes, taken_for: str) -> bool:
    """Whether another program would read something else out of the same bytes: a ZIP behind a PDF, and the like."""
    if taken_for != "application/pdf" and b"%PDF-" in data[:1024]:
        return True  # PDF readers look that far
    if not data.startswith(ZIP) and _ends_as_zip(data):
        return True
    return any(mark in data for mark in _ANYWHERE)


def _ends_as_zip(data: bytes) -> bool:
    """ZIP is read from its end: a record, at most 64 KB before the end, that leads back to a list of entries."""
    begin = max(0, len(data) - 22 - 0xFFFF)
    at = data.rfind(_ZIP_END, begin)
    while at >= 0:
        if len(data) - at >= 22:
            listed = struct.unpack_from("<I", data, at + 12)[0]
            begins = max(0, at - listed)
            if listed == 0xFFFFFFFF or data[begins : begins + 4] == _ZIP_ENTRY:
                return True
        at = data.rfind(_ZIP_END, begin, at)
    return False
