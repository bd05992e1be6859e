"""Corrections for many items: the numbers of R, missing values, and the order of strictness."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.multiplicity import benjamini_hochberg, bonferroni, holm

Reference = Callable[[str], dict[str, Any]]
Correction = Callable[[list[float | None]], list[float | None]]


@pytest.mark.parametrize(("correction", "name"), [(holm, "holm"), (benjamini_hochberg, "bh"), (bonferroni, "bonferroni")])
def test_corrections_agree_with_r(reference: Reference, correction: Correction, name: str) -> None:
    case = reference("060_multiplicity")
    assert correction(case["input"]["p"]) == pytest.approx(case["expected"][name], abs=case["tol"])


def test_a_missing_p_value_stays_missing_and_outside_the_family(reference: Reference) -> None:
    case = reference("060_multiplicity")
    p = case["input"]["p"]
    found = holm([*p[:3], None, p[3]])
    expected = [None if value == "NA" else value for value in case["expected"]["holm_with_missing"]]
    assert found[3] is None
    assert found[:3] + found[4:] == pytest.approx(expected[:3] + expected[4:], abs=case["tol"])


@pytest.mark.parametrize("correction", [holm, benjamini_hochberg, bonferroni])
def test_a_family_of_one_or_none_is_left_as_it_is(correction: Correction) -> None:
    assert correction([]) == []
    assert correction([None, 0.03]) == [None, 0.03]
    assert correction([None]) == [None]


@pytest.mark.parametrize("correction", [holm, benjamini_hochberg, bonferroni])
def test_what_is_no_p_value_is_refused(correction: Correction) -> None:
    with pytest.raises(ValueError, match=r"1\.5 is not a p value"):
        correction([0.2, 1.5])


@given(st.lists(st.none() | st.floats(0, 1), max_size=20))
def test_benjamini_hochberg_is_never_stricter_than_holm_nor_holm_than_bonferroni(p_values: list[float | None]) -> None:
    for raw, step_up, step_down, plain in zip(
        p_values, benjamini_hochberg(p_values), holm(p_values), bonferroni(p_values), strict=True
    ):
        if raw is None:
            assert step_up is step_down is plain is None
        else:
            assert step_up is not None
            assert step_down is not None
            assert plain is not None
            assert raw <= step_up * (1 + 1e-12)
            assert step_up <= step_down * (1 + 1e-12)
            assert step_down <= plain * (1 + 1e-12)


@given(st.lists(st.floats(0, 1), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_items_never_matters(p_values: list[float], random: Random) -> None:
    order = list(range(len(p_values)))
    random.shuffle(order)
    for correction in (holm, benjamini_hochberg, bonferroni):
        straight = correction(p_values)
        assert correction([p_values[i] for i in order]) == [straight[i] for i in order]
