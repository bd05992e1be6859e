"""Weights for two known margins at once (raking), the ratio of weights capped, with Kish's effective number of answers.

Only for a town where a second margin (say, years of experience) is known beside the professions; with one margin
post-stratification (`estimates.poststratified_share`) does the same without iterating. Counts in, no respondent seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.estimates import Interval, ShareEstimate, check_count, score_limits

Floats = NDArray[np.float64]
Cells = Sequence[Sequence[int]]

LARGEST_RATIO = 3.0
_CLOSE = 1e-10
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Raked:
    """One weight per cell (rows by columns, 0 where nobody answered); people they stand for add up to the population.

    ``effective_n`` is Kish's. ``capped`` says that the ratio of weights was cut to the cap; ``gap`` is then the largest
    number of people by which a weighted margin misses its total.
    """

    weights: tuple[tuple[float, ...], ...]
    effective_n: float
    capped: bool
    gap: float


def rake(answered: Cells, rows: Sequence[int], columns: Sequence[int]) -> Raked | None:
    """Return weights that give the answers of each cell the known totals of *rows* and *columns* (people).

    Iterative proportional fitting, then weights cut so that the largest is at most three times the smallest and all still
    add up to the population. None if a row or column with people has no answers, or no weights meet both margins: merge
    beforehand. Source: Deming and Stephan (1940), Ann. Math. Stat. 11, 427-444; cap: Potter (1990), Proc. ASA Surv. Res.
    Methods, 225-230. ValueError if the margins disagree or more answered than there are people.
    """
    cells = _checked(answered, rows, columns)
    totals = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    if not cells.any() or any(bool(np.any((cells.sum(axis=1 - side) == 0) & (totals[side] > 0))) for side in (0, 1)):
        return None
    weights = _fitted(cells, totals)
    if weights is None:
        return None
    filled = cells > 0
    capped = bool(weights[filled].max() > LARGEST_RATIO * weights[filled].min() * (1 + _CLOSE))
    if capped:
        weights = _cut(weights, cells, float(totals[0].sum()))
    gap = max(float(np.abs((weights * cells).sum(axis=1 - side) - totals[side]).max()) for side in (0, 1))
    people = float((weights * cells).sum())
    effective = people**2 / float((weights**2 * cells).sum())
    return Raked(tuple(tuple(float(w) for w in row) for row in weights), effective, capped, gap if capped else 0.0)


def _checked(answered: Cells, rows: Sequence[int], columns: Sequence[int]) -> Floats:
    if sum(rows) != sum(columns):
        raise ValueError(f"the rows have {sum(rows)} people, the columns {sum(columns)}: both margins count the same people")
    if [len(row) for row in answered] != [len(columns)] * len(rows):
        raise ValueError(f"{len(rows)} rows and {len(columns)} columns of people, but a table of another shape: give each cell")
    cells = np.asarray(answered, dtype=np.float64).reshape(len(rows), len(columns))
    for size in cells.flat:
        check_count(0, int(size))
    for side, totals in enumerate((rows, columns)):
        for given, people in zip(cells.sum(axis=1 - side), totals, strict=True):
            check_count(0, int(given), people)
    return cells


def _fitted(cells: Floats, totals: tuple[Floats, Floats]) -> Floats | None:
    """Return the weights of iterative proportional fitting; None where it does not settle."""
    weights = (cells > 0).astype(np.float64)
    for _ in range(_ROUNDS):
        for side in (0, 1):
            found = (weights * cells).sum(axis=1 - side)
            step = np.divide(totals[side], found, out=np.zeros_like(found), where=found > 0)
            weights = weights * (step[:, None] if side == 0 else step[None, :])
        if np.abs((weights * cells).sum(axis=1) - totals[0]).max() < _CLOSE * totals[0].sum():
            return weights
    return None


def _cut(weights: Floats, cells: Floats, people: float) -> Floats:
    """Return the weights cut to [floor, 3 floor], with the floor at which they add up to all *people*."""
    filled = cells > 0
    low, high = 0.0, float(weights[filled].max())
    while high - low > _CLOSE * high:
        floor = (low + high) / 2
        if float((np.clip(weights, floor, LARGEST_RATIO * floor) * cells).sum()) < people:
            low = floor
        else:
            high = floor
    return np.where(filled, np.clip(weights, high, LARGEST_RATIO * high), 0.0)


def raked_share(having: Cells, answered: Cells, raked: Raked) -> ShareEstimate | None:
    """Return the share of *having* among *answered* under the weights of `rake`, with Wilson's limits at Kish's n and fpc.

    Take the weights from the table of exactly these *answered*. None if nobody answered; no interval at an effective n of
    one; zero width when everybody answered. ValueError unless 0 <= having <= answered in each cell.
    Source: Deming and Stephan (1940), Ann. Math. Stat. 11, 427-444; interval: Korn and Graubard (1998), Survey Methodology
    24, 193-201, with Kish (1965), Survey Sampling, section 11.7.
    """
    n, yes, everybody = 0, 0.0, 0.0
    for traits, sizes, weights in zip(having, answered, raked.weights, strict=True):
        for x, size, weight in zip(traits, sizes, weights, strict=True):
            check_count(x, size)
            yes, everybody, n = yes + weight * x, everybody + weight * size, n + size
    if not n:
        return None
    share = min(1.0, yes / everybody)
    people = round(everybody)
    if n >= people:
        return ShareEstimate(share, Interval(share, share))
    if n == 1:
        return ShareEstimate(share, None)
    worth = raked.effective_n
    return ShareEstimate(share, score_limits(share, worth * (people - 1) / (people - worth)))
