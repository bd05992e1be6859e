"""The fixed shape of a judged plan, as the interface writes it: its keys in order, and what may stand under the closed ones."""

from typing import Any, Final


def _listed(words: str) -> list[str]:
    return words.split(", ")


TARGET_KEYS: Final = _listed(
    "indicator, target, reading, kind, comparator, unit, counted, window_start, window_end, required, achieved, achieved_low, "
    "achieved_high, ratio, degree, timing, certainty, flags, because"
)
INDICATOR_KEYS: Final = _listed("indicator, degree, to_date, timing, flags, because")
DEGREES: Final = frozenset(_listed("done, partial, not_done, no_data, not_due, not_assessed"))
CLOSED: Final[dict[str, frozenset[str | None]]] = {
    "kind": frozenset(
        _listed(
            "count_min, count_max, count_bare, set_n, set_all, frequency, deliverable, provision, on_demand, delta_up, "
            "delta_down, trend_up, trend_down, series, range, approximate, measure_only, text_only, funding"
        )
    ),
    "comparator": frozenset(
        _listed("ge, le, bare, between, approx, all, exists, delta_up, delta_down, trend_up, trend_down, none")
    ),
    "degree": DEGREES,
    "to_date": DEGREES,
    "timing": frozenset({*_listed("open, awaiting_data, on_time, late, overdue"), None}),
    "certainty": frozenset({*_listed("certain, possible, impossible"), None}),
}
FLAGS: Final = frozenset(
    _listed(
        "over_target, above_bare_number, ceiling_exceeded, above_range, behind_schedule, no_demand, demand_not_recorded, "
        "reference_set_unknown, baseline_missing, moved_away, incomplete_first_year, without_target, ambiguous_reading, "
        "substituted, money_refused, prerequisite_missing"
    )
)


def assert_fixed_shape(found: dict[str, list[dict[str, Any]]]) -> None:
    """Check that *found* is what the interface promises, nothing more and in its order."""
    assert list(found) == ["targets", "indicators"]
    for name, keys in (("targets", TARGET_KEYS), ("indicators", INDICATOR_KEYS)):
        for each in found[name]:
            assert list(each) == keys
            assert all(each[key] in allowed for key, allowed in CLOSED.items() if key in each), each
            assert set(each["flags"]) <= FLAGS
            assert isinstance(each["because"], str)
            assert each["because"]
