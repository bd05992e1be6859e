"""Two waves compared item by item, from tables before or after disclosure control alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from analysis import compare_margins, compare_overlap, steps
from analysis.compare_overlap import AnsweredTwice, answered_twice
from analysis.compare_rows import Base, ComparisonRow, Effect, Family, Json, Measure, column_of, measures_of
from analysis.compare_scores import ScoreSide, common_bins, score_numbers, score_side, superiority_numbers
from analysis.compare_shares import ShareSide, counts_everybody, share_numbers, share_side
from analysis.counts import common_strata
from analysis.disclosure import PublicWave
from analysis.matching import Cut, Pairing, ScorePairing, match_items, match_scores
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.tables import TOWN, Reason, StratumFigures, WaveTables, outside_choices
from analysis.verdicts import Verdict
from questionnaires.survey_types import Item, Questionnaire

FEWEST_ANSWERS: Final = 10
"""With fewer answers in either wave there is no verdict, only "too few answers to compare"."""
_LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class PublicComparison:
    """The comparison of two waves that may be shown; made of nothing but `PublicWave`."""

    before: PublicWave
    after: PublicWave
    rows: tuple[ComparisonRow, ...]
    twice: AnsweredTwice | None = None

    def to_json(self) -> list[dict[str, Json]]:
        """Return the rows as the published list of objects."""
        return [row.to_json() for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Line:
    """What one row is about."""

    measure: Measure
    choice: str | None
    stratum: str
    cut: Cut | None


def compare_public(
    before: PublicWave, after: PublicWave, between: Sequence[Questionnaire] = (), *, neighbours: bool = True
) -> PublicComparison:
    """Compare two waves that have passed disclosure control; every row is computed from what is visible in them.

    *between* are the versions of the questionnaire that lie between the two (see `match_items`); *neighbours* as in `compare`.
    """
    if not isinstance(before, PublicWave) or not isinstance(after, PublicWave):
        raise TypeError("only waves that have passed disclosure.protect() may be compared here")
    rows = without_p(compare(before, after, between, neighbours=neighbours))
    return PublicComparison(before, after, rows, answered_twice(before, after) if neighbours else None)


def compare(
    before: WaveTables, after: WaveTables, between: Sequence[Questionnaire] = (), *, neighbours: bool = True
) -> tuple[ComparisonRow, ...]:
    """Return a row per item x choice x stratum x measure, in the order of the later questionnaire, scores last.

    Items that may not be compared keep their levels and have the verdict ``not_comparable``. The headline items' town rows
    are corrected together by Holm, every other family by Benjamini and Hochberg. "Did you answer the time before?" speaks of
    these two waves only if they are *neighbours*: no other wave lies between them.
    """
    asked = (before.questionnaire, after.questionnaire, between)
    twice = answered_twice(before, after) if neighbours else None
    rows = [row for pair in steps.each("compare", match_items(*asked)) for row in _item_rows(before, after, pair, twice)]
    for scores in match_scores(*asked):
        rows += _score_rows(before, after, scores, twice)
    return _judged(rows)


def _strata(before: WaveTables, after: WaveTables, cut: Cut | None) -> Iterator[tuple[str, Cut | None]]:
    """Yield the town and the later wave's groups, with the reason where the earlier wave has no such group."""
    common = (TOWN, *common_strata(before.questionnaire, after.questionnaire))
    for name in after.strata:
        yield name, cut or (None if name in common else "asked_of_others")


def _item_rows(before: WaveTables, after: WaveTables, pair: Pairing, twice: AnsweredTwice | None) -> Iterator[ComparisonRow]:
    sides = ((before, pair.before), (after, pair.after))
    of_seen = counts_everybody(pair.item, [wave.items[item.id] for wave, item in sides if item])
    for stratum, cut in _strata(before, after, pair.cut):
        for measure, choice in _measures(pair):
            line = _Line(measure, choice, stratum, cut)
            if measure == "superiority":
                yield _superiority_row(before, after, pair, line)
            else:
                both = twice if stratum == TOWN and cut is None else None
                yield _share_row(before, after, pair, line, both, of_seen=of_seen)


def _measures(pair: Pairing) -> list[tuple[Measure, str | None]]:
    """Return the measures and choices of the later item, then those that only the earlier one had."""
    found = [line for item in (pair.after, pair.before) if item for line in measures_of(item)]
    return list(dict.fromkeys(found))


def _share_row(
    before: WaveTables, after: WaveTables, pair: Pairing, line: _Line, twice: AnsweredTwice | None, *, of_seen: bool
) -> ComparisonRow:
    outside = line.choice is not None and line.choice in outside_choices(pair.item)
    first, second = (
        _share_side(wave, item, line, of_seen=of_seen or outside) for wave, item in ((before, pair.before), (after, pair.after))
    )
    numbers, method = share_numbers(first, second, compared=line.cut is None)
    if line.cut is None:
        numbers |= compare_margins.of_share(first, second, None if outside else compare_margins.share_margin(pair))
        numbers |= compare_overlap.of_share(first, second, twice)
    extra: dict[str, Any] = {
        "count_before": first.x,
        "count_after": second.x,
        "band_before": first.band,
        "band_after": second.band,
    }
    family = _family(pair.item, line, outside=outside)
    base: Base = "seen" if of_seen or outside else "answered"
    return _row(pair.item.id, line, (first, second), numbers | extra, family=family, method=method, base=base)


def _share_side(wave: WaveTables, item: Item | None, line: _Line, *, of_seen: bool) -> ShareSide:
    if item is None or line.stratum not in wave.strata or (line.measure, line.choice) not in measures_of(item):
        return ShareSide()
    column = column_of(line.measure, line.choice)
    return share_side(wave, wave.items[item.id], line.stratum, column, of_seen=of_seen)


