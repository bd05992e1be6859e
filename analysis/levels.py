"""One wave by itself: the level of every item and score with its range, from tables before or after disclosure control."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Literal

from analysis.compare_rows import Base, Json, Measure, column_of, measures_of
from analysis.compare_scores import ScoreSide, score_numbers, score_side
from analysis.compare_shares import ShareSide, counts_everybody, share_level, share_side
from analysis.disclosure import PublicWave
from analysis.estimates import PeopleInterval, hypergeometric_interval
from analysis.reliability import reliability_of
from analysis.tables import FAVOURABLE, TOWN, Band, ItemTable, Reason, WaveTables, outside_choices
from questionnaires.survey_types import Item

LevelMeasure = Literal["share", "favourable", "correct", "score", "reliability", "points", "distribution"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One number of one item (or score) in one stratum.

    ``level`` and its range are fractions 0-1, of a score points, of its reliability Cronbach's alpha (at most 1); counts are
    people. A number is None where it is hidden (``hidden`` says why), does not exist or cannot be computed. ``choices`` are
    the choices that a row is about: none where it is about the item at once, several where a distribution joins neighbours; of
    ``points`` the numbers of points that one bin joins. ``base`` says who stands behind n, as in a comparison. ``people_low``
    and ``people_high`` are the range in whole people of the population, for an item that everybody saw. ``least`` and ``most``
    are the people whom the town must and can have, whatever those think who did not answer; they stand for headline items
    alone. ``lumped`` says that people outside the base are in this part of a distribution.
    """

    item: str
    choices: tuple[str, ...] = ()
    stratum: str
    measure: LevelMeasure
    base: Base
    n: int | None = None
    population: int | None = None
    count: int | None = None
    level: float | None = None
    low: float | None = None
    high: float | None = None
    people_low: int | None = None
    people_high: int | None = None
    least: int | None = None
    most: int | None = None
    rounding: float | None = None
    lumped: bool = False
    headline: bool = False
    method: str = ""
    hidden: Reason | None = None
    band: Band | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the row as a JSON object; its choices are one text, joined by ``;`` as in an answer file."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {"choices": ";".join(self.choices)}


def public_levels(wave: PublicWave) -> tuple[LevelRow, ...]:
    """Return the rows of a wave that has passed disclosure control; each is computed from what is visible in it."""
    if not isinstance(wave, PublicWave):
        raise TypeError("only a wave that has passed disclosure.protect() may be shown")
    return levels(wave)


def levels(wave: WaveTables) -> tuple[LevelRow, ...]:
    """Return a row per item x choice x stratum x measure in the order of the questionnaire, scores last.

    The item whose choices are the strata is left out: it makes the groups and is not a result.
    """
    asked = wave.questionnaire
    rows = [row for item in asked.asked if item.id != asked.stratum_item for row in _item_rows(wave, item)]
    rows += [row for score in asked.scores for stratum in wave.strata for row in _score_rows(wave, score.id, stratum)]
    return tuple(rows)


def _item_rows(wave: WaveTables, item: Item) -> Iterator[LevelRow]:
    table = wave.items[item.id]
    of_seen = counts_everybody(item, [table])
    for stratum in wave.strata:
        for measure, choice in measures_of(item):
            if measure == "superiority":
                yield from _distribution(wave, table, stratum)
            else:
                yield _share_row(wave, table, stratum, measure, choice, of_seen=of_seen)


def _share_row(
    wave: WaveTables, table: ItemTable, stratum: str, measure: Measure, choice: str | None, *, of_seen: bool
) -> LevelRow:
    item = table.item
    everybody = of_seen or (choice is not None and choice in outside_choices(item))
    side = share_side(wave, table, stratum, column_of(measure, choice), of_seen=everybody)
    level, method = share_level(side)
    limits = level.interval if level else None
    people = _people(side) if limits and everybody and item.show_if is None else None
    headline = item.headline and choice is None and stratum == TOWN
    least, most = _bounds(side) if headline and everybody and item.show_if is None else (None, None)
    return LevelRow(
        item=item.id,
        choices=(choice,) if choice else (),
        stratum=stratum,
        measure=_named(measure),
        base="seen" if everybody else "answered",
        n=side.n,
        population=side.population,
        count=side.x,
        level=level.share if level else None,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
        people_low=people.low if people else None,
        people_high=people.high if people else None,
        least=least,
        most=most,
        headline=headline,
        method=method,
        hidden=side.hidden,
        band=side.band,
    )


