"""The traps into which publishers of small tables fall, each set for the app: the attacker gets out of it with nothing.

Beside each stands what a publisher tells who hides small counts alone: there the same attacker gets through.
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from analysis.counts import count_answers
from analysis.levels import levels
from analysis.tables import raw_wave
from surveyapp.core.command import RefusedError
from surveyapp.survey.importing.import_problems import ImportRefusedError
from tests.analysis.invented import POPULATION, Row
from tests.attacker.judging import caught_by, weak_points
from tests.attacker.loot import Loot
from tests.attacker.telling import shown_twice, tell_tales
from tests.surveyapp.releases.stealing import Town

DAY = date(2025, 11, 1)
ROLES = {"education": ("teacher", "preschool"), "protection": ("police", "court", "social")}
Change = Callable[[int, str, dict[str, tuple[str, ...]]], None]
"""Gets the number of a person from 0 and their group; changes their answers."""


def people(change: Change, education: int = 32, protection: int = 32, seed: int = 1) -> list[Row]:
    """Two groups of invented people who answer anyhow, but for what a trap wants."""
    chance = random.Random(seed)  # noqa: S311 - invented answers must be the same on every run
    found: list[Row] = []
    for group, size in (("education", education), ("protection", protection)):
        for number in range(size):
            role = ROLES[group][number % len(ROLES[group])]
            answers: dict[str, tuple[str, ...]] = {"role": (role,)}
            answers |= {item: (chance.choice("ab"),) for item in ("k_one", "k_two", "k_three")}
            answers |= {item: (chance.choice("12345"),) for item in ("a_plain", "a_turned", "useful")}
            answers |= {"trained": ("yes",), "source": (chance.choice(("law", "colleague", "web")),)}
            answers |= {"topics": tuple(topic for topic in ("signs", "talk", "web") if chance.random() < 0.5) or ("none",)}
            change(number, group, answers)
            if answers["trained"] != ("yes",):
                answers.pop("useful", None)
            found.append((role, answers))
    return found


def one_hidden_group(number: int, group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """One of the small group has it right, two of the large one have not: only the small group would be hidden."""
    answers["k_one"] = ("a",) if (number == 0) == (group == "protection") else ("b",)


def two_people_less(number: int, group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """Two people of one group are not asked what everybody else is asked."""
    if number < 2 and group == "protection":
        answers["trained"] = ("no",)


def one_silent(number: int, group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """One person leaves a question out."""
    if number == 0 and group == "education":
        answers.pop("a_turned")


def all_agree(number: int, group: str, answers: dict[str, tuple[str, ...]]) -> None:
    """All of a group answer alike, and the other group does not."""
    if group == "protection":
        answers |= {"k_two": ("b",), "a_plain": ("5",), "trained": ("yes",), "topics": ("signs",), "source": ("law",)}
    elif number % 2:
        answers |= {"k_two": ("a",), "a_plain": ("1",), "trained": ("no",), "topics": ("talk",)}


TRAPS: dict[str, tuple[Change, int, int, str]] = {
    "one hidden group only": (one_hidden_group, 40, 12, "k_one/protection/right: 1 is within 1-1"),
    "a hidden group of six": (one_hidden_group, 40, 6, "k_one/protection/right: 1 is within 1-1"),
    "filters that differ by two people": (two_people_less, 32, 32, "trained/protection/no: 2 is within 2-2"),
    "an item answered by all but one": (one_silent, 32, 32, "a_turned/education/silent: 1 is within 0-1"),
    "all of a profession agreeing": (all_agree, 32, 32, "k_two/protection/others: 0 is within 0-0"),
    "all of a small profession agreeing": (all_agree, 34, 12, "a_plain/protection/others: 0 is within 0-0"),
}
"""What was answered, by how many in each group, and what somebody who hides small counts alone tells."""


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_gives_nobody_away_but_would_where_small_counts_alone_are_hidden(one_app: Flask, trap: str) -> None:
    change, education, protection, told = TRAPS[trap]
    town = Town.settled(one_app)
    town.takes_in("first", people(change, education, protection), DAY, POPULATION)
    loot = town.loot(numbers=[town.releases(), town.releases("public")], reports=("html",))
    assert tell_tales(loot) == []
    assert weak_points(loot, town.truths) == [], caught_by(loot, town.truths)
    assert f"first: {told}" in weak_points(hiding_small_counts_alone(town, loot, "first"), town.truths)


def hiding_small_counts_alone(town: Town, loot: Loot, name: str) -> Loot:
    """What would be handed out by somebody who hides counts of 0 to 2 and what is computed from them, and nothing else."""
    counts = count_answers(town.asked, town.people[name], POPULATION)
    rows = [row.to_json() for row in levels(raw_wave(town.asked, counts)) if row.measure not in {"score", "distribution"}]
    blank = dict.fromkeys(("count", "level", "low", "high", "people_low", "people_high", "least", "most"))
    rows = [row | blank if int(row["count"] or 0) <= 2 else row for row in rows]
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    by_group = [sum(role in roles for role, _ in town.people[name]) for roles in ROLES.values()]
    told = "\n".join(f"{stratum},{n}," for stratum, n in zip(("*", *ROLES), (sum(by_group), *by_group), strict=True))
    response = f"stratum,respondents,population\n{told}\n".encode()
    own = replace(loot.waves[name], levels=file.getvalue().encode(), response=response, pages={})
    return Loot(waves={name: own})


def test_a_wave_cannot_be_reopened_for_one_answer_more(one_app: Flask) -> None:
    town = Town.settled(one_app)
    everybody = people(lambda *_: None)
    town.takes_in("first", everybody, DAY, POPULATION)
    early = town.loot(numbers=[town.releases()])
    for name in ("first", "second"):  # under its own name, and as if it were another one
        with pytest.raises((ImportRefusedError, RefusedError)):
            town.takes_in(name, [*everybody, ("teacher", everybody[0][1])], DAY, POPULATION)
    late = town.loot(numbers=[town.releases()])
    both = replace(late, releases=(*early.releases, *late.releases))
    assert early.waves["first"].levels == late.waves["first"].levels
    assert tell_tales(both) == []
    assert weak_points(both, town.truths) == []
    reopened = early.releases[0].files["json"].replace(b'"seen",64,', b'"seen",65,')
    assert list(shown_twice(replace(both, releases=(*early.releases, replace(early.releases[0], files={"json": reopened})))))


def test_a_stale_page_beside_all_that_came_later_tells_no_more(one_app: Flask) -> None:
    town = Town.settled(one_app)
    town.takes_in("first", people(one_silent), DAY, POPULATION)
    stale = town.loot(numbers=[town.releases()])
    town.takes_in("second", people(all_agree, 34, 12, seed=2), date(2026, 11, 1), POPULATION)
    late = town.loot(numbers=[town.releases()])
    beside = replace(late, waves={**late.waves, **stale.waves}, releases=(*stale.releases, *late.releases))
    assert list(shown_twice(beside)) == []
    assert weak_points(beside, town.truths) == [], caught_by(beside, town.truths)
    page = town.group.get(f"/results/survey/{town.ids['first']}")
    assert page.headers["Cache-Control"] == "no-store", "no proxy and no browser keeps it for the next reader"
