"""One line of a frozen comparison, read back from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_BESIDE: Final = (
    "margin", "equivalent", "twice_least", "twice_most", "narrowest_low", "narrowest_high", "widest_low", "widest_high",
)  # fmt: skip
_FINEST: Final = 2
"""Decimals of an effect size."""


def effect_of(row: Mapping[str, Any]) -> tuple[float | None, str | None]:
    """Return the effect size of a line of a comparison as it may be shown, and which one it is; nothing where it is hidden.

    Of shares and of distributions it follows from the two numbers beside it. Of mean scores it follows from their deviations,
    too: so it stands only where ranges as wide as these tell them in both surveys, not where everybody answered and no range
    tells one. The deviation of everybody is protected as one that is told, also where the range is weighted by groups.
    """
    effect, name = row.get("effect"), row.get("effect_name")
    if effect is None or name is None or row["hidden"] or row["cut"] or row["change"] is None:
        return None, None
    ranges = [(row[f"{side}_low"], row[f"{side}_high"]) for side in ("before", "after")]
    if name == "hedges_g" and any(low is None or high is None or low >= high for low, high in ranges):
        return None, None
    return round(effect, _FINEST), name


@dataclass(frozen=True, slots=True)
class Change:
    """What was, what is, and what is between; None where a number is hidden or does not exist.

    ``rounding`` is the coarser step to which the two published means of a score are rounded. ``margin`` is the change that
    would still be practically the same, ``equivalent`` whether it is clearly smaller; the range is between ``narrowest`` and
    ``widest`` for the ``twice_least`` to ``twice_most`` people who answered both times. Older results have none of these.
    """

    item: str
    choice: str | None
    stratum: str
    measure: str
    n_then: int | None
    n_now: int | None
    count_then: int | None
    count_now: int | None
    then: float | None
    then_low: float | None
    then_high: float | None
    now: float | None
    now_low: float | None
    now_high: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    verdict: str
    smallest: float | None
    family: str
    base: str
    hidden: str | None
    hidden_then: str | None
    hidden_now: str | None
    band_then: str | None
    band_now: str | None
    method: str
    cut: str | None
    rounding: float | None
    margin: float | None = None
    equivalent: bool | None = None
    twice_least: int | None = None
    twice_most: int | None = None
    narrowest_low: float | None = None
    narrowest_high: float | None = None
    widest_low: float | None = None
    widest_high: float | None = None
    effect: float | None = None
    effect_name: str | None = None

    @property
    def clear_but_for_the_test(self) -> bool:
        """Whether the range shown leaves out "no change" although the verdict is that there is no clear one."""
        low, high, none = self.change_low, self.change_high, 0.0
        if self.measure == "superiority":
            low, high, none = self.now_low, self.now_high, 0.5
        if self.verdict != "no_clear_change" or low is None or high is None:
            return False
        return low > none or high < none

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Change":
        """Read one object of the comparison's list."""
        effect, effect_name = effect_of(row)
        return cls(
            item=row["item"],
            choice=row["choice"],
            stratum=row["stratum"],
            measure=row["measure"],
            n_then=row["n_before"],
            n_now=row["n_after"],
            count_then=row["count_before"],
            count_now=row["count_after"],
            then=row["before"],
            then_low=row["before_low"],
            then_high=row["before_high"],
            now=row["after"],
            now_low=row["after_low"],
            now_high=row["after_high"],
            change=row["change"],
            change_low=row["change_low"],
            change_high=row["change_high"],
            verdict=row["verdict"],
            smallest=row["smallest_visible_change"],
            family=row["family"],
            base=row["base"],
            hidden=row["hidden"],
            hidden_then=row["hidden_before"],
            hidden_now=row["hidden_after"],
            band_then=row["band_before"],
            band_now=row["band_after"],
            method=row["method"],
            cut=row["cut"],
            rounding=max(row["rounding_before"] or 0, row["rounding_after"] or 0) or None,
            effect=effect,
            effect_name=effect_name,
            **{name: row.get(name) for name in _BESIDE},
        )
