"""ZIP archives from strangers: how many files one lists, told before its list is read."""

from typing import Final

_LISTED: Final = b"PK\x01\x02"


def lists_more_than(content: bytes, most: int) -> bool:
    """Say whether the archive *content* lists more than *most* files.

    A reader keeps an object for each of them, and a list of 200,000 fits into a few megabytes. Every entry of the list begins
    with these four bytes (APPNOTE.TXT, 4.3.12), so that there cannot be more entries than places where they stand.
    """
    return content.count(_LISTED) > most
