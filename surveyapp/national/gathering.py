"""Gathering what municipalities handed over: the surveys of their newest such releases, read from these alone."""

from surveyapp.ledger import handing_store
from surveyapp.ledger.handing_store import Handed
from surveyapp.national import rules
from surveyapp.national.rules import Comparison, Entry, Place
from surveyapp.releases import released_surveys
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey import questionnaire_store


def every() -> tuple[Comparison, ...]:
    """Return the surveys that were handed over, those with the same questionnaire and place together."""
    found: dict[Place, list[Entry]] = {}
    for handed in handing_store.every():
        for place, results in rules.placed(released_surveys.of_everybody(handed.municipality_id, handed.release)).items():
            found.setdefault(place, []).append(_entry(handed, results))
    return tuple(rules.compared(place, found[place]) for place in sorted(found))


def one(questionnaire: str, position: int) -> Comparison | None:
    """Return the surveys at one place; None if nobody handed one over, whether or not somebody made one.

    Only those are compared, and of the releases only what was asked with that questionnaire is read.
    """
    place, found = (questionnaire, position), []
    for handed in handing_store.every():
        asked = released_surveys.of_everybody(handed.municipality_id, handed.release, questionnaire)
        results = rules.placed(asked).get(place)
        if results is not None:
            found.append(_entry(handed, results))
    return rules.compared(place, found) if found else None


def _entry(handed: Handed, results: WaveResults) -> Entry:
    known = questionnaire_store.versions(handed.municipality_id, results.questionnaire.id)
    return Entry(handed.name, handed.release.number, results, tuple(each.questionnaire for each in known))
