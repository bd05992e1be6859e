"""How often each range that a page, a file or a report can print holds the truth: samples drawn from whole invented towns.

Everything goes the way of the app, from answers over counts and disclosure control to the rows that pages show. The towns are
finite and everybody's answer is known, so the truth of each row is counted. `make coverage` prints docs/methods.md's table.
"""

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from unittest.mock import patch

from analysis import change, significance
from analysis.compare import compare
from analysis.compare_rows import ComparisonRow, column_of
from analysis.compare_scores import common_bins
from analysis.counts import count_answers
from analysis.disclosure import PublicWave, protect
from analysis.estimates import MeanEstimate
from analysis.levels import LevelRow, levels
from analysis.reliability import reliability_of
from analysis.score_trends import score_trends
from analysis.tables import TOWN, RawWave, WaveTables, raw_wave
from analysis.trend import mean_slope
from analysis.trend_lines import Point, shares_of_time, trend_lines
from questionnaires.conditions import Answers
from questionnaires.survey_types import Questionnaire
from tests.analysis.invented import Row, declared, questionnaire, rows

DAYS = (date(2024, 3, 1), date(2025, 3, 1), date(2027, 3, 1))
FEWEST = 10
_ROUNDING = 1e-9
_RANGES = ("newcombe", "mean", "logit")
Levels = dict[tuple[str, str, tuple[str, ...]], LevelRow]


@dataclass
class Held:
    """Per kind of range how many were printed and how many of them held the truth."""

    printed: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, low: float | None, high: float | None, truth: float | None) -> None:
        if low is not None and high is not None and truth is not None:
            self.printed[kind] += 1
            self.held[kind] += low - _ROUNDING <= truth <= high + _ROUNDING

    def share(self, kind: str) -> float:
        return self.held[kind] / self.printed[kind]


@dataclass(frozen=True)
class Town:
    """Everybody of a town with the answer that each would give; ``known`` says whether their number is."""

    asked: Questionnaire
    people: Sequence[Row]
    known: bool

    def everybody(self) -> RawWave:
        return raw_wave(self.asked, count_answers(self.asked, self.people))

    def of(self, chosen: Sequence[int]) -> RawWave:
        """Return the wave in which these people answer."""
        population = dict(Counter(leaf for leaf, _ in self.people)) if self.known else None
        return raw_wave(self.asked, count_answers(self.asked, [self.people[each] for each in chosen], population))

    def sample(self, chance: random.Random, n: int) -> RawWave:
        population = dict(Counter(leaf for leaf, _ in self.people)) if self.known else None
        return raw_wave(self.asked, count_answers(self.asked, chance.sample(list(self.people), n), population))


def share_of(truth: RawWave, item: str, stratum: str, column: str, base: str) -> float | None:
    """Return the share of everybody, or of all who would answer."""
    figures = truth.items[item].strata[stratum]
    count, n = figures.figure(column).count, figures.seen if base == "seen" else figures.base
    return None if count is None or not n else count / n


def mean_of(truth: RawWave, score: str, stratum: str) -> float | None:
    moments = truth.scores[score][stratum].moments
    return moments.mean if moments else None


def add_levels(held: Held, wave: WaveTables, truth: RawWave) -> None:
    for row in levels(wave):
        if row.measure in {"distribution", "points"} or (row.n or 0) < FEWEST:
            continue
        if row.measure == "reliability":
            real = reliability_of(truth, row.item)
            held.add(f"level: {row.method}", row.low, row.high, real.alpha if real else None)
            continue
        if row.measure == "score":
            rounded = ", rounded" if row.rounding else ""
            held.add(f"level: {row.method}{rounded}", row.low, row.high, mean_of(truth, row.item, row.stratum))
            continue
        share = share_of(truth, row.item, row.stratum, _column(row), row.base)
        held.add(f"level: {row.method}", row.low, row.high, share)
        people = None if share is None or row.population is None else share * row.population
        held.add("level: hypergeometric, in whole people", row.people_low, row.people_high, people)
        held.add("level: bounds for those who did not answer", row.least, row.most, people)


def _column(row: LevelRow) -> str:
    if row.measure == "distribution" or row.measure == "points" or row.measure == "reliability":  # noqa: PLR1714 - so the types are told apart
        raise ValueError("a part of a distribution is no share with a range")
    return column_of(row.measure, row.choices[0] if row.choices else None)


def add_changes(held: Held, waves: tuple[WaveTables, WaveTables], truths: tuple[RawWave, RawWave]) -> None:
    for row in compare(*waves):
        if min(row.n_before or 0, row.n_after or 0) < FEWEST:
            continue
        method = next((each for each in row.method.split("; ") if any(word in each for word in _RANGES)), "")
        if row.measure == "superiority":
            truth = _superiority(row, truths) if _whole(waves) else None
            held.add(f"change: {method}", row.after_low, row.after_high, truth)
            continue
        rounded = ", rounded" if row.rounding_before or row.rounding_after else ""
        then, now = (_truth(row, truth) for truth in truths)
        held.add(
            f"change: {method}{rounded}", row.change_low, row.change_high, None if then is None or now is None else now - then
        )


