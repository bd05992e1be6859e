"""Decisions of the national view: which surveys may stand beside each other, and when there are enough of them. No I/O."""

from typing import Final

FEWEST_MUNICIPALITIES: Final = 5
"""Fewer municipalities with a shown figure are not compared: two or three would be held up against each other."""