def _named(measure: Measure) -> LevelMeasure:
    if measure == "superiority":
        raise ValueError("one wave by itself has nothing to be higher than")
    return measure


def _people(side: ShareSide) -> PeopleInterval | None:
    """Return the range in whole people, where the level is that of one sample from a known population."""
    if side.parts or side.x is None or not side.n or side.usable is None:
        return None
    return hypergeometric_interval(side.x, side.n, side.usable)


def _bounds(side: ShareSide) -> tuple[int | None, int | None]:
    """Return how many of the population have the trait at least and at most, without any assumption about the others."""
    if side.x is None or side.n is None or side.usable is None:
        return None, None
    return side.x, side.x + side.usable - side.n


def _distribution(wave: WaveTables, table: ItemTable, stratum: str) -> Iterator[LevelRow]:
    """Yield a row per part of a likert item's distribution, or one that says why there is none."""
    item, figures, people = table.item, table.strata[stratum], wave.response[stratum].population
    base: Base = "seen" if figures.lumped else "answered"
    if not figures.bins:
        why = figures.hidden or figures.figure(FAVOURABLE).hidden or "detail"
        yield LevelRow(item=item.id, stratum=stratum, measure="distribution", base=base, population=people, hidden=why)
        return
    n = sum(part.count for part in figures.bins)
    inside = [choice for part in figures.bins for choice in part.choices]
    last = inside[len(inside) - len(item.favourable) - 1]
    for part in figures.bins:
        yield LevelRow(
            item=item.id,
            choices=part.choices,
            stratum=stratum,
            measure="distribution",
            base=base,
            n=n,
            population=people,
            count=part.count,
            level=part.count / n if n else None,
            lumped=figures.lumped and last in part.choices,
        )


def _score_rows(wave: WaveTables, score: str, stratum: str) -> Iterator[LevelRow]:
    """Yield a score's mean, the town's reliability, and a row for each bin of points, or one that says why none."""
    mean, bins = _score_row(wave, score, stratum), wave.scores[score][stratum].bins
    yield mean
    if stratum == TOWN and mean.n:
        yield _reliability_row(wave, mean)
    if bins is None or mean.hidden:
        return
    row = LevelRow(item=score, stratum=stratum, measure="points", base="complete", population=mean.population)
    if not bins:
        yield replace(row, hidden=_why_not(wave, score, stratum))
    for part in bins:
        joined = tuple(str(value) for value in range(part.low, part.high + 1))
        n = sum(one.count for one in bins)
        yield replace(row, choices=joined, n=n, count=part.count, level=part.count / n if n else None)


def _why_not(wave: WaveTables, score: str, stratum: str) -> Reason:
    """Return why a score has no bins or no reliability: what its questions and deviation tell, which are shown, goes first."""
    questions = next(len(each.items) for each in wave.questionnaire.scores if each.id == score)
    if questions == 1:
        return "one_question"
    sample = wave.scores[score][stratum].moments
    return "small_count" if sample and sample.variance else "no_spread"


def _score_row(wave: WaveTables, score: str, stratum: str) -> LevelRow:
    side = score_side(wave, score, stratum)
    numbers, method = score_numbers(side, ScoreSide(), compared=False)
    return LevelRow(
        item=score,
        stratum=stratum,
        measure="score",
        base="complete",
        n=side.sample.n if side.sample else None,
        population=side.population,
        level=_number(numbers["before"]),
        low=_number(numbers["before_low"]),
        high=_number(numbers["before_high"]),
        rounding=side.rounding,
        method=method,
        hidden=side.hidden,
    )


def _reliability_row(wave: WaveTables, mean: LevelRow) -> LevelRow:
    """Return Cronbach's alpha of the score that *mean* is about, from the counts and the deviation that stand beside it."""
    found = reliability_of(wave, mean.item)
    row = LevelRow(item=mean.item, stratum=mean.stratum, measure="reliability", base="complete", population=mean.population)
    if found is None:
        return replace(
            row, hidden=(mean.hidden or _why_not(wave, mean.item, mean.stratum)) if isinstance(wave, PublicWave) else None
        )
    ends = found.interval
    return replace(row, n=mean.n, level=found.alpha, low=ends.low, high=ends.high, method="kuder-richardson with feldt")


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
