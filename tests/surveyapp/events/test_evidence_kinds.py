"""What a file is, is told by its bytes; of a picture the picture is kept and nothing about where and by whom it was taken."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.events.evidence.images import DamagedError, without_metadata
from surveyapp.events.evidence.kinds import MOST_BYTES, FileRefusedError, kind_of, prepare, shown_name
from tests.surveyapp.events.evidence_files import CSV, EVERY, FRAMES, PDF, PIXELS, PNG, SECRETS, chunk, jpeg, office, segment


@pytest.mark.parametrize("kind", EVERY)
def test_each_kind_is_told_by_its_content(kind: str) -> None:
    assert kind_of(EVERY[kind]) == kind
    assert prepare(EVERY[kind]).kind == kind


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "empty"),
        (PDF + b"x" * MOST_BYTES, "too_large"),
        (b"MZ\x90\0 a program", "unknown"),
        (b"<html><script>alert(1)</script>, a,b</html>", "unknown"),
        (b"  <?xml version='1.0'?><svg onload='x', />", "unknown"),
        (b"#!/bin/sh\nrm a,b", "unknown"),
        (b"one word", "unknown"),
        (b"%PDF-1.7 and then nothing", "unknown"),
        (b"PK\x03\x04 no archive", "unknown"),
        (office("xl/workbook.xml", *(f"x{number}" for number in range(6_000))), "unknown"),
        (office("META-INF/manifest.xml"), "unknown"),
        (office("xl/workbook.xml", "word/document.xml"), "unknown"),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (PNG[:60], "damaged"),
        (PNG.replace(PIXELS, b"\0" * len(PIXELS)), "damaged"),
        (jpeg()[:-60], "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
    ],
)
def test_anything_else_is_refused_and_why(content: bytes, wrong: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        prepare(content)
    assert refused.value.wrong == wrong


@pytest.mark.parametrize("picture", [PNG, jpeg(), jpeg(3, ">")])
def test_nothing_about_place_person_or_telephone_stays_in_a_picture(picture: bytes) -> None:
    assert any(secret in picture for secret in SECRETS)
    kept = without_metadata(picture)
    assert not any(secret in kept for secret in SECRETS)
    assert b"MPF" not in kept
    assert without_metadata(kept) == kept


def test_the_pixels_of_a_png_stay_as_they_were() -> None:
    kept = without_metadata(PNG)
    assert chunk(b"IDAT", PIXELS) in kept
    assert kept.endswith(chunk(b"IEND", b""))


@pytest.mark.parametrize(("turned", "order"), [(1, "<"), (6, "<"), (8, ">"), (9, "<")])
def test_the_tables_and_scans_of_a_jpeg_stay_and_so_does_which_way_is_up(turned: int, order: str) -> None:
    kept = without_metadata(jpeg(turned, order))
    assert (
        FRAMES + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56" + segment(0xDA, b"\1") + b"\x78\xff\xd9"
        in kept
    )
    said = b"\x01\x12\0\3\0\0\0\1" + struct.pack(">H", turned)
    assert (said in kept) == (1 < turned < 9)


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=400))
def test_no_damage_breaks_the_reader_and_what_it_keeps_holds_no_metadata(noise: bytes, at: int) -> None:
    for picture in (PNG, jpeg()):
        content = picture[: min(at, len(picture))] + noise + picture[min(at, len(picture)) :]
        try:
            kept = without_metadata(content)
        except DamagedError:
            continue
        assert b"Exif" not in kept or b"GPS" not in kept


@given(st.binary(max_size=300))
def test_no_bytes_break_the_telling_of_kinds_and_none_are_a_picture_without_its_sign(content: bytes) -> None:
    pictures = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
    for start in (b"", b"%PDF-", b"PK\x03\x04", b"\xff\xfe"):
        kind = kind_of(start + content)
        assert kind in {None, "csv", "pdf"} or (kind in pictures and content.startswith(pictures[kind]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1257", "utf-16"])
def test_tables_of_text_are_known_in_the_encodings_that_sheets_write(encoding: str) -> None:
    assert kind_of(CSV.decode().encode(encoding)) == "csv"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Dalībnieku saraksts.PDF", "Dalībnieku saraksts.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\anna\\protokols.docx", "protokols.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ('a"; filename="b.html', "a__ filename__b.pdf"),
        ("\0\n<script>.pdf", "script.pdf"),
        ("....", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 400, "x" * 80 + ".pdf"),
    ],
)
def test_a_name_is_shown_clean_and_with_the_ending_of_what_it_is(name: str, shown: str) -> None:
    assert shown_name(name, "pdf") == shown


@given(st.text(max_size=400))
def test_every_name_is_shown_short_and_plain(name: str) -> None:
    shown = shown_name(name, "jpeg")
    assert shown.endswith(".jpg")
    assert 4 < len(shown) <= 84
    assert all(letter.isalnum() or letter in " -_()." for letter in shown)
