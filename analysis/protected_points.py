"""How many people have how many points of a score, in bins that give back neither a small count nor a hidden answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.point_cuts import cut
from analysis.point_facts import Points, bins_link, guarded_sets, model_of
from analysis.suppression import SMALL, Key, LinkedTable, joined
from analysis.tables import TOWN, PointBin, RawWave, ScoreFigures
from analysis.worlds import Worlds


def with_points(
    wave: RawWave,
    tables: Mapping[str, LinkedTable],
    hidden: frozenset[Key],
    scores: Mapping[str, Mapping[str, ScoreFigures]],
) -> dict[str, Mapping[str, ScoreFigures]]:
    """Return *scores* (as `protected_scores` made them), the town's with bins of points if they give nothing back.

    Mean and deviation stand before bins are looked for, and do not change. A score that shares a question with one that has
    bins has none: the two together would have to be tried.
    """
    found: dict[str, Mapping[str, ScoreFigures]] = {}
    taken: set[str] = set()
    for score in wave.questionnaire.scores:
        figures = scores[score.id]
        bins: tuple[PointBin, ...] = ()
        if figures[TOWN].moments is not None and not taken & set(score.items):
            own = {item: tables[item] for item in score.items}
            bins = safe_bins(wave, Points(score, figures, own, hidden))
            taken |= set(score.items) if bins else set()
        found[score.id] = {**figures, TOWN: replace(figures[TOWN], bins=bins)}
    return found


def safe_bins(wave: RawWave, points: Points) -> tuple[PointBin, ...]:
    """Return the bins of the one way to cut, if none has few people and the attacker makes nothing of them.

    What is published, with the bins, decides alone: towns of which the same is published all have bins, or none has.
    """
    shown = points.figures[TOWN].moments
    model = model_of(wave, points)
    if model is None or shown is None or not shown.variance:
        return ()
    counts = points.histogram(wave)
    chosen = cut(len(points.score.items), shown.n, shown.mean, math.sqrt(shown.variance)) or ()
    bins = tuple(PointBin(low, high, sum(counts[low : high + 1])) for low, high in chosen)
    if not bins or not all(part.count > SMALL for part in bins):
        return ()
    return () if _tells(points, model, bins) else bins


def _tells(points: Points, model: LinkedTable, bins: Sequence[PointBin]) -> bool:
    """Say whether *bins* give anything back: a small count of the town, a hidden answer, or more of a group than before.

    No true value of the town, of a group or of a hidden answer is looked at: else that bins were shown would tell for which
    values they are. So nothing may be given back whatever is true within what is published.
    """
    sets = joined([model, guarded_sets(points.score.id, bins, model)])
    tables = joined([*points.tables.values(), sets])
    hidden = points.hidden | sets.cells.keys()
    before, after = Worlds(tables, hidden), Worlds(joined([tables], bins_link(points.score.id, bins)), hidden)
    of_points = _of_town(sets)
    return (
        any(after.told(of_points, before, _somebody(of_points)))
        or any(after.told(points.hidden_answers, before))
        or any(after.told(points.of_groups(model), before, ()))
    )


def _of_town(sets: LinkedTable) -> list[Key]:
    return [key for key, cell in sets.cells.items() if cell.guarded and key[1] == TOWN]


def _somebody(of_points: Sequence[Key]) -> list[Key]:
    """Return the counts in which somebody knows to stand: those of one number of points."""
    return [key for key in of_points if key[2].startswith("=")]
