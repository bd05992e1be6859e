"""A town may ask for more people before something is shown, never for fewer."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counts import count_answers
from analysis.disclosure import protect_wave, read_back
from analysis.kept_waves import to_json
from analysis.tables import TOWN
from analysis.thresholds import USUAL, Thresholds
from tests.analysis.invented import POPULATION, questionnaire, rows

ASKED = questionnaire()


@pytest.mark.parametrize(("base", "detail"), [(9, 30), (10, 29), (31, 30), (0, 0), (40, 30)])
def test_nobody_can_lower_them(base: int, detail: int) -> None:
    with pytest.raises(ValueError, match="At least 10 people"):
        Thresholds(base, detail)


@settings(max_examples=12)
@given(seed=st.integers(0, 99), base=st.integers(10, 40), more=st.integers(0, 30))
def test_with_higher_ones_nobody_is_shown_who_are_fewer(seed: int, base: int, more: int) -> None:
    least = Thresholds(base, max(30, base) + more)
    public = protect_wave(ASKED, count_answers(ASKED, rows(ASKED, seed, 60), POPULATION), least)
    for table in public.items.values():
        for part in table.strata.values():
            assert part.hidden or (part.seen or 0) >= base
            assert len(part.bins) <= 2 or (part.seen or 0) >= least.detail
    for figures in public.scores.values():
        assert all(part.moments is None or part.moments.n >= least.detail for part in figures.values())
    told = {name: part.respondents for name, part in public.response.items() if name != TOWN}
    assert all(number is None or number >= base for number in told.values())


def test_a_wave_keeps_those_by_which_it_was_protected() -> None:
    counts = count_answers(ASKED, rows(ASKED, 1, 60), POPULATION)
    higher = protect_wave(ASKED, counts, Thresholds(40, 70))
    kept = json.loads(json.dumps(to_json(higher)))
    assert read_back(ASKED, kept) == higher
    del kept["least"]  # as waves were kept before
    assert read_back(ASKED, kept).least == USUAL
