"""The attacker against everything that the app hands out about invented waves: nothing about two people or fewer is told."""

import os
from collections.abc import Iterator
from datetime import date

import pytest

from questionnaires.yaml_writer import to_yaml
from tests.analysis.invented import POPULATION, declared, rows
from tests.attacker.attacks import ATTACKS
from tests.attacker.judging import caught_by, together, told_to, weak_points
from tests.attacker.loot import LANGUAGES
from tests.attacker.telling import tell_tales
from tests.surveyapp.releases.stealing import Ground, Town

TRUTHS = int(os.environ.get("TRUTHS", "2"))
"""So many invented towns are attacked; `make attack` asks for hundreds."""
FIRST = int(os.environ.get("FIRST_TRUTH", "0"))
"""The first of them, so that hundreds can be attacked in pieces."""
DAYS = (date(2024, 11, 1), date(2025, 11, 1), date(2026, 11, 1))
EVERYTHING = 4
"""Of one town in so many the pages are read in every language and the report in every kind; of others in one, in turn."""
DECLARED = to_yaml(declared(20))
"""What every second town asks: with margins, and with a question that says who answered the time before."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One app for all towns."""
    made = Ground(tmp_path_factory.mktemp("ground"))
    yield made
    made.app.extensions["engine"].dispose()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TRUTHS))
def test_nothing_about_two_people_or_fewer_can_be_worked_out_from_all_that_is_handed_out(ground: Ground, seed: int) -> None:
    town = Town.settled(ground.cleared(), DECLARED if seed % 2 else None)
    whole = seed % EVERYTHING == 0
    town.languages = LANGUAGES if whole else LANGUAGES[seed % 3 :][:1]
    sizes = [26 + (seed * 7) % 60, 24 + (seed * 11) % 70, 30 + (seed * 5) % 50]
    numbers = []
    for place, (size, day) in enumerate(zip(sizes, DAYS, strict=True)):
        town.takes_in(f"wave {place}", rows(town.asked, 3 * seed + place, size), day, POPULATION)
        numbers += [town.releases(), town.releases("public")] if place else []
    published = [town.publishes(number) for number in numbers[1::2] if whole]
    kinds = ("html", "docx", "pdf") if whole else ("html",)
    loot = town.loot(numbers=numbers, reports=kinds, figures=whole, published=published)
    found = {attack.__name__: list(attack(loot)) for attack in ATTACKS}
    binned = [name for name, wave in loot.waves.items() if any(row["measure"] == "points" and row["n"] for row in wave.rows)]
    least = {"histograms": 3 * len(town.languages) if binned else 0}
    unread = [attack for attack, lines in found.items() if len(lines) < least.get(attack, 3 * len(town.languages))]
    assert unread == [], "a page that cannot be read is no safe one"
    read = together(loot, found.values())
    assert tell_tales(loot) == []
    assert weak_points(loot, town.truths, read=read) == [], caught_by(loot, town.truths)
    for name, truth in town.truths.items():
        for known in ([0], [0, 1], [0, 1, 2, 3]):
            insiders = [town.insider(name, place) for place in known]
            assert told_to(loot, name, truth, insiders, read[name]) == []
