"""Changes beside how many people answered in both waves: counted by one anonymous question, told as a band, never matched."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from analysis.compare_rows import Json
from analysis.compare_scores import ScoreSide, mean_estimate, mean_sides, widened
from analysis.compare_shares import ShareSide, columns_of, in_strata
from analysis.estimates import ShareEstimate, stratified_share, wilson_fpc
from analysis.overlap import Overlap, OverlapBand, among, band, band_of_means, correlations, highest_correlation, overlap
from analysis.tables import TOWN, WaveTables


@dataclass(frozen=True, slots=True)
class AnsweredTwice:
    """How many people of the town can have answered in both waves, and the visible numbers that this rests on.

    ``said_yes`` and ``said_no`` are None where they are hidden; such a number is taken as its least, 0.
    """

    people: Overlap
    n1: int
    n2: int
    population1: int
    population2: int
    said_yes: int | None
    said_no: int | None

    @property
    def largest(self) -> int:
        """The larger of both numbers of people."""
        return max(self.population1, self.population2)

    def to_json(self) -> dict[str, Json]:
        """Return what is told of it beside a comparison."""
        return {
            "said_yes": self.said_yes,
            "said_no": self.said_no,
            "answered": self.n2,
            "least": self.people.least,
            "most": self.people.most,
            "by_chance": round(self.people.by_chance),
        }


def answered_twice(before: WaveTables, after: WaveTables) -> AnsweredTwice | None:
    """Return who can have answered in both waves, from what is visible of the town.

    None unless the later questionnaire declares the question and its answers for yes or no are visible, and unless it is known
    how many people there were and how many answered, both times.
    """
    asked = after.questionnaire.answered_before
    waves = before.response[TOWN], after.response[TOWN]
    if asked is None or asked.item not in after.items:
        return None
    figures = after.items[asked.item].strata[TOWN]
    said_yes, said_no = (_sum([figures.figure(choice).count for choice in choices]) for choices in (asked.yes, asked.no))
    known = [(wave.respondents, wave.population) for wave in waves]
    (n1, population1), (n2, population2) = known
    if (said_yes is None and said_no is None) or n1 is None or n2 is None or population1 is None or population2 is None:
        return None
    if n1 > population1 or n2 > population2:
        return None
    people = overlap(n1, n2, population1, said_yes or 0, said_no or 0, population2)
    return AnsweredTwice(people, n1, n2, population1, population2, said_yes, said_no)


def of_share(before: ShareSide, after: ShareSide, twice: AnsweredTwice | None) -> dict[str, Json]:
    """Return the range of a share's change at the narrowest and the widest that the people in both waves allow."""
    if twice is None or before.x is None or after.x is None or not before.n or not after.n:
        return {}
    stratified = in_strata(before, after)
    levels = [_level(side, stratified=stratified) for side in (before, after)]
    if levels[0] is None or levels[1] is None:
        return {}
    within = highest_correlation(levels[0].share, levels[1].share) or 0.0
    behind, ends = _ends(twice, before.n, after.n, within)
    return _told(behind, band(levels[0], levels[1], *ends))


def of_score(before: ScoreSide, after: ScoreSide, twice: AnsweredTwice | None) -> dict[str, Json]:
    """Return the range of a mean's change at its narrowest and widest, wider by what rounding may hide."""
    sides = mean_sides(before, after)
    if twice is None or sides is None or before.sample is None or after.sample is None:
        return {}
    behind, ends = _ends(twice, before.sample.n, after.sample.n, within=1.0)
    found = band_of_means(mean_estimate(sides[0]), mean_estimate(sides[1]), *ends)
    return _told(behind, found, before.slack + after.slack)


def _sum(counts: Sequence[int | None]) -> int | None:
    """Return the sum of the counts; None where there are none, or where one is hidden: the rest would pass for all of them."""
    visible = [count for count in counts if count is not None]
    return sum(visible) if visible and len(visible) == len(counts) else None


def _level(side: ShareSide, *, stratified: bool) -> ShareEstimate | None:
    if stratified:
        return stratified_share(*columns_of(side.parts))
    if side.x is None or not side.n or side.usable is None or side.n == 1 < side.usable:
        return None
    return ShareEstimate(side.x / side.n, wilson_fpc(side.x, side.n, side.usable))


def _ends(twice: AnsweredTwice, n1: int, n2: int, within: float) -> tuple[Overlap, tuple[float, float]]:
    """Return who of the people in both waves can stand behind numbers of *n1* and *n2*, and the ends of their correlation."""
    behind = among(twice.people, twice.n1, twice.n2, n1, n2, twice.largest)
    ends = partial(correlations, population_after=twice.population2)
    return behind, ends(behind, n1, n2, twice.population1, within)


def _told(behind: Overlap, found: OverlapBand | None, slack: float = 0.0) -> dict[str, Json]:
    if found is None:
        return {}
    narrowest, widest = (widened(limits, slack) for limits in (found.narrowest, found.widest))
    return {
        "twice_least": behind.least,
        "twice_most": behind.most,
        "narrowest_low": narrowest.low,
        "narrowest_high": narrowest.high,
        "widest_low": widest.low,
        "widest_high": widest.high,
    }
