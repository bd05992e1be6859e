"""Are the answers in a file those of a wave that was imported before: told by answers that nobody else gave."""

from collections import Counter
from collections.abc import Iterable, Sequence

from questionnaires.conditions import Answers
from questionnaires.survey_types import Questionnaire
from surveyapp.survey import opened_store
from surveyapp.survey.wave_store import WaveFacts

Person = frozenset[tuple[str, tuple[str, ...]]]
"""What is stored of one person's answers, as far as two versions of a questionnaire both ask it."""
_GROUP = "*group"
_BAND = "*band"


def same_people(people: Iterable[Person], others: Iterable[Person]) -> bool:
    """Say whether two lists of answers are, for the greater part of the shorter one, of the same people.

    Only answers that stand once in either list are counted: whoever answers a long questionnaire does it like nobody else. Of
    independent answers to a short one fewer than a fifth would be found so, however short it is.
    """
    first, second = Counter(people), Counter(others)
    found = sum(1 for person, times in first.items() if times == 1 == second[person])
    return 2 * found >= min(first.total(), second.total())


def repeated(imported: Iterable[WaveFacts], questionnaire: Questionnaire, answers: Sequence[Answers]) -> WaveFacts | None:
    """Return which of the *imported* waves of the same survey holds the people who gave these *answers*, None if none does.

    Never ask about waves that were answered here: whoever guesses at answers could try them out with one file after the other.
    """
    for wave in imported:
        if wave.questionnaire.id == questionnaire.id:
            kept = _kept(questionnaire) & _kept(wave.questionnaire)
            stored = [
                _person({**one.answers, _GROUP: (one.stratum,), _BAND: (one.band or "",)}, kept)
                for one in opened_store.responses(wave)
            ]
            if same_people([_person(_as_stored(questionnaire, one), kept) for one in answers], stored):
                return wave
    return None


def _kept(questionnaire: Questionnaire) -> frozenset[str]:
    apart = {questionnaire.stratum_item, questionnaire.band_item}
    return frozenset(item.id for item in questionnaire.asked if item.id not in apart) | {_GROUP, _BAND}


def _as_stored(questionnaire: Questionnaire, answers: Answers) -> Answers:
    role, band = questionnaire.stratum_item, questionnaire.band_item
    group = questionnaire.reporting_group(answers[role][0]) if role is not None else ""
    return {**answers, _GROUP: (group,), _BAND: tuple(answers.get(band or "", ()))[:1] or ("",)}


def _person(answers: Answers, kept: frozenset[str]) -> Person:
    return frozenset((item, tuple(sorted(chosen))) for item, chosen in answers.items() if item in kept and chosen)
