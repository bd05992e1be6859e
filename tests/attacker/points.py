"""What is known of the points of a score: how many people have how many, and which questions those had right."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scipy import special

from questionnaires.survey_types import Score
from tests.attacker.knowledge import Facts, Name
from tests.attacker.lines import TOWN, Line

People = tuple[Mapping[str, int], Mapping[str, int]]
"""Respondents and population by stratum, as they are told."""


def tell_points(facts: Facts, score: Score, groups: Sequence[str], lines: Iterable[Line], people: People) -> None:
    """Add to *facts* what the *lines* about a score tell: means with deviations, and people by points."""
    own = list(lines)
    means = [line for line in own if line.measure == "score" and line.plain and line.n and line.n[0] == line.n[1]]
    for line in means:
        n = line.n[0] if line.n else 0
        _dealt_out(facts, score, line.stratum, n)
        _mean(facts, line, _points(score, line.stratum), people[1].get(line.stratum))
        for alpha in (each for each in own if (each.measure, each.stratum) == ("reliability", line.stratum)):
            _alpha(facts, score, line, alpha, people[0].get(line.stratum, n) - n)
    if any(line.stratum == TOWN and line.n and line.n[0] == people[0].get(TOWN) for line in means):
        _of_groups(facts, score, groups, people[0])
    for line in own:
        if line.measure == "points" and line.choices and means:
            _bin(facts, score, line)


def at(score: str, stratum: str, value: int) -> Name:
    """Return the name of how many people of a stratum have so many points."""
    return (score, stratum, f"={value}")


def runs(score: Score) -> Iterator[tuple[Name, tuple[int, ...]]]:
    """Yield every run of numbers of points in the town, and all but a run, with a name of its own and the numbers in it."""
    every = range(len(score.items) + 1)
    for low in every:
        for high in every[low + 1 :]:
            inside = tuple(value for value in every if low <= value <= high)
            rest = tuple(value for value in every if value not in inside)
            yield (score.id, TOWN, f"={low}..{high}"), inside
            if len(rest) > 1:
                yield (score.id, TOWN, f"=but {low}..{high}"), rest


def values_and_runs(score: Score) -> list[Name]:
    """Return the name of every number of points in the town, and of every run of them."""
    return [*(at(score.id, TOWN, value) for value in range(len(score.items) + 1)), *(name for name, _ in runs(score))]


def tell_runs(facts: Facts, score: Score) -> None:
    """Give every run of points a name that can be asked for."""
    for name, values in runs(score):
        facts.total([at(score.id, TOWN, value) for value in values], 0, minus=name)


def _dealt_out(facts: Facts, score: Score, stratum: str, n: float | None) -> None:
    """Note that everybody has some points, and as many questions right; of *n* people with a score, where that is known."""
    points = [facts.unknown(at(score.id, stratum, value)) for value in range(len(score.items) + 1)]
    if n is not None:
        facts.total(points, n)
    right: dict[tuple[str, int], Name] = {}
    for item in score.items:
        for value, name in enumerate(points):
            right[item, value] = facts.unknown(("right", score.id, item, stratum, str(value)))
            facts.total([right[item, value]], -math.inf, 0, minus=name)
        everyone = facts.limits.get((item, stratum, "all"), (n, n))[1]
        lost = 0 if n is None or everyone is None or math.isinf(everyone) else n - everyone
        facts.total([right[item, value] for value in range(len(points))], lost, 0, minus=(item, stratum, "right"))
    for value, name in enumerate(points):
        facts.weighted({**{right[item, value]: 1.0 for item in score.items}, name: -float(value)}, 0, 0)


def _of_groups(facts: Facts, score: Score, groups: Sequence[str], respondents: Mapping[str, int]) -> None:
    """Note that the groups' points add up to the town's, where everybody who answered has a score."""
    for group in groups:
        _dealt_out(facts, score, group, respondents.get(group))
    for value in range(len(score.items) + 1):
        if groups:
            facts.total([at(score.id, group, value) for group in groups], 0, minus=at(score.id, TOWN, value))


def _bin(facts: Facts, score: Score, line: Line) -> None:
    names = [at(score.id, line.stratum, int(value)) for value in line.choices]
    if line.count:
        facts.total(names, *line.count)
    if line.level:
        everybody = [at(score.id, line.stratum, value) for value in range(len(score.items) + 1)]
        for end, (low, high) in zip(line.level, ((0.0, math.inf), (-math.inf, 0.0)), strict=True):
            facts.weighted({name: float(name in names) - end for name in everybody}, low, high)


def _points(score: Score, stratum: str) -> Mapping[Name, float]:
    return {at(score.id, stratum, value): float(value) for value in range(len(score.items) + 1)}


def _sums(line: Line) -> range:
    """Return how many points in all a mean allows."""
    if line.n is None or line.level is None:
        return range(0)
    return range(math.ceil(line.n[0] * line.level[0] - 1e-6), math.floor(line.n[0] * line.level[1] + 1e-6) + 1)


def _mean(facts: Facts, line: Line, points: Mapping[Name, float], population: int | None) -> None:
    """Mean with deviation: so many points in all, and squares that come out as published."""
    sums = _sums(line)
    if line.n is None or not sums:
        return
    facts.weighted(points, sums[0], sums[-1])
    deviation = _deviation(line, line.n[0], population)
    if deviation:
        _squares(facts, line, points, sums, deviation)


def _alpha(facts: Facts, score: Score, mean: Line, alpha: Line, missing: float) -> None:
    """Alpha with the counts of right answers: it gives back the deviation, where the range of the mean does not."""
    if mean.n is None or alpha.level is None or not _sums(mean):
        return
    n, items = mean.n[0], len(score.items)
    known = [facts.limits.get((item, mean.stratum, "right"), (0.0, n)) for item in score.items]
    right = [(max(0.0, low - missing), min(high, n)) for low, high in known]
    own = [
        sum(end(x * (n - x) for x in (low, high, min(max(n / 2, low), high))) / (n * (n - 1)) for low, high in right)
        for end in (min, max)
    ]
    fewest = sum(low > 0 and high < n for low, high in right)
    spread = [
        each / (1 - level * (left - 1) / left)
        for each in own
        for level in alpha.level
        for left in (fewest, items)
        if left > 1 and level * (left - 1) < left
    ]
    if spread and fewest > 1:
        deviation = max(0.0, math.sqrt(min(spread)) - 0.05 - 1e-6), math.sqrt(max(spread)) + 0.05 + 1e-6
        _squares(facts, mean, _points(score, mean.stratum), _sums(mean), deviation)


def _deviation(line: Line, n: float, population: int | None) -> tuple[float, float] | None:
    """Return what the range of a mean tells of the deviation behind it, which was rounded to a tenth."""
    if line.spread is None or n <= 1 or line.spread[1] < 0:
        return None
    unseen = 1 - n / population if population and population >= n else 1.0
    if unseen == 0:
        return None
    scale = math.sqrt(n / unseen) / 2 / float(special.stdtrit(n - 1, 0.975))
    least, most = (round(width * scale, 1) for width in line.spread)
    return max(0.0, least - 0.05), most + 0.05


def _squares(
    facts: Facts, line: Line, points: Mapping[Name, float], sums: Iterable[int], deviation: tuple[float, float]
) -> None:
    """Note, for each sum of points that the mean allows, what the deviation then says of the sum of squares."""
    if line.n is None:
        return
    n = line.n[0]
    chosen = {total: facts.unknown(("score", line.item, line.stratum, "sum", str(total)), 0, 1) for total in sums}
    facts.total(chosen.values(), 1)
    facts.weighted({**points, **{name: -total for total, name in chosen.items()}}, 0, 0)
    squares = {name: value**2 for name, value in points.items()}
    low, high = ((n - 1) * end**2 for end in deviation)
    facts.weighted({**squares, **{name: -(low + total**2 / n) for total, name in chosen.items()}}, -1e-3, math.inf)
    facts.weighted({**squares, **{name: -(high + total**2 / n) for total, name in chosen.items()}}, -math.inf, 1e-3)
