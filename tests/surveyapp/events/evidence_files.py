"""Small files of every kind that is taken as evidence, made here; what they say of places and telephones is invented."""

import io
import struct
import zipfile
import zlib

GPS = b"GPS 57.3119 25.2746"
PHONE = b"Izdomats telefons 12"
SECRETS = (GPS, PHONE, b"Izdomata Persona")
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
CSV = "datums;tēma;skaits\n2026-10-01;Nodarbība;12\n".encode()


def chunk(name: bytes, payload: bytes) -> bytes:
    """A chunk of a PNG picture."""
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


PIXELS = zlib.compress(b"\0\xff\0\0\0\xff\0" * 1)
PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)),
        chunk(b"tEXt", b"Author\0Izdomata Persona"),
        chunk(b"eXIf", b"MM\0*" + GPS),
        chunk(b"tIME", b"\x07\xea\x0a\x01\x00\x00\x00"),
        chunk(b"IDAT", PIXELS),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PHONE),
        chunk(b"IEND", b""),
        GPS,
    )
)


def segment(marker: int, payload: bytes) -> bytes:
    """A segment of a JPEG picture."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def exif(turned: int, order: str = "<") -> bytes:
    """What a telephone writes into a picture: which way is up, its name, and where it was."""
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entries = struct.pack(f"{order}HHHIHH", 1, 0x0112, 3, 1, turned, 0)
    return b"Exif\0\0" + start + entries + b"\0\0\0\0" + PHONE + GPS


SCANS = (
    segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56" + segment(0xFE, PHONE) + segment(0xDA, b"\1") + b"\x78"
)
FRAMES = segment(0xDB, b"\0" * 65) + segment(0xC2, b"\x08\0\1\0\1\1\1\x11\0") + segment(0xC4, b"\0" * 20)


def jpeg(turned: int = 6, order: str = "<") -> bytes:
    """A picture with two scans, as a telephone writes it, and another one hung on behind."""
    head = (
        segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\1\1" + GPS[:3])
        + segment(0xE1, exif(turned, order))
        + segment(0xE2, b"MPF\0" + GPS)
    )
    return b"\xff\xd8" + head + segment(0xFE, b"Izdomata Persona") + FRAMES + SCANS + b"\xff\xd9" + GPS + PHONE


def office(*parts: str) -> bytes:
    """An archive with these parts, as office programs make it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return target.getvalue()


XLSX, DOCX = office("xl/workbook.xml"), office("word/document.xml")
EVERY = {"pdf": PDF, "png": PNG, "jpeg": jpeg(), "xlsx": XLSX, "docx": DOCX, "csv": CSV}
