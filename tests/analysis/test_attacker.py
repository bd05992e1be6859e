"""What somebody can work out from everything that is published about waves, and what an insider can."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from analysis.compare import compare_public
from analysis.counts import count_answers
from analysis.disclosure import PublicWave, protect_wave
from analysis.levels import levels, public_levels
from analysis.tables import raw_wave
from tests.analysis.invented import POPULATION, questionnaire, rows, truth
from tests.attacker.judging import caught_by, learnt, told_to, weak_points
from tests.attacker.loot import Comparison, Loot, OwnPage

ASKED = questionnaire()
TRUTHS = int(os.environ.get("TRUTHS", "8"))
"""So many invented towns are attacked; `make attack` asks for hundreds."""


def as_csv(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines as they are handed out."""
    found = list(lines)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(found[0]))
    writer.writeheader()
    writer.writerows(found)
    return file.getvalue().encode()


def own_page(wave: PublicWave) -> OwnPage:
    """What is handed out of one wave by itself."""
    told = [
        {"stratum": stratum, "respondents": figures.respondents, "population": figures.population}
        for stratum, figures in wave.response.items()
    ]
    return OwnPage(wave.questionnaire, as_csv(row.to_json() for row in public_levels(wave)), as_csv(told))


def loot_of(waves: Mapping[str, PublicWave]) -> Loot:
    """Each wave by itself, and each compared with every later one."""
    named = list(waves.items())
    pairs = [(before, after) for place, before in enumerate(named) for after in named[place + 1 :]]
    compared = (
        Comparison(first, second, as_csv(compare_public(one, other).to_json())) for (first, one), (second, other) in pairs
    )
    return Loot({name: own_page(wave) for name, wave in named}, tuple(compared))


@pytest.mark.patient
@pytest.mark.parametrize("seed", range(TRUTHS))
def test_waves_by_themselves_and_compared_tell_no_count_of_0_1_or_2_from_its_like(seed: int) -> None:
    sizes = [26 + (seed * 7) % 60, 24 + (seed * 11) % 70, 30 + (seed * 5) % 50]
    people = {f"wave {place}": rows(ASKED, 3 * seed + place, size) for place, size in enumerate(sizes)}
    loot = loot_of({name: protect_wave(ASKED, count_answers(ASKED, own, POPULATION)) for name, own in people.items()})
    truths = {name: truth(ASKED, own) for name, own in people.items()}
    assert weak_points(loot, truths) == [], caught_by(loot, truths)
    read = learnt(loot)
    for name, own in people.items():
        for known in (own[:1], own[:2], own[:4]):
            insiders = [[cell for cell, count in truth(ASKED, [one]).items() if count] for one in known]
            assert told_to(loot, name, truths[name], insiders, read[name]) == []


def test_the_attacker_is_not_blind() -> None:
    people = {"first": rows(ASKED, 3, 60), "second": rows(ASKED, 4, 60)}
    counts = {name: count_answers(ASKED, own, POPULATION) for name, own in people.items()}
    loot = loot_of({name: protect_wave(ASKED, own) for name, own in counts.items()})
    # Were the first page made without protection, the later comparison would name who was to be hidden in it.
    bare = as_csv(row.to_json() for row in levels(raw_wave(ASKED, counts["first"])) if row.measure != "score")
    forged = OwnPage(ASKED, bare, loot.waves["first"].response)
    truths = {name: truth(ASKED, own) for name, own in people.items()}
    assert weak_points(Loot({**loot.waves, "first": forged}, loot.comparisons), truths) != []
