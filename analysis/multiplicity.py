"""Corrections of p values for a family of tests; a missing p (None) stays missing and outside the family."""

from collections.abc import Callable, Sequence
from itertools import accumulate


def _over_family(p_values: Sequence[float | None], adjust: Callable[[list[float]], list[float]]) -> list[float | None]:
    """Apply *adjust* (ascending p values in, adjusted out in the same order) to the p values that exist."""
    for value in p_values:
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{value} is not a p value: give a number between 0 and 1, or None where there is none")
    present = sorted((value, position) for position, value in enumerate(p_values) if value is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    for (_, position), value in zip(present, adjust([value for value, _ in present]), strict=True):
        adjusted[position] = min(1.0, value)
    return adjusted


def bonferroni(p_values: Sequence[float | None]) -> list[float | None]:
    """Return each p times the size of its family, at most 1. Source: Dunn (1961), J. Am. Stat. Assoc. 56, 52-64."""
    return _over_family(p_values, lambda ordered: [value * len(ordered) for value in ordered])


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Holm's step-down p values: they keep the chance of any false "clear" in the family below the level.

    In the order given, None kept. Source: Holm (1979), Scand. J. Stat. 6, 65-70. ValueError outside 0-1.
    """

    def step_down(ordered: list[float]) -> list[float]:
        return list(accumulate(((len(ordered) - rank) * value for rank, value in enumerate(ordered)), max))

    return _over_family(p_values, step_down)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Benjamini and Hochberg's step-up p values: they keep the expected part of false "clear" among the clear ones.

    In the order given, None kept. ValueError outside 0-1.
    Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
    """

    def step_up(ordered: list[float]) -> list[float]:
        size = len(ordered)
        scaled = [size / (rank + 1) * value for rank, value in enumerate(ordered)]
        return list(accumulate(reversed(scaled), min))[::-1]

    return _over_family(p_values, step_up)