def _truth(row: ComparisonRow, truth: RawWave) -> float | None:
    if row.measure == "score":
        return mean_of(truth, row.item, row.stratum)
    return share_of(truth, row.item, row.stratum, column_of(row.measure, row.choice), row.base)


def _whole(waves: tuple[WaveTables, WaveTables]) -> bool:
    """A protected distribution has fewer parts, of which the truth has another probability."""
    return all(isinstance(wave, RawWave) for wave in waves)


def _superiority(row: ComparisonRow, truths: tuple[RawWave, RawWave]) -> float | None:
    asked = truths[1].questionnaire.item(row.item)
    bins = common_bins(asked, *(truth.items[row.item].strata[row.stratum] for truth in truths))
    return change.superiority(bins[0], bins[1]) if bins else None


def add_trends(held: Held, waves: Sequence[WaveTables], truths: Sequence[RawWave]) -> None:
    """Add the change over all waves of each headline line that every wave shows, as the page of three surveys prints it."""
    shown = [_headlines(wave) for wave in waves]
    for key, newest in shown[-1].items():
        found = [wave[key] for wave in shown if key in wave]
        if len({row.base for row in found}) > 1 or len(found) < len(waves):
            continue
        told = trend_lines([[Point(row.count, row.n, row.level, row.low, row.high) for row in found]], DAYS)[0]
        real = [share_of(truth, newest.item, newest.stratum, _column(newest), newest.base) for truth in truths]
        line = trend_lines([[Point(1, FEWEST, share, share, share) for share in real]], DAYS)[0]
        held.add("change over three surveys: straight line", told.low, told.high, line.change)


def add_score_trends(held: Held, waves: Sequence[PublicWave], truths: Sequence[RawWave]) -> None:
    """Add the change over all waves of each mean score that every wave shows; the pages tell it of protected waves alone."""
    scores = [score.id for score in waves[-1].questionnaire.scores]
    for score, told in zip(scores, score_trends(waves, scores, DAYS), strict=True):
        real = [mean_of(truth, score, TOWN) for truth in truths]
        levels_of = [MeanEstimate(mean, 0.0, 1, None, census=True) for mean in real if mean is not None]
        line = mean_slope(levels_of, shares_of_time(DAYS)) if len(levels_of) == len(real) else None
        held.add("change over three surveys: mean, rounded", told.low, told.high, line.change if line else None)


def _headlines(wave: WaveTables) -> Levels:
    return {(row.item, row.measure, row.choices): row for row in levels(wave) if row.headline}


def run(towns: int, people: int, n: int, *, known: bool, public: bool, seed: int = 20260901) -> Held:
    """Return how often each range held, from *towns* times three surveys in which *n* of *people* answer."""
    held, chance, asked = Held(), random.Random(seed), questionnaire()  # noqa: S311 - the same towns on every run
    for at in range(towns):
        three = [Town(asked, rows(asked, seed + 3 * at + wave, people), known) for wave in range(3)]
        raw = [town.sample(chance, n) for town in three]
        waves: list[WaveTables] = [protect(wave) for wave in raw] if public else [*raw]
        truths = [town.everybody() for town in three]
        for wave, truth in zip(waves, truths, strict=True):
            add_levels(held, wave, truth)
        add_changes(held, (waves[0], waves[1]), (truths[0], truths[1]))
        add_trends(held, waves, truths)
        if public:
            add_score_trends(held, [wave for wave in waves if isinstance(wave, PublicWave)], truths)
    return held


def keeping(asked: Questionnaire, then: Row, anew: Row, habit: float, chance: random.Random) -> Answers:
    """Return somebody's later answers: each is the earlier one with probability *habit*, else drawn anew."""
    old, new = then[1], anew[1]
    found = {
        item.id: old if item.id in old and (chance.random() < habit or item.id not in new) else new for item in asked.asked
    }
    kept = {item: answers[item] for item, answers in found.items() if item in answers}
    return {**kept, str(asked.stratum_item): (then[0],)}


def sampled_twice(chance: random.Random, people: int, n: int, common: int) -> tuple[list[int], list[int]]:
    """Return who answers each time: *n* of *people*, of whom *common* answer both times, otherwise by chance."""
    first = chance.sample(range(people), n)
    others = [each for each in range(people) if each not in set(first)]
    return first, [*chance.sample(first, common), *chance.sample(others, n - common)]


