"""What somebody can work out from everything that is published about two waves."""

from collections.abc import Mapping
from typing import Any

import pytest

from analysis.compare import compare_public
from analysis.counts import WaveCounts, count_answers, counts_under
from analysis.disclosure import PublicWave, protect_wave
from analysis.levels import levels, public_levels
from analysis.tables import raw_wave
from questionnaires.survey_types import Item, Questionnaire
from tests.analysis.attacker import Facts, add_levels, counts_of, facts_of
from tests.analysis.invented import POPULATION, questionnaire, rows

ASKED = questionnaire()
NOBODY = "nobody"


def published(before: WaveCounts, after: WaveCounts) -> list[dict[str, Any]]:
    return list(compare_public(protect_wave(ASKED, before), protect_wave(ASKED, after)).to_json())


def truth(asked: Questionnaire, counts: WaveCounts, item: Item, stratum: str) -> Mapping[str, int]:
    node = next(node for node in asked.strata.walk() if node.id == stratum)
    own = counts_under(counts, asked, node).items[item.id]
    if item.kind == "knowledge":
        right = own.options[item.correct or ""]
        return {"right": right, "others": own.seen - right}
    numbers = {**own.options, "silent": own.seen - own.answered}
    if item.kind == "likert":
        inside = own.answered - sum(own.options[choice.id] for choice in item.choices if choice.outside_base)
        favourable = sum(own.options[choice] for choice in item.favourable)
        numbers |= {"favourable": favourable, "others": inside - favourable}
    return {column: numbers[column] for column in counts_of(item)} | {f"={choice}": n for choice, n in own.options.items()}


def shown_strata(item: Item, published_rows: list[dict[str, Any]], wave: str) -> set[str]:
    """Return the strata of which anything is told beyond that they are too small, or too few for detail."""
    untold = ("base", "detail", "condition")
    own = [row for row in published_rows if row["item"] == item.id and row["measure"] != "superiority"]
    return {row["stratum"] for row in own if row[f"hidden_{wave}"] not in untold}


def weak_points(facts: Facts, counts: WaveCounts, published_rows: list[dict[str, Any]], wave: str) -> list[str]:
    found = []
    for item in ASKED.asked:
        if item.id == ASKED.stratum_item:
            continue
        for stratum in shown_strata(item, published_rows, wave):
            for column, people in truth(ASKED, counts, item, stratum).items():
                if people > 2 or (item.id, stratum, column) not in facts.limits:
                    continue
                low, high = facts.range_of((item.id, stratum, column))
                assert low <= people <= high, "the attacker's picture must hold the truth"
                if low > 0 or high < 2:
                    found.append(f"{item.id} {stratum} {column}: {people} is within {low}-{high}")
    return found


@pytest.mark.parametrize("seed", range(60))
def test_nobody_can_tell_a_count_of_0_1_or_2_from_its_like(seed: int) -> None:
    sizes = [26 + (seed * 7) % 60, 24 + (seed * 11) % 70]
    waves = {
        name: count_answers(ASKED, rows(ASKED, 2 * seed + place, sizes[place]), POPULATION)
        for place, name in enumerate(("before", "after"))
    }
    everything = published(waves["before"], waves["after"])
    for name, counts in waves.items():
        assert weak_points(facts_of(ASKED, everything, name), counts, everything, name) == []


def shown_alone(wave: PublicWave) -> list[dict[str, Any]]:
    return [row.to_json() for row in public_levels(wave)]


@pytest.mark.parametrize("seed", range(25))
def test_a_wave_by_itself_and_its_later_comparisons_together_tell_no_more(seed: int) -> None:
    sizes = [26 + (seed * 7) % 60, 24 + (seed * 11) % 70, 30 + (seed * 5) % 50]
    counts = [count_answers(ASKED, rows(ASKED, 3 * seed + place, size), POPULATION) for place, size in enumerate(sizes)]
    first, second, third = (protect_wave(ASKED, each) for each in counts)
    # The baseline's own page comes first; then it is compared, first with the second wave and a year later with the third.
    pages = [list(compare_public(first, later).to_json()) for later in (second, third)]
    facts = add_levels(Facts(), ASKED, shown_alone(first))
    assert weak_points(facts, counts[0], pages[0], "before") == []
    for page in pages:
        seen_there = facts_of(ASKED, page, "before")
        for name, (low, high) in seen_there.limits.items():
            facts.unknown(name, low, high)
        facts.sums += seen_there.sums
        assert weak_points(facts, counts[0], page, "before") == []


def test_the_attacker_is_not_blind() -> None:
    counts = count_answers(ASKED, rows(ASKED, 3, 60), POPULATION)
    later = count_answers(ASKED, rows(ASKED, 4, 60), POPULATION)
    page = published(counts, later)
    # Were the first page made without protection, the later comparison would name who was to be hidden in it.
    open_page = [row.to_json() for row in levels(raw_wave(ASKED, counts)) if row.measure != "score"]
    assert weak_points(add_levels(facts_of(ASKED, page, "before"), ASKED, open_page), counts, page, "before") != []
