"""What numbers of a release become at the public level, and which of them stand at all."""

from questionnaires.plan_grammar import parse_plan
from surveyapp.ledger.documents import rows_of
from surveyapp.releases import public, tables
from surveyapp.results.change import effect_of
from tests.surveyapp.events.plans import PLAN


def test_the_effect_of_means_stands_only_where_both_ranges_tell_a_deviation() -> None:
    """Where everybody answered, a range has no width and tells no deviation: Hedges' g would give one away."""
    row = {
        "effect": 0.4321, "effect_name": "hedges_g", "hidden": None, "cut": None, "change": 0.5, "before_low": 2.0,
        "before_high": 2.6, "after_low": 2.5, "after_high": 3.1,
    }  # fmt: skip
    assert effect_of(row) == (0.43, "hedges_g")
    for gone in ({"before_high": 2.0}, {"after_low": None, "after_high": None}, {"hidden": "small_count"}, {"cut": "wording"}):
        assert effect_of(row | gone) == (None, None), gone


def test_half_points_of_a_mean_score_never_make_its_range_narrower() -> None:
    """To the nearest, 2.9 to 3.2 would be 3.0 to 3.0: a mean known exactly, of a survey that not everybody answered."""
    levels = {"measure": "score", "level": 3.1, "low": 2.9, "high": 3.2, "n": 43}
    changes = {"measure": "score", "change": 0.2, "change_low": -0.1, "change_high": 0.5, "smallest_visible_change": 0.2}
    share = {"measure": "correct", "level": 0.575, "low": 0.425, "high": 0.651, "count": 23, "n": 40}
    document = {"tables": [tables.SURVEY_LEVELS.made([levels, share]), tables.SURVEY_CHANGES.made([changes])]}
    coarse = public.coarsened(document, parse_plan(PLAN, "small.yaml"))
    score, correct = rows_of(coarse, "survey_levels")
    assert (score["level"], score["low"], score["high"], score["n"]) == (3.0, 2.5, 3.5, 45)
    assert (correct["level"], correct["low"], correct["high"], correct["count"]) == (0.58, 0.42, 0.65, 25)
    moved = rows_of(coarse, "survey_changes")[0]
    told = [moved[name] for name in ("change", "change_low", "change_high", "smallest_visible_change")]
    assert told == [0.0, -0.5, 0.5, 0.5]
