"""The page of methods: every number in its examples follows from the functions, and what it names is written down."""

import re
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask

from analysis import (
    change,
    detectable,
    domains,
    equivalence,
    estimates,
    multiplicity,
    overlap,
    point_cuts,
    raking,
    ranks,
    scales,
    significance,
    trend,
)
from surveyapp.results.methods_page import CHANGES, EDGES, LEVELS, READY, Method
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import sign_in

METHODS = (*LEVELS, *CHANGES, *READY)
DOCUMENT = Path(__file__).parents[3] / "docs" / "methods.md"
LIKERT = [13, 15, 13, 9, 8], [8, 13, 15, 14, 9]
POINTS = [0, 1, 2], [4, 5, 1], [1, 4, 5]

Found = TypeVar("Found")


def percent(limits: estimates.Interval | None) -> dict[str, float]:
    assert limits is not None
    return {"low": 100 * limits.low, "high": 100 * limits.high}


def points_of(limits: estimates.Interval | None) -> dict[str, float]:
    assert limits is not None
    return {"low": limits.low, "high": limits.high}


def there(value: Found | None) -> Found:
    assert value is not None
    return value


def computed() -> dict[str, dict[str, float]]:
    """What the functions give for the counts in each example, in the unit of its sentence."""
    people = there(estimates.hypergeometric_interval(43, 60, 85))
    shown = there(estimates.share(43, 60, 85))
    over_groups = there(estimates.poststratified_share([13, 8, 3], [28, 12, 7], [40, 15, 10]))
    score, later = (there(estimates.mean(POINTS[0], table, 20)) for table in POINTS[1:])
    moved, tested = there(change.newcombe_fpc(31, 60, 85, 43, 60, 85)), there(significance.boschloo(31, 60, 43, 60))
    likely, smallest = there(change.superiority_estimate(*LIKERT)), there(detectable.smallest_visible_share(60, 60, 0.5))
    points = change.mean_change(score, later)
    range_of_share = percent(shown.interval)
    corrected = [1000 * (p or 0) for p in multiplicity.holm([0.001, 0.008, 0.039])]
    means = [there(estimates.mean([0, 1, 2], table, 20)) for table in ([4, 5, 1], [3, 4, 3], [1, 4, 5])]
    assert [level.mean for level in means] == pytest.approx([0.7, 1.0, 1.4])
    slope = there(trend.mean_slope(means, [0, 1, 2.5]))
    together = there(scales.kuder_richardson(60, [(43, 43), (31, 31), (37, 37), (50, 50)], (1.25, 1.35)))
    twice = overlap.overlap(60, 60, 85, said_yes=41, said_no=12)
    band = there(overlap.overlap_band(31, 60, 43, 60, 85, twice))
    return {
        "share": {
            "low": people.low,
            "high": people.high,
            "low_share": range_of_share["low"],
            "high_share": range_of_share["high"],
        },
        "unknown": percent(estimates.wilson(45, 60)),
        "weighted": {"share": 100 * over_groups.share, "worth": over_groups.effective_n, **percent(over_groups.interval)},
        "several": {"one": 100 * there(estimates.share(43, 60)).share, "other": 100 * there(estimates.share(31, 60)).share},
        "silent": percent(change.nonresponse_bounds(43, 60, 85)),
        "mean": {"mean": score.mean, **points_of(score.interval)},
        "points": {"bins": len(point_cuts.cut(14, 220, 8.3, 2.8) or ())},
        "change": {"change": 100 * moved.change, **percent(moved.interval)},
        "test": {"times": 1000 * tested.p_value},
        "likert": {"share": 100 * likely.probability, **percent(likely.interval)},
        "score": {"change": points.change, **points_of(points.interval)},
        "trend": {
            "times": 100_000 * there(significance.cochran_armitage([18, 25, 31, 40], [60, 62, 58, 61], [0, 1, 2.5, 3])).p_value
        },
        "mean_trend": {"points": slope.change, **points_of(slope.interval)},
        "alpha": {"alpha": together.alpha, **points_of(together.interval)},
        "equivalence": {"times": 1000 * there(equivalence.equivalent_share(40, 60, 42, 60, 0.2)).p_value},
        "overlap": {"least": twice.least, "most": twice.most, **percent(band.narrowest)},
        "families": dict(zip(("first", "second", "third"), corrected, strict=True)),
        "smallest": {"points": 100 * smallest},
    }


