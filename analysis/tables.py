"""Tables of one wave before and after disclosure control: every number knows how many people stand behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from analysis.counts import StratumCounts, WaveCounts, counts_under, population_under
from analysis.estimates import Moments, moments
from analysis.thresholds import USUAL, Thresholds
from questionnaires.survey_types import Item, Questionnaire

Reason = Literal["base", "detail", "small_count", "condition", "one_question", "no_spread"]
"""Why a number is hidden: under 10 answers in it or beside it, too few for so much detail, a count of 0-2 in it or in a
number linked with it, or a question shown by an answer that is itself hidden. People by points of a score are left out, too,
where it has one question, or where points lie so close together that its mean tells as much."""
Band = Literal["0-2", "all_but_0-2"]

TOWN: Final = "*"
FAVOURABLE: Final = "*favourable"
CORRECT: Final = "*correct"


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of people; None with the reason if it is hidden, and then at most the band in which it lies."""

    count: int | None
    hidden: Reason | None = None
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """People who chose one of neighbouring choices of a scale."""

    choices: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class StratumFigures:
    """The figures of one item in one stratum.

    ``seen`` people saw it, ``base`` of them stand behind its shares (without "hard to say", for likert and single items also
    without the silent). ``figures`` has one figure per column: `FAVOURABLE`, `CORRECT` or a choice id. ``bins`` is the
    distribution of a likert item from the least to the most favourable answer; ``lumped`` says that "hard to say" and no
    answer are in the bin of the last choice that is not favourable, because they are too few to be told apart.
    ``hidden`` is why nothing of the stratum is shown.
    """

    seen: int | None
    base: int | None
    figures: Mapping[str, Figure]
    bins: tuple[Bin, ...] = ()
    lumped: bool = False
    hidden: Reason | None = None

    def figure(self, column: str) -> Figure:
        """Return the figure of *column*; a hidden one if the stratum is hidden or has no such column."""
        return self.figures.get(column, Figure(None, self.hidden or "detail"))


@dataclass(frozen=True, slots=True)
class ItemTable:
    """One item over the town (`TOWN`) and the reporting groups."""

    item: Item
    strata: Mapping[str, StratumFigures]


@dataclass(frozen=True, slots=True)
class PointBin:
    """People with ``low`` to ``high`` points of a score."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """A score in one stratum: its people, mean and variance in points; ``moments`` is None if hidden or nobody answered.

    ``rounding`` is the step to which the mean is rounded (None: not rounded). ``bins`` say how many people have how many
    points, from none to all: empty where that may not be shown, None where nobody asked (a group, a wave kept earlier).
    """

    moments: Moments | None
    hidden: Reason | None = None
    rounding: float | None = None
    bins: tuple[PointBin, ...] | None = None


@dataclass(frozen=True, slots=True)
class ResponseFigures:
    """How many people of one stratum answered, of how many; None if hidden or not known."""

    respondents: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class WaveTables:
    """Everything about one wave that a comparison may look at, before (`RawWave`) or after disclosure control."""

    questionnaire: Questionnaire
    response: Mapping[str, ResponseFigures]
    items: Mapping[str, ItemTable]
    scores: Mapping[str, Mapping[str, ScoreFigures]]
    least: Thresholds = USUAL

    @property
    def strata(self) -> tuple[str, ...]:
        """The town and the reporting groups, in order."""
        return tuple(self.response)


class RawTable(ItemTable):
    """An item table with every number; never shown to anybody but the analyst who holds the answers."""

    __slots__ = ()


class RawWave(WaveTables):
    """A wave with every number; never shown to anybody but the analyst who holds the answers."""

    __slots__ = ()


def raw_wave(questionnaire: Questionnaire, counts: WaveCounts, least: Thresholds = USUAL) -> RawWave:
    """Return the unprotected tables of a wave over the town and the reporting groups, to be protected by *least*."""
    nodes = (questionnaire.strata, *questionnaire.reporting_groups)
    merged = {node.id: counts_under(counts, questionnaire, node) for node in nodes}
    response = {node.id: ResponseFigures(merged[node.id].respondents, population_under(counts, node)) for node in nodes}
    items = {item.id: raw_table(item, merged) for item in questionnaire.asked if item.id != questionnaire.stratum_item}
    scores = {
        score.id: {name: _raw_score(part.score[score.id]) for name, part in merged.items()} for score in questionnaire.scores
    }
    return RawWave(questionnaire, response, items, scores, least)


def raw_table(item: Item, strata: Mapping[str, StratumCounts]) -> RawTable:
    """Return the unprotected table of one item from the counts of the town and the reporting groups."""
    return RawTable(item, {name: _raw_figures(item, part) for name, part in strata.items()})


def outside_choices(item: Item) -> tuple[str, ...]:
    """Return the choices that are not in the base of a share: "hard to say" and the like, of likert and single items."""
    if item.counted_as not in ("likert", "single"):
        return ()
    return tuple(choice.id for choice in item.choices if choice.outside_base)


def inside_choices(item: Item) -> tuple[str, ...]:
    """Return the choices in the base, in order; of a likert item from the least to the most favourable."""
    outside = outside_choices(item)
    inside = tuple(choice.id for choice in item.choices if choice.id not in outside)
    return inside[::-1] if item.counted_as == "likert" and item.reversed else inside


def _raw_score(histogram: Mapping[int, int]) -> ScoreFigures:
    values = sorted(histogram)
    bins = tuple(PointBin(value, value, histogram[value]) for value in values)
    return ScoreFigures(moments(values, [histogram[value] for value in values]), bins=bins)


def _raw_figures(item: Item, stratum: StratumCounts) -> StratumFigures:
    counts = stratum.items[item.id]
    figures = {choice: Figure(people) for choice, people in counts.options.items()}
    if item.counted_as == "knowledge":
        return StratumFigures(counts.seen, counts.seen, {CORRECT: Figure(counts.options[item.correct or ""])})
    if item.counted_as == "multiple":
        return StratumFigures(counts.seen, counts.seen, figures)
    base = counts.answered - sum(counts.options[choice] for choice in outside_choices(item))
    if item.counted_as == "single":
        return StratumFigures(counts.seen, base, figures)
    figures[FAVOURABLE] = Figure(sum(counts.options[choice] for choice in item.favourable))
    bins = tuple(Bin((choice,), counts.options[choice]) for choice in inside_choices(item))
    return StratumFigures(counts.seen, base, figures, bins)
