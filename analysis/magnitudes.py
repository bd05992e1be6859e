"""Amounts that institutions contribute, such as hours: when a total may be told without telling what one of them gave.

A total may be told if at least three contributed and nobody can reckon the largest contribution to within 10 %: the second
largest contributor knows their own part, so what the others gave besides has to be large enough (the p % rule; Cox, "Linear
sensitivity measures in statistical disclosure control", Journal of Statistical Planning and Inference 5, 1981; Hundepool and
others, "Statistical Disclosure Control", Wiley 2012, chapter 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FEWEST_CONTRIBUTORS: Final = 3
P_PERCENT: Final = 10
"""May be raised, never lowered without a recorded decision."""


@dataclass(frozen=True, slots=True)
class Guard:
    """From how many contributors on a total is told, and how near the others may come to one contribution, in per cent.

    Raises:
        ValueError: lower than the defaults.
    """

    contributors: int = FEWEST_CONTRIBUTORS
    p_percent: int = P_PERCENT

    def __post_init__(self) -> None:
        if self.contributors < FEWEST_CONTRIBUTORS or self.p_percent < P_PERCENT:
            raise ValueError(
                f"At least {FEWEST_CONTRIBUTORS} contributors and {P_PERCENT} %, "
                f"not {self.contributors} and {self.p_percent} %."
            )


USUAL: Final = Guard()


def may_be_told(contributions: Iterable[float | None], guard: Guard = USUAL) -> bool:
    """Say whether the total of *contributions*, one of each institution, may be told; an unknown one (None) hides it."""
    parts: list[float] = []
    for each in contributions:
        if each is None:
            return False
        if each > 0:
            parts.append(each)
    if len(parts) < guard.contributors:
        return False
    largest, _second, *others = sorted(parts, reverse=True)
    return sum(others) >= largest * guard.p_percent / 100