def run_twice(towns: int, people: int, n: int, common: int, habit: float, *, public: bool, seed: int = 20260902) -> Held:
    """Return how often the range of a change and both ends of its band held, where *common* people answered both times.

    The same *people* are asked twice, *n* of them answer each time, and say truly whether they answered before.
    """
    held, chance, asked = Held(), random.Random(seed), declared(5)  # noqa: S311 - the same towns on every run
    about_before = str(asked.answered_before.item) if asked.answered_before else ""
    no_truth = {about_before, *(item.id for item in asked.asked if item.show_if is not None)}
    for at in range(towns):
        earlier = rows(asked, seed + 2 * at, people)
        again = [
            keeping(asked, then, anew, habit, chance)
            for then, anew in zip(earlier, rows(asked, seed + 2 * at + 1, people), strict=True)
        ]
        first, second = sampled_twice(chance, people, n, common)
        came = set(first)
        later = [
            (leaf, asking(asked, own, place in came)) for place, ((leaf, _), own) in enumerate(zip(earlier, again, strict=True))
        ]
        both = Town(asked, earlier, known=True), Town(asked, later, known=True)
        raw = [town.of(chosen) for town, chosen in zip(both, (first, second), strict=True)]
        waves: list[WaveTables] = [protect(wave) for wave in raw] if public else [*raw]
        truths = both[0].everybody(), both[1].everybody()
        for row in compare(waves[0], waves[1]):
            if row.widest_low is None or row.item in no_truth or row.measure == "superiority":
                continue
            then, now = (_truth(row, truth) for truth in truths)
            change_of = None if then is None or now is None else now - then
            kind = "mean" if row.measure == "score" else "share"
            held.add(f"{kind}: range", row.change_low, row.change_high, change_of)
            held.add(f"{kind}: widest", row.widest_low, row.widest_high, change_of)
            held.add(f"{kind}: narrowest", row.narrowest_low, row.narrowest_high, change_of)
    return held


def asking(asked: Questionnaire, answers: Answers, before: bool) -> Answers:  # noqa: FBT001 - what somebody says
    """Return *answers* with what its person says about having answered before, and to what is asked because of it."""
    twice = asked.answered_before
    if twice is None:
        raise ValueError("the questionnaire does not ask who answered before")
    said: dict[str, Sequence[str]] = {**answers, twice.item: (twice.yes if before else twice.no)[:1]}
    seen = asked.seen(said)
    for item in asked.asked:
        if item not in seen:
            said.pop(item.id, None)
        elif item.id not in said and item.requirement == "required":
            said[item.id] = (item.choices[0].id,)
    return said


OVERLAPS = ((36, "fewer than by chance"), (42, "as by chance"), (52, "more than by chance"), (60, "all"))
HABITS = (0.0, 0.5, 0.9)


def print_twice(towns: int) -> None:
    """Print the table about people who answered twice."""
    sys.stdout.write(
        "\n| Surveys | In both | Keep an answer | Of | Printed | Range | Widest | Narrowest |\n" + "|---" * 8 + "|\n"
    )
    parts = [("60 of 85, every number", 85, 60, common, False) for common, _ in OVERLAPS]
    parts += [("170 of 240, protected", 240, 170, common, True) for common in (105, 120, 155)]
    for name, people, n, common, public in parts:
        for habit in HABITS:
            held = run_twice(towns, people, n, common, habit, public=public)
            for kind in ("share", "mean"):
                told = " | ".join(f"{100 * held.share(f'{kind}: {each}'):.1f} %" for each in ("range", "widest", "narrowest"))
                printed = held.printed[f"{kind}: range"]
                sys.stdout.write(f"| {name} | {common} | {100 * habit:.0f} % | {kind} | {printed} | {told} |\n")
            sys.stdout.flush()


def main() -> None:
    """Print the tables: as the group's pages print it, then without the rules for small counts; people who answered twice."""
    towns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    parts = (
        ("60 of 85 answer, protected", 85, 60, True, True),
        ("170 of 240 answer, protected", 240, 170, True, True),
        ("60 of 85 answer, every number", 85, 60, True, False),
        ("60 of 600 answer, their number not known", 600, 60, False, False),
    )
    sys.stdout.write("| Surveys | Range | Printed | Held the truth |\n|---|---|---|---|\n")
    # The exact test takes nine tenths of the time, and no range hangs on it.
    with patch.object(significance, "boschloo", return_value=None):
        for name, people, n, known, public in parts:
            held = run(towns, people, n, known=known, public=public)
            for kind in sorted(held.printed):
                sys.stdout.write(f"| {name} | {kind} | {held.printed[kind]} | {100 * held.share(kind):.1f} % |\n")
            sys.stdout.flush()
        print_twice(towns)


if __name__ == "__main__":
    main()
