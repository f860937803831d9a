"""Recordings: OGG with Opus alone, MP3, AMR. M4A, 3GP and WebM with sound alone are found by bot.media.film.

Looked at as far as the first frames; not decoded.
"""

from bot.media.found import Found

_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # MPEG 1 layer III, kbit/s
_BIT_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_PADDING = 4096  # bytes that may lie between an ID3 tag and the first frame
# bytes of a frame after its head, by frame type (RFC 4867); what is missing is not used
_AMR = {0: 12, 1: 13, 2: 15, 3: 17, 4: 19, 5: 20, 6: 26, 7: 31, 8: 5, 15: 0}
_AMR_WIDE = {0: 17, 1: 23, 2: 32, 3: 36, 4: 40, 5: 46, 6: 50, 7: 58, 8: 60, 9: 5, 14: 0, 15: 0}
_AMR_LOOKED_AT = 16  # frames


def found(data: bytes) -> Found | None:
    """None if it is none of these."""
    if _is_opus(data):
        return Found("audio/ogg", "voice", ".ogg")
    if _is_mp3(data):
        return Found("audio/mpeg", "voice", ".mp3")
    if _is_amr(data, b"#!AMR\n", _AMR):
        return Found("audio/amr", "voice", ".amr")
    if _is_amr(data, b"#!AMR-WB\n", _AMR_WIDE):
        return Found("audio/amr-wb", "voice", ".awb")
    return None


def _is_opus(data: bytes) -> bool:
    """Every stream begins on a page of its own, before all else: each must be Opus, so no film hides behind one."""
    at, streams = 0, 0
    while data[at : at + 4] == b"OggS" and len(data) > at + 27 and data[at + 5] & 2 and streams < 8:
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        body = at + 27 + len(lengths)
        if data[body : body + 8] != b"OpusHead":
            return False
        at, streams = body + sum(lengths), streams + 1
    return streams == 1 and data[at : at + 4] == b"OggS"


def _is_mp3(data: bytes) -> bool:
    """Two frames in a row, behind an ID3 tag or from the first byte: two bytes alone could be anything."""
    begin = 0
    if data[:3] == b"ID3" and len(data) > 10 and data[3] in (2, 3, 4) and not any(each & 0x80 for each in data[6:10]):
        begin = 10 + sum(each << 7 * power for power, each in enumerate(reversed(data[6:10])))
    end = begin + (_PADDING if begin else 1)
    at = data.find(b"\xff", begin, end)
    while at >= 0:
        if (length := _mp3_frame(data, at)) and _mp3_frame(data, at + length):
            return True
        at = data.find(b"\xff", at + 1, end)
    return False


def _mp3_frame(data: bytes, at: int) -> int:
    """Bytes of the frame there; 0 if there is none. Source: ISO 11172-3, 2.4.1.3 and 2.4.3.1."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # the sync word, layer III
        return 0
    version, rate, sample = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sample == 3:
        return 0
    bits = (_BIT_RATES if version == 3 else _BIT_RATES_2)[rate] * 1000
    return (144 if version == 3 else 72) * bits // _SAMPLE_RATES[version][sample] + (head[2] >> 1 & 1)


def _is_amr(data: bytes, magic: bytes, sizes: dict[int, int]) -> bool:
    """It begins like a script (#!): so the frames behind must be frames. The last may be torn."""
    if not data.startswith(magic) or len(data) == len(magic):
        return False
    at = len(magic)
    for _ in range(_AMR_LOOKED_AT):
        if at >= len(data):
            break
        if data[at] & 0x83 or data[at] >> 3 & 15 not in sizes:
            return False
        at += 1 + sizes[data[at] >> 3 & 15]
    return True
