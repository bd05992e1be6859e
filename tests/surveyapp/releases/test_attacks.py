"""The attacker against everything that the app hands out about invented waves: nothing about two people or fewer is told."""

import os
from datetime import date

import pytest
from flask import Flask

from tests.analysis.invented import POPULATION, rows
from tests.attacker.attacks import ATTACKS
from tests.attacker.judging import caught_by, learnt, told_to, weak_points
from tests.attacker.telling import tell_tales
from tests.surveyapp.releases.stealing import Town

TRUTHS = int(os.environ.get("TRUTHS", "2"))
"""So many invented towns are attacked; `make attack` asks for hundreds."""
DAYS = (date(2024, 11, 1), date(2025, 11, 1), date(2026, 11, 1))


@pytest.mark.parametrize("seed", range(TRUTHS))
def test_nothing_about_two_people_or_fewer_can_be_worked_out_from_all_that_is_handed_out(sqlite_app: Flask, seed: int) -> None:
    town = Town.settled(sqlite_app)
    sizes = [26 + (seed * 7) % 60, 24 + (seed * 11) % 70, 30 + (seed * 5) % 50]
    numbers = []
    for place, (size, day) in enumerate(zip(sizes, DAYS, strict=True)):
        town.takes_in(f"wave {place}", rows(town.asked, 3 * seed + place, size), day, POPULATION)
        numbers += [town.releases(), town.releases("public")] if place else []
    loot = town.loot(numbers=numbers, reports=("html", "docx", "pdf") if seed % 4 == 0 else ("html",))
    assert [attack.__name__ for attack in ATTACKS if len(list(attack(loot))) < 10] == [], (
        "a page that cannot be read is no safe one"
    )
    assert tell_tales(loot) == []
    assert weak_points(loot, town.truths) == [], caught_by(loot, town.truths)
    read = learnt(loot)
    for name, truth in town.truths.items():
        for known in ([0], [0, 1], [0, 1, 2, 3]):
            insiders = [town.insider(name, place) for place in known]
            assert told_to(loot, name, truth, insiders, read[name]) == []
