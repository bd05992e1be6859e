"""Ordered answers of the people who work here: the probability of a higher later answer over groups, with fpc.

`change.superiority_estimate` asks of the next colleagues, without population; this one asks of these people, groups weighted.
"""

import math
from collections.abc import Sequence

from scipy import special

from analysis.change import Superiority, satterthwaite, superiority
from analysis.estimates import ALPHA, Interval, check_count, moments

Tables = Sequence[Sequence[int]]


def stratified_superiority(
    tables1: Tables, population1: Sequence[int], tables2: Tables, population2: Sequence[int]
) -> Superiority | None:
    """Return the probability (0-1) that a later answer is higher among all people of two waves, ties counted half.

    One frequency table over the same ordered options per stratum and wave, weighted N_h / n_h; variance of the placements
    within strata with fpc; logit interval on Satterthwaite's degrees of freedom, zero width when everybody answered twice.
    None if a stratum with people has no answer or a wave is empty; no interval for one answer out of several people, or
    where the waves are all tied or fully separated. ValueError if more answered than there are people.
    Source: Lumley and Scott (2013), Biometrika 100, 831-842, for ranks; Brunner and Munzel (2000), Biom. J. 42, 17-25.
    """
    first, second = _weighted(tables1, population1), _weighted(tables2, population2)
    if first is None or second is None:
        return None
    probability = superiority(first, second)
    if probability is None:
        return None
    parts = [*_parts(tables1, population1, second), *_parts(tables2, population2, first)]
    if all(variance == 0.0 and census for variance, _, census in parts):
        return Superiority(probability, 0.0, None, Interval(probability, probability))
    known = [variance for variance, _, _ in parts if variance is not None]
    if len(known) < len(parts):
        return Superiority(probability, None, None, None)
    error = math.sqrt(sum(known))
    freedom = satterthwaite(known, [freedom for _, freedom, _ in parts])
    if freedom is None or not 0 < probability < 1:
        return Superiority(probability, error, freedom, None)
    centre = float(special.logit(probability))
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error / (probability * (1 - probability))
    limits = Interval(float(special.expit(centre - half)), float(special.expit(centre + half)))
    return Superiority(probability, error, freedom, limits)


def _weighted(tables: Tables, population: Sequence[int]) -> list[float] | None:
    """Return how many people of the population stand behind each option; None if a stratum with people has no answer."""
    if len({len(table) for table in tables}) != 1:
        raise ValueError("the groups have no or different options: give one count per option of the same item for each group")
    total: list[float] = [0.0] * len(tables[0])
    for table, people in zip(tables, population, strict=True):
        check_count(0, sum(table), people)
        if people and not sum(table):
            return None
        for option, count in enumerate(table):
            total[option] += count * people / max(1, sum(table))
    return total


def _parts(tables: Tables, population: Sequence[int], other: Sequence[float]) -> list[tuple[float | None, int, bool]]:
    """Return each stratum's part of the variance (None for one answer of several people), its freedom, whether all answered."""
    everybody = sum(population)
    below = 0.0
    places = []
    for people in other:
        places.append((below + people / 2) / sum(other))
        below += people
    found: list[tuple[float | None, int, bool]] = []
    for table, people in zip(tables, population, strict=True):
        sample = moments(places, table)
        if sample is None:
            continue
        if sample.n == people:
            found.append((0.0, 1, True))
        elif sample.variance is None:
            found.append((None, 1, False))
        else:
            variance = (people / everybody) ** 2 * (1 - sample.n / people) * sample.variance / sample.n
            found.append((variance, sample.n - 1, False))
    return found
