"""What somebody with an integer program can work out of a score of 14 questions, from everything that is shown of it."""

import os

import pytest

from analysis.counts import count_answers
from analysis.disclosure import PublicWave, protect_wave
from analysis.tables import TOWN
from tests.analysis.defences import without_bins_of_enough_people
from tests.analysis.invented import POPULATION, Row, questionnaire, rows, truth, wider
from tests.analysis.test_attacker import loot_of
from tests.attacker.judging import Truth, known_counts, learnt

LONG = wider(questionnaire(), 11)
TRUTHS = int(os.environ.get("TRUTHS", "1"))
"""So many towns of either size are attacked."""


def protected(people: list[Row]) -> PublicWave:
    return protect_wave(LONG, count_answers(LONG, people, {place: 4 * number for place, number in POPULATION.items()}))


def told(wave: PublicWave, true: Truth) -> dict[tuple[str, ...], set[int]]:
    """Return the small counts that shares, mean, deviation, alpha and bins give away together."""
    loot = loot_of({"first": wave})
    read = learnt(loot)["first"]
    own = [line for line in read if line.item in LONG.scores[0].items or line.item == "knowledge"]
    assert {line.measure for line in own} >= {"correct", "score", "reliability", "points"}
    return known_counts(loot, "first", true, own)


@pytest.mark.patient
@pytest.mark.parametrize("seed", range(5, 5 + TRUTHS))
@pytest.mark.parametrize("size", [60, 400])
def test_everything_shown_of_a_long_score_tells_no_count_below_the_threshold(size: int, seed: int) -> None:
    people = rows(LONG, seed, size)
    wave = protected(people)
    bins = wave.scores["knowledge"][TOWN].bins or ()
    assert len(LONG.scores[0].items) == 14
    assert wave.scores["knowledge"][TOWN].moments is not None
    assert len(bins) == (4 if size == 400 else 0) or seed > 5
    assert told(wave, truth(LONG, people)) == {}


def test_the_attacker_gets_through_where_every_number_of_points_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    people = rows(LONG, 5, 60)
    without_bins_of_enough_people(monkeypatch)
    wave = protected(people)
    found = told(wave, truth(LONG, people))
    assert any(name[:2] == ("knowledge", TOWN) and name[2].startswith("=") for name in found)
