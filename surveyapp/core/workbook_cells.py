"""What one cell of an XLSX workbook says: numbers, days behind number formats, and escaped letters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from xml.etree.ElementTree import Element

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LIKE_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATES: Final = range(0xD800, 0xE000)
# The formats that every sheet program knows by number (ECMA-376 part 1, 18.8.30), those of East Asian days among them.
_DAY_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
_NOT_LETTERS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DAY_LETTERS: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_LEAP_DAY_THAT_NEVER_WAS: Final = 60
_LAST_DAY: Final = 2_958_466
_MOST_WHOLE: Final = 10**15


def unescaped(text: str) -> str:
    """Return *text* with the letters that XML cannot hold, written ``_x000D_``, and with line ends as line feeds."""
    plain = _ESCAPED.sub(lambda found: found[0] if int(found[1], 16) in _SURROGATES else chr(int(found[1], 16)), text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def escaped(text: str) -> str:
    """Return *text* so that what looks like an escape in it is read as it stands."""
    return _LIKE_ESCAPED.sub("_x005F_", text)


def number_text(text: str) -> str:
    """Return the number *text* as people type it: ``1`` for 1.0, and the fifteen digits that sheets show."""
    number = float(text)
    if number.is_integer() and abs(number) < _MOST_WHOLE:
        return str(int(number))
    return f"{number:.15g}"


@dataclass(frozen=True, slots=True)
class Styles:
    """Which of the cell styles of a workbook show a number as a day or a time."""

    days: frozenset[int]

    @classmethod
    def of(cls, root: Element | None) -> "Styles":
        """Return the styles of the part at *root*; none where the workbook has no such part."""
        if root is None:
            return cls(frozenset())
        formats = {
            int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iter() if each.tag.endswith("}numFmt")
        }
        cells: Sequence[Element] = next((list(each) for each in root if each.tag.endswith("}cellXfs")), [])
        return cls(
            frozenset(place for place, style in enumerate(cells) if _shows_day(int(style.get("numFmtId", "0")), formats))
        )


def _shows_day(number: int, formats: Mapping[int, str]) -> bool:
    if number not in formats:
        return number in _DAY_FORMATS
    return bool(_DAY_LETTERS.search(_NOT_LETTERS.sub("", formats[number].replace("General", ""))))


@dataclass(frozen=True, slots=True)
class Dates:
    """Numbers as days and times: counted from ``start``, in cells of the styles that show them so."""

    styles: Styles
    start: datetime

    def text(self, number: str, style: int) -> str | None:
        """Return the day or time (ISO 8601) that *number* is in a cell of that *style*, or None if it is a plain number."""
        serial = float(number)
        if style not in self.styles.days or not 0 <= serial < _LAST_DAY:
            return None
        if serial < 1:
            return (self.start + timedelta(seconds=round(serial * 86_400))).time().isoformat()
        # Sheets count a 29 February 1900; days before it are one off.
        early = timedelta(days=1) if serial < _LEAP_DAY_THAT_NEVER_WAS and self.start.year < 1900 else timedelta(0)  # noqa: PLR2004 - the count of 1904 has no such day
        moment = self.start + timedelta(seconds=round(serial * 86_400)) + early
        return moment.date().isoformat() if moment.time().isoformat() == "00:00:00" else moment.isoformat(" ")
