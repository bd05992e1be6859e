"""Text as people type it, made safe to store: one letter form, no control or direction characters."""

import unicodedata
from itertools import filterfalse
from typing import Final

_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset("\ufeff\u200b\u2060")
_LINE_ENDS: Final = frozenset("\u2028\u2029\x0b\x0c\x85")
_LAST_OF_PLANE: Final = 0xFFFE


class TooLongError(ValueError):
    """A text is longer than allowed; ``longest`` is the limit and ``length`` what came."""

    def __init__(self, length: int, longest: int) -> None:
        self.length = length
        self.longest = longest
        super().__init__(f"The text has {length} characters; at most {longest} fit. Shorten it.")


def clean(text: str, longest: int, *, lines: bool = False) -> str:
    """Return *text* in letter form NFC without control, direction and invisible characters, with single spaces between words.

    With *lines*, line ends are kept (as line feeds); otherwise they become spaces.

    Raises:
        TooLongError: more than *longest* characters are left; nothing is ever cut silently.
    """
    if text.isprintable():  # then it holds nothing that is dropped, as nearly everything that people type
        return _short_enough(" ".join(unicodedata.normalize("NFC", text).split()), longest)
    kept = "".join(_kept(letter) for letter in text.replace("\r\n", "\n").replace("\r", "\n"))
    # Last, because a letter and its mark may have met only now.
    kept = unicodedata.normalize("NFC", kept)
    rows = [" ".join(row.split()) for row in kept.split("\n")]
    joined = ("\n" if lines else " ").join(rows).strip()
    return _short_enough(joined if lines else " ".join(joined.split()), longest)


def folded(text: str) -> str:
    """Return *text* for searching: without diacritics and without case, so that "bernudarzs" finds "Bērnudārzs"."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return parts if parts.isascii() else "".join(filterfalse(unicodedata.combining, parts))


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise TooLongError(len(text), longest)
    return text


def _kept(letter: str) -> str:
    if letter == "\n" or letter in _LINE_ENDS:
        return "\n"
    if letter == "\t":
        return " "
    dropped = letter in _DIRECTION or letter in _INVISIBLE or unicodedata.category(letter) in {"Cc", "Cs"}
    return "" if dropped or _is_noncharacter(letter) else letter


def _is_noncharacter(letter: str) -> bool:
    point = ord(letter)
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFF >= _LAST_OF_PLANE  # noqa: PLR2004 - the block that Unicode sets aside
