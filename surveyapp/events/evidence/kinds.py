"""Which files are taken as evidence: told by what they hold, never by their name; and how a name is shown. No I/O."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Final, Literal

from surveyapp.core import archives
from surveyapp.core.text import clean
from surveyapp.events.evidence.images import JPEG_SIGN, PNG_SIGN, DamagedError, without_metadata

MOST_MB: Final = 10
MOST_BYTES: Final = MOST_MB * 1024 * 1024
Kind = Literal["pdf", "png", "jpeg", "xlsx", "docx", "csv"]
KINDS: Final[tuple[Kind, ...]] = ("pdf", "png", "jpeg", "xlsx", "docx", "csv")
Wrong = Literal["empty", "too_large", "unknown", "damaged", "macros"]

TYPES: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    # Text can be taken for anything; nobody needs to open it in a browser.
    "csv": "application/octet-stream",
}
_ENDINGS: Final[dict[str, str]] = {kind: "jpg" if kind == "jpeg" else kind for kind in TYPES}
_OFFICE: Final[tuple[tuple[str, Kind], ...]] = (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"))
_PDF_END: Final = 2048
_MOST_PARTS: Final = 5_000
_LONGEST_NAME: Final = 80
_MARKUP: Final = ("<", "{", "[", "#!", "%!")
_PARTED: Final = re.compile(r"[^\S\r\n]*[^\r\n]*[,;\t]")


class FileRefusedError(ValueError):
    """The file is not taken; ``wrong`` says why."""

    def __init__(self, wrong: Wrong) -> None:
        self.wrong: Wrong = wrong
        super().__init__(wrong)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it is kept: pictures without their metadata."""

    kind: Kind
    content: bytes


def prepare(content: bytes) -> Prepared:
    """Return what is kept of a file.

    Raises FileRefusedError.
    """
    if not content:
        raise FileRefusedError("empty")
    if len(content) > MOST_BYTES:
        raise FileRefusedError("too_large")
    kind = kind_of(content)
    if kind is None:
        raise FileRefusedError("unknown")
    if kind not in {"png", "jpeg"}:
        return Prepared(kind, content)
    try:
        return Prepared(kind, without_metadata(content))
    except DamagedError as error:
        raise FileRefusedError("damaged") from error


def kind_of(content: bytes) -> Kind | None:
    """Return what the bytes are, None if it is nothing that is taken.

    Raises FileRefusedError for office files with programs inside.
    """
    if content.startswith(b"%PDF-"):
        return "pdf" if b"%%EOF" in content[-_PDF_END:] else None
    if content.startswith(PNG_SIGN):
        return "png"
    if content.startswith(JPEG_SIGN):
        return "jpeg"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return "csv" if _is_table(content) else None


def shown_name(name: str, kind: str) -> str:
    """Return a file's name as it is shown and saved: no folders, no odd characters, and the ending of what it is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-300:]))[-1]
    stem = clean(last.rpartition(".")[0] or last, 300)
    plain = "".join(letter if letter.isalnum() or letter in " -_()" else "_" for letter in stem)
    return f"{plain.strip(' _')[:_LONGEST_NAME].strip(' _') or 'file'}.{_ENDINGS[kind]}"


def _office(content: bytes) -> Kind | None:
    if archives.lists_more_than(content, _MOST_PARTS):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeDecodeError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefusedError("macros")
    found = [kind for part, kind in _OFFICE if part in names]
    return found[0] if len(found) == 1 else None


def _is_table(content: bytes) -> bool:
    """Say whether it is text whose first line has columns."""
    text = _decoded(content)
    if text is None or any(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for letter in text):
        return False
    begins = text.lstrip()
    return not begins.startswith(_MARKUP) and _PARTED.match(begins) is not None


def _decoded(content: bytes) -> str | None:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1257"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