def computed_ready() -> dict[str, dict[str, float]]:
    """The same for the methods that no page shows yet."""
    over_groups = ranks.stratified_superiority([[13, 15, 13], [5, 4, 3]], [60, 18], [[8, 13, 15], [2, 4, 8]], [60, 18])
    answered = [[10, 9], [6, 9]]
    weighted = there(raking.raked_share([[6, 5], [2, 4]], answered, there(raking.rake(answered, [45, 30], [40, 35]))))
    trained = there(domains.domain_share([5, 2, 1], [12, 6, 2], [28, 12, 7], [40, 15, 10]))
    return {
        "ranks": {"share": 100 * there(over_groups).probability, **percent(there(over_groups).interval)},
        "trends": {"times": 1000 * there(trend.jonckheere([[4, 5, 1], [3, 4, 3], [1, 4, 5]], [0, 1, 2.5])).p_value},
        "margins": {
            "share": 100 * weighted.share,
            **percent(weighted.interval),
            "part": 100 * trained.share,
            **{f"part_{end}": value for end, value in percent(trained.interval).items()},
        },
        "quality": {"share": 100 * there(scales.item_difficulty(43, 60))},
    }


@pytest.mark.parametrize("method", METHODS, ids=lambda each: each.id)
def test_every_number_of_an_example_is_what_the_functions_give(method: Method) -> None:
    found = (computed() | computed_ready())[method.id]
    assert set(found) == set(method.numbers)
    for name, value in method.numbers.items():
        tenths = 2 if method.id == "alpha" else 1 if method.id in {"mean", "score", "mean_trend"} or name == "worth" else 0
        assert value == round(found[name], tenths), name


def test_every_method_on_the_page_is_written_down_with_its_formula() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    missing = [name for method in METHODS for name in method.functions if f"### `{name}`" not in written]
    assert missing == []


def test_every_method_on_the_page_names_its_source_where_it_is_computed() -> None:
    for name in sorted({name for method in METHODS for name in method.functions}):
        module, function = name.split(".")
        said = getattr(import_module(f"analysis.{module}"), function).__doc__
        assert re.search(r"\bSources?\b", said), name


@pytest.mark.parametrize("module", ["score_trends", "trend_lines", "reliability", "levels", "compare_scores", "compare_shares"])
def test_no_method_that_something_shown_calls_stands_among_those_that_no_page_shows(module: str) -> None:
    shown = vars(import_module(f"analysis.{module}"))
    assert [name for method in READY for name in method.functions if name.split(".")[1] in shown] == []


def test_every_edge_of_the_rules_stands_on_the_page(one_app: Flask) -> None:
    """Those of docs/methods.md that a reader of pages can meet, by the first words of what is shown."""
    with one_app.test_request_context("/?lang=en"):
        told = {str(case): str(shown) for case, shown in EDGES}
    assert list(told.values()) == [
        "no number",
        "no range",
        "a range without width: the truth itself",
        "probability 50 %, p = 1: no clear change",
        "probability 0 or 100 %, no range, exact test",
        "left out of alpha, and named",
        "joined with another one beforehand",
        "too few answers to compare",
        "no comparison",
    ]


def test_the_group_reads_the_methods_in_three_languages_from_the_page_of_the_surveys(one_app: Flask) -> None:
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    for language, words in (
        ("lv", ("Kā aprēķina skaitļus", "ticami no 55 līdz 66 cilvēkiem", "Skaidru izmaiņu nav", "46,9")),
        ("en", ("How the numbers are computed", "likely 55 to 66 people", "No clear change", "46.9")),
        ("ru", ("Как вычисляют числа", "вероятно от 55 до 66 человек", "46,9")),
    ):
        page = text(group, f"/results/methods?lang={language}")
        assert [word for word in words if word not in page] == []
