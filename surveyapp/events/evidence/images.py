"""Pictures without what they tell besides the picture: where, when and with which telephone they were taken.

Formats: PNG, W3C Recommendation, third edition; JPEG, ITU-T T.81, annex B; Exif 3.0 for the one thing that is kept of it,
which way is up.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

PNG_SIGN: Final = b"\x89PNG\r\n\x1a\n"
JPEG_SIGN: Final = b"\xff\xd8\xff"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_PNG_FRAME: Final = 12
_SOI: Final = b"\xff\xd8"
_EOI: Final = 0xD9
_SOS: Final = 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_KEPT: Final = frozenset({*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD}) - {0xC8}
_JFIF, _EXIF, _ADOBE = 0xE0, 0xE1, 0xEE
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_ORIENTATION: Final = 0x0112
_TURNED: Final = range(2, 9)


class DamagedError(ValueError):
    """The picture ends too early, or is not built as its format says."""


def without_metadata(content: bytes) -> bytes:
    """Return a PNG or JPEG picture with its pixels as they were and nothing else but which way is up.

    Raises DamagedError.
    """
    try:
        return _png(content) if content.startswith(PNG_SIGN) else _jpeg(content)
    except (struct.error, IndexError) as error:
        raise DamagedError from error


def _png(content: bytes) -> bytes:
    kept, seen, at = [PNG_SIGN], set[bytes](), len(PNG_SIGN)
    while b"IEND" not in seen:
        (length,) = struct.unpack_from(">I", content, at)
        chunk = content[at : at + _PNG_FRAME + length]
        name = chunk[4:8]
        if len(chunk) < _PNG_FRAME + length or struct.unpack(">I", chunk[-4:])[0] != zlib.crc32(chunk[4:-4]):
            raise DamagedError
        if not seen and name != b"IHDR":
            raise DamagedError
        if name in _PNG_KEPT:
            kept.append(chunk)
        seen.add(name)
        at += len(chunk)
    if b"IDAT" not in seen:
        raise DamagedError
    return b"".join(kept)


def _jpeg(content: bytes) -> bytes:
    frames: list[bytes] = []
    first: list[bytes] = []
    scans = 0
    for marker, segment in _segments(content):
        scans += marker == _SOS
        if marker == _JFIF and segment[4:9] == b"JFIF\0" and not first:
            first.append(_segment(_JFIF, segment[4:16] + b"\0\0"))  # without the small picture inside it
        elif marker == _EXIF and (turned := _orientation(segment[4:]) or 0) in _TURNED:
            first.append(_segment(_EXIF, _only_orientation(turned)))
        elif marker == _ADOBE and segment[4:9] == b"Adobe":
            frames.append(_segment(_ADOBE, segment[4:16]))
        elif marker in _JPEG_KEPT or marker in _ALONE:
            frames.append(segment)
    if not scans:
        raise DamagedError
    return b"".join((_SOI, *first, *frames, bytes((0xFF, _EOI))))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each marker with its segment, and with a scan its data, up to the end of the picture."""
    at = len(_SOI)
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004 - how a marker begins
            raise DamagedError
        while content[at + 1] == 0xFF:  # noqa: PLR2004 - filling before a marker
            at += 1
        marker = content[at + 1]
        if marker == _EOI:
            return
        end = at + 2 if marker in _ALONE else at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if marker == _SOS:
            found = _AFTER_SCAN.search(content, end)
            if found is None:
                raise DamagedError
            end = found.start()
        if end > len(content):
            raise DamagedError
        yield marker, content[at:end]
        at = end


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _orientation(payload: bytes) -> int | None:
    """Return which way is up (Exif tag 0x0112); None if it is not said, or not said as it should be."""
    order = {b"II": "<", b"MM": ">"}.get(payload[6:8])
    if not payload.startswith(b"Exif\0\0") or order is None:
        return None
    tiff = payload[6:]
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(count):
            tag, kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, 3):
                return int(value)
    except struct.error:
        return None
    return None


def _only_orientation(turned: int) -> bytes:
    return b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
