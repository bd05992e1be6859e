"""The frozen results of surveys that go into a release: each opened wave, and each pair of neighbours that asked the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.thresholds import USUAL
from surveyapp.core.command import RefusedError
from surveyapp.results import store, survey_results, wave_results
from surveyapp.results.store import Frozen
from surveyapp.survey.wave_store import WaveFacts


@dataclass(frozen=True, slots=True)
class Surveys:
    """Waves with their frozen levels, and pairs of waves with their frozen comparison."""

    waves: tuple[tuple[WaveFacts, Frozen], ...]
    pairs: tuple[tuple[WaveFacts, WaveFacts, Frozen], ...]


def of_today(municipality_id: int, as_of: date, by: str) -> Surveys:
    """Return the results of every opened wave that began by *as_of*; what nobody has asked for yet is frozen now.

    Raises:
        AlteredResultError: a frozen result was changed afterwards.
        RefusedResultError: nothing of a wave can be shown safely.
    """
    waves = [wave for wave in survey_results.opened(municipality_id) if wave.opens <= as_of]
    mains = [wave for wave in waves if wave.supplements is None]
    pairs: list[tuple[WaveFacts, WaveFacts, Frozen]] = []
    for at, after in enumerate(mains):
        before = [wave for wave in mains[:at] if wave.questionnaire.id == after.questionnaire.id]
        if before:
            pairs.append((before[-1], after, survey_results.compared(municipality_id, before[-1], after, by).frozen))
    return Surveys(tuple((wave, wave_results.frozen(wave, by)) for wave in waves), tuple(pairs))


def as_released(municipality_id: int, document: Mapping[str, Any]) -> Surveys:
    """Return the frozen results that a release was made from, by the rules of that time.

    Raises:
        RefusedError: a wave of it, or a result, is gone.
        AlteredResultError: a frozen result was changed afterwards.
    """
    known = {wave.name: wave for wave in survey_results.opened(municipality_id)}
    rules, made_from = document["rules"], document["made_from"]

    def wave(name: str) -> WaveFacts:
        if name not in known:
            raise RefusedError(f"The survey {name!r}, which the release was made from, is not here any more.")
        return known[name]

    def frozen(key: str, version: int) -> Frozen:
        found = store.find(municipality_id, key, version)
        if found is None:
            raise RefusedError(f"The frozen result of {key}, which the release was made from, is not here any more.")
        return found

    waves = [wave(each["wave"]) for each in made_from["waves"]]
    pairs = [(wave(each["before"]), wave(each["after"])) for each in made_from["comparisons"]]
    return Surveys(
        tuple((each, frozen(str(each.id), rules["levels"])) for each in waves),
        tuple((first, second, frozen(f"{first.id}+{second.id}", rules["comparison"])) for first, second in pairs),
    )


def _thresholds(result: Frozen) -> dict[str, int]:
    """Return from how many answers on the wave is shown at all and in detail, where that was raised for it."""
    least = wave_results.thresholds_of(result.document)
    return {} if least == USUAL else {"smallest_base": least.base, "smallest_detail": least.detail}


def made_from(surveys: Surveys) -> dict[str, Any]:
    """Return what names these results in a release."""
    waves = [
        {"wave": wave.name, "questionnaire": wave.reference, "hash": frozen.hash, **_thresholds(frozen)}
        for wave, frozen in surveys.waves
    ]
    pairs = [{"before": one.name, "after": other.name, "hash": frozen.hash} for one, other, frozen in surveys.pairs]
    return {"waves": waves, "comparisons": pairs}
