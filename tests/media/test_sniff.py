"""Files are taken for what they are: by their bytes, whatever they are called."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.media import NotTaken
from bot.media.limits import LIMITS, Limits
from bot.media.sniff import kind
from tests.media import corpus

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FLASH = b'<Relationship Type="http://x/relationships/%s" Target="http://elsewhere/" TargetMode="External"/>'


def short(value: object) -> str | None:
    """The name of a row: of bytes their beginning."""
    return f"{value[:12]!r} {len(value)}" if isinstance(value, bytes) else None


def refusal(data: bytes) -> str:
    with pytest.raises(NotTaken) as refused:
        kind(data)
    assert refused.value.why in NotTaken.REASONS
    return refused.value.why


@pytest.mark.parametrize(
    ("data", "mime", "what", "extension"),
    [
        (corpus.jpeg(), "image/jpeg", "photo", ".jpg"),
        (corpus.jpeg_full_of_notes(), "image/jpeg", "photo", ".jpg"),  # drawn anew: what hangs on is not kept
        (corpus.GIF_AND_SCRIPT, "image/gif", "photo", ".gif"),  # likewise, if it can be drawn at all
        (corpus.png_bomb(), "image/png", "photo", ".png"),  # refused by its pixels, later
        (corpus.saved(corpus.corners(), "WEBP"), "image/webp", "photo", ".webp"),
        (corpus.ogg(corpus.OPUS), "audio/ogg", "voice", ".ogg"),
        (corpus.mp3_with_tag(), "audio/mpeg", "voice", ".mp3"),
        (corpus.MP3_FRAME * 2, "audio/mpeg", "voice", ".mp3"),
        (corpus.AMR, "audio/amr", "voice", ".amr"),
        (corpus.AMR[:-5], "audio/amr", "voice", ".amr"),  # a torn last frame
        (corpus.webm(b"V_VP9"), "video/webm", "video", ".webm"),
        (corpus.webm(b"A_OPUS"), "audio/webm", "voice", ".weba"),  # a browser's recording
        (corpus.pdf(), "application/pdf", "document", ".pdf"),
        (corpus.docx(), WORD, "document", ".docx"),
        (corpus.zipped(corpus.XLSX), EXCEL, "document", ".xlsx"),
        ("路灯不亮".encode(), "text/plain", "document", ".txt"),
        ("路灯不亮".encode("gb18030"), "text/plain", "document", ".txt"),
        ("路灯不亮\r\n".encode("utf-16"), "text/plain", "document", ".txt"),
        ("\ufeff路灯不亮".encode(), "text/plain", "document", ".txt"),
        ("MZ先生：1 < 2，价格<100元".encode(), "text/plain", "document", ".txt"),
    ],
    ids=short,
)
def test_what_is_taken_is_known_by_its_bytes(data, mime, what, extension):
    found = kind(data)
    assert (found.type, found.kind, found.extension, found.active) == (mime, what, extension, False)


@pytest.mark.parametrize(
    ("brand", "compatible", "tracks", "mime", "extension"),
    [
        (b"isom", b"iso2", [b"vide", b"soun"], "video/mp4", ".mp4"),
        (b"mp42", b"isom", [b"soun", b"vide"], "video/mp4", ".mp4"),
        (b"avc1", b"isom", [b"vide"], "video/mp4", ".mp4"),
        (b"M4V ", b"isom", [b"vide"], "video/mp4", ".mp4"),
        (b"what", b"mp41", [b"vide"], "video/mp4", ".mp4"),  # nobody's brand, but says whose it is like
        (b"qt  ", b"qt  ", [b"vide", b"soun"], "video/quicktime", ".mov"),
        (b"3gp4", b"isom", [b"vide"], "video/3gpp", ".3gp"),
        (b"3gp5", b"isom", [b"soun"], "audio/3gpp", ".3gp"),
        (b"3g2a", b"isom", [b"vide"], "video/3gpp2", ".3g2"),
        (b"M4A ", b"mp42", [b"soun"], "audio/mp4", ".m4a"),
        (b"mp42", b"isom", [b"soun"], "audio/mp4", ".m4a"),  # a phone's recorder
    ],
    ids=short,
)
def test_a_container_is_told_by_its_brand_and_its_tracks(brand, compatible, tracks, mime, extension):
    found = kind(corpus.film(brand, *tracks, compatible=compatible))
    assert (found.type, found.extension) == (mime, extension)
    assert found.kind == ("video" if mime.startswith("video") else "voice")


def test_a_quicktime_film_of_before_brands_is_taken():
    old = corpus.film(b"qt  ", b"vide").partition(b"moov")
    assert kind(old[0][-4:] + b"moov" + old[2]).type == "video/quicktime"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (bytes(21 << 20), "too_large"),
        (corpus.jpeg() + bytes(10 << 20), "too_large"),  # the limit of pictures
        (corpus.EXE, "executable"),  # called photo.jpg: the name is not asked
        (corpus.ELF, "executable"),
        (corpus.MACH_O, "executable"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(50), "executable"),  # Java
        (b"#!/bin/sh\nrm -rf /\n", "script"),
        (b"#!AMR\nrm -rf /\n", "script"),  # a recording by its first line only
        (b"#!/bin/sh\n" + bytes(100), "script"),
        (b"@echo off\r\ndel *.*", "script"),
        (b"<?php system($_GET[0]);", "script"),
        (b"[InternetShortcut]\nURL=file://x", "script"),
        (corpus.SVG, "markup"),
        (b"\n\n<!-- --><HTML><script>alert(1)</script>", "markup"),
        ("\ufeff<svg onload=alert(1)>".encode("utf-16-le"), "markup"),
        (b"hello <iframe src=x>", "markup"),
        (b"{\\rtf1 hello}", "unknown"),  # may hold objects
        (b"MIME-Version: 1.0\r\n", "unknown"),
        (corpus.zipped({"a.txt": b"x"}), "archive"),
        (corpus.zipped({}), "archive"),
        (corpus.encrypted(corpus.zipped({"a.txt": b"x"})), "archive"),
        (corpus.encrypted(corpus.docx()), "archive"),
        (b"Rar!\x1a\x07\x01\0" + bytes(50), "archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "archive"),
        (b"\x1f\x8b\x08" + bytes(50), "archive"),
        (bytes(257) + b"ustar" + bytes(300), "archive"),
        (corpus.docx({"word/vbaProject.bin": b"x"}), "script"),
        (corpus.zipped({**corpus.XLSX, "xl/VBAPROJECT.BIN": b"x"}), "script"),
        (corpus.docx({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}), "script"),
        (corpus.docx({"word/media/image1.png": corpus.EXE}), "executable"),
        (corpus.docx({"META-INF/MANIFEST.MF": b"x"}), "archive"),  # also a Java program
        (corpus.docx({"word/../../x": b"x"}), "archive"),
        (corpus.docx({f"word/{n}": b"" for n in range(5001)}), "archive"),
        (corpus.docx() + b"more", "archive"),
        (corpus.docx()[:-30], "archive"),
        (corpus.lying_docx(), "archive"),
        (corpus.zipped({**corpus.DOCX, **corpus.XLSX}), "archive"),
        (corpus.zipped(corpus.DOCX, 14), "archive"),  # packed as no office program does it (LZMA)
        (corpus.pdf() + corpus.zipped({"a.txt": b"x"}), "mismatch"),
        (corpus.film(b"isom", b"vide") + corpus.zipped({"a.txt": b"x"}), "mismatch"),
        (corpus.mp3_with_tag() + b"Rar!\x1a\x07\x01\0", "mismatch"),
        (corpus.zipped({**corpus.DOCX, "[Content_Types].xml": corpus.pdf()}, 0), "mismatch"),
        (corpus.film(b"isom", b"vide")[:60], "unknown"),  # its list of tracks is torn
        (corpus.film(b"isom", b"text"), "unknown"),  # neither film nor sound
        (corpus.HEIC, "unknown"),
        (corpus.film(b"avif", b"vide"), "unknown"),
        (corpus.OLE, "unknown"),
        (corpus.ogg(b"\x80theora" + bytes(30)), "unknown"),
        (corpus.ogg(corpus.OPUS, b"\x80theora" + bytes(30)), "unknown"),  # a film behind a voice
        (corpus.ogg(b"\x01vorbis" + bytes(22)), "unknown"),
        (corpus.MP3_FRAME, "unknown"),  # one frame could be chance
        (b"ID3\x03\0\0\0\0\x02\x2c" + bytes(100), "unknown"),
        (corpus.webm(b"V_MPEG4/ISO/AVC", b"matroska"), "unknown"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), "unknown"),
        (b"II*\0" + bytes(100), "unknown"),
        (b"BM" + bytes(100), "unknown"),
        (b"\x00\x01\x02\x03", "unknown"),
        (corpus.pdf()[:-8], "unknown"),  # no end
        (b" " + corpus.pdf()[:40] + b"%%EOF", "mismatch"),  # text, to a PDF reader a PDF
    ],
    ids=short,
)
def test_what_is_not_taken_has_its_reason(data, why):
    assert refusal(data) == why


@pytest.mark.parametrize(
    ("data", "active"),
    [
        (corpus.pdf(b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), True),
        (corpus.pdf(b"/OpenAction<</S/L#61unch/F(cmd.exe)>>"), True),  # a letter spelled as a number
        (corpus.pdf(b"/Names<</EmbeddedFiles 5 0 R>>"), True),  # as an invoice of the tax office has it
        (corpus.pdf(b"/Encrypt 7 0 R"), True),  # nobody can look inside
        (corpus.pdf_with_packed(b"1 0 <</S/JavaScript>>"), True),
        (corpus.pdf_with_packed(bytes(20 << 20)), True),  # more than is looked at
        (corpus.pdf_with_packed(b"1 0 <</Type/Page>>"), False),
        (corpus.pdf(b"/Launcher 1"), False),
        (corpus.docx({"word/embeddings/oleObject1.bin": corpus.OLE}), True),
        (corpus.docx({"word/activeX/activeX1.xml": b"x"}), True),
        (corpus.docx({"word/_rels/settings.xml.rels": FLASH % b"attachedTemplate"}), True),
        (corpus.docx({"word/_rels/document.xml.rels": FLASH % b"hyperlink"}), False),
    ],
    ids=short,
)
def test_a_document_that_may_do_more_than_it_shows_is_kept_with_a_warning(data, active):
    assert kind(data).active is active


def test_a_bomb_in_a_document_costs_less_than_a_second():
    bomb = corpus.docx_bomb()
    assert len(bomb) < 2 << 20
    began = time.process_time()
    assert refusal(bomb) == "archive"
    assert time.process_time() - began < 1


def test_limits_are_those_of_the_platform_unless_set():
    assert (LIMITS.photo, LIMITS.file, LIMITS.step, LIMITS.complaint) == (10 << 20, 20 << 20, 10, 30)
    with pytest.raises(NotTaken, match="too_large"):
        kind(corpus.jpeg(), Limits(photo=100))
    with pytest.raises(ValueError, match="step should be positive"):
        Limits(step=0)


def taken_or_not(data: bytes) -> None:
    """Whatever it is: an answer or NotTaken, within a second."""
    began = time.process_time()
    with suppress(NotTaken):
        assert kind(data).kind in ("photo", "voice", "video", "document")
    assert time.process_time() - began < 1


HEADS = [
    *(b"#!AMR\n", b"%PDF-1.4", b"PK\x03\x04", b"OggS\0\x02", b"ID3\x03", b"\xff\xfb\x90\0", b"\x1a\x45\xdf\xa3"),
    *(
        b"\0\0\0\x18ftypisom",
        b"\0\0\0\x08moov",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF0000WEBP",
        b"MZ",
    ),
]
HONEST = list(corpus.honest().values())


@given(st.sampled_from([b"", *HEADS]), st.binary(max_size=2000))
@settings(deadline=None, max_examples=400)
def test_any_bytes_get_an_answer(head, rest):
    taken_or_not(head + rest)


@given(st.sampled_from(HONEST), st.data())
@settings(deadline=None, max_examples=400)
def test_any_change_to_an_honest_file_gets_an_answer(data, draw):
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 6))):
        changed[draw.draw(st.integers(0, len(changed) - 1))] = draw.draw(st.integers(0, 255))
    taken_or_not(bytes(changed[: draw.draw(st.integers(0, len(changed)))]))


MOST = 20 << 20


@pytest.mark.parametrize(
    "piece",
    [
        *(b"\0", b"a", "路".encode(), b"\xff", b"\xff\xfb\x90\0", b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"),
        *(b"%PDF-1.4 %%EOF /ObjStm stream", b"%PDF-1.4 %%EOF /ObjStm stream x endstream ", b"%PDF-1.4%%EOF#4a#4A"),
        *(b"\0\0\0\x08free", b"\0\0\0\x08moovhdlr", b"OggS\0\x02" + bytes(20) + b"\x01\x08OpusHead", b"<", b"< "),
        *(b"\0\0\0\x10ftypisom\0\0\0\0hdlr", b"#!AMR\n<<<<", b"\x1a\x45\xdf\xa3\x42\x82\x84webm"),
    ],
    ids=short,
)
def test_twenty_megabytes_of_anything_cost_less_than_a_second(piece):
    taken_or_not((piece * (MOST // len(piece) + 1))[:MOST])
