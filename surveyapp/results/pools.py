"""Feedback of a row of the plan, and games by age group and year: read from frozen pools, never from single answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from questionnaires.plan_types import Plan
from questionnaires.survey_types import Choice, Item
from surveyapp.feedback.instruments import AGES, GAME
from surveyapp.results import statistics, store
from surveyapp.survey import opened_store, wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts

RULES_VERSION: Final = 1
"""Raised whenever the disclosure rules would give other numbers; older results stay as they were."""


@dataclass(frozen=True, slots=True)
class PoolLine:
    """One figure: favourable or right answers to an item, or those who chose one answer; ``count`` is None if hidden."""

    item: Item
    choice: Choice | None
    measure: str
    count: int | None
    n: int | None
    hidden: str | None
    band: str | None

    @property
    def share(self) -> float | None:
        """The share of those who stand behind the figure."""
        return None if self.count is None or not self.n else self.count / self.n

    @property
    def right_answer(self) -> Choice | None:
        """What is right, for a knowledge item."""
        return self.item.choice(self.item.correct) if self.item.correct else None


@dataclass(frozen=True, slots=True)
class PoolResults:
    """One pool of an opened wave; ``respondents`` are ten or more."""

    wave: WaveFacts
    respondents: int
    lines: tuple[PoolLine, ...]
    frozen: store.Frozen


@dataclass(frozen=True, slots=True)
class AgeResults:
    """One age group's game in one year; ``results`` is None until the wave is opened."""

    age: str
    wave: WaveFacts
    results: PoolResults | None

    @property
    def state(self) -> State:
        """Where the wave stands."""
        return self.wave.state


@dataclass(frozen=True, slots=True)
class GameYear:
    """The games of one year, the youngest first."""

    number: int
    ages: tuple[AgeResults, ...]


def feedback(municipality_id: int, plan: Plan, row: str, by: str) -> list[PoolResults]:
    """Return what people said after the events of a row of *plan*, the newest year first; only pools of ten or more.

    Raises:
        AlteredResultError: what was frozen was changed afterwards.
    """
    waves = opened_store.opened_waves(municipality_id, "feedback")
    in_plan = [wave for wave in waves if plan.starts <= wave.closes and wave.opens <= plan.ends]
    found = (_pool(wave, row, by) for wave in reversed(in_plan))
    return [results for results in found if results]


def games(municipality_id: int, by: str) -> list[GameYear]:
    """Return the games of every year, the newest first, also those that are not opened yet. Raises as `feedback`."""
    opened = {wave.id for wave in opened_store.opened_waves(municipality_id, GAME)}
    waves = [wave for wave in wave_store.waves(municipality_id) if wave.questionnaire.instrument == GAME]
    ordered = sorted(waves, key=lambda wave: (-wave.closes.year, AGES.index(_age(wave))))
    return [
        GameYear(
            year, tuple(AgeResults(_age(one), one, _pool(one, _age(one), by) if one.id in opened else None) for one in same)
        )
        for year, same in groupby(ordered, key=lambda wave: wave.closes.year)
    ]


def _age(wave: WaveFacts) -> str:
    return wave.questionnaire.id.removeprefix(f"{GAME}-")


def _pool(wave: WaveFacts, pool: str, by: str) -> PoolResults | None:
    frozen = _frozen(wave, by)
    found = frozen.document["pools"].get(pool)
    return PoolResults(wave, found["respondents"], tuple(_lines(wave, found["lines"])), frozen) if found else None


def _frozen(wave: WaveFacts, by: str) -> store.Frozen:
    """Return the wave's pools as they were first shown; they are frozen when somebody (*by*) first asks for them."""
    key = str(wave.id)
    found = store.find(wave.municipality_id, key, RULES_VERSION)
    return found or store.freeze(wave.municipality_id, key, RULES_VERSION, statistics.pools(wave), by)


def _lines(wave: WaveFacts, rows: list[dict[str, Any]]) -> Iterator[PoolLine]:
    for row in rows:
        item = wave.questionnaire.item(row["item"])
        choice = item.choice(row["choice"]) if row["choice"] else None
        yield PoolLine(item, choice, row["measure"], row["count"], row["n"], row["hidden"], row.get("band"))