def _superiority_row(before: WaveTables, after: WaveTables, pair: Pairing, line: _Line) -> ComparisonRow:
    """Return the row of a likert item's distribution; it has no levels of its own, so nothing without both waves."""
    sides = [
        wave.items[item.id].strata[line.stratum]
        if item and item.counted_as == "likert" and line.stratum in wave.strata
        else None
        for wave, item in ((before, pair.before), (after, pair.after))
    ]
    common = common_bins(pair.item, sides[0], sides[1]) if line.cut is None and sides[0] and sides[1] else None
    people = [wave.response[line.stratum].population if line.stratum in wave.strata else None for wave in (before, after)]
    first, second = (
        ShareSide(n=n, population=people[at], hidden=None if common or line.cut else _no_distribution(part))
        for at, (part, n) in enumerate(zip(sides, [sum(f) for f in common[:2]] if common else [None, None], strict=True))
    )
    numbers, method = superiority_numbers(common[0], common[1], compared=True) if common else ({}, "")
    if common:
        numbers |= compare_margins.of_superiority(common[0], common[1], compare_margins.share_margin(pair))
    base: Base = "seen" if common and common[2] else "answered"
    family = _family(pair.item, line, outside=False)
    return _row(pair.item.id, line, (first, second), numbers, family=family, method=method, base=base)


def _no_distribution(figures: StratumFigures | None) -> Reason | None:
    """Return why a distribution cannot be compared: it is hidden, or has too few bins in common with the other wave."""
    if figures is None:
        return None
    return "small_count" if figures.bins else figures.hidden or "detail"


def _score_rows(
    before: WaveTables, after: WaveTables, pair: ScorePairing, twice: AnsweredTwice | None
) -> Iterator[ComparisonRow]:
    score = pair.after or pair.before
    if score is None:
        return
    for stratum, cut in _strata(before, after, pair.cut):
        first, second = (
            score_side(wave, score.id, stratum) if own and stratum in wave.strata else ScoreSide()
            for wave, own in ((before, pair.before), (after, pair.after))
        )
        numbers, method = score_numbers(first, second, compared=cut is None)
        if cut is None:
            numbers |= compare_margins.of_score(first, second, pair.after)
            numbers |= compare_overlap.of_score(first, second, twice if stratum == TOWN else None)
        family: Family = "scores" if stratum == TOWN else "reporting_groups"
        line = _Line("score", None, stratum, cut)
        sides = tuple(
            ShareSide(n=side.sample.n if side.sample else None, population=side.population, hidden=side.hidden)
            for side in (first, second)
        )
        yield _row(score.id, line, (sides[0], sides[1]), numbers, family=family, method=method, base="complete")


def _family(item: Item, line: _Line, *, outside: bool) -> Family:
    if line.stratum != TOWN:
        return "reporting_groups"
    if line.measure == "superiority":
        return "superiority"
    return "headline" if item.headline and not outside else "other_items"


def _row(
    item: str,
    line: _Line,
    sides: tuple[ShareSide, ShareSide],
    numbers: Mapping[str, Any],
    *,
    family: Family,
    method: str,
    base: Base,
) -> ComparisonRow:
    first, second = sides
    effects: dict[Measure, Effect] = {"superiority": "cliffs_delta", "score": "hedges_g"}
    few = min(first.n or 0, second.n or 0) < FEWEST_ANSWERS or bool(first.hidden or second.hidden)
    verdict: Verdict = "not_comparable" if line.cut else "too_few" if few else "no_clear_change"
    return ComparisonRow(
        item=item,
        choice=line.choice,
        stratum=line.stratum,
        measure=line.measure,
        n_before=first.n,
        n_after=second.n,
        population_before=first.population,
        population_after=second.population,
        effect_name=effects.get(line.measure, "cohens_h"),
        family=family,
        method=method,
        verdict=verdict,
        hidden=first.hidden or second.hidden,
        hidden_before=first.hidden,
        hidden_after=second.hidden,
        base=base,
        cut=line.cut,
        **numbers,
    )


def _judged(rows: Sequence[ComparisonRow]) -> tuple[ComparisonRow, ...]:
    """Correct the p values of each family and give the verdicts; rows with too few answers stand outside the families."""
    adjusted: dict[int, float | None] = {}
    for family in dict.fromkeys(row.family for row in rows):
        members = [at for at, row in enumerate(rows) if row.family == family and row.verdict == "no_clear_change"]
        correct = holm if family == "headline" else benjamini_hochberg
        adjusted |= dict(zip(members, correct([rows[at].p for at in members]), strict=True))
    same = compare_margins.corrected(rows)
    return tuple(replace(_verdict(row, adjusted.get(at)), equivalent=same.get(at)) for at, row in enumerate(rows))


def _verdict(row: ComparisonRow, adjusted: float | None) -> ComparisonRow:
    below = None if row.p is None else row.p < _LEVEL
    if adjusted is None:
        return replace(row, p_below_05=below)
    clear: Verdict = "clear_rise" if (row.change or 0) > 0 else "clear_fall"
    verdict = clear if adjusted < _LEVEL and row.change else row.verdict
    method = f"{row.method}; {'holm' if row.family == 'headline' else 'benjamini_hochberg'}"
    return replace(row, p_adjusted=adjusted, p_below_05=below, verdict=verdict, method=method)


def without_p(rows: Sequence[ComparisonRow]) -> tuple[ComparisonRow, ...]:
    """Return the rows as they may be published: p itself is left out, only what follows from it stands."""
    return tuple(replace(row, p=None, p_adjusted=None, p_equivalence=None) for row in rows)
