"""Typography of running text: what belongs together stays on one line, in Latvian, English and Russian."""

import re
from typing import Final

_NO_BREAK: Final = "\u00a0"
_TOGETHER: Final = (
    (re.compile(r"(?<=\d) (?=%|EUR\b|h\b)"), _NO_BREAK),
    (re.compile(r"(?<=\d\.) (?=[a-zāčēģīķļņšūž])"), _NO_BREAK),  # an ordinal: after the point of a sentence stands a capital
    (
        re.compile(r"(?<=\d) (?=год|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)"),
        _NO_BREAK,
    ),
    (re.compile(r" (?=–)"), _NO_BREAK),
)


def bound(text: str) -> str:
    """Return *text* with no-break spaces between a number and its unit or month, and before a dash."""
    for pattern, space in _TOGETHER:
        text = pattern.sub(space, text)
    return text
