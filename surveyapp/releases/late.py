"""Surveys that come late: which came in since an earlier release, which were opened after one, and which are still sealed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.ledger.store import Release
from surveyapp.releases.differences import Difference
from surveyapp.results import survey_results
from surveyapp.survey import wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Late:
    """A survey, and the one whose latecomers answered it; None where it is no additional round."""

    wave: WaveFacts
    main: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a release does not hold: surveys that were opened since, and surveys that are over and still sealed."""

    opened: tuple[Late, ...]
    sealed: tuple[Late, ...]


def beside(municipality_id: int, release: Release) -> Beside:
    """Return the surveys that *release* does not hold although they began by its day, or add to one that it holds.

    How many answers a sealed survey has is told nowhere.
    """
    held = _names(release.document)
    every = wave_store.waves(municipality_id)
    mains = {wave.id: wave.name for wave in every}
    surveys = [wave for wave in every if wave.questionnaire.instrument == "survey" and wave.name not in held]
    open_ones = {wave.id for wave in survey_results.opened(municipality_id)}

    def belongs(wave: WaveFacts) -> bool:
        return wave.opens <= release.asked.as_of or _main(wave, mains) in held

    return Beside(
        tuple(Late(wave, _main(wave, mains)) for wave in surveys if wave.id in open_ones and belongs(wave)),
        tuple(Late(wave, _main(wave, mains)) for wave in surveys if wave.state is State.CLOSED and belongs(wave)),
    )


def came(municipality_id: int, before: Document, after: Document) -> tuple[Late, ...]:
    """Return the surveys that the document *after* holds and *before* did not."""
    new = _names(after) - _names(before)
    every = wave_store.waves(municipality_id)
    mains = {wave.id: wave.name for wave in every}
    return tuple(Late(wave, _main(wave, mains)) for wave in every if wave.name in new)


def without(found: Iterable[Difference], new: Iterable[Late]) -> tuple[Difference, ...]:
    """Return the differences that are not just the lines of a survey that is new as a whole."""
    names = {each.wave.name for each in new}
    return tuple(each for each in found if each.kind != "new" or names.isdisjoint(_waves_of(each)))


def raised(before: Document, after: Document) -> tuple[tuple[str, int, int], ...]:
    """Return the rules and settings that are others in the document *after*: name, as it was, as it is."""
    was = before["rules"]
    return tuple((name, was[name], value) for name, value in after["rules"].items() if name in was and was[name] != value)


def _waves_of(each: Difference) -> set[str]:
    return {str(each.row[name]) for name in ("wave", "wave_before", "wave_after") if name in each.row}


def _names(document: Document) -> set[str]:
    return {str(each["wave"]) for each in document["made_from"]["waves"]}


def _main(wave: WaveFacts, names: Mapping[int, str]) -> str | None:
    return names.get(wave.supplements) if wave.supplements is not None else None
