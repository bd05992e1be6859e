"""How many people there must be before something about them is shown: may be raised for a town, never lowered."""

from dataclasses import dataclass
from typing import Final

SMALLEST_BASE: Final = 10
SMALLEST_DETAIL: Final = 30


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many answers on an item is shown at all (``base``), and from how many in full detail (``detail``).

    Raises:
        ValueError: lower than the defaults, or detail before anything is shown.
    """

    base: int = SMALLEST_BASE
    detail: int = SMALLEST_DETAIL

    def __post_init__(self) -> None:
        if self.base < SMALLEST_BASE or self.detail < max(SMALLEST_DETAIL, self.base):
            raise ValueError(
                f"At least {SMALLEST_BASE} people to show anything and {SMALLEST_DETAIL} for detail, and no fewer for detail; "
                f"not {self.base} and {self.detail}."
            )


USUAL: Final = Thresholds()
